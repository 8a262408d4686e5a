"""Deals: the list with its sums, one deal with its story, and what can be done with it."""
