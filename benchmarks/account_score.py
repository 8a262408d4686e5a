"""What one act costs where the pact counts what colleagues do: everybody at the company is judged again.

    python benchmarks/account_score.py [persons]      default 20 at one company; once more with ten times as many

Works in a folder of its own, or in a new database of the server that DATABASE_URL names.  Each person has twenty
acts.  `value` is the seconds of CPU that sweeps take until all of them are judged, `at_once_s` what whoever acted
waits for, `longest_s` the longest sweep by the clock: on SQLite others wait for it.  `ratio` compares the bar on that
with the longest.
"""

import argparse
import json
import random
import sqlite3
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.ledger_append import installation

LIMIT_S: Final = 2.0
RUNS: Final = 3
ACTS: Final = 20
BEGAN: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)


def fill(company: str, persons: int) -> int:
    """Make a company of so many persons with acts over twenty days; return the first of them."""
    from leadpact.ledger.actions import append
    from leadpact.ledger.types import NewEntry
    from leadpact.people import actions as people
    from leadpact.people import reads
    from leadpact.people.types import PersonFields
    from leadpact.team.types import SYSTEM

    chance, first = random.Random(1), 0
    for number in range(persons):
        fields = PersonFields(name=f"P {number}", email=f"p{number}@{company}.example")
        made = people.create_person(fields, [], by=SYSTEM, now=BEGAN, happened_at=BEGAN).person
        first = first or made
        identity = reads.identities_of(made)[0]
        ats = [BEGAN + timedelta(minutes=chance.randrange(20 * 1440)) for _ in range(ACTS)]
        paths = [chance.choice(["/", "/product", "/pricing", "/docs"]) for _ in ats]
        rows = [
            NewEntry("page.viewed", at, identity=identity, facts={"path": path})
            for at, path in zip(ats, paths, strict=True)
        ]
        append(rows, by=SYSTEM, now=BEGAN + timedelta(days=20))
    return first


@dataclass(frozen=True)
class Settled:
    """Seconds: of CPU until nobody is due, of CPU for whoever acted, of the clock for the longest sweep."""

    cpu: float
    at_once: float
    longest: float


def settle(person: int, now: datetime) -> Settled:
    """Let the person be due and sweep until nobody is, who waits included."""
    from leadpact.flow import offering
    from leadpact.scoring import actions as scoring

    began, longest, at_once = time.process_time(), 0.0, 0.0
    scoring.mark_due([person], at=now)
    for moment in (now, now + timedelta(hours=12)):
        since = time.perf_counter()
        while offering.sweep(now=moment).judged:
            longest = max(longest, time.perf_counter() - since)
            since = time.perf_counter()
        at_once = at_once or time.process_time() - began
    return Settled(time.process_time() - began, at_once, longest)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("n", nargs="?", type=int, default=20, help="persons of the company (default: %(default)s)")
    n: int = parser.parse_args().n
    with installation() as kind:
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0, interactive=False)
        from leadpact.pact import actions as pacts
        from leadpact.pact.document import default_pact_text
        from leadpact.team import actions as team
        from leadpact.team.types import SYSTEM

        team.ensure_defaults(by=SYSTEM, now=BEGAN)
        text = default_pact_text().replace("- name: engagement\n", "- name: engagement\n    account: true\n", 1)
        pacts.put_in_force(pacts.propose(text, by=SYSTEM, now=BEGAN).number, since=BEGAN, by=SYSTEM, now=BEGAN)
        found: dict[str, Settled] = {}
        began = time.process_time()
        for name, persons in (("1x", n), ("10x", 10 * n)):
            one, now = fill(f"of{persons}", persons), BEGAN + timedelta(days=21)
            settle(one, now)
            runs = [settle(one, now + timedelta(days=run)) for run in range(1, RUNS + 1)]
            found[name] = Settled(
                median(run.cpu for run in runs), median(run.at_once for run in runs), max(run.longest for run in runs)
            )
        connection.close()
    report = {
        "name": "account_score",
        "n": n,
        "value": round(found["1x"].cpu, 3),
        "unit": "s of CPU an act",
        "at_once_s": {name: round(one.at_once, 2) for name, one in found.items()},
        "longest_s": {name: round(one.longest, 2) for name, one in found.items()},
        "limit_value": LIMIT_S,
        "ratio": round(LIMIT_S / found["10x"].longest, 2),
        "runs": RUNS,
        "db": kind,
        "sqlite_version": sqlite3.sqlite_version,
        "cpu_s": round(time.process_time() - began, 2),
        "growth": {name: round(one.cpu, 3) for name, one in found.items()},
    }
    sys.stdout.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main()
