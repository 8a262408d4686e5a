"""Entries go in as they are, come back as they were, and are given positions without a gap."""

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import connection, transaction

from leadpact.ledger import actions, erasing, reads
from leadpact.ledger.errors import MessageKnown, Unstorable
from leadpact.ledger.models import Entry, Position
from leadpact.ledger.types import Json, NewEntry
from leadpact.ledger.verify import verify

NOON = datetime(2026, 3, 3, 12, 0, 0, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Actor:
    kind: str
    id: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


class Colour(enum.StrEnum):
    RED = "red"


def viewed(number: int = 0, **changes: Json) -> NewEntry:
    fields: dict[str, Json] = {"kind": "page.viewed", "happened_at": NOON, "facts": {"n": number}, **changes}
    return NewEntry(**fields)


def test_an_entry_comes_back_as_it_was_written() -> None:
    cause = actions.append_one(viewed(), by="system", now=NOON)
    new = NewEntry(
        kind="deal.opened", happened_at=NOON - HOUR, identity=4, about="deal:12",
        facts={"amount": 1250, "currency": "EUR"}, personal={"note": "für später"},
        caused_by=cause, source=3, message=b"m" * 16, content=b"c" * 16,
    )  # fmt: skip
    number = actions.append_one(new, by=Actor("user", 7), now=NOON)
    stored = reads.entry(number)
    assert stored is not None
    assert (stored.kind, stored.happened_at, stored.recorded_at) == ("deal.opened", NOON - HOUR, NOON)
    assert (stored.identity, stored.about, stored.by, stored.caused_by) == (4, "deal:12", "user:7", cause)
    assert stored.facts == {"amount": 1250, "currency": "EUR"}
    assert stored.personal == {"note": "für später"}
    assert reads.entry(number + 1) is None


def test_a_time_in_another_zone_is_the_same_moment() -> None:
    there = timezone(timedelta(hours=5, minutes=30))
    number = actions.append_one(viewed(happened_at=NOON.astimezone(there)), by="system", now=NOON.astimezone(there))
    stored = reads.entry(number)
    assert stored is not None
    assert (stored.happened_at, stored.recorded_at) == (NOON, NOON)
    assert verify_is_quiet()


def test_ids_come_back_in_the_order_of_the_entries() -> None:
    ids = actions.append([viewed(n) for n in range(2_500)], by="system", now=NOON)
    assert ids == sorted(ids)
    assert [entry.facts["n"] for entry in reads.entries_of([0], limit=1)] == []
    assert dict(Entry.objects.values_list("id", "facts")) == {number: {"n": n} for n, number in enumerate(ids)}


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (0.1, 0.1),
        (5.0, 5),  # PostgreSQL would keep the point, SQLite too, but 1e3 would lose it
        (1e3, 1000),
        (1e22, 10**22),
        (1.5e300, int(1.5e300)),
        (5e-324, 5e-324),  # the smallest float there is
        (-0.0, 0),
        (1e-7, 1e-7),  # written 1e-07 by Python, 0.0000001 by PostgreSQL
        (2**53 + 1, 2**53 + 1),
        (10**300, 10**300),
        ("a\x00b", "a\ufffdb"),  # PostgreSQL stores no U+0000
        ("\ud83d", "\ufffd"),  # half a pair
        ("😀 é e\u0301 \u2028 \\u0000", "😀 é e\u0301 \u2028 \\u0000"),
        (Colour.RED, "red"),
        ((1, 2), [1, 2]),
        ({"b": 1, "a": {"d": None, "c": True}}, {"a": {"c": True, "d": None}, "b": 1}),
        ({}, {}),
        ([], []),
        (None, None),
    ],
)
def test_a_value_is_stored_plain_and_its_digest_survives_the_database(value: Json, stored: Json) -> None:
    number = actions.append_one(viewed(facts={"v": value}, personal={"v": value}), by="system", now=NOON)
    entry = reads.entry(number)
    assert entry is not None
    assert entry.facts == {"v": stored}
    assert entry.personal == {"v": stored}
    assert type(entry.facts["v"]) is type(stored)
    assert verify_is_quiet()


def nested(depth: int) -> Json:
    value: Json = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "wrong",
    [
        {"facts": {"v": float("nan")}},
        {"facts": {"v": float("inf")}},
        {"facts": {"v": 10**310}},
        {"facts": {"v": nested(64)}},  # with the mapping around it 65
        {"facts": {1: "a"}},
        {"facts": {"v": NOON}},
        {"facts": {"v": b"bytes"}},
        {"personal": {"v": {1, 2}}},
        {"kind": "k" * 81},
        {"about": "a" * 61},
    ],
)
def test_what_neither_database_would_give_back_is_refused_whole(wrong: dict[str, Json]) -> None:
    with pytest.raises(Unstorable):
        actions.append([viewed(), viewed(**wrong)], by="system", now=NOON)
    assert not Entry.objects.exists()


def test_the_deepest_nesting_allowed_is_stored() -> None:
    actions.append_one(viewed(facts={"v": nested(63)}), by="system", now=NOON)
    assert verify_is_quiet()


def test_an_entry_without_a_zone_or_an_actor_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        actions.append_one(viewed(happened_at=NOON.replace(tzinfo=None)), by="system", now=NOON)
    with pytest.raises(Unstorable):
        actions.append_one(viewed(), by="u" * 41, now=NOON)


def test_a_message_is_recorded_once_per_source_and_the_rest_of_its_batch_not_at_all() -> None:
    first = viewed(source=1, message=b"1" * 16, content=b"x" * 16)
    actions.append([first, viewed(source=2, message=b"1" * 16)], by="system", now=NOON)
    with pytest.raises(MessageKnown):
        actions.append([viewed(source=1, message=b"2" * 16), first], by="system", now=NOON)
    assert Entry.objects.count() == 2
    assert reads.known_messages(1, [b"1" * 16, b"2" * 16]) == {b"1" * 16: b"x" * 16}
    assert reads.known_messages(2, [b"1" * 16]) == {b"1" * 16: b""}
    assert reads.known_messages(3, [b"1" * 16]) == {}


def test_entries_without_a_message_may_repeat() -> None:
    actions.append([viewed(source=1), viewed(source=1)], by="system", now=NOON)
    assert Entry.objects.count() == 2


def test_entries_are_found_by_identity_kind_and_time() -> None:
    kinds = ["page.viewed", "form.submitted", "page.viewed", "page.viewed"]
    new = [
        NewEntry(kind=kind, happened_at=NOON + n * HOUR, identity=1 + n % 2, facts={"n": n})
        for n, kind in enumerate(kinds)
    ]
    actions.append(list(reversed(new)), by="system", now=NOON)

    def found(identities: list[int], **how: Json) -> list[int]:
        return [entry.facts["n"] for entry in reads.entries_of(identities, **how)]

    assert found([1, 2]) == [0, 1, 2, 3]
    assert found([2]) == [1, 3]
    assert found([]) == []
    assert found([1, 2], newest_first=True, limit=2) == [3, 2]
    assert found([1, 2], kinds=["page.viewed"]) == [0, 2, 3]
    assert found([1, 2], kinds=[]) == []
    assert found([1, 2], since=NOON + HOUR, until=NOON + 3 * HOUR) == [1, 2]  # half-open


def test_entries_about_a_thing_are_found_and_nothing_else() -> None:
    actions.append([viewed(1, about="deal:1"), viewed(2, about="deal:11"), viewed(3)], by="system", now=NOON)
    assert [entry.facts["n"] for entry in reads.entries_about("deal:1")] == [1]
    with pytest.raises(ValueError, match="nothing"):
        reads.entries_about("")


def test_positions_are_dense_from_one_in_the_order_of_ids() -> None:
    ids = actions.append([viewed(n) for n in range(25)], by="system", now=NOON)
    assert [actions.sequence(limit=10) for _ in range(4)] == [10, 10, 5, 0]
    more = actions.append([viewed(n) for n in range(3)], by="system", now=NOON)
    assert actions.sequence() == 3
    assert list(Position.objects.order_by("position").values_list("position", "entry_id")) == list(
        enumerate(ids + more, start=1)
    )


def test_a_reader_sees_only_what_has_a_position_and_goes_on_from_where_it_was() -> None:
    actions.append([viewed(n) for n in range(7)], by="system", now=NOON)
    assert reads.after(0, 10) == []
    actions.sequence()
    assert list(following(3)) == [(n + 1, n) for n in range(7)]
    assert reads.last_position() == 7


def following(step: int) -> Iterator[tuple[int, int]]:
    last = 0
    while some := reads.after(last, step):
        yield from ((one.position, one.entry.facts["n"]) for one in some)
        last = some[-1].position


def test_what_was_rolled_back_is_never_given_a_position() -> None:
    with transaction.atomic():
        actions.append([viewed(1)], by="system", now=NOON)
        transaction.set_rollback(True)
    kept = actions.append_one(viewed(2), by="system", now=NOON)
    assert actions.sequence() == 1
    assert [one.entry.id for one in reads.after(0, 10)] == [kept]


def test_appending_takes_one_statement_for_a_thousand_entries(django_assert_num_queries: Json) -> None:
    with django_assert_num_queries(2):  # two inserts
        actions.append([viewed(n) for n in range(2_000)], by="system", now=NOON)


def test_erasure_takes_content_and_salt_and_says_so() -> None:
    mine = actions.append_one(viewed(identity=5, personal={"ip": "192.0.2.1"}), by="system", now=NOON)
    other = actions.append_one(viewed(identity=6, personal={"ip": "192.0.2.2"}), by="system", now=NOON)
    assert erasing.erase([5], by="user:1", now=NOON).entries == 1
    erased, kept = reads.entry(mine), reads.entry(other)
    assert erased is not None
    assert kept is not None
    assert (erased.personal, erased.facts) == (None, {"n": 0})
    assert kept.personal == {"ip": "192.0.2.2"}
    assert Entry.objects.get(id=mine).salt is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT personal IS NULL FROM ledger_entry WHERE id = %s", [mine])
        assert cursor.fetchone()[0]  # no JSON null left in its place
    assert erasing.erase([5], by="user:1", now=NOON).entries == 0
    assert verify_is_quiet()


def verify_is_quiet() -> bool:
    actions.sequence()
    return verify().ok
