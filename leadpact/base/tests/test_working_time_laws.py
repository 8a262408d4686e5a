"""Laws that hold for every calendar, zone and night the clocks change.

The oracle is a set of whole minutes, filled from the calendar's document by
the plainest means, so it shares no code with what it checks.
"""

import os
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from leadpact.base.working_time import (
    Calendar,
    WorkingDays,
    deadline,
    elapsed,
    is_open,
    next_open,
    parse_calendar,
)

# Each with a night on which its clocks change, or an ordinary day where they never do.
NIGHTS = {
    "Europe/Berlin": ("2026-03-29", "2026-10-25"),
    "America/New_York": ("2026-03-08", "2026-11-01"),
    "America/St_Johns": ("2026-03-08", "2026-11-01"),
    "Australia/Lord_Howe": ("2026-04-05", "2026-10-04"),  # half an hour
    "Africa/Casablanca": ("2026-02-15", "2026-03-22"),  # back in Ramadan, forward after it
    "America/Santiago": ("2026-04-05", "2026-09-06"),  # at midnight: a day without 00:00
    "Pacific/Apia": ("2011-12-30", "2012-04-01"),  # a day that never was
    "Asia/Kolkata": ("2026-03-29", "2026-10-25"),
    "UTC": ("2026-03-29", "2026-10-25"),
}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MICROSECOND = timedelta(microseconds=1)

clock_minutes = st.integers(0, 1439) | st.sampled_from([0, 60, 90, 120, 135, 180, 1320, 1439])


@st.composite
def ranges(draw: st.DrawFn) -> str:
    opens, closes = draw(clock_minutes), draw(clock_minutes | st.just(1440))
    assume(opens != closes)
    return f"{opens // 60:02}:{opens % 60:02}-{closes // 60:02}:{closes % 60:02}"


@st.composite
def documents(draw: st.DrawFn) -> tuple[dict[str, object], date]:
    """A calendar's document and a date near which to look."""
    zone = draw(st.sampled_from(sorted(NIGHTS)))
    night = date.fromisoformat(draw(st.sampled_from(NIGHTS[zone])))
    week = draw(st.dictionaries(st.sampled_from(DAYS), st.lists(ranges(), min_size=1, max_size=3), min_size=1))
    closed = draw(st.lists(st.integers(-3, 3).map(lambda days: str(night + timedelta(days=days))), max_size=2))
    return {"zone": zone, "week": week, "closed": closed}, night


@st.composite
def moments_near(draw: st.DrawFn, night: date, spread_days: int = 5) -> datetime:
    seconds = draw(st.integers(-spread_days * 86_400, spread_days * 86_400))
    micros = draw(st.sampled_from([0, 0, 1, 999_999]))
    return datetime.combine(night, datetime.min.time(), UTC) + timedelta(seconds=seconds, microseconds=micros)


amounts = st.integers(1, 60 * 3_600_000_000).map(lambda micros: timedelta(microseconds=micros)) | st.integers(
    1, 120
).map(lambda quarters: timedelta(minutes=15 * quarters))


def minutes_at_work(document: dict[str, object], first: date, days: int) -> set[int]:
    """Every minute since 1970 at work, from the hours that begin on the given days."""
    zone, found = ZoneInfo(str(document["zone"])), set()
    week, closed = document["week"], document["closed"]
    assert isinstance(week, dict)
    assert isinstance(closed, list)
    for offset in range(days):
        day = first + timedelta(days=offset)
        for text in [] if str(day) in closed else week.get(DAYS[day.weekday()], []):
            edges: list[int] = []
            for clock in text.split("-"):
                hour, minute = map(int, clock.split(":"))
                next_day = hour == 24 or (edges and clock <= text.split("-")[0])
                wall = datetime(day.year, day.month, day.day, hour % 24, minute, tzinfo=UTC)
                wall += timedelta(days=bool(next_day))
                edges.append(int(wall.replace(tzinfo=zone).timestamp()) // 60)
            found |= set(range(*edges))
    return found


def examples(usual: int) -> int:
    """Return how many histories are tried: a third of them in the short run."""
    return usual * 5 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else usual // 3


@given(documents(), st.data())
@settings(max_examples=examples(300), deadline=None)
def test_elapsed_is_the_count_of_minutes_at_work(case: tuple[dict[str, object], date], data: st.DataObject) -> None:
    document, night = case
    first = datetime.combine(night - timedelta(days=3), datetime.min.time(), UTC)
    start = first + timedelta(minutes=data.draw(st.integers(0, 3 * 1440)))
    end = start + timedelta(minutes=data.draw(st.integers(0, 3 * 1440)))
    expected = minutes_at_work(document, night - timedelta(days=8), 16)
    window = set(range(int(start.timestamp()) // 60, int(end.timestamp()) // 60))
    assert elapsed(start, end, parse_calendar(document)) == timedelta(minutes=len(expected & window))


@given(documents(), st.data())
@settings(max_examples=examples(200), deadline=None)
def test_open_is_what_the_hours_say(case: tuple[dict[str, object], date], data: st.DataObject) -> None:
    document, night = case
    moment = data.draw(moments_near(night))
    expected = minutes_at_work(document, night - timedelta(days=10), 20)
    assert is_open(moment, parse_calendar(document)) is (int(moment.timestamp()) // 60 in expected)


def opens_at_all(calendar: Calendar, night: date) -> bool:
    start = datetime.combine(night, datetime.min.time(), UTC)
    return elapsed(start, start + timedelta(days=30), calendar) > timedelta(0)


@given(documents(), amounts, st.data())
@settings(max_examples=examples(400), deadline=None)
def test_elapsed_undoes_deadline(case: tuple[dict[str, object], date], amount: timedelta, data: st.DataObject) -> None:
    calendar = parse_calendar(case[0])
    assume(opens_at_all(calendar, case[1]))
    start = data.draw(moments_near(case[1], 90))  # also over the edges of the spans of 64 days
    due = deadline(start, amount, calendar)
    assert elapsed(start, due, calendar) == amount
    assert elapsed(start, due - MICROSECOND, calendar) == amount - MICROSECOND  # the earliest such moment


@given(documents(), amounts, amounts, st.data())
@settings(max_examples=examples(200), deadline=None)
def test_more_time_or_a_later_start_is_never_due_earlier(
    case: tuple[dict[str, object], date], amount: timedelta, more: timedelta, data: st.DataObject
) -> None:
    calendar = parse_calendar(case[0])
    assume(opens_at_all(calendar, case[1]))
    start, later = sorted([data.draw(moments_near(case[1])), data.draw(moments_near(case[1]))])
    assert deadline(start, amount, calendar) <= deadline(later, amount, calendar)
    assert deadline(start, amount, calendar) < deadline(start, amount + more, calendar)
    assert elapsed(start, later, calendar) >= timedelta(0)


@given(documents(), amounts, amounts, st.data())
@settings(max_examples=examples(200), deadline=None)
def test_two_amounts_one_after_the_other_are_their_sum(
    case: tuple[dict[str, object], date], first: timedelta, second: timedelta, data: st.DataObject
) -> None:
    calendar = parse_calendar(case[0])
    assume(opens_at_all(calendar, case[1]))
    start = data.draw(moments_near(case[1]))
    half_way = deadline(start, first, calendar)
    assert deadline(half_way, second, calendar) == deadline(start, first + second, calendar)


@given(documents(), st.data())
@settings(max_examples=examples(200), deadline=None)
def test_elapsed_adds_up_over_any_three_moments(case: tuple[dict[str, object], date], data: st.DataObject) -> None:
    calendar = parse_calendar(case[0])
    a, b, c = (data.draw(moments_near(case[1], 200)) for _ in range(3))
    assert elapsed(a, c, calendar) == elapsed(a, b, calendar) + elapsed(b, c, calendar)


@given(documents(), st.data())
@settings(max_examples=examples(200), deadline=None)
def test_the_next_opening_is_open_and_nothing_is_worked_before_it(
    case: tuple[dict[str, object], date], data: st.DataObject
) -> None:
    calendar = parse_calendar(case[0])
    assume(opens_at_all(calendar, case[1]))
    moment = data.draw(moments_near(case[1]))
    opening = next_open(moment, calendar)
    assert is_open(opening, calendar)
    assert elapsed(moment, opening, calendar) == timedelta(0)


@given(documents(), st.integers(1, 20), st.data())
@settings(max_examples=examples(150), deadline=None)
def test_working_days_end_at_a_closing_and_never_before_a_smaller_number_of_them(
    case: tuple[dict[str, object], date], days: int, data: st.DataObject
) -> None:
    calendar = parse_calendar(case[0])
    assume(opens_at_all(calendar, case[1]))
    start = data.draw(moments_near(case[1]))
    due = deadline(start, WorkingDays(days), calendar)
    assert start < due <= deadline(start, WorkingDays(days + 1), calendar)
    assert is_open(due - MICROSECOND, calendar)


def test_two_working_days_are_not_over_before_the_first_where_its_hours_pass_midnight() -> None:
    # Monday's hours end on Tuesday at 00:02, Tuesday's own at 00:01.
    week = {"mon": ["00:03-00:02"], "tue": ["00:00-00:01"]}
    calendar = parse_calendar({"zone": "UTC", "week": week})
    sunday = datetime(2026, 2, 15, 12, tzinfo=UTC)
    due = [deadline(sunday, WorkingDays(days), calendar) for days in (1, 2, 3)]
    assert due == [datetime(2026, 2, day, 0, 2, tzinfo=UTC) for day in (17, 17, 24)]
