"""Points and why: a score is a function of the ledger and the pact."""
