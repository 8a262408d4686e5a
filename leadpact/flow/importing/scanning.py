"""The first pass over a file: its layout, its newest row, how its dates are written, its digest."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from leadpact.base.currencies import is_currency
from leadpact.base.wording import worded
from leadpact.flow.importing import sections
from leadpact.flow.importing.errors import BadOption, EmptyFile
from leadpact.flow.importing.fields import DATES, STAGE
from leadpact.flow.importing.lines import Form, Line, form_of, line_of
from leadpact.flow.importing.mapping import layout_of
from leadpact.flow.importing.reading import Table, is_blank, open_table
from leadpact.flow.importing.types import Intent, Kind, Layout, Options, Row, Warned
from leadpact.flow.importing.values import is_numeric_day, order_of, whole_number
from leadpact.flow.importing.work import OLD, Met, is_from, who_of
from leadpact.people import former
from leadpact.team import reads as team

_AT_ONCE: Final = 1_000


@dataclass(frozen=True)
class Scan:
    """A file before a row of it is taken in.

    newest     when its newest row is from; None where no row says
    answering  persons here of whom a row is new: all their rows are judged together
    stays      minutes of all rows about one person, of a list of attendance
    """

    table: Table
    layout: Layout
    form: Form
    sha256: str
    intent: Intent
    newest: datetime | None
    warnings: tuple[Warned, ...]
    answering: Met
    stays: Mapping[str, int]


def scan(file: Path, options: Options, dates: Mapping[Kind, tuple[str, ...]], *, now: datetime) -> Scan:
    """Look through a file once; raises what is wrong with it as a whole, or with the options."""
    table = open_table(file, options)
    layout = layout_of(table, options)
    form = _form(layout, options)
    warnings = list(_of_headers(layout))
    order, is_ambiguous, count = _order(table, layout, form)
    if not count:
        raise EmptyFile(
            worded("{file} has headers, but no row below them.", file=file.name), details={"file": file.name}
        )
    if is_ambiguous and not options.dates:
        message = f"Dates such as 03/04/2026 are read as {'day/month' if order == 'dmy' else 'month/day'}."
        warnings.append(Warned("ambiguous_dates", message, 1, 0))
    form = replace(form, dates=options.dates or order)
    newest, intents, answering = _newest(table, layout, form, dates[layout.kind], options, now)
    with file.open("rb") as content:
        sha256 = file_digest(content, "sha256").hexdigest()
    return Scan(
        table, layout, form, sha256, _whole(intents), newest, tuple(warnings), answering, _stays(table, layout, form)
    )


def table_rows(table: Table, layout: Layout) -> Iterator[Row]:
    """Yield the rows below the headers that hold anything, without the ends of reports."""
    width = len(layout.headers)
    for row in table.rows():
        if row.number <= layout.header_row or is_blank(row.cells):
            continue
        if width > 1 and sections.is_end(row.cells):
            return
        if width == 1 or not sections.is_title(row.cells):
            yield row


def _intent(moment: datetime | None, said: Intent | None, now: datetime) -> Intent:
    if said is not None:
        return said
    return Intent.NEW if moment is not None and moment > now - OLD else Intent.HISTORY


def _form(layout: Layout, options: Options) -> Form:
    company = team.settings()
    if options.currency and not is_currency(options.currency.upper()):
        raise BadOption(
            worded("{currency} is no currency.", currency=repr(options.currency)), details={"option": "currency"}
        )
    if options.dates not in ("", "dmy", "mdy"):
        raise BadOption(worded("Dates are dmy or mdy."), details={"option": "dates"})
    try:
        zone = ZoneInfo(options.zone) if options.zone else company.zone
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadOption(
            worded("{zone} is no time zone.", zone=repr(options.zone)), details={"option": "zone"}
        ) from error
    currency = options.currency.upper() or company.currency
    return form_of(layout, zone=zone, currency=currency, dates=options.dates, source=options.source)


def _of_headers(layout: Layout) -> Iterator[Warned]:
    twice = [name for name in layout.headers if name.endswith(" (2)")]
    if twice:
        message = f"Columns of one name; the later ones are called {', '.join(twice)}."
        yield Warned("duplicate_headers", message, len(twice), layout.header_row)
    unnamed = [name for name in layout.headers if name.startswith("column ") and name in layout.ignored]
    if unnamed:
        yield Warned("missing_headers", "Columns without a header are left out.", len(unnamed), layout.header_row)


def _order(table: Table, layout: Layout, form: Form) -> tuple[str, bool, int]:
    """Return how numeric dates are to be read, whether that is a guess, and how many rows there are."""
    names = [name for name in form.places if name in DATES or name.startswith(STAGE)]
    seen: Counter[str] = Counter()
    count = 0
    for row in table_rows(table, layout):
        count += 1
        for name in names:
            place = form.places[name]
            text = row.cells[place] if place < len(row.cells) else ""
            if is_numeric_day(text):
                seen[order_of(text) or "open"] += 1
    order = max(("mdy", "dmy"), key=lambda name: seen[name])
    return order, bool(seen["open"]) and not (seen["mdy"] or seen["dmy"]), count


def _newest(
    table: Table, layout: Layout, form: Form, dates: tuple[str, ...], options: Options, now: datetime
) -> tuple[datetime | None, set[Intent], Met]:
    newest: datetime | None = None
    intents: set[Intent] = set()
    answering, waiting = Met(), list[Line]()
    for row in table_rows(table, layout):
        line = line_of(row, form)
        moment = is_from(line, dates)
        if moment is not None and (newest is None or moment > newest):
            newest = moment
        intent = _intent(moment, options.intent, now)
        intents.add(intent)
        if intent is Intent.NEW and options.intent is None:
            waiting.append(line)
            if len(waiting) >= _AT_ONCE:
                _note(waiting, answering)
    _note(waiting, answering)
    return newest, intents, answering


def _stays(table: Table, layout: Layout, form: Form) -> dict[str, int]:
    """Add up how long each person was there; such lists are short enough to be held."""
    stays: dict[str, int] = {}
    if layout.kind is Kind.ATTENDANCE and "minutes" in form.places:
        for row in table_rows(table, layout):
            line = line_of(row, form)
            minutes = whole_number(line.text("minutes"))
            if minutes is not None:
                stays[who_of(line)] = stays.get(who_of(line), 0) + minutes
    return stays


def _note(waiting: list[Line], answering: Met) -> None:
    for person in former.known([line.who() for line in waiting]):
        if person is not None:
            answering.add(person)
    waiting.clear()


def _whole(intents: set[Intent]) -> Intent:
    return next(iter(intents)) if len(intents) == 1 else Intent.MIXED
