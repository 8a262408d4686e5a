"""The hand-overs a likely value stands on: those whose end is known, and what the won ones bought first."""

from datetime import date, timedelta

import pytest

from leadpact.base.money import Money
from leadpact.flow import answering, qualifying, selling
from leadpact.handover import reads as handed
from leadpact.loop import likely
from leadpact.loop.likely import Tally
from tests import cast
from tests.cast import utc


@pytest.mark.django_db
def test_the_numbers_are_those_of_the_hand_overs_that_are_decided() -> None:
    company = cast.found()
    start = utc("2026-03-02 10:00")
    for number in range(4):
        person = cast.ask(f"p{number}@firm{number}.example", start + timedelta(hours=number))
        cast.sweep(start + timedelta(hours=number))
        lead = handed.active_of_person(person)
        assert lead is not None
        now, by = start + timedelta(days=1, hours=number), company.by(lead.owner or 0)
        offer = handed.offers_of(lead.id)[0].id
        if number == 3:
            continue  # still offered: nobody knows yet
        if number == 2:
            answering.reject(offer, "no_need", by=by, now=now)
            continue
        answering.accept(offer, by=by, now=now)
        amount = Money(100_000 * (number + 1), "EUR" if number else "GBP")
        deal = qualifying.open_deal(
            lead.id, amount=amount, next_step="Demo", next_step_on=date(2026, 3, 9), by=by, now=now
        )
        selling.win(deal.id, by=by, now=now + timedelta(hours=1))
    # Two won, one of them in another currency, one rejected.
    assert likely.tallies("GBP") == (Tally("inbound request", 3, 2, sales=1, sold_minor=100_000),)
    rows = likely.decided("GBP")
    assert [(row["stage"], row["won"], row["first_sale"]) for row in rows] == [
        ("recycled", 0, None), ("customer", 1, None), ("customer", 1, 100_000),
    ]  # fmt: skip
    last = rows[0]["pursuit"]
    assert isinstance(last, int)
    assert len(likely.decided("GBP", type="inbound request", after=last)) == 2
    assert likely.decided("GBP", type="event") == []
