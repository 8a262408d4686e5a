"""How long the server takes for every page there is, with many persons in the database.

    python benchmarks/pages.py [persons] [--base FOLDER] [--at-once] [--only WORDS]       default 100,000 persons

On PostgreSQL: `python -m tests.postgres python benchmarks/pages.py`, or with DATABASE_URL set.

Every address of docs/reference/addresses.csv that is read by GET is opened as each role that may, and as the one who
waits longest seven times more: a whole request through all middleware, without the network.  Of a spreadsheet the
first thousand parts are read.  One line a page, then one line of all.  `value` is the p95, `growth` compares it with
a tenth of the persons, as measured when the base was made.  A page that takes more queries for more rows fails the
run, and so does one of more than twelve.  `ratio` compares the bar with the value: above 1 is faster.

--markdown   run nothing: write docs/reference/figures.md from what earlier runs printed
--base   a folder in which the persons stay, to be asked again; else they are made anew
"""

import argparse
import json
import os
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.ledger_append import installation
from benchmarks.many.asking import RUNS, Measured, measured
from benchmarks.many.company import Company, opened
from benchmarks.many.figures import written

LIMIT_MS: Final = 200
REPORT_LIMIT_MS: Final = 1_000
MOST_QUERIES: Final = 12
SLOWEST: Final = 10
# Reports, spreadsheets of them, and what adds them up.
REPORTS: Final = ("/loop/", "/api/v1/reports/", "/campaigns/", "/campaigns.csv")


def limit_of(name: str) -> int:
    return REPORT_LIMIT_MS if name.startswith(REPORTS) else LIMIT_MS


def wrong(company: Company, now: dict[str, Measured]) -> list[str]:
    """Return the pages that take more queries for more rows, or too many."""
    smallest = company.measured.get(min(company.measured, key=int, default=""), {})
    found = []
    for name, took in now.items():
        before = smallest.get(name, took)["queries"]
        # Fewer for more: a list that fills its page need not look for lines without a value.
        if took["queries"] > before or took["queries"] > MOST_QUERIES:
            found.append(f"{name}: {took['queries']} queries, {before} with few persons")
        if took["status"] >= 400:
            found.append(f"{name}: answered with {took['status']}")
    return found


def said(company: Company, name: str, took: Measured) -> dict[str, object]:
    """Return what one page took, in the form of all benchmarks."""
    value, limit = took["p95"], limit_of(name)
    small = company.measured.get(str(company.persons // 10), {}).get(name, {}).get("p95")
    return {
        "name": name, "n": company.persons, "value": value, "unit": "ms p95", "limit_value": limit,
        "ratio": round(limit / value, 2), "runs": RUNS, **database(), "cpu_s": round(took["cpu"] / 1000, 4),
        "growth": {"1x": small, "10x": value},
        **{key: took[key] for key in ("p50", "role", "bytes", "gzip", "queries", "roles", "status")},
    }  # fmt: skip


def together(company: Company, now: dict[str, Measured]) -> dict[str, object]:
    """Return the page nearest to its bar as that of all, and the ten slowest beside their bars."""
    slowest = sorted(now, key=lambda name: limit_of(name) / now[name]["p95"])[:SLOWEST]
    return {
        **said(company, slowest[0], now[slowest[0]]), "name": "pages", "pages": len(now),
        "cpu_s": round(time.process_time(), 2), "slowest": {name: now[name]["p95"] for name in slowest},
        "wrong": wrong(company, now),
    }  # fmt: skip


def database() -> dict[str, str]:
    import sqlite3  # by now the one the settings put in place

    kind = "postgresql" if os.environ.get("DATABASE_URL") else "sqlite"
    return {"db": kind, "sqlite_version": sqlite3.sqlite_version}


def run(folder: Path, n: int, only: str, *, at_once: bool) -> int:
    company = opened(folder, n, lambda company, runs: {} if at_once else dict(measured(company, runs=runs)))
    now = dict[str, Measured]()
    for name, took in measured(company, only=only):
        now[name] = took
        print(json.dumps(said(company, name, took)), flush=True)
    print(json.dumps(together(company, now)))
    found = wrong(company, now)
    sys.stderr.writelines(f"{each}\n" for each in found)
    return 1 if found else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("n", nargs="?", type=int, default=100_000, help="persons (default: %(default)s)")
    parser.add_argument("--base", type=Path, help="a folder in which the persons stay")
    parser.add_argument("--at-once", action="store_true", help="do not measure while the base is made: says no growth")
    parser.add_argument("--only", default="", help="only pages whose name contains this, or one of these by |")
    parser.add_argument("--markdown", type=Path, nargs="+", metavar="RESULTS", help="say what runs printed as a page")
    asked = parser.parse_args()
    if asked.markdown:
        limits, day = (LIMIT_MS, REPORT_LIMIT_MS), datetime.now(UTC).date()
        print(written(asked.markdown, limit_of=limit_of, limits=limits, day=day), end="")
        return 0
    if asked.base:
        asked.base.mkdir(parents=True, exist_ok=True)
        return run(asked.base.resolve(), asked.n, asked.only, at_once=asked.at_once)
    with installation(), tempfile.TemporaryDirectory() as folder:
        return run(Path(folder), asked.n, asked.only, at_once=asked.at_once)


if __name__ == "__main__":
    sys.exit(main())
