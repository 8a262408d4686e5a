"""Everybody at once, as plain numbers: for replays over the whole base, where a view of each person costs too much."""

from collections.abc import Collection
from itertools import batched
from typing import Any, Final

from leadpact.ledger import by_hand
from leadpact.people.types import Strength

_AT_ONCE: Final = 5_000
_IDENTITIES: Final = (
    f"SELECT id, person_id, CASE WHEN strength = '{Strength.CLAIMED}' THEN 0 ELSE 1 END FROM people_identity WHERE "  # noqa: S608  # a constant
)
_ROWS: Final = "SELECT id, COALESCE(merged_into_id, 0), COALESCE(company_id, 0) FROM people_person WHERE "
_STAYS: Final = (
    "SELECT id, person_id, CAST(NULLIF(CAST(value AS text), 'null') AS bigint) FROM people_fact"
    " WHERE name = 'company' AND person_id IS NOT NULL AND "
)

type Numbers = list[tuple[int, int, int]]


def identities_after(number: int) -> Numbers:
    """Return (identity, the person it is now, 1 if it may earn points) of those made after one."""
    return by_hand.rows(f"{_IDENTITIES} id > %s ORDER BY id", [number])


def identities_among(numbers: Collection[int]) -> Numbers:
    return _among(_IDENTITIES, "id", numbers)


def identities_held_by(persons: Collection[int]) -> Numbers:
    return _among(_IDENTITIES, "person_id", persons)


def rows_after(number: int) -> Numbers:
    """Return (person's row, the row it was merged into or 0, company or 0) of those made after one."""
    return by_hand.rows(f"{_ROWS} id > %s ORDER BY id", [number])


def rows_among(numbers: Collection[int]) -> Numbers:
    return _among(_ROWS, "id", numbers)


def stays_after(fact: int) -> list[tuple[int, int, int | None]]:
    """Return (fact, person's row, company) of who came to a company, ever, said after a fact."""
    return by_hand.rows(f"{_STAYS} id > %s ORDER BY id", [fact])


def told_after(fact: int) -> tuple[int, set[int], set[int]]:
    """Return the last fact there is, and of which rows and companies anything was said after a fact."""
    found = by_hand.rows("SELECT id, person_id, company_id FROM people_fact WHERE id > %s", [fact])
    last = max((number for number, _, _ in found), default=fact)
    persons = {person for _, person, _ in found if person is not None}
    return last, persons, {company for _, _, company in found if company is not None}


def last_fact() -> int:
    return int(by_hand.rows("SELECT COALESCE(max(id), 0) FROM people_fact")[0][0])


def _among(sql: str, column: str, numbers: Collection[int]) -> Numbers:
    found: list[tuple[Any, ...]] = []
    for some in batched(sorted(numbers), _AT_ONCE):
        found += by_hand.rows(f"{sql} {by_hand.one_of(column, some)}", some)
    return sorted(found)
