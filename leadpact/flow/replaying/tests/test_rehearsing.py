"""A pact replayed over what the cast lived through, held against what really came of it."""

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from django.conf import LazySettings

from leadpact.base.money import Money
from leadpact.flow import answering, qualifying, selling
from leadpact.flow.replaying import history, rehearsing
from leadpact.flow.replaying.history import Past
from leadpact.flow.replaying.rehearsing import Span
from leadpact.flow.replaying.types import Outcomes
from leadpact.flow.replaying.writing import write_intervals
from leadpact.handover import reads as handover
from leadpact.handover.results import Result, handed_over
from leadpact.pact import reads as pacts
from leadpact.pact.types import POINT, Pact
from leadpact.scoring.replay.types import Mode
from leadpact.scoring.rules_days import micros
from tests import cast
from tests.cast import Cast, utc

pytestmark = pytest.mark.django_db
NOW = utc("2026-04-20 12:00")


@pytest.fixture
def company(tmp_path: Path, settings: LazySettings) -> Cast:
    settings.REPLAY = tmp_path / "replay"
    return cast.found()


def lived(company: Cast) -> None:
    """Ada is won, Bo is rejected, Cy reads a paper and nobody offers Cy, Di is offered and still worked."""
    offers = {}
    for name, day in (("ada", "02"), ("bo", "03"), ("di", "04")):
        cast.ask(f"{name}@{name}.example", utc(f"2026-03-{day} 10:00"))
        cast.sweep(utc(f"2026-03-{day} 10:05"))
        who = cast.ask(f"{name}@{name}.example", utc(f"2026-03-{day} 10:06"))
        pursuit = handover.active_of_person(who)
        assert pursuit is not None
        assert pursuit.owner is not None
        offers[name] = handover.offers_of(pursuit.id)[0].id, pursuit, company.by(pursuit.owner)
    cast.person("cy@cy.example")
    cast.act("cy@cy.example", "asset.downloaded", utc("2026-04-01 09:00"), asset="guide")
    offer, pursuit, by = offers["ada"]
    answering.accept(offer, by=by, now=utc("2026-03-02 11:00"))
    deal = qualifying.open_deal(
        pursuit.id, amount=Money(90_000, "EUR"), next_step="call", by=by, now=utc("2026-03-03 09:00")
    )
    selling.win(deal.id, by=by, now=utc("2026-03-20 09:00"))
    offer, _pursuit, by = offers["bo"]
    answering.reject(offer, "too_small", by=by, now=utc("2026-03-03 11:00"))
    offer, _pursuit, by = offers["di"]
    answering.accept(offer, by=by, now=utc("2026-03-04 11:00"))
    cast.sweep(NOW)


def lower(pact: Pact) -> Pact:
    """Ready from 5 points on, which is what a paper earns."""
    return replace(pact, ready=replace(pact.ready, up=5 * POINT, down=5 * POINT))


def past(*some: Pact) -> Past:
    return history.here(some, now=NOW)


def test_the_pact_in_force_would_have_handed_over_what_it_did_hand_over(company: Cast) -> None:
    lived(company)
    held = pacts.in_force(NOW).pact
    there, span = past(held), Span(NOW)
    told = rehearsing.told(there, rehearsing.run(there, held, mode=Mode.AS_LIVED, span=span), span=span)
    assert [(row.month, row.outcomes) for row in told.months] == [("2026-03", Outcomes(won=1, rejected=1, other=1))]
    assert told.missed == Outcomes()


def test_what_came_of_a_hand_over_is_told_with_its_moment(company: Cast) -> None:
    lived(company)
    assert [(each.result, each.ended) for each in handed_over()] == [
        (Result.WON, utc("2026-03-20 09:00")),
        (Result.REJECTED, utc("2026-03-03 11:00")),
        (Result.OTHER, None),
    ]


def test_a_lower_threshold_gains_whom_nobody_offered_and_a_pact_without_triggers_loses_the_rest(company: Cast) -> None:
    lived(company)
    held = pacts.in_force(NOW).pact
    easy, strict = lower(held), replace(held, ready=replace(held.ready, up=900 * POINT, direct=()))
    there, span = past(held, easy, strict), Span(NOW)
    first, second, third = (rehearsing.run(there, each, mode=Mode.WHAT_IF, span=span) for each in (easy, held, strict))
    told = rehearsing.told(there, first, span=span, other=second)
    assert told.against is not None
    assert (told.against.gained, told.against.lost) == (Outcomes(outcome_unknown=1), Outcomes())
    assert [
        (each.result, each.pursuit, each.since) for each in rehearsing.listed(first, second, "gained", limit=9)
    ] == [("outcome_unknown", None, utc("2026-04-01 09:00"))]
    told = rehearsing.told(there, third, span=span, other=second)
    assert told.months == ()
    assert told.against is not None
    assert told.against.lost == told.missed == Outcomes(won=1, rejected=1, other=1)


def test_a_span_leaves_out_what_began_outside_and_a_month_can_be_opened(company: Cast) -> None:
    lived(company)
    easy = lower(pacts.in_force(NOW).pact)
    there, span = past(easy), Span(NOW, since=utc("2026-03-03 00:00"), until=utc("2026-04-01 09:00"))
    one = rehearsing.run(there, easy, mode=Mode.AS_LIVED, span=span)
    told = rehearsing.told(there, one, span=span)
    assert told.outcomes == Outcomes(rejected=1, other=1)
    assert len(rehearsing.listed(one, None, "2026-03", limit=9)) == 2
    assert rehearsing.listed(one, None, "2026-04", limit=9) == []


def test_any_one_of_them_can_be_explained(company: Cast) -> None:
    lived(company)
    easy = lower(pacts.in_force(NOW).pact)
    there, span = past(easy), Span(NOW)
    [cy] = rehearsing.listed(rehearsing.run(there, easy, mode=Mode.WHAT_IF, span=span), None, "2026-04", limit=9)
    verdict = rehearsing.why(cy.person, easy, mode=Mode.WHAT_IF, at=cy.since)
    assert verdict.is_ready
    assert [(each.rule, each.points) for each in verdict.reasons] == [("paper", 5 * POINT)]


def test_intervals_go_to_a_file(company: Cast, tmp_path: Path) -> None:
    lived(company)
    held = pacts.in_force(NOW).pact
    there = past(held)
    one = rehearsing.run(there, held, mode=Mode.AS_LIVED, span=Span(NOW))
    file = tmp_path / "ready.parquet"
    write_intervals(one.replayed.intervals, file)
    rows = duckdb.execute("SELECT epoch_us(qualified_from) FROM read_parquet(?)", [str(file)]).fetchall()
    assert len(rows) == len(one.replayed.intervals.persons) >= 3
    assert rows[0][0] == micros(utc("2026-03-02 10:00"))
