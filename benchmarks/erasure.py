"""How long the erasure of one person takes among many entries, from the wish to the last file.

    python benchmarks/erasure.py [entries]      default 200,000; a tenth of it is measured first, for the growth

Works in a folder of its own, with sealed segments and without columns for replays, which are made anew at their own
speed (benchmarks/segments.py).  Limit printed beside: reading and writing once the bytes of all segments.
"""

import json
import os
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.segments import ACTS_OF_ONE, NOON, fill  # the same base

EMAIL = "one.of.many@erased.example"


def main() -> None:
    count = int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else 200_000
    tenth, whole = apart(count // 10), apart(count)
    line = {
        "name": "erasure of one person", "n": count, "value": whole["seconds"], "unit": "s",
        "limit": "segments read and written once", "limit_value": whole["limit"],
        "ratio": round(whole["seconds"] / whole["limit"], 1), "runs": 1, "db": "sqlite",
        "sqlite_version": whole["sqlite"], "cpu_s": whole["cpu"], "tables_s": whole["tables"],
        "growth": {"1x": tenth["seconds"], "10x": whole["seconds"]},
    }  # fmt: skip
    print(json.dumps(line), flush=True)


def apart(count: int) -> dict[str, float]:
    """Each size in a process of its own: the settings name one home."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        with tempfile.TemporaryDirectory() as home:
            found = json.dumps(erase_among(count, Path(home))).encode()
        os.write(writing, found)
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as source:
        found_there: dict[str, float] = json.load(source)
    return found_there


def erase_among(count: int, home: Path) -> dict[str, float]:
    os.environ |= {"LEADPACT_HOME": str(home), "DJANGO_SETTINGS_MODULE": "leadpact.site.settings", "DATABASE_URL": ""}
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from leadpact.flow import erasing
    from leadpact.ledger import actions as ledger
    from leadpact.ledger.segments import sealing
    from leadpact.ledger.types import NewEntry
    from leadpact.people import actions as people
    from leadpact.people.erasing import Reason
    from leadpact.people.types import PersonFields
    from leadpact.team.types import SYSTEM

    call_command("migrate", verbosity=0)
    fill(count, max(1, count // ACTS_OF_ONE))
    fields = PersonFields(name="One Of Many", email=EMAIL)
    one = people.create_person(fields, [], by=SYSTEM, now=NOON, happened_at=NOON)
    acts = [NewEntry("page.viewed", NOON - timedelta(days=n), one.identity, facts={"path": f"/{EMAIL}/{n}"},
                     personal={"raw": {"n": n}}) for n in range(ACTS_OF_ONE)]  # fmt: skip
    ledger.append(acts, by=SYSTEM, now=NOON)
    while ledger.sequence():
        pass
    folder = Path(settings.SEGMENTS)
    while sealing.seal(now=NOON, min_rows=1, folder=folder):
        pass
    start, cpu = time.perf_counter(), time.process_time()
    asked = erasing.begin([one.person], Reason.ASKED, by=SYSTEM, now=NOON)
    tables = time.perf_counter() - start
    if not erasing.finish(asked, now=NOON):
        raise SystemExit("somebody reads a file")
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()")
        version = cursor.fetchone()[0]
    return {
        "seconds": round(seconds, 3), "tables": round(tables, 3), "cpu": round(cpu, 3),
        "limit": round(copied(folder), 4), "sqlite": version,
    }  # fmt: skip


def copied(folder: Path) -> float:
    """Return how long it takes to read all segments and write their bytes, waiting for the disk."""
    start = time.perf_counter()
    with (folder / "copy").open("wb") as target:
        for file in folder.glob("*.parquet"):
            target.write(file.read_bytes())
        target.flush()
        os.fsync(target.fileno())
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
