"""Decisions are taken once, on what was known; hand-worked cases."""

from datetime import UTC, datetime

import pytest

from leadpact.scoring.rules_decisions import Decided, Decision, Past, decide
from leadpact.scoring.types import Act, Interval, Verdict


def on(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def verdict(
    *intervals: tuple[int, int | None],
    is_in: bool | None = None,
    direct_until: datetime | None = None,
    quiet: tuple[int, ...] = (),
) -> Verdict:
    """A verdict whose ready intervals run from one day of March to another."""
    spans = tuple(Interval(on(since), None if until is None else on(until)) for since, until in intervals)
    running = next((span for span in spans if span.until is None), None)
    ready = running is not None
    return Verdict(
        score=60_000 if ready else 0,
        scores=(),
        is_in=ready if is_in is None else is_in,
        is_ready=ready,
        ready_since=running.since if running else None,
        is_lead=True,
        lead_since=on(1),
        direct_until=direct_until,
        falls_at=None,
        falls_to=None,
        below_down_at=None,
        reasons=(),
        intervals=spans,
        tipped_by=7 if ready else None,
        next_change_at=None,
        quiet_ends=tuple(map(on, quiet)),
    )


def qualified(day: int) -> Decision:
    return Decision(Decided.QUALIFIED, on(day))


def cooled(day: int) -> Decision:
    return Decision(Decided.COOLED, on(day))


NOTHING = Past(())


@pytest.mark.parametrize(
    ("now", "past", "expected"),
    [
        (verdict((5, None)), NOTHING, [("qualified", 5)]),  # first time
        (verdict((5, None)), Past((qualified(5),)), []),  # nothing new
        (verdict((4, None)), Past((qualified(5),)), []),  # a late act moved the crossing: not taken again
        (verdict((5, 9)), Past((qualified(5),)), [("cooled", 9)]),  # fell
        (verdict((5, 9)), Past((qualified(5), cooled(9))), []),  # fell, and it is known
        (verdict((5, 9), (11, None)), Past((qualified(5), cooled(9))), [("qualified", 11)]),  # ready again
        (verdict((5, 9)), NOTHING, [("would_have_been", 5)]),  # late acts: ready and over before we knew
        (verdict((5, 9)), Past((Decision(Decided.WOULD_HAVE_BEEN, on(6)),)), []),  # listed already, crossing moved
        (verdict((5, 9), (11, None)), NOTHING, [("would_have_been", 5), ("qualified", 11)]),
        (verdict((5, 7)), Past((qualified(5),), resets=(on(7),)), []),  # rejected: the reset ended it
        (verdict((5, 7), (8, None)), Past((qualified(5),), resets=(on(7),)), [("qualified", 8)]),  # and again after it
        (verdict((5, 9)), Past((), settled_until=on(10)), []),  # imported history is not decided on
        (verdict(), Past((qualified(5),)), [("cooled", 20)]),  # every act was voided: it ends when we learn it
        (verdict((5, 9), is_in=True), Past((qualified(5),)), []),  # an exclusion ended it, not the points
        (verdict((5, 9), quiet=(12,)), Past((qualified(5),)), []),  # an exclusion ended it, then the points left
        (verdict((5, 9), (15, None), quiet=(12,)), Past((qualified(5),)), [("qualified", 15)]),  # and came again
        (verdict((5, 9), (11, None)), Past((qualified(5),)), []),  # let in again on the same points: offered already
        (verdict((5, 9), (11, 14)), Past((qualified(5),)), [("cooled", 14)]),  # let in again, and then it cooled
        (verdict((5, 9), (15, 18), quiet=(12,)), Past((qualified(5),)), [("would_have_been", 15)]),
        (verdict((5, None)), Past((qualified(5), cooled(6))), []),  # voided and restored: decided before
    ],
)
def test_a_decision_is_taken_once(now: Verdict, past: Past, expected: list[tuple[str, int]]) -> None:
    assert [(d.kind.value, d.happened_at.day) for d in decide(now, past, None, on(20))] == expected


def test_a_new_direct_trigger_offers_again_while_the_person_is_ready() -> None:
    trigger = Act(9, "k", "form.submitted", on(12))
    ready = verdict((5, None), direct_until=on(30))
    assert decide(ready, Past((qualified(5),)), trigger, on(20)) == (Decision(Decided.QUALIFIED, on(12), 9),)


def test_the_trigger_that_made_the_offer_does_not_offer_twice() -> None:
    trigger = Act(9, "k", "form.submitted", on(5))
    ready = verdict((5, None), direct_until=on(30))
    assert decide(ready, Past((qualified(5),)), trigger, on(20)) == ()
