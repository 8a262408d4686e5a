"""When a mail may go: quiet hours, and the morning in which a day's notices are gathered.  Pure."""

from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from leadpact.team.types import ByMail, QuietHours

MORNING: Final = time(8)  # gathered mail goes then, by the user's own clock
_DAY: Final = timedelta(days=1)


def mail_due_at(now: datetime, mail: ByMail, quiet: QuietHours | None, zone: ZoneInfo) -> datetime | None:
    """Return when a mail about something that happened now goes out; None: none does."""
    match mail:
        case ByMail.NEVER:
            return None
        case ByMail.AT_ONCE:
            return after_quiet_hours(now, quiet, zone)
        case ByMail.DAILY:
            return after_quiet_hours(_next(MORNING, now, zone), quiet, zone)


def after_quiet_hours(at: datetime, quiet: QuietHours | None, zone: ZoneInfo) -> datetime:
    """Return the moment itself, or the end of the quiet hours it lies in; at their very end it is no longer quiet.

    Hours that begin and end at one time of day are none at all.
    """
    if quiet is None or quiet.since == quiet.until:
        return at
    clock = at.astimezone(zone).time()
    if quiet.since < quiet.until:
        is_quiet = quiet.since <= clock < quiet.until
    else:
        is_quiet = clock >= quiet.since or clock < quiet.until
    return _next(quiet.until, at, zone) if is_quiet else at


def _next(clock: time, after: datetime, zone: ZoneInfo) -> datetime:
    """Return when the clock on the wall next shows a time; one that a night skips is taken by the old offset."""
    day = after.astimezone(zone).date()
    found = datetime.combine(day, clock, zone).astimezone(UTC)
    return found if found > after else datetime.combine(day + _DAY, clock, zone).astimezone(UTC)
