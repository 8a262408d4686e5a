"""How many events a second the collector stores, over HTTP, each on disk before its 200.

    python benchmarks/collector.py [rows]      default 3,000,000: rows in the inbox for the second batch figure

Two figures, each beside its peer in the same run: batches of 250 beside `executemany` of the same rows alone (no
HTTP, one commit a thousand rows), and single events beside the same server with no storage.  `growth` compares
batches into an empty inbox with batches into one of `rows` rows.  The clients are another process; figures are
by the clock, so run it on a quiet machine.  Each figure and its peer take turns, and the ratio is the median of the
pairs': whatever else the machine does then weighs on both alike.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.ledger_append import installation

BATCH: Final = 250
CONNECTIONS: Final = 100
SECONDS: Final = 3.0
RUNS: Final = 3
PAIRS: Final = 5
BATCH_LIMIT: Final = 0.5
SINGLE_LIMIT: Final = 0.45
NOON: Final = datetime(2026, 3, 3, 12, tzinfo=UTC)
NO_STORAGE: Final = "BENCHMARK_NO_STORAGE"


def event(number: int) -> dict[str, object]:
    return {
        "type": "page",
        "messageId": f"3f2b8a5e-0000-4000-8000-{number:012d}",
        "anonymousId": f"device-{number % 977}",
        "timestamp": "2026-03-03T12:00:00.000Z",
        "properties": {"path": "/pricing", "title": "Pricing", "url": "https://www.example.com/pricing"},
    }


def serve(port: int) -> None:
    """The server of one run, in a process of its own; without storage when asked."""
    from leadpact.site.cli import set_up_django

    set_up_django()
    from leadpact.ledger.inbox import open_inbox
    from leadpact.site.asgi import Application
    from leadpact.site.commands.serve import listen, run_server
    from leadpact.web.collect.group import GroupCommit

    class Forgetful(Application):
        def _open_group(self) -> GroupCommit:
            store = (lambda arrivals: None) if os.environ.get(NO_STORAGE) else open_inbox().put
            return GroupCommit(store, on_stored=lambda: None)

    run_server(Forgetful(with_worker=False), listen("127.0.0.1", port))


def requests_of(key: str, *, batch: int) -> list[bytes]:
    """Return ready-made requests; nothing is put together while the clock runs."""
    made = []
    for start in range(0, batch * 40, batch):
        events = [event(number) for number in range(start, start + batch)]
        path, body = ("/v1/batch", {"batch": events}) if batch > 1 else ("/v1/page", events[0])
        text = json.dumps({**body, "writeKey": key}).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n"
        )
        made.append(head.encode() + text)
    return made


async def client(port: int, requests: list[bytes], until: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    done = 0
    while time.perf_counter() < until:
        writer.write(requests[done % len(requests)])
        answer = await reader.readuntil(b'{"success":true}')
        assert answer.startswith(b"HTTP/1.1 200"), answer
        done += 1
    writer.close()
    return done


async def load(port: int, requests: list[bytes]) -> float:
    """Return the requests a second that were answered with 200."""
    until = time.perf_counter() + SECONDS
    done = await asyncio.gather(*(client(port, requests, until) for _ in range(CONNECTIONS)))
    return sum(done) / SECONDS


def rate(key: str, *, batch: int, no_storage: bool = False) -> float:
    """Return the events a second of one run against a fresh server."""
    # No limit per key: it is the server's speed that is asked for.
    env = {**os.environ, NO_STORAGE: "1" if no_storage else "", "LEADPACT_EVENTS_PER_SECOND": "0"}
    process = subprocess.Popen([sys.executable, __file__, "--serve"], env=env, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline().rsplit(":", 1)[1])
        return asyncio.run(load(port, requests_of(key, batch=batch))) * batch
    finally:
        process.terminate()
        process.wait(20)


def executemany_rate(folder: Path, count: int) -> float:
    """The bare rows into one table: nothing Python does is faster."""
    import sqlite3  # by now the one the settings put in place

    bare = sqlite3.connect(folder / "bare", isolation_level=None)
    bare.execute("PRAGMA journal_mode=WAL")
    bare.execute("PRAGMA synchronous=FULL")
    bare.execute("CREATE TABLE IF NOT EXISTS bare (id INTEGER PRIMARY KEY, source, received_us, channel, body)")
    rows = [(1, number, "http", json.dumps(event(number)).encode()) for number in range(1_000)]
    began = time.perf_counter()
    for _ in range(0, count, len(rows)):
        bare.execute("BEGIN IMMEDIATE")
        bare.executemany("INSERT INTO bare (source, received_us, channel, body) VALUES (?,?,?,?)", rows)
        bare.execute("COMMIT")
    seconds = time.perf_counter() - began
    bare.close()
    return count / seconds


def fill(rows: int) -> None:
    from leadpact.ledger.inbox import Arrival, open_inbox

    inbox = open_inbox()
    body = json.dumps(event(0)).encode()
    for _ in range(0, rows, 10_000):
        inbox.put([Arrival(1, NOON, body)] * 10_000)
    inbox.close()


def report(name: str, n: int, pairs: list[tuple[float, float]], limit: float, **more: Any) -> None:
    import sqlite3

    values, peers = zip(*pairs, strict=True)
    ratios = [value / peer for value, peer in pairs]
    figure = {
        "name": name,
        "n": n,
        "value": round(median(values)),
        "unit": "events/s",
        "limit_value": limit,
        "ratio": round(median(ratios), 3),
        "ratios": [round(ratio, 3) for ratio in ratios],
        "peer": round(median(peers)),
        "runs": len(pairs),
        "sqlite_version": sqlite3.sqlite_version,
        "cpu_s": round(time.process_time(), 2),
        **more,
    }
    sys.stdout.write(json.dumps(figure) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="?", type=int, default=3_000_000)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        serve(0)
        return
    with installation() as kind:
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0, interactive=False)
        from leadpact.engagement import actions as engagement
        from leadpact.engagement.types import SourceKind
        from leadpact.team.types import SYSTEM

        key = engagement.create_source("site", SourceKind.SERVER, by=SYSTEM, now=NOON)
        folder = Path(os.environ["LEADPACT_HOME"])
        batches = [(rate(key, batch=BATCH), executemany_rate(folder, 100_000)) for _ in range(PAIRS)]
        singles = [(rate(key, batch=1), rate(key, batch=1, no_storage=True)) for _ in range(PAIRS)]
        empty = median(stored for stored, _ in batches)
        fill(given.rows)
        full = median(rate(key, batch=BATCH) for _ in range(RUNS))
        growth = {"1x": round(empty), "10x": round(full), "rows": given.rows, "ratio": round(full / empty, 3)}
        report("collector_batch", given.rows, batches, BATCH_LIMIT, db=kind, growth=growth)
        report("collector_single", given.rows, singles, SINGLE_LIMIT, db=kind, growth=None)


if __name__ == "__main__":
    main()
