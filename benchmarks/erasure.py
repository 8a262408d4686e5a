"""How long the erasure of one person takes among many entries, from the wish to the checked receipt.

    python benchmarks/erasure.py [entries]      default 200,000; a tenth of it is measured first, for the growth

The person did something once in every fortieth of the history, so their acts lie in every sealed file there is.  Once
as the files are sealed, where each must be written anew, and once after they are compacted by identity, where few must.
Works in a folder of its own, without columns for replays, which are made anew at their own speed
(benchmarks/segments.py).  Limit printed beside: writing and fsyncing as many bytes as were written anew.
"""

import json
import os
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.segments import ACTS_OF_ONE, NOON, fill, raw_write  # the same base

# By the database itself: what is measured comes after.
ACTS = """
INSERT INTO ledger_entry (id, kind, happened_at, recorded_at, identity, about, "by", facts, digest)
WITH RECURSIVE n(x) AS (VALUES(%(first)s) UNION ALL SELECT x + 1 FROM n WHERE x < %(last)s)
SELECT x, 'page.viewed', datetime('2026-03-03 12:00:00', '-' || (x * 7919 %% 63000000) || ' seconds'),
  '2026-03-03 12:00:00', 1 + abs(random()) %% %(persons)s, '', 'source:1',
  '{"path":"/' || (abs(random()) %% 300) || '"}', randomblob(32) FROM n
"""
WHOM = ("one.of.many@erased.example", "other.of.many@erased.example")


def main() -> None:
    count = int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else 200_000
    tenth, whole = apart(count // 10), apart(count)
    for few, many in zip(tenth, whole, strict=True):
        line = {
            "name": f"erasure of one person, segments {many['segments']}", "n": count, "value": many["seconds"],
            "unit": "s", "limit": "writing as many bytes", "limit_value": many["limit"],
            "ratio": round(many["seconds"] / max(many["limit"], 0.001), 1), "runs": 1, "db": "sqlite",
            "sqlite_version": many["sqlite"], "cpu_s": many["cpu"], "tables_s": many["tables"],
            "files": many["files"], "written": many["written"], "mb": many["mb"], "all_mb": many["all_mb"],
            "checked": many["checked"], "growth": {"1x": few["seconds"], "10x": many["seconds"]},
        }  # fmt: skip
        print(json.dumps(line), flush=True)


def apart(count: int) -> list[dict[str, Any]]:
    """Each size in a process of its own: the settings name one home."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        with tempfile.TemporaryDirectory() as home:
            found = json.dumps(measured_among(count, Path(home))).encode()
        os.write(writing, found)
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as source:
        found_there: list[dict[str, Any]] = json.load(source)
    return found_there


def measured_among(count: int, home: Path) -> list[dict[str, Any]]:
    os.environ |= {"LEADPACT_HOME": str(home), "DJANGO_SETTINGS_MODULE": "leadpact.site.settings", "DATABASE_URL": ""}
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from leadpact.ledger.segments import compacting, sealing

    call_command("migrate", verbosity=0)
    persons, folder = _history(count), Path(settings.SEGMENTS)
    while sealing.seal(now=NOON, min_rows=1, max_rows=min(sealing.MOST_ROWS, -(-count // 20)), folder=folder):
        pass
    sealed = erased(persons[0], folder) | {"segments": "sealed"}
    while sealing.seal(now=NOON, min_rows=1, folder=folder):
        pass
    compacting.compact(now=NOON, folder=folder, everything=True)
    return [sealed, erased(persons[1], folder) | {"segments": "compacted"}]


def _history(count: int) -> list[int]:
    """Fill the ledger; two persons act between each two fortieths of it."""
    from django.db import connection, transaction

    from leadpact.ledger import actions as ledger
    from leadpact.ledger import reads
    from leadpact.ledger.types import NewEntry
    from leadpact.people import actions as people
    from leadpact.people.types import PersonFields
    from leadpact.team.types import SYSTEM

    fill(0, persons := max(1, count // ACTS_OF_ONE))
    made = [
        people.create_person(PersonFields(name="One Of Many", email=email), [], by=SYSTEM, now=NOON, happened_at=NOON)
        for email in WHOM
    ]
    for part in range(ACTS_OF_ONE):
        while ledger.sequence():
            pass
        first = reads.last_position() + 1
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(ACTS, {"first": first, "last": first + count // ACTS_OF_ONE - 1, "persons": persons})
            cursor.execute(
                "INSERT INTO ledger_position (position, entry_id, chain)"
                " SELECT id, id, digest FROM ledger_entry WHERE id >= %s",
                [first],
            )
            cursor.execute("DELETE FROM ledger_unsequenced")
        at = NOON - timedelta(days=part)
        acts = [
            NewEntry("page.viewed", at, one.identity, facts={"path": f"/{email}/{part}"}, personal={"raw": {"n": part}})
            for one, email in zip(made, WHOM, strict=True)
        ]
        ledger.append(acts, by=SYSTEM, now=NOON)
    while ledger.sequence():
        pass
    return [one.person for one in made]


def erased(person: int, folder: Path) -> dict[str, Any]:
    from django.db import connection

    from leadpact.flow import erasing
    from leadpact.people import erasing as erasures
    from leadpact.people.erasing import Reason
    from leadpact.team.types import SYSTEM

    start, cpu = time.perf_counter(), time.process_time()
    asked = erasing.begin([person], Reason.ASKED, by=SYSTEM, now=NOON)
    tables = time.perf_counter() - start
    if not erasing.finish(asked, now=NOON):
        raise SystemExit("somebody reads a file")
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    receipt = erasures.erasure(asked.id).receipt
    if not receipt.holds or not receipt.rewritten:
        raise SystemExit(f"it did not do what it should: {receipt}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()")
        version = cursor.fetchone()[0]
    size = sum(file.stat().st_size for file in folder.glob("*.parquet"))
    return {
        "seconds": round(seconds, 3), "tables": round(tables, 3), "cpu": round(cpu, 3),
        "limit": round(raw_write(folder, receipt.bytes), 4), "sqlite": version, "files": receipt.looked_at,
        "written": receipt.rewritten, "mb": round(receipt.bytes / 1e6, 1), "all_mb": round(size / 1e6, 1),
        "checked": receipt.checked,
    }  # fmt: skip


if __name__ == "__main__":
    main()
