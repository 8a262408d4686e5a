"""The rows that were refused, as a file of their own: put right and imported again, nothing is lost."""

import csv
from pathlib import Path
from typing import Final

from leadpact.flow.importing.mapping import layout_of
from leadpact.flow.importing.reading import open_table
from leadpact.flow.importing.scanning import table_rows
from leadpact.flow.importing.types import Options, Report

WHY: Final = "Why it was refused"
_RUN: Final = ("=", "+", "-", "@", "\t", "\r")


def write_refused(file: Path, options: Options, report: Report, target: Path) -> int:
    """Write the refused rows with the reasons as a last column; returns how many.

    The cells are those of the file.  The reason is our own text and holds what a cell said: it never begins a formula.
    """
    reasons: dict[int, list[str]] = {}
    for error in report.errors:
        where = f"{error.field}: " if error.field else ""
        reasons.setdefault(error.row, []).append(f"{where}{error.message}")
    table = open_table(file, options)
    layout = layout_of(table, options)
    with target.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([*layout.headers, WHY])
        for row in table_rows(table, layout):
            if row.number in reasons:
                width = len(layout.headers)
                cells = [*row.cells, *[""] * (width - len(row.cells))]
                writer.writerow([*cells, _text("; ".join(reasons[row.number]))])
    return len(reasons)


def _text(reason: str) -> str:
    return f"'{reason}" if reason.startswith(_RUN) else reason
