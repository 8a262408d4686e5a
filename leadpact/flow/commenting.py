"""Comments of both teams on a person: written, changed, taken back and put back; whoever is named is told."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from leadpact.engagement import actions as engagement
from leadpact.flow import telling
from leadpact.handover import comments
from leadpact.team.types import Actor


def comment(person: int, text: str, *, names: Mapping[int, str], by: Actor, now: datetime) -> int:
    """Write a comment and tell those it names; returns its number.

    names  who may be named, by number: those who may see the lead
    """
    with transaction.atomic():
        named = comments.mentioned_in(text, names)
        number, is_new = comments.add(person, text, mentioned=named, by=by, now=now)
        if is_new:
            _tell(person, number, text, named, names, by=by, now=now)
        return number


def change(person: int, number: int, text: str, *, names: Mapping[int, str], by: Actor, now: datetime) -> None:
    """Give one's comment other words; only those are told who were not named before.

    Raises `UnknownComment`, `NotTheirComment`.
    """
    with transaction.atomic():
        named = comments.mentioned_in(text, names)
        comments.change(number, text, mentioned=named, by=by, now=now)
        _tell(person, number, text, named, names, by=by, now=now)


def remove(number: int, *, by: Actor, now: datetime) -> None:
    """Take one's comment back; the entry stays and does not show.  Raises as `change` does."""
    comments.own(number, by=by)
    engagement.void(number, "taken back by its writer", by=by, now=now)


def restore(number: int, *, by: Actor, now: datetime) -> None:
    """Put a comment back that was taken back.  Raises as `change` does."""
    comments.own(number, by=by)
    engagement.restore(number, "put back by its writer", by=by, now=now)


def _tell(
    person: int, number: int, text: str, named: list[int], names: Mapping[int, str], *, by: Actor, now: datetime
) -> None:
    others = [user for user in named if user != by.id]
    telling.mentioned(others, person, number, text, writer=names.get(by.id or 0, ""), now=now)
