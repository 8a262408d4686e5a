"""The replay: any pact over everybody's whole history, as intervals of readiness.

Owns columns (all histories as arrays), the tables a pact compiles to, the compiled kernel, and the plain form it
is checked against.  What a score is: `scoring.rules`; what a replay can and cannot know: docs/reference/replay.md.
"""
