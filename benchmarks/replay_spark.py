"""How fast a Spark cluster replays a history, beside this machine alone, over the same files in the same run.

    python benchmarks/replay_spark.py [events]      default 1,000,000; a tenth of it is measured too, for growth

The cluster is a real one on loopback: a master and two workers of one core and 1 GB each.  `value` is what it takes
for a later pact of a session: for the first one the executors start Python (`first_ns`), and before that there is the
session itself (`session_s`).  Beside it this machine with two threads, over the same files: `embedded_cold_ns` makes
the columns on the way, `embedded_warm_ns` has them.  Spark has no limit of its own: `limit_value` is the cold replay.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import django

from leadpact.pact.document import default_pact_text, parse_pact
from leadpact.scoring.replay.compiling import compile_kernel, load
from leadpact.scoring.replay.counting import replay_by_kernel
from leadpact.scoring.replay.generating import generate
from leadpact.scoring.replay.types import Intervals, Mode
from leadpact.scoring.rules_days import micros
from tests.spark.cluster import ROOT, Cluster, environment, missing, running

AS_OF = datetime(2026, 10, 1, tzinfo=UTC)
PACT = parse_pact(default_pact_text())
RUNS = 3


def digest_of(found: Intervals) -> str:
    digest = hashlib.sha256()
    for array in (found.persons, found.since, found.until, found.ended_by_points):
        digest.update(array.tobytes())
    return digest.hexdigest()


def ask(folder: Path, master: str) -> dict[str, Any]:
    """Replay on a cluster, some times in one session: this is a process with Spark on its path."""
    from leadpact.scoring.replay.spark import replay_on_spark, session

    began, seconds, digests = time.perf_counter(), list[float](), set[str]()
    with session(master) as spark:
        started = time.perf_counter() - began
        for _ in range(RUNS):
            done = replay_on_spark(spark, PACT, folder, mode=Mode.AS_LIVED, as_of=AS_OF)
            seconds.append(done.seconds)
            digests.add(digest_of(done.intervals))
    assert len(digests) == 1, "the cluster found something else the second time"
    return {"session_s": started, "seconds": seconds, "digest": digests.pop()}


def embedded(folder: Path, kernels: Path) -> dict[str, Any]:
    from leadpact.scoring.replay.history import columns_of_folder  # its package has tables: once they are set up

    times, found, skipped = list[float](), None, 0
    for _ in range(RUNS):
        began = time.perf_counter()
        columns = columns_of_folder(folder, pacts=[PACT])
        found, skipped = replay_by_kernel(load(kernels), PACT, columns, Mode.AS_LIVED, micros(AS_OF), None, threads=2)
        times.append(time.perf_counter() - began)
    assert found is not None
    persons = len(columns.persons)
    return {"cold_s": times[0], "warm_s": min(times[1:]), "digest": digest_of(found), "persons": persons,
            "intervals": len(found.persons), "skipped_share": round(skipped / persons, 3)}  # fmt: skip


def measure(events: int, cluster: Cluster, into: Path, kernels: Path) -> dict[str, Any]:
    folder = into / f"history-{events}"
    made = generate(folder, events=events, persons=max(1, events // 40), seed=1, pact=PACT)
    here = embedded(folder, kernels)
    env = environment(cluster.folder) | {"LEADPACT_KERNELS": str(kernels)}
    words = [sys.executable, __file__, "--ask", str(folder), cluster.master]
    done = subprocess.run(words, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-4000:])
    there = json.loads(done.stdout)
    assert there["digest"] == here["digest"], "the cluster found something else than this machine"
    ns = 1e9 / events
    value, limit = min(there["seconds"][1:]) * ns, here["cold_s"] * ns
    return {
        "name": "replay_spark",
        "n": events,
        "value": round(value, 1),
        "unit": "ns/event",
        "limit_value": round(limit, 1),
        "ratio": round(limit / value, 2),
        "runs": RUNS,
        "db": "none",
        "workers": 2,
        "session_s": round(there["session_s"], 1),
        "first_ns": round(there["seconds"][0] * ns, 1),
        "embedded_cold_ns": round(limit, 1),
        "embedded_warm_ns": round(here["warm_s"] * ns, 1),
        "persons": here["persons"],
        "intervals": here["intervals"],
        "skipped_share": here["skipped_share"],
        "history_mb": round(made.bytes / 1e6, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--ask", nargs=2, metavar=("FOLDER", "MASTER"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.ask:
        print(json.dumps(ask(Path(given.ask[0]), given.ask[1])))
        return
    if missing():
        raise SystemExit(missing())
    with tempfile.TemporaryDirectory() as name:
        into = Path(name)
        os.environ |= {"LEADPACT_HOME": name, "DJANGO_SETTINGS_MODULE": "leadpact.site.settings"}
        django.setup()
        if not compile_kernel(into / "kernels"):
            raise SystemExit("the kernel does not compile here")
        with running(into / "cluster") as cluster:
            tenth = measure(given.events // 10, cluster, into, into / "kernels")
            figure = measure(given.events, cluster, into, into / "kernels")
    figure["cpu_s"] = round(time.process_time(), 1)
    print(json.dumps(figure | {"growth": {"1x": tenth["value"], "10x": figure["value"]}}))


if __name__ == "__main__":
    main()
