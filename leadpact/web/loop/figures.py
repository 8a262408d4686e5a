"""Numbers as a page says them: the figure, how sure it is, and what it was before."""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from leadpact.base.money import Money, format_money
from leadpact.loop import chance
from leadpact.loop.types import Number, Unit
from leadpact.web.campaigns.money import rounded


def say(number: Number, *, to_the_penny: bool = False) -> str:
    """Return a figure as a page shows it; several currencies one after the other.

    to_the_penny   for the foot of a table, which its rows add up to; else large amounts are said to the unit
    """
    if number.unit is Unit.MONEY:
        said = Money if to_the_penny else _about
        if number.value is None or number.currency is None:
            return " + ".join(format_money(said(each.minor, each.currency)) for each in number.sums)
        return format_money(said(int(number.value), number.currency))
    if number.value is None:
        return _("none due") if number.key == "promises" else _("none yet")
    return say_share(Decimal(number.value)) if number.unit is Unit.SHARE else f"{int(number.value):,}"


def _about(minor: int, currency: str) -> Money:
    return rounded(Money(minor, currency))


def say_share(share: Decimal) -> str:
    """Return "91 %"; of less than all never 100 %, of more than nothing never 0 %."""
    percent = (share * 100).quantize(Decimal(1), ROUND_HALF_UP)
    if percent in {0, 100} and share not in {0, 1}:
        percent = (share * 100).quantize(Decimal("0.1"))
    return f"{percent} %"


def say_part(added: int, n: int) -> str:
    """Return a share of rows, "none" of none."""
    return say_share(Decimal(added) / n) if n else _("none")


def say_of(number: Number) -> str:
    """Return "12 of 17" of a share."""
    return _("%(added)s of %(n)s") % {"added": f"{number.added or 0:,}", "n": f"{number.n:,}"}


def say_interval(number: Number) -> str:
    """Return "could be 71 to 88 %", with how sure that is; nothing where enough rows lie behind the share."""
    return _between(number.interval)


def say_interval_of(added: int, n: int) -> str:
    """As `say_interval`, of a share that is no number of a report."""
    return _between(chance.wilson(added, n) if n < chance.FEW else None)


def _between(interval: tuple[Decimal, Decimal] | None) -> str:
    if interval is None:
        return ""
    low, high = ((end * 100).quantize(Decimal(1), ROUND_HALF_UP) for end in interval)
    return _("could be %(low)s to %(high)s %%") % {"low": low, "high": high}


def say_change(number: Number, before: Number | None, when: str) -> str:
    """Return how much more or less than before; nothing where the two cannot be compared.

    when   the days of before, "1 to 19 October 2026"
    """
    if before is None or not when:
        return ""
    if before.n == 0:
        return _("Nothing from %(days)s to compare with") % {"days": when}
    if number.value is None or before.value is None or number.currency != before.currency:
        return ""
    apart = Decimal(number.value) - Decimal(before.value)
    words = {"amount": _amount(number, abs(apart)), "days": when, "before": say(before)}
    if apart == 0:
        return _("As from %(days)s") % words
    if _may_be_chance(number, before):
        if apart > 0:
            return _("%(amount)s more than the %(before)s from %(days)s, which may be chance") % words
        return _("%(amount)s less than the %(before)s from %(days)s, which may be chance") % words
    if apart > 0:
        return _("%(amount)s more than the %(before)s from %(days)s") % words
    return _("%(amount)s less than the %(before)s from %(days)s") % words


def _may_be_chance(number: Number, before: Number) -> bool:
    """Say whether either share lies within the interval of the other."""
    pairs = ((number, before), (before, number))
    return any(
        one.interval is not None and other.value is not None and one.interval[0] <= other.value <= one.interval[1]
        for one, other in pairs
    )


def _amount(number: Number, apart: Decimal) -> str:
    if number.unit is Unit.MONEY and number.currency:
        return format_money(_about(int(apart), number.currency))
    if number.unit is Unit.SHARE:
        points = (apart * 100).quantize(Decimal("0.1")).normalize()
        return _("%(points)s points") % {"points": f"{points:f}"}
    return f"{int(apart):,}"
