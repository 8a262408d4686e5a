"""What only two connections that commit out of order can show: PostgreSQL."""

from datetime import UTC, datetime

import psycopg
import pytest

from leadpact.ledger import draining
from leadpact.ledger.errors import InboxUnavailable
from leadpact.ledger.inbox import Arrival, Inbox
from leadpact.ledger.models import InboxRow

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db(transaction=True)


def arrival(text: str) -> Arrival:
    return Arrival(source=7, received_at=NOON, body=text.encode())


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
