"""Partitions of the entries on PostgreSQL: made ahead, and what holds over all of them."""

import json
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, connection, connections, transaction

from leadpact.ledger import actions, by_hand, erasing, partitions, reads
from leadpact.ledger.errors import MessageKnown
from leadpact.ledger.models import Entry, Position
from leadpact.ledger.partitions import ROWS
from leadpact.ledger.segments.rows import rows_between
from leadpact.ledger.types import NewEntry
from leadpact.ledger.verify import verify

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql_only]


def new(message: bytes = b"", identity: int | None = None) -> NewEntry:
    source, content = (1, message[::-1]) if message else (None, None)
    return NewEntry(
        "page.viewed", NOON, identity, source=source, message=message or None, content=content, personal={"ip": "::1"}
    )


def put(message: bytes = b"", identity: int | None = None) -> int:
    return actions.append_one(new(message, identity), by="system", now=NOON)


def on_database(*statements: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        for sql in statements:
            cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


def go_on_at(number: int) -> None:
    """Have the next entry get this id."""
    on_database(f"SELECT setval(pg_get_serial_sequence('ledger_entry', 'id'), {number}, false)")


def lies_in(entry: int) -> str:
    return str(on_database(f"SELECT tableoid::regclass::text FROM ledger_entry WHERE id = {entry}")[0][0])


def bounds() -> list[tuple[float, float]]:
    """From where to where each partition goes, in whole ones."""
    return [(one.first / ROWS, one.end / ROWS) for one in partitions.partitions()]


def touched(sql: str, values: Sequence[by_hand.Value] = ()) -> set[str]:
    """The partitions a statement looks into, the planner's choice and the run's together."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", values)
        found = cursor.fetchone()[0]
    return set(_tables((json.loads(found) if isinstance(found, str) else found)[0]["Plan"]))


def _tables(plan: dict[str, Any]) -> Iterator[str]:
    if plan.get("Relation Name", "").startswith("ledger_entry") and plan["Actual Loops"]:
        yield plan["Relation Name"]
    for part in plan.get("Plans", ()):
        yield from _tables(part)


@pytest.fixture(autouse=True)
def _from_one() -> Iterator[None]:
    """No test leaves the numbers, which no rollback takes back, beyond the partitions that others have."""
    go_on_at(1)
    yield
    go_on_at(1)


@pytest.fixture
def three() -> list[int]:
    """An entry in each of two partitions and one in the default one."""
    found = [put(b"a" * 16, identity=1)]
    for start, message in ((ROWS + 5, b"b" * 16), (ROWS * 2 + 5, b"c" * 16)):
        go_on_at(start)
        found.append(put(message, identity=1))
    assert [lies_in(number) for number in found] == [
        "ledger_entry_from_0", f"ledger_entry_from_{ROWS}", "ledger_entry_rest",
    ]  # fmt: skip
    return found


def test_a_message_recorded_in_one_partition_is_refused_in_every_other(three: list[int]) -> None:
    for message in (b"a" * 16, b"b" * 16, b"c" * 16):
        with pytest.raises(MessageKnown):
            put(message)
    known = reads.known_messages(1, [b"a" * 16, b"b" * 16, b"c" * 16, b"d" * 16])
    assert known == {b"a" * 16: b"a" * 16, b"b" * 16: b"b" * 16, b"c" * 16: b"c" * 16}
    assert Entry.objects.count() == 3
    actions.append_one(NewEntry("page.viewed", NOON, source=2, message=b"a" * 16), by="system", now=NOON)


@pytest.mark.django_db(transaction=True)
def test_of_two_writers_of_one_message_in_two_partitions_one_is_refused() -> None:
    inserted, go_on = threading.Event(), threading.Event()

    def write_first() -> None:
        try:
            with transaction.atomic():
                put(b"m" * 16)
                inserted.set()
                go_on.wait(0.3)
        finally:
            connection.close()

    writer = threading.Thread(target=write_first)
    writer.start()
    assert inserted.wait(20)
    go_on_at(ROWS + 5)
    with pytest.raises(MessageKnown):
        put(b"m" * 16)
    go_on.set()
    writer.join()
    assert [lies_in(number) for number in Entry.objects.values_list("id", flat=True)] == ["ledger_entry_from_0"]


@pytest.mark.django_db(transaction=True)
def test_an_emptied_table_knows_no_message_any_more() -> None:
    put(b"m" * 16)
    on_database("TRUNCATE ledger_entry, ledger_position, ledger_unsequenced")
    assert reads.known_messages(1, [b"m" * 16]) == {}
    put(b"m" * 16)


def test_partitions_are_made_ahead_of_the_newest_entry_and_each_once() -> None:
    assert bounds() == [(0, 1), (1, 2)]
    assert partitions.make_ahead() == 0
    go_on_at(ROWS - 1)
    put()
    assert partitions.make_ahead() == 0  # a whole one stands ready
    put()
    assert partitions.make_ahead() == 1
    assert partitions.make_ahead() == 0
    assert bounds() == [(0, 1), (1, 2), (2, 3)]
    go_on_at(ROWS * 2)
    assert lies_in(put()) == f"ledger_entry_from_{ROWS * 2}"


def test_what_lies_beyond_all_partitions_is_kept_and_becomes_one_of_them(three: list[int]) -> None:
    go_on_at(ROWS * 4 + 1)
    three.append(put(b"d" * 16))
    assert lies_in(three[-1]) == "ledger_entry_rest"
    room = partitions.room()
    assert room is not None
    assert (room.is_over, room.is_short) == (True, True)
    assert partitions.make_ahead() == 2
    assert bounds() == [(0, 1), (1, 2), (2, 5), (5, 6)]
    assert [lies_in(number) for number in three[2:]] == [f"ledger_entry_from_{ROWS * 2}"] * 2
    assert on_database("SELECT count(*) FROM ledger_entry_rest") == [(0,)]
    with pytest.raises(MessageKnown):
        put(b"c" * 16)
    go_on_at(ROWS * 6)
    assert lies_in(put()) == "ledger_entry_rest"  # there is one again
    actions.sequence()
    assert verify().ok


def test_the_guard_and_the_indexes_hold_in_partitions_made_later(three: list[int]) -> None:
    partitions.make_ahead()
    go_on_at(ROWS * 3)
    three.append(put())
    assert lies_in(three[-1]) == f"ledger_entry_from_{ROWS * 3}"
    for number in three:
        for change in ("UPDATE ledger_entry SET kind = 'x'", "DELETE FROM ledger_entry"):
            with pytest.raises(DatabaseError, match="never"), transaction.atomic():
                on_database(f"{change} WHERE id = {number}")
    indexes = "SELECT count(*) FROM pg_index WHERE indrelid = '{}'::regclass"
    assert {on_database(indexes.format(one.name))[0][0] for one in partitions.partitions()} == {4}
    assert on_database(indexes.format("ledger_entry_rest")) == [(4,)]


def test_room_is_short_once_a_quarter_of_a_partition_is_left() -> None:
    go_on_at(ROWS * 2 - partitions.SHORT - 1)
    put()
    assert partitions.room() == partitions.Room(ready=partitions.SHORT, is_over=False)
    assert not partitions.Room(partitions.SHORT, is_over=False).is_short
    put()
    assert partitions.room() == partitions.Room(ready=partitions.SHORT - 1, is_over=False)
    assert partitions.Room(partitions.SHORT - 1, is_over=False).is_short


def test_reads_by_id_look_into_the_partition_they_need(three: list[int]) -> None:
    partitions.make_ahead()
    last = partitions.partitions()[-2].name
    assert lies_in(three[2]) == last
    assert touched("SELECT * FROM ledger_entry WHERE id = %s", [three[1]]) == {f"ledger_entry_from_{ROWS}"}
    assert touched("SELECT * FROM ledger_entry WHERE id > %s AND id < %s", [ROWS, ROWS * 2]) == {
        f"ledger_entry_from_{ROWS}"
    }
    assert touched("SELECT * FROM ledger_entry WHERE id IN (%s, %s)", [three[0], three[2]]) == {
        "ledger_entry_from_0", last,
    }  # fmt: skip


def test_a_position_names_an_entry_that_is_there(three: list[int]) -> None:
    actions.sequence()
    assert list(Position.objects.order_by("position").values_list("entry_id", flat=True)) == three
    with pytest.raises(IntegrityError, match="must name a ledger entry"), transaction.atomic():
        Position.objects.create(position=4, entry_id=three[-1] + 1, chain=b"")


def test_readers_and_erasure_go_over_all_partitions(three: list[int]) -> None:
    actions.sequence()
    assert [one.id for one in reads.entries_of([1])] == three
    assert [one.entry.id for one in reads.after(0, 10)] == three
    assert [row[1] for row in rows_between(1, 3)] == three
    done = erasing.erase([1], by="system", now=NOON)
    assert done.entries == 3
    emptied = Entry.objects.filter(identity=1, salt=None, personal__isnull=True)
    assert list(emptied.order_by("id").values_list("id", flat=True)) == three
    actions.sequence()
    assert verify().ok


def test_a_message_that_its_table_lost_is_named(three: list[int]) -> None:
    on_database(
        "ALTER TABLE ledger_message DISABLE TRIGGER USER",
        "DELETE FROM ledger_message WHERE message = 'bbbbbbbbbbbbbbbb'",
    )
    assert [(one.code, one.where) for one in verify().faults] == [("message_unlisted", f"entry {three[1]}")]


@pytest.mark.django_db(transaction=True)
def test_a_maker_that_would_have_everybody_wait_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long read holds the default partition; a maker in the queue would have all writers wait behind it."""
    monkeypatch.setattr(partitions, "_PATIENCE", "50ms")
    reading, go_on = threading.Event(), threading.Event()

    def read() -> None:
        try:
            with transaction.atomic():
                on_database("SELECT count(*) FROM ledger_entry")
                reading.set()
                go_on.wait(20)
        finally:
            connections["default"].close()

    reader = threading.Thread(target=read)
    reader.start()
    assert reading.wait(20)
    before = bounds()
    with pytest.raises(OperationalError):
        partitions.make_ahead(ahead=len(before))
    put()
    go_on.set()
    reader.join()
    assert bounds() == before
