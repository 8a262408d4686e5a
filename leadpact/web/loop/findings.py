"""Titles of charts: what the numbers say, in one plain sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from leadpact.loop.types import Unit
from leadpact.web.loop.charts import Bar


@dataclass(frozen=True)
class Words:
    """The sentences of one report's charts, whole, with slots.

    most      of counts and money: %(label)s %(amount)s %(all)s
    only      all of it in one part: %(label)s %(all)s
    best      of shares: %(label)s %(amount)s, where it is sure; unsure: where it is not
    """

    most: str = ""
    only: str = ""
    best: str = ""
    unsure: str = ""
    none: str = ""


def of_counts(bars: Sequence[Bar], words: Words, total: str) -> str:
    """Return which bar is the longest; several as long: none stands out."""
    told = sorted((bar for bar in bars if bar.amount), key=lambda bar: -bar.amount)
    if not told:
        return words.none
    first = told[0]
    slots = {"label": first.says, "amount": first.text, "all": total}
    if len(told) == 1:
        return words.only % slots
    if told[1].amount == first.amount:
        return _("No one stands out: %(label)s and %(other)s come to %(amount)s each") % (
            slots | {"other": told[1].says}
        )
    return words.most % slots


def of_shares(bars: Sequence[Bar], words: Words) -> str:
    """Return which bar does best, if that is more than chance: the intervals of the two best do not meet."""
    told = sorted((bar for bar in bars if bar.n), key=lambda bar: (-bar.amount, -bar.n))
    if not told:
        return words.none
    first = told[0]
    slots = {"label": first.says, "amount": first.text}
    if len(told) > 1:
        low = Decimal(first.low) if first.low else Decimal(first.size)
        if low <= max(Decimal(bar.high or bar.size) for bar in told[1:]):
            return words.unsure % slots
    return words.best % slots


def of(unit: Unit, bars: Sequence[Bar], words: Words, total: str) -> str:
    return of_shares(bars, words) if unit is Unit.SHARE else of_counts(bars, words, total)
