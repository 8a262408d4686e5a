"""Persons as a file or another system tells of them: found or made, and only what is new is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import batched
from typing import Final

from django.db import transaction

from leadpact.base.criteria import Scalar
from leadpact.base.text import BadEmail, fold, normalise_email
from leadpact.people import companies
from leadpact.people.fields import Saying, say_each_of_persons, say_of_companies
from leadpact.people.models import Company, Domain, Identity, Person
from leadpact.people.recognising import recognise_all
from leadpact.people.rules import keys_of
from leadpact.people.types import Asked, Identifier, Recognised
from leadpact.team.types import Actor

_AT_ONCE: Final = 5_000


class Recorded(StrEnum):
    """What telling of a person led to."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class FormerPerson:
    """What is told of one person.

    fields      name, email, phone, title and facts by name; what is empty is not said
    company     the name of the company, "" for none said
    since       when they came to be known there; counts for a person that is new here
    said_at     from when on the fields hold, for a person that is known here
    fills_only  say nothing where something is known already: it was said in the same breath
    """

    identifiers: tuple[Identifier, ...]
    since: datetime
    said_at: datetime
    fields: Mapping[str, Scalar] = field(default_factory=dict)
    company: str = ""
    fills_only: bool = False


@dataclass(frozen=True)
class FoundPerson:
    """Whom a row named, where they work, and what was done."""

    person: int
    identity: int
    company: int | None
    what: Recorded


def record_former(told: Sequence[FormerPerson], *, by: Actor, now: datetime) -> list[FoundPerson | None]:
    """Find or make each person and write what is new of them, in order; None where nothing identifies anybody.

    A company that is only known by its mail domain takes the name that is told; a person whose address names a
    company stays there.  Raises `BadField`.
    """
    with transaction.atomic():
        asked = [Asked(each.identifiers, each.since) for each in told]
        found = recognise_all(asked, by=by, now=now)
        pairs = [(each, who) for each, who in zip(told, found, strict=True) if who is not None]
        persons = Person.objects.in_bulk({who.person for _each, who in pairs})
        fresh = {who.person for _each, who in pairs if who.is_new}
        homes = _homes(pairs, persons, by=by, now=now)
        sayings, places = _sayings(pairs, persons, homes, fresh)
        changed: set[int] = set()
        for place, is_news in zip(places, say_each_of_persons(sayings, by=by, now=now), strict=True):
            if is_news:
                changed.add(place)
    answers: list[FoundPerson | None] = []
    place = 0
    for each, who in zip(told, found, strict=True):
        if who is None:
            answers.append(None)
            continue
        company = persons[who.person].company_id or homes.get(each.company)
        what = _what(who, is_changed=place in changed)
        answers.append(FoundPerson(who.person, who.identity, company, what))
        place += 1
    return answers


type _Pair = tuple[FormerPerson, Recognised]


def _what(who: Recognised, *, is_changed: bool) -> Recorded:
    if who.is_new:
        return Recorded.CREATED
    return Recorded.UPDATED if is_changed else Recorded.UNCHANGED


def _homes(pairs: Sequence[_Pair], persons: Mapping[int, Person], *, by: Actor, now: datetime) -> dict[str, int]:
    """Return companies by the name told, for persons without one; name those known by their domain alone."""
    homeless = [each.company for each, who in pairs if each.company and persons[who.person].company_id is None]
    since = min((each.said_at for each, _who in pairs), default=now)
    at_home = {persons[who.person].company_id: each for each, who in pairs if each.company}
    rows = Company.objects.filter(pk__in=[number for number in at_home if number is not None])
    names = dict(rows.values_list("pk", "name"))
    unnamed = set(Domain.objects.filter(pk__in=set(names.values())).values_list("company", flat=True))
    say_of_companies(
        [
            Saying(number, "name", at_home[number].company, at_home[number].said_at)
            for number in names
            if number in unnamed
        ],
        by=by,
        now=now,
    )
    return companies.named(homeless, by=by, now=now, happened_at=since) if homeless else {}


def _sayings(
    pairs: Sequence[_Pair], persons: Mapping[int, Person], homes: Mapping[str, int], fresh: set[int]
) -> tuple[list[Saying], list[int]]:
    sayings: list[Saying] = []
    places: list[int] = []
    told: set[tuple[int, str]] = set()
    for place, (each, who) in enumerate(pairs):
        person = persons[who.person]
        at = each.since if who.person in fresh else each.said_at
        said: dict[str, Scalar] = dict(each.fields)
        if person.company_id is None and each.company in homes:
            said["company"] = homes[each.company]
        for name, value in said.items():
            if value == "" or ((who.person, name) in told) or _is_kept(person, name, value, fills_only=each.fills_only):
                continue
            told.add((who.person, name))  # of two rows about one person the first counts
            sayings.append(Saying(who.person, name, value, at, who.identity))
            places.append(place)
    return sayings, places


def _is_kept(person: Person, name: str, value: Scalar, *, fills_only: bool) -> bool:
    """Say whether what is known stays: something is, and this fills gaps only, or writes the same address otherwise."""
    known = getattr(person, name, None) if name in ("name", "email", "phone", "title") else person.facts.get(name)
    if name == "company":
        return False
    if name == "email" and known and _is_one_address(str(known), str(value)):
        return True
    return fills_only and bool(known)


def _is_one_address(one: str, other: str) -> bool:
    """Say whether two ways of writing are one address: A@x and a@X, or an international domain and its ASCII form."""
    try:
        return normalise_email(one) == normalise_email(other)
    except BadEmail:
        return fold(one) == fold(other)


def known(named: Sequence[Sequence[Identifier]]) -> list[int | None]:
    """Return, in order, the person whom the strongest known of each row's identifiers names; None for nobody yet."""
    keys = [keys_of(tuple(identifiers)) for identifiers in named]
    by_kind: dict[tuple[str, str], set[str]] = {}
    for key in (key for each in keys for key in each):
        by_kind.setdefault((key.kind, key.source), set()).add(key.value)
    found: dict[tuple[str, str, str], int] = {}
    for (kind, source), values in by_kind.items():
        for some in batched(values, _AT_ONCE):
            rows = Identity.objects.filter(kind=kind, source=source, value__in=some).order_by("life")
            found.update({(kind, source, value): person for value, person in rows.values_list("value", "person")})
    return [next((found[key] for key in each if key in found), None) for each in keys]
