"""A replay by a real Spark cluster finds what a replay on one machine finds."""
