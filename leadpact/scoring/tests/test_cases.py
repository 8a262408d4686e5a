"""The default pact on cases worked out by hand: docs/reference/score-cases.csv."""

import csv
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import leadpact
from leadpact.base.criteria import Facts, Value
from leadpact.pact.document import default_pact_text, parse_pact
from leadpact.scoring.rules import judge
from leadpact.scoring.types import Act, FactChange, History, Reset

TABLE = Path(leadpact.__file__).parent.parent / "docs" / "reference" / "score-cases.csv"
DEFAULT = parse_pact(default_pact_text())

ACTS: dict[str, tuple[str, Facts]] = {
    "visit": ("page.viewed", {"path": "/about"}),
    "pricing": ("page.viewed", {"path": "/pricing/europe"}),
    "open": ("mail.opened", {}),
    "machine": ("mail.opened", {"machine": True}),
    "click": ("mail.clicked", {"link": "/about"}),
    "paper": ("asset.downloaded", {"asset": "paper"}),
    "video": ("video.watched", {"seconds": 90}),
    "registered": ("webinar.registered", {"webinar": "spring"}),
    "webinar": ("webinar.attended", {"webinar": "spring", "minutes": 40}),
    "stand": ("event.attended", {"event": "fair"}),
    "contact": ("form.submitted", {"form": "contact"}),
    "demo": ("form.submitted", {"form": "demo"}),
    "download": ("form.submitted", {"form": "download"}),
}
FACTS: dict[str, tuple[str, Value]] = {
    "customer": ("person.customer", True),
    "competitor": ("person.competitor", True),
    "ourselves": ("person.own_domain", True),
    "deal": ("company.open_deal", True),
    "no deal": ("company.open_deal", False),
}
RESETS = ("rejected", "recycled", "cooled")


def read(text: str, zone: ZoneInfo) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=zone) if text else None


def history_of(acts: str, zone: ZoneInfo) -> History:
    """Read `2026-03-02 10:00 visit x3; ...`, times in the pact's zone."""
    found = History(())
    for one in filter(None, acts.split("; ")):
        day, clock, *words = one.split(" ")
        at = datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=zone)
        times = int(words.pop()[1:]) if words[-1][0] == "x" else 1
        word = " ".join(words)
        if word in RESETS:
            found = replace(found, resets=(*found.resets, Reset(at, word)))
        elif word in FACTS:
            found = replace(found, facts=(*found.facts, FactChange(*FACTS[word], at)))
        else:
            first = len(found.acts)
            new = [
                Act(number, f"{number:03}", ACTS[word][0], at, ACTS[word][1]) for number in range(first, first + times)
            ]
            found = replace(found, acts=(*found.acts, *new))
    return found


@pytest.mark.parametrize("case", list(csv.DictReader(TABLE.open())), ids=lambda case: f"{case['case']}-{case['why']}")
def test_the_default_pact_scores_as_worked_out_by_hand(case: dict[str, str]) -> None:
    zone = ZoneInfo(case["zone"])
    at = read(case["at"], zone)
    assert at is not None
    verdict = judge(replace(DEFAULT, zone=zone), history_of(case["acts"], zone), at)
    stage = "ready" if verdict.is_ready else "lead" if verdict.is_lead else "none"
    assert (verdict.score, stage) == (int(case["score"]) * 1000, case["stage"])
    assert verdict.ready_since == read(case["ready_since"], zone)
    assert verdict.falls_at == read(case["falls_at"], zone)
    assert verdict.falls_to == (int(case["falls_to"]) * 1000 if case["falls_to"] else None)
    assert verdict.below_down_at == read(case["cools_at"], zone)
    assert sum(reason.points for reason in verdict.reasons) == verdict.score


def test_the_table_has_enough_cases_and_a_reason_for_each() -> None:
    cases = list(csv.DictReader(TABLE.open()))
    assert len(cases) >= 30
    assert all(case["why"] for case in cases)
    assert [case["case"] for case in cases] == [str(number) for number in range(1, len(cases) + 1)]
