"""What can be done with persons and companies."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import uuid4

from django.db import transaction

from leadpact.base.criteria import Scalar
from leadpact.base.wording import worded
from leadpact.ledger.actions import append_one
from leadpact.ledger.types import NewEntry
from leadpact.people import companies
from leadpact.people.consents import (
    add_consent_text,
    give_consent,
    lift_suppression,
    object_to_profiling,
    suppress,
    withdraw_consent,
)
from leadpact.people.errors import AddressTaken, NoIdentifier, NoSuchCompany, NoSuchPerson
from leadpact.people.fields import Saying, say_of_companies, say_of_persons
from leadpact.people.linking import link_by_mail, link_identity, merge, unlink_identity, unmerge
from leadpact.people.models import Company, Identity, Person
from leadpact.people.recognising import load, lock_identities, recognise_all, write
from leadpact.people.rules import Key, key_of
from leadpact.people.rules_register import Cause
from leadpact.people.survivors import survivor, survivors
from leadpact.people.traits import company_of_traits, fields_of_traits
from leadpact.people.types import Asked, Identifier, IdentityKind, Noted, PersonFields, Recognised
from leadpact.team.types import Actor

__all__ = [
    "add_consent_text",
    "change_company",
    "change_person",
    "create_person",
    "find_or_create_company",
    "give_consent",
    "lift_suppression",
    "link_by_mail",
    "link_identity",
    "mark_domain_shared",
    "merge",
    "note_traits",
    "note_traits_of_many",
    "object_to_profiling",
    "recognise",
    "recognise_many",
    "set_company_owner",
    "set_owner",
    "suppress",
    "unlink_identity",
    "unmerge",
    "withdraw_consent",
]

MADE_HERE: Final = "made_here"  # source of the identity of a person of whom nothing identifies them


def recognise(
    identifiers: Sequence[Identifier], *, happened_at: datetime, trusted: bool, by: Actor, now: datetime
) -> Recognised:
    """Say whom an event hangs on, making the person and linking the identities it carries.

    An untrusted event (a public key) only claims: it never joins two known persons.
    Raises `NoIdentifier` where nothing in it identifies anybody.
    """
    found = recognise_all([Asked(tuple(identifiers), happened_at, trusted)], by=by, now=now)[0]
    if found is None:
        raise NoIdentifier(worded("Nothing in it says who it is."))
    return found


def recognise_many(asked: Sequence[Asked], *, by: Actor, now: datetime) -> list[Recognised | None]:
    """Do as `recognise` for many events, in their order, with few queries; None for one that identifies nobody."""
    return recognise_all(asked, by=by, now=now)


def create_person(
    fields: PersonFields, identifiers: Sequence[Identifier], *, by: Actor, now: datetime, happened_at: datetime
) -> Recognised:
    """Find the person these identifiers name, or make them, and note what is said of them.

    The address in `fields` identifies too.  A person of whom nothing identifies them is legal, and always new.
    """
    named = list(identifiers)
    if fields.email:
        named.append(Identifier(IdentityKind.EMAIL, fields.email))
    with transaction.atomic():
        found = recognise_all([Asked(tuple(named), happened_at)], by=by, now=now)[0]
        if found is None:
            alone = Identifier(IdentityKind.ANONYMOUS, str(uuid4()), MADE_HERE)
            found = recognise([alone], happened_at=happened_at, trusted=True, by=by, now=now)
        said = _as_changes(fields)
        sayings = [Saying(found.person, name, value, happened_at, found.identity) for name, value in said.items()]
        say_of_persons(sayings, by=by, now=now)
    return found


def change_person(
    person: int, changes: Mapping[str, Scalar | None], *, happened_at: datetime, by: Actor, now: datetime
) -> int:
    """Note what is true of a person from `happened_at` on; None = not known any more.  Returns how much was new.

    `name`, `email`, `phone`, `title` and `company` (its id) are fields of their own, any other name is a fact.
    A new address identifies the person from now on.  Raises `BadField`, `AddressTaken`.
    """
    with transaction.atomic():
        lock_identities()
        whom = survivor(person)
        email = changes.get("email")
        if isinstance(email, str) and (key := key_of(Identifier(IdentityKind.EMAIL, email))):
            _link_address(whom, key, happened_at, by=by, now=now)
        _check_company(changes.get("company"))
        sayings = [Saying(whom, name, value, happened_at) for name, value in changes.items()]
        return say_of_persons(sayings, by=by, now=now)


def note_traits(person: int, traits: Mapping[str, object], *, happened_at: datetime, by: Actor, now: datetime) -> int:
    """Note what an event says of a person, in the words clients use; what cannot be kept is left out.

    Never raises for what a client sent.  An address is noted, it identifies through `recognise` alone.
    """
    return note_traits_of_many([Noted(person, traits, happened_at)], by=by, now=now)


def note_traits_of_many(noted: Sequence[Noted], *, by: Actor, now: datetime) -> int:
    """Do as `note_traits` for many events, in their order, with few queries."""
    with transaction.atomic():
        whom = survivors({each.person for each in noted})
        sayings = [
            Saying(whom[each.person], name, value, each.happened_at)
            for each in noted
            for name, value in fields_of_traits(each.traits).items()
        ]
        said = say_of_persons(sayings, by=by, now=now) if sayings else 0
        named = [(whom[n.person], title, n.happened_at) for n in noted if (title := company_of_traits(n.traits))]
        return said + companies.take_names(named, by=by, now=now)


def find_or_create_company(
    name: str, domain: str = "", *, by: Actor, now: datetime, happened_at: datetime | None = None
) -> int | None:
    """Return the company of a domain, or of a name where there is none; None where neither names a company."""
    with transaction.atomic():
        lock_identities()
        return companies.find_or_create(name, domain, by=by, now=now, happened_at=happened_at or now)


def change_company(
    company: int, changes: Mapping[str, Scalar | None], *, happened_at: datetime, by: Actor, now: datetime
) -> int:
    """Note what is true of a company from `happened_at` on.  Returns how much was new.  Raises `BadField`."""
    _check_company(company)
    with transaction.atomic():
        sayings = [Saying(company, name, value, happened_at) for name, value in changes.items()]
        return say_of_companies(sayings, by=by, now=now)


def mark_domain_shared(domain: str, *, is_shared: bool = True, by: Actor, now: datetime) -> None:
    """Say that people of many firms write from a domain, so that it names no company, or that it does."""
    with transaction.atomic():
        companies.mark_shared(domain, is_shared=is_shared, by=by, now=now)


def set_owner(person: int, user: int | None, *, by: Actor, now: datetime) -> None:
    """Give a person to a user of ours, or to nobody; nothing is written where it is so already."""
    with transaction.atomic():
        whom = survivor(person)
        row = Person.objects.select_for_update().get(pk=whom)
        if row.owner_id == user:
            return
        identity = Identity.objects.filter(person=whom).order_by("id").values_list("id", flat=True).first()
        facts = {"old": row.owner_id, "new": user}
        row.owner_id = user
        row.save(update_fields=["owner"])
        append_one(NewEntry("owner.changed", now, identity, f"person:{whom}", facts), by=by, now=now)


def set_company_owner(company: int, user: int | None, *, by: Actor, now: datetime) -> None:
    """Give a company to a user of ours, or to nobody; nothing is written where it is so already."""
    with transaction.atomic():
        row = Company.objects.select_for_update().filter(pk=company).first()
        if row is None:
            raise NoSuchCompany(worded("There is no company {company}.", company=company), details={"company": company})
        if row.owner_id == user:
            return
        facts = {"old": row.owner_id, "new": user}
        row.owner_id = user
        row.save(update_fields=["owner"])
        append_one(NewEntry("owner.changed", now, about=f"company:{company}", facts=facts), by=by, now=now)


def _as_changes(fields: PersonFields) -> dict[str, Scalar | None]:
    said: dict[str, Scalar | None] = {name: value for name, value in fields.facts.items() if value is not None}
    columns = {"name": fields.name, "email": fields.email, "phone": fields.phone, "title": fields.title}
    said.update({name: value for name, value in columns.items() if value})
    if fields.company is not None:
        said["company"] = fields.company
    return said


def _link_address(person: int, key: Key, happened_at: datetime, *, by: Actor, now: datetime) -> None:
    if key.is_shared_mailbox:
        return
    register = load([key], [person])
    someone = next((rows[0].person for rows in register.lives.values() if rows[0].person.id == person), None)
    if someone is None:
        raise NoSuchPerson(worded("There is no person {person}.", person=person), details={"person": person})
    if not register.link(key, someone, Cause(happened_at, by)):
        raise AddressTaken(worded("Another person has this address."), details={"person": person})
    if not register.is_untouched:
        write(register, by=by, now=now)


def _check_company(company: Scalar | None) -> None:
    if company is not None and not Company.objects.filter(pk=company).exists():
        raise NoSuchCompany(worded("There is no company {company}.", company=company), details={"company": company})
