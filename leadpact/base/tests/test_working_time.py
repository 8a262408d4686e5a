"""Working time, by hand-worked cases and by the errors it raises."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from leadpact.base.errors import BadInput
from leadpact.base.working_time import (
    BadAmount,
    NoWorkingTime,
    WorkingDays,
    deadline,
    elapsed,
    is_open,
    next_open,
    parse_amount,
    parse_calendar,
)

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"
CALENDARS = {
    name: parse_calendar({"name": name, **document})
    for name, document in YAML(typ="safe").load(REFERENCE / "working-time-calendars.yaml").items()
}
with (REFERENCE / "working-time-cases.csv").open(encoding="utf-8", newline="") as file:
    CASES = list(csv.DictReader(file))
OFFICE = CALENDARS["office"]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize("case", CASES, ids=[case["reason"] for case in CASES])
def test_a_deadline_is_where_the_hand_worked_case_says(case: dict[str, str]) -> None:
    due = deadline(at(case["start"]), parse_amount(case["amount"]), CALENDARS[case["calendar"]])
    assert due == at(case["deadline"])
    assert due.tzinfo is UTC


@pytest.mark.parametrize("case", CASES, ids=[case["reason"] for case in CASES])
def test_the_time_worked_until_a_hand_worked_deadline_is_the_amount(case: dict[str, str]) -> None:
    amount = parse_amount(case["amount"])
    if isinstance(amount, timedelta):
        assert elapsed(at(case["start"]), at(case["deadline"]), CALENDARS[case["calendar"]]) == amount


def test_there_are_enough_cases_and_each_has_its_reason() -> None:
    assert len(CASES) >= 25
    assert all(case["reason"] for case in CASES)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-03-03T18:00+01:00", "2026-03-03T23:00+01:00", 0),  # answered in the evening: nothing used
        ("2026-03-06T16:59+01:00", "2026-03-09T09:01+01:00", 2),  # a minute before the weekend, one after
        ("2026-03-03T10:00+01:00", "2026-03-03T10:00+01:00", 0),  # no time at all
        ("2026-03-03T11:00+01:00", "2026-03-03T10:00+01:00", -60),  # the end lies before the start
        ("2026-01-01T00:00+01:00", "2027-01-01T00:00+01:00", 261 * 8 * 60),  # 261 weekdays in 2026
    ],
)
def test_elapsed_counts_only_the_time_at_work(start: str, end: str, minutes: int) -> None:
    assert elapsed(at(start), at(end), OFFICE) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-03-03T08:59+01:00", "2026-03-03T09:00+01:00"),
        ("2026-03-03T09:00+01:00", "2026-03-03T09:00+01:00"),
        ("2026-03-03T16:59+01:00", "2026-03-03T16:59+01:00"),
        ("2026-03-03T17:00+01:00", "2026-03-04T09:00+01:00"),
        ("2026-03-06T17:00+01:00", "2026-03-09T09:00+01:00"),
    ],
)
def test_the_next_opening_is_now_while_the_team_is_at_work(moment: str, opens: str) -> None:
    assert next_open(at(moment), OFFICE) == at(opens)
    assert is_open(at(moment), OFFICE) is (moment == opens)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("90m", timedelta(minutes=90)),
        ("4h", timedelta(hours=4)),
        ("1h30m", timedelta(minutes=90)),
        (" 1H 30M ", timedelta(minutes=90)),
        ("2wd", WorkingDays(2)),
    ],
)
def test_an_amount_is_read(text: str, amount: timedelta | WorkingDays) -> None:
    assert parse_amount(text) == amount


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0m",
        "0h0m",
        "0wd",
        "-4h",
        "4",
        "h",
        "4d",
        "1.5h",
        "30m1h",
        "1wd2h",
        "4h4h",
        "٤h",
        "99999999h",
        "1001wd",
    ],
)
def test_an_amount_that_is_unclear_or_nothing_is_refused(text: str) -> None:
    with pytest.raises(BadAmount) as caught:
        parse_amount(text)
    assert caught.value.code == "bad_amount"


@pytest.mark.parametrize("amount", [timedelta(0), timedelta(minutes=-1), WorkingDays(0), WorkingDays(-1)])
def test_no_deadline_is_counted_for_nothing_or_less(amount: timedelta | WorkingDays) -> None:
    with pytest.raises(BadAmount):
        deadline(at("2026-03-03T10:00+01:00"), amount, OFFICE)


def test_a_naive_time_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="aware"):
        deadline(datetime(2026, 3, 3, 10), timedelta(hours=1), OFFICE)  # noqa: DTZ001  # the point of the test


NEVER_OPEN = parse_calendar({"zone": "Europe/Berlin", "week": {}})
# 367 dates closed, from 1 January 2026 to 2 January 2027; the next day is a Sunday, then work begins again.
SHUT_DAYS = [str((datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day)).date()) for day in range(367)]
WEEK = {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
SHUT_A_YEAR = parse_calendar({"zone": "Europe/Berlin", "week": WEEK, "closed": SHUT_DAYS})


@pytest.mark.parametrize("amount", ["1m", "1wd"])
@pytest.mark.parametrize("calendar", [NEVER_OPEN, SHUT_A_YEAR], ids=["never open", "shut for a year"])
def test_a_calendar_without_working_time_is_an_error_and_no_loop(calendar: Any, amount: str) -> None:
    with pytest.raises(NoWorkingTime) as caught:
        deadline(at("2026-01-01T00:00+01:00"), parse_amount(amount), calendar)
    assert caught.value.code == "no_working_time"
    with pytest.raises(NoWorkingTime):
        next_open(at("2026-01-01T00:00+01:00"), calendar)


def test_an_amount_that_runs_into_a_year_without_working_time_is_an_error() -> None:
    with pytest.raises(NoWorkingTime):
        deadline(at("2025-12-31T16:00+01:00"), timedelta(hours=2), SHUT_A_YEAR)
    assert deadline(at("2025-12-31T16:00+01:00"), timedelta(hours=1), SHUT_A_YEAR) == at("2025-12-31T16:00Z")


def test_an_opening_after_exactly_366_days_is_found_and_one_later_is_not() -> None:
    start = at("2026-01-03T09:00+01:00")  # 366 days before Monday 4 January 2027, 09:00
    assert deadline(start, timedelta(hours=1), SHUT_A_YEAR) == at("2027-01-04T10:00+01:00")
    with pytest.raises(NoWorkingTime):
        deadline(start - timedelta(microseconds=1), timedelta(hours=1), SHUT_A_YEAR)


def test_a_working_day_after_exactly_366_shut_days_is_found_and_one_later_is_not() -> None:
    start = at("2026-01-02T10:00+01:00")  # from the 3rd on, 366 days are shut
    assert deadline(start, WorkingDays(1), SHUT_A_YEAR) == at("2027-01-04T17:00+01:00")
    with pytest.raises(NoWorkingTime):
        deadline(start - timedelta(days=1), WorkingDays(1), SHUT_A_YEAR)


def test_nothing_is_worked_on_a_calendar_that_never_opens() -> None:
    assert elapsed(at("2026-01-01T00:00Z"), at("2027-01-01T00:00Z"), NEVER_OPEN) == timedelta(0)
    assert not is_open(at("2026-01-01T00:00Z"), NEVER_OPEN)


@pytest.mark.parametrize(
    ("change", "code", "key"),
    [
        ({"zone": "Europe/Atlantis"}, "bad_calendar", "zone"),
        ({"zone": "Europe"}, "bad_calendar", "zone"),  # a folder of zones, not a zone
        ({"zone": "../../etc/passwd"}, "bad_calendar", "zone"),
        ({"zone": None}, "bad_calendar", "zone"),
        ({"zone": 1}, "bad_calendar", "zone"),
        ({"week": None}, "bad_calendar", "week"),
        ({"week": ["mon"]}, "bad_calendar", "week"),
        ({"week": {"monday": ["09:00-17:00"]}}, "bad_calendar", "week.monday"),
        ({"week": {"mon": "09:00-17:00"}}, "bad_calendar", "week.mon"),
        ({"week": {"mon": ["9-17"]}}, "bad_range", "week.mon"),
        ({"week": {"mon": ["09:00-24:01"]}}, "bad_range", "week.mon"),
        ({"week": {"mon": ["24:00-06:00"]}}, "bad_range", "week.mon"),
        ({"week": {"mon": ["09:60-17:00"]}}, "bad_range", "week.mon"),
        ({"week": {"mon": ["09:00-09:00"]}}, "bad_range", "week.mon"),
        ({"week": {"tue": [900]}}, "bad_range", "week.tue"),
        ({"holidays": "XX"}, "bad_calendar", "holidays"),
        ({"holidays": "DE-XX"}, "bad_calendar", "holidays"),
        ({"holidays": ["DE"]}, "bad_calendar", "holidays"),
        ({"closed": "2026-12-24"}, "bad_calendar", "closed"),
        ({"closed": ["24.12.2026"]}, "bad_calendar", "closed"),
        ({"closed": ["2026-02-30"]}, "bad_calendar", "closed"),
        ({"name": 7}, "bad_calendar", "name"),
        ({"hours": {}}, "bad_calendar", "hours"),
    ],
)
def test_a_wrong_calendar_names_the_key_and_the_way_out(change: dict[str, object], code: str, key: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_calendar({"zone": "Europe/Berlin", "week": WEEK} | change)
    assert caught.value.code == code
    assert caught.value.details == {"key": key}
    assert key.split(".")[0] in caught.value.message
    assert caught.value.what_to_do


def test_a_calendar_that_is_not_a_mapping_is_refused() -> None:
    with pytest.raises(BadInput) as caught:
        parse_calendar(["mon"])  # type: ignore[arg-type]  # what a careless file may hold
    assert caught.value.code == "bad_calendar"


def test_equal_documents_make_equal_calendars() -> None:
    document = {"zone": "Europe/Berlin", "week": WEEK, "holidays": "DE-BE", "closed": ["2026-12-24"]}
    assert parse_calendar(document) == parse_calendar(dict(document))
    assert parse_calendar(document) != parse_calendar(document | {"closed": []})
