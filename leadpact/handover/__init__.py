"""Pursuits: who is offered whom, the answer, and what becomes of it."""
