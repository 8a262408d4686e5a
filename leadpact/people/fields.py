"""What we know of persons and companies, and since when: current values, their history and the entries.

A value said to hold from an earlier moment than the current one goes into the history only.  Said twice,
it is there once.  What is said of a person stands in the personal part of the entry, which erasure deletes.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from leadpact.base.criteria import Scalar
from leadpact.base.text import fold, truncate
from leadpact.base.wording import worded
from leadpact.ledger.actions import append
from leadpact.ledger.types import NewEntry
from leadpact.people.errors import BadField
from leadpact.people.models import Company, Fact, Identity, Person
from leadpact.people.writing import fact, insert_facts, update_rows
from leadpact.team.types import Actor

LONGEST_TEXT: Final = 2_000
PERSON_COLUMNS: Final = {"name": 300, "email": 320, "phone": 40, "title": 200}
LONGEST_COMPANY_NAME: Final = 300


@dataclass(frozen=True, slots=True)
class Saying:
    """Of one person or company: the field has this value from `happened_at` on."""

    whom: int
    name: str
    value: Scalar | None
    happened_at: datetime
    identity: int | None = None  # where the entry hangs; looked up if None


def checked(name: str, value: Scalar | None) -> Scalar | None:
    """Return the value as it can be kept; raises `BadField` for a name or a type that cannot be."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,59}", name):
        raise BadField(worded("{name} is no name of a field.", name=repr(truncate(name, 80))), details={"field": name})
    if isinstance(value, str):
        text = value.replace("\x00", "").encode("utf-8", "replace").decode().strip()
        return truncate(text, PERSON_COLUMNS.get(name, LONGEST_TEXT)) or None
    if value is None or isinstance(value, bool | int):
        return value
    raise BadField(worded("{name} is neither text nor a whole number nor yes/no.", name=name), details={"field": name})


def say_of_persons(sayings: Iterable[Saying], *, by: Actor, now: datetime) -> int:
    """Write what is said of persons; returns how many values were new."""
    return sum(say_each_of_persons(list(sayings), by=by, now=now))


def say_each_of_persons(sayings: Sequence[Saying], *, by: Actor, now: datetime) -> list[bool]:
    """Write what is said of persons and return, in order, whether each was new."""
    said = [Saying(s.whom, s.name, checked(s.name, s.value), s.happened_at, s.identity) for s in sayings]
    persons = Person.objects.in_bulk({each.whom for each in said})
    history = _history("person", said)
    news: list[tuple[Saying, Scalar | None]] = []  # with the value before
    was_news: list[bool] = []
    for each in said:
        old = _person_value(persons[each.whom], each.name)
        was_news.append(_is_news(each, old, history))
        if not was_news[-1]:
            continue
        if _is_newest(each, history):
            _set_person_value(persons[each.whom], each.name, each.value)
        news.append((each, old))
        history.setdefault((each.whom, each.name), []).append((each.happened_at, each.value))
    if not news:  # nearly always: clients say the same with every event
        return was_news
    touched = {each.whom for each, _old in news}
    named = {each.name for each, _old in news}
    columns = sorted({name if name in PERSON_COLUMNS or name == "company" else "facts" for name in named})
    update_rows([persons[number] for number in sorted(touched)], columns)
    hangs = _identities(each.whom for each, _old in news if each.identity is None)
    fresh = [(each, _person_entry(each, old, each.identity or hangs.get(each.whom))) for each, old in news]
    _write("person", fresh, by=by, now=now)
    return was_news


def say_of_companies(sayings: Iterable[Saying], *, by: Actor, now: datetime) -> int:
    """Write what is said of companies; returns how many values were new."""
    said = [Saying(s.whom, s.name, checked(s.name, s.value), s.happened_at) for s in sayings]
    rows = Company.objects.in_bulk({each.whom for each in said})
    history = _history("company", said)
    fresh: list[tuple[Saying, NewEntry]] = []
    for each in said:
        company = rows[each.whom]
        old = company.name if each.name == "name" else company.facts.get(each.name)
        if not _is_news(each, old, history) or (each.name == "name" and each.value is None):
            continue
        if _is_newest(each, history):
            _set_company_value(company, each.name, each.value)
        facts = {"field": each.name, "old": old, "new": each.value}
        fresh.append((each, NewEntry("company.changed", each.happened_at, about=f"company:{each.whom}", facts=facts)))
        history.setdefault((each.whom, each.name), []).append((each.happened_at, each.value))
    touched = sorted({each.whom for each, _entry in fresh})
    update_rows([rows[number] for number in touched], ["name", "name_key", "facts"])
    _write("company", fresh, by=by, now=now)
    return len(fresh)


type _History = dict[tuple[int, str], list[tuple[datetime, Scalar | None]]]


def _history(of: str, said: Sequence[Saying]) -> _History:
    rows = Fact.objects.filter(
        **{f"{of}__in": {each.whom for each in said}}, name__in={each.name for each in said}
    ).order_by("id")
    history: _History = {}
    for whom, name, happened_at, value in rows.values_list(of, "name", "happened_at", "value"):
        history.setdefault((whom, name), []).append((happened_at, value))
    return history


def _is_news(each: Saying, old: Scalar | None, history: _History) -> bool:
    known = history.get((each.whom, each.name), [])
    if _is_newest(each, history):
        return not _same(old, each.value)
    return not any(since == each.happened_at and _same(value, each.value) for since, value in known)


def _is_newest(each: Saying, history: _History) -> bool:
    return all(since <= each.happened_at for since, _value in history.get((each.whom, each.name), []))


def _same(one: Scalar | None, other: Scalar | None) -> bool:
    return type(one) is type(other) and one == other  # True is not 1


def _person_value(person: Person, name: str) -> Scalar | None:
    if name in PERSON_COLUMNS:
        text: str = getattr(person, name)
        return text or None
    if name == "company":
        return person.company_id
    value: Scalar | None = person.facts.get(name)
    return value


def _set_person_value(person: Person, name: str, value: Scalar | None) -> None:
    if name in PERSON_COLUMNS:
        setattr(person, name, "" if value is None else str(value))
    elif name == "company":
        person.company_id = None if value is None else int(value)
    else:
        person.facts = _with(person.facts, name, value)


def _set_company_value(company: Company, name: str, value: Scalar | None) -> None:
    if name == "name":
        company.name = str(value)
        company.name_key = fold(company.name)[:LONGEST_COMPANY_NAME]
    else:
        company.facts = _with(company.facts, name, value)


def _with(facts: Mapping[str, Scalar], name: str, value: Scalar | None) -> dict[str, Scalar]:
    others = {key: each for key, each in facts.items() if key != name}
    return others if value is None else {**others, name: value}


def _person_entry(each: Saying, old: Scalar | None, identity: int | None) -> NewEntry:
    about = f"person:{each.whom}"
    if each.name == "company":  # a number, and no secret of the person's
        facts = {"field": "company", "old": old, "new": each.value}
        return NewEntry("person.changed", each.happened_at, identity, about, facts)
    said = {"old": old, "new": each.value}
    return NewEntry("person.changed", each.happened_at, identity, about, {"field": each.name}, said)


def _identities(persons: Iterable[int]) -> dict[int, int]:
    if not (asked := set(persons)):
        return {}
    rows = Identity.objects.filter(person__in=asked).order_by("-id").values_list("person", "id")
    return dict(rows)  # the oldest one of each


def _write(of: str, fresh: Sequence[tuple[Saying, NewEntry]], *, by: Actor, now: datetime) -> None:
    entries = append([entry for _saying, entry in fresh], by=by, now=now)
    told = zip(fresh, entries, strict=True)
    insert_facts(of, [(s.whom, fact(s.name, s.value, s.happened_at, now, entry)) for (s, _new), entry in told])
