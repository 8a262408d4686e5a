"""How soon after an event is accepted the lead is offered, while events arrive at a steady rate; and one large sweep.

    python benchmarks/offering.py [seconds]      default 20, at 100 events a second; the sweep judges 1,000 persons

Works in a folder of its own, or in a new database of the server that DATABASE_URL names.  A thread puts the events
into the inbox as the collector does, in small groups, at their moments; the worker runs in its own thread as in
`leadpact serve`.  One event in fifty is a contact form of somebody new, who must be offered.  The delay is from the
moment the event was on disk to the moment its offer was, both by the clock; `value` is its p99.  `ratio` compares
the bar with the value: above 1 is faster.
"""

import argparse
import json
import random
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.ledger_append import installation

LIMIT_S: Final = 2.0
RATE: Final = 100  # events a second
GROUP: Final = 5  # put at once
ASKS: Final = 50  # one event in so many is a contact form
DUE: Final = 1_000
ACTS: Final = 10  # of each who is due
RUNS: Final = 3
PATIENCE_S: Final = 120.0


def event(number: int) -> dict[str, object]:
    path = random.Random(number).choice(["/", "/product", "/pricing", "/docs"])
    said: dict[str, object] = {"messageId": f"m{number}", "context": {"page": {"url": "https://www.example.com/"}}}
    if number % ASKS == 0:
        traits = {"email": mail(number), "name": "Jo Doe"}
        form = {"type": "track", "event": "form.submitted", "properties": {"form": "contact"}}
        return {**said, **form, "anonymousId": f"d{number}", "context": {"traits": traits}}
    return {**said, "type": "page", "anonymousId": f"d{number % 500}", "properties": {"path": path}}


def mail(number: int) -> str:
    return f"p{number}@firm{number}.example"


def arrive(source: int, count: int) -> dict[str, float]:
    """Put the events into the inbox at their moments; return when each contact form was on disk, by address."""
    from leadpact.ledger.inbox import Arrival, open_inbox

    inbox, began, put = open_inbox(), time.time(), dict[str, float]()
    for first in range(0, count, GROUP):
        time.sleep(max(0.0, began + first / RATE - time.time()))
        some = range(first, min(first + GROUP, count))
        now = datetime.now(UTC)
        inbox.put([Arrival(source, now, json.dumps(event(number)).encode()) for number in some])
        at = time.time()
        put.update({mail(number): at for number in some if number % ASKS == 0})
    return put


def offered(after: int) -> list[tuple[int, str]]:
    """Return the offers made after one, each with its number and the address of whom it is about."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.id, p.email FROM handover_offer o JOIN handover_pursuitperson m ON m.pursuit_id = o.pursuit_id"
            " JOIN people_person p ON p.id = m.person_id WHERE o.id > %s ORDER BY o.id",
            [after],
        )
        return list(cursor.fetchall())


def delays(source: int, seconds: int) -> list[float]:
    """Run the worker beside the arrivals; return how long each who asked waited for the offer, in seconds."""
    from leadpact.flow import clock
    from leadpact.flow.worker import Worker

    worker = Worker(clock.now)
    worker.start()
    found, seen = dict[str, float](), dict[str, float]()
    arriving = threading.Thread(target=lambda: found.update(arrive(source, seconds * RATE)))
    arriving.start()
    wanted, last, ends = seconds * RATE // ASKS, 0, time.time() + seconds + PATIENCE_S
    while len(seen) < wanted and time.time() < ends:
        for number, address in offered(last):
            seen[address], last = time.time(), number
        time.sleep(0.02)
    arriving.join()
    worker.stop()
    assert seen.keys() == found.keys(), f"{len(found.keys() - seen.keys())} of {len(found)} were never offered"
    return [seen[address] - at for address, at in found.items()]


def sweeps(source: int, began: datetime) -> list[float]:
    """Return how many seconds of CPU each sweep of a thousand due persons took: judged, and shown in the lists."""
    from leadpact.flow import arrival, offering
    from leadpact.ledger.inbox import Arrival, open_inbox
    from leadpact.scoring import actions as scoring
    from leadpact.scoring.models import Standing

    inbox = open_inbox()
    for act in range(ACTS):
        visits = [visit(person, act) for person in range(DUE)]
        inbox.put([Arrival(source, began, json.dumps(said).encode()) for said in visits])
    while arrival.drain(inbox, now=began).taken:
        pass
    while offering.sweep(now=began).did_something:
        pass
    persons = list(Standing.objects.order_by("-person").values_list("person", flat=True)[:DUE])
    took = []
    for run in range(RUNS):
        now = began + timedelta(seconds=run + 1)
        scoring.mark_due(persons, at=now)
        before = time.process_time()
        judged = 0
        while (swept := offering.sweep(now=now)).did_something:
            judged += swept.judged
        took.append(time.process_time() - before)
        assert judged == DUE, judged
    return took


def visit(person: int, act: int) -> dict[str, object]:
    properties = {"path": f"/docs/{act}"}
    return {"messageId": f"v{person}-{act}", "type": "page", "anonymousId": f"v{person}", "properties": properties}


def report(name: str, n: int, value: float, limit: float | None, kind: str, **more: object) -> None:
    import sqlite3  # by now the one the settings put in place

    said = {
        "name": name,
        "n": n,
        "value": round(value, 3),
        "unit": "s p99" if limit else "s CPU",
        "limit_value": limit,
        "ratio": round(limit / value, 2) if limit else None,
        "runs": RUNS,
        "db": kind,
        "sqlite_version": sqlite3.sqlite_version,
        "cpu_s": round(time.process_time(), 2),
        **more,
    }
    sys.stdout.write(json.dumps(said) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("n", nargs="?", type=int, default=20, help="seconds of arrivals (default: %(default)s)")
    seconds: int = parser.parse_args().n
    with installation() as kind:
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0, interactive=False)
        from leadpact.engagement import actions as engagement
        from leadpact.engagement import reads
        from leadpact.engagement.types import SourceKind
        from leadpact.flow import agreeing
        from leadpact.ledger.inbox import open_inbox
        from leadpact.team import actions as team
        from leadpact.team import reads as teams
        from leadpact.team.types import SYSTEM, Role, Side

        now = datetime.now(UTC)
        agreeing.set_up(zone="UTC", since=now - timedelta(days=60), by=SYSTEM, now=now)
        sales = teams.teams(Side.SALES)[0].id
        for rep in range(5):
            address = f"rep{rep}@ours.example"
            team.create_user(address, None, name=address, roles=[Role.SALES_REP], team=sales, by=SYSTEM, now=now)
        source = reads.source_by_key(engagement.create_source("site", SourceKind.SERVER, by=SYSTEM, now=now))
        assert source is not None
        waited = delays(source.id, seconds)
        quarter = max(1, len(waited) // 4)
        parts = {"first quarter": waited[:quarter], "last quarter": waited[-quarter:]}
        growth = {name: round(median(part), 3) for name, part in parts.items()}
        p99, p50 = quantiles(waited, n=100)[-1], round(median(waited), 3)
        report("event_to_offer", seconds * RATE, p99, LIMIT_S, kind, p50=p50, offers=len(waited), growth=growth)
        took = sweeps(source.id, datetime.now(UTC))
        report("sweep_of_due", DUE, median(took), None, kind, persons_per_s=round(DUE / median(took)), growth={})
        open_inbox().close()
        connection.close()


if __name__ == "__main__":
    main()
