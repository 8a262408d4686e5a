"""What every package stands on: errors, working time, money, text, query files.

Nothing here knows Django, a database or a clock.  Times are passed in, and
every error is a `LeadpactError` with a stable code and what the user can do.
"""
