"""How many events a second of CPU go the whole way: out of the inbox, recognised, recorded, scored, offered.

    python benchmarks/whole_way.py [events]      default 20,000; once more with ten times the ledger behind them

Works in a folder of its own, or in a new database of the server that DATABASE_URL names.  The mix is a busy
site's: three quarters visits of people not yet known, the rest calls of known users; one in 500 is a contact
form.  `ratio` compares with the bar; `physical` is how many bare rows a second of CPU puts into one table of a file.
"""

import argparse
import json
import os
import random
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.ledger_append import executemany, installation

LIMIT: Final = 2_000
RUNS: Final = 3
BEGAN: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
EVENTS_A_PERSON: Final = 20


def bodies(first: int, count: int, chance: random.Random) -> list[bytes]:
    """Return events of new persons, each with about twenty of their own."""
    persons = [f"{first}-{number}" for number in range(max(1, count // EVENTS_A_PERSON))]
    return [json.dumps(event(f"{first}-{n}", chance.choice(persons), chance)).encode() for n in range(count)]


def event(message: str, person: str, chance: random.Random) -> dict[str, object]:
    drawn = chance.random()
    said: dict[str, object] = {
        "messageId": message,
        "anonymousId": f"device-{person}",
        "context": {"page": {"url": "https://www.example.com/a", "title": "A"}, "userAgent": "Browser/1.0"},
    }
    if drawn < 0.002:
        traits = {"email": f"p{person}@firm{hash(person) % 997}.example", "name": "Jo Doe"}
        return {**said, "type": "track", "event": "form.submitted", "properties": {"form": "contact"}, "traits": traits}
    if drawn < 0.03:
        return {**said, "type": "identify", "userId": f"user-{person}", "traits": {"plan": "trial"}}
    if drawn < 0.25:
        return {**said, "type": "track", "event": "Searched", "userId": f"user-{person}", "properties": {"n": 3}}
    path = chance.choice(["/", "/product", "/pricing", "/docs"])
    return {**said, "type": "page", "properties": {"path": path, "url": f"https://www.example.com{path}"}}


def drain_all(source: int, events: list[bytes], now: datetime) -> float:
    """Put the events into the inbox and take them the whole way; return the seconds of CPU the way took."""
    from leadpact.flow.worker import STEPS, run_once
    from leadpact.ledger.inbox import Arrival, open_inbox

    inbox = open_inbox()
    inbox.put([Arrival(source, now, body) for body in events])
    began = time.process_time()
    steps = tuple(step for step in STEPS if step.name in {"drain", "sequence", "offer", "promises"})
    while run_once(now=now, steps=steps):
        pass
    return time.process_time() - began


def bare_rate(rows: int, file: Path) -> float:
    began = time.process_time()
    executemany(rows, file)
    return rows / (time.process_time() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("n", nargs="?", type=int, default=20_000, help="events (default: %(default)s)")
    n: int = parser.parse_args().n
    with installation() as kind:
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0, interactive=False)
        import sqlite3

        from leadpact.engagement import actions as engagement
        from leadpact.engagement import reads
        from leadpact.engagement.types import SourceKind
        from leadpact.flow import agreeing, arrival
        from leadpact.ledger.inbox import open_inbox
        from leadpact.team.types import SYSTEM

        agreeing.set_up(zone="UTC", since=BEGAN - timedelta(days=1), by=SYSTEM, now=BEGAN)
        key = engagement.create_source("site", SourceKind.SERVER, by=SYSTEM, now=BEGAN)
        source = reads.source_by_key(key)
        assert source is not None
        chance, began = random.Random(1), time.process_time()
        part = n // RUNS
        spent = [drain_all(source.id, bodies(run, part, chance), BEGAN + timedelta(minutes=run)) for run in range(RUNS)]
        for run in range(9):
            drain_all(source.id, bodies(100 + run, n, chance), BEGAN + timedelta(hours=1 + run))
        grown = drain_all(source.id, bodies(1000, part, chance), BEGAN + timedelta(hours=12))
        totals = arrival.totals()
        assert totals["recorded"] == totals["received"] == RUNS * part + 9 * n + part
        physical = bare_rate(part, Path(os.environ["LEADPACT_HOME"]) / "bare")
        open_inbox().close()
        connection.close()
    rate = part / median(spent)
    report = {
        "name": "whole_way",
        "n": n,
        "value": round(rate),
        "unit": "events/s a core",
        "limit_value": LIMIT,
        "ratio": round(rate / LIMIT, 2),
        "physical": round(physical),
        "runs": RUNS,
        "db": kind,
        "sqlite_version": sqlite3.sqlite_version,
        "cpu_s": round(time.process_time() - began, 2),
        "growth": {"1x": round(rate), "10x": round(part / grown)},
    }
    sys.stdout.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main()
