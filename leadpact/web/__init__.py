"""Inside: pages, forms, JSON API, login, and the collector."""
