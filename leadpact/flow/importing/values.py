"""Cells as values: days and moments in the ways people write them, numbers, yes and no."""

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from leadpact.base.text import EARLIEST_YEAR, LATEST_YEAR, fold

NOTHING: Final = frozenset(
    {"", "-", "--", "---", "n/a", "#n/a", "null", "none", "undefined", "nan", "[not provided]", "(not set)", "?"}
)
_YES: Final = frozenset({"yes", "y", "true", "1", "x", "attended", "checked in", "present", "ja", "si", "oui"})
_NO: Final = frozenset({"no", "n", "false", "0", "absent", "no show", "not attending", "cancelled", "refunded"})
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may may", "jun june", "jul july", "aug august",
         "sep september sept", "oct october", "nov november", "dec december"), start=1)
    for name in names.split()
}  # fmt: skip
_TIME: Final = r"(?:[T,\s]+(?:at\s+)?(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*([AaPp]\.?[Mm]\.?)?)?"
_ZONE: Final = r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?"
_ISO: Final = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_TIME}{_ZONE}")
_NUMBERS: Final = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_TIME}{_ZONE}")
_DAY_NAME: Final = re.compile(rf"(\d{{1,2}})[-\s.]+([A-Za-z]{{3,9}})\.?[-\s,]+(\d{{4}}|\d{{2}}){_TIME}{_ZONE}")
_NAME_DAY: Final = re.compile(rf"([A-Za-z]{{3,9}})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}}){_TIME}{_ZONE}")
_EPOCH: Final = re.compile(r"\d{10}(\d{3})?")


class NotATime(ValueError):  # noqa: N818  # reads as a statement
    """Text that is no day and no moment; `is_ambiguous`: it could be two days."""

    def __init__(self, text: str, *, is_ambiguous: bool = False) -> None:
        super().__init__(text)
        self.is_ambiguous = is_ambiguous


def is_nothing(text: str) -> bool:
    return len(text) < 15 and text.casefold() in NOTHING


def is_numeric_day(text: str) -> bool:
    """Say whether a cell is a day written in numbers, such as 03/04/2026, so that its order matters."""
    return _NUMBERS.fullmatch(text) is not None


def order_of(text: str) -> str:
    """Return "dmy" or "mdy" where a date made of numbers can only be read one way, "" otherwise."""
    found = _NUMBERS.fullmatch(text)
    if found is None:
        return ""
    first, second = int(found[1]), int(found[3])
    if found[2] == "." or (first > 12 >= second):
        return "dmy"
    return "mdy" if second > 12 >= first else ""


@lru_cache(maxsize=50_000)
def moment_of(text: str, order: str, zone: ZoneInfo) -> datetime:
    """Read a day or a moment and return it in UTC; a day alone is its midnight in the zone.  Raises `NotATime`."""
    written = " ".join(text.split())
    try:
        return _read(written, order, zone)
    except (ValueError, OverflowError) as error:
        if isinstance(error, NotATime):
            raise
        raise NotATime(text) from error


def _read(text: str, order: str, zone: ZoneInfo) -> datetime:
    if found := _ISO.fullmatch(text):
        return _moment(int(found[1]), int(found[2]), int(found[3]), found.groups()[3:], zone)
    if found := _NUMBERS.fullmatch(text):
        first, second, year = int(found[1]), int(found[3]), _year(found[4])
        day, month = (first, second) if (order_of(text) or order) == "dmy" else (second, first)
        return _moment(year, month, day, found.groups()[4:], zone)
    if found := _DAY_NAME.fullmatch(text):
        return _moment(_year(found[3]), _month(found[2]), int(found[1]), found.groups()[3:], zone)
    if found := _NAME_DAY.fullmatch(text):
        return _moment(int(found[3]), _month(found[1]), int(found[2]), found.groups()[3:], zone)
    if found := _EPOCH.fullmatch(text):
        return _checked(datetime.fromtimestamp(int(text) / (1000 if found[1] else 1), tz=UTC))
    return _checked(_zoned(datetime.fromisoformat(text), zone))


def _moment(year: int, month: int, day: int, rest: tuple[str | None, ...], zone: ZoneInfo) -> datetime:
    hour, minute, second, half, offset = rest
    hours = int(hour or 0)
    if half:
        if not 1 <= hours <= 12:
            raise NotATime(f"{hours} {half}")
        hours = hours % 12 + (12 if half[0] in "pP" else 0)
    found = datetime(year, month, day, hours, int(minute or 0), int(second or 0))  # noqa: DTZ001  # its zone follows
    if offset:
        return _checked(found.replace(tzinfo=UTC) - _offset(offset))
    return _checked(_zoned(found, zone))


def _offset(text: str) -> timedelta:
    if text in ("Z", "UTC", "GMT"):
        return timedelta(0)
    digits = text[1:].replace(":", "")
    found = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -found if text[0] == "-" else found


def _zoned(moment: datetime, zone: ZoneInfo) -> datetime:
    return (moment.replace(tzinfo=zone) if moment.tzinfo is None else moment).astimezone(UTC)


def _checked(moment: datetime) -> datetime:
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise NotATime(str(moment))
    return moment


def _month(name: str) -> int:
    if name.lower() not in _MONTHS:
        raise NotATime(name)
    return _MONTHS[name.lower()]


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def day_in(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def yes_or_no(text: str) -> bool | None:
    """Return what a cell says; None for neither."""
    word = fold(text).replace("-", " ").strip()
    return True if word in _YES else False if word in _NO else None


def whole_number(text: str) -> int | None:
    """Return a number of minutes or people, cut to a whole one; None for no number."""
    found = re.fullmatch(r"(\d{1,9})(?:[.,]\d+)?", text.replace(" ", ""))
    return int(found[1]) if found else None


def is_formula(text: str) -> bool:
    """Say whether a spreadsheet would run the cell; numbers and telephone numbers are none."""
    return text[:1] in ("=", "@", "+", "-") and not re.fullmatch(r"[+-]?[\d\s().,/%-]*", text) and len(text) > 1
