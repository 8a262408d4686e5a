"""Deals of a former system: recorded once, with its own dates and words, and changed only where it differs."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from leadpact.base.money import Money
from leadpact.ledger import reads as ledger
from leadpact.ledger.types import StoredEntry
from leadpact.pipeline import actions, reads
from leadpact.pipeline.errors import BadDeal, BadMoment
from leadpact.pipeline.types import DealState, FormerDeal, Recorded
from leadpact.team import actions as team
from leadpact.team.types import SYSTEM

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


SOLD = FormerDeal(
    external="sale:1",
    title="Flat 12",
    opened_at=day("2026-03-01"),
    stages=(("Booking", day("2026-03-20")), ("Negotiation", day("2026-03-10")), ("Site visit", day("2026-03-01"))),
    state=DealState.WON,
    closed_at=day("2026-03-20"),
    amount=Money(235_300_000, "AED"),
)


@pytest.fixture(autouse=True)
def company() -> None:
    team.ensure_defaults(by=SYSTEM, now=NOW)


def record(*deals: FormerDeal) -> list[Recorded]:
    return [what for _, what in actions.record_former(deals, by=SYSTEM, now=NOW)]


def entries() -> list[StoredEntry]:
    return [entry for deal in reads.deals().deals for entry in ledger.entries_about(deal.about)]


def test_its_stages_stand_in_the_order_they_were_reached_as_the_former_system_recorded_them() -> None:
    assert record(SOLD) == [Recorded.CREATED]
    deal = reads.by_external("sale:1")
    assert deal is not None
    assert (deal.stage, deal.state, deal.amount) == ("Booking", DealState.WON, Money(235_300_000, "AED"))
    assert [(c.stage, c.state, c.happened_at.day) for c in reads.stage_history(deal.id)] == [
        ("Site visit", DealState.OPEN, 1),
        ("Negotiation", DealState.OPEN, 10),
        ("Booking", DealState.OPEN, 20),
        ("Booking", DealState.WON, 20),
    ]
    assert [entry.kind for entry in entries()] == [
        "deal.opened",
        "deal.stage_changed",
        "deal.stage_changed",
        "deal.won",
    ]
    assert {entry.facts["as_recorded_by"] for entry in entries()} == {"former system"}
    assert {entry.recorded_at for entry in entries()} == {NOW}


def test_the_same_file_again_changes_nothing_whatever_the_order_of_its_rows() -> None:
    other = replace(SOLD, external="sale:2", state=DealState.OPEN, closed_at=None, amount=None)
    assert record(SOLD, other) == [Recorded.CREATED, Recorded.CREATED]
    before = len(entries())
    shuffled = replace(SOLD, stages=SOLD.stages[::-1])
    assert record(other, shuffled) == [Recorded.UNCHANGED, Recorded.UNCHANGED]
    assert len(entries()) == before
    assert reads.count() == 2


def test_one_external_twice_in_a_file_is_one_deal() -> None:
    numbers = {number for number, _ in actions.record_former([SOLD, SOLD], by=SYSTEM, now=NOW)}
    assert len(numbers) == 1
    assert reads.count() == 1


def test_what_the_former_system_says_otherwise_now_is_taken_over() -> None:
    early = replace(SOLD, stages=SOLD.stages[2:], state=DealState.OPEN, closed_at=None, amount=None)
    record(early)
    assert record(SOLD) == [Recorded.UPDATED]
    deal = reads.by_external("sale:1")
    assert deal is not None
    assert (deal.stage, deal.state, deal.closed_at) == ("Booking", DealState.WON, day("2026-03-20"))
    assert deal.amount == Money(235_300_000, "AED")
    last = reads.stage_history(deal.id)[-1]
    assert (last.state, last.amount) == (DealState.WON, Money(235_300_000, "AED"))
    assert record(SOLD) == [Recorded.UNCHANGED]


def test_a_single_stage_date_is_noted_once() -> None:
    number = actions.record_former([SOLD], by=SYSTEM, now=NOW)[0][0]
    visited = day("2026-03-05")
    assert actions.record_former_stage(number, "Second visit", visited, by=SYSTEM, now=NOW) is True
    assert actions.record_former_stage(number, "Second visit", visited, by=SYSTEM, now=NOW) is False
    assert [c.stage for c in reads.stage_history(number)] == [
        "Site visit", "Second visit", "Negotiation", "Booking", "Booking",
    ]  # fmt: skip
    assert reads.deal(number).stage == "Booking"


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (replace(SOLD, external=""), BadDeal),
        (replace(SOLD, closed_at=None), BadDeal),
        (replace(SOLD, amount=Money(-1, "AED")), BadDeal),
        (replace(SOLD, closed_at=day("2027-01-01")), BadMoment),
        (replace(SOLD, closed_at=day("2026-02-01")), BadMoment),
    ],
)
def test_a_row_that_cannot_be_is_refused_and_nothing_of_the_file_is_written(
    wrong: FormerDeal, error: type[Exception]
) -> None:
    with pytest.raises(error):
        record(replace(SOLD, external="sale:9"), wrong)
    assert reads.count() == 0
