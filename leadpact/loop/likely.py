"""What a lead is likely worth: the share of its type that becomes a customer, times what such a customer buys first.

Value of a lead type = lead-to-customer rate x average first sale of the type; a type with few leads behind it is drawn
towards all types together, so that one win of three does not make a type golden.

Source: M. Roberge, The Sales Acceleration Formula (2015), for the value; J. C. Kleinman, "Proportions with extraneous
variance: single and independent samples", Journal of the American Statistical Association 68 (1973) 46-54, for the
moment estimator of how much the types truly differ (weights n).  Pure but for the two questions; decimals, no floats.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from pathlib import Path
from typing import Final

from leadpact.base.money import Money
from leadpact.base.query_file import QueryFile, read_query
from leadpact.ledger import by_hand
from leadpact.loop import running
from leadpact.loop.chance import wilson
from leadpact.loop.running import Count, Page
from leadpact.loop.types import Row

FOLDER: Final = Path(__file__).parent / "likely_sql"
LAST: Final = 5_000  # hand-overs looked at, the newest: the past fades, and the question stays small
FEW_DECIDED: Final = 30  # fewer, or fewer won, are too few to say
FEW_WON: Final = 5
FEW_SALES: Final = 5  # fewer sales of a type: the average of all types stands in


@dataclass(frozen=True)
class Tally:
    """One type of lead: how many are decided, how many of them won, how many sales are known and their sum."""

    type: str
    decided: int
    won: int
    sales: int = 0
    sold_minor: int = 0


@dataclass(frozen=True)
class Likely:
    """What one lead of a type is likely worth.

    won, decided     of the type itself
    rate             drawn towards all types together
    average          of first sales; `is_of_all`: of all types, as the type has too few
    low, high        of 80 of 100 such worlds, by the rate alone
    """

    type: str
    won: int
    decided: int
    rate: Decimal
    average: Money
    is_of_all: bool
    value: Money
    low: Money
    high: Money


@dataclass(frozen=True)
class TooFew:
    """Too little is known to say; of all types together."""

    won: int
    decided: int


def tallies(currency: str) -> tuple[Tally, ...]:
    """Return every type with anything decided, in one look; the rows behind it are `decided`."""
    params: dict[str, running.Param] = {"currency": currency, "most": LAST}
    by_type = Count(decided_query(), params, by=("type",), value="won")
    sold = Count(decided_query(), params, by=("type",), where={"has_sale": "1"}, value="first_sale")
    counted, sales = running.sums([by_type, sold])
    money = {each.parts[0]: (each.n, each.value) for each in sales}
    return tuple(Tally(str(each.parts[0]), each.n, each.value, *money.get(each.parts[0], (0, 0))) for each in counted)


def decided_question() -> by_hand.Question[str]:
    """Ask for something short that is another whenever more is decided: what was counted until then holds no more."""
    newest = "(SELECT MAX(id) FROM handover_stagedate), (SELECT MAX(id) FROM pipeline_dealstage)"
    return by_hand.Question(f"SELECT {newest}", (), 2, lambda found: "-".join(str(each or 0) for each in found[0]))


def decided(currency: str, *, type: str = "", after: int | None = None, limit: int = 50) -> list[Row]:  # noqa: A002  # the word
    """Return the rows behind the numbers, the newest first; of one type, or of all."""
    params: dict[str, running.Param] = {"currency": currency, "most": LAST}
    page = Page(("pursuit",), after=(after,) if after is not None else (), limit=limit, newest=True)
    return running.rows(decided_query(), params, where={"type": type} if type else None, page=page)


@lru_cache(maxsize=1)
def decided_query() -> QueryFile:
    return read_query(FOLDER / "decided.sql")


def likely(lead_type: str, found: Sequence[Tally], currency: str) -> Likely | TooFew:
    """Return what a lead of a type is likely worth; a type never decided yet is worth what all are."""
    every, won = sum(each.decided for each in found), sum(each.won for each in found)
    sales, sold = sum(each.sales for each in found), sum(each.sold_minor for each in found)
    if every < FEW_DECIDED or won < FEW_WON or sales < FEW_WON:
        return TooFew(won, every)
    own = next((each for each in found if each.type == lead_type), Tally(lead_type, 0, 0))
    rate, behind = _drawn(own, found)
    is_of_all = own.sales < FEW_SALES
    average = Decimal(sold) / sales if is_of_all else Decimal(own.sold_minor) / own.sales
    low, high = wilson(round(rate * behind), round(behind)) or (Decimal(0), Decimal(1))
    return Likely(
        type=lead_type,
        won=own.won,
        decided=own.decided,
        rate=rate,
        average=_money(average, currency),
        is_of_all=is_of_all,
        value=_money(rate * average, currency),
        low=_money(low * average, currency),
        high=_money(high * average, currency),
    )


def _drawn(own: Tally, found: Sequence[Tally]) -> tuple[Decimal, Decimal]:
    """Return the rate of a type drawn towards the pooled one, and how many leads stand behind it.

    strength = p (1 - p) / between - 1, as a beta-binomial has it; where the types differ no more than chance
    makes them, all stand behind the pooled rate.
    """
    counted = [each for each in found if each.decided]
    every = Decimal(sum(each.decided for each in counted))
    pooled = sum(each.won for each in counted) / every
    spread = sum((each.decided * (Decimal(each.won) / each.decided - pooled) ** 2 for each in counted), Decimal(0))
    apart = every - sum(each.decided**2 for each in counted) / every
    by_chance = (len(counted) - 1) * pooled * (1 - pooled)
    if apart <= 0 or spread <= by_chance:
        return pooled, every
    strength = max(pooled * (1 - pooled) * apart / (spread - by_chance) - 1, Decimal(0))
    behind = own.decided + strength
    if not behind:
        return pooled, every
    return (own.won + strength * pooled) / behind, behind


def _money(minor: Decimal, currency: str) -> Money:
    return Money(int(minor.to_integral_value(ROUND_HALF_EVEN)), currency)
