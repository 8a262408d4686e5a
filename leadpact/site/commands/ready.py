"""What a command asks for before it starts: an installation that `init` has made ready."""

from leadpact.base.errors import BadState
from leadpact.web.collect.health import is_migrated


class NotReady(BadState):
    """There are no tables yet, or those of an older version."""

    code = "not_ready"
    what_to_do = "Run leadpact init."


def demand_tables() -> None:
    """Raise `NotReady` unless every migration of this version was applied."""
    if not is_migrated():
        raise NotReady("The database is not there, or older than this version.")
