"""Taking arrivals out of the inbox in the very transaction that writes what they come to.

A crash at any moment leaves each arrival either in the inbox or in the ledger.  On PostgreSQL both share one
transaction.  A file cannot: there the main database says how far it was drained, and what lies before that
mark is trimmed later, at the latest by the next drain.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

from django.db import connection, transaction
from django.db.models import Sum

from leadpact.ledger.faults import reach
from leadpact.ledger.inbox import Arrival, Inbox, by_hour
from leadpact.ledger.models import InboxRow, Reader, Received

type Place = tuple[int, datetime]  # source, hour

EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
DRAIN_LOCK: Final = 0x1EAD_5EA  # PostgreSQL advisory lock: one drain at a time keeps each person's order


@contextmanager
def taken(inbox: Inbox, *, limit: int) -> Iterator[list[Arrival]]:
    """Hand out the oldest arrivals; they leave the inbox when, and only when, the block ends well.

    The block runs in one transaction of the main database and must write all it does there.
    """
    if connection.vendor == "postgresql":
        with transaction.atomic():
            yield _from_table(limit)
            reach("drain:before-commit")
        reach("drain:after-commit")
        return
    if not inbox.read(_drained(inbox), 1):  # spares an idle installation the writing lock
        yield []
        return
    with transaction.atomic():
        mark, _ = Reader.objects.get_or_create(name=inbox.name)
        numbered = inbox.read(mark.position, limit)
        yield [arrival for _, arrival in numbered]
        last = numbered[-1][0] if numbered else mark.position
        Reader.objects.filter(name=mark.name).update(position=last)
        _keep_received(inbox, [arrival for _, arrival in numbered])
        reach("drain:before-commit")
    reach("drain:after-commit")
    inbox.trim(last)


def undrained(inbox: Inbox) -> int:
    """Return how many arrivals still wait."""
    if connection.vendor == "postgresql":
        return InboxRow.objects.count()
    return inbox.waiting(_drained(inbox))


def received(inbox: Inbox, *, since: datetime) -> tuple[Mapping[Place, int], Mapping[Place, int]]:
    """Return by source and hour how many arrivals were stored since an hour, and how many of all wait.

    The first is counted where arrivals are stored, by another hand than what became of them.
    """
    state = inbox.state(0 if connection.vendor == "postgresql" else _drained(inbox), since)
    if connection.vendor == "postgresql":
        return state.received, state.waiting
    # Of this inbox its own word is the newest; others may be gone, and what was drained of them is here.
    others = Received.objects.filter(hour__gte=since).exclude(place=inbox.name).order_by()
    found = Counter(state.received)
    for source, hour, n in others.values_list("source", "hour").annotate(n=Sum("count")):
        found[source, hour] += n
    return found, state.waiting


def oldest_waiting(inbox: Inbox) -> datetime | None:
    """Return when the oldest arrival came that nobody has drained; None when none waits."""
    found = inbox.read(0 if connection.vendor == "postgresql" else _drained(inbox), 1)
    return found[0][1].received_at if found else None


def _keep_received(inbox: Inbox, arrivals: Collection[Arrival]) -> None:
    """Write the inbox's own counts of these hours down beside what becomes of the arrivals: it may be lost."""
    if not arrivals:
        return
    places = by_hour(arrivals)
    counted = inbox.state(2**62, min(hour for _, hour in places)).received
    rows = [
        Received(place=inbox.name, source=source, hour=hour, count=counted.get((source, hour), n))
        for (source, hour), n in places.items()
    ]
    Received.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["hour", "source", "place"], update_fields=["count"]
    )


def _drained(inbox: Inbox) -> int:
    return Reader.objects.filter(name=inbox.name).values_list("position", flat=True).first() or 0


def lock_drain() -> None:
    """Let no drain run on PostgreSQL until this transaction ends; on SQLite only one transaction writes anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [DRAIN_LOCK])


def _from_table(limit: int) -> list[Arrival]:
    lock_drain()
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH gone AS (DELETE FROM ledger_inbox WHERE id IN (SELECT id FROM ledger_inbox ORDER BY id LIMIT %s)"
            " RETURNING id, source, received_at, body, channel)"
            " SELECT source, received_at, body, channel FROM gone ORDER BY id",
            [limit],
        )
        return [Arrival(source, at, bytes(body), channel) for source, at, body, channel in cursor.fetchall()]
