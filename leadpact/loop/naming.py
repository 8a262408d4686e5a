"""Whose rows are about whom: the names behind the numbers in a page of rows, in one look at the database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import connection

# A pursuit is called by its first person, whom a merge may have made part of another.
_PERSON = """
    select %s, {number}, e.id, e.name, e.email,
        case when exists (select 1 from people_identity i where i.person_id = e.id and i.kind <> 'anonymous')
            then 1 else 0 end
    from {table} join people_person e on e.id = coalesce(p.merged_into_id, p.id)
    where {number} in ({marks}){first}
"""
_OF_PURSUITS = _PERSON.replace("{number}", "m.pursuit_id").replace(
    "{table}", "handover_pursuitperson m join people_person p on p.id = m.person_id"
)
_FIRST = " and m.id = (select min(o.id) from handover_pursuitperson o where o.pursuit_id = m.pursuit_id)"
_OF_PERSONS = _PERSON.replace("{number}", "p.id").replace("{table}", "people_person p")
_OF_COMPANIES = "select %s, c.id, c.id, c.name, '', 1 from people_company c where c.id in ({marks})"


@dataclass(frozen=True)
class Named:
    """Somebody a row is about; a visitor is nobody we know by name."""

    person: int
    name: str
    email: str
    is_known: bool


@dataclass(frozen=True)
class Names:
    """By number: the first person of each pursuit, persons, and the names of companies."""

    pursuits: Mapping[int, Named] = field(default_factory=dict)
    persons: Mapping[int, Named] = field(default_factory=dict)
    companies: Mapping[int, str] = field(default_factory=dict)


def names_of(*, pursuits: Iterable[int] = (), persons: Iterable[int] = (), companies: Iterable[int] = ()) -> Names:
    """Return the names for the numbers of some hundred rows; what is not there any more is left out."""
    asked = {"pursuit": sorted(set(pursuits)), "person": sorted(set(persons)), "company": sorted(set(companies))}
    texts = {"pursuit": _OF_PURSUITS.replace("{first}", _FIRST), "person": _OF_PERSONS, "company": _OF_COMPANIES}
    parts, values = list[str](), list[str | int]()
    for kind, numbers in asked.items():
        if numbers:
            marks = ", ".join(["%s"] * len(numbers))
            parts.append(texts[kind].replace("{first}", "").replace("{marks}", marks))
            values += [kind, *numbers]
    if not parts:
        return Names()
    found: dict[str, dict[int, Named]] = {kind: {} for kind in asked}
    with connection.cursor() as cursor:
        cursor.execute(" union all ".join(parts), values)
        for kind, number, person, name, email, known in cursor.fetchall():
            found[kind][number] = Named(person, name, email, bool(known))
    companies_found = {number: named.name for number, named in found["company"].items()}
    return Names(found["pursuit"], found["person"], companies_found)
