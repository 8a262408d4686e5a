"""Notices: what a member was told, and how they want to be told."""
