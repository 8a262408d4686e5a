"""What came of it: numbers that can be opened down to their rows."""
