"""The inbox on PostgreSQL: a table, so that several collectors on several machines share it.

A row with a lower number may be committed after one with a higher number.  So nobody reads this inbox by a
number already passed: the drain deletes the rows it takes, in the transaction that writes the entries.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from secrets import randbelow
from threading import Event, Lock
from typing import Final

import psycopg
from psycopg.conninfo import make_conninfo

from leadpact.base.wording import worded
from leadpact.ledger.errors import InboxUnavailable
from leadpact.ledger.inbox import Arrival, State, by_hour

CHANNEL: Final = "leadpact_inbox"  # told that something was stored; nothing hangs on whether anybody hears it
LISTEN_SECONDS: Final = 1.0  # how late a listener may notice that it is to stop, or that the server is back
PLACES: Final = 16  # rows of one count: collectors that commit at one moment seldom wait for each other's
_PUT: Final = """
WITH stored AS (
  INSERT INTO ledger_inbox (source, received_at, channel, body)
  SELECT * FROM unnest(%b::bigint[], %b::timestamptz[], %b::text[], %b::bytea[]))
INSERT INTO ledger_received (place, source, hour, count)
SELECT %s, * FROM unnest(%b::bigint[], %b::timestamptz[], %b::bigint[])
ON CONFLICT (hour, source, place) DO UPDATE SET count = ledger_received.count + excluded.count
"""


class PostgresInbox:
    """One connection of its own, apart from Django's: a request in flight never delays an arrival."""

    name = "inbox"

    def __init__(self, place: Mapping[str, str]) -> None:
        # synchronous_commit: a commit is on the disk before `put` returns, whatever the server's default.
        options = "-c synchronous_commit=on -c TimeZone=UTC"
        self._conninfo, self._lock = make_conninfo(**place, connect_timeout=10, options=options), Lock()
        self._connection: psycopg.Connection | None = None
        self._place = f"collector:{randbelow(PLACES)}"

    def put(self, arrivals: Collection[Arrival]) -> None:
        if not arrivals:
            return
        columns = (
            [one.source for one in arrivals],
            [one.received_at for one in arrivals],
            [one.channel for one in arrivals],
            [one.body for one in arrivals],
        )
        counts = sorted((source, hour, n) for (source, hour), n in by_hour(arrivals).items())
        with self._use() as connection:
            # One statement, so one commit: whoever is counted is stored, and the other way round.
            connection.execute(_PUT, (*columns, self._place, *map(list, zip(*counts, strict=True))))
            connection.execute(f"NOTIFY {CHANNEL}".encode())

    def listen(self, heard: Callable[[], None], stopping: Event) -> None:
        """Call `heard` whenever any process has stored arrivals, until `stopping`; survives the server's restart."""
        while not stopping.is_set():
            try:
                with psycopg.connect(self._conninfo, autocommit=True) as connection:
                    connection.execute(f"LISTEN {CHANNEL}".encode())
                    heard()  # of what was stored while nobody listened
                    while not stopping.is_set():
                        for _ in connection.notifies(timeout=LISTEN_SECONDS, stop_after=1):
                            heard()
            except psycopg.Error:
                stopping.wait(LISTEN_SECONDS)

    def read(self, after: int, limit: int) -> list[tuple[int, Arrival]]:
        with self._use() as connection:
            rows = connection.execute(
                "SELECT id, source, received_at, body, channel FROM ledger_inbox WHERE id > %s ORDER BY id LIMIT %s",
                (after, limit),
            ).fetchall()
        return [(row[0], Arrival(*row[1:])) for row in rows]

    def last_id(self) -> int:
        with self._use() as connection:
            row = connection.execute(
                "SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence('ledger_inbox', 'id')::regclass), 0)"
            ).fetchone()
        return int(row[0]) if row else 0

    def waiting(self, after: int) -> int:
        with self._use() as connection:
            row = connection.execute("SELECT count(*) FROM ledger_inbox WHERE id > %s", (after,)).fetchone()
        return int(row[0]) if row else 0

    def state(self, after: int, since: datetime) -> State:
        with self._use() as connection:
            rows = connection.execute(
                "SELECT true, source, hour, sum(count) FROM ledger_received WHERE hour >= %s GROUP BY 2, 3 UNION ALL"
                " SELECT false, source, date_trunc('hour', received_at), count(*) FROM ledger_inbox WHERE id > %s"
                " GROUP BY 2, 3",
                (since, after),
            ).fetchall()
        found: dict[bool, dict[tuple[int, datetime], int]] = {True: {}, False: {}}
        for is_received, source, hour, n in rows:
            found[is_received][source, hour.astimezone(UTC)] = int(n)
        return State(found[True], found[False])

    def trim(self, upto: int) -> None:
        with self._use() as connection:
            connection.execute("DELETE FROM ledger_inbox WHERE id <= %s", (upto,))

    def overwrite(self) -> bool:
        return True  # the server's own business: see docs/howto/privacy.md

    def writable(self) -> bool:
        try:
            with self._use() as connection:
                row = connection.execute(
                    "SELECT has_table_privilege('ledger_inbox', 'INSERT') AND NOT pg_is_in_recovery()"
                ).fetchone()
        except InboxUnavailable:
            return False
        return bool(row and row[0])

    def close(self) -> None:
        with self._lock:
            self._drop()

    @contextmanager
    def _use(self) -> Iterator[psycopg.Connection]:
        with self._lock:
            try:
                if self._connection is None:
                    self._connection = psycopg.connect(self._conninfo, autocommit=True)
                yield self._connection
            except psycopg.Error as error:
                # After a lost connection nobody knows whether it was stored: sent again, it is a harmless duplicate.
                self._drop()
                raise InboxUnavailable(worded("The inbox table cannot be used: {error}.", error=error)) from error

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
