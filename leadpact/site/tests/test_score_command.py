"""`leadpact pact score`, run as a script runs it."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from conftest import forked
from leadpact.pact.document import default_pact_text

PRICING: dict[str, Any] = {
    "kind": "page.viewed",
    "happened_at": "2026-03-03T11:00:00+01:00",
    "properties": {"path": "/pricing"},
}
STAND: dict[str, Any] = {"kind": "event.attended", "happened_at": "2026-03-02T10:00:00Z", "colour": "green"}
WEBINAR: dict[str, Any] = {"kind": "webinar.attended", "happened_at": "2026-03-03T10:00:00Z"}


def score(
    folder: Path,
    events: list[Any],
    *more: str,
    profile: object = None,
    at: str = "2026-03-10T00:00Z",
    pact: str | None = None,
) -> tuple[int, Any]:
    """Write the files, run the command, and return its exit code and its one JSON document."""
    (folder / "pact.yaml").write_text(default_pact_text() if pact is None else pact, encoding="utf-8")
    lines = [event if isinstance(event, str) else json.dumps(event) for event in events]
    (folder / "events.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "profile.json").write_text(json.dumps(profile or {}), encoding="utf-8")
    files = (str(folder / "pact.yaml"), "--events", str(folder / "events.jsonl"))
    words = ("pact", "score", *files, "--profile", str(folder / "profile.json"), "--at", at, "--json", *more)
    done = forked().run(words, os.environ, None)
    return done.returncode, json.loads(done.stdout)


def test_a_score_is_one_json_document_whose_reasons_sum_to_it(tmp_path: Path) -> None:
    code, told = score(tmp_path, [WEBINAR, STAND, PRICING], profile={"person": {"email": "ada@example.org"}})
    assert code == 0
    assert (told["score"], told["fit"], told["engagement"], told["scores"]) == (55, 0, 55, {"engagement": 55})
    assert (told["stage"], told["ready"], told["ready_since"]) == ("ready", True, "2026-03-03T10:00:00Z")
    # The stand ends on 1 April: 25 are left, not under 25; the others on 2 April.
    assert (told["falls_at"], told["falls_to"]) == ("2026-04-01T00:00:00Z", 25)
    assert told["falls_below_down_at"] == "2026-04-02T00:00:00Z"
    assert [(one["rule"], one["points"], one["event"], one["expires_at"]) for one in told["reasons"]] == [
        ("event stand", 30, 1, "2026-04-01T00:00:00Z"),
        ("webinar", 20, 0, "2026-04-02T00:00:00Z"),
        ("pricing page", 5, 2, "2026-04-02T00:00:00Z"),
    ]
    assert len(told["pact"]) >= 32
    assert "intervals" not in told


def test_a_trace_tells_when_the_person_was_ready(tmp_path: Path) -> None:
    _, told = score(tmp_path, [STAND, WEBINAR], "--trace", at="2026-05-01T00:00Z")
    assert told["intervals"] == [{"since": "2026-03-03T10:00:00Z", "until": "2026-04-01T00:00:00Z"}]
    assert [step["score"] for step in told["course"]] == [30, 50, 20, 0]


def test_lines_come_in_any_order_and_those_after_the_moment_are_left_out(tmp_path: Path) -> None:
    code, told = score(tmp_path, [WEBINAR, STAND], at="2026-03-02T12:00Z")
    assert (code, told["score"], told["reasons"][0]["event"]) == (0, 30, 1)


def test_a_rejection_in_the_lines_resets(tmp_path: Path) -> None:
    rejected = {"kind": "lead.rejected", "happened_at": "2026-03-04T10:00Z"}
    _, told = score(tmp_path, [STAND, WEBINAR, rejected])
    assert (told["score"], told["stage"]) == (0, "lead")


def test_a_fact_that_changes_in_the_lines_holds_from_then_on(tmp_path: Path) -> None:
    changed = {
        "kind": "company.changed",
        "happened_at": "2026-03-05T00:00Z",
        "properties": {"field": "open_deal", "old": True, "new": False},
    }
    contact = {"kind": "form.submitted", "happened_at": "2026-03-02T10:00Z", "properties": {"form": "contact"}}
    profile = {"company": {"open_deal": True}}
    assert score(tmp_path, [contact, changed], profile=profile, at="2026-03-04T00:00Z")[1]["stage"] == "lead"
    assert score(tmp_path, [contact, changed], profile=profile)[1]["ready_since"] == "2026-03-05T00:00:00Z"


@pytest.mark.parametrize(
    ("profile", "stage"),
    [
        ({}, "anonymous"),
        ({"person": {"email": "ada@example.org"}}, "contact"),
        ({"person": {"name": "Ada"}}, "contact"),
    ],
)
def test_who_did_nothing_is_known_or_not(tmp_path: Path, profile: object, stage: str) -> None:
    code, told = score(tmp_path, [], profile=profile)
    assert (code, told["score"], told["stage"], told["reasons"]) == (0, 0, stage, [])


def test_parts_of_a_point_are_printed_exactly(tmp_path: Path) -> None:
    pact = default_pact_text().replace("points: 30", "points: 30.125")
    assert score(tmp_path, [STAND], pact=pact)[1]["score"] == 30.125


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('{"kind": "page.viewed"', "bad_json"),
        ("[1]", "not_an_object"),
        ('{"happened_at": "2026-03-02T10:00Z"}', "no_kind"),
        ('{"kind": "page.viewed"}', "no_time"),
        ('{"kind": "page.viewed", "happened_at": "2026-03-02T10:00"}', "bad_time"),  # without offset
        ('{"kind": "page.viewed", "happened_at": "yesterday"}', "bad_time"),
        ('{"kind": "page.viewed", "happened_at": 1772445600}', "no_time"),
        ('{"kind": "a", "happened_at": "2026-03-02T10:00Z", "properties": [1]}', "bad_properties"),
        ('{"kind": "a", "happened_at": "2026-03-02T10:00Z", "properties": {"n": NaN}}', "bad_json"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, code: str) -> None:
    exit_code, told = score(tmp_path, [STAND, "", line])
    assert exit_code == 2
    assert told["code"] == "bad_events"
    assert told["message"].startswith("Line 3 of the events (event 2): ")
    assert [(error["line"], error["code"]) for error in told["details"]["errors"]] == [(2, code)]


def test_a_moment_without_offset_is_refused(tmp_path: Path) -> None:
    code, told = score(tmp_path, [STAND], at="2026-03-10T00:00")
    assert (code, told["code"]) == (2, "bad_time")


def test_a_pact_whose_thresholds_cross_is_refused(tmp_path: Path) -> None:
    code, told = score(tmp_path, [STAND], pact=default_pact_text().replace("down: 25 ", "down: 51 "))
    assert (code, told["code"]) == (2, "pact_has_errors")


def test_a_profile_that_is_none_is_refused(tmp_path: Path) -> None:
    assert score(tmp_path, [STAND], profile=[1])[1]["code"] == "bad_profile"
    assert score(tmp_path, [STAND], profile={"person": "Ada"})[1]["code"] == "bad_profile"
