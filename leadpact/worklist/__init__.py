"""One read table behind lists, search and exports."""
