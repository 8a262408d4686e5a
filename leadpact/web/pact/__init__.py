"""The pact as people read it: what holds, what it said before, and a new version proposed and put in force."""
