"""Settings, addresses, servers and the command line: the only place above web."""
