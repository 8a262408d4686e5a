"""Companies: found by the domain of a mail address, or by name where there is none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from leadpact.base.text import fold, registrable_domain, truncate
from leadpact.ledger.actions import append, append_one
from leadpact.ledger.types import NewEntry
from leadpact.people.fields import LONGEST_COMPANY_NAME, Saying, checked, say_of_companies, say_of_persons
from leadpact.people.models import Company, Domain, Person
from leadpact.people.rules import company_domain
from leadpact.team import reads as team
from leadpact.team.types import Actor


@dataclass(frozen=True, slots=True)
class Address:
    """An address that is certainly a person's, and the identity it is."""

    person: int
    identity: int
    email: str
    since: datetime


def find_or_create(name: str, domain: str, *, by: Actor, now: datetime, happened_at: datetime) -> int | None:
    """Return the company of a domain, or of a name where there is no domain of its own; made if there is none.

    None where neither names a company.  A company made from a domain alone takes the first name it is given.
    """
    own = registrable_domain(domain) if domain else None
    own = company_domain(own) if own else None
    title = str(checked("name", name) or "")
    if own is not None and not _is_nobodys(own):
        found = Domain.objects.filter(pk=own).values_list("company", "company__name").first()
        if found and found[0] is not None:
            if title and found[1] == own:
                say_of_companies([Saying(found[0], "name", title, happened_at)], by=by, now=now)
            return int(found[0])
        return _create([_New(title or own, own, happened_at)], by=by, now=now)[0]
    if not title:
        return None
    named = Company.objects.filter(name_key=_key(title)).order_by("pk").values_list("pk", flat=True).first()
    return named or _create([_New(title, None, happened_at)], by=by, now=now)[0]


def take_names(named: Sequence[tuple[int, str, datetime]], *, by: Actor, now: datetime) -> int:
    """Let companies that were made from a domain alone take the name their persons (person, name, since) give."""
    if not named:
        return 0
    rows = Person.objects.filter(pk__in={person for person, _, _ in named}, company__isnull=False)
    held = {pk: (company, name) for pk, company, name in rows.values_list("pk", "company", "company__name")}
    domains = {name: number for number, name in held.values() if "." in name}  # as every domain has
    found = Domain.objects.filter(pk__in=domains).values_list("pk", "company") if domains else ()
    unnamed = {number for name, number in found if domains[name] == number}
    sayings: dict[int, Saying] = {}
    for person, title, since in named:
        number = held[person][0] if person in held else None
        if number in unnamed and checked("name", title):
            sayings.setdefault(number, Saying(number, "name", title, since))
    return say_of_companies(list(sayings.values()), by=by, now=now) if sayings else 0


def attach_by_address(addresses: Sequence[Address], *, by: Actor, now: datetime) -> None:
    """Give persons who have none the company of their address, and the address itself."""
    if not addresses:
        return
    persons = Person.objects.in_bulk({each.person for each in addresses})
    found = _by_domain(addresses, persons, by=by, now=now)
    sayings: dict[tuple[int, str], Saying] = {}
    for each in addresses:
        person = persons[each.person]
        company = found.get(company_domain(each.email) or "")
        said: list[tuple[str, str | int]] = [] if person.email else [("email", each.email)]
        if person.company_id is None and company is not None:
            said.append(("company", company))
        for name, value in said:
            saying = Saying(each.person, name, value, each.since, each.identity)
            sayings.setdefault((each.person, name), saying)
    say_of_persons(sayings.values(), by=by, now=now)


def named(names: Sequence[str], *, by: Actor, now: datetime, happened_at: datetime) -> dict[str, int]:
    """Return the companies of these names, the oldest of each; made where there is none."""
    keys = {name: _key(name) for name in dict.fromkeys(names) if _key(name)}
    found: dict[str, int] = {}
    for number, key in (
        Company.objects.filter(name_key__in=set(keys.values())).order_by("-pk").values_list("pk", "name_key")
    ):
        found[key] = number
    first = {key: name for name, key in reversed(keys.items()) if key not in found}
    made = _create([_New(name, None, happened_at) for name in first.values()], by=by, now=now)
    found.update(zip(first, made, strict=True))
    return {name: found[key] for name, key in keys.items()}


def mark_shared(domain: str, *, is_shared: bool, by: Actor, now: datetime) -> None:
    """Say that many firms' people write from a domain (ISP, university, agency), or that they do not.

    New addresses of a shared domain get no company by themselves; those who have one keep it.
    """
    name = registrable_domain(domain) or domain
    Domain.objects.update_or_create(pk=name, defaults={"shared": is_shared})
    append_one(NewEntry("domain.marked", now, facts={"domain": name, "is_shared": is_shared}), by=by, now=now)


def _by_domain(addresses: Sequence[Address], persons: dict[int, Person], *, by: Actor, now: datetime) -> dict[str, int]:
    wanted: dict[str, datetime] = {}
    for each in addresses:
        domain = company_domain(each.email)
        if domain is not None and persons[each.person].company_id is None:
            wanted.setdefault(domain, each.since)
    own = _own_domains() if wanted else frozenset()
    rows = {row.name: row for row in Domain.objects.filter(pk__in=wanted)}
    found = {name: row.company_id for name, row in rows.items() if row.company_id is not None and not row.shared}
    new = [name for name in wanted if name not in found and name not in own and not _is_shared(rows.get(name))]
    made = _create([_New(name, name, wanted[name]) for name in new], by=by, now=now)
    return found | dict(zip(new, made, strict=True))


def _is_shared(row: Domain | None) -> bool:
    return row is not None and row.shared


@dataclass(frozen=True, slots=True)
class _New:
    name: str
    domain: str | None
    since: datetime


def _create(new: Sequence[_New], *, by: Actor, now: datetime) -> list[int]:
    titles = [truncate(each.name, LONGEST_COMPANY_NAME) for each in new]
    rows = [
        Company(name=title, name_key=_key(title), created_at=each.since)
        for title, each in zip(titles, new, strict=True)
    ]
    Company.objects.bulk_create(rows)
    domains = [Domain(pk=each.domain, company=row) for each, row in zip(new, rows, strict=True) if each.domain]
    Domain.objects.bulk_create(domains, update_conflicts=True, update_fields=["company"], unique_fields=["name"])
    entries = [
        NewEntry(
            "company.created",
            each.since,
            about=f"company:{row.pk}",
            facts={"name": row.name, "domain": each.domain},
        )
        for each, row in zip(new, rows, strict=True)
    ]
    append(entries, by=by, now=now)
    return [row.pk for row in rows]


def _key(name: str) -> str:
    return fold(" ".join(name.split()))[:LONGEST_COMPANY_NAME]


def _is_nobodys(domain: str) -> bool:
    return domain in _own_domains() or Domain.objects.filter(pk=domain, shared=True).exists()


def _own_domains() -> frozenset[str]:
    return frozenset(registrable_domain(name) or name for name in team.settings().own_domains)
