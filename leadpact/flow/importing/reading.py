"""A file as rows of text, read row by row: CSV in any encoding and with any delimiter, xlsx and ods."""

import codecs
import csv
import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Final

from charset_normalizer import from_bytes
from python_calamine import CalamineError, CalamineWorkbook

from leadpact.base.wording import worded
from leadpact.flow.importing.errors import (
    BadEncoding,
    BadFile,
    BadOption,
    EmptyFile,
    NoSuchFile,
    UnclosedQuote,
    WrongDelimiter,
)
from leadpact.flow.importing.types import Cells, Options, Row

DELIMITERS: Final = (",", ";", "\t", "|")
_SAMPLE: Final = 256 * 1024
_LONGEST_CELL: Final = 1024 * 1024
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")  # zip (xlsx, ods), old xls


@dataclass(frozen=True)
class Table:
    """A file whose form is known; `rows` reads it anew each time, empty rows included."""

    path: Path
    encoding: str | None
    delimiter: str | None
    sheet: str = ""

    def rows(self) -> Iterator[Row]:
        """Yield every row, the first one as number 1."""
        return _rows_of_workbook(self) if self.encoding is None else _rows_of_text(self)


def open_table(path: Path, options: Options) -> Table:
    """Find out a file's encoding and delimiter; raises what is wrong with it as a whole."""
    try:
        with path.open("rb") as file:
            head = file.read(_SAMPLE)
    except OSError as error:
        raise NoSuchFile(
            worded("{file} cannot be read: {error}.", file=path.name, error=error.strerror),
            details={"file": path.name},
        ) from error
    if not head.strip(b"\x00\r\n\t ,;|\xef\xbb\xbf\xff\xfe"):
        raise EmptyFile(worded("{file} is empty.", file=path.name), details={"file": path.name})
    if head.startswith(_WORKBOOKS):
        return Table(path, None, None, options.sheet)
    encoding = _checked_encoding(path, options.encoding) if options.encoding else _encoding_of(path, head)
    delimiter = _delimiter_of(path, encoding, options.delimiter)
    return Table(path, encoding, delimiter)


def _checked_encoding(path: Path, wanted: str) -> str:
    try:
        name = codecs.lookup(wanted).name
    except LookupError as error:
        raise BadOption(
            worded("{encoding} is no encoding.", encoding=repr(wanted)), details={"option": "encoding"}
        ) from error
    if not _is_readable(path, name):
        raise BadEncoding(
            worded("{file} is not written in {encoding}.", file=path.name, encoding=wanted),
            details={"encoding": wanted},
        )
    return name


def _encoding_of(path: Path, head: bytes) -> str:
    marked = next((name for mark, name in _BOMS if head.startswith(mark)), "")
    found = marked or _without_mark(path, head)
    if not _is_readable(path, found):
        raise BadEncoding(
            worded("{file} is not text in any encoding that was tried.", file=path.name), details={"tried": found}
        )
    return found


def _without_mark(path: Path, head: bytes) -> str:
    if b"\x00" in head:
        even, odd = head[0::2].count(0), head[1::2].count(0)
        if max(even, odd) * 4 < len(head) // 2:
            raise BadFile(worded("{file} is not a table of text.", file=path.name), details={"file": path.name})
        return "utf-16-le" if odd > even else "utf-16-be"
    if _is_readable(path, "utf-8"):
        return "utf-8"
    if _looks_western(head):
        return "cp1252"
    best = from_bytes(head).best()
    return best.encoding if best is not None else "cp1252"


def _looks_western(head: bytes) -> bool:
    """In a western text letters beyond ASCII stand alone among others; in Greek or Russian they make up words."""
    beyond = sum(byte >= 0x80 for byte in head)
    beside = sum(one >= 0x80 and other >= 0x80 for one, other in itertools.pairwise(head))
    undefined = any(byte in head for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D))
    return not undefined and beside * 3 < beyond


def _is_readable(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while block := file.read(_SAMPLE):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _delimiter_of(path: Path, encoding: str, wanted: str) -> str:
    with path.open(encoding=encoding, newline="") as file:
        sample = file.read(_SAMPLE)
    if wanted:
        delimiter = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";"}.get(wanted, wanted)
        if len(delimiter) != 1 or delimiter in '"\r\n':
            raise BadOption(worded("A delimiter is one character."), details={"option": "delimiter"})
        best = _best_delimiter(sample)
        if delimiter != best and _columns(sample, delimiter) < 2 <= _columns(sample, best):
            message = worded(
                "{file} has one column when it is split at {wanted}; it is split at {best}.",
                file=path.name,
                wanted=repr(wanted),
                best=repr(best),
            )
            raise WrongDelimiter(message, details={"given": wanted, "found": best})
        return delimiter
    return _best_delimiter(sample)


def _best_delimiter(sample: str) -> str:
    return max(DELIMITERS, key=lambda delimiter: (_evenness(sample, delimiter), -DELIMITERS.index(delimiter)))


def _columns(sample: str, delimiter: str) -> int:
    return max((width for width, _ in _widths(sample, delimiter).most_common(1)), default=0)


def _evenness(sample: str, delimiter: str) -> float:
    """Score how much the sample looks like a table: the share of rows as wide as most, and the width."""
    widths = _widths(sample, delimiter)
    several = {width: count for width, count in widths.items() if width > 1}
    if not several:
        return 0.0
    width, count = max(several.items(), key=lambda one: (one[1] * min(one[0], 4), one[0]))
    return count / widths.total() * min(width, 4)


def _widths(sample: str, delimiter: str) -> Counter[int]:
    lines = sample.splitlines(keepends=True)[:200]
    try:
        rows = [
            row
            for row in csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
            if any(cell.strip() for cell in row)
        ]
    except csv.Error:
        return Counter()
    return Counter(len(row) for row in rows)


def _rows_of_text(table: Table) -> Iterator[Row]:
    assert table.encoding is not None
    assert table.delimiter is not None
    csv.field_size_limit(_LONGEST_CELL)
    quotes, number = [0], 0
    with table.path.open(encoding=table.encoding, newline="") as file:
        reader = csv.reader(_counted(file, quotes), delimiter=table.delimiter, skipinitialspace=True)
        began = spans = 0
        try:
            for cells in reader:
                spans, began = reader.line_num - began, reader.line_num
                number += 1
                yield Row(number, tuple(map(_clean, cells)))
        except csv.Error as error:
            message = worded(
                "{file} cannot be read after row {number}: {error}.", file=table.path.name, number=number, error=error
            )
            raise UnclosedQuote(message, details={"row": number + 1}) from error
        if spans > 1 and quotes[0] % 2:
            message = worded(
                "A quotation mark in row {number} of {file} is never closed.", number=number, file=table.path.name
            )
            raise UnclosedQuote(message, details={"row": number})


def _counted(lines: Iterator[str], quotes: list[int]) -> Iterator[str]:
    for line in lines:
        quotes[0] += line.count('"')
        yield line


def _clean(cell: str) -> str:
    if cell.isascii() and "\x00" not in cell:
        return cell.strip()
    return cell.replace("\x00", "").strip().strip("\ufeff\u200e\u200f\u00a0").strip()


def _rows_of_workbook(table: Table) -> Iterator[Row]:
    try:
        book = CalamineWorkbook.from_path(str(table.path))
        name = table.sheet or next(iter(book.sheet_names), "")
        if name not in book.sheet_names:
            raise BadOption(
                worded("There is no sheet {name}.", name=repr(name)), details={"sheets": list(book.sheet_names)}
            )
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except CalamineError as error:
        raise BadFile(
            worded("{file} cannot be read: {error}.", file=table.path.name, error=error),
            details={"file": table.path.name},
        ) from error
    for number, cells in enumerate(rows, start=1):
        yield Row(number, tuple(_text(cell) for cell in cells))


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return _clean(str(cell))


def is_blank(cells: Cells) -> bool:
    return not any(cells)
