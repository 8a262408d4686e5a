"""How fast entries are sealed and segments compacted, one person is read, and replay columns are made and refreshed.

    python benchmarks/segments.py [entries ...]      default 1,000,000

Works in a folder of its own.  Entries are put into the tables straight, with made-up digests: what is measured comes
after.  Limits printed beside: writing and fsyncing as many bytes as the files have, in the same run; for one person's
read, the same read before compaction; for a refresh, making the columns from the beginning.
"""

import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

NOON: Final = datetime(2026, 3, 3, 12, tzinfo=UTC)
ACTS_OF_ONE: Final = 40
SEGMENTS: Final = 16
AT_ONCE: Final = 100_000
READS: Final = 30
NEW: Final = 1_000
KINDS: Final = ("page.viewed", "mail.opened", "asset.downloaded", "webinar.attended")


def entries(first: int, count: int, persons: int) -> Iterator[tuple[Any, ...]]:
    chance = random.Random(first)
    for number in range(first, first + count):
        kind = KINDS[min(3, int(chance.expovariate(1.2)))]
        name = {"page.viewed": "path", "mail.opened": "message"}.get(kind, kind.split(".")[0])
        at = (NOON - timedelta(seconds=chance.randrange(63_000_000))).strftime("%Y-%m-%d %H:%M:%S")
        facts = f'{{"{name}":"/{int(chance.paretovariate(0.8)) % 300}"}}'
        digest = chance.randbytes(32)
        yield number, kind, at, at, chance.randrange(1, persons + 1), "", "source:1", facts, digest


def fill(count: int, persons: int) -> None:
    from django.db import connection, transaction

    names = 'id, kind, happened_at, recorded_at, identity, about, "by", facts, digest'
    with transaction.atomic(), connection.cursor() as cursor:
        chunk = "WITH RECURSIVE n(x) AS (VALUES(1) UNION ALL SELECT x + 1 FROM n WHERE x < %s)"
        person = (
            "(id, name, email, phone, title, facts, created_at) SELECT x, '', '', '', '', '{}', '2026-01-01 00:00:00'"
        )
        cursor.execute(f"INSERT INTO people_person {person} FROM ({chunk} SELECT x FROM n)", [persons])
        identity = "SELECT x, 'crm', 'b', CAST(x AS text), 1, x, 'sure', '2026-01-01 00:00:00'"
        into = "people_identity (id, kind, source, value, life, person_id, strength, created_at)"
        cursor.execute(f"INSERT INTO {into} {identity} FROM ({chunk} SELECT x FROM n)", [persons])
    for start in range(1, count + 1, AT_ONCE):
        put(list(entries(start, min(AT_ONCE, count + 1 - start), persons)), names)


def put(rows: list[tuple[Any, ...]], names: str) -> None:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        places = ", ".join(["%s"] * len(rows[0]))
        cursor.executemany(f"INSERT INTO ledger_entry ({names}) VALUES ({places})", rows)
        positions = [(row[0], row[0], row[8]) for row in rows]
        cursor.executemany("INSERT INTO ledger_position (position, entry_id, chain) VALUES (%s, %s, %s)", positions)
        cursor.execute("DELETE FROM ledger_unsequenced")


def measured(work: Callable[[], Any]) -> tuple[float, float, Any]:
    clock, cpu = time.perf_counter(), time.process_time()
    found = work()
    return time.perf_counter() - clock, time.process_time() - cpu, found


def raw_write(folder: Path, size: int) -> float:
    """Seconds to write and fsync so many bytes."""
    block = os.urandom(1 << 20)

    def write() -> None:
        with (folder / "raw").open("wb") as file:
            for _ in range(size // len(block) + 1):
                file.write(block)
            file.flush()
            os.fsync(file.fileno())

    seconds, _, _ = measured(write)
    (folder / "raw").unlink()
    return seconds


def say(name: str, n: int, value: float, unit: str, limit: float, cpu: float, **more: Any) -> None:
    ratio = round(value / limit, 3) if limit else None
    line = {
        "name": name,
        "n": n,
        "value": round(value, 4),
        "unit": unit,
        "limit_value": round(limit, 4),
        "ratio": ratio,
    }
    print(json.dumps({**line, "cpu_s": round(cpu, 2), **more}), flush=True)


def sealing(count: int, folder: Path) -> None:
    from leadpact.ledger.segments import sealing

    def seal() -> list[Any]:
        most, found = -(-count // SEGMENTS), []
        while (one := sealing.seal(now=NOON, min_rows=1, max_rows=most, folder=folder)) is not None:
            found.append(one)
        return found

    seconds, cpu, found = measured(seal)
    size = sum(one.bytes for one in found)
    limit = raw_write(folder, size)
    say(
        "seal", count, count / seconds, "rows/s", count / limit, cpu, mb_s=round(size / seconds / 1e6, 1), mb=size / 1e6
    )


def one_person(folder: Path, persons: int) -> float:
    """Milliseconds for what is sealed of one person; the median."""
    from leadpact.ledger.segments import catalogue, parquet, reading

    known, chance = catalogue.catalogue(), random.Random(1)
    seconds: list[float] = []
    with parquet.connect(folder) as engine:
        for _ in range(READS):
            whom = [chance.randrange(1, persons + 1)]
            begun = time.perf_counter()
            reading.entries_of(whom, folder, known=known, engine=engine)
            seconds.append(time.perf_counter() - begun)
    return sorted(seconds)[READS // 2] * 1_000


def compacting(count: int, folder: Path, persons: int) -> None:
    from leadpact.ledger.segments import compacting

    before = one_person(folder, persons)
    seconds, cpu, found = measured(lambda: compacting.compact(now=NOON, folder=folder, everything=True))
    size = sum(one.bytes for one in found)
    limit = raw_write(folder, size)
    mb_s = round(size / seconds / 1e6, 1)
    say("compact", count, count / seconds, "rows/s", count / limit, cpu, mb_s=mb_s, mb=size / 1e6, files=len(found))
    after = one_person(folder, persons)
    say("one person, sealed in many files", count, before, "ms", after, 0.0)
    say("one person, compacted", count, after, "ms", before, 0.0)


def replaying(count: int, persons: int) -> None:
    from leadpact.scoring.replay.cache import bring_up_to_date, open_columns

    cold, cpu, fresh = measured(lambda: bring_up_to_date(now=NOON))
    size = count * 28  # bytes of the long columns
    with tempfile.TemporaryDirectory() as folder:
        limit = raw_write(Path(folder), size)
    say("columns made anew", count, count / cold, "acts/s", count / limit, cpu, acts=fresh.acts)
    names = 'id, kind, happened_at, recorded_at, identity, about, "by", facts, digest'
    put(list(entries(count + 1, NEW, persons)), names)
    warm, cpu, fresh = measured(lambda: bring_up_to_date(now=NOON))
    say("columns refreshed after 1,000 entries", count, warm, "s", cold, cpu, added=fresh.added, anew=fresh.anew)
    seconds, cpu, _ = measured(lambda: open_columns(now=NOON, fresh=False))
    say("columns opened", count, seconds, "s", cold, cpu)


def main() -> None:
    sizes = [int(word.replace("_", "")) for word in sys.argv[1:]] or [1_000_000]
    for count in sizes:
        run_apart(count)


def run_apart(count: int) -> None:
    """Each size in a process of its own: the settings name one home."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"LEADPACT_HOME": home, "DJANGO_SETTINGS_MODULE": "leadpact.site.settings", "DATABASE_URL": ""}
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        persons, folder = max(1, count // ACTS_OF_ONE), Path(home) / "segments"
        fill(count, persons)
        sealing(count, folder)
        compacting(count, folder, persons)
        replaying(count, persons)
    os._exit(0)


if __name__ == "__main__":
    main()
