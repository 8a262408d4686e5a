"""Cutting a period into weeks, months, quarters or years.  Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from leadpact.loop.types import Period


class Every(StrEnum):
    """How long each part is."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True)
class Slice:
    """The days [since, until) of a part, cut off at both ends of the period."""

    since: date
    until: date


MOST: Final = 60  # parts of one period
_MONTHS: Final = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}


def every_of(period: Period) -> Every:
    """Return the parts that show a period well: about 4 to 16 of them."""
    days = (period.day_after - period.first_day).days
    if days <= 100:
        return Every.WEEK
    return Every.MONTH if days <= 500 else Every.QUARTER if days <= 1_600 else Every.YEAR


def slices(period: Period, every: Every, *, week_start: int, fiscal_start: int) -> tuple[Slice, ...]:
    """Return the parts in order.  Of more than 60 the first takes in all that lies before the last 59.

    week_start    ISO weekday with which a week begins, Monday = 1
    fiscal_start  month with which quarters and years begin
    """
    last = period.day_after - timedelta(days=1)
    begun = _begin(last, every, week_start, fiscal_start)
    starts = [begun]
    while begun > period.first_day and len(starts) < MOST:
        begun = _begin(begun - timedelta(days=1), every, week_start, fiscal_start)
        starts.append(begun)
    firsts = [period.first_day, *reversed(starts[:-1])]
    return tuple(Slice(first, after) for first, after in zip(firsts, [*firsts[1:], period.day_after], strict=True))


def moments(parts: tuple[Slice, ...], period: Period) -> tuple[datetime, ...]:
    """Return when each part but the first begins, at midnight of the period's zone."""
    return tuple(datetime.combine(each.since, time(), period.zone) for each in parts[1:])


def _begin(day: date, every: Every, week_start: int, fiscal_start: int) -> date:
    """Return the first day of the week, month, quarter or year a day lies in."""
    if every is Every.WEEK:
        return day - timedelta(days=(day.isoweekday() - week_start) % 7)
    months = day.year * 12 + day.month - 1
    months -= (day.month - fiscal_start) % _MONTHS[every]
    return date(months // 12, months % 12 + 1, 1)
