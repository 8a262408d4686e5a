"""The terms a promise was made under, frozen as JSON: a calendar changed later changes no promise already made."""

from collections.abc import Mapping
from typing import Any, TypedDict

from leadpact.base.calendars import DAYS, Hours
from leadpact.base.working_time import Calendar, parse_calendar

_DAY_MINUTES = 24 * 60


class Terms(TypedDict):
    amount: str
    calendar: Mapping[str, Any]
    count: int | None


def freeze(amount: str, calendar: Calendar, count: int | None) -> Terms:
    """Return the terms as they are stored."""
    return {"amount": amount, "calendar": calendar_document(calendar), "count": count}


def calendar_document(calendar: Calendar) -> dict[str, Any]:
    """Return the document that `parse_calendar` reads back as an equal calendar."""
    return {
        "name": calendar.name,
        "zone": str(calendar.zone),
        "week": {day: [_hours(each) for each in hours] for day, hours in zip(DAYS, calendar.week, strict=True)},
        "holidays": calendar.holidays,
        "closed": sorted(day.isoformat() for day in calendar.closed),
    }


def calendar_of(terms: Terms) -> Calendar:
    """Return the calendar the promise was made under."""
    return parse_calendar(terms["calendar"])


def _hours(hours: Hours) -> str:
    closes = hours.closes if hours.closes <= _DAY_MINUTES else hours.closes - _DAY_MINUTES
    return f"{_time(hours.opens)}-{_time(closes)}"


def _time(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
