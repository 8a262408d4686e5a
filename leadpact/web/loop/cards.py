"""The five numbers as cards: the figure, what it was before, the rows behind it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext

from leadpact.loop.types import Number
from leadpact.web.loop.figures import say, say_change, say_interval, say_of, say_share
from leadpact.web.loop.periods import Chosen

TITLES: Mapping[str, str | Promise] = {
    "qualified_leads": gettext_lazy("Qualified leads"),
    "campaigns": gettext_lazy("Cost of campaigns"),
    "inbound_pipeline": gettext_lazy("Pipeline from inbound"),
    "promises": gettext_lazy("Promises kept"),
    "inbound_closed": gettext_lazy("Closed business from inbound"),
}
SHORT: Mapping[str, str | Promise] = {**TITLES, "inbound_closed": gettext_lazy("Closed from inbound")}
LONG = 9  # a figure of more characters is set smaller

__all__ = ["LONG", "SHORT", "TITLES", "Card", "cards_of", "say", "say_share"]


def behind(key: str, n: int) -> str:
    """What lies behind a number, as its link says it."""
    says: Mapping[str, Callable[[], str]] = {
        "qualified_leads": lambda: ngettext("%(n)s hand-over", "%(n)s hand-overs", n),
        "lead_conversion": lambda: ngettext("%(n)s hand-over", "%(n)s hand-overs", n),
        "campaigns": lambda: ngettext("%(n)s campaign", "%(n)s campaigns", n),
        "campaign_cohorts": lambda: ngettext("%(n)s row", "%(n)s rows", n),
        "promises": lambda: ngettext("%(n)s promise that was due", "%(n)s promises that were due", n),
        "pipeline_moves": lambda: ngettext("%(n)s change", "%(n)s changes", n),
        "stages_reached": lambda: ngettext("%(n)s step", "%(n)s steps", n),
        "funnel": lambda: ngettext("%(n)s step", "%(n)s steps", n),
    }
    return says.get(key, lambda: ngettext("%(n)s deal", "%(n)s deals", n))() % {"n": f"{n:,}"}


@dataclass(frozen=True)
class Card:
    """One of the five numbers.

    note   what of the page's filters does not touch it
    """

    place: int
    number: Number
    change: str
    query: str
    note: str = ""

    @property
    def title(self) -> str:
        return str(SHORT[self.number.key])

    @property
    def figure(self) -> str:
        return say(self.number)

    @property
    def is_long(self) -> bool:
        return len(self.figure) > LONG

    @property
    def percent(self) -> str:
        """Of a share, the width of its bar; never with a decimal comma whatever the language."""
        return f"{Decimal(self.number.value or 0) * 100:f}"

    @property
    def interval(self) -> str:
        return say_interval(self.number)

    @property
    def of(self) -> str:
        """Of a share, how many of how many."""
        if self.number.added is None or not self.number.n:
            return ""
        return say_of(self.number)

    @property
    def behind(self) -> str:
        return behind(self.number.key, self.number.n)


def cards_of(
    numbers: Sequence[Number], before: Sequence[Number], chosen: Chosen, notes: Mapping[str, str] | None = None
) -> list[Card]:
    """Return the five cards.

    before   the same numbers of the period before, or none
    notes    by key, what of the filters does not touch a number
    """
    former = {number.key: number for number in before}
    return [
        Card(
            place, number, say_change(number, former.get(number.key), chosen.says_before), chosen.query,
            (notes or {}).get(number.key, ""),
        )
        for place, number in enumerate(numbers, 1)
    ]  # fmt: skip
