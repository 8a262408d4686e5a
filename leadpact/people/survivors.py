"""Which row stands for a person: merged rows lead to the one that survived, however often it was merged."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Any, Final, NamedTuple

from leadpact.base.wording import worded
from leadpact.ledger import by_hand
from leadpact.people.errors import NoSuchPerson

_AT_ONCE: Final = 5_000  # values in one IN (...)
# Of so few the database goes from row to row by itself, however deep they were merged; of many nearly none was.
_FEW: Final = 50


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One row of a person as the database gives it, with the name of the company."""

    pk: int
    name: str
    email: str
    phone: str
    title: str
    company: int | None
    owner: int | None
    facts: str
    created_at: datetime
    merged_into: int | None
    company_name: str | None
    erased_at: datetime | None


def survivor(person: int) -> int:
    """Return the row that stands for the person now; raises `NoSuchPerson`."""
    found = survivors([person])
    if person not in found:
        raise NoSuchPerson(worded("There is no person {person}.", person=person), details={"person": person})
    return found[person]


def survivors(persons: Collection[int]) -> dict[int, int]:
    """Return the row that stands for each person now; those that do not exist are left out."""
    if 0 < len(persons) <= _FEW:
        sql = f"WITH RECURSIVE {upwards(persons)} SELECT id, target FROM up"  # noqa: S608  # places alone
        found = dict(by_hand.rows(sql, [*persons]))
        return {person: _top(person, found) for person in set(persons) if person in found}
    into = _merged_into(persons)
    asked = set(into)
    while missing := {target for target in into.values() if target is not None} - into.keys():
        into.update(_merged_into(missing))
    return {person: _top(person, into) for person in asked}


def _top(row: int, into: Mapping[int, int | None]) -> int:
    while (target := into[row]) is not None:
        row = target
    return row


def rows_of(persons: Collection[int]) -> dict[int, list[int]]:
    """Return for each surviving person all rows that were merged into it, directly or not."""
    top = {person: person for person in persons}
    found: dict[int, list[int]] = {person: [] for person in persons}
    if 0 < len(persons) <= _FEW:
        for row, into in by_hand.rows(_DOWN.replace("{wanted}", by_hand.one_of("id", persons)), [*persons]):
            top[row] = top[into]
            found[top[row]].append(row)
        return found
    level = set(persons)
    while level:
        rows = _merged_directly_into(level)
        level = set()
        for row, into in rows:
            top[row] = top[into]
            found[top[row]].append(row)
            level.add(row)
    return found


# The rows merged into some, level by level; no row can be merged into one of its own.
_DOWN: Final = (
    "WITH RECURSIVE down(id, target, level) AS (SELECT id, merged_into_id, 0 FROM people_person WHERE {wanted}"
    " UNION ALL SELECT p.id, p.merged_into_id, d.level + 1 FROM down d JOIN people_person p ON p.merged_into_id = d.id)"
    " SELECT id, target FROM down WHERE level > 0 ORDER BY level, id"
)


class Held(NamedTuple):
    """An identity as it hangs on a row."""

    pk: int
    kind: str
    strength: str


def with_kin(persons: Collection[int]) -> tuple[dict[int, PersonRow], dict[int, list[Held]]]:
    """Return the rows of these persons and every row merged with them, by number, and what identifies each.

    Most were never merged: then this is one query.
    """
    found: dict[int, PersonRow] = {}
    held: dict[int, set[Held]] = {}
    if 0 < len(persons) <= _FEW:
        _keep(by_hand.rows(_all_kin(persons), [*persons]), found, held)
        return found, {number: sorted(some) for number, some in held.items()}
    asked, next_level = set[int](), set(persons)
    while next_level:
        asked |= next_level
        for some in batched(next_level, _AT_ONCE):
            _keep(_read(some), found, held)
        into = {row.merged_into for row in found.values() if row.merged_into is not None}
        next_level = (found.keys() | into) - asked
    return found, {number: sorted(some) for number, some in held.items()}


def _keep(rows: Iterable[tuple[Any, ...]], found: dict[int, PersonRow], held: dict[int, set[Held]]) -> None:
    for *row, number, kind, strength in rows:
        found[row[0]] = PersonRow(*row)
        held.setdefault(row[0], set()).update(() if number is None else {Held(number, kind, strength)})


_ROW: Final = (
    "SELECT p.id, p.name, p.email, p.phone, p.title, p.company_id, p.owner_id, p.facts, p.created_at,"
    " p.merged_into_id, c.name, p.erased_at, i.id, i.kind, i.strength FROM people_person p"
    " LEFT JOIN people_company c ON c.id = p.company_id LEFT JOIN people_identity i ON i.person_id = p.id"
)


def _read(numbers: Collection[int]) -> Iterable[tuple[Any, ...]]:
    """Return these rows and those merged into them at once, once for each identity on them."""
    wanted = f"{by_hand.one_of('p.id', numbers)} OR {by_hand.one_of('p.merged_into_id', numbers)}"
    return by_hand.rows(f"{_ROW} WHERE {wanted}", [*numbers, *numbers])


def upwards(persons: Collection[int]) -> str:
    """Return the part of a statement, `up`, that holds these rows and those they were merged into, step by step."""
    return (
        "up(id, target) AS (SELECT id, merged_into_id FROM people_person"  # noqa: S608  # places alone
        f" WHERE {by_hand.one_of('id', persons)}"
        " UNION SELECT p.id, p.merged_into_id FROM up JOIN people_person p ON p.id = up.target)"
    )


def _all_kin(persons: Collection[int]) -> str:
    """Return what reads up to the rows that stand for these, and down again to all that were merged into them."""
    return (
        f"WITH RECURSIVE {upwards(persons)}, kin(id) AS (SELECT id FROM up UNION SELECT p.id FROM kin"  # noqa: S608  # constants
        f" JOIN people_person p ON p.merged_into_id = kin.id) {_ROW} WHERE p.id IN (SELECT id FROM kin)"
    )


def top_of(person: int, rows: Mapping[int, PersonRow]) -> int:
    """Return the row that stands for one person, of rows as `with_kin` returns them."""
    while (into := rows[person].merged_into) is not None:
        person = into
    return person


def merged_rows(tops: Collection[int], rows: Mapping[int, PersonRow]) -> dict[int, list[int]]:
    """Do as `rows_of`, of rows as `with_kin` returns them."""
    children: dict[int, list[int]] = {}
    for number in sorted(rows):
        if (into := rows[number].merged_into) is not None:
            children.setdefault(into, []).append(number)
    found: dict[int, list[int]] = {}
    for top in tops:
        found[top] = []
        level = [top]
        while level:
            level = sorted(child for row in level for child in children.get(row, ()))
            found[top] += level
    return found


def _merged_directly_into(persons: Collection[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for some in batched(persons, _AT_ONCE):
        wanted = by_hand.one_of("merged_into_id", some)
        sql = f"SELECT id, merged_into_id FROM people_person WHERE {wanted}"  # noqa: S608  # places alone
        found += [(row, into) for row, into in by_hand.rows(sql, some)]
    return sorted(found)


def _merged_into(persons: Collection[int]) -> dict[int, int | None]:
    found: dict[int, int | None] = {}
    for some in batched(persons, _AT_ONCE):
        wanted = by_hand.one_of("id", some)
        found.update(by_hand.rows(f"SELECT id, merged_into_id FROM people_person WHERE {wanted}", some))  # noqa: S608  # places alone
    return found
