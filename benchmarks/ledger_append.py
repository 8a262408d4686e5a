"""How many entries a second `append` and `sequence` write, beside what `executemany` alone reaches in that run.

    python benchmarks/ledger_append.py [entries]      default 100,000; the ledger grows to ten times that many

Works in a folder of its own, or in a new database of the server that DATABASE_URL names.  `ratio` is append
against executemany of the same rows without digests, indexes or JSON; `growth` compares the full ledger with
the empty one.
"""

import json
import os
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Final
from urllib.parse import urlsplit, urlunsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

LIMIT: Final = 10_000
BATCH: Final = 500
RUNS: Final = 3
NOON: Final = datetime(2026, 3, 3, 12, tzinfo=UTC)


@contextmanager
def installation() -> Iterator[str]:
    """Point the settings at an empty home and database; yield what kind of database it is."""
    url = os.environ.get("DATABASE_URL", "")
    with tempfile.TemporaryDirectory() as home:
        os.environ["LEADPACT_HOME"] = home
        os.environ["DJANGO_SETTINGS_MODULE"] = "leadpact.site.settings"
        if not url:
            yield "sqlite"
            return
        import psycopg

        name = f"bench_{uuid.uuid4().hex}"
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f'create database "{name}"'.encode())
        os.environ["DATABASE_URL"] = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        yield "postgresql"
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f'drop database "{name}" with (force)'.encode())


def seconds(work: Callable[[], object]) -> float:
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def append(first: int, count: int) -> None:
    from leadpact.ledger import actions
    from leadpact.ledger.types import NewEntry

    for start in range(first, first + count, BATCH):
        new = [
            NewEntry(
                kind="page.viewed", happened_at=NOON + timedelta(seconds=number), identity=number % 5_000, source=1,
                message=number.to_bytes(16), content=number.to_bytes(16),
                facts={"path": f"/products/{number % 97}", "title": "Products"},
                personal={"raw": {"type": "page", "properties": {"search": "?q=1"}}, "ip": "192.0.2.1"},
            )
            for number in range(start, min(start + BATCH, first + count))
        ]  # fmt: skip
        actions.append(new, by="source:1", now=NOON)


def sequence_all() -> None:
    from leadpact.ledger import actions

    while actions.sequence():
        pass


def executemany(count: int, file: Path) -> None:
    """The bare rows into one table without an index, a commit a batch: nothing Python does is faster."""
    import sqlite3  # by now the one the settings put in place

    bare = sqlite3.connect(file, isolation_level=None)
    bare.execute("PRAGMA journal_mode=WAL")
    bare.execute("PRAGMA synchronous=FULL")
    bare.execute("CREATE TABLE IF NOT EXISTS bare (id INTEGER PRIMARY KEY, kind, happened, identity, facts, digest)")
    row = ("page.viewed", NOON.isoformat(), 1, '{"path": "/products/12", "title": "Products"}', bytes(32))
    for _ in range(0, count, BATCH):
        bare.execute("BEGIN IMMEDIATE")
        bare.executemany("INSERT INTO bare (kind, happened, identity, facts, digest) VALUES (?,?,?,?,?)", [row] * BATCH)
        bare.execute("COMMIT")
    bare.close()


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with installation() as kind:
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0, interactive=False)
        import sqlite3

        cpu = time.process_time()
        part = n // RUNS
        appended = [seconds(lambda run=run: append(run * part, part)) for run in range(RUNS)]  # type: ignore[misc]  # a default binds the run
        cpu = time.process_time() - cpu
        positions = seconds(sequence_all)
        peers = [seconds(lambda: executemany(part, Path(os.environ["LEADPACT_HOME"]) / "bare")) for _ in range(RUNS)]
        append(RUNS * part, 9 * n)
        grown = seconds(lambda: append(RUNS * part + 9 * n, part))
        connection.close()
    rate = part / median(appended)
    report = {
        "name": "ledger_append",
        "n": n,
        "value": round(rate),
        "unit": "entries/s",
        "limit_value": LIMIT,
        "ratio": round(rate / (part / median(peers)), 3),
        "runs": RUNS,
        "db": kind,
        "sqlite_version": sqlite3.sqlite_version,
        "cpu_s": round(cpu, 2),
        "sequenced_per_s": round(RUNS * part / positions),
        "growth": {"1x": round(rate), "10x": round(part / grown)},
    }
    sys.stdout.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main()
