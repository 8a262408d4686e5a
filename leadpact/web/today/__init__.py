"""Today: what needs whoever looks now and why, what both sides promised, and what came of it."""
