"""The inbox beside SQLite: a file of its own, so that the collector never waits for the main database.

Import this only after the settings were loaded: the engine named there puts a newer SQLite in place of the
standard library's, and two SQLite libraries that open one file in one process drop each other's locks.
"""

import secrets
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import batched
from pathlib import Path
from threading import Lock
from typing import Final

from leadpact.base.wording import worded
from leadpact.ledger.errors import InboxUnavailable
from leadpact.ledger.inbox import Arrival, State, by_hour
from leadpact.ledger.rules import microseconds

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS_TO_WAIT: Final = 5  # for another process that writes: clients must be told before they give up by themselves
_AT_ONCE: Final = 5_000

# AUTOINCREMENT: a number is never given twice, though the drain empties the table again and again.
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS arrival (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  source INTEGER NOT NULL, received_us INTEGER NOT NULL, channel TEXT NOT NULL, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS inbox (name TEXT NOT NULL, one INTEGER PRIMARY KEY CHECK (one = 1));
CREATE TABLE IF NOT EXISTS received (
  hour_us INTEGER, source INTEGER, count INTEGER NOT NULL, PRIMARY KEY (hour_us, source)) WITHOUT ROWID;
"""
_COUNT: Final = """
INSERT INTO received (hour_us, source, count) VALUES (?, ?, ?)
ON CONFLICT (hour_us, source) DO UPDATE SET count = count + excluded.count
"""


class SqliteInbox:
    """One file, one writing connection behind a lock, one reading connection behind another."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._writing, self._reading = _Connection(file), _Connection(file)

    @property
    def name(self) -> str:
        # A file restored or made anew counts from where it likes: its mark must not be the old file's.
        with self._reading.use() as connection:
            row = connection.execute("SELECT name FROM inbox").fetchone()
        return f"inbox:{row[0]}"

    def put(self, arrivals: Collection[Arrival]) -> None:
        counts = [(microseconds(hour), source, n) for (source, hour), n in by_hour(arrivals).items()]
        with self._writing.use() as connection:
            connection.execute("BEGIN IMMEDIATE")
            for some in batched(arrivals, _AT_ONCE):
                _insert(connection, some)
            connection.executemany(_COUNT, counts)
            connection.execute("COMMIT")

    def read(self, after: int, limit: int) -> list[tuple[int, Arrival]]:
        with self._reading.use() as connection:
            rows = connection.execute(
                "SELECT id, source, received_us, channel, body FROM arrival WHERE id > ? ORDER BY id LIMIT ?",
                (after, limit),
            ).fetchall()
        return [
            (number, Arrival(source, _moment(received_us), bytes(body), channel))
            for number, source, received_us, channel, body in rows
        ]

    def last_id(self) -> int:
        with self._reading.use() as connection:
            row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'arrival'").fetchone()
        return int(row[0]) if row else 0

    def waiting(self, after: int) -> int:
        with self._reading.use() as connection:
            return int(connection.execute("SELECT count(*) FROM arrival WHERE id > ?", (after,)).fetchone()[0])

    def state(self, after: int, since: datetime) -> State:
        with self._reading.use() as connection:
            connection.execute("BEGIN")  # all of it as of one moment
            counted = connection.execute(
                "SELECT source, hour_us, count FROM received WHERE hour_us >= ?", (microseconds(since),)
            ).fetchall()
            rows = connection.execute(
                "SELECT source, received_us - received_us % 3600000000, count(*) FROM arrival WHERE id > ?"
                " GROUP BY 1, 2",
                (after,),
            ).fetchall()
            connection.execute("COMMIT")
        received = {(source, _moment(hour_us)): n for source, hour_us, n in counted}
        return State(received, {(source, _moment(hour_us)): n for source, hour_us, n in rows})

    def trim(self, upto: int) -> None:
        with self._writing.use() as connection:
            connection.execute("DELETE FROM arrival WHERE id <= ?", (upto,))

    def overwrite(self) -> bool:
        """Empty the log of writes, so that what was trimmed is in no file; False while somebody reads it."""
        with self._writing.use() as connection:
            return not connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]

    def writable(self) -> bool:
        try:
            with self._writing.use() as connection:
                # Committed: what is rolled back reaches no disk, and a full one would not be noticed.
                connection.execute("UPDATE inbox SET name = name")
        except InboxUnavailable:
            return False
        return True

    def close(self) -> None:
        self._writing.close()
        self._reading.close()


class _Connection:
    """A connection opened when first used, given up after any error or when its file was replaced."""

    def __init__(self, file: Path) -> None:
        self._file, self._lock = file, Lock()
        self._connection: sqlite3.Connection | None = None
        self._inode = 0

    @contextmanager
    def use(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._opened()
            except (sqlite3.Error, OSError) as error:
                self._drop()
                raise InboxUnavailable(
                    worded("The inbox {file} cannot be used: {error}.", file=self._file.name, error=error)
                ) from error
            except BaseException:
                self._drop()  # whatever was begun is rolled back
                raise

    def close(self) -> None:
        with self._lock:
            self._drop()

    def _opened(self) -> sqlite3.Connection:
        # Without this an inbox deleted or moved away would go on taking arrivals that nobody ever reads.
        if self._connection is not None and self._inode != self._inode_now():
            self._drop()
        if self._connection is None:
            self._connection = _open(self._file)
            self._inode = self._inode_now()
        return self._connection

    def _inode_now(self) -> int:
        try:
            return self._file.stat().st_ino
        except FileNotFoundError:
            return 0

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _moment(us: int) -> datetime:
    return _EPOCH + timedelta(microseconds=us)


def _insert(connection: sqlite3.Connection, arrivals: Collection[Arrival]) -> None:
    if not arrivals:
        return
    values: list[int | str | bytes] = []
    received_at, received_us = None, 0
    for one in arrivals:
        if one.received_at is not received_at:  # a batch has one moment for all its events
            received_at, received_us = one.received_at, microseconds(one.received_at)
        values += (one.source, received_us, one.channel, one.body)
    places = ",".join(["(?,?,?,?)"] * len(arrivals))
    sql = f"INSERT INTO arrival (source, received_us, channel, body) VALUES {places}"  # noqa: S608  # places only
    connection.execute(sql, values)


def _open(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=_SECONDS_TO_WAIT, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")  # a commit is on the disk before `put` returns
    connection.execute("PRAGMA secure_delete=ON")
    # Nothing is written to an inbox that is whole: it must open on a full disk too.
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'received'").fetchone():
        connection.executescript(_SCHEMA)
    if not connection.execute("SELECT 1 FROM inbox").fetchone():
        connection.execute("INSERT OR IGNORE INTO inbox VALUES (?, 1)", (secrets.token_hex(8),))
    return connection
