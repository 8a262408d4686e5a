"""Taking arrivals out of the inbox in the very transaction that writes what they come to.

A crash at any moment leaves each arrival either in the inbox or in the ledger.  On PostgreSQL both share one
transaction.  A file cannot: there the main database says how far it was drained, and what lies before that
mark is trimmed later, at the latest by the next drain.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection, transaction

from leadpact.ledger.faults import reach
from leadpact.ledger.inbox import Arrival, Inbox
from leadpact.ledger.models import InboxRow, Reader

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
        reach("drain:before-commit")
    reach("drain:after-commit")
    inbox.trim(last)


def undrained(inbox: Inbox) -> int:
    """Return how many arrivals still wait."""
    if connection.vendor == "postgresql":
        return InboxRow.objects.count()
    return inbox.waiting(_drained(inbox))


def _drained(inbox: Inbox) -> int:
    return Reader.objects.filter(name=inbox.name).values_list("position", flat=True).first() or 0


def _from_table(limit: int) -> list[Arrival]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [DRAIN_LOCK])
        cursor.execute(
            "WITH gone AS (DELETE FROM ledger_inbox WHERE id IN (SELECT id FROM ledger_inbox ORDER BY id LIMIT %s)"
            " RETURNING id, source, received_at, body, channel)"
            " SELECT source, received_at, body, channel FROM gone ORDER BY id",
            [limit],
        )
        return [Arrival(source, at, bytes(body), channel) for source, at, body, channel in cursor.fetchall()]
