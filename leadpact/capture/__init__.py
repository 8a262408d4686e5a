"""How people reach us: forms, campaigns and what they cost."""
