"""What only two connections that commit out of order can show: PostgreSQL."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import psycopg
import pytest
from django.db import connection, transaction

from leadpact.ledger import actions, draining, reads
from leadpact.ledger.errors import InboxUnavailable, MessageKnown
from leadpact.ledger.inbox import Arrival, Inbox
from leadpact.ledger.inbox_postgresql import PostgresInbox
from leadpact.ledger.models import InboxRow
from leadpact.ledger.types import NewEntry
from leadpact.ledger.verify import verify

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # A thread that broke is a test that failed.
    pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning"),
]


def arrival(text: str) -> Arrival:
    return Arrival(source=7, received_at=NOON, body=text.encode())


def viewed(who: str) -> NewEntry:
    return NewEntry(kind="page.viewed", happened_at=NOON, facts={"who": who})


def test_an_arrival_with_a_lower_number_committed_later_is_not_skipped(inbox: Inbox) -> None:
    slow = psycopg.connect(inbox._conninfo)  # type: ignore[attr-defined]  # PostgresInbox
    insert = "INSERT INTO ledger_inbox (source, received_at, channel, body) VALUES (7, now(), 'http', 'slow')"
    slow.execute(insert)
    inbox.put([arrival("fast")])
    with draining.taken(inbox, limit=10) as arrivals:
        assert [one.body for one in arrivals] == [b"fast"]
    slow.commit()
    slow.close()
    with draining.taken(inbox, limit=10) as arrivals:
        assert [one.body for one in arrivals] == [b"slow"]
    assert InboxRow.objects.count() == 0


def test_a_lost_connection_is_opened_again(inbox: Inbox) -> None:
    inbox.put([arrival("one")])
    inbox._connection.close()  # type: ignore[attr-defined]  # as if the server had dropped it
    with pytest.raises(InboxUnavailable):
        inbox.put([arrival("two")])
    inbox.put([arrival("two again")])
    assert [one.body for _, one in inbox.read(0, 10)] == [b"one", b"two again"]


def test_a_slow_writer_is_given_a_later_position_and_no_reader_skips_it() -> None:
    """101 is committed before 100: a reader that followed ids would never see 100."""
    inserted, go_on, slow_ids = threading.Event(), threading.Event(), list[int]()

    def write_slowly() -> None:
        try:
            with transaction.atomic():
                slow_ids.append(actions.append_one(viewed("slow"), by="system", now=NOON))
                inserted.set()
                assert go_on.wait(20)
        finally:
            connection.close()

    writer = threading.Thread(target=write_slowly)
    writer.start()
    assert inserted.wait(20)
    fast_id = actions.append_one(viewed("fast"), by="system", now=NOON)
    assert slow_ids[0] < fast_id
    actions.sequence()
    first = reads.after(0, 10)
    assert [one.entry.facts["who"] for one in first] == ["fast"]
    go_on.set()
    writer.join()
    actions.sequence()
    then = reads.after(first[-1].position, 10)
    assert [(one.position, one.entry.facts["who"]) for one in then] == [(2, "slow")]
    assert verify().ok


def test_many_writers_two_sequencers_and_a_reader_lose_nothing() -> None:
    done = threading.Event()

    def write(name: int) -> None:
        for number in range(15):
            with transaction.atomic():
                actions.append([viewed(f"{name}-{number}-{part}") for part in range(2)], by="system", now=NOON)
                time.sleep(0.001 * (name % 3))

    def sequence_all() -> None:
        while not done.is_set() or actions.sequence(limit=7):
            actions.sequence(limit=7)

    def closing(work: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            try:
                work()
            finally:
                connection.close()

        return run

    writers = [threading.Thread(target=closing(partial(write, name))) for name in range(4)]
    sequencers = [threading.Thread(target=closing(sequence_all)) for _ in range(2)]
    for thread in writers + sequencers:
        thread.start()
    seen, last = [], 0
    while any(thread.is_alive() for thread in writers + sequencers) or reads.after(last, 1):
        for one in reads.after(last, 5):
            seen.append(one.entry.facts["who"])
            last = one.position
        if not any(thread.is_alive() for thread in writers):
            done.set()
    assert sorted(seen) == sorted(
        f"{name}-{number}-{part}" for name in range(4) for number in range(15) for part in range(2)
    )
    assert last == 120
    assert verify().ok


def test_two_writers_of_one_message_leave_one_entry() -> None:
    inserted, go_on = threading.Event(), threading.Event()
    new = NewEntry(kind="page.viewed", happened_at=NOON, source=1, message=b"m" * 16)

    def write_first() -> None:
        try:
            with transaction.atomic():
                actions.append_one(new, by="system", now=NOON)
                inserted.set()
                go_on.wait(1)
        finally:
            connection.close()

    writer = threading.Thread(target=write_first)
    writer.start()
    assert inserted.wait(20)
    with pytest.raises(MessageKnown):
        actions.append_one(new, by="system", now=NOON)
    go_on.set()
    writer.join()
    actions.sequence()
    assert len(reads.after(0, 10)) == 1


def test_a_listener_hears_of_what_another_process_stored_and_goes_on_after_its_connection_was_cut(
    inbox: Inbox,
) -> None:
    heard, stopping = threading.Event(), threading.Event()
    assert isinstance(inbox, PostgresInbox)
    listener = threading.Thread(target=inbox.listen, args=(heard.set, stopping), daemon=True)
    listener.start()
    assert heard.wait(20)  # it listens now
    for _ in range(2):
        heard.clear()
        inbox.put([arrival("one")])
        assert heard.wait(20)
        heard.clear()
        with psycopg.connect(inbox._conninfo, autocommit=True) as other:
            ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN leadpact_inbox'"
            assert other.execute(f"{ended} AND datname = current_database()").fetchall() == [(True,)]
        assert heard.wait(20)  # it listens again
    stopping.set()
    listener.join(20)
    assert not listener.is_alive()


def test_rows_written_by_columns_are_those_that_were_given() -> None:
    """Each type in one go: text with all that arrays quote, bytes, moments, JSON, nothing, and a number too large."""
    new = [
        NewEntry("a", NOON, facts={"t": '"{},\\ \n é'}, personal={"n": None}, message=b"\x00{," * 4, source=2**62),
        NewEntry("b", NOON, about="deal:1", identity=7, caused_by=1),
    ]
    numbers = actions.append(new, by="system", now=NOON)
    assert numbers == sorted(numbers)
    actions.sequence()
    found = [one.entry for one in reads.after(0, 10)]
    assert [one.id for one in found] == numbers
    assert [one.facts for one in found] == [{"t": '"{},\\ \n é'}, {}]
    assert [one.personal for one in found] == [{"n": None}, None]
    assert [(one.about, one.identity, one.caused_by) for one in found] == [("", None, None), ("deal:1", 7, 1)]
    assert list(reads.known_messages(2**62, [b"\x00{," * 4])) == [b"\x00{," * 4]
    assert verify().ok
