"""Working time: the clock that promises are measured on.

A promise such as "answer within 4 working hours" runs only while the team is
at work.  Plain arithmetic on aware datetimes, done in UTC between the local
openings, so that the nights on which the clocks change come out right.

Source of every rule here: docs/reference/promises.md.
"""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import count
from typing import Final

from leadpact.base.calendars import BadCalendar, BadRange, Calendar, Hours, openings_on, parse_calendar
from leadpact.base.errors import BadInput
from leadpact.base.wording import worded

__all__ = [
    "Amount",
    "BadAmount",
    "BadCalendar",
    "BadRange",
    "Calendar",
    "Hours",
    "NoWorkingTime",
    "WorkingDays",
    "deadline",
    "elapsed",
    "is_open",
    "next_open",
    "parse_amount",
    "parse_calendar",
]

DAY: Final = timedelta(days=1)
NOTHING: Final = timedelta(0)
LONGEST_SHUT: Final = timedelta(days=366)
LONGEST_HOURS: Final = 10_000
LONGEST_DAYS: Final = 1_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SPAN: Final = timedelta(days=64)


class BadAmount(BadInput):
    """An amount of working time that cannot be read, or is zero or less."""

    code = "bad_amount"
    what_to_do = worded("Write hours and minutes such as 4h, 90m or 1h30m, or whole working days such as 2wd.")


class NoWorkingTime(BadInput):
    """The calendar stays shut for more than 366 days in a row."""

    code = "no_working_time"
    what_to_do = worded("Give the calendar opening hours on at least one day of the week that is not always closed.")


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """An amount that runs to the end of the n-th open day after the day of the start."""

    days: int


type Amount = timedelta | WorkingDays


@dataclass(frozen=True, slots=True)
class _Span:
    """The openings within 64 days of UTC: sorted, apart from each other, cut at the edges."""

    ends: datetime
    opens: tuple[datetime, ...]
    closes: tuple[datetime, ...]
    worked: tuple[timedelta, ...]  # working time of the span up to each closing

    @property
    def total(self) -> timedelta:
        return self.worked[-1] if self.worked else NOTHING

    def worked_at(self, moment: datetime) -> timedelta:
        """Return the working time of this span before `moment`."""
        index = bisect_right(self.closes, moment)
        if index == len(self.closes):
            return self.total
        return self.worked[index] - (self.closes[index] - max(moment, self.opens[index]))

    def moment_of(self, worked: timedelta) -> datetime:
        """Return the earliest moment at which `worked`, more than nothing, has passed."""
        index = bisect_left(self.worked, worked)
        return self.closes[index] - (self.worked[index] - worked)


def parse_amount(text: str) -> Amount:
    """Read "90m", "4h", "1h30m" or "2wd"; raises `BadAmount`, also for zero."""
    written = re.sub(r"\s+", "", text).casefold()
    if days := re.fullmatch(r"([0-9]{1,9})wd", written):
        return _checked(WorkingDays(int(days[1])), text)
    parts = re.fullmatch(r"(?:([0-9]{1,9})h)?(?:([0-9]{1,9})m)?", written)
    if parts is None or not written:
        raise BadAmount(worded("{text} is not an amount of working time.", text=repr(text)), details={"amount": text})
    return _checked(timedelta(hours=int(parts[1] or 0), minutes=int(parts[2] or 0)), text)


def _checked(amount: Amount, written: object) -> Amount:
    if isinstance(amount, WorkingDays):
        fits = 0 < amount.days <= LONGEST_DAYS
    else:
        fits = NOTHING < amount <= timedelta(hours=LONGEST_HOURS)
    if not fits:
        raise BadAmount(
            worded(
                "{amount} is not between one minute and {hours} hours or {days} working days.",
                amount=written,
                hours=LONGEST_HOURS,
                days=LONGEST_DAYS,
            ),
            details={"amount": str(written)},
        )
    return amount


def deadline(start: datetime, amount: Amount, calendar: Calendar) -> datetime:
    """Return the moment, in UTC, at which `amount` of working time has passed since `start`.

    A start outside working time begins at the next opening.  An amount that is
    used up exactly at closing is due at that closing.  `WorkingDays(n)` is due
    when the last hours end that begin on the n-th open day after the day of
    the start.

    Raises `BadAmount` for zero or less, `NoWorkingTime` when the calendar
    stays shut for more than 366 days, `ValueError` for a naive start.
    """
    moment = _utc(start)
    _checked(amount, amount)
    if isinstance(amount, WorkingDays):
        return _end_of_open_day(moment, amount.days, calendar)
    left, idle_since = amount, moment
    for number in count(_number_of(moment)):
        span = _span(calendar, number)
        index = bisect_right(span.closes, moment)
        _refuse_if_shut(calendar, idle_since, span.opens[index] if index < len(span.opens) else span.ends)
        if index == len(span.closes):
            continue
        worked = span.worked_at(moment)
        if left <= span.total - worked:
            return span.moment_of(worked + left)
        left -= span.total - worked
        idle_since = span.closes[-1]
    raise AssertionError("unreachable: count() never ends")


def elapsed(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """Return the working time between two moments; negative when `end` lies before `start`.

    For any three moments elapsed(a, c) = elapsed(a, b) + elapsed(b, c), and
    elapsed(start, deadline(start, d)) = d.  A calendar that never opens gives zero.
    """
    first, last = _utc(start), _utc(end)
    if last < first:
        return -elapsed(last, first, calendar)
    first_number, last_number = _number_of(first), _number_of(last)
    between = (_span(calendar, number).total for number in range(first_number, last_number))
    until_last = _span(calendar, last_number).worked_at(last)
    return sum(between, NOTHING) + until_last - _span(calendar, first_number).worked_at(first)


def is_open(moment: datetime, calendar: Calendar) -> bool:
    """Return whether the team is at work at `moment`; an opening counts, a closing does not."""
    at = _utc(moment)
    span = _span(calendar, _number_of(at))
    index = bisect_right(span.closes, at)
    return index < len(span.opens) and span.opens[index] <= at


def next_open(moment: datetime, calendar: Calendar) -> datetime:
    """Return `moment` itself, in UTC, when the team is at work, or else the next opening.

    Raises `NoWorkingTime` when there is none within 366 days.
    """
    at = _utc(moment)
    for number in count(_number_of(at)):
        span = _span(calendar, number)
        index = bisect_right(span.closes, at)
        _refuse_if_shut(calendar, at, span.opens[index] if index < len(span.opens) else span.ends)
        if index < len(span.opens):
            return max(at, span.opens[index])
    raise AssertionError("unreachable: count() never ends")


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("working time needs aware datetimes")
    return moment.astimezone(UTC)


def _refuse_if_shut(calendar: Calendar, since: datetime, until: datetime) -> None:
    if until - since > LONGEST_SHUT:
        raise NoWorkingTime(
            worded(
                "Calendar {name} has no opening hours within 366 days of {day}.",
                name=calendar.name or worded("without a name"),
                day=f"{since.astimezone(calendar.zone):%Y-%m-%d}",
            ),
            details={"calendar": calendar.name, "since": since.isoformat()},
        )


def _end_of_open_day(start: datetime, days: int, calendar: Calendar) -> datetime:
    day, left, shut_days = start.astimezone(calendar.zone).date(), days, 0
    latest = start
    while shut_days <= LONGEST_SHUT.days:
        day += DAY
        openings = openings_on(calendar, day)
        shut_days = 0 if openings else shut_days + 1
        left -= bool(openings)
        # Hours that begin on a day may end before those of the day before, which pass midnight.
        latest = max([latest, *(closes for _, closes in openings)])
        if not left:
            return latest
    _refuse_if_shut(calendar, start, start + LONGEST_SHUT + DAY)
    raise AssertionError("unreachable: the refusal above always raises")


def _number_of(moment: datetime) -> int:
    return (moment - _EPOCH) // _SPAN


@lru_cache(maxsize=4096)
def _span(calendar: Calendar, number: int) -> _Span:
    begins = _EPOCH + number * _SPAN
    ends = begins + _SPAN
    # Hours last up to two local days, and a local day lies up to one day from the UTC day.
    first = begins.date() - 3 * DAY
    found = sorted(
        opening for offset in range(_SPAN.days + 6) for opening in openings_on(calendar, first + offset * DAY)
    )
    merged: list[tuple[datetime, datetime]] = []
    for opens, closes in found:
        opens, closes = max(opens, begins), min(closes, ends)
        if opens >= closes:
            continue
        if merged and opens <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(closes, merged[-1][1]))
        else:
            merged.append((opens, closes))
    worked, so_far = [], NOTHING
    for opens, closes in merged:
        so_far += closes - opens
        worked.append(so_far)
    return _Span(ends, tuple(o for o, _ in merged), tuple(c for _, c in merged), tuple(worked))
