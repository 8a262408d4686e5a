"""The inbox loses nothing it has taken, gives no number twice, and the drain takes each arrival once."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from leadpact.ledger import draining, reads
from leadpact.ledger.inbox import Arrival, Inbox

NOON = datetime(2026, 3, 3, 12, 0, 0, 123456, tzinfo=UTC)

pytestmark = pytest.mark.django_db(transaction=True)


def arrival(text: str) -> Arrival:
    return Arrival(source=7, received_at=NOON, body=text.encode(), channel="http")


def test_what_was_put_comes_back_as_it_was_and_in_order(inbox: Inbox) -> None:
    first, second = arrival('{"a": "ü\\u0000"}'), Arrival(8, NOON + timedelta(microseconds=1), b"\x00\xff", "form")
    inbox.put([first])
    inbox.put([second])
    assert [one for _, one in inbox.read(0, 10)] == [first, second]
    assert [number for number, _ in inbox.read(0, 10)] == sorted(number for number, _ in inbox.read(0, 10))


def test_the_same_event_twice_is_two_rows_for_the_drain_to_judge(inbox: Inbox) -> None:
    inbox.put([arrival("same"), arrival("same")])
    assert inbox.waiting(0) == 2


def test_more_arrivals_than_one_statement_holds_are_stored_whole(inbox: Inbox) -> None:
    inbox.put([arrival(str(number)) for number in range(12_001)])
    stored = inbox.read(0, 20_000)
    assert [one.body for _, one in stored] == [str(number).encode() for number in range(12_001)]


def test_a_number_is_never_given_twice_though_the_inbox_was_emptied(inbox: Inbox) -> None:
    inbox.put([arrival("one"), arrival("two")])
    last = inbox.last_id()
    inbox.trim(last)
    assert inbox.waiting(0) == 0
    assert inbox.last_id() == last
    inbox.put([arrival("three")])
    assert inbox.last_id() > last


def test_many_threads_may_put_at_once(inbox: Inbox) -> None:
    def put(name: int) -> None:
        for number in range(20):
            inbox.put([arrival(f"{name}-{number}")])

    threads = [threading.Thread(target=put, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    bodies = [one.body.decode() for _, one in inbox.read(0, 1_000)]
    assert sorted(bodies) == sorted(f"{name}-{number}" for name in range(8) for number in range(20))
    for name in range(8):  # each thread's own order is kept
        mine = [body for body in bodies if body.startswith(f"{name}-")]
        assert mine == [f"{name}-{number}" for number in range(20)]


def test_the_drain_takes_each_arrival_once_in_order(inbox: Inbox) -> None:
    inbox.put([arrival(str(number)) for number in range(5)])
    seen = []
    for _ in range(4):
        with draining.taken(inbox, limit=2) as arrivals:
            seen.append([one.body.decode() for one in arrivals])
    assert seen == [["0", "1"], ["2", "3"], ["4"], []]
    assert draining.undrained(inbox) == 0
    assert inbox.waiting(0) == 0


def test_a_drain_that_fails_leaves_the_arrivals_where_they_were(inbox: Inbox) -> None:
    inbox.put([arrival("keep me")])
    with pytest.raises(RuntimeError, match="broke"), draining.taken(inbox, limit=10):
        raise RuntimeError("broke")
    assert draining.undrained(inbox) == 1
    with draining.taken(inbox, limit=10) as arrivals:
        assert [one.body for one in arrivals] == [b"keep me"]


def test_an_empty_inbox_asks_for_no_transaction(inbox: Inbox) -> None:
    with draining.taken(inbox, limit=10) as arrivals:
        assert arrivals == []
        if connection.vendor == "sqlite":
            assert not transaction.get_connection().in_atomic_block


def test_stats_count_what_waits(inbox: Inbox) -> None:
    inbox.put([arrival("one"), arrival("two"), arrival("three")])
    with draining.taken(inbox, limit=1):
        pass
    assert reads.stats().undrained == 2
