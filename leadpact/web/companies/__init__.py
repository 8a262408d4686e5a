"""Companies: the list, one company with everybody there and what goes on, and what can be changed about it."""
