"""Lists as CSV files that a spreadsheet opens without running anything in them."""

import csv
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from itertools import islice

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse

LINES_AT_ONCE = 500

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


class SheetResponse(StreamingHttpResponse):
    """Streams from the database to an asynchronous server too, some lines at a time: memory stays flat."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        lines = iter(self)
        while some := await sync_to_async(_joined)(lines):
            yield some


def _joined(lines: Iterator[bytes]) -> bytes:
    return b"".join(islice(lines, LINES_AT_ONCE))


def csv_response(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> SheetResponse:
    """Stream the rows as `name`.csv, in UTF-8 with the mark that spreadsheets look for."""

    def lines() -> Iterator[str]:
        writer = csv.writer(_Echo())
        yield "\ufeff"
        yield writer.writerow([plain_cell(cell) for cell in head])
        for row in rows:
            yield writer.writerow([plain_cell(cell) for cell in row])

    response = SheetResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
