"""What we know of persons and companies, and since when."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from leadpact.ledger import reads as ledger
from leadpact.people import actions, reads
from leadpact.people.errors import AddressTaken, BadField, NoSuchCompany, NoSuchPerson
from leadpact.people.types import Identifier, IdentityKind, PersonFields, Recognised
from leadpact.team import actions as team
from leadpact.team import reads as team_reads
from leadpact.team.types import SYSTEM, user_actor

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def email(value: str) -> Identifier:
    return Identifier(IdentityKind.EMAIL, value)


def make(fields: PersonFields, *identifiers: Identifier, at: datetime = NOON) -> Recognised:
    return actions.create_person(fields, identifiers, by=SYSTEM, now=NOON, happened_at=at)


def change(person: int, at: datetime = NOON, **changes: str | int | bool | None) -> int:
    return actions.change_person(person, changes, happened_at=at, by=SYSTEM, now=NOON + 30 * DAY)


def test_a_person_is_made_with_a_company_of_the_address() -> None:
    made = make(PersonFields(name="Ada", email="Ada@mail.acme.co.uk", title="CTO", facts={"country": "GB"}))
    view = reads.person(made.person)
    assert (view.name, view.email, view.title, view.facts) == ("Ada", "Ada@mail.acme.co.uk", "CTO", {"country": "GB"})
    assert view.company_name == "acme.co.uk"
    assert view.is_known
    assert view.company is not None
    assert reads.company(view.company).domains == ("acme.co.uk",)
    colleague = make(PersonFields(email="bob@acme.co.uk"))
    assert reads.persons_of_company(view.company) == [made.person, colleague.person]
    (entry,) = ledger.entries_about(f"company:{view.company}")
    assert (entry.kind, entry.facts) == ("company.created", {"name": "acme.co.uk", "domain": "acme.co.uk"})


@pytest.mark.parametrize(
    "address", ["ada@gmail.com", "ada@gmx.de", "ada@our-own.test", "ada@de.our-own.test", "ada@uni.test"]
)
def test_free_mail_our_own_and_shared_domains_name_no_company(address: str) -> None:
    settings = replace(team_reads.settings(), own_domains=("www.Our-own.test",))
    team.change_settings(settings, by=SYSTEM, now=NOON)
    actions.mark_domain_shared("uni.test", by=SYSTEM, now=NOON)
    assert reads.person(make(PersonFields(email=address)).person).company is None


def test_a_company_made_from_a_domain_takes_the_first_name_it_is_given() -> None:
    made = reads.person(make(PersonFields(email="ada@acme.test")).person).company
    named = actions.find_or_create_company("Acme Ltd", "www.acme.test", by=SYSTEM, now=NOON)
    assert named == made
    assert named is not None
    assert actions.find_or_create_company("ACME again", "acme.test", by=SYSTEM, now=NOON) == made
    assert reads.company(named).name == "Acme Ltd"
    assert actions.find_or_create_company("  Beta   GmbH ", by=SYSTEM, now=NOON) == actions.find_or_create_company(
        "beta gmbh", by=SYSTEM, now=NOON
    )
    assert actions.find_or_create_company("", "gmail.com", by=SYSTEM, now=NOON) is None


@pytest.mark.parametrize(
    "name", ["", "محمد بن سلمان", "李", "Ada \u202e Lovelace", "x" * 300, "Zoë", "O'Brien; DROP TABLE", "👩‍👩‍👧"]
)  # fmt: skip
def test_any_name_or_none_is_kept_as_it_is(name: str) -> None:
    made = make(PersonFields(name=name), Identifier(IdentityKind.CRM, "7", "odoo"))
    assert reads.person(made.person).name == name


def test_a_name_that_is_too_long_is_cut_and_a_nul_is_taken_out() -> None:
    view = reads.person(make(PersonFields(name="x" * 301, title="C\x00TO"), email("a@acme.test")).person)
    assert view.name == "x" * 299 + "…"
    assert view.title == "CTO"


def test_a_person_of_whom_nothing_identifies_them_is_always_new() -> None:
    one, other = make(PersonFields(name="Ada")), make(PersonFields(name="Ada"))
    assert one.person != other.person
    assert reads.person(one.person).is_known
    assert len(reads.identities_of(one.person)) == 1


def test_what_changes_is_an_entry_with_the_value_in_its_personal_part() -> None:
    made = make(PersonFields(name="Ada", email="ada@acme.test"))
    assert change(made.person, NOON + DAY, name="Ada King", country="GB") == 2
    assert change(made.person, NOON + DAY, name="Ada King", country="GB") == 0  # twice is once
    entries = ledger.entries_of([made.identity], since=NOON + DAY)
    assert [(entry.kind, entry.facts, entry.personal) for entry in entries] == [
        ("person.changed", {"field": "name"}, {"old": "Ada", "new": "Ada King"}),
        ("person.changed", {"field": "country"}, {"old": None, "new": "GB"}),
    ]


def test_no_entry_about_a_person_holds_their_name_or_address_outside_its_personal_part() -> None:
    made = make(PersonFields(name="Lovelace", email="lovelace@acme.test", phone="+44 20 7946 0000"))
    change(made.person, NOON + DAY, title="Countess", email="countess@acme.test")
    kept = " ".join(str(entry.facts) for entry in ledger.entries_of(reads.identities_of(made.person)))
    assert not any(word in kept for word in ("Lovelace", "lovelace", "7946", "Countess", "countess"))


def test_a_value_from_earlier_than_the_current_one_goes_into_the_history_only() -> None:
    person = make(PersonFields(email="ada@acme.test")).person
    change(person, NOON + 5 * DAY, size=500)
    change(person, NOON + 2 * DAY, size=50)
    assert change(person, NOON + 2 * DAY, size=50) == 0
    assert reads.person(person).facts["size"] == 500
    history = [(fact.value, fact.happened_at) for fact in reads.fact_history(person) if fact.name == "person.size"]
    assert history == [(50, NOON + 2 * DAY), (500, NOON + 5 * DAY)]


def test_a_fact_may_stop_being_known() -> None:
    person = make(PersonFields(email="ada@acme.test", facts={"country": "GB"})).person
    change(person, NOON + DAY, country=None)
    assert "country" not in reads.person(person).facts
    assert [fact.value for fact in reads.fact_history(person) if fact.name == "person.country"] == ["GB", None]


def test_yes_and_one_are_two_values() -> None:
    person = make(PersonFields(email="ada@acme.test", facts={"opted": 1})).person
    assert change(person, NOON + DAY, opted=True) == 1
    assert reads.person(person).facts["opted"] is True


@pytest.mark.parametrize("name", ["", "Country", "a b", "1st", "x" * 61, "person.x"])
def test_a_field_must_have_a_name_that_can_be_written(name: str) -> None:
    person = make(PersonFields(email="ada@acme.test")).person
    with pytest.raises(BadField):
        actions.change_person(person, {name: "x"}, happened_at=NOON, by=SYSTEM, now=NOON)


def test_what_holds_of_the_company_holds_of_the_person_while_they_are_with_it() -> None:
    person = make(PersonFields(email="ada@acme.test")).person
    acme = reads.person(person).company
    beta = actions.find_or_create_company("Beta", "beta.test", by=SYSTEM, now=NOON, happened_at=NOON)
    assert acme is not None
    assert beta is not None
    for company, size, days in ((acme, 10, -5), (acme, 20, 1), (beta, 900, 2), (acme, 30, 4)):
        at = NOON + days * DAY
        actions.change_company(company, {"size": size}, happened_at=at, by=SYSTEM, now=NOON)
    change(person, NOON + 3 * DAY, company=beta)
    sizes = [(fact.value, fact.happened_at) for fact in reads.fact_history(person) if fact.name == "company.size"]
    assert sizes == [(10, NOON), (20, NOON + DAY), (None, NOON + 3 * DAY), (900, NOON + 3 * DAY)]


def test_a_new_address_identifies_from_now_on_and_another_persons_is_refused() -> None:
    ada, bob = make(PersonFields(email="ada@acme.test")), make(PersonFields(email="bob@beta.test"))
    change(ada.person, NOON + DAY, email="ada.king@acme.test")
    assert reads.person_by(email("ADA.KING@acme.test")) == ada.person
    assert reads.person_by(email("ada@acme.test")) == ada.person
    with pytest.raises(AddressTaken):
        change(ada.person, NOON + DAY, email="bob@beta.test")
    assert reads.person_by(email("bob@beta.test")) == bob.person
    assert reads.person(ada.person).email == "ada.king@acme.test"


def test_what_is_not_there_is_an_error_that_names_it() -> None:
    with pytest.raises(NoSuchPerson, match="4711"):
        change(4711, name="x")
    with pytest.raises(NoSuchCompany, match="4711"):
        change(make(PersonFields(email="ada@acme.test")).person, company=4711)
    with pytest.raises(NoSuchCompany):
        actions.set_company_owner(4711, None, by=SYSTEM, now=NOON)


def test_clients_words_become_our_fields_and_what_cannot_be_kept_is_left_out() -> None:
    person = make(PersonFields(email="ada@acme.test")).person
    traits = {
        "firstName": "Ada", "lastName": "Lovelace", "Phone": 442079460000, "jobTitle": "CTO",
        "companySize": 500.0, "score": 1.5, "address": {"city": "London"}, "tags": ["a"], "vip": True,
        "big": 1 << 70, "company": {"name": "Acme"}, "": "x", "nul\x00": "y",
    }  # fmt: skip
    actions.note_traits(person, traits, happened_at=NOON, by=SYSTEM, now=NOON)
    view = reads.person(person)
    assert (view.name, view.phone, view.title) == ("Ada Lovelace", "442079460000", "CTO")
    assert view.facts == {"company_size": 500, "score": "1.5", "vip": True}


def test_an_owner_is_given_once_and_the_ledger_says_who_did_it() -> None:
    rep = team.create_user("rep@acme.test", None, by=SYSTEM, now=NOON)
    made = make(PersonFields(email="ada@beta.test"))
    actions.set_owner(made.person, rep, by=user_actor(rep), now=NOON)
    actions.set_owner(made.person, rep, by=user_actor(rep), now=NOON)
    entries = ledger.entries_of([made.identity], kinds=["owner.changed"])
    assert [(entry.facts, entry.by) for entry in entries] == [({"old": None, "new": rep}, f"user:{rep}")]
    company = reads.person(made.person).company
    assert company is not None
    actions.set_company_owner(company, rep, by=SYSTEM, now=NOON)
    assert reads.company(company).owner == rep
    assert reads.person(made.person).owner == rep
