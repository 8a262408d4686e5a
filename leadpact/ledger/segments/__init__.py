"""Segments: the sealed part of the ledger as immutable Parquet files, for replays, reports and other engines.

`sealing` writes what has a position into a file, `compacting` makes few big files of many small ones, cut by identity,
`catalogue` says which files hold what, `reading` reads them, `rebuilding` writes a damaged one anew, `checking` proves
that they say what the ledger says.  A file holds no personal part, so that erasure never rewrites one.
Format and order of steps: docs/reference/segments.md.
"""
