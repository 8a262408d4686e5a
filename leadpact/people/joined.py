"""Which records were made one with a person, and can be taken apart again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from leadpact.ledger import by_hand
from leadpact.people.types import PersonView

MOST: Final = 20  # the newest


@dataclass(frozen=True)
class Joined:
    """One record that is part of another since then; what it was called and its address, as they stood on it."""

    row: int
    name: str
    email: str
    happened_at: datetime


def joined_question(person: PersonView) -> by_hand.Question[list[Joined]]:
    """Return what was merged into a person and had a name or an address, the newest first, to be asked with others.

    A visitor who turned out to be somebody is left out: nobody wants that apart.
    """
    wanted = by_hand.one_of("m.loser_id", person.merged) if person.merged else "FALSE"
    sql = (
        "SELECT p.id, p.name, p.email, m.happened_at FROM people_merge m JOIN people_person p ON p.id = m.loser_id"  # noqa: S608  # places
        f" WHERE {wanted} AND m.undone_at IS NULL AND p.merged_into_id IS NOT NULL AND (p.name <> '' OR p.email <> '')"
    )
    return by_hand.Question(sql, tuple(person.merged), 4, _newest)


def _newest(rows: Iterable[Sequence[Any]]) -> list[Joined]:
    found = {row: Joined(row, name, email, by_hand.moment(at)) for row, name, email, at in rows}
    return sorted(found.values(), key=lambda each: each.happened_at, reverse=True)[:MOST]
