"""Persons who may be the same as one: called so at the same company, by the same phone, or by a like mail address.

Phone and name never identify, they suggest: whoever knows both decides.  Each way walks an index.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from django.db import connection

from leadpact.base.text import fold, truncate
from leadpact.ledger import by_hand
from leadpact.people.types import PersonView

MOST: Final = 5  # by each way
_LAST: Final = "\U0010ffff"
# first.last: what is before the @ names one person, where "anna" or "sales" may be many.
_NAMES_ONE: Final = re.compile(r"[^\W\d_]{2,}[._-][^\W\d_]{2,}")


class Way(StrEnum):
    """What speaks for it."""

    NAME = "name"  # the same name at the same company
    PHONE = "phone"
    MAIL = "mail"  # the same name before the @, at another domain


@dataclass(frozen=True)
class Alike:
    """Somebody who may be the same, with all that speaks for it."""

    person: int
    name: str
    email: str
    company_name: str
    title: str
    ways: tuple[Way, ...]


def alike_question(person: PersonView) -> by_hand.Question[list[Alike]]:
    """Return who may be the same as a person, to be asked with other things; the one with most for it first."""
    parts, values = [_part(Way.NAME, "FALSE")], list[by_hand.Value]()
    if person.name and person.company is not None:
        parts.append(_part(Way.NAME, "l.name_key = %s AND l.company = %s AND l.person_id <> %s"))
        values += [truncate(fold(person.name), 120), person.company, person.id]
    if person.phone:
        by_phone = "SELECT p.id FROM people_person p WHERE p.phone = %s AND p.merged_into_id IS NULL"
        parts.append(_part(Way.PHONE, f"l.person_id IN ({by_phone}) AND l.person_id <> %s"))
        values += [person.phone, person.id]
    local = fold(person.email).partition("@")[0]
    if _NAMES_ONE.fullmatch(local):
        parts.append(_part(Way.MAIL, f"{_begins()} AND l.person_id <> %s"))
        values += [*_beginning(f"{local}@"), person.id]
    return by_hand.Question(" UNION ALL ".join(parts), values, 6, _together)


def _part(way: Way, wanted: str) -> str:
    columns = f"l.person_id, l.name, l.email, l.company_name, l.title, '{way.value}'"
    return f"SELECT * FROM (SELECT {columns} FROM worklist_leadline l WHERE {wanted} LIMIT {MOST}) {way.value}"  # noqa: S608  # constants


def _begins() -> str:
    """Do as `finding` does: SQLite compares bytes, PostgreSQL has an index for LIKE."""
    return "l.email_key >= %s AND l.email_key < %s" if connection.vendor == "sqlite" else "l.email_key LIKE %s"


def _beginning(text: str) -> list[str]:
    if connection.vendor == "sqlite":
        return [text, text + _LAST]
    return [re.sub(r"([\\%_])", r"\\\1", text) + "%"]


def _together(rows: Iterable[Sequence[Any]]) -> list[Alike]:
    found: dict[int, Alike] = {}
    for number, name, email, company_name, title, way in rows:
        ways = (*found[number].ways, Way(way)) if number in found else (Way(way),)
        found[number] = Alike(number, name, email, company_name, title, tuple(sorted(set(ways), key=list(Way).index)))
    return sorted(found.values(), key=lambda each: (-len(each.ways), each.person))[:MOST]
