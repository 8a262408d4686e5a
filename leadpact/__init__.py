"""Leadpact puts marketing and sales on the same page: one ledger, one pact, one closed loop."""
