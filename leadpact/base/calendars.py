"""A team's opening hours: what a calendar file says, and when that is in UTC.

Source of every rule here: docs/reference/promises.md.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays

from leadpact.base.errors import BadInput
from leadpact.base.wording import Worded, worded

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MIDNIGHT: Final = 24 * 60


class BadCalendar(BadInput):
    """A calendar with a key or value that cannot be used."""

    code = "bad_calendar"


class BadRange(BadInput):
    """Opening hours that cannot be read."""

    code = "bad_range"
    what_to_do = worded(
        'Write opening hours as "09:00-17:30"; "22:00-06:00" passes midnight, "00:00-24:00" is all day.'
    )


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours of one day, local, half-open; minutes after its midnight.

    `closes` is greater than `opens`, and above 1440 when it lies on the next day.
    """

    opens: int
    closes: int


@dataclass(frozen=True)
class Calendar:
    """When a team is at work, in its own zone.

    week      one tuple of hours for each day, Monday first; hours belong to the
              day they begin on
    holidays  country and region as in ISO 3166, such as DE or DE-BE; empty for none
    closed    further dates on which no hours begin
    """

    name: str
    zone: ZoneInfo
    # Left out of the hash, which is taken at each look-up; equality still compares them.
    week: tuple[tuple[Hours, ...], ...] = field(hash=False)
    holidays: str = ""
    closed: frozenset[date] = field(default=frozenset(), hash=False)


def openings_on(calendar: Calendar, day: date) -> list[tuple[datetime, datetime]]:
    """Return the hours that begin on a local day as moments in UTC, those without length left out."""
    hours = calendar.week[day.weekday()]
    if not hours or day in calendar.closed:
        return []
    if calendar.holidays and day in _holiday_dates(calendar.holidays, day.year):
        return []
    midnight = datetime.combine(day, time(0))
    openings = [
        (_moment(midnight, each.opens, calendar.zone), _moment(midnight, each.closes, calendar.zone)) for each in hours
    ]
    return [(opens, closes) for opens, closes in openings if opens < closes]


def _moment(midnight: datetime, minutes: int, zone: ZoneInfo) -> datetime:
    # fold=0, as RFC 5545 3.3.5 has it: a local time that comes twice means the first, and one
    # that the clocks jump over is read with the offset before the jump.
    return (midnight + timedelta(minutes=minutes)).replace(tzinfo=zone).astimezone(UTC)


@lru_cache(maxsize=1024)
def _holiday_dates(name: str, year: int) -> frozenset[date]:
    country, _, region = name.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=region or None, years=year, expand=False))


def parse_calendar(document: Mapping[str, object]) -> Calendar:
    """Read a calendar as YAML or JSON gives it: zone and week, name, holidays and closed if wanted.

    Raises `BadCalendar` and `BadRange`, each naming the key that is wrong.
    """
    if not isinstance(document, Mapping):
        raise _bad("", worded("A calendar is a list of keys and values."), worded("Begin with the keys zone and week."))
    for key in document:
        if key not in {"name", "zone", "week", "holidays", "closed"}:
            raise _bad(
                str(key),
                worded("{key} is not a key of a calendar.", key=repr(key)),
                worded("Use name, zone, week, holidays and closed."),
            )
    name = document.get("name") or ""
    if not isinstance(name, str):
        raise _bad("name", worded("name is {name}, not text.", name=_shown(name)), worded("Put the name in quotes."))
    return Calendar(
        name=name,
        zone=_parse_zone(document.get("zone")),
        week=_parse_week(document.get("week")),
        holidays=_parse_holidays(document.get("holidays")),
        closed=_parse_closed(document.get("closed")),
    )


def _bad(key: str, message: Worded, what_to_do: Worded) -> BadCalendar:
    return BadCalendar(message, what_to_do=what_to_do, details={"key": key})


def _shown(value: object) -> str:
    """Return a value for a message; nested ones by their kind, as a file can make them endless."""
    return repr(value)[:80] if isinstance(value, str | int | float | date) else f"a {type(value).__name__}"


def _parse_zone(value: object) -> ZoneInfo:
    advice = worded("Write a zone of the IANA list such as Europe/Berlin.")
    if not isinstance(value, str) or not value:
        raise _bad(
            "zone",
            worded("zone is missing.") if value is None else worded("zone is {value}, not text.", value=_shown(value)),
            advice,
        )
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: "Europe" is a folder
        raise _bad("zone", worded("zone: there is no zone {value}.", value=repr(value)), advice) from error


def _parse_week(value: object) -> tuple[tuple[Hours, ...], ...]:
    if not isinstance(value, Mapping):
        raise _bad(
            "week", worded("week is missing or has no days."), worded('Write week: {mon: ["09:00-17:00"], ...}.')
        )
    for day in value:
        if day not in DAYS:
            raise _bad(
                f"week.{day}",
                worded("week: {day} is not a day.", day=repr(day)),
                worded("Use {days}.", days=", ".join(DAYS)),
            )
    return tuple(_parse_day(day, value.get(day)) for day in DAYS)


def _parse_day(day: str, value: object) -> tuple[Hours, ...]:
    if value is None:
        return ()
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise _bad(
            f"week.{day}",
            worded("week.{day} is not a list.", day=day),
            worded('Write {day}: ["09:00-17:00"].', day=day),
        )
    return tuple(_parse_hours(f"week.{day}", each) for each in value)


def _parse_hours(key: str, value: object) -> Hours:
    pattern = r"\s*([0-9]{1,2}):([0-9]{2})\s*-\s*([0-9]{1,2}):([0-9]{2})\s*"
    found = re.fullmatch(pattern, value, re.ASCII) if isinstance(value, str) else None
    if found is None:
        raise BadRange(
            worded("{key}: {value} is not a range of hours.", key=key, value=_shown(value)), details={"key": key}
        )
    hour, minute, end_hour, end_minute = (int(part) for part in found.groups())
    opens, closes = hour * 60 + minute, end_hour * 60 + end_minute
    if minute > 59 or end_minute > 59 or opens >= _MIDNIGHT or closes > _MIDNIGHT:
        raise BadRange(
            worded("{key}: {value} names a time that no clock shows.", key=key, value=repr(value)), details={"key": key}
        )
    if opens == closes:
        raise BadRange(
            worded("{key}: {value} opens and closes at one time.", key=key, value=repr(value)), details={"key": key}
        )
    return Hours(opens, closes if closes > opens else closes + _MIDNIGHT)


def _parse_holidays(value: object) -> str:
    if value is None or value == "":
        return ""
    advice = worded("Write a country, or a country and region, such as DE or DE-BE; leave it out for none.")
    country, _, region = value.partition("-") if isinstance(value, str) else ("", "", "")
    regions = holidays.list_supported_countries().get(country)
    if not isinstance(value, str) or regions is None or (region and region not in regions):
        raise _bad(
            "holidays", worded("holidays: no public holidays are known for {value}.", value=_shown(value)), advice
        )
    return value


def _parse_closed(value: object) -> frozenset[date]:
    if value is None:
        return frozenset()
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise _bad("closed", worded("closed is not a list."), worded("Write closed: [2026-12-24]."))
    return frozenset(_parse_date(each) for each in value)


def _parse_date(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError as error:
        advice = worded("Write dates as year, month and day: 2026-12-24.")
        raise _bad("closed", worded("closed: {value} is not a date.", value=_shown(value)), advice) from error
