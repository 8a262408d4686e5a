"""Which days a period covers, case by case."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from leadpact.base.money import Money
from leadpact.loop.errors import BadPeriod
from leadpact.loop.rules import between, parse_period, period_before, say_period, say_sums, share

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 5, 19, 9, 20, tzinfo=UTC)  # a Tuesday


@pytest.mark.parametrize(
    ("text", "fiscal_start", "since", "day_after"),
    [
        ("month", 1, "2026-05-01", "2026-05-20"),  # so far: today is the last day
        ("last month", 1, "2026-04-01", "2026-05-01"),
        ("quarter", 1, "2026-04-01", "2026-05-20"),
        ("quarter", 2, "2026-05-01", "2026-05-20"),  # quarters from February: Feb-Apr, May-Jul
        ("last quarter", 2, "2026-02-01", "2026-05-01"),
        ("fiscal year", 4, "2026-04-01", "2026-05-20"),
        ("fiscal year", 7, "2025-07-01", "2026-05-20"),
        ("last fiscal year", 7, "2024-07-01", "2025-07-01"),
        ("12 months", 1, "2025-06-01", "2026-05-20"),
        ("Last  12 Months", 1, "2025-06-01", "2026-05-20"),
        ("2026-02", 1, "2026-02-01", "2026-03-01"),
        ("2026-05", 1, "2026-05-01", "2026-05-20"),
        ("2026-12", 1, "2026-12-01", "2026-12-02"),  # has not begun: its first day, where nothing is yet
        ("2025-q4", 1, "2025-10-01", "2026-01-01"),
        ("2025-Q4", 7, "2026-04-01", "2026-05-20"),  # of the fiscal year that began in July 2025
        ("2025", 7, "2025-01-01", "2026-01-01"),  # a year alone is the calendar's
        ("all", 1, "1970-01-01", "2026-05-20"),
        ("calendar quarter", 2, "2026-04-01", "2026-05-20"),
        ("last calendar quarter", 2, "2026-01-01", "2026-04-01"),
        ("year", 7, "2026-01-01", "2026-05-20"),
        ("last year", 7, "2025-01-01", "2026-01-01"),
        ("FY2025", 7, "2025-07-01", "2026-05-20"),
        ("2026-03-05 to 2026-04-02", 1, "2026-03-05", "2026-04-03"),  # the last day too
        ("2026-03-05", 1, "2026-03-05", "2026-03-06"),
        ("2026-05-10 to 2026-12-31", 1, "2026-05-10", "2026-05-20"),  # up to today
    ],
)
def test_a_period_covers_whole_days(text: str, fiscal_start: int, since: str, day_after: str) -> None:
    period = parse_period(text, zone=LONDON, fiscal_start=fiscal_start, now=NOW)
    assert (period.first_day, period.day_after) == (date.fromisoformat(since), date.fromisoformat(day_after))


@pytest.mark.parametrize(
    ("text", "fiscal_start", "since", "day_after"),
    [
        ("month", 1, "2026-04-01", "2026-04-20"),  # 1 to 19 April against 1 to 19 May
        ("2026-03", 1, "2026-02-01", "2026-03-01"),  # whole months against whole months, 28 days against 31
        ("quarter", 2, "2026-02-01", "2026-02-20"),  # 19 days of the fiscal quarter that began in February
        ("last quarter", 2, "2025-11-01", "2026-02-01"),
        ("12 months", 1, "2024-06-01", "2025-05-20"),  # 353 days from 1 June 2025 to 19 May 2026, as many from 2024
        ("fiscal year", 4, "2025-04-01", "2025-05-20"),
        ("2025", 1, "2024-01-01", "2025-01-01"),
        ("2026-05-11 to 2026-05-17", 1, "2026-05-04", "2026-05-11"),  # a week against the week before it
    ],
)
def test_a_period_is_compared_with_the_one_before(text: str, fiscal_start: int, since: str, day_after: str) -> None:
    before = period_before(text, zone=LONDON, fiscal_start=fiscal_start, now=NOW)
    assert before is not None
    assert (before.first_day, before.day_after) == (date.fromisoformat(since), date.fromisoformat(day_after))


def test_a_month_so_far_is_never_compared_with_more_than_the_month_before() -> None:
    late = datetime(2026, 3, 31, 9, tzinfo=UTC)  # 31 days of March; February has 28
    before = period_before("month", zone=LONDON, fiscal_start=1, now=late)
    assert before is not None
    assert (before.first_day, before.day_after) == (date(2026, 2, 1), date(2026, 3, 1))


def test_everything_is_compared_with_nothing() -> None:
    assert period_before("all", zone=LONDON, fiscal_start=1, now=NOW) is None


def test_a_day_begins_at_midnight_of_the_companys_zone() -> None:
    period = parse_period("2026-03", zone=LONDON, fiscal_start=1, now=NOW)
    assert period.since == datetime(2026, 3, 1, 0, tzinfo=UTC)
    assert period.until == datetime(2026, 3, 31, 23, tzinfo=UTC)  # the clocks went forward on the 29th
    assert say_period(period) == "1 Mar 2026 to 31 Mar 2026, Europe/London"
    late = datetime(2026, 4, 30, 23, 30, tzinfo=UTC)  # half past midnight of 1 May in London
    assert parse_period("month", zone=LONDON, fiscal_start=1, now=late).first_day == date(2026, 5, 1)


@pytest.mark.parametrize(
    "text",
    [
        "", "soon", "2026-13", "2026-Q5", "26-01", "2026-1", "last 12", "last all", "FY2026-03",
        "2026-03-05 to 2026-03-04", "2026-02-30", "2026-03-05 to", "0001-01-01 to 2026-01-01",
        "2026-01-01 to 9999-12-31",
    ],
)  # fmt: skip
def test_text_that_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(BadPeriod):
        parse_period(text, zone=LONDON, fiscal_start=1, now=NOW)


def test_a_period_has_at_least_one_day() -> None:
    with pytest.raises(BadPeriod):
        between(date(2026, 3, 2), date(2026, 3, 2), zone=LONDON)


@pytest.mark.parametrize(
    ("kept", "due", "expected"),
    [(11, 12, "0.9167"), (1, 3, "0.3333"), (2, 3, "0.6667"), (0, 5, "0"), (5, 5, "1"), (0, 0, None)],
)
def test_a_share_has_four_decimals_and_none_where_nothing_was_due(kept: int, due: int, expected: str | None) -> None:
    assert share(kept, due) == (None if expected is None else Decimal(expected))


def test_sums_of_two_currencies_stand_beside_each_other() -> None:
    assert say_sums([Money(100_000, "EUR"), Money(250, "GBP")]) == "€1,000 and £2.50"
