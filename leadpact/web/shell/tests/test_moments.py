"""Dates and spans as people say them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from leadpact.web.shell.moments import say_due_moment, say_exactly, say_moment, say_span, say_worked

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 19, 9, 20, tzinfo=UTC)  # a Thursday


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 11, 19, 8, 52, tzinfo=UTC), "today 08:52"),
        (datetime(2026, 11, 18, 15, 30, tzinfo=UTC), "yesterday 15:30"),
        (datetime(2026, 11, 20, 9, 14, tzinfo=UTC), "tomorrow 09:14"),
        (datetime(2026, 11, 17, 14, 0, tzinfo=UTC), "Tue 17 Nov"),
        (datetime(2024, 3, 14, 9, 0, tzinfo=UTC), "14 Mar 2024"),
        (datetime(2026, 10, 24, 23, 30, tzinfo=UTC), "Sun 25 Oct"),  # 00:30 in London, still on summer time
    ],
)
def test_a_moment_is_said_as_people_say_it(moment: datetime, said: str) -> None:
    assert say_moment(moment, NOW, LONDON) == said


def test_a_deadline_always_has_its_time_of_day() -> None:
    assert say_due_moment(datetime(2026, 11, 24, 16, 0, tzinfo=UTC), NOW, LONDON) == "Tue 24 Nov 16:00"


def test_the_exact_moment_names_its_zone() -> None:
    assert say_exactly(NOW, LONDON) == "Thursday 19 November 2026, 09:20 (Europe/London)"


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=12), "12 min"),
        (timedelta(hours=1, minutes=40, seconds=59), "1 h 40 min"),
        (timedelta(hours=3), "3 h"),
        (timedelta(days=1, hours=4), "1 day 4 h"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=9, hours=23), "9 days"),  # hours no longer matter
        (timedelta(hours=-2, minutes=-20), "2 h 20 min"),  # the sentence around it says that it is past
    ],
)
def test_a_span_is_said_in_its_two_largest_parts(span: timedelta, said: str) -> None:
    assert say_span(span) == said


def test_working_time_is_never_said_in_days() -> None:
    assert say_worked(26 * 3600 + 5 * 60) == "26 h 5 min"
