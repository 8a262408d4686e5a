"""What a lead is likely worth, worked by hand.

Webinars: 20 decided, 8 won.  Papers: 40 decided, 4 won.  Together 12 of 60, a rate of 0.2.
Spread: 20 x 0.2^2 + 40 x 0.1^2 = 1.2; by chance 1 x 0.2 x 0.8 = 0.16; apart 60 - (400 + 1600)/60 = 26.6667.
Strength: 0.16 x 26.6667 / (1.2 - 0.16) - 1 = 3.102564.
Webinars: (8 + 0.2 x 3.102564) / 23.102564 = 0.373141; papers: (4 + 0.620513) / 43.102564 = 0.107198.
"""

from decimal import Decimal

import pytest

from leadpact.base.money import Money
from leadpact.loop import likely
from leadpact.loop.likely import Likely, Tally, TooFew

WEBINAR = Tally("event", 20, 8, sales=8, sold_minor=8 * 1_000_000)  # 10,000.00 each
PAPER = Tally("content", 40, 4, sales=4, sold_minor=4 * 400_000)  # 4,000.00 each: too few of their own


def worth(lead_type: str, *found: Tally) -> Likely:
    told = likely.likely(lead_type, found, "GBP")
    assert isinstance(told, Likely)
    return told


def test_a_type_is_drawn_towards_all_types_together() -> None:
    assert round(worth("event", WEBINAR, PAPER).rate, 6) == Decimal("0.373141")
    assert round(worth("content", WEBINAR, PAPER).rate, 6) == Decimal("0.107198")


def test_the_value_is_the_rate_times_the_average_first_sale() -> None:
    told = worth("event", WEBINAR, PAPER)
    assert (told.won, told.decided, told.is_of_all) == (8, 20, False)
    assert told.average == Money(1_000_000, "GBP")
    assert told.value == Money(373_141, "GBP")  # 0.373141 x 10,000.00 = 3,731.41
    assert told.low.minor < told.value.minor < told.high.minor


def test_a_type_with_few_sales_takes_the_average_of_all() -> None:
    told = worth("content", WEBINAR, PAPER)
    assert told.is_of_all
    assert told.average == Money(800_000, "GBP")  # 9,600,000 / 12
    assert told.value == Money(85_758, "GBP")  # 0.107198 x 8,000.00 = 857.58


def test_a_type_nobody_has_decided_yet_is_worth_what_all_are() -> None:
    told = worth("partner", WEBINAR, PAPER)
    assert (told.rate, told.won, told.decided) == (Decimal("0.2"), 0, 0)
    assert told.value == Money(160_000, "GBP")  # 0.2 x 8,000.00


def test_one_win_of_three_makes_no_type_golden() -> None:
    rare = Tally("event", 3, 1, 1, 1_000_000)
    told = worth("event", rare, Tally("content", 100, 20, 20, 20_000_000))
    # 1 of 3 against 20 of 100 is no more apart than chance makes it: all 21 of 103 stand behind both.
    assert told.rate == Decimal(21) / 103


def test_one_type_alone_is_its_own_rate() -> None:
    assert worth("content", Tally("content", 50, 10, 10, 1_000)).rate == Decimal("0.2")


@pytest.mark.parametrize(
    "found",
    [
        (),
        (Tally("content", 29, 10, 10, 1_000),),  # fewer than 30 decided
        (Tally("content", 60, 4, 4, 1_000),),  # fewer than 5 won
        (Tally("content", 60, 9, 4, 1_000),),  # what they bought is known of 4 alone
    ],
)
def test_of_too_few_nothing_is_said(found: tuple[Tally, ...]) -> None:
    told = likely.likely("content", found, "GBP")
    assert told == TooFew(sum(each.won for each in found), sum(each.decided for each in found))
