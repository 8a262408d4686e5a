"""Which days a period covers, and the sentence under a number.  Pure; `now` is passed in."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from leadpact.base.money import Money, format_money
from leadpact.base.wording import worded
from leadpact.loop.errors import BadPeriod
from leadpact.loop.types import Period

USUAL: Final = "12 months"
ALL: Final = "all"
FIRST_DAY: Final = date(1970, 1, 1)
LAST_YEAR: Final = 2199
_FULL: Final = re.compile(
    r"(?P<fiscal>fy ?)?(?P<year>(?:19|20|21)\d\d)(?:-(?P<month>0[1-9]|1[0-2])|-q(?P<quarter>[1-4]))?"
)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Span:
    """Whole days [since, until) as named, not cut off at today.

    months  how many calendar months it covers; 0: it is no number of months
    """

    since: date
    until: date
    months: int = 0


def parse_period(text: str, *, zone: ZoneInfo, fiscal_start: int, now: datetime) -> Period:
    """Read a period: `2026-03`, `2026-Q1`, `FY2026`, `2026`, days with ` to ` between, or one named as from today.

    month, quarter, fiscal year         the running one so far; `last month` and so on: the one before
    calendar quarter, year              the same by the calendar
    12 months                           the running month and the eleven before it
    all                                 everything up to today
    2026-03-05 to 2026-04-02            these days, the last one too

    Quarters are those of the fiscal year, which begins in month `fiscal_start`; of `2026-Q1` the year is the one in
    which that fiscal year begins.  A running period ends with today.  Raises `BadPeriod`.
    """
    span, today = _span(text, fiscal_start, now.astimezone(zone).date()), now.astimezone(zone).date()
    return between(span.since, _cut(span, today), zone=zone)


def period_before(text: str, *, zone: ZoneInfo, fiscal_start: int, now: datetime) -> Period | None:
    """Return what a period is compared with: as many months before, of a running one the same days so far.

    Of other days as many right before them; of `all` nothing.  Raises `BadPeriod`.
    """
    today = now.astimezone(zone).date()
    span = _span(text, fiscal_start, today)
    if span.since <= FIRST_DAY:
        return None
    length = _cut(span, today) - span.since
    if not span.months:
        return between(span.since - length, span.since, zone=zone)
    begun = _shift(span.since, -span.months)
    whole = _cut(span, today) == span.until
    return between(begun, span.since if whole else min(begun + length, span.since), zone=zone)


def between(since: date, until: date, *, zone: ZoneInfo) -> Period:
    """Return the period of the days [since, until); raises `BadPeriod` when there are none."""
    if until <= since:
        raise BadPeriod(worded("The period from {since} to {until} has no days.", since=since, until=until))
    return Period(_midnight(since, zone), _midnight(until, zone), zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _cut(span: Span, today: date) -> date:
    """A running period ends with today; one that has not begun has its first day."""
    return min(span.until, max(span.since, today) + timedelta(days=1))


def _span(text: str, fiscal_start: int, today: date) -> Span:
    word = " ".join(text.split()).casefold()
    return _named(word, today, fiscal_start) or _days(word, text) or _written(word, text, fiscal_start)


def _named(word: str, today: date, fiscal_start: int) -> Span | None:
    month = today.replace(day=1)
    quarter = Span(_shift(month, -((month.month - fiscal_start) % 3)), month, 3)
    year = Span(_shift(month, -((month.month - fiscal_start) % 12)), month, 12)
    starts = {
        "month": Span(month, month, 1),
        "quarter": quarter,
        "fiscal quarter": quarter,
        "calendar quarter": Span(_shift(month, -((month.month - 1) % 3)), month, 3),
        "fiscal year": year,
        "fiscal": year,
        "year": Span(month.replace(month=1), month, 12),
    }
    if word in starts:
        begun = starts[word]
        return Span(begun.since, _shift(begun.since, begun.months), begun.months)
    if word.removeprefix("last ") in starts and word.startswith("last "):
        begun = starts[word.removeprefix("last ")]
        return Span(_shift(begun.since, -begun.months), begun.since, begun.months)
    if word in {"12 months", "last 12 months"}:
        return Span(_shift(month, -11), _shift(month, 1), 12)
    return Span(FIRST_DAY, _shift(month, 1)) if word == ALL else None


def _days(word: str, text: str) -> Span | None:
    """Read "2026-03-05 to 2026-04-02", or one day; None for anything else."""
    first, to, last = word.partition(" to ")
    if not _DAY.fullmatch(first):
        return None
    try:
        since, until = date.fromisoformat(first), date.fromisoformat(last if to else first)
    except ValueError:
        raise BadPeriod(worded("{text} is no period.", text=repr(text)), details={"period": text}) from None
    if until < since or since <= FIRST_DAY or until.year > LAST_YEAR:
        raise BadPeriod(worded("{text} has no days.", text=repr(text)), details={"period": text})
    return Span(since, until + timedelta(days=1))


def _written(word: str, text: str, fiscal_start: int) -> Span:
    found = _FULL.fullmatch(word)
    if found is None or (found["fiscal"] and found["month"]):
        raise BadPeriod(worded("{text} is no period.", text=repr(text)), details={"period": text})
    year = int(found["year"])
    if found["month"]:
        begun = date(year, int(found["month"]), 1)
        return Span(begun, _shift(begun, 1), 1)
    if found["quarter"]:
        begun = _shift(date(year, fiscal_start, 1), 3 * (int(found["quarter"]) - 1))
        return Span(begun, _shift(begun, 3), 3)
    begun = date(year, fiscal_start if found["fiscal"] else 1, 1)
    return Span(begun, _shift(begun, 12), 12)


def _shift(month: date, by: int) -> date:
    """Return the first of the month that lies `by` months later."""
    months = month.year * 12 + month.month - 1 + by
    return date(months // 12, months % 12 + 1, 1)


def share(kept: int, due: int) -> Decimal | None:
    """Return kept ÷ due with four decimals, None where nothing was due."""
    return None if due == 0 else (Decimal(kept) / Decimal(due)).quantize(Decimal("0.0001"))


def say_period(period: Period) -> str:
    """Return "1 Mar 2026 to 31 Mar 2026, Europe/London"."""
    last = period.day_after - timedelta(days=1)
    return f"{_say_day(period.first_day)} to {_say_day(last)}, {period.zone.key}"


def say_sums(sums: Iterable[Money]) -> str:
    """Return the sums one after the other; they are never added."""
    return " and ".join(format_money(each) for each in sums)


def _say_day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
