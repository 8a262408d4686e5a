"""How many rows a second a messy file of people goes in with, matching included, and what memory that takes.

    python benchmarks/import_rows.py [rows]      default 100,000

Works in a folder of its own.  The file is cp1252 with semicolons; a tenth of its rows name somebody met before,
some addresses are in capitals or none at all, some cells hold several lines.  `growth` compares a tenth of the file
with the whole; `memory_mb` is what the process took beyond a tenth of the file.  The limit is rows a second.
"""

import csv
import json
import os
import random
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

LIMIT: Final = 5_000
NOW: Final = datetime(2026, 3, 3, 12, tzinfo=UTC)
HEADERS: Final = ("First Name", "Last Name", "E-mail Address", "Phone No.", "Company Name", "Country", "Date Created")


def write_file(path: Path, rows: int) -> None:
    dice = random.Random(5)
    with path.open("w", encoding="cp1252", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADERS)
        for _ in range(rows):
            who = dice.randrange(rows * 9 // 10)
            first = dice.choice(["Jörg", "Anna", "Zoë", "Paul", "Mia"])
            mail = f"p{who}@firm{who % (rows // 20 or 1)}.example"
            if dice.random() < 0.1:
                mail = f" {mail.upper()}"
            if dice.random() < 0.01:
                mail = "not an address"
            last = f"Müller\n{who}" if dice.random() < 0.05 else f"Müller {who}"
            firm = f"Firm {who % (rows // 20 or 1)} GmbH"
            created = f"{dice.randrange(1, 29):02}.{dice.randrange(1, 13):02}.2024"
            writer.writerow([first, last, mail, f"+49 30 {who:07}", firm, dice.choice(["DE", "AT", ""]), created])


def memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def take_in(path: Path) -> tuple[float, int]:
    from leadpact.flow import importing
    from leadpact.team.types import SYSTEM

    before = time.perf_counter()
    report = importing.run(path, importing.Options(), by=SYSTEM, now=NOW)
    if report.rows != report.created + report.updated + report.unchanged + report.refused or not report.created:
        raise AssertionError("the rows do not add up")
    return time.perf_counter() - before, report.rows


def main() -> int:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"LEADPACT_HOME": folder, "DJANGO_SETTINGS_MODULE": "leadpact.site.settings", "DATABASE_URL": ""}
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        from leadpact.team import actions as team
        from leadpact.team.types import SYSTEM

        call_command("migrate", verbosity=0)
        team.ensure_defaults(by=SYSTEM, now=NOW)
        small, whole = Path(folder) / "small.csv", Path(folder) / "whole.csv"
        write_file(small, rows // 10)
        write_file(whole, rows)
        small_seconds, small_rows = take_in(small)
        small_memory, cpu = memory_mb(), time.process_time()
        seconds, count = take_in(whole)
        with connection.cursor() as cursor:
            cursor.execute("SELECT sqlite_version()")
            version = cursor.fetchone()[0]
        value = round(count / seconds)
        document = {
            "name": "import_rows",
            "n": rows,
            "value": value,
            "unit": "rows/s",
            "limit_value": LIMIT,
            "ratio": round(value / LIMIT, 2),
            "runs": 1,
            "db": "sqlite",
            "sqlite_version": version,
            "cpu_s": round(time.process_time() - cpu, 2),
            "growth": {"1x": round(small_rows / small_seconds), "10x": value},
            "memory_mb": round(memory_mb() - small_memory, 1),
        }
    sys.stdout.write(json.dumps(document) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
