"""How long the page of a replay lets somebody wait who looks at it first, over this ledger's own history.

    python benchmarks/replay_first.py [entries]      default 1,000,000; most of them sealed, a tenth not

Each look is a process of its own, as after a start.  `first_s` is a whole first look once the worker has read the
history: that loads what counts.  `value` is one where a version of the pact was read before, which has it loaded
beside.  `asking_s` is the answer while there is nothing yet, `reading_s` what the worker reads, `again_s` another look
in the same process, with the upper mark moved, `later_s` a look after 1,000 more entries.  `limit_value` is what a
report may take.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

LIMIT_S: Final = 1.0
NEW: Final = 1_000
PAGE: Final = "/pact/versions/1/replay/?since=ever&mode=what-if&up=%d"


def begin(home: str) -> None:
    os.environ |= {"LEADPACT_HOME": home, "DJANGO_SETTINGS_MODULE": "leadpact.site.settings", "DATABASE_URL": ""}
    import django

    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["*"]


def found(home: str, count: int) -> None:
    """Make an installation with so many entries."""
    begin(home)
    from django.core.management import call_command

    from benchmarks.segments import NOON, entries, fill, put
    from leadpact.ledger.segments import sealing
    from leadpact.scoring.replay.compiling import compile_kernel, kernel_folder
    from tests import cast

    folder = kernel_folder()
    if folder is None or not compile_kernel(folder):
        raise SystemExit("the kernel cannot be compiled here")
    call_command("migrate", verbosity=0)
    persons, sealed = max(1, count // 40), count * 9 // 10
    fill(sealed, persons)
    sealing.seal(now=NOON, min_rows=1, max_rows=sealed, folder=Path(home) / "segments")
    names = 'id, kind, happened_at, recorded_at, identity, about, "by", facts, digest'
    put(list(entries(sealed + 1, count - sealed, persons)), names)
    cast.found()


def look(home: str, *, has_read: bool = False) -> None:
    """Look twice, and say how long each took and how often the database was asked.

    has_read  whoever looks has read a version of the pact before
    """
    begin(home)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from leadpact.flow.replaying import preparing
    from leadpact.team import reads as team
    from leadpact.web.tests.acting import browser_of

    olga = next(one.id for one in team.users() if one.name.startswith("Olga"))
    client, said = browser_of(olga), []
    client.get("/notices/")  # whatever any first page of a process takes
    if has_read:
        client.get("/pact/versions/1/")
        loading = preparing.warm()
        assert loading is not None
        loading.join()
    for up in (50, 51):
        began, cpu = time.perf_counter(), time.process_time()
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(PAGE % up)
        spent, cpu = time.perf_counter() - began, time.process_time() - cpu
        shown = b"would have handed over" in answer.content
        said.append({"s": spent, "cpu": cpu, "queries": len(asked), "shown": shown})
    print(json.dumps(said))


def work(home: str) -> None:
    begin(home)
    from leadpact.flow.replaying import preparing

    began, cpu = time.perf_counter(), time.process_time()
    preparing.step(datetime.now(UTC))
    print(json.dumps({"s": time.perf_counter() - began, "cpu": time.process_time() - cpu}))


def happen(home: str) -> None:
    begin(home)
    from benchmarks.segments import entries, put
    from leadpact.ledger import reads as ledger

    names = 'id, kind, happened_at, recorded_at, identity, about, "by", facts, digest'
    put(list(entries(ledger.last_position() + 1, NEW, 100)), names)


def apart(part: str, *words: str) -> Any:
    own = [sys.executable, __file__, "--part", part, *words]
    done = subprocess.run(own, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-4000:])
    return json.loads(done.stdout or "null")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("entries", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--part", nargs="+", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.part:
        name, home, *rest = given.part
        if name == "found":
            found(home, int(rest[0]))
        elif name == "look":
            look(home, has_read=bool(rest))
        else:
            {"work": work, "happen": happen}[name](home)
        return
    with tempfile.TemporaryDirectory() as home:
        apart("found", home, str(given.entries))
        asking, reading = apart("look", home), apart("work", home)
        (first, _), (value, again) = apart("look", home), apart("look", home, "has read")
        apart("happen", home)
        later = apart("look", home, "has read")
    parts = {"asking": asking[0], "reading": reading, "first": first, "value": value, "again": again, "later": later[0]}
    assert all(part["shown"] for part in (first, value, again, later[0])), parts
    report = {"name": "replay_first", "n": given.entries, "value": round(value["s"], 3), "unit": "s a request",
              "limit_value": LIMIT_S, "ratio": round(LIMIT_S / value["s"], 2), "db": "sqlite",
              "asked_the_worker": not asking[0]["shown"]}  # fmt: skip
    for name, part in parts.items():
        report |= {f"{name}_s": round(part["s"], 3), f"{name}_cpu_s": round(part["cpu"], 3)}
        if "queries" in part:
            report[f"{name}_queries"] = part["queries"]
    print(json.dumps(report))


if __name__ == "__main__":
    main()
