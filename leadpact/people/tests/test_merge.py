"""Merging and taking it back: identities move, events never do, and nothing is lost."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from conftest import ON_POSTGRESQL
from leadpact.ledger import reads as ledger
from leadpact.ledger.actions import append_one
from leadpact.ledger.types import NewEntry
from leadpact.people import actions, reads, survivors
from leadpact.people.errors import CannotMerge, IdentityTaken, LastIdentity, NotMerged
from leadpact.people.types import Asked, Identifier, IdentityKind, PersonFields, PersonView, Purpose
from leadpact.team.types import SYSTEM

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=1)


def email(value: str) -> Identifier:
    return Identifier(IdentityKind.EMAIL, value)


def make(name: str, address: str, **facts: str) -> int:
    fields = PersonFields(name=name, email=address, facts=facts)
    return actions.create_person(fields, [], by=SYSTEM, now=NOON, happened_at=NOON).person


def merge(kept: int, other: int) -> None:
    actions.merge(kept, other, happened_at=LATER, by=SYSTEM, now=LATER)


def unmerge(loser: int) -> None:
    actions.unmerge(loser, happened_at=LATER, by=SYSTEM, now=LATER)


def act(person: int) -> int:
    return append_one(NewEntry("page.viewed", NOON, reads.identities_of(person)[0]), by="source:1", now=NOON)


def acts(person: int) -> list[int]:
    return [entry.id for entry in ledger.entries_of(reads.identities_of(person), kinds=["page.viewed"])]


@pytest.mark.django_db
def test_the_survivor_has_both_stories_and_the_loser_leads_to_it() -> None:
    ada, twin = make("Ada", "ada@acme.test"), make("A. Lovelace", "ada@home.test", country="GB")
    mine, hers = act(ada), act(twin)
    merge(ada, twin)
    view = reads.person(twin)
    assert view.id == ada
    assert view.merged == (twin,)
    assert (view.name, view.facts) == ("Ada", {"country": "GB"})  # the survivor's word first, then the other's
    assert acts(ada) == acts(twin) == [mine, hers]
    assert reads.person_by(email("ada@home.test")) == ada
    assert "person.country" in [fact.name for fact in reads.fact_history(ada)]


@pytest.mark.django_db
def test_taking_a_merge_back_leaves_what_was_entered_since_with_the_survivor() -> None:
    ada, twin = make("Ada", "ada@acme.test"), make("Twin", "twin@acme.test")
    before = reads.persons([ada, twin])
    hers = act(twin)
    merge(ada, twin)
    actions.recognise(
        [email("twin@acme.test"), Identifier(IdentityKind.ANONYMOUS, "phone")],
        happened_at=LATER, trusted=True, by=SYSTEM, now=LATER,
    )  # fmt: skip
    unmerge(twin)
    after = reads.persons([ada, twin])
    assert after[twin] == before[twin]
    assert acts(twin) == [hers]
    assert set(after[ada].identities) > set(before[ada].identities)
    assert reads.person_by(Identifier(IdentityKind.ANONYMOUS, "phone")) == ada


@pytest.mark.django_db
def test_a_merge_within_a_merge_comes_apart_in_any_order() -> None:
    one, two, three = (make(name, f"{name}@acme.test") for name in ("one", "two", "three"))
    before = reads.persons([one, two, three])
    merge(two, three)
    merge(one, two)
    assert {view.id for view in reads.persons([one, two, three]).values()} == {one}
    unmerge(three)
    assert reads.person(three) == before[three]
    assert reads.person(two).id == one
    unmerge(two)
    assert reads.persons([one, two, three]) == before


@pytest.mark.django_db
def test_a_chain_of_merges_is_read_alike_for_one_and_among_many(monkeypatch: pytest.MonkeyPatch) -> None:
    ada, second, third, other = (make("Ada", f"{name}@acme.test") for name in ("ada", "a", "l", "other"))
    merge(second, third)
    merge(ada, second)
    asked = [third, other]

    def read() -> tuple[object, ...]:
        return reads.persons(asked), survivors.survivors(asked), survivors.rows_of([ada, other])

    few = read()
    assert few[1:] == ({third: ada, other: other}, {ada: [second, third], other: []})
    monkeypatch.setattr(survivors, "_FEW", 0)
    assert read() == few


@pytest.mark.django_db
def test_what_cannot_be_merged_or_taken_apart_is_refused() -> None:
    one, two, three = (make(name, f"{name}@acme.test") for name in ("one", "two", "three"))
    merge(one, two)
    for kept, other in ((one, one), (two, three), (three, two), (one, 4711)):
        with pytest.raises(CannotMerge):
            merge(kept, other)
    with pytest.raises(NotMerged):
        unmerge(one)
    unmerge(two)
    with pytest.raises(NotMerged):
        unmerge(two)


@pytest.mark.django_db
def test_while_merged_the_stricter_consent_holds_and_afterwards_each_ones_own() -> None:
    ada, twin = make("Ada", "ada@acme.test"), make("Twin", "twin@acme.test")
    text = actions.add_consent_text(Purpose.MAIL, "Write to me.", by=SYSTEM, now=NOON)
    for person in (ada, twin):
        actions.give_consent(
            person, Purpose.MAIL, text_version=text, source="form", happened_at=NOON, by=SYSTEM, now=NOON
        )
    actions.withdraw_consent(twin, Purpose.MAIL, source="link", happened_at=LATER, by=SYSTEM, now=LATER)
    merge(ada, twin)
    assert not reads.may_mail(ada)
    unmerge(twin)
    assert reads.may_mail(ada)
    assert not reads.may_mail(twin)


@pytest.mark.django_db
def test_a_no_of_either_outweighs_a_later_yes_of_the_other() -> None:
    ada, twin = make("Ada", "ada@acme.test"), make("Twin", "twin@acme.test")
    actions.withdraw_consent(ada, Purpose.MAIL, source="link", happened_at=NOON, by=SYSTEM, now=NOON)
    actions.give_consent(twin, Purpose.MAIL, text_version=None, source="form", happened_at=LATER, by=SYSTEM, now=LATER)
    merge(ada, twin)
    assert not reads.may_mail(ada)


@pytest.mark.django_db
def test_an_identity_is_linked_and_unlinked_by_hand_with_all_that_hangs_on_it() -> None:
    ada, bob = make("Ada", "ada@acme.test"), make("Bob", "bob@beta.test")
    crm = Identifier(IdentityKind.CRM, "c1", "odoo")
    actions.link_identity(ada, crm, happened_at=NOON, by=SYSTEM, now=NOON)
    assert reads.person_by(crm) == ada
    with pytest.raises(IdentityTaken):
        actions.link_identity(bob, crm, happened_at=NOON, by=SYSTEM, now=NOON)
    number = next(each.id for each in reads.identities(ada) if each.kind is IdentityKind.CRM)
    event = append_one(NewEntry("page.viewed", NOON, number), by="source:1", now=NOON)
    apart = actions.unlink_identity(number, happened_at=LATER, by=SYSTEM, now=LATER)
    assert apart not in {ada, bob}
    assert acts(apart) == [event]
    assert acts(ada) == []
    with pytest.raises(LastIdentity):
        actions.unlink_identity(number, happened_at=LATER, by=SYSTEM, now=LATER)


@pytest.mark.django_db
def test_a_visitors_device_unlinked_by_hand_is_the_visitor_it_was() -> None:
    device = Identifier(IdentityKind.ANONYMOUS, "d1")
    ada = make("Ada", "ada@acme.test")
    visit = actions.recognise([device], happened_at=NOON, trusted=False, by=SYSTEM, now=NOON)
    both = [email("ada@acme.test"), device]
    actions.recognise(both, happened_at=NOON, trusted=True, by=SYSTEM, now=NOON)
    assert reads.survivor(visit.person) == ada
    assert actions.unlink_identity(visit.identity, happened_at=LATER, by=SYSTEM, now=LATER) == visit.person
    assert reads.survivor(visit.person) == visit.person


# laws over random histories

ADDRESSES = [email(f"p{n}@acme.test") for n in range(4)]
CRMS = [Identifier(IdentityKind.CRM, "one", f"system{n}") for n in range(3)]
DEVICES = [Identifier(IdentityKind.ANONYMOUS, f"d{n}") for n in range(3)]
EVENTS = st.lists(
    st.sets(st.sampled_from([*ADDRESSES, *CRMS]), min_size=1, max_size=3).map(
        lambda found: tuple(sorted(found, key=lambda each: (each.kind, each.value, each.source)))
    ),
    min_size=1,
    max_size=8,
)
FEW = settings(max_examples=20 if ON_POSTGRESQL else 60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def groups(events: list[tuple[Identifier, ...]]) -> set[frozenset[Identifier]]:
    """Which identifiers belong together, by the definition: those that share an event, and so on."""
    found: list[set[Identifier]] = []
    for event in events:
        touched = [group for group in found if group & set(event)]
        found = [group for group in found if not group & set(event)] + [set(event).union(*touched)]
    return {frozenset(group) for group in found}


def persons_by_identifier(identifiers: set[Identifier]) -> set[frozenset[Identifier]]:
    found: dict[int, set[Identifier]] = {}
    for each in identifiers:
        person = reads.person_by(each)
        assert person is not None
        found.setdefault(person, set()).add(each)
    return {frozenset(group) for group in found.values()}


class Laws(TestCase):
    @FEW
    @given(events=EVENTS, data=st.data())
    def test_trusted_events_group_the_same_in_any_order_one_by_one_or_in_a_batch(
        self, events: list[tuple[Identifier, ...]], data: st.DataObject
    ) -> None:
        order = data.draw(st.permutations(events))
        asked = [Asked(event, NOON) for event in order]
        size = data.draw(st.integers(1, len(asked)))
        for first in range(0, len(asked), size):
            actions.recognise_many(asked[first : first + size], by=SYSTEM, now=NOON)
        assert persons_by_identifier({each for event in events for each in event}) == groups(events)

    @FEW
    @given(data=st.data())
    def test_no_event_is_ever_lost_from_the_stories(self, data: st.DataObject) -> None:
        everything = [*ADDRESSES, *CRMS, *DEVICES]
        written = []
        for _ in range(data.draw(st.integers(1, 10))):
            event = data.draw(st.lists(st.sampled_from(everything), min_size=1, max_size=3, unique=True))
            trusted = data.draw(st.booleans())
            found = actions.recognise(event, happened_at=NOON, trusted=trusted, by=SYSTEM, now=NOON)
            written.append(append_one(NewEntry("page.viewed", NOON, found.identity), by="source:1", now=NOON))
            assert found.identity in reads.identities_of(found.person)
        people = {reads.survivor(one) for each in everything if (one := reads.person_by(each)) is not None}
        identities = {identity for person in _everybody(people) for identity in person.identities}
        stories = [entry.id for entry in ledger.entries_of(identities, kinds=["page.viewed"])]
        assert sorted(set(written) - set(stories)) == []
        assert len(stories) == len(written)  # and none is in two

    @FEW
    @given(data=st.data())
    def test_merges_taken_back_in_reverse_leave_everything_as_it_was(self, data: st.DataObject) -> None:
        people = [make(f"n{n}", f"p{n}@firm{n}.test", country=f"c{n}") for n in range(4)]
        before = reads.persons(people)
        merged = []
        for _ in range(data.draw(st.integers(1, 3))):
            left = [person for person in people if reads.survivor(person) == person]
            kept, other = data.draw(st.permutations(left))[:2]
            merge(kept, other)
            merged.append(other)
        assert reads.persons(people) != before
        for other in reversed(merged):
            unmerge(other)
        assert reads.persons(people) == before

    @FEW
    @given(data=st.data())
    def test_a_public_key_never_joins_two_known_persons(self, data: st.DataObject) -> None:
        known = {each: make("", each.value) for each in ADDRESSES[:3]}
        before = {person: reads.person(person).identities for person in known.values()}
        for _ in range(data.draw(st.integers(1, 8))):
            event = data.draw(st.lists(st.sampled_from([*ADDRESSES, *CRMS, *DEVICES]), min_size=1, unique=True))
            actions.recognise(event, happened_at=NOON, trusted=False, by=SYSTEM, now=NOON)
        assert {person: reads.person(person).identities for person in known.values()} == before


def _everybody(people: set[int]) -> list[PersonView]:
    """All who could hold an event: stand-ins and former lives are persons of their own, one number after another."""
    return [view for asked, view in reads.persons(range(1, max(people) + 50)).items() if view.id == asked]
