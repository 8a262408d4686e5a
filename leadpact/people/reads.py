"""What can be asked of persons, companies and what they agreed to."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC
from typing import NamedTuple

from leadpact.base.criteria import Scalar
from leadpact.base.text import BadEmail
from leadpact.ledger import by_hand
from leadpact.people.consents import address_digest
from leadpact.people.errors import NoSuchCompany, NoSuchPerson
from leadpact.people.histories import fact_changes, fact_history
from leadpact.people.models import Company, Consent, ConsentText, Domain, Identity, Person, Suppression
from leadpact.people.rules import key_of
from leadpact.people.survivors import PersonRow, merged_rows, rows_of, survivor, survivors, top_of, with_kin
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
    "companies",
    "companies_named",
    "companions",
    "company",
    "company_by_domain",
    "consent_names_partners",
    "consent_text",
    "consents_among",
    "consents_of",
    "fact_changes",
    "fact_history",
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
    "survivor",
    "survivors",
]


def person(person_id: int) -> PersonView:
    """Return a person by any of their rows; `id` is the surviving one.  Raises `NoSuchPerson`."""
    found = persons([person_id])
    if person_id not in found:
        raise NoSuchPerson(f"There is no person {person_id}.", details={"person": person_id})
    return found[person_id]


def persons(person_ids: Collection[int]) -> dict[int, PersonView]:
    """Return persons by the id that was asked for; those that do not exist are left out."""
    rows = with_kin(person_ids)
    tops = {asked: top_of(asked, rows) for asked in set(person_ids) if asked in rows}
    merged = merged_rows(set(tops.values()), rows)
    held: dict[int, list[_Held]] = {}
    wanted = by_hand.one_of("person_id", merged)
    sql = f"SELECT person_id, id, kind, strength FROM people_identity WHERE {wanted} ORDER BY id"  # noqa: S608  # constants
    for holder, *identity in by_hand.rows(sql, [*merged]):
        held.setdefault(holder, []).append(_Held(*identity))
    views = {top: _view([rows[top], *(rows[row] for row in merged[top])], held.get(top, [])) for top in merged}
    return {asked: views[top] for asked, top in tops.items()}


def person_ids(*, after: int = 0, limit: int = 1_000) -> list[int]:
    """Return the next surviving persons by number, so that a whole table can be gone through."""
    rows = Person.objects.filter(merged_into=None, pk__gt=after).order_by("pk")
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


def colleagues(company: int, *, limit: int = 200) -> list[Colleague]:
    """Return who is with a company and has a name or an address, the oldest first, in one query."""
    sql = (
        "SELECT DISTINCT top.id, top.name, top.email, top.title FROM people_person p"
        " JOIN people_person top ON top.id = COALESCE(p.merged_into_id, p.id)"
        " WHERE p.company_id = %s AND top.merged_into_id IS NULL AND NOT (top.name = '' AND top.email = '')"
        " ORDER BY top.id LIMIT %s"
    )
    return [Colleague(*row) for row in by_hand.rows(sql, [company, limit])]


def companions(company_ids: Collection[int]) -> dict[int, dict[int, tuple[int, ...]]]:
    """Return by company its persons, each with the identities that may earn points."""
    rows = Person.objects.filter(company__in=company_ids).values_list("id", "company")
    members = [(row, company_id) for row, company_id in rows if company_id is not None]
    tops = survivors([row for row, _company in members])
    scored: dict[int, list[int]] = {top: [] for top in tops.values()}
    sure = Identity.objects.filter(person__in=scored).exclude(strength=Strength.CLAIMED).order_by("id")
    for identity, holder in sure.values_list("id", "person"):
        scored[holder].append(identity)
    found: dict[int, dict[int, tuple[int, ...]]] = {number: {} for number in company_ids}
    for row, company_id in members:
        found[company_id][tops[row]] = tuple(scored[tops[row]])
    return found


def company(company_id: int) -> CompanyView:
    """Return one company; raises `NoSuchCompany`."""
    found = companies([company_id])
    if company_id not in found:
        raise NoSuchCompany(f"There is no company {company_id}.", details={"company": company_id})
    return found[company_id]


def companies(company_ids: Collection[int]) -> dict[int, CompanyView]:
    """Return companies by id; those that do not exist are left out."""
    if not company_ids:
        return {}
    return {row.pk: company_view(row) for row in Company.objects.filter(pk__in=company_ids).prefetch_related("domains")}


def company_view(row: Company) -> CompanyView:
    """Return a row, its domains read, as other packages see it."""
    domains = tuple(sorted(domain.name for domain in row.domains.all()))
    return CompanyView(row.pk, row.name, domains, row.owner_id, dict(row.facts), row.created_at)


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
    rows = Consent.objects.select_related("text").filter(person__in=list(merged))
    newest: dict[tuple[int, str], Consent] = {}
    for row in rows.order_by("happened_at", "id"):
        newest[row.person_id, row.purpose] = row
    found: dict[Purpose, Consent] = {}
    for row in newest.values():
        purpose = Purpose(row.purpose)
        if purpose not in found or (found[purpose].given and not row.given):
            found[purpose] = row
    return {purpose: _consent(row) for purpose, row in found.items()}


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


class _Held(NamedTuple):
    pk: int
    kind: str
    strength: str


def _view(rows: Sequence[PersonRow], held: Sequence[_Held]) -> PersonView:
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
    )


def _first(rows: Sequence[PersonRow], column: str) -> str:
    return next((str(value) for row in rows if (value := getattr(row, column))), "")


def _joined(rows: Sequence[PersonRow]) -> Mapping[str, Scalar]:
    facts: dict[str, Scalar] = {}
    for row in reversed(rows):  # what the survivor's own row says comes last
        facts.update(by_hand.document(row.facts))
    return facts


def _consent(row: Consent) -> ConsentView:
    text = row.text
    return ConsentView(
        Purpose(row.purpose),
        row.given,
        row.happened_at,
        row.source,
        text.version if text else None,
        bool(text and text.names_partners),
    )


def newest_company() -> int:
    """Return the greatest number of a company, 0 where there is none."""
    return Company.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
