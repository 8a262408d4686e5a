"""Two records of one person made one, and taken apart again: numbers and lists follow."""

from datetime import datetime

from django.db import transaction

from leadpact.flow import lists
from leadpact.people import linking
from leadpact.people import reads as people
from leadpact.scoring import actions as scoring
from leadpact.team.types import Actor


def merge(kept: int, other: int, *, by: Actor, now: datetime) -> None:
    """Make one person of two: `kept` survives.  No clock begins by it.  Raises `CannotMerge`."""
    with transaction.atomic():
        linking.merge(kept, other, happened_at=now, by=by, now=now)
        _follow(kept, other, now)


def unmerge(loser: int, *, by: Actor, now: datetime) -> int:
    """Take the last merge of a person back; returns who had survived.  Raises `NotMerged`."""
    with transaction.atomic():
        kept = people.person(loser).id
        linking.unmerge(loser, happened_at=now, by=by, now=now)
        _follow(kept, loser, now)
        return kept


def _follow(kept: int, other: int, now: datetime) -> None:
    scoring.mark_due([kept, other], at=now)
    lists.refresh([kept, other], now=now)
