"""Lists as CSV files that a spreadsheet opens without running anything in them."""

import csv
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse

# A cell that begins with one of these is a formula to a spreadsheet (OWASP, "CSV injection").
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def plain_cell(value: object) -> str:
    """Return the value as text; nothing for None; a would-be formula with an apostrophe before it."""
    if value is None:
        return ""
    text = str(value)
    if isinstance(value, int) or not (text.startswith(_FORMULA_STARTS) or text.lstrip().startswith(_FORMULA_STARTS)):
        return text
    return "'" + text


class _Echo:
    """A file for csv.writer that gives each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def csv_response(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """Stream the rows as `name`.csv, in UTF-8 with the mark that spreadsheets look for."""

    def lines() -> Iterator[str]:
        writer = csv.writer(_Echo())
        yield "\ufeff"
        yield writer.writerow([plain_cell(cell) for cell in head])
        for row in rows:
            yield writer.writerow([plain_cell(cell) for cell in row])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
