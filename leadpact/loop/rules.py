"""Which days a period covers, and the sentence under a number.  Pure; `now` is passed in."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from leadpact.base.money import Money, format_money
from leadpact.loop.errors import BadPeriod
from leadpact.loop.types import Period

USUAL: Final = "12 months"
ALL: Final = "all"
FIRST_DAY: Final = date(1970, 1, 1)
_FULL: Final = re.compile(r"(?P<year>(?:19|20|21)\d\d)(?:-(?P<month>0[1-9]|1[0-2])|-q(?P<quarter>[1-4]))?")


def parse_period(text: str, *, zone: ZoneInfo, fiscal_start: int, now: datetime) -> Period:
    """Read a period: `2026-03`, `2026-Q1`, `2026`, or one named as from today.

    month, quarter, fiscal year    the running one so far; `last month` and so on: the one before
    12 months                      the running month and the eleven before it
    all                            everything up to today

    Quarters are those of the fiscal year, which begins in month `fiscal_start`; of `2026-Q1` the year is the one in
    which that fiscal year begins.  A running period ends with today.  Raises `BadPeriod`.
    """
    today = now.astimezone(zone).date()
    word = " ".join(text.split()).casefold()
    named = _named(word, today, fiscal_start)
    since, until = named if named is not None else _written(word, text, fiscal_start)
    return between(since, min(until, max(since, today) + timedelta(days=1)), zone=zone)


def between(since: date, until: date, *, zone: ZoneInfo) -> Period:
    """Return the period of the days [since, until); raises `BadPeriod` when there are none."""
    if until <= since:
        raise BadPeriod(f"The period from {since} to {until} has no days.")
    return Period(_midnight(since, zone), _midnight(until, zone), zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _named(word: str, today: date, fiscal_start: int) -> tuple[date, date] | None:
    month = today.replace(day=1)
    quarter = _shift(month, -((month.month - fiscal_start) % 3))
    year = _shift(month, -((month.month - fiscal_start) % 12))
    starts = {"month": (month, 1), "quarter": (quarter, 3), "fiscal year": (year, 12), "fiscal": (year, 12)}
    if word in starts:
        begun, length = starts[word]
        return begun, _shift(begun, length)
    if word.removeprefix("last ") in starts and word.startswith("last "):
        begun, length = starts[word.removeprefix("last ")]
        return _shift(begun, -length), begun
    if word in {"12 months", "last 12 months"}:
        return _shift(month, -11), _shift(month, 1)
    return (FIRST_DAY, _shift(month, 1)) if word == ALL else None


def _written(word: str, text: str, fiscal_start: int) -> tuple[date, date]:
    found = _FULL.fullmatch(word)
    if found is None:
        raise BadPeriod(f"{text!r} is no period.", details={"period": text})
    year = int(found["year"])
    if found["month"]:
        begun = date(year, int(found["month"]), 1)
        return begun, _shift(begun, 1)
    if found["quarter"]:
        begun = _shift(date(year, fiscal_start, 1), 3 * (int(found["quarter"]) - 1))
        return begun, _shift(begun, 3)
    return date(year, 1, 1), date(year + 1, 1, 1)


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
