"""Search and commands: persons, companies, deals, campaigns, pages and actions, each only what the member may see."""
