"""The append-only ledger: entries, the inbox before it, positions, digests and chain, segments behind it."""
