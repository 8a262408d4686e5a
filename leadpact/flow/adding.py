"""Adding a person by hand, and putting right what is known of one."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from leadpact.base.criteria import Scalar
from leadpact.flow import lists
from leadpact.people import actions as people
from leadpact.people import reads as known
from leadpact.people.types import PersonFields
from leadpact.scoring import actions as scoring
from leadpact.team.types import Actor


def add_person(fields: PersonFields, *, company_name: str = "", by: Actor, now: datetime) -> int:
    """Add a person; whoever has the address already gets what is new of it.  Returns the person.

    company_name  found or made by that name; "": that of the mail address, if it has one
    """
    with transaction.atomic():
        person = people.create_person(fields, [], by=by, now=now, happened_at=now).person
        if company_name:
            company = people.find_or_create_company(company_name, by=by, now=now)
            people.change_person(person, {"company": company}, happened_at=now, by=by, now=now)
        scoring.mark_due([person], at=now)
        lists.refresh([person], now=now)
        return person


def correct_person(person: int, changes: Mapping[str, str], *, by: Actor, now: datetime) -> int:
    """Note what is true of a person from now on; "" = not known any more.  Returns how much was new.

    `company` is a name here: found or made.  Raises `AddressTaken`, `BadField`.
    """
    with transaction.atomic():
        before = known.person(person)
        said: dict[str, Scalar | None] = {name: value or None for name, value in changes.items() if name != "company"}
        if "company" in changes and changes["company"] != before.company_name:
            name = changes["company"]
            said["company"] = people.find_or_create_company(name, by=by, now=now) if name else None
        said = {name: value for name, value in said.items() if value != (getattr(before, name) or None)}
        done = people.change_person(person, said, happened_at=now, by=by, now=now) if said else 0
        scoring.mark_due([person], at=now)
        lists.refresh([person], now=now)
        return done
