"""The agreement: its document, versions, and what it says in plain sentences."""
