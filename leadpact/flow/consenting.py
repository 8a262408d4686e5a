"""What a person says of writing to them, seeing what they do and scoring them, noted by somebody who heard it."""

from datetime import datetime

from django.db import transaction

from leadpact.flow import lists
from leadpact.people import actions as people
from leadpact.people import consents
from leadpact.people.types import Purpose
from leadpact.scoring import actions as scoring
from leadpact.team.types import Actor


def give(
    person: int,
    purpose: Purpose,
    *,
    text_version: int | None,
    source: str,
    happened_at: datetime,
    by: Actor,
    now: datetime,
) -> int:
    """Note that a person agreed, by which wording and where they said so; returns the entry.

    Raises `NoConsentText`.
    """
    with transaction.atomic():
        entry = people.give_consent(
            person, purpose, text_version=text_version, source=source, happened_at=happened_at, by=by, now=now
        )
        _follow(person, now)
        return entry


def withdraw(person: int, purpose: Purpose, *, source: str, happened_at: datetime, by: Actor, now: datetime) -> int:
    """Note that a person does not agree any more; who withdraws from scoring objects to it.  Returns the entry."""
    with transaction.atomic():
        if purpose is Purpose.PROFILING:
            entry = consents.object_to_profiling(person, source=source, happened_at=happened_at, by=by, now=now)
        else:
            entry = people.withdraw_consent(person, purpose, source=source, happened_at=happened_at, by=by, now=now)
        _follow(person, now)
        return entry


def _follow(person: int, now: datetime) -> None:
    scoring.mark_due([person], at=now)
    lists.refresh([person], now=now)
