"""What came of it: the five numbers, further reports, the funnel, and the rows behind each."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from leadpact.base import cursor
from leadpact.base.money import Money, total_by_currency
from leadpact.base.wording import worded
from leadpact.handover.types import Stage
from leadpact.loop import chance, crowds, rules, running, steps
from leadpact.loop.catalogue import FIVE, REPORTS, Report
from leadpact.loop.errors import NoSuchColumn, UnknownReport
from leadpact.loop.running import Count, Page, Param
from leadpact.loop.steps import Every, Slice
from leadpact.loop.types import Answer, Ask, Cell, Number, Period, Row, Step, Sum, Unit, Where
from leadpact.team import reads as team
from leadpact.team.types import CompanySettings

__all__ = [
    "FIVE", "REPORTS", "definition", "demand", "every_row", "five", "funnel", "funnel_of", "look", "narrowed", "number",
    "number_of", "numbers", "period_before", "period_of", "place_of", "rows", "slices_of",
]  # fmt: skip

_WAY: Final = (
    Stage.ANONYMOUS, Stage.CONTACT, Stage.LEAD, Stage.READY, Stage.OFFERED, Stage.WORKING, Stage.DEAL, Stage.CUSTOMER,
)  # fmt: skip
_EXITS: Final = (Stage.RECYCLED, Stage.DISQUALIFIED, Stage.LOST, Stage.COOLED)
_AT_ONCE: Final = 1_000  # rows of a whole report in memory


def period_of(text: str = rules.USUAL, *, now: datetime, ours: CompanySettings | None = None) -> Period:
    """Return a period by its name, in the company's zone and fiscal year; raises `BadPeriod`.

    ours   the company's settings where the caller has read them already, here and below
    """
    ours = ours or team.settings()
    return rules.parse_period(text, zone=ours.zone, fiscal_start=ours.fiscal_year_start_month, now=now)


def period_before(text: str, *, now: datetime, ours: CompanySettings | None = None) -> Period | None:
    """Return the period that one is compared with; None: with none.  Raises `BadPeriod`."""
    ours = ours or team.settings()
    return rules.period_before(text, zone=ours.zone, fiscal_start=ours.fiscal_year_start_month, now=now)


def slices_of(period: Period, every: Every | None = None, *, ours: CompanySettings | None = None) -> tuple[Slice, ...]:
    """Return the weeks, months, quarters or years of a period; None: of the length that shows it well."""
    ours = ours or team.settings()
    return steps.slices(
        period, every or steps.every_of(period), week_start=ours.week_start, fiscal_start=ours.fiscal_year_start_month
    )


def definition(name: str) -> str:
    """Return how the rows of a report are counted; raises `UnknownReport`."""
    _report(name)
    return running.query(name).counts


def narrowed(name: str, where: Where) -> Where:
    """Return those conditions that the rows of a report can be chosen by; raises `UnknownReport`."""
    known = _report(name).narrowed
    return {column: value for column, value in where.items() if column in known}


def demand(name: str, where: Where) -> None:
    """Raise `NoSuchColumn` for a condition that the rows of a report cannot be chosen by."""
    unknown = sorted(set(where) - set(_report(name).narrowed))
    if unknown:
        raise NoSuchColumn(
            worded("The rows of {report} cannot be chosen by {columns}.", report=name, columns=", ".join(unknown)),
            what_to_do=worded(
                "Choose by {columns}, or leave it out for this report.", columns=", ".join(_report(name).narrowed)
            ),
        )


def look(asks: Sequence[Ask], *, now: datetime, visible_owners: Collection[int] | None = None) -> list[list[Sum]]:
    """Count and add up the rows of several reports in one look at the database.

    Raises `UnknownReport`, and `NoSuchColumn` for a column a report lacks.
    """
    counts = [
        Count(
            running.query(ask.key), _params(ask.period, now, visible_owners), ask.by, _report(ask.key).dated,
            ask.starts, ask.where, ask.value,
        )
        for ask in asks
    ]  # fmt: skip
    parts = [(number, part) for number, count in enumerate(counts) for part in crowds.parts_of(count)]
    found: list[list[Sum]] = [[] for _ in asks]
    for (number, _part), sums in zip(parts, running.sums([part for _number, part in parts]), strict=True):
        found[number] += sums
    return [_together(sums) for sums in found]


def _together(sums: Sequence[Sum]) -> list[Sum]:
    """Return one sum for each part and place, in their order."""
    found: dict[tuple[int, tuple[str | None, ...]], tuple[int, int]] = {}
    for each in sums:
        n, value = found.get((each.place, each.parts), (0, 0))
        found[each.place, each.parts] = (n + each.n, value + each.value)
    made = [Sum(parts, place, n, value) for (place, parts), (n, value) in found.items()]
    return sorted(made, key=lambda one: (one.place, [part or "" for part in one.parts]))


def five(period: Period, *, now: datetime, visible_owners: Collection[int] | None = None) -> list[Number]:
    """Return the five numbers, in their order.

    visible_owners  only what these users own; None: everybody's
    """
    return numbers([Ask(key, period) for key in FIVE], now=now, visible_owners=visible_owners)


def numbers(
    asks: Sequence[Ask],
    *,
    now: datetime,
    visible_owners: Collection[int] | None = None,
    ours: CompanySettings | None = None,
) -> list[Number]:
    """Return several numbers, each added up over its very rows, in one look; conditions a report lacks are left out."""
    wanted = [replace(ask, by=(_report(ask.key).by,), where=narrowed(ask.key, ask.where)) for ask in asks]
    found = look(wanted, now=now, visible_owners=visible_owners)
    currency = (ours or team.settings()).currency
    return [number_of(ask, sums, currency) for ask, sums in zip(wanted, found, strict=True)]


def number(
    key: str,
    period: Period,
    *,
    now: datetime,
    visible_owners: Collection[int] | None = None,
    where: Where | None = None,
) -> Number:
    """Return one number, added up over its very rows; raises `UnknownReport`."""
    return numbers([Ask(key, period, where=where or {})], now=now, visible_owners=visible_owners)[0]


def number_of(ask: Ask, sums: Sequence[Sum], currency: str) -> Number:
    """Return the number that sums by the report's own column, before any others, come to.

    currency  of nothing, where there are no rows
    """
    report, definition = _report(ask.key), running.query(ask.key).counts
    n, added, said = sum(each.n for each in sums), sum(each.value for each in sums), rules.say_period(ask.period)
    if report.unit is Unit.MONEY:
        monies = total_by_currency(Money(each.value, str(each.parts[0])) for each in sums)
        basis = f"{said}; {rules.say_sums(monies)}." if len(monies) > 1 else f"{said}."
        amount, of = _one(monies, currency)
        return Number(ask.key, amount, report.unit, of, n, basis, definition, monies)
    if report.unit is Unit.SHARE:
        shares = ", ".join(f"{name} {value} of {count}" for name, count, value in _by_first(sums))
        basis = f"{said}; {added} of {n}{f': {shares}' if shares else ''}."
        interval = chance.wilson(added, n) if n < chance.FEW else None
        share = rules.share(added, n)
        return Number(ask.key, share, report.unit, None, n, basis, definition, added=added, interval=interval)
    return Number(ask.key, added, report.unit, None, n, f"{said}.", definition)


def rows(
    name: str,
    period: Period,
    *,
    now: datetime,
    visible_owners: Collection[int] | None = None,
    where: Where | None = None,
    after: str = "",
    limit: int | None = None,
) -> Answer:
    """Return the rows behind a number.

    where  columns and what each must be, as `stage` of the funnel
    after  the place of the last row before these, as `place_of` gives it
    limit  so many of them, the newest first where they have a date; None: all, in their order

    Raises `UnknownReport`, `NoSuchColumn` and `BadCursor`.
    """
    report, asked = _report(name), running.query(name)
    page = (
        None
        if limit is None and not after
        else Page(report.order, _place(name, after), limit, newest=bool(report.dated))
    )
    params: Mapping[str, Param] = _params(period, now, visible_owners)
    if page is not None and page.newest and limit is not None:
        last = page.after[0] if page.after else None
        params = crowds.narrowed(name, params, where or {}, last=last, limit=limit)
    found = running.rows(asked, params, where=where, page=page)
    columns = tuple(column.name for column in asked.columns)
    return Answer(name, asked.question, asked.counts, report.unit, columns, tuple(found))


def place_of(name: str, row: Row) -> str:
    """Return the place of a row in its report, after which the next rows begin."""
    kinds = _kinds(name)
    nothing: Mapping[str, Cell] = {"bigint": 0, "text": ""}
    values = [nothing.get(kinds[column]) if row[column] is None else row[column] for column in _report(name).order]
    return cursor.encode(*(value for value in values if value is not None))


def _place(name: str, after: str) -> tuple[Cell, ...]:
    if not after:
        return ()
    kinds = [_kinds(name)[column] for column in _report(name).order]
    values = cursor.decode(after, *(int if kind == "bigint" else str for kind in kinds))
    return tuple(_cell(value, kind) for value, kind in zip(values, kinds, strict=True))


def _cell(value: int | str, kind: str) -> Cell:
    if kind != "timestamptz":
        return value
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise cursor.BadCursor(worded("The list has no such place.")) from error
    if moment.tzinfo is None:
        raise cursor.BadCursor(worded("The list has no such place."))
    return moment


def _kinds(name: str) -> Mapping[str, str]:
    return {column.name: column.type for column in running.query(name).columns}


def every_row(
    name: str,
    period: Period,
    *,
    now: datetime,
    visible_owners: Collection[int] | None = None,
    where: Where | None = None,
) -> Iterator[Answer]:
    """Yield all rows of a report, a thousand at a time, so that memory stays flat."""
    after = ""
    while True:
        some = rows(name, period, now=now, visible_owners=visible_owners, where=where, after=after, limit=_AT_ONCE)
        yield some
        if len(some.rows) < _AT_ONCE:
            return
        after = place_of(name, some.rows[-1])


def funnel(period: Period, *, now: datetime, visible_owners: Collection[int] | None = None) -> list[Step]:
    """Return how many became leads in the period and ever reached each stage, and how many stand there.

    First the way from anonymous to customer, then stages of a former system, then the exits.
    """
    ask = Ask("funnel", period, by=("stage",), value="is_now")
    return funnel_of(look([ask], now=now, visible_owners=visible_owners)[0])


def funnel_of(sums: Sequence[Sum]) -> list[Step]:
    """Return the steps from sums by stage whose values are how many stand there."""
    counts = {name: (n, value) for name, n, value in _by_first(sums)}
    known = [stage.value for stage in (*_WAY, *_EXITS)]
    former = sorted(set(counts) - set(known), key=lambda stage: (-counts[stage][0], stage))
    order = [*known[: len(_WAY)], *former, *known[len(_WAY) :]]
    return [Step(stage, *counts.get(stage, (0, 0)), is_former=stage in former) for stage in order]


def _by_first(sums: Sequence[Sum]) -> list[tuple[str, int, int]]:
    """Return, for each value of the first column, that value, the count of rows and their sum."""
    found: dict[str, tuple[int, int]] = {}
    for each in sums:
        n, value = found.get(each.parts[0] or "", (0, 0))
        found[each.parts[0] or ""] = (n + each.n, value + each.value)
    return [(name, *found[name]) for name in sorted(found)]


def _report(name: str) -> Report:
    if name not in REPORTS:
        known = ", ".join(REPORTS)
        raise UnknownReport(
            worded("There is no report {report}.", report=repr(name)), details={"report": name, "reports": known}
        )
    return REPORTS[name]


def _one(sums: tuple[Money, ...], currency: str) -> tuple[int | None, str | None]:
    """Return the only sum, in minor units, and its currency; none where there are several currencies."""
    if len(sums) > 1:
        return None, None
    only = sums[0] if sums else Money(0, currency)
    return only.minor, only.currency


def _params(period: Period, now: datetime, visible_owners: Collection[int] | None) -> dict[str, Param]:
    listed = None if visible_owners is None else f",{','.join(map(str, visible_owners))},"
    return {
        "since": period.since,
        "until": period.until,
        "since_day": period.first_day,
        "until_day": period.day_after,
        "asof": now,
        "visible_owners": listed,
        "of": None,
    }
