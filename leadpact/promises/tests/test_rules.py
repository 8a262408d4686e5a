"""When a promise is due, what its clock shows, and whether the receipt adds up."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadpact.base.working_time import BadAmount, Calendar, elapsed, parse_calendar
from leadpact.promises import rules
from leadpact.promises.terms import calendar_document, calendar_of, freeze
from leadpact.promises.types import PromiseState

# 7 hours a day, with a lunch break.
OFFICE = parse_calendar(
    {
        "name": "office",
        "zone": "Europe/Berlin",
        "week": {day: ["09:00-12:30", "13:30-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
        "closed": ["2026-12-24"],
    }
)
# The night shift runs into the early shift of the day after for an hour.
SHIFTS = parse_calendar(
    {
        "name": "shifts",
        "zone": "America/St_Johns",
        "week": {day: ["22:00-06:00", "05:00-09:00"] for day in ("mon", "tue", "sat", "sun")},
    }
)
NEVER_SHUT = parse_calendar(
    {
        "name": "always",
        "zone": "Australia/Lord_Howe",
        "week": {day: ["00:00-24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
    }
)


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("start", "amount", "due"),
    [
        ("2026-03-03 10:00", "4h", "2026-03-03 15:00"),  # Tuesday: 2.5 h before lunch, 1.5 h after
        ("2026-03-03 12:45", "1h", "2026-03-03 14:30"),  # made in the lunch break
        ("2026-03-06 16:00", "90m", "2026-03-09 09:30"),  # Friday: 1 h, then Monday half an hour
        ("2026-03-07 16:30", "1h", "2026-03-09 10:00"),  # made on a Saturday: Monday 10:00, not Tuesday
        ("2026-03-05 10:00", "2wd", "2026-03-09 17:00"),  # Thursday: Friday, then the end of Monday
        ("2026-03-03 10:00", "10d", "2026-03-14 00:00"),  # the 13th is the tenth day after
        ("2026-03-03 23:59", "10d", "2026-03-14 00:00"),  # the day of the start, whatever its hour
        ("2026-03-25 10:00", "10d", "2026-04-05 00:00"),  # over the night the clocks go forward
        ("2026-12-23 16:00", "2h", "2026-12-25 10:00"),  # closed on the 24th; the 25th is open here
        ("2026-03-03 10:00", " 10D ", "2026-03-14 00:00"),  # as people write it
    ],
)
def test_a_promise_is_due_when_its_clock_has_run_its_amount(start: str, amount: str, due: str) -> None:
    assert rules.due(berlin(start), amount, OFFICE) == berlin(due)


@pytest.mark.parametrize("amount", ["", "0d", "4000d", "1.5h", "d", "-3d", "0h", "ten days"])
def test_an_amount_that_cannot_be_read_is_refused(amount: str) -> None:
    with pytest.raises(BadAmount):
        rules.due(berlin("2026-03-03 10:00"), amount, OFFICE)


@pytest.mark.parametrize(
    ("since", "until", "amount", "minutes"),
    [
        ("2026-03-07 10:00", "2026-03-08 18:00", "4h", 0),  # offered and answered on a weekend
        ("2026-03-06 18:00", "2026-03-09 08:59", "4h", 0),  # answered before the team was in
        ("2026-03-06 16:50", "2026-03-07 12:00", "4h", 10),  # answered on Saturday: Friday's ten minutes only
        ("2026-03-03 12:00", "2026-03-03 14:00", "4h", 60),  # lunch is not counted
        ("2026-03-06 16:00", "2026-03-09 16:00", "10d", 72 * 60),  # days of the calendar run day and night
        ("2026-03-03 12:00", "2026-03-03 11:00", "4h", 0),  # done before the clock began
    ],
)
def test_only_time_in_which_the_clock_runs_is_used(since: str, until: str, amount: str, minutes: int) -> None:
    assert rules.used(berlin(since), berlin(until), amount, OFFICE) == timedelta(minutes=minutes)


def test_done_exactly_when_due_is_kept_and_a_moment_later_is_missed() -> None:
    due = berlin("2026-03-03 15:00")
    tick = timedelta(microseconds=1)
    assert rules.state_when_done(due, due) is PromiseState.KEPT
    assert rules.state_when_done(due + tick, due) is PromiseState.MISSED
    assert (rules.is_past_due(due, due), rules.is_past_due(due, due + tick)) == (False, True)


@pytest.mark.parametrize(
    ("now", "used", "left", "past"),
    [
        ("2026-03-06 15:30", 0, 240, False),
        ("2026-03-06 16:30", 60, 180, False),
        ("2026-03-07 12:00", 90, 150, False),  # the weekend: 90 min on Friday
        ("2026-03-09 11:30", 240, 0, False),  # the very moment it is due
        ("2026-03-09 12:00", 270, -30, True),
        ("2026-03-09 13:00", 300, -60, True),  # in the lunch break it grows no later
    ],
)
def test_the_clock_shows_time_used_and_left(now: str, used: int, left: int, past: bool) -> None:
    made = berlin("2026-03-06 15:30")
    shown = rules.clock(made, rules.due(made, "4h", OFFICE), None, "4h", OFFICE, berlin(now))
    assert (shown.used, shown.left) == (timedelta(minutes=used), timedelta(minutes=left))
    assert (shown.is_past_due, shown.is_running) == (past, True)


def test_a_closed_clock_stands_still() -> None:
    made, done = berlin("2026-03-06 15:30"), berlin("2026-03-06 16:00")
    due = rules.due(made, "4h", OFFICE)
    shown = rules.clock(made, due, done, "4h", OFFICE, berlin("2026-03-20 12:00"))
    assert (shown.used, shown.is_past_due, shown.is_running) == (timedelta(minutes=30), False, False)


def test_a_receipt_has_a_line_for_each_stretch_of_work() -> None:
    lines = rules.receipt_lines(berlin("2026-03-06 12:00"), berlin("2026-03-09 09:20"), "4h", OFFICE)
    assert [(str(line.day), line.since, line.used) for line in lines] == [
        ("2026-03-06", berlin("2026-03-06 12:00"), timedelta(minutes=30)),
        ("2026-03-06", berlin("2026-03-06 13:30"), timedelta(minutes=210)),
        ("2026-03-09", berlin("2026-03-09 09:00"), timedelta(minutes=20)),
    ]


MOMENTS = st.timedeltas(timedelta(0), timedelta(days=1095)).map(lambda span: datetime(2025, 1, 1, tzinfo=UTC) + span)
CALENDARS = st.sampled_from([OFFICE, SHIFTS, NEVER_SHUT])


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=40)), CALENDARS)
def test_the_lines_of_a_receipt_add_up_to_the_time_used_exactly(
    since: datetime, span: timedelta, calendar: Calendar
) -> None:
    lines = rules.receipt_lines(since, since + span, "4h", calendar)
    assert sum((line.used for line in lines), timedelta(0)) == elapsed(since, since + span, calendar)
    assert all(line.since < line.until for line in lines)
    assert all(earlier.until <= later.since for earlier, later in pairwise(lines))


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=40)), CALENDARS)
def test_the_lines_of_calendar_days_add_up_too(since: datetime, span: timedelta, calendar: Calendar) -> None:
    lines = rules.receipt_lines(since, since + span, "10d", calendar)
    assert sum((line.used for line in lines), timedelta(0)) == span


@given(MOMENTS, st.integers(1, 60), CALENDARS)
def test_used_and_left_add_up_to_the_amount_before_it_is_due(made: datetime, hours: int, calendar: Calendar) -> None:
    amount = f"{hours}h"
    due = rules.due(made, amount, calendar)
    shown = rules.clock(made, due, None, amount, calendar, made + (due - made) / 3)
    assert shown.used + shown.left == timedelta(hours=hours)


@pytest.mark.parametrize("calendar", [OFFICE, SHIFTS, NEVER_SHUT])
def test_frozen_terms_give_back_an_equal_calendar(calendar: Calendar) -> None:
    assert calendar_of(freeze("4h", calendar, None)) == calendar
    assert calendar_document(calendar)["zone"] == str(calendar.zone)
