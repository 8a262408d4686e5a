"""The inbox: where an arrival is safe before anything else is done with it.

`put` returns when the arrivals are on disk; only then may the collector answer 200.  Every arrival is a row,
second arrivals too: the drain decides what each is worth, so that the counts add up.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db import connection


@dataclass(frozen=True, slots=True)
class Arrival:
    """One event as it came.

    body     the event as JSON, with `type` and `sentAt` merged in when they stood around it
    channel  how it came: "http", "form", "import" ...
    """

    source: int
    received_at: datetime
    body: bytes
    channel: str = "http"


@dataclass(frozen=True, slots=True)
class State:
    """What an inbox holds as of one moment, by (source, hour).

    received  how many it ever stored
    waiting   how many of them nobody has drained yet
    """

    received: Mapping[tuple[int, datetime], int]
    waiting: Mapping[tuple[int, datetime], int]


def by_hour(arrivals: Iterable[Arrival]) -> Counter[tuple[int, datetime]]:
    """Count arrivals by source and the hour they came in; a batch has one moment for all its events."""
    moments = Counter((arrival.source, arrival.received_at) for arrival in arrivals)
    found: Counter[tuple[int, datetime]] = Counter()
    for (source, received_at), n in moments.items():
        found[source, hour_of(received_at)] += n
    return found


def hour_of(moment: datetime) -> datetime:
    """Return the beginning of the hour in UTC: in zones half an hour off, hours begin elsewhere."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


class Inbox(Protocol):
    """What collector and drain need of an inbox; all of it may be called from any thread."""

    @property
    def name(self) -> str:
        """Name of the mark that says how far this very inbox was drained."""
        ...

    def put(self, arrivals: Collection[Arrival]) -> None:
        """Store arrivals for good, all or none; raises `InboxUnavailable`."""
        ...

    def read(self, after: int, limit: int) -> list[tuple[int, Arrival]]:
        """Return arrivals with a greater number than `after`, oldest first."""
        ...

    def last_id(self) -> int:
        """Return the greatest number ever given, trimmed ones included; 0 for a new inbox."""
        ...

    def waiting(self, after: int) -> int:
        """Return how many arrivals have a greater number than `after`."""
        ...

    def state(self, after: int, since: datetime) -> State:
        """Return what was stored since an hour, and what waits after the number, as of one moment."""
        ...

    def trim(self, upto: int) -> None:
        """Forget arrivals up to and including a number; harmless the second time."""
        ...

    def overwrite(self) -> bool:
        """See to it that what was forgotten is in no file; False where somebody else must end first."""
        ...

    def writable(self) -> bool:
        """Return whether an arrival could be stored now."""
        ...

    def close(self) -> None:
        """Let go of files and connections; the next call opens them again."""
        ...


def open_inbox() -> Inbox:
    """Return this process's inbox: a file of its own beside SQLite, a table on PostgreSQL."""
    if connection.vendor == "postgresql":
        wanted = connection.settings_dict  # by now with the name of a test's database
        fields = (("dbname", "NAME"), ("user", "USER"), ("password", "PASSWORD"), ("host", "HOST"), ("port", "PORT"))
        return _postgresql(tuple((name, str(wanted[key])) for name, key in fields if wanted[key]))
    return _sqlite(Path(settings.INBOX_FILE))


@lru_cache(maxsize=4)
def _sqlite(file: Path) -> Inbox:
    from leadpact.ledger.inbox_sqlite import SqliteInbox  # only where it is used: see the note there

    return SqliteInbox(file)


@lru_cache(maxsize=4)
def _postgresql(place: tuple[tuple[str, str], ...]) -> Inbox:
    from leadpact.ledger.inbox_postgresql import PostgresInbox  # psycopg is not asked for on SQLite

    return PostgresInbox(dict(place))
