"""The five numbers as cards, and the funnel as bars."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from leadpact.base.money import Money, format_money
from leadpact.handover.types import Stage
from leadpact.loop.types import Number, Step, Unit
from leadpact.web.leads.strip import EXITS, STAGE_NAMES
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


def _behind(key: str, n: int) -> str:
    """What lies behind a number, as its link says it."""
    says: Mapping[str, Callable[[], str]] = {
        "qualified_leads": lambda: ngettext("%(n)s hand-over", "%(n)s hand-overs", n),
        "campaigns": lambda: ngettext("%(n)s campaign", "%(n)s campaigns", n),
        "promises": lambda: ngettext("%(n)s promise that was due", "%(n)s promises that were due", n),
    }
    return says.get(key, lambda: ngettext("%(n)s deal", "%(n)s deals", n))() % {"n": n}


@dataclass(frozen=True)
class Card:
    """One of the five numbers: the figure, what it was before, the rows behind it."""

    place: int
    number: Number
    change: str
    query: str

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
    def behind(self) -> str:
        return _behind(self.number.key, self.number.n)


def cards_of(numbers: Sequence[Number], before: Sequence[Number], chosen: Chosen) -> list[Card]:
    """before: the same numbers of the period before, or none."""
    former = {number.key: number for number in before}
    return [
        Card(place, number, _change(number, former.get(number.key), chosen.days), chosen.query)
        for place, number in enumerate(numbers, 1)
    ]


def say(number: Number) -> str:
    """Return a figure as a page shows it; several currencies one after the other."""
    if number.unit is Unit.MONEY:
        if number.value is None or number.currency is None:
            return " + ".join(format_money(each) for each in number.sums)
        return format_money(Money(int(number.value), number.currency))
    if number.value is None:
        return _("none due")
    return say_share(Decimal(number.value)) if number.unit is Unit.SHARE else f"{int(number.value):,}"


def say_share(share: Decimal) -> str:
    """Return "91 %"; of less than all never 100 %, of more than nothing never 0 %."""
    percent = (share * 100).quantize(Decimal(1), ROUND_HALF_UP)
    if percent in {0, 100} and share not in {0, 1}:
        percent = (share * 100).quantize(Decimal("0.1"))
    return f"{percent} %"


def _change(number: Number, before: Number | None, days: int) -> str:
    """Return how much more or less than in as many days before; nothing where the two cannot be compared."""
    if before is None or number.value is None or before.value is None or number.currency != before.currency:
        return ""
    if before.n == 0:
        return ngettext("nothing on the day before", "nothing in the %(days)s days before", days) % {"days": days}
    apart = Decimal(number.value) - Decimal(before.value)
    if apart == 0:
        return ngettext("as on the day before", "as in the %(days)s days before", days) % {"days": days}
    words = {"amount": _amount(number, abs(apart)), "days": days}
    if apart > 0:
        said = ngettext(
            "%(amount)s more than on the day before", "%(amount)s more than in the %(days)s days before", days
        )
    else:
        said = ngettext(
            "%(amount)s less than on the day before", "%(amount)s less than in the %(days)s days before", days
        )
    return said % words


def _amount(number: Number, apart: Decimal) -> str:
    if number.unit is Unit.MONEY and number.currency:
        return format_money(Money(int(apart), number.currency))
    if number.unit is Unit.SHARE:
        return _("%(points)s percentage points") % {"points": f"{(apart * 100).quantize(Decimal('0.1')):f}"}
    return f"{int(apart):,}"


@dataclass(frozen=True)
class Bar:
    """One stage of the funnel.

    width   per cent of the widest bar drawn; None: so much wider that it is left out
    share   of the stage above it
    """

    step: Step
    label: str
    side: str
    width: str | None
    share: str
    url: str


_SIDES: Mapping[str, str] = {
    Stage.ANONYMOUS: "ink", Stage.CONTACT: "ink", Stage.LEAD: "ink", Stage.READY: "both", Stage.OFFERED: "both",
    Stage.WORKING: "sales", Stage.DEAL: "sales", Stage.CUSTOMER: "kept", Stage.RECYCLED: "marketing",
    Stage.COOLED: "marketing",
}  # fmt: skip
_BEFORE_LEAD = frozenset({Stage.ANONYMOUS.value, Stage.CONTACT.value})


@dataclass(frozen=True)
class Funnel:
    """The way and, apart from it, the exits: nobody passes those on the way to anything."""

    way: tuple[Bar, ...]
    former: tuple[Bar, ...]
    exits: tuple[Bar, ...]

    @property
    def reached(self) -> Mapping[str, int]:
        return {bar.step.stage: bar.step.reached for bar in (*self.way, *self.former, *self.exits)}

    @property
    def leads(self) -> int:
        return self.reached.get(Stage.LEAD, 0)

    @property
    def customers(self) -> int:
        return self.reached.get(Stage.CUSTOMER, 0)

    @property
    def bars(self) -> tuple[Bar, ...]:
        return (*self.way, *self.former, *self.exits)

    @property
    def has_any(self) -> bool:
        return any(self.reached.values())


def funnel_of(steps: Sequence[Step], chosen: Chosen) -> Funnel:
    exits = {stage.value for stage in EXITS}
    widest = max((step.reached for step in steps if step.stage not in _BEFORE_LEAD), default=0)
    whole = max((step.reached for step in steps if step.reached <= 2 * widest), default=0) or 1
    way, former, left = list[Bar](), list[Bar](), list[Bar]()
    above: Step | None = None
    for step in steps:
        goes_on = not step.is_former and step.stage not in exits
        bar = _bar(step, above if goes_on else None, whole, chosen)
        (way if goes_on else former if step.is_former else left).append(bar)
        above = step if goes_on else above
    return Funnel(tuple(way), tuple(former), tuple(left))


def _bar(step: Step, above: Step | None, widest: int, chosen: Chosen) -> Bar:
    share = say_share(Decimal(step.reached) / above.reached) if above and above.reached else ""
    known = step.stage in set(Stage)
    return Bar(
        step=step,
        label=str(STAGE_NAMES[Stage(step.stage)]) if known else step.stage.capitalize(),
        side=_SIDES.get(step.stage, "ink"),
        width=None if step.reached > widest else f"{step.reached * 1000 // widest / 10:g}",
        share=share,
        url=f"{chosen.query}&{urlencode({'stage': step.stage})}",
    )
