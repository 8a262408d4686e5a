"""The numbers on a small March, worked by hand.

Of the persons below, all of different companies, A asks on 2 March, is accepted and buys for 1,000 on the 10th.
B asks and is rejected.  C asks and nobody answers: due at 14:00.  D is pulled by sales on their own: a deal of 5,000.
E asks on the 30th and has a deal of 2,500 that becomes 9,999 in April.  G downloads a paper on the 5th, no more.
A former system knew two deals from inbound: one won for 2,000 on the 15th, one open without amount.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import pytest

from leadpact.base.money import Money
from leadpact.capture import actions as capture
from leadpact.flow import answering, qualifying, selling
from leadpact.handover import reads as handover
from leadpact.loop import reads
from leadpact.loop.types import Number, Period, Row
from leadpact.pipeline import actions as pipeline
from leadpact.pipeline.types import DealState, FormerDeal
from leadpact.promises import actions as promises
from leadpact.team.types import SYSTEM, user_actor
from leadpact.worklist import actions as worklist
from tests import cast
from tests.cast import Cast, utc

pytestmark = pytest.mark.django_db

ASKED = utc("2026-03-02 10:00")
LATE = utc("2026-03-30 10:00")
NOW = utc("2026-04-02 12:00")


@dataclass(frozen=True)
class World:
    crew: Cast
    period: Period
    owner_of_a: int

    def number(self, key: str) -> Number:
        return reads.number(key, self.period, now=NOW)

    def rows(self, key: str) -> tuple[Row, ...]:
        return reads.rows(key, self.period, now=NOW).rows


def ask(letter: str, at: datetime, **properties: str) -> int:
    email = f"{letter}@{letter}-corp.example"
    cast.act(email, "form.submitted", at, form="contact", **properties)
    cast.sweep(at)
    return cast.ask(email, at)


def accept(person: int, at: datetime) -> tuple[int, int]:
    """Let whom it was offered to accept; returns the pursuit and its owner."""
    pursuit = handover.pursuit_of(person)
    assert pursuit is not None
    offer = handover.open_offer_of(pursuit.id)
    assert offer is not None
    assert offer.user is not None
    answering.accept(offer.id, by=user_actor(offer.user), now=at)
    return pursuit.id, offer.user


def deal(pursuit: int, owner: int, pounds: int, at: datetime) -> int:
    by, amount = user_actor(owner), Money(pounds * 100, "GBP")
    return qualifying.open_deal(pursuit, amount=amount, next_step="Call", by=by, now=at).id


@pytest.fixture
def world() -> World:
    crew = cast.found()
    fair = capture.create_campaign("Fair", by=SYSTEM, now=ASKED).id
    for day, pounds in ((5, 300), (31, 50)):
        capture.record_cost(fair, date(2026, 3, day), Money(pounds * 100, "GBP"), by=SYSTEM, now=NOW)
    capture.record_cost(fair, date(2026, 4, 1), Money(10_000, "GBP"), by=SYSTEM, now=NOW)
    a = ask("a", ASKED, campaign="fair", utm_medium="cpc")
    b, _ = ask("b", ASKED), ask("c", ASKED)
    pursuit, owner_of_a = accept(a, utc("2026-03-02 11:00"))
    sold = deal(pursuit, owner_of_a, 1_000, utc("2026-03-02 12:00"))
    offer = handover.open_offer_of(getattr(handover.pursuit_of(b), "id", 0))
    assert offer is not None
    assert offer.user is not None
    answering.reject(offer.id, "wrong_person", by=crew.by(offer.user), now=utc("2026-03-02 11:00"))
    d = cast.person("d@d-corp.example", at=ASKED)
    pulled = answering.pull(d, by=crew.by(crew.ann), now=utc("2026-03-03 10:00"))
    deal(pulled.id, crew.ann, 5_000, utc("2026-03-03 11:00"))
    cast.act("g@g-corp.example", "asset.downloaded", utc("2026-03-05 10:00"), asset="paper")
    cast.sweep(utc("2026-03-05 10:00"))
    promises.sweep(utc("2026-03-05 10:00"))
    selling.win(sold, by=crew.by(owner_of_a), now=utc("2026-03-10 09:00"))
    e = ask("e", LATE)
    pursuit, owner = accept(e, utc("2026-03-30 11:00"))
    grown = deal(pursuit, owner, 2_500, utc("2026-03-30 12:00"))
    selling.change_amount(grown, Money(999_900, "GBP"), by=crew.by(owner), now=NOW)
    former = FormerDeal("old:1", "Old", utc("2026-02-01 00:00"), inbound=True)
    won = FormerDeal(
        "old:2", "Older", utc("2026-02-01 00:00"), state=DealState.WON, closed_at=utc("2026-03-15 00:00"),
        amount=Money(200_000, "GBP"), inbound=True,
    )  # fmt: skip
    pipeline.record_former([former, won], by=SYSTEM, now=NOW)
    worklist.rebuild(now=NOW)
    return World(crew, reads.period_of("2026-03", now=NOW), owner_of_a)


def test_qualified_leads_are_pursuits_offered_in_the_period(world: World) -> None:
    found = world.number("qualified_leads")
    assert (found.value, found.n) == (4, 4)  # A, B, C, E; D was never offered
    assert reads.number("qualified_leads", reads.period_of("2026-04", now=NOW), now=NOW).value == 0


def test_campaigns_cost_what_is_dated_in_the_period(world: World) -> None:
    found = world.number("campaigns")
    assert (found.value, found.currency, found.n) == (35_000, "GBP", 1)
    row = world.rows("campaigns")[0]
    assert (row["name"], row["costs"], row["value"]) == ("Fair", 2, 35_000)


def test_the_pipeline_is_what_was_open_at_the_end_with_the_amounts_of_then(world: World) -> None:
    found = world.number("inbound_pipeline")
    assert (found.value, found.n) == (250_000, 2)  # E as of March, and the former one without amount; not D, not A
    grown = reads.number("inbound_pipeline", reads.period_of("2026-04", now=NOW), now=NOW)
    assert grown.value == 999_900
    before = reads.number("inbound_pipeline", reads.period_of("2026-02", now=NOW), now=NOW)
    assert (before.value, before.n) == (200_000, 2)  # both former ones were open then


def test_promises_are_kept_divided_by_due_on_both_sides(world: World) -> None:
    # Due in March.  Marketing's offers: A, B, C, E.  Answers: A, B, E kept, C missed.
    # Attempts and feedback of A and D, kept by their deals; those of E are due in April.
    found = world.number("promises")
    assert (found.value, found.n) == (Decimal("0.9167"), 12)
    assert found.basis.endswith("; 11 of 12: marketing 4 of 4, sales 7 of 8.")
    missed = [row for row in world.rows("promises") if row["outcome"] == "missed"]
    assert [(row["kind"], row["due_at"]) for row in missed] == [("answer", utc("2026-03-02 14:00"))]


def test_a_promise_that_is_open_and_not_yet_due_is_left_out_and_one_past_due_is_missed(world: World) -> None:
    ask("h", utc("2026-04-01 09:00"))  # 10:00 in London: to be answered until 14:00 there, 13:00 UTC
    april = reads.period_of("2026-04", now=NOW)
    kinds = {
        moment: sorted(str(row["kind"]) for row in reads.rows("promises", april, now=utc(moment)).rows)
        for moment in ("2026-04-01 12:00", "2026-04-01 13:00", "2026-04-01 13:01")
    }
    # The offer of H; attempts and feedback of E, kept early and due in April, are beyond the period's end today.
    assert kinds == {
        "2026-04-01 12:00": ["offer"],
        "2026-04-01 13:00": ["offer"],  # exactly when due is in time
        "2026-04-01 13:01": ["answer", "offer"],
    }


def test_closed_business_is_what_inbound_won_by_close_date(world: World) -> None:
    found = world.number("inbound_closed")
    assert (found.value, found.currency, found.n) == (300_000, "GBP", 2)  # A 1,000 and the former 2,000
    assert [(row["title"], row["value"]) for row in world.rows("inbound_closed")] == [
        ("a-corp.example", 100_000),
        ("Older", 200_000),
    ]


def test_a_number_and_its_rows_agree_and_name_their_definition(world: World) -> None:
    for key in reads.REPORTS:
        found, answer = world.number(key), reads.rows(key, world.period, now=NOW)
        assert found.n == len(answer.rows)
        assert found.definition == answer.definition != ""
        values = [row["value"] for row in answer.rows]
        assert all(isinstance(value, int) for value in values)
        added = sum(value for value in values if isinstance(value, int))
        assert found.value == (Decimal(added) / found.n).quantize(Decimal("0.0001")) if found.unit == "share" else added


def test_two_currencies_are_never_added(world: World) -> None:
    euros = FormerDeal(
        "old:3", "Euros", utc("2026-02-01 00:00"), state=DealState.WON, closed_at=utc("2026-03-15 00:00"),
        amount=Money(70_000, "EUR"), inbound=True,
    )  # fmt: skip
    pipeline.record_former([euros], by=SYSTEM, now=NOW)
    found = world.number("inbound_closed")
    assert (found.value, found.currency, found.n) == (None, None, 3)
    assert found.sums == (Money(70_000, "EUR"), Money(300_000, "GBP"))
    assert "€700 and £3,000" in found.basis


def test_a_campaign_shows_what_became_of_the_leads_it_brought_first(world: World) -> None:
    rows = {row["name"]: row for row in world.rows("campaign_cohorts")}
    fair, none = rows["Fair"], rows[None]
    assert (fair["channel"], fair["value"], fair["ready"], fair["deals"], fair["won"]) == ("paid search", 1, 1, 1, 1)
    assert (none["channel"], none["value"], none["won"]) == ("direct", 3, 0)  # B, C, E; D never did anything
    won = world.rows("campaign_won")
    assert [(row["name"], row["value"]) for row in won] == [("Fair", 100_000)]


def test_lead_conversion_is_hand_overs_with_a_deal_divided_by_hand_overs(world: World) -> None:
    found = world.number("lead_conversion")
    assert (found.value, found.n) == (Decimal("0.5"), 4)  # A and E of A, B, C, E


def test_the_funnel_counts_those_who_ever_reached_a_stage_and_those_who_are_there(world: World) -> None:
    steps = {step.stage: (step.reached, step.now) for step in reads.funnel(world.period, now=NOW)}
    assert list(steps)[:8] == [
        "anonymous", "contact", "lead", "ready", "offered", "working", "deal", "customer",
    ]  # fmt: skip
    assert steps["contact"] == (6, 0)
    assert steps["lead"] == (6, 1)  # A to E and G, who still is one
    assert steps["ready"] == (4, 0)  # A, B, C, E
    assert steps["offered"] == (4, 1)  # C waits
    assert steps["working"] == (3, 0)  # A, D, E
    assert steps["deal"] == (3, 2)  # A, D, E; D and E still
    assert steps["customer"] == (1, 1)
    rows = reads.rows("funnel", world.period, now=NOW, where={"stage": "working"}).rows
    assert len(rows) == 3
    assert {row["person"] for row in rows} == {None}


def test_a_reader_of_their_own_leads_counts_only_those(world: World) -> None:
    mine = {each.key: each.value for each in reads.five(world.period, now=NOW, visible_owners=(world.owner_of_a,))}
    assert mine["inbound_closed"] == 100_000
    assert mine["campaigns"] == 0
    nobodys = reads.five(world.period, now=NOW, visible_owners=())
    assert [each.n for each in nobodys] == [0, 0, 0, 0, 0]
    rows = reads.rows("promises", world.period, now=NOW, visible_owners=(world.owner_of_a,)).rows
    assert {row["owner"] for row in rows} == {world.owner_of_a}
