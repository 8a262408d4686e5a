"""A company made from a mail domain takes the first name its people give it, and keeps a name it has."""

from datetime import UTC, datetime

import pytest

from leadpact.people import actions, reads
from leadpact.people.types import Identifier, IdentityKind
from leadpact.team.types import SYSTEM

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 3, 10, tzinfo=UTC)


def somebody(email: str) -> int:
    whom = [Identifier(IdentityKind.EMAIL, email)]
    return actions.recognise(whom, happened_at=NOW, trusted=True, by=SYSTEM, now=NOW).person


def say(person: int, company: object) -> str:
    actions.note_traits(person, {"company": company}, happened_at=NOW, by=SYSTEM, now=NOW)
    return reads.person(person).company_name


def test_a_company_made_from_a_domain_takes_the_first_name_it_is_given() -> None:
    hannah, dev = somebody("hannah@northgate.example"), somebody("dev@northgate.example")
    assert reads.person(hannah).company_name == "northgate.example"
    assert say(hannah, {"name": "Northgate Instruments"}) == "Northgate Instruments"
    assert say(dev, "Somebody else's firm") == "Northgate Instruments"


def test_what_is_no_name_changes_nothing() -> None:
    hannah = somebody("hannah@northgate.example")
    for said in ("  ", 7, None, {"id": 4}, {"name": ["x"]}):
        assert say(hannah, said) == "northgate.example"


def test_who_has_no_company_gets_none_by_a_trait() -> None:
    assert say(somebody("hannah@gmail.com"), "Northgate Instruments") == ""
