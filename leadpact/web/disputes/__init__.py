"""Disputes: marketing contests what became of a hand-over, sales answers; the list, the page of one, its buttons."""
