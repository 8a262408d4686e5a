"""Settings: the company, who works here, when, and the keys to come in by."""
