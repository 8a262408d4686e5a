"""The commands `deadline` and `elapsed`, run as a script runs them."""

import json
import os
from pathlib import Path

import pytest

from conftest import forked

WEEK = {day: ["09:00-12:30", "13:30-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
AS_JSON = json.dumps({"zone": "Europe/Berlin", "week": WEEK, "holidays": "DE-BE", "closed": ["2026-12-24"]})
AS_YAML = """
zone: Europe/Berlin
week:
  mon: &day ["09:00-12:30", "13:30-17:00"]
  tue: *day
  wed: *day
  thu: *day
  fri: *day
holidays: DE-BE
closed: [2026-12-24]
"""


# Lists of lists by reference: written out, the last would hold 10 to the 30th values.
LISTS = [f"&l{level} [{', '.join([f'*l{level - 1}'] * 10)}]" for level in range(1, 31)]
NESTED = "zone: UTC\nweek: {}\nname:\n" + "".join(f"  - {each}\n" for each in ["&l0 [a]", *LISTS])


def run(*arguments: str) -> tuple[int, object, str]:
    """Run the command line; return its exit code, the one JSON document of stdout, and stderr."""
    done = forked().run([*arguments, "--json"], os.environ, None)
    return done.returncode, json.loads(done.stdout), done.stderr


@pytest.fixture(params=["json", "yaml"])
def calendar_file(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    path = tmp_path / f"calendar.{request.param}"
    path.write_text(AS_JSON if request.param == "json" else AS_YAML, encoding="utf-8")
    return str(path)


def test_a_deadline_is_one_json_document(calendar_file: str) -> None:
    # Wednesday 23 December 16:00: one hour; the 24th closed, the 25th a holiday, a weekend; Monday one hour.
    arguments = ("--start", "2026-12-23T16:00+01:00", "--amount", "2h", "--calendar", calendar_file)
    assert run("deadline", *arguments) == (0, {"deadline": "2026-12-28T09:00:00Z"}, "")


def test_elapsed_is_a_number_of_seconds(calendar_file: str) -> None:
    arguments = ("--start", "2026-12-23T16:00+01:00", "--end", "2026-12-28T09:00:00Z", "--calendar", calendar_file)
    assert run("elapsed", *arguments) == (0, {"seconds": 7200}, "")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"--start": "2026-12-23T16:00"}, "bad_time"),
        ({"--start": "soon"}, "bad_time"),
        ({"--amount": "0h"}, "bad_amount"),
        ({"--amount": "4 hours"}, "bad_amount"),
        ({"--calendar": "missing.yaml"}, "bad_calendar"),
        ({"--calendar": "."}, "bad_calendar"),
        ({"content": "zone: [unclosed"}, "bad_calendar"),
        ({"content": "closed: [2026-02-30]"}, "bad_calendar"),
        ({"content": "zone: UTC\nzone: UTC\nweek: {}"}, "bad_calendar"),  # a key given twice
        ({"content": ""}, "bad_calendar"),
        ({"content": "- a"}, "bad_calendar"),
        ({"content": "[" * 50_000}, "bad_calendar"),
        ({"content": " " * 100_001}, "bad_calendar"),  # larger than any calendar
        ({"content": NESTED}, "bad_calendar"),
        ({"content": "\udcff"}, "bad_calendar"),  # no UTF-8
        ({"content": "zone: UTC\nweek: {mon: [9-17]}"}, "bad_range"),
        ({"content": "zone: UTC\nweek: {}"}, "no_working_time"),
    ],
)
def test_bad_input_ends_with_2_and_says_what_to_do(tmp_path: Path, change: dict[str, str], code: str) -> None:
    path = tmp_path / "calendar.yaml"
    path.write_bytes(change.pop("content", AS_YAML).encode("utf-8", "surrogateescape"))
    options = {"--start": "2026-12-23T16:00+01:00", "--amount": "2h", "--calendar": str(path)} | change
    exit_code, document, _ = run("deadline", *(word for option in options.items() for word in option))
    assert exit_code == 2
    assert isinstance(document, dict)
    assert document["code"] == code
    assert document["message"]
    assert document["what_to_do"]
    assert set(document) == {"code", "message", "what_to_do", "details"}


def test_an_end_before_the_start_is_an_error_and_not_a_negative_time(calendar_file: str) -> None:
    arguments = ("--start", "2026-12-28T09:00Z", "--end", "2026-12-23T16:00Z", "--calendar", calendar_file)
    exit_code, document, _ = run("elapsed", *arguments)
    assert (exit_code, isinstance(document, dict) and document["code"]) == (2, "bad_time")
