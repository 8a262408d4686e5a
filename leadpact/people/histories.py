"""Facts with their dates: what was known of a person, and of the company they were with at the time."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from leadpact.base.criteria import Scalar
from leadpact.ledger import by_hand
from leadpact.people.survivors import rows_of, survivor
from leadpact.people.types import FactView, PersonView


class _Fact(NamedTuple):
    """A row of the facts' table; `value` is read already."""

    name: str
    value: Scalar | None
    happened_at: datetime
    recorded_at: datetime
    entry: int


type _Facts = dict[int, list[_Fact]]


def fact_history(person_id: int) -> list[FactView]:
    """Return every fact of a person, `person.` and `company.`, in the order they became true."""
    top = survivor(person_id)
    return _changes({top: rows_of([top])[top]})[top]


def fact_changes(views: Mapping[int, PersonView]) -> dict[int, list[FactView]]:
    """Return `fact_history` of many persons by their id, with few queries."""
    return _changes({view.id: list(view.merged) for view in views.values()})


def _changes(persons: Mapping[int, Iterable[int]]) -> dict[int, list[FactView]]:
    owner = {row: top for top, merged in persons.items() for row in (top, *merged)}
    of_person: _Facts = {top: [] for top in persons}
    for row, fact in _read("person_id", owner):
        of_person[owner[row]].append(fact)
    joined = {fact.value for facts in of_person.values() for fact in facts if fact.name == "company"}
    of_company = _of_companies({int(number) for number in joined if number is not None})
    found = {}
    for top, facts in of_person.items():
        own = [_view("person", fact, fact.happened_at) for fact in facts if fact.name != "company"]
        theirs = _with_companies([fact for fact in facts if fact.name == "company"], of_company)
        found[top] = sorted([*own, *theirs], key=lambda each: (each.happened_at, each.key))
    return found


def _of_companies(numbers: set[int]) -> _Facts:
    found: _Facts = {number: [] for number in numbers}
    if not numbers:
        return found
    for number, fact in _read("company_id", numbers):
        found[number].append(fact)
    wanted = by_hand.one_of("id", numbers)
    sql = f"SELECT id, name, created_at FROM people_company WHERE {wanted}"  # noqa: S608  # places alone
    for number, name, created_at in by_hand.rows(sql, [*numbers]):
        if not any(fact.name == "name" for fact in found[number]):
            since = by_hand.moment(created_at)
            found[number].insert(0, _Fact("name", name, since, since, 0))
    return found


def _read(column: str, numbers: Collection[int]) -> Iterator[tuple[int, _Fact]]:
    """Yield whose each fact is, and the fact, the oldest first."""
    sql = (
        f"SELECT {column}, name, value, happened_at, recorded_at, entry FROM people_fact"  # noqa: S608  # constants
        f" WHERE {by_hand.one_of(column, numbers)} ORDER BY happened_at, id"
    )
    for whose, name, value, happened_at, recorded_at, entry in by_hand.rows(sql, [*numbers]):
        times = by_hand.moment(happened_at), by_hand.moment(recorded_at)
        yield whose, _Fact(name, by_hand.document(value), *times, entry)


def _with_companies(stays: list[_Fact], of_company: _Facts) -> list[FactView]:
    """What was true of the person's company while they were with it: `stays` are their arrivals, in order."""
    found = []
    for place, stay in enumerate(stays):
        until = stays[place + 1].happened_at if place + 1 < len(stays) else None
        theirs = of_company.get(int(stay.value), []) if stay.value is not None else []
        known = {fact.name: fact for fact in theirs if fact.happened_at <= stay.happened_at}
        later = [fact for fact in theirs if fact.happened_at > stay.happened_at]
        during = [*known.values(), *(fact for fact in later if until is None or fact.happened_at < until)]
        found += [_view("company", fact, max(fact.happened_at, stay.happened_at)) for fact in during]
        if until is not None:
            found += [
                FactView(f"company.{name}", None, until, stays[place + 1].recorded_at, "", stays[place + 1].entry)
                for name in sorted({fact.name for fact in during})
            ]
    return found


def _view(of: str, fact: _Fact, since: datetime) -> FactView:
    return FactView(f"{of}.{fact.name}", fact.value, since, fact.recorded_at, f"{fact.entry:020d}", fact.entry)
