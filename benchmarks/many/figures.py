"""What runs of the benchmark of pages measured, as a page of the reference."""

import json
import os
import platform
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

type Measured = dict[str, Any]

HEAD: Final = """\
# Figures

What the server takes for each page, measured with persons made in bulk: four acts each, one in fifty was handed over,
one in two hundred has a deal. A page is asked as everybody who may open it, then seven times more as whoever waits
longest: a whole request through all middleware, without the network.

Lists should answer within {limit} ms and reports within {report_limit} ms, for 95 of 100 requests (p95). What takes
longer is set in **bold**, by the clock and by what the server counted, which is the order of the lines. A page should
ask the database no more than 12 times; more is in bold too.

Made with `python benchmarks/pages.py --markdown RESULTS...`, where each of RESULTS is what
`python benchmarks/pages.py PERSONS` printed, on PostgreSQL with DATABASE_URL set. Run it on your own machine: only
figures of one machine compare.

- Machine: {machine}; nothing else of weight ran beside. p95 is of seven requests, so the slowest one tells most.
  "CPU" is what the server itself counted, on PostgreSQL with the database's own process.
- Measured on: {day}
- Database: {databases}
"""


def written(files: Sequence[Path], *, limit_of: Callable[[str], int], limits: tuple[int, int], day: date) -> str:
    """Return the page of what was measured; of a page measured twice, what was said last."""
    runs = dict[tuple[int, str], dict[str, Measured]]()
    for row in _rows(files):
        runs.setdefault((row["n"], row["db"]), {})[row["name"]] = row
    databases = sorted({_database(row) for pages in runs.values() for row in pages.values()})
    head = HEAD.format(
        limit=limits[0], report_limit=f"{limits[1]:,}", machine=_machine(), day=day.isoformat(),
        databases=", ".join(databases),
    )  # fmt: skip
    parts = [_table(n, pages, limit_of) for (n, _db), pages in sorted(runs.items())]
    return "\n".join([head, *(_painted(json.loads(file.read_text())) for file in files if _is_paint(file)), *parts])


def _is_paint(file: Path) -> bool:
    """Say whether a file is what `benchmarks.first_paint` printed."""
    return file.read_text().lstrip().startswith('{\n "benchmark": "first_paint"')


def _painted(found: Measured) -> str:
    """Return when the main pages first painted in a browser."""
    slowest = found["slowest_cold_first_paint_ms"]
    lines = [
        "## First paint\n",
        f"Of the sample company in Chromium on the same machine, the median of {found['times']} runs each; a cold",
        f"browser has never been here. The slowest paints first after {slowest:,} ms.",
        "Made with `python -m benchmarks.first_paint`; bytes are those that travel, HTML unpacked in brackets.\n",
        "| Page | Cold ms | of it the server | Warm ms | HTML | Styles | Scripts | All, cold | Requests, cold |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name, page in sorted(found["pages"].items(), key=lambda each: -each[1]["cold"]["first_paint_ms"]):
        cold, warm = page["cold"], page["warm"]
        lines.append(
            f"| {name} | {cold['first_paint_ms']} | {cold['first_byte_ms']} | {warm['first_paint_ms']}"
            f" | {cold['html_bytes']:,} ({cold['html_bytes_unpacked']:,}) | {cold['styles_bytes']:,}"
            f" | {cold['scripts_bytes']:,} | {cold['bytes']:,} | {cold['requests']} |"
        )
    return "\n".join(lines) + "\n"


def _rows(files: Iterable[Path]) -> Iterator[Measured]:
    for file in files:
        for text in [] if _is_paint(file) else file.read_text().splitlines():
            row = json.loads(text)
            if row["name"] != "pages" and row["status"] < 300:  # of some things there is none in the base
                yield row


def _table(n: int, pages: dict[str, Measured], limit_of: Callable[[str], int]) -> str:
    slow = sum(row["value"] > limit_of(name) for name, row in pages.items())
    costly = sum(row["cpu_s"] * 1000 > limit_of(name) for name, row in pages.items())
    slowest = sorted(pages.values(), key=lambda row: -row["cpu_s"])
    lines = [
        f"## {n:,} persons, {_database(slowest[0])}\n",
        f"{len(pages)} pages. By what the server itself counted {_so_many(costly)} longer than it should; by the clock",
        f"{_so_many(slow)}.\n",
        "| Page | Role | Median ms | p95 ms | CPU ms | Bytes | Gzip | Queries |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    for row in slowest:
        limit, cpu = limit_of(row["name"]), round(row["cpu_s"] * 1000)
        p95 = f"**{row['value']:g}**" if row["value"] > limit else f"{row['value']:g}"
        lines.append(
            f"| `{row['name']}` | {row['role'].replace('_', ' ')} | {row['p50']:g} | {p95} | {_more_than(limit, cpu)}"
            f" | {row['bytes']:,} | {row['gzip']:,} | {_more_than(12, row['queries'])} |"
        )
    return "\n".join(lines) + "\n"


def _so_many(number: int) -> str:
    return "none takes" if not number else "1 takes" if number == 1 else f"{number} take"


def _more_than(most: int, value: int) -> str:
    return f"**{value}**" if value > most else str(value)


def _database(row: Measured) -> str:
    return f"SQLite {row['sqlite_version']}" if row["db"] == "sqlite" else "PostgreSQL"


def _machine() -> str:
    return f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}"
