"""What came in and what became of it: parity by source and hour, and events that are held back."""
