"""What a person says of writing to them, seeing what they do and scoring them, noted by somebody who heard it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import transaction

from leadpact.flow import lists
from leadpact.people import actions as people
from leadpact.people import consents
from leadpact.people import reads as known
from leadpact.people.types import Purpose
from leadpact.scoring import actions as scoring
from leadpact.team.types import Actor

TRACKER: Final = "tracker"
LONG: Final = 10  # digits that no version of a wording has


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


def heard(
    person: int,
    identity: int,
    said: Mapping[str, object],
    *,
    happened_at: datetime,
    entry: int,
    by: Actor,
    now: datetime,
) -> int:
    """Note what a visitor said to the tracker of having their visits seen; returns the entry of the consent.

    identity  of the browser they said it in
    said      `given`; `version` of the wording they were shown, where the site names it, else the newest there is
    entry     in which the tracker tells it
    """
    named = said.get("version")
    asked = int(named) if isinstance(named, int | str) and str(named).isdecimal() and len(str(named)) < LONG else None
    text = known.consent_text(Purpose.WEB_TRACKING, asked)
    if said.get("given") is not True:
        return consents.withdraw_consent(
            person, Purpose.WEB_TRACKING, source=TRACKER, happened_at=happened_at, by=by, now=now,
            caused_by=entry, identity=identity,
        )  # fmt: skip
    return consents.give_consent(
        person, Purpose.WEB_TRACKING, text_version=text.version if text else None, source=TRACKER,
        happened_at=happened_at, by=by, now=now, caused_by=entry, identity=identity,
    )  # fmt: skip


def _follow(person: int, now: datetime) -> None:
    scoring.mark_due([person], at=now)
    lists.refresh([person], now=now)
