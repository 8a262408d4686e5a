"""Who is who: which identity an event hangs on, and what is linked, moved or kept apart."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test.utils import CaptureQueriesContext

from leadpact.ledger import reads as ledger
from leadpact.people import actions, reads
from leadpact.people.errors import NoIdentifier
from leadpact.people.types import Asked, Identifier, IdentityKind, Recognised
from leadpact.team.types import SYSTEM, Actor

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
USER, CRM, EMAIL, DEVICE = IdentityKind.USER, IdentityKind.CRM, IdentityKind.EMAIL, IdentityKind.ANONYMOUS


def user(value: str, source: str = "app") -> Identifier:
    return Identifier(USER, value, source)


def email(value: str) -> Identifier:
    return Identifier(EMAIL, value)


def device(value: str) -> Identifier:
    return Identifier(DEVICE, value)


def said(*identifiers: Identifier, minutes: int = 0, trusted: bool = True) -> Recognised:
    at = NOON + timedelta(minutes=minutes)
    return actions.recognise(identifiers, happened_at=at, trusted=trusted, by=Actor("source", 1), now=at)


def claimed(*identifiers: Identifier, minutes: int = 0) -> Recognised:
    return said(*identifiers, minutes=minutes, trusted=False)


def identity_of(identifier: Identifier) -> list[str]:
    person = reads.person_by(identifier)
    assert person is not None
    return sorted(f"{each.kind}:{each.value}:{each.life}" for each in reads.identities(person))


def test_an_event_hangs_on_the_strongest_identity_whatever_the_order_in_it() -> None:
    found = said(device("a1"), email("ada@acme.test"), Identifier(CRM, "c7", "odoo"), user("u1"))
    by_id = {each.id: each for each in reads.identities(found.person)}
    assert by_id[found.identity].kind is USER
    assert sorted(each.kind for each in by_id.values()) == sorted([USER, CRM, EMAIL, DEVICE])
    assert found.is_new
    assert found.is_known
    assert not said(user("u1")).is_new


def test_the_others_it_carries_are_linked_by_an_entry() -> None:
    found = said(email("ada@acme.test"), device("a1"))
    entries = ledger.entries_of(reads.identities_of(found.person), kinds=["person.created", "identity.linked"])
    assert [entry.kind for entry in entries] == ["person.created", "identity.linked"]
    assert entries[1].facts["kind"] == "anonymous"
    assert entries[1].by == "source:1"
    assert entries[1].happened_at == NOON


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ada@Acme.test", "ada@acme.TEST", True),  # A@x and a@X
        (" ada@acme.test ", "ada@acme.test", True),
        ("ada+demo@acme.test", "ada@acme.test", False),  # a plus-address is another address
        ("ada@bücher.example", "ada@xn--bcher-kva.example", True),  # an international domain in both forms
        ("ada@acme.test", "ada@acme.example", False),
    ],
)
def test_one_address_in_several_spellings_is_one_person(one: str, other: str, same: bool) -> None:
    assert (said(email(one)).person == said(email(other)).person) is same


def test_a_visitor_becomes_known_and_keeps_everything_they_did() -> None:
    visit = said(device("a1"))
    form = said(email("ada@acme.test"), device("a1"), minutes=5)
    assert form.person == visit.person
    assert visit.identity in reads.identities_of(form.person)


def test_a_visitor_joins_the_person_known_before_from_another_device() -> None:
    known = said(email("ada@acme.test"), device("home"))
    visit = said(device("work"), minutes=1)
    form = said(email("ada@acme.test"), device("work"), minutes=2)
    assert form.person == known.person
    assert set(reads.identities_of(known.person)) >= {known.identity, visit.identity}
    assert reads.survivor(visit.person) == known.person


def test_a_second_person_on_a_device_gets_a_new_life_of_it() -> None:
    first = said(email("ada@acme.test"), device("shared"))
    second = said(email("bob@beta.test"), device("shared"), minutes=1)
    assert first.person != second.person
    assert identity_of(email("ada@acme.test")) == ["anonymous:shared:1", "email:ada@acme.test:1"]
    assert identity_of(email("bob@beta.test")) == ["anonymous:shared:2", "email:bob@beta.test:1"]
    later = said(device("shared"), minutes=2)
    assert later.person == second.person
    entries = ledger.entries_of([later.identity], kinds=["identity.linked"])
    assert [entry.facts["why"] for entry in entries] == ["shared_device"]


def test_what_is_trusted_joins_two_known_persons_and_the_older_survives() -> None:
    by_mail = said(email("ada@acme.test"))
    by_user = said(user("u1"), minutes=1)
    both = said(user("u1"), email("ada@acme.test"), minutes=2)
    assert both.person == by_mail.person
    assert reads.survivor(by_user.person) == by_mail.person
    assert {by_mail.identity, by_user.identity} <= set(reads.identities_of(by_mail.person))
    entries = ledger.entries_of(reads.identities_of(by_mail.person), kinds=["person.merged"])
    assert [entry.facts["loser"] for entry in entries] == [by_user.person]


def test_two_user_ids_of_one_source_are_two_people_even_with_one_address() -> None:
    first = said(user("u1"), email("family@home.test"))
    second = said(user("u2"), email("family@home.test"), minutes=1)
    assert first.person != second.person
    assert said(email("family@home.test"), minutes=2).person == first.person


def test_one_user_id_from_two_sources_is_two_identities() -> None:
    assert said(user("7", "shop")).person != said(user("7", "crm")).person


@pytest.mark.parametrize(
    "nobody",
    [
        user("null"), user("undefined"), user("0"), user(""), user("  "), user("N/A"), user("[object Object]"),
        device("00000000-0000-0000-0000-000000000000"), device("Anonymous"), user("test"), user("(not set)"),
        email("noreply@acme.test"), email("null"), email("undefined@acme.test"), email("not an address"),
    ],
)  # fmt: skip
def test_a_value_that_everybody_has_identifies_nobody(nobody: Identifier) -> None:
    with pytest.raises(NoIdentifier):
        said(nobody)
    one, other = said(nobody, email("ada@acme.test")), said(nobody, email("bob@beta.test"))
    assert one.person != other.person


def test_a_mailbox_that_many_read_stands_for_itself_alone() -> None:
    one = said(email("info@acme.test"), device("a1"))
    other = said(email("info@acme.test"), device("a2"))
    assert one.person != other.person
    mailbox = said(email("info@acme.test"))
    assert mailbox.person not in {one.person, other.person}
    assert said(email("INFO@acme.test")).person == mailbox.person
    assert said(email("info@beta.test")).person != mailbox.person


def test_a_name_or_number_too_long_for_a_column_still_identifies() -> None:
    long, longer = "x" * 5_000, "x" * 5_001
    assert said(user(long)).person == said(user(long)).person
    assert said(user(long)).person != said(user(longer)).person


def test_text_that_a_database_refuses_still_identifies() -> None:
    assert said(user("a\x00b\ud800c")).person == said(user("a\x00b\ud800c")).person


# what a public key claims


def test_a_forged_identify_joins_nobody() -> None:
    victim = said(email("ada@acme.test"), device("ada"))
    forged = claimed(email("ada@acme.test"), device("evil"), minutes=1)
    after = claimed(device("evil"), minutes=2)
    assert forged.person != victim.person
    assert after.person == forged.person
    assert forged.identity not in reads.identities_of(victim.person)


def test_a_claim_on_a_known_persons_device_starts_a_new_life_of_it() -> None:
    ada = said(email("ada@acme.test"), device("shared"))
    bob = said(email("bob@beta.test"))
    seen = claimed(email("bob@beta.test"), device("shared"), minutes=1)
    assert seen.person not in {ada.person, bob.person}
    assert claimed(device("shared"), minutes=2).person == seen.person


def test_a_claim_without_a_device_does_not_reach_the_known_person() -> None:
    victim = said(user("u1"))
    first, again = claimed(user("u1"), minutes=1), claimed(user("u1"), minutes=2)
    assert first.person != victim.person
    assert first == Recognised(again.identity, again.person, is_new=True, is_known=False)


def test_a_claim_of_somebody_unknown_is_kept_and_earns_nothing_until_confirmed() -> None:
    visit = claimed(device("a1"))
    claim = claimed(user("u1"), device("a1"), minutes=1)
    assert claim == Recognised(visit.identity, visit.person, is_new=False, is_known=False)
    view = reads.person(visit.person)
    assert len(view.identities) == 2
    assert view.scored_identities == (visit.identity,)
    confirmed = said(user("u1"), minutes=2)  # a secret key says the same
    assert confirmed.person == visit.person
    assert set(reads.person(visit.person).scored_identities) == {visit.identity, confirmed.identity}


def test_a_form_confirms_whose_device_it_is() -> None:
    visit = claimed(email("ada@acme.test"), device("a1"))
    form = said(email("ada@acme.test"), device("a1"), minutes=1)
    assert form.person == visit.person
    assert form.is_known


def test_a_claim_from_another_device_is_undone_by_the_form_of_the_one_it_names() -> None:
    forged = claimed(email("ada@acme.test"), device("evil"))
    form = said(email("ada@acme.test"), device("ada"), minutes=1)
    assert form.person != forged.person
    assert identity_of(email("ada@acme.test")) == ["anonymous:ada:1", "email:ada@acme.test:1"]
    assert claimed(device("evil"), minutes=2).person == forged.person


def test_who_comes_back_to_a_shared_device_finds_their_own_life_of_it() -> None:
    said(user("u1"), device("shared"))
    second = said(user("u2"), device("shared"), minutes=1)
    back = claimed(user("u1"), device("shared"), minutes=2)
    assert back.person == reads.person_by(user("u1"))
    assert claimed(device("shared"), minutes=3).person == second.person


# a link in a mail


def test_a_link_in_a_mail_links_weakly_and_a_form_undoes_it() -> None:
    ada = said(email("ada@acme.test"))
    visit = said(device("a1"), minutes=1)
    click = NOON + timedelta(minutes=2)
    assert actions.link_by_mail(ada.person, device("a1"), happened_at=click, by=SYSTEM, now=click)
    assert visit.identity in reads.identities_of(ada.person)
    bob = said(email("bob@beta.test"), device("a1"), minutes=3)  # the mail had been passed on
    assert visit.identity in reads.identities_of(bob.person)
    assert visit.identity not in reads.identities_of(ada.person)
    carol = said(email("carol@gamma.test"), device("a1"), minutes=4)
    assert visit.identity in reads.identities_of(bob.person)
    assert carol.person != bob.person


def test_a_link_in_a_mail_does_not_take_a_known_persons_device() -> None:
    ada, bob = said(email("ada@acme.test")), said(email("bob@beta.test"), device("b1"))
    assert not actions.link_by_mail(ada.person, device("b1"), happened_at=NOON, by=SYSTEM, now=NOON)
    assert reads.person_by(device("b1")) == bob.person


# many at once


def test_a_batch_gives_what_one_by_one_gives() -> None:
    asked = [
        Asked((device("a1"),), NOON, trusted=False),
        Asked((user("null"),), NOON),
        Asked((email("ada@acme.test"), device("a1")), NOON),
        Asked((device("a1"),), NOON, trusted=False),
        Asked((email("bob@beta.test"), device("a1")), NOON, by=Actor("source", 9)),
    ]
    found = actions.recognise_many(asked, by=Actor("source", 1), now=NOON)
    assert found[1] is None
    first, third, fourth, fifth = (found[place] for place in (0, 2, 3, 4))
    assert first and third and fourth and fifth  # noqa: PT018  # narrows four values for the type checker
    assert first.person == third.person == fourth.person != fifth.person
    assert (first.is_new, third.is_new, fifth.is_new) == (True, False, True)
    entries = ledger.entries_of(reads.identities_of(fifth.person), kinds=["person.created"])
    assert [entry.by for entry in entries] == ["source:9"]


def test_a_batch_of_known_visitors_costs_a_handful_of_queries(django_assert_max_num_queries: type) -> None:
    asked = [Asked((device(f"d{n % 300}"), email(f"p{n % 300}@firm{n % 50}.test")), NOON) for n in range(1_000)]
    actions.recognise_many(asked, by=SYSTEM, now=NOON)
    with django_assert_max_num_queries(8) as queries:
        assert isinstance(queries, CaptureQueriesContext)
        actions.recognise_many(asked, by=SYSTEM, now=NOON)
