"""How long deals stay at stages, worked by hand."""

from datetime import UTC, datetime, timedelta

from leadpact.pipeline import rules
from leadpact.pipeline.types import DealState, Usual

OPEN, WON, LOST = DealState.OPEN, DealState.WON, DealState.LOST


def day(number: int) -> datetime:
    return datetime(2026, 3, number, tzinfo=UTC)


def test_a_deal_stands_since_it_came_to_its_stage_last() -> None:
    courses = {
        1: [("Demo", OPEN, day(1)), ("Proposal", OPEN, day(4)), ("Proposal", OPEN, day(9))],  # only the amount changed
        2: [("Demo", OPEN, day(1)), ("Proposal", OPEN, day(2)), ("Demo", OPEN, day(5))],  # it came back
    }
    assert rules.since_when(courses) == {1: day(4), 2: day(5)}


def test_the_usual_stay_is_the_median_and_several_stays_of_one_deal_add_up() -> None:
    courses = {
        1: [("Demo", OPEN, day(1)), ("Proposal", OPEN, day(3)), ("Proposal", WON, day(10))],  # 2 and 7 days
        2: [("Demo", OPEN, day(1)), ("Demo", LOST, day(5))],  # 4 days
        # 1 + 2 days at Demo, 3 at Proposal
        3: [("Demo", OPEN, day(1)), ("Proposal", OPEN, day(2)), ("Demo", OPEN, day(5)), ("Demo", LOST, day(7))],
    }
    assert rules.usual(courses) == {
        "Demo": Usual(3, 1, timedelta(days=3)),
        "Proposal": Usual(2, 1, timedelta(days=5)),
    }
