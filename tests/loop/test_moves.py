"""The pipeline's moves, stages by period, parts and pages of rows, on the small March of `test_numbers`."""

from dataclasses import replace
from datetime import date

import pytest

from leadpact.base.cursor import BadCursor
from leadpact.base.money import Money
from leadpact.flow import selling
from leadpact.loop import reads
from leadpact.loop.errors import NoSuchColumn
from leadpact.loop.rules import between
from leadpact.loop.steps import Every, moments
from leadpact.loop.types import Ask, Period
from leadpact.pipeline import actions as pipeline
from leadpact.pipeline import reads as deals
from leadpact.pipeline.types import DealState
from leadpact.team.types import SYSTEM
from tests.loop.test_numbers import NOW, World, world

pytestmark = pytest.mark.django_db
__all__ = ["world"]


def open_at(period: Period) -> int:
    value = reads.number("inbound_pipeline", period, now=NOW).value
    assert value is not None
    return int(value)


def test_what_was_open_and_all_moves_are_what_is_open_at_the_end(world: World) -> None:
    # March: both former deals were open, one without amount, 2,000; that was won.  A's 1,000 was opened and won,
    # E's 2,500 opened.  D's 5,000 is sales' own and not inbound.
    moves = [(row["what"], row["value"]) for row in world.rows("pipeline_moves")]
    assert sorted(moves, key=str) == [
        ("opened", 100_000), ("opened", 250_000), ("won", -100_000), ("won", -200_000),
    ]  # fmt: skip
    before = between(date(2026, 2, 1), date(2026, 3, 1), zone=world.period.zone)
    assert open_at(before) + sum(int(str(value)) for _what, value in moves) == open_at(world.period) == 250_000


def test_a_changed_amount_and_a_reopened_deal_move_the_pipeline_too(world: World) -> None:
    sold = next(
        row["deal"] for row in world.rows("pipeline_moves") if row["what"] == "won" and row["value"] == -100_000
    )
    assert isinstance(sold, int)
    selling.reopen(sold, by=world.crew.by(world.owner_of_a), now=NOW)
    april = reads.period_of("2026-04", now=NOW)
    moves = {str(row["what"]): row["value"] for row in reads.rows("pipeline_moves", april, now=NOW).rows}
    assert moves == {"amount changed": 749_900, "reopened": 100_000}  # E from 2,500 to 9,999
    assert open_at(world.period) + 749_900 + 100_000 == open_at(april)


def test_a_deal_without_amount_that_gets_one_in_another_currency_adds_in_that_one_alone(world: World) -> None:
    bare = next(row for row in world.rows("inbound_pipeline") if row["amount_minor"] is None)
    assert isinstance(bare["deal"], int)
    assert deals.deal(bare["deal"]).state is DealState.OPEN
    pipeline.change_amount(bare["deal"], Money(70_000, "EUR"), by=SYSTEM, now=NOW)
    april = reads.period_of("2026-04", now=NOW)
    moves = [
        (row["currency"], row["value"])
        for row in reads.rows("pipeline_moves", april, now=NOW).rows
        if row["deal"] == bare["deal"]
    ]
    assert moves == [("EUR", 70_000)]
    assert reads.number("pipeline_moves", april, now=NOW).sums == (Money(70_000, "EUR"), Money(749_900, "GBP"))


def test_stages_reached_are_of_the_period_whenever_they_began(world: World) -> None:
    counts: dict[str, int] = {}
    for row in world.rows("stages_reached"):
        counts[str(row["stage"])] = counts.get(str(row["stage"]), 0) + 1
    # Leads: A to E when their pursuits began, and G.  Working: A, D, E.
    assert {name: counts[name] for name in ("lead", "ready", "offered", "working", "deal", "customer")} == {
        "lead": 6, "ready": 4, "offered": 4, "working": 3, "deal": 3, "customer": 1,
    }  # fmt: skip
    ten = between(date(2026, 3, 10), date(2026, 3, 11), zone=world.period.zone)
    assert [row["stage"] for row in reads.rows("stages_reached", ten, now=NOW).rows] == ["customer"]  # A bought


def test_weeks_add_up_to_the_number_and_tell_the_sides_apart(world: World) -> None:
    parts = reads.slices_of(world.period, Every.WEEK)
    ask = Ask("promises", world.period, by=("side", "kind"), starts=moments(parts, world.period))
    sums = reads.look([ask], now=NOW)[0]
    found = world.number("promises")
    assert (sum(each.n for each in sums), sum(each.value for each in sums)) == (found.n, found.added) == (12, 11)
    # March 2026 begins on a Sunday: its second part is the week from 2 March, when three were offered and asked.
    assert [f"{part.since:%d %b}" for part in parts[:3]] == ["01 Mar", "02 Mar", "09 Mar"]
    answers = [(each.place, each.n, each.value) for each in sums if each.parts == ("sales", "answer")]
    assert answers == [(1, 3, 2), (5, 1, 1)]  # A and B kept, C missed; E in the last week


def test_several_numbers_in_one_look_are_those_asked_one_by_one(world: World) -> None:
    together = reads.five(world.period, now=NOW)
    assert together == [reads.number(key, world.period, now=NOW) for key in reads.FIVE]


def test_numbers_and_rows_are_narrowed_alike(world: World) -> None:
    for key, where, expected in (
        ("qualified_leads", {"channel": "paid search"}, 1),  # A came by the fair's link
        ("qualified_leads", {"channel": "direct"}, 3),
        ("qualified_leads", {"campaign": None}, 3),  # not known of B, C and E
        ("inbound_closed", {"channel": "paid search"}, 100_000),
        ("inbound_closed", {"type": None}, 200_000),  # what the former system won has no pursuit
        ("funnel", {"channel": "paid search", "stage": "customer"}, 1),
    ):
        number = reads.number(key, world.period, now=NOW, where=where)
        rows = reads.rows(key, world.period, now=NOW, where=where).rows
        assert (number.value, number.n) == (expected, len(rows)), (key, where)
    kept = reads.number("promises", world.period, now=NOW, where={"kind": "answer"})
    assert (kept.added, kept.n) == (3, 4)
    assert kept.interval is not None
    assert (
        reads.number("campaigns", world.period, now=NOW, where={"type": "content"}).value == 35_000
    )  # cost has no type


@pytest.mark.parametrize("key", list(reads.REPORTS))
def test_pages_of_rows_are_all_rows_each_once(world: World, key: str) -> None:
    whole = reads.rows(key, world.period, now=NOW).rows
    found, after = list[object](), ""
    while True:
        page = reads.rows(key, world.period, now=NOW, after=after, limit=2).rows
        found += [tuple(row.items()) for row in page]
        if len(page) < 2:
            break
        after = reads.place_of(key, page[-1])
    assert sorted(map(str, found)) == sorted(str(tuple(row.items())) for row in whole)
    assert sum(len(some.rows) for some in reads.every_row(key, world.period, now=NOW)) == len(whole)


def test_a_place_or_column_that_is_none_is_refused(world: World) -> None:
    with pytest.raises(BadCursor):
        reads.rows("promises", world.period, now=NOW, after="nowhere", limit=2)
    with pytest.raises(NoSuchColumn):
        reads.rows("promises", world.period, now=NOW, where={"colour": "red"})
    with pytest.raises(NoSuchColumn):
        reads.rows("qualified_leads", world.period, now=NOW, where={"campaign": "fair"})
    with pytest.raises(NoSuchColumn):
        reads.demand("campaigns", {"type": "content"})


def test_a_share_of_many_rows_needs_no_interval(world: World) -> None:
    ask = Ask("promises", world.period, by=("side",))
    sums = reads.look([ask], now=NOW)[0]
    many = [replace(each, n=each.n * 100, value=each.value * 100) for each in sums]
    assert reads.number_of(ask, many, "GBP").interval is None
    assert reads.number_of(ask, sums, "GBP").interval is not None
