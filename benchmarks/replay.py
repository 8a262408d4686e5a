"""How fast a pact is replayed over everybody, beside SQL on DuckDB in the same run and beside memory itself.

    python benchmarks/replay.py [events] [--three] [--no-sql]    default 10,000,000; a tenth is measured too, for growth

One thread is timed by the processor's clock, two threads and SQL by the wall's.  3 rules as most pacts have them,
and 40 rules with conditions in Asia/Kolkata.  People's activity follows a power
law and comes in visits.  `limit_value` is the most nanoseconds an event may take; `physical_ns` is what summing the
arrays once takes, the least any reader could; DuckDB has both cores and the same base.  `cold_ns` is a replay over
columns mapped from files of which nothing is in memory, `disk_ns` just reading these files.
"""

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import duckdb
import numpy as np

from leadpact.base.criteria import Condition, Operator
from leadpact.pact.types import Caps, EngagementScore, Pact, Ready, Rule, Window
from leadpact.scoring.replay.compiling import compile_kernel, load
from leadpact.scoring.replay.counting import base_of, replay_by_kernel
from leadpact.scoring.replay.portable import days_of, earns_of, statement
from leadpact.scoring.replay.types import STILL_ON, Columns, Mode, Shape
from leadpact.scoring.rules_days import DAY, micros

LIMIT_NS: Final = 50
AGAINST_SQL: Final = 30
RUNS: Final = 3
SQL_AT_MOST: Final = 10_000_000  # events; beyond that SQL does not fit beside the columns
KINDS: Final = ("page.viewed", "mail.opened", "mail.clicked", "form.submitted", "asset.downloaded", "video.watched")
WEIGHTS: Final = (0.62, 0.2, 0.06, 0.02, 0.06, 0.04)
PAGES: Final = 40
SINCE: Final = datetime(2024, 1, 1, tzinfo=UTC)
LENGTH: Final = timedelta(days=730)
AS_OF: Final = SINCE + LENGTH


def base(events: int, seed: int = 1) -> Columns:
    """Return a base of so many events, about 60 a person; most persons did next to nothing."""
    chance = np.random.default_rng(seed)
    weights = np.minimum(chance.pareto(1.1, max(events // 60, 1)) + 0.05, 300)
    counts = np.maximum(1, np.round(weights / weights.sum() * events)).astype(np.int64)
    ends = np.cumsum(counts)
    total, persons = int(ends[-1]), len(counts)
    times = np.empty(total, np.int64)
    for first in range(0, persons, 100_000):  # by the hundred thousand persons: sorting needs room beside it
        some = counts[first : first + 100_000]
        start = int(ends[first] - counts[first])
        times[start : start + int(some.sum())] = visits(some, chance)
    shapes = chance.choice(len(KINDS) * PAGES, total, p=np.repeat(np.array(WEIGHTS) / PAGES, PAGES)).astype(np.int32)
    known = tuple(Shape(kind, {"path": f"/p{page}/", "section": page % 7}) for kind in KINDS for page in range(PAGES))
    nothing = np.zeros(0, np.int64)
    offsets = np.arange(persons + 1, dtype=np.int64)
    return Columns(
        persons=offsets[:-1],
        run_offsets=offsets,
        run_starts=ends - counts,
        run_ends=ends,
        run_by_account=np.zeros(persons, np.uint8),
        times=times,
        shapes=shapes,
        voids=np.zeros((total + 7) // 8, np.uint8),
        recorded=None,
        known_shapes=known,
        fact_offsets=np.zeros_like(offsets),
        fact_times=nothing,
        fact_states=nothing.astype(np.int32),
        states=(),
        reset_offsets=np.zeros_like(offsets),
        reset_times=nothing,
        reset_whys=nothing.astype(np.int8),
        whys=(),
    )


def visits(counts: "np.ndarray[Any, Any]", chance: np.random.Generator) -> "np.ndarray[Any, Any]":
    """Return the moments of some persons' acts: each act goes on with a visit or begins one, by one in four."""
    total = int(counts.sum())
    who = np.repeat(np.arange(len(counts)), counts)
    begins = chance.random(total) < 0.25
    begins[np.cumsum(counts) - counts] = True
    visit = np.cumsum(begins) - 1
    began = chance.integers(0, LENGTH // timedelta(microseconds=1), int(begins.sum()))
    moments = began[visit] + chance.integers(0, 1_200_000_000, total)
    return np.asarray(moments[np.lexsort((moments, who))] + micros(SINCE))


def pact_of(rules: tuple[Rule, ...], zone: str, *, up: int) -> Pact:
    return Pact(
        name="benchmark",
        zone=ZoneInfo(zone),
        lead=(),
        types=(),
        engagement=(EngagementScore("acts", Window(30), rules),),
        fit=(),
        ready=Ready(scores=("acts",), up=up, down=up // 2),
        promises=(),
        reject_reasons=(),
        recycle_reasons=(),
        disqualify_reasons=(),
    )


def three() -> Pact:
    rules = (
        Rule("visit", "page.viewed", 1_000, caps=Caps(day=3_000)),
        Rule("click", "mail.clicked", 3_000, caps=Caps(day=9_000)),
        Rule("form", "form.submitted", 20_000),
    )
    return pact_of(rules, "UTC", up=30_000)


def forty() -> Pact:
    rules = tuple(
        Rule(
            f"rule {number}",
            KINDS[number % len(KINDS)],
            (1 + number % 5) * 1_000,
            where=(
                Condition("path", Operator.STARTS_WITH, f"/p{number % PAGES}/")
                if number % 2
                else Condition("section", Operator.IS, number % 7),
            ),
            caps=Caps(day=(1 + number % 5) * 2_000) if number % 3 else Caps(week=(1 + number % 5) * 3_000),
        )
        for number in range(40)
    )
    return pact_of(rules, "Asia/Kolkata", up=30_000)


def by_kernel(
    pact: Pact, columns: Columns, folder: Path, threads: int
) -> tuple[float, int, list[tuple[int, int, int]]]:
    """Return the best seconds of some runs, how many persons were skipped, and the intervals."""
    kernel, best, skipped = load(folder), float("inf"), 0
    clock = time.process_time if threads == 1 else time.perf_counter
    for _ in range(RUNS):
        began = clock()
        found, skipped = replay_by_kernel(kernel, pact, columns, Mode.AS_LIVED, micros(AS_OF), None, threads=threads)
        best = min(best, clock() - began)
    return best, skipped, list(zip(*(one.tolist() for one in (found.persons, found.since, found.until)), strict=True))


def by_sql(pact: Pact, columns: Columns) -> tuple[float, list[tuple[int, int, int]]]:
    acts = {
        "person": np.repeat(columns.persons, columns.run_ends - columns.run_starts),
        "happened": columns.times,
        "shape": columns.shapes,
        "by_others": np.zeros(len(columns.times), np.uint8),
    }
    with duckdb.connect(config={"threads": 2}) as connection:
        days = days_of(pact, int(columns.times.min()), micros(AS_OF) + 40 * DAY)
        for name, made in (("acts", acts), ("earns", earns_of(pact, columns)), ("days", days)):
            connection.register(f"given_{name}", made)
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM given_{name}")
        began = time.perf_counter()
        found = connection.execute(statement(pact, micros(AS_OF))).fetchall()
        seconds = time.perf_counter() - began
    return seconds, [(person, since, STILL_ON if until is None else until) for person, since, until in found]


def physical(columns: Columns) -> float:
    """Return the seconds that summing all arrays of acts once takes."""
    arrays, best = base_of(columns), float("inf")
    for _ in range(RUNS):
        began = time.perf_counter()
        for array in (arrays.times, arrays.shapes, arrays.voids):
            int(array.sum())
        best = min(best, time.perf_counter() - began)
    return best


def from_files(pact: Pact, columns: Columns, folder: Path) -> tuple[float, float, float]:
    """Return the seconds of reading the arrays of acts from files not in memory, and of two replays of them."""
    files = {name: folder / f"{name}.column" for name in ("times", "shapes", "voids")}
    for name, file in files.items():
        with file.open("wb") as target:
            getattr(columns, name).tofile(target)
            target.flush()
            os.fsync(target.fileno())
    seconds = [reading_of(files.values())]
    forget(files.values())
    mapped: dict[str, Any] = {
        name: np.memmap(file, getattr(columns, name).dtype, mode="r") for name, file in files.items()
    }
    for _ in range(2):
        began = time.perf_counter()
        replay_by_kernel(load(folder), pact, replace(columns, **mapped), Mode.AS_LIVED, micros(AS_OF), None, threads=2)
        seconds.append(time.perf_counter() - began)
    return seconds[0], seconds[1], seconds[2]


def forget(files: Iterable[Path]) -> None:
    """Have the system drop what it keeps of these files in memory."""
    for file in files:
        with file.open("rb") as source:
            os.posix_fadvise(source.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def reading_of(files: Collection[Path]) -> float:
    forget(files)
    block, began = bytearray(8 << 20), time.perf_counter()
    for file in files:
        with file.open("rb", buffering=0) as source:
            while source.readinto(block):
                pass
    return time.perf_counter() - began


def measure(name: str, pact: Pact, columns: Columns, folder: Path, *, with_sql: bool) -> dict[str, Any]:
    events = len(columns.times)
    one, skipped, found = by_kernel(pact, columns, folder, 1)
    two, _, again = by_kernel(pact, columns, folder, 2)
    assert found == again, "two threads found something else"
    figure = {
        "name": name,
        "n": events,
        "value": round(one / events * 1e9, 1),
        "unit": "ns/event",
        "limit_value": LIMIT_NS,
        "ratio": round(LIMIT_NS / (one / events * 1e9), 2),
        "runs": RUNS,
        "threads_2": round(two / events * 1e9, 1),
        "persons": len(columns.persons),
        "skipped_share": round(skipped / len(columns.persons), 3),
        "intervals": len(found),
        "physical_ns": round(physical(columns) / events * 1e9, 2),
    }
    disk, cold, warm = (seconds / events * 1e9 for seconds in from_files(pact, columns, folder))
    figure |= {"disk_ns": round(disk, 2), "cold_ns": round(cold, 1), "cold_again_ns": round(warm, 1)}
    if with_sql and events <= SQL_AT_MOST * 1.1:
        seconds, said = by_sql(pact, columns)
        assert found == said, "SQL found something else"
        figure |= {"sql_ns": round(seconds / events * 1e9), "against_sql": round(seconds / one, 1)}
        figure |= {"against_sql_bar": AGAINST_SQL, "against_sql_2_threads": round(seconds / two, 1)}
    figure["max_memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    figure["cpu_s"] = round(time.process_time(), 1)
    return figure


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events", nargs="?", type=int, default=10_000_000)
    parser.add_argument("--three", action="store_true", help="leave the 40 rules out")
    parser.add_argument("--no-sql", action="store_true", help="leave DuckDB out")
    given = parser.parse_args()
    pacts = {"replay_3_rules": three(), "replay_40_rules_kolkata": forty()}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        began = time.process_time()
        if not compile_kernel(folder):
            raise SystemExit("the kernel does not compile here")
        compiled = round(time.process_time() - began, 1)
        small, large = base(given.events // 10), base(given.events)
        for title, pact in list(pacts.items())[: 1 if given.three else None]:
            tenth = measure(title, pact, small, folder, with_sql=not given.no_sql)
            figure = measure(title, pact, large, folder, with_sql=not given.no_sql)
            growth = {"1x": tenth["value"], "10x": figure["value"], "against_sql_1x": tenth.get("against_sql")}
            print(json.dumps(figure | {"db": "none", "compile_cpu_s": compiled, "growth": growth}), flush=True)


if __name__ == "__main__":
    main()
