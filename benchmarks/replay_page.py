"""How long a replay's page takes on the server while a mark is dragged, over a made-up history.

    python benchmarks/replay_page.py [events]      default 10,000,000

A home of its own; the history stands in for the home's columns.  Each request moves the upper mark, so that nothing
counted before can be used but the pact beside it.  `value` is the median of the part that changes, `p95` the slowest
of twenty, `page_s` the whole page, `first_s` the first one, which also loads what counts; `limit_value` is what a
person dragging does not notice as waiting.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

LIMIT_S: Final = 1.0
RUNS: Final = 20
PARTIAL: Final = {"HX-Request": "true"}


@dataclass(frozen=True)
class Asked:
    """What a request took; `cpu` is of all threads together."""

    seconds: float
    cpu: float
    queries: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("n", nargs="?", type=int, default=10_000_000, help="events (default: %(default)s)")
    n: int = parser.parse_args().n
    kernels = os.environ.get("LEADPACT_KERNELS")
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"LEADPACT_HOME": home, "DJANGO_SETTINGS_MODULE": "leadpact.site.settings"}
        os.environ.setdefault("LEADPACT_KERNELS", kernels or str(Path(home) / "kernel"))
        measure(Path(home), n)


def measure(home: Path, n: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client

    from leadpact.flow.replaying import history, looking
    from leadpact.pact import reads as pacts
    from leadpact.scoring.replay import generating
    from leadpact.scoring.replay.compiling import compile_kernel, kernel_folder
    from leadpact.web.tests.acting import browser_of
    from tests import cast

    folder = kernel_folder()
    if folder is None or not compile_kernel(folder):
        raise SystemExit("the kernel cannot be compiled here")
    call_command("migrate", verbosity=0, interactive=False)
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["*"]
    company, now = cast.found(), datetime.now(UTC)
    pact = pacts.in_force(now).pact
    generating.generate(home / "history", events=n, persons=max(1, n // 40), seed=1, pact=pact)
    began = time.perf_counter()
    past = history.of_folder(home / "history", [pact])
    opened = time.perf_counter() - began
    looking.FRESH_FOR = 10 * 365 * 86_400.0  # type: ignore[misc]  # the home itself holds nothing
    held = looking.opened([pact], now=now, read=lambda *_given, **_named: past)
    client: Client = browser_of(company.olga)
    first = ask(client, 50)
    parts = [ask(client, 51 + run, **PARTIAL) for run in range(RUNS)]
    seconds = sorted(part.seconds for part in parts)
    whole = ask(client, 90)
    report = {
        "name": "replay_page",
        "n": n,
        "persons": len(held.past.columns.persons),
        "real": len(held.past.real.persons),
        "value": round(statistics.median(seconds), 3),
        "unit": "s a request",
        "limit_value": LIMIT_S,
        "ratio": round(LIMIT_S / statistics.median(seconds), 2),
        "p95": round(seconds[-1], 3),
        "cpu_s": round(statistics.median(part.cpu for part in parts), 3),
        "queries": max(part.queries for part in parts),
        "first_s": round(first.seconds, 3),
        "first_cpu_s": round(first.cpu, 3),
        "page_s": round(whole.seconds, 3),
        "page_cpu_s": round(whole.cpu, 3),
        "page_queries": whole.queries,
        "open_s": round(opened, 2),
        "runs": RUNS,
    }
    sys.stdout.write(json.dumps(report) + "\n")


def ask(client: object, up: int, **headers: str) -> Asked:
    """Ask with the upper mark moved."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    if not isinstance(client, Client):
        raise TypeError("a client of Django's tests is needed")
    began, cpu = time.perf_counter(), time.process_time()
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(f"/pact/versions/1/replay/?up={up}&since=ever&mode=what-if", headers=headers)
    spent = Asked(time.perf_counter() - began, time.process_time() - cpu, len(asked))
    if answer.status_code != 200 or b"would have handed over" not in answer.content:
        raise SystemExit(f"the page answered {answer.status_code}")
    return spent


if __name__ == "__main__":
    main()
