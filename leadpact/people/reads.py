"""What can be asked of persons, companies and what they agreed to."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC
from itertools import batched
from typing import Any, Final

from django.db.models import Count, F

from leadpact.base.criteria import Scalar
from leadpact.base.text import BadEmail
from leadpact.base.wording import worded
from leadpact.ledger import by_hand
from leadpact.people.consents import address_digest
from leadpact.people.errors import NoSuchCompany, NoSuchPerson
from leadpact.people.histories import fact_changes, fact_history, facts_question
from leadpact.people.models import Company, ConsentText, Domain, Fact, Identity, Person, Suppression
from leadpact.people.rules import key_of
from leadpact.people.survivors import Held, PersonRow, merged_rows, rows_of, survivor, survivors, top_of, with_kin
from leadpact.people.types import (
    Colleague,
    CompanyView,
    ConsentTextView,
    ConsentView,
    Identifier,
    IdentityKind,
    IdentityView,
    PersonView,
    Purpose,
    Strength,
)

__all__ = [
    "colleagues",
    "colleagues_question",
    "companies",
    "companies_named",
    "companions",
    "company",
    "company_by_domain",
    "consent_names_partners",
    "consent_text",
    "consents_among",
    "consents_of",
    "consents_question",
    "ever_colleagues",
    "fact_changes",
    "fact_history",
    "facts_question",
    "identities",
    "identities_of",
    "is_suppressed",
    "may_mail",
    "person",
    "person_by",
    "person_ids",
    "persons",
    "persons_of_company",
    "persons_of_identities",
    "sizes_of_companies",
    "survivor",
    "survivors",
]

_AT_ONCE: Final = 5_000  # values in one IN (...)


def person(person_id: int) -> PersonView:
    """Return a person by any of their rows; `id` is the surviving one.  Raises `NoSuchPerson`."""
    found = persons([person_id])
    if person_id not in found:
        raise NoSuchPerson(worded("There is no person {person}.", person=person_id), details={"person": person_id})
    return found[person_id]


def persons(person_ids: Collection[int]) -> dict[int, PersonView]:
    """Return persons by the id that was asked for; those that do not exist are left out."""
    rows, held = with_kin(person_ids)
    tops = {asked: top_of(asked, rows) for asked in set(person_ids) if asked in rows}
    merged = merged_rows(set(tops.values()), rows)
    views = {top: _view([rows[top], *(rows[row] for row in merged[top])], held.get(top, [])) for top in merged}
    return {asked: views[top] for asked, top in tops.items()}


def person_ids(*, after: int = 0, limit: int = 1_000) -> list[int]:
    """Return the next surviving persons by number, so that a whole table can be gone through."""
    rows = Person.objects.filter(merged_into=None, erased_at=None, pk__gt=after).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:limit])


def person_by(identifier: Identifier) -> int | None:
    """Return the person an identifier names; of a shared device the one who was there last."""
    key = key_of(identifier)
    if key is None:
        return None
    rows = Identity.objects.filter(kind=key.kind, source=key.source, value=key.value).order_by("-life")
    return rows.values_list("person", flat=True).first()


def identities_of(person_id: int) -> tuple[int, ...]:
    """Return everything that a person's events hang on; merged rows included."""
    rows = Identity.objects.filter(person=survivor(person_id)).order_by("id")
    return tuple(rows.values_list("id", flat=True))


def identities(person_id: int) -> list[IdentityView]:
    """Return what identifies a person, the oldest first."""
    rows = Identity.objects.filter(person=survivor(person_id)).order_by("id")
    return [
        IdentityView(
            row.pk, IdentityKind(row.kind), row.source, row.value, row.life, Strength(row.strength), row.created_at
        )
        for row in rows
    ]


def persons_of_identities(identity_ids: Collection[int]) -> dict[int, int]:
    """Return whose each identity is."""
    return dict(Identity.objects.filter(pk__in=identity_ids).values_list("id", "person"))


def persons_of_company(company_id: int) -> list[int]:
    """Return the persons of a company, the oldest first; a merged row counts as its survivor."""
    rows = Person.objects.filter(company=company_id).order_by("id").values_list("id", flat=True)
    return sorted(set(survivors(list(rows)).values()))


def ever_colleagues(person_ids: Collection[int]) -> list[set[int]]:
    """Return everybody at each company where one of these is or ever was, rows merged into them included."""
    rows = {row for top, under in rows_of(set(person_ids)).items() for row in (top, *under)}
    wheres: set[int] = set()
    for some in batched(sorted(rows), _AT_ONCE):
        wheres |= set(Person.objects.filter(pk__in=some, company__gt=0).values_list("company", flat=True))
        said = Fact.objects.filter(person__in=some, name="company").values_list("value", flat=True)
        wheres |= {number for number in said if isinstance(number, int)}
    there: dict[int, set[int]] = {}
    for some in batched(sorted(wheres), _AT_ONCE):
        for row, company in Person.objects.filter(company__in=some).values_list("id", "company"):
            there.setdefault(company, set()).add(row)
    tops = survivors([row for found in there.values() for row in found])
    return [{tops[row] for row in found} for found in there.values()]


def sizes_of_companies(company_ids: Collection[int]) -> dict[int, int]:
    """Return how many rows of persons each company has; those without any are left out."""
    found: dict[int, int] = {}
    for some in batched(company_ids, _AT_ONCE):
        rows = Person.objects.filter(company__in=some).order_by().values_list("company").annotate(Count("id"))
        found.update((number, n) for number, n in rows if number is not None)
    return found


def colleagues(company: int, *, limit: int = 200) -> list[Colleague]:
    """Return who is with a company and has a name or an address, the oldest first, in one query."""
    return _colleagues(by_hand.rows(_COLLEAGUES, [company, limit]))


def colleagues_question(company: int | None, *, limit: int = 200) -> by_hand.Question[list[Colleague]]:
    """Return what `colleagues` asks, to be asked with other things; nobody is with no company."""
    return by_hand.Question(_COLLEAGUES, (company or 0, limit), 4, _colleagues, order=(0,))


_COLLEAGUES = (
    "SELECT DISTINCT top.id, top.name, top.email, top.title FROM people_person p"
    " JOIN people_person top ON top.id = COALESCE(p.merged_into_id, p.id)"
    " WHERE p.company_id = %s AND top.merged_into_id IS NULL AND NOT (top.name = '' AND top.email = '')"
    " ORDER BY top.id LIMIT %s"
)


def _colleagues(rows: Iterable[Sequence[Any]]) -> list[Colleague]:
    return [Colleague(*row) for row in rows]


def companions(company_ids: Collection[int]) -> dict[int, dict[int, tuple[int, ...]]]:
    """Return by company its persons, each with the identities that may earn points.

    Who is one of several rows is of one company, the one their page shows.
    """
    found: dict[int, dict[int, tuple[int, ...]]] = {number: {} for number in company_ids}
    unsure: set[tuple[int, int]] = set()
    for some in batched(company_ids, _AT_ONCE):
        for company_id, person_id, identity, own in by_hand.rows(_companions(some), [*some]):
            mine = found[company_id].get(person_id, ())
            found[company_id][person_id] = mine if identity is None else (*mine, identity)
            unsure |= {(company_id, person_id)} if own is None else set()
    homes = persons([person_id for _, person_id in unsure]) if unsure else {}
    for company_id, person_id in unsure:
        if homes[person_id].company != company_id:
            del found[company_id][person_id]
    return found


def _companions(company_ids: Collection[int]) -> str:
    """Return what goes from the rows of companies up to those that stand for them, and to what is surely theirs.

    Left out is who stands for such a row and has another company of their own.
    """
    return (
        "WITH RECURSIVE up(company, id, target, own) AS ("  # noqa: S608  # places alone
        "SELECT company_id, id, merged_into_id, company_id FROM people_person"
        f" WHERE {by_hand.one_of('company_id', company_ids)}"
        " UNION SELECT up.company, p.id, p.merged_into_id, p.company_id"
        " FROM up JOIN people_person p ON p.id = up.target)"
        " SELECT up.company, up.id, i.id, up.own FROM up LEFT JOIN people_identity i"
        f" ON i.person_id = up.id AND i.strength <> '{Strength.CLAIMED.value}'"
        " WHERE up.target IS NULL AND (up.own IS NULL OR up.own = up.company) ORDER BY up.id, i.id"
    )


def company(company_id: int) -> CompanyView:
    """Return one company; raises `NoSuchCompany`."""
    found = companies([company_id])
    if company_id not in found:
        raise NoSuchCompany(
            worded("There is no company {company}.", company=company_id), details={"company": company_id}
        )
    return found[company_id]


def companies(company_ids: Collection[int]) -> dict[int, CompanyView]:
    """Return companies by id; those that do not exist are left out."""
    if not company_ids:
        return {}
    joined = Company.objects.filter(pk__in=company_ids).annotate(domain=F("domains__name"), shared=F("domains__shared"))
    found = {row.pk: row for row in joined}  # one row for each domain
    domains: dict[int, dict[str, bool]] = {number: {} for number in found}
    for row in joined:
        if row.domain is not None:
            domains[row.pk][row.domain] = row.shared
    return {number: _company_view(row, domains[number]) for number, row in found.items()}


def company_view(row: Company) -> CompanyView:
    """Return a row, its domains read, as other packages see it."""
    return _company_view(row, {domain.name: domain.shared for domain in row.domains.all()})


def _company_view(row: Company, domains: Mapping[str, bool]) -> CompanyView:
    shared = frozenset(name for name, is_shared in domains.items() if is_shared)
    return CompanyView(row.pk, row.name, tuple(sorted(domains)), row.owner_id, dict(row.facts), row.created_at, shared)


def company_by_domain(domain: str) -> int | None:
    """Return the company of a registrable domain."""
    return Domain.objects.filter(pk=domain).values_list("company", flat=True).first()


def companies_named(text: str, *, limit: int = 10) -> list[CompanyView]:
    """Return companies whose name holds the text."""
    numbers = list(Company.objects.filter(name__icontains=text).order_by("name")[:limit].values_list("id", flat=True))
    found = companies(numbers)
    return [found[number] for number in numbers]


def consents_of(person_id: int) -> dict[Purpose, ConsentView]:
    """Return what a person says now by purpose; of the rows merged into one the strictest holds."""
    top = survivor(person_id)
    return consents_among([top, *rows_of([top])[top]])


def consents_among(merged: Collection[int]) -> dict[Purpose, ConsentView]:
    """Do as `consents_of` for a person with the rows merged into them, which are known already."""
    question = consents_question(merged)
    return by_hand.at_once(question).to(question)


def consents_question(merged: Collection[int]) -> by_hand.Question[dict[Purpose, ConsentView]]:
    """Return what `consents_among` asks, to be asked with other things."""
    sql = (
        "SELECT c.person_id, c.purpose, c.given, c.happened_at, c.id, c.source, t.version, t.names_partners"  # noqa: S608  # places alone
        " FROM people_consent c LEFT JOIN people_consenttext t ON t.id = c.text_id"
        f" WHERE {by_hand.one_of('c.person_id', merged)}"
    )
    return by_hand.Question(sql, [*merged], 8, _said_now, order=(3, 4))


def _said_now(rows: Iterable[Sequence[Any]]) -> dict[Purpose, ConsentView]:
    """Of what each row says newest of a purpose, the strictest; `rows` are in the order they were said."""
    newest = {
        (person, purpose): ConsentView(
            Purpose(purpose), bool(given), by_hand.moment(happened_at), source, version, bool(names_partners)
        )
        for person, purpose, given, happened_at, _number, source, version, names_partners in rows
    }
    found: dict[Purpose, ConsentView] = {}
    for said in newest.values():
        if said.purpose not in found or (found[said.purpose].given and not said.given):
            found[said.purpose] = said
    return found


def may_mail(person_id: int, purpose: Purpose = Purpose.MAIL) -> bool:
    """Say whether we may write to a person for a purpose: agreed to, and none of their addresses suppressed."""
    view = person(person_id)
    said = consents_of(person_id).get(purpose)
    if said is None or not said.given or not view.email:
        return False
    addresses = [each.value for each in identities(person_id) if each.kind is IdentityKind.EMAIL]
    return not any(is_suppressed(address) for address in {*addresses, view.email})


def is_suppressed(email: str) -> bool:
    """Say whether we may never write to an address; what is no address is never written to."""
    try:
        digest = address_digest(email)
    except BadEmail:
        return True
    return Suppression.objects.filter(address_digest=digest).exists()


def consent_names_partners(person_id: int) -> bool:
    """Say whether a consent that holds now names partners, so that one may see the person's story."""
    return any(said.given and said.names_partners for said in consents_of(person_id).values())


def consent_text(purpose: Purpose, version: int | None = None) -> ConsentTextView | None:
    """Return one wording, the newest where no version is asked for; None where there is none."""
    rows = ConsentText.objects.filter(purpose=purpose).order_by("-version")
    row = rows.first() if version is None else rows.filter(version=version).first()
    if row is None:
        return None
    since = row.created_at.astimezone(UTC).date()
    return ConsentTextView(row.pk, Purpose(row.purpose), row.version, row.text, row.names_partners, since)


def _view(rows: Sequence[PersonRow], held: Sequence[Held]) -> PersonView:
    top = rows[0]
    home = next((row for row in rows if row.company is not None), None)
    email = _first(rows, "email")
    name = _first(rows, "name")
    is_known = any(each.kind != IdentityKind.ANONYMOUS and each.strength == Strength.SURE for each in held)
    return PersonView(
        id=top.pk,
        name=name,
        email=email,
        phone=_first(rows, "phone"),
        title=_first(rows, "title"),
        company=home.company if home else None,
        company_name=(home.company_name or "") if home else "",
        owner=next((row.owner for row in rows if row.owner is not None), None),
        facts=_joined(rows),
        identities=tuple(each.pk for each in held),
        scored_identities=tuple(each.pk for each in held if each.strength != Strength.CLAIMED),
        is_known=is_known or bool(email or name),
        created_at=min(by_hand.moment(row.created_at) for row in rows),
        merged=tuple(row.pk for row in rows[1:]),
        erased_at=None if top.erased_at is None else by_hand.moment(top.erased_at),
    )


def _first(rows: Sequence[PersonRow], column: str) -> str:
    return next((str(value) for row in rows if (value := getattr(row, column))), "")


def _joined(rows: Sequence[PersonRow]) -> Mapping[str, Scalar]:
    facts: dict[str, Scalar] = {}
    for row in reversed(rows):  # what the survivor's own row says comes last
        facts.update(by_hand.document(row.facts))
    return facts


def newest_company() -> int:
    """Return the greatest number of a company, 0 where there is none."""
    return Company.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
