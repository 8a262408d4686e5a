"""A pact replayed over all history, held against what was really handed over and what came of it.

`rehearsing` puts it together; `months` counts, from arrays alone; `history` finds whose history, and what really
happened to them.
"""
