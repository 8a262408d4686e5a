"""Facts with their dates: what was known of a person, and of the company they were with at the time."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from leadpact.base.criteria import Scalar
from leadpact.ledger import by_hand
from leadpact.ledger import reads as ledger
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
type _Read = tuple[int | None, int | None, _Fact]  # the person's row, or the company, and the fact


def fact_history(person_id: int) -> list[FactView]:
    """Return every fact of a person, `person.` and `company.`, in the order they became true."""
    top = survivor(person_id)
    return _changes({top: rows_of([top])[top]})[top]


def fact_changes(views: Mapping[int, PersonView], *, known_at: datetime | None = None) -> dict[int, list[FactView]]:
    """Return `fact_history` of many persons by their id, with few queries.

    known_at  only what was recorded by then; None: all
    """
    return _changes({view.id: list(view.merged) for view in views.values()}, known_at)


def facts_question(view: PersonView, *, known_at: datetime | None = None) -> by_hand.Question[list[FactView]]:
    """Return what `fact_changes` asks of one person, to be asked with other things."""
    rows, persons = (view.id, *view.merged), {view.id: view.merged}

    def read(found: Iterable[Sequence[Any]]) -> list[FactView]:
        facts = _facts(found)
        return _joined(persons, facts if known_at is None else _as_known(facts, known_at))[view.id]

    return by_hand.Question(_asked(rows), rows, 8, read, order=(4, 7))


def _changes(persons: Mapping[int, Iterable[int]], known_at: datetime | None = None) -> dict[int, list[FactView]]:
    rows = [row for top, merged in persons.items() for row in (top, *merged)]
    read = list(_facts(by_hand.rows(f"{_asked(rows)} ORDER BY 5, 8", rows) if rows else ()))
    return _joined(persons, read if known_at is None else _as_known(read, known_at))


def _as_known(read: Iterable[_Read], at: datetime) -> Iterator[_Read]:
    """Leave out what was recorded later; a company that was given another name since has its first one again."""
    read = list(read)
    renamed = {
        company
        for row, company, fact in read
        if row is None and fact.name == "name" and fact.entry and fact.recorded_at > at
    }
    for row, company, fact in read:
        if row is None and company in renamed and not fact.entry and fact.name == "name":
            yield row, company, fact._replace(value=_first_name(company or 0, fact.value))
        elif not fact.entry or fact.recorded_at <= at:
            yield row, company, fact


def _first_name(company: int, now: Scalar | None) -> Scalar | None:
    made = ledger.entries_about(f"company:{company}", kinds=["company.created"], limit=1)
    return str(made[0].facts.get("name", "")) if made else now


def _joined(persons: Mapping[int, Iterable[int]], read: Iterable[_Read]) -> dict[int, list[FactView]]:
    owner = {row: top for top, merged in persons.items() for row in (top, *merged)}
    of_person: _Facts = {top: [] for top in persons}
    of_company: _Facts = {}
    for row, company, fact in read:
        if row is not None:
            of_person[owner[row]].append(fact)
        elif company is not None:
            of_company.setdefault(company, []).append(fact)
    for facts in of_company.values():
        _name_first(facts)
    found = {}
    for top, facts in of_person.items():
        own = [_view("person", fact, fact.happened_at) for fact in facts if fact.name != "company"]
        theirs = _with_companies([fact for fact in facts if fact.name == "company"], of_company)
        found[top] = sorted([*own, *theirs], key=lambda each: (each.happened_at, each.key))
    return found


def _name_first(facts: list[_Fact]) -> None:
    """Leave the name that a company was made with only where no fact tells how it was called."""
    made = next((fact for fact in facts if not fact.entry and fact.name == "name"), None)
    if made is not None:
        facts.remove(made)
        if not any(fact.name == "name" for fact in facts):
            facts.insert(0, made)


# Facts of persons, of every company they were ever with, and how those companies are called, by kind of row.
# SQLite keeps the order of a CROSS JOIN: the few companies come first, else it reads everybody's facts to find theirs.
_FACTS = (
    "WITH own AS (SELECT id, person_id, name, value, happened_at, recorded_at, entry FROM people_fact WHERE {wanted}),"
    " been AS (SELECT DISTINCT CAST(NULLIF(CAST(value AS text), 'null') AS bigint) AS company FROM own"
    " WHERE name = 'company')"
    " SELECT person_id, NULL, name, CAST(value AS text), happened_at, recorded_at, entry, id FROM own"
    " UNION ALL SELECT NULL, f.company_id, f.name, CAST(f.value AS text), f.happened_at, f.recorded_at, f.entry, f.id"
    " FROM been CROSS JOIN people_fact f WHERE f.company_id = been.company"
    " UNION ALL SELECT NULL, c.id, NULL, c.name, c.created_at, c.created_at, 0, 0"
    " FROM been CROSS JOIN people_company c WHERE c.id = been.company"
)


def _asked(persons: Collection[int]) -> str:
    return _FACTS.replace("{wanted}", by_hand.one_of("person_id", persons))


def _facts(rows: Iterable[Sequence[Any]]) -> Iterator[_Read]:
    """Yield whose each fact is, a person's row or a company, and the fact, in the order given: the oldest first."""
    for person, company, name, value, happened_at, recorded_at, entry, _number in rows:
        times = by_hand.moment(happened_at), by_hand.moment(recorded_at)
        if name is None:  # how the company is called; that is no JSON
            yield person, company, _Fact("name", value, *times, 0)
        else:
            yield person, company, _Fact(name, by_hand.document(value), *times, entry)


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
