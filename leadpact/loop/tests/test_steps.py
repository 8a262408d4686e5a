"""A period falls into parts without a gap, cut off at both its ends."""

from datetime import UTC, date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from leadpact.loop.rules import between
from leadpact.loop.steps import MOST, Every, every_of, moments, slices

LONDON = ZoneInfo("Europe/London")


def days(since: str, until: str, every: Every, *, week_start: int = 1, fiscal_start: int = 1) -> list[str]:
    period = between(date.fromisoformat(since), date.fromisoformat(until), zone=LONDON)
    parts = slices(period, every, week_start=week_start, fiscal_start=fiscal_start)
    assert parts[0].since == period.first_day
    assert parts[-1].until == period.day_after
    assert all(one.until == other.since for one, other in pairwise(parts))
    return [f"{part.since:%m-%d}" for part in parts]


def test_weeks_begin_with_the_companys_weekday_and_the_first_and_last_are_cut_off() -> None:
    # 1 November 2026 is a Sunday.
    assert days("2026-11-01", "2026-11-20", Every.WEEK) == ["11-01", "11-02", "11-09", "11-16"]
    assert days("2026-11-01", "2026-11-20", Every.WEEK, week_start=7) == ["11-01", "11-08", "11-15"]


def test_quarters_and_years_begin_with_the_fiscal_year() -> None:
    assert days("2026-01-15", "2026-12-01", Every.QUARTER, fiscal_start=2) == [
        "01-15", "02-01", "05-01", "08-01", "11-01",
    ]  # fmt: skip
    assert days("2025-12-01", "2026-12-01", Every.YEAR, fiscal_start=7) == ["12-01", "07-01"]
    assert days("2026-01-15", "2026-04-01", Every.MONTH) == ["01-15", "02-01", "03-01"]


def test_one_day_is_one_part() -> None:
    assert days("2026-11-02", "2026-11-03", Every.WEEK) == ["11-02"]


def test_more_than_the_most_parts_stand_together_at_the_beginning() -> None:
    found = days("1970-01-01", "2026-11-20", Every.WEEK)
    assert (len(found), found[0], found[-1]) == (MOST, "01-01", "11-16")


def test_a_part_begins_at_midnight_of_the_zone() -> None:
    period = between(date(2026, 3, 23), date(2026, 4, 6), zone=LONDON)
    parts = slices(period, Every.WEEK, week_start=1, fiscal_start=1)
    assert moments(parts, period) == (datetime(2026, 3, 29, 23, tzinfo=UTC),)  # the clocks went forward that Sunday


@pytest.mark.parametrize(
    ("since", "until", "every"),
    [
        ("2026-11-01", "2026-11-20", Every.WEEK),
        ("2025-12-01", "2026-11-20", Every.MONTH),
        ("2024-01-01", "2026-11-20", Every.QUARTER),
        ("1970-01-01", "2026-11-20", Every.YEAR),
    ],
)
def test_longer_periods_have_longer_parts(since: str, until: str, every: Every) -> None:
    assert every_of(between(date.fromisoformat(since), date.fromisoformat(until), zone=LONDON)) is every
