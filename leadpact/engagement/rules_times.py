"""When an event happened, by a client's clock and ours."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
BROWSER_MAX_AGE = timedelta(days=7)


class BadTimeError(ValueError):
    """A time that cannot be read, or names no moment."""


@dataclass(frozen=True)
class Dated:
    happened_at: datetime
    clock_doubtful: bool = False


def moment(value: object, name: str) -> datetime | None:
    """Return the moment in UTC; None when nothing was sent.  Raises `BadTimeError`, naming the field."""
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise BadTimeError(f"{name} is not a text in ISO 8601")
    try:
        read = datetime.fromisoformat(value)
    except ValueError as error:
        raise BadTimeError(f"{name} is not a time in ISO 8601: {value[:60]}") from error
    if read.tzinfo is None:
        raise BadTimeError(f"{name} has no offset from UTC: {value[:60]}")
    try:
        return read.astimezone(UTC)
    except OverflowError as error:
        raise BadTimeError(f"{name} lies outside the calendar: {value[:60]}") from error


def date_event(original: datetime | None, sent: datetime | None, received_at: datetime, *, is_browser: bool) -> Dated:
    """Return when the event happened: received − (sent − original).

    Without a time of its own the event happened when it was received; without `sent` its own time is
    trusted.  The future is clamped to `received_at`.  From a browser an event older than seven days is
    dated at receipt: a public key cannot write history.

    Raises `BadTimeError` for a moment before 1990.
    """
    if original is None:
        return Dated(received_at)
    try:
        happened = original if sent is None else received_at - (sent - original)
    except OverflowError as error:
        raise BadTimeError("the time lies outside the calendar") from error
    happened = min(happened, received_at)
    if happened < OLDEST:
        raise BadTimeError(f"the event lies before {OLDEST.year}: {happened.isoformat()}")
    if is_browser and received_at - happened > BROWSER_MAX_AGE:
        return Dated(received_at, clock_doubtful=True)
    return Dated(happened)
