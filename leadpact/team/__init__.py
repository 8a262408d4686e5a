"""Our own side: company settings, users, roles, teams, calendars, notices, and the one policy of who may what."""
