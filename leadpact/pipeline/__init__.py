"""Deals, their stages and how they end."""
