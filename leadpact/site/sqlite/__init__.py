"""Django's SQLite backend on a SQLite new enough to be written by several connections."""
