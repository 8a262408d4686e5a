"""What holds beside SQLite, where the inbox is a file of its own."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from leadpact.ledger import draining
from leadpact.ledger.errors import InboxUnavailable
from leadpact.ledger.inbox import Arrival, Inbox
from leadpact.ledger.inbox_sqlite import SqliteInbox

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db(transaction=True)


def arrival(text: str) -> Arrival:
    return Arrival(source=7, received_at=NOON, body=text.encode())


def test_an_inbox_file_made_anew_is_drained_from_its_own_beginning(inbox: Inbox, tmp_path: Path) -> None:
    inbox.put([arrival("old"), arrival("old too")])
    with draining.taken(inbox, limit=10):
        pass
    for file in tmp_path.glob("inbox.sqlite3*"):
        file.unlink()
    inbox.put([arrival("new")])
    with draining.taken(inbox, limit=10) as arrivals:
        assert [one.body for one in arrivals] == [b"new"]


def test_a_crash_between_commit_and_trim_takes_nothing_twice(inbox: Inbox) -> None:
    inbox.put([arrival("one"), arrival("two")])
    trim, inbox.trim = inbox.trim, lambda upto: None  # type: ignore[method-assign]  # as if killed there
    with draining.taken(inbox, limit=1):
        pass
    inbox.trim = trim  # type: ignore[method-assign]
    assert inbox.waiting(0) == 2
    with draining.taken(inbox, limit=10) as arrivals:
        assert [one.body for one in arrivals] == [b"two"]
    assert inbox.waiting(0) == 0


def test_an_inbox_that_cannot_be_written_says_so(inbox: Inbox, tmp_path: Path) -> None:
    assert inbox.writable()
    assert inbox.waiting(0) == 0  # the trial left nothing
    nowhere = SqliteInbox(tmp_path / "missing" / "inbox.sqlite3")
    assert not nowhere.writable()
    with pytest.raises(InboxUnavailable):
        nowhere.put([arrival("lost?")])


def test_each_commit_waits_for_the_disk(inbox: Inbox) -> None:
    inbox.put([arrival("one")])
    with inbox._writing.use() as raw:  # type: ignore[attr-defined]  # SqliteInbox
        assert raw.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
