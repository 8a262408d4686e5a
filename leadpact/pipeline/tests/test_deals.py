"""Deals through their verbs: what each leads to, what it writes, and that twice is once."""

from datetime import UTC, date, datetime, timedelta

import pytest

from leadpact.base.cursor import BadCursor
from leadpact.base.money import Money, UnknownCurrency
from leadpact.ledger import reads as ledger
from leadpact.pipeline import actions, reads
from leadpact.pipeline.errors import (
    AmountMissing,
    BadDeal,
    BadMoment,
    DealClosed,
    ReasonMissing,
    UnknownDeal,
    UnknownStage,
)
from leadpact.pipeline.types import DealFilter, DealSort, DealState, DealView
from leadpact.team import actions as team
from leadpact.team.types import SYSTEM

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
EUR_900 = Money(90_000, "EUR")


@pytest.fixture(autouse=True)
def company() -> None:
    team.ensure_defaults(by=SYSTEM, now=MONDAY)  # stages Need confirmed, Demo, Proposal, Negotiation; GBP


def open_deal(title: str = "Acme: 40 seats", *, amount: Money | None = None, now: datetime = MONDAY) -> DealView:
    return actions.open_deal(title=title, amount=amount, next_step="Call", by=SYSTEM, now=now)


def kinds(deal: int) -> list[str]:
    return [entry.kind for entry in ledger.entries_about(f"deal:{deal}")]


def test_a_deal_begins_at_the_first_stage_in_the_companys_currency_with_its_amount_not_known() -> None:
    deal = open_deal()
    assert (deal.stage, deal.state, deal.amount, deal.currency) == ("Need confirmed", DealState.OPEN, None, "GBP")
    assert [(c.stage, c.state, c.amount) for c in reads.stage_history(deal.id)] == [
        ("Need confirmed", DealState.OPEN, None)
    ]
    entry = ledger.entries_about(deal.about)[0]
    assert entry.kind == "deal.opened"
    assert entry.facts["stage"] == "Need confirmed"
    assert "title" not in entry.facts  # a title may name a person: erasure must reach it
    assert (entry.personal or {})["title"] == "Acme: 40 seats"


def test_each_change_is_an_entry_and_a_row_of_history_and_doing_it_twice_does_it_once() -> None:
    deal = open_deal().id
    for _ in range(2):
        actions.move(deal, "Demo", by=SYSTEM, now=MONDAY + HOUR)
        actions.change_amount(deal, EUR_900, by=SYSTEM, now=MONDAY + 2 * HOUR)
    for _ in range(2):
        won = actions.win(deal, by=SYSTEM, now=MONDAY + 3 * HOUR)
    assert (won.state, won.stage, won.amount, won.closed_at) == (
        DealState.WON, "Demo", EUR_900, MONDAY + 3 * HOUR,
    )  # fmt: skip
    assert kinds(deal) == ["deal.opened", "deal.stage_changed", "deal.amount_changed", "deal.won"]
    assert [(c.stage, c.state, c.amount, c.happened_at) for c in reads.stage_history(deal)] == [
        ("Need confirmed", DealState.OPEN, None, MONDAY),
        ("Demo", DealState.OPEN, None, MONDAY + HOUR),
        ("Demo", DealState.OPEN, EUR_900, MONDAY + 2 * HOUR),
        ("Demo", DealState.WON, EUR_900, MONDAY + 3 * HOUR),
    ]


def test_a_deal_is_lost_for_a_reason_and_keeps_its_past_when_it_is_reopened() -> None:
    deal = open_deal().id
    for wrong in ("", "they were mean"):
        with pytest.raises(ReasonMissing):
            actions.lose(deal, reason=wrong, by=SYSTEM, now=MONDAY + HOUR)
    lost = actions.lose(deal, reason="no decision-maker", note="Jane left", by=SYSTEM, now=MONDAY + HOUR)
    assert (lost.state, lost.reason) == (DealState.LOST, "no decision-maker")
    for _ in range(2):
        again = actions.reopen(deal, by=SYSTEM, now=MONDAY + 2 * HOUR)
    assert (again.state, again.reason, again.closed_at) == (DealState.OPEN, "", None)
    assert [c.state for c in reads.stage_history(deal)] == [DealState.OPEN, DealState.LOST, DealState.OPEN]
    assert kinds(deal) == ["deal.opened", "deal.lost", "deal.reopened"]


def test_what_does_not_fit_is_refused_and_leaves_no_trace() -> None:
    deal = open_deal().id
    with pytest.raises(UnknownStage):
        actions.move(deal, "Somewhere", by=SYSTEM, now=MONDAY)
    with pytest.raises(AmountMissing):
        actions.win(deal, by=SYSTEM, now=MONDAY)
    with pytest.raises(BadDeal):
        actions.change_amount(deal, Money(-1, "GBP"), by=SYSTEM, now=MONDAY)
    with pytest.raises(BadMoment):
        actions.win(deal, amount=EUR_900, closed_at=MONDAY - HOUR, by=SYSTEM, now=MONDAY)
    with pytest.raises(BadMoment):
        actions.win(deal, amount=EUR_900, closed_at=MONDAY + HOUR, by=SYSTEM, now=MONDAY)
    with pytest.raises(UnknownDeal):
        actions.move(deal + 1, "Demo", by=SYSTEM, now=MONDAY)
    with pytest.raises(BadDeal):
        open_deal("  ")
    with pytest.raises(UnknownCurrency):
        actions.open_deal(title="x", currency="XXZ", by=SYSTEM, now=MONDAY)
    assert kinds(deal) == ["deal.opened"]
    assert reads.count() == 1


@pytest.mark.parametrize("ending", ["win", "lose"])
def test_a_closed_deal_takes_no_changes_until_it_is_reopened(ending: str) -> None:
    deal = open_deal(amount=EUR_900).id
    if ending == "win":
        actions.win(deal, by=SYSTEM, now=MONDAY)
    else:
        actions.lose(deal, reason="budget", by=SYSTEM, now=MONDAY)
    with pytest.raises(DealClosed):
        actions.move(deal, "Demo", by=SYSTEM, now=MONDAY)
    with pytest.raises(DealClosed):
        actions.change_amount(deal, None, by=SYSTEM, now=MONDAY)
    with pytest.raises(DealClosed):
        actions.set_next_step(deal, "Call", None, by=SYSTEM, now=MONDAY)


def test_what_is_won_cannot_be_lost_nor_the_other_way_round() -> None:
    won, lost = open_deal(amount=EUR_900).id, open_deal(amount=EUR_900).id
    actions.win(won, by=SYSTEM, now=MONDAY)
    actions.lose(lost, reason="budget", by=SYSTEM, now=MONDAY)
    with pytest.raises(DealClosed):
        actions.lose(won, reason="budget", by=SYSTEM, now=MONDAY)
    with pytest.raises(DealClosed):
        actions.win(lost, by=SYSTEM, now=MONDAY)


def test_the_next_step_and_the_owner_are_told_in_the_ledger() -> None:
    deal = open_deal().id
    owner = team.create_user("jo@ours.test", None, roles=["sales_rep"], by=SYSTEM, now=MONDAY)
    for _ in range(2):
        actions.set_next_step(deal, "Send offer", date(2026, 3, 9), by=SYSTEM, now=MONDAY)
        changed = actions.set_owner(deal, owner, by=SYSTEM, now=MONDAY)
    assert (changed.next_step, changed.next_step_on, changed.owner) == ("Send offer", date(2026, 3, 9), owner)
    assert kinds(deal) == ["deal.opened", "deal.changed", "deal.changed"]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (DealSort.NEXT_STEP, ["b", "a", "d", "c"]),  # 5 March, 9 March, then without a day the newest first
        (DealSort.NEWEST, ["d", "c", "b", "a"]),
        (DealSort.LARGEST, ["c", "a", "b", "d"]),  # 300, 200, 100, not known
        (DealSort.CLOSED, ["b", "d", "c", "a"]),  # b is the only one closed
    ],
)
def test_pages_of_deals_join_without_gap_or_double(sort: DealSort, expected: list[str]) -> None:
    days = {"a": date(2026, 3, 9), "b": date(2026, 3, 5)}
    for place, (title, minor) in enumerate({"a": 200, "b": 100, "c": 300, "d": None}.items()):
        actions.open_deal(
            title=title, amount=None if minor is None else Money(minor, "GBP"), next_step_on=days.get(title),
            opened_at=MONDAY + place * HOUR, by=SYSTEM, now=MONDAY + 5 * HOUR,
        )  # fmt: skip
    actions.win(reads.deals(DealFilter(search="B")).deals[0].id, by=SYSTEM, now=MONDAY + 6 * HOUR)
    shown, after = [], None
    for _ in range(4):
        page = reads.deals(sort=sort, after=after, limit=1)
        shown += [deal.title for deal in page.deals]
        after = page.next
    assert shown == expected
    assert after is None


def test_a_list_shows_only_what_its_reader_may_see() -> None:
    owner = team.create_user("jo@ours.test", None, roles=["partner"], by=SYSTEM, now=MONDAY)
    theirs = open_deal("theirs").id
    open_deal("another's")
    actions.set_owner(theirs, owner, by=SYSTEM, now=MONDAY)
    assert [deal.title for deal in reads.deals(visible_owners=(owner,)).deals] == ["theirs"]
    assert reads.count(visible_owners=()) == 0
    assert reads.count(visible_owners=None) == 2


@pytest.mark.parametrize("after", ["", "x", "WzEsMl0", "bnVsbA", "€"])
def test_a_place_that_is_none_is_refused(after: str) -> None:
    with pytest.raises(BadCursor):
        reads.deals(after=after)
