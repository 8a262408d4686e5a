"""Local days as whole numbers, and moments as whole microseconds: what windows, caps and ages are counted in.

A day of a zone begins when its midnight strikes (the first time, if the clock strikes it twice; as the clock
before it would have read, if it is skipped) and lasts until the next day begins.  So days never overlap,
whatever the clocks do, and a day may have 23, 23.5, 24 or 25 hours.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

NEVER = 2**62
DAY = 86_400_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = EPOCH.toordinal()
LAST_DAY = date.max.toordinal() - 1
LAST_MOMENT = (LAST_DAY - EPOCH_DAY) * DAY


def micros(moment: datetime) -> int:
    """Return the microseconds since 1970 of an aware moment."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its zone")
    since = moment - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def moment_of(at: int) -> datetime:
    """Return the moment in UTC."""
    return EPOCH + timedelta(microseconds=at)


def known_moment(at: int) -> datetime | None:
    """Return the moment in UTC, None for never (and for what lies after the calendar's end)."""
    return None if at > LAST_MOMENT else moment_of(at)


class Days:
    """The days of one zone, numbered as `date.toordinal` numbers dates."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._starts: dict[int, int] = {}

    def start(self, day: int) -> int:
        """Return when the day begins; never, for days after the calendar's end."""
        start = self._starts.get(day)
        if start is None:
            start = self._starts[day] = self._count_start(day)
        return start

    def of(self, at: int) -> int:
        """Return the day that a moment lies in."""
        day = at // DAY + EPOCH_DAY
        if at < self.start(day):
            return day - 1
        return day + 1 if at >= self.start(day + 1) else day

    def _count_start(self, day: int) -> int:
        if day > LAST_DAY:
            return NEVER
        if day < 2:
            return -NEVER
        return micros(datetime.combine(date.fromordinal(day), time(0), self._zone))


@lru_cache(maxsize=64)
def days_of(zone: ZoneInfo) -> Days:
    """Return the days of a zone; one table for all who ask, filled as they ask."""
    return Days(zone)


def week_of(day: int) -> int:
    """Return the number of the ISO week: weeks begin on Monday, and day 1 was one."""
    return (day - 1) // 7


def month_of(day: int) -> int:
    """Return the number of the month, counted from year 0."""
    on = date.fromordinal(day)
    return on.year * 12 + on.month
