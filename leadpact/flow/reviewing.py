"""The day on which both heads look at the pact again."""

from datetime import datetime

from leadpact.flow import telling
from leadpact.pact import reads as pacts
from leadpact.pact.errors import NoPact
from leadpact.pact.reviews import review_day
from leadpact.team import reads as team


def remind(*, now: datetime) -> bool:
    """Tell both heads once the day has come, each once for one day of one version; says whether it told anybody."""
    try:
        held = pacts.in_force(now)
    except NoPact:
        return False
    day = review_day(held)
    if now.astimezone(team.settings().zone).date() < day:
        return False
    return telling.review_due(held.version, day, now=now)
