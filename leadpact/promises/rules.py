"""When a promise is due, how long its clock has run, and whether it was kept.

Three sorts of amount: `4h`, `90m` (working time), `2wd` (working days) and
`10d` (days of the calendar, where the clock runs day and night).

Source of every rule here: docs/reference/handover.md, "Promises".
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from leadpact.base.calendars import openings_on
from leadpact.base.wording import worded
from leadpact.base.working_time import DAY, BadAmount, Calendar, deadline, elapsed, parse_amount
from leadpact.promises.types import Clock, PromiseState, ReceiptLine

NOTHING: Final = timedelta(0)
SECOND: Final = timedelta(seconds=1)
LONGEST_DAYS: Final = 3_660


def calendar_days(amount: str) -> int | None:
    """Return how many days `10d` is; None for an amount of working time.  Raises `BadAmount` for 0d."""
    found = re.fullmatch(r"\s*([0-9]{1,9})\s*d\s*", amount, re.IGNORECASE)
    if found is None:
        return None
    days = int(found[1])
    if not 0 < days <= LONGEST_DAYS:
        raise BadAmount(
            worded("{amount} is not between 1 and {most} days.", amount=amount, most=LONGEST_DAYS),
            details={"amount": amount},
        )
    return days


def due(starts_at: datetime, amount: str, calendar: Calendar) -> datetime:
    """Return when the promise must be kept at the latest; that very moment still counts as kept.

    `10d` is due at the midnight, in the calendar's zone, that ends the tenth day after the day of the start.
    Raises `BadAmount`, and `NoWorkingTime` when the calendar does not open.
    """
    days = calendar_days(amount)
    if days is None:
        return deadline(starts_at, parse_amount(amount), calendar)
    local = starts_at.astimezone(calendar.zone).date()
    return _midnight(local + (days + 1) * DAY, calendar)


def used(since: datetime, until: datetime, amount: str, calendar: Calendar) -> timedelta:
    """Return how long the clock ran from `since` to `until`; nothing when `until` comes first.

    An answer on a Saturday to an offer of that Saturday used nothing: the clock had not begun to run.
    """
    if until <= since:
        return NOTHING
    return until - since if calendar_days(amount) else elapsed(since, until, calendar)


def whole_seconds(span: timedelta) -> int:
    """Return full seconds; a second that has begun does not count."""
    return span // SECOND


def state_when_done(done_at: datetime, due_at: datetime) -> PromiseState:
    """Return kept or missed; done exactly when due is kept."""
    return PromiseState.KEPT if done_at <= due_at else PromiseState.MISSED


def is_past_due(due_at: datetime, now: datetime) -> bool:
    """Say whether a promise that nobody has kept yet is missed by now."""
    return now > due_at


def clock(
    made_at: datetime, due_at: datetime, closed_at: datetime | None, amount: str, calendar: Calendar, now: datetime
) -> Clock:
    """Return what the clock shows at `now`, or where it stopped."""
    at = closed_at if closed_at is not None and closed_at <= now else now
    past = at > due_at
    left = -used(due_at, at, amount, calendar) if past else used(max(at, made_at), due_at, amount, calendar)
    return Clock(used=used(made_at, at, amount, calendar), left=left, is_past_due=past, is_running=closed_at is None)


def receipt_lines(since: datetime, until: datetime, amount: str, calendar: Calendar) -> tuple[ReceiptLine, ...]:
    """Return the stretches in which the clock ran within [since, until), by working day.

    Hours that overlap, as when a night shift runs into the next day's, are counted once, on the earlier day.
    """
    since, until = since.astimezone(UTC), until.astimezone(UTC)
    lines: list[ReceiptLine] = []
    # Hours last up to two local days: those that began two days earlier may still be running.
    day, last = since.astimezone(calendar.zone).date() - 2 * DAY, until.astimezone(calendar.zone).date()
    counted_to = since
    while day <= last:
        hours = (
            [(_midnight(day, calendar), _midnight(day + DAY, calendar))]
            if calendar_days(amount)
            else openings_on(calendar, day)
        )
        for opens, closes in sorted(hours):
            begins, ends = max(opens, counted_to), min(closes, until)
            if begins < ends:
                lines.append(ReceiptLine(day, begins, ends))
                counted_to = ends
        day += DAY
    return tuple(lines)


def _midnight(day: date, calendar: Calendar) -> datetime:
    return datetime.combine(day, time(0), calendar.zone).astimezone(UTC)
