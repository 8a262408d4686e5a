"""Campaigns: what each cost and brought, one of them, its costs, and links that tell where people came from."""
