"""Logging in, out, and changing a password; accounts are made by an admin."""
