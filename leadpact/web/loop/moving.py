"""What moved the pipeline from inbound: from what was open when the period began to what is open at its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leadpact.base.money import Money, format_money
from leadpact.loop.types import Period, Sum
from leadpact.web.loop.asked import CHANGES, Asked
from leadpact.web.loop.periods import say_days

_SIDES = {"opened": "both", "reopened": "both", "amount changed": "both", "won": "sales", "lost": "ink"}


@dataclass(frozen=True)
class Move:
    """One bar: where it begins and how long it is, of 100; its amount with a sign."""

    label: str
    note: str
    side: str
    x: str
    width: str
    text: str
    query: str
    of_report: str


@dataclass(frozen=True)
class Fall:
    """All moves of one currency; they add up."""

    currency: str
    title: str
    says: str
    sum: str
    moves: tuple[Move, ...]


@dataclass(frozen=True)
class Standing:
    """What is open at one stage, in one currency."""

    label: str
    n: str
    text: str
    query: str = ""


def standing_of(now: Sequence[Sum], asked: Asked) -> list[Standing]:
    """Return what is open at each stage, the largest first; sums by currency and stage."""
    ordered = sorted(now, key=lambda each: (each.parts[0] or "", -each.value))
    return [
        Standing(
            str(each.parts[1]), f"{each.n:,}", _money(each.value, str(each.parts[0])),
            asked.query(stage=each.parts[1] or "", currency=str(each.parts[0])),
        )
        for each in ordered
    ]  # fmt: skip


def together(now: Sequence[Sum]) -> list[Standing]:
    """Return one sum for each currency."""
    currencies = sorted({str(each.parts[0]) for each in now})
    return [
        Standing("", f"{sum(each.n for each in own):,}", _money(sum(each.value for each in own), currency))
        for currency in currencies
        if (own := _of(currency, now))
    ]


def just_before(period: Period) -> Period:
    """Return a period that ends where this one begins; the pipeline is as of an end."""
    return Period(period.since.replace(year=period.since.year - 1, day=1), period.since, period.zone)


def falls_of(before: Sequence[Sum], moves: Sequence[Sum], now: Sequence[Sum], asked: Asked) -> list[Fall]:
    """Return one fall for each currency, of nothing too; all sums by currency first, moves then by what happened."""
    currencies = sorted({str(each.parts[0]) for each in (*before, *moves, *now)})
    currencies = currencies or [asked.chosen.ours.currency]
    return [_fall(each, _of(each, before), _of(each, moves), _of(each, now), asked) for each in currencies]


def _of(currency: str, sums: Sequence[Sum]) -> list[Sum]:
    return [each for each in sums if each.parts[0] == currency]


def _fall(currency: str, before: list[Sum], moves: list[Sum], now: list[Sum], asked: Asked) -> Fall:
    begun, ended = sum(each.value for each in before), sum(each.value for each in now)
    ordered = [
        (what, sum(each.n for each in own), sum(each.value for each in own))
        for what in CHANGES
        if (own := [each for each in moves if each.parts[1] == what])
    ]
    levels = [0, begun]
    for _what, _n, value in ordered:
        levels.append(levels[-1] + value)
    whole = max(*levels, ended, 1)
    chosen = asked.chosen
    first = _end(_("When it began"), sum(each.n for each in before), begun, whole, currency)
    last = _end(_("At the end"), sum(each.n for each in now), ended, whole, currency, asked.query(currency=currency))
    drawn = [first]
    level = begun
    for what, n, value in ordered:
        low = min(level, level + value)
        note = (
            ngettext("%(n)s deal", "%(n)s deals", n)
            if what != "amount changed"
            else ngettext("%(n)s change", "%(n)s changes", n)
        )
        drawn.append(
            Move(
                str(CHANGES[what]), note % {"n": f"{n:,}"}, _SIDES[what], _of_hundred(low, whole),
                _of_hundred(abs(value), whole), _signed(value, currency),
                asked.query(what=what, currency=currency), "pipeline_moves",
            )
        )  # fmt: skip
        level += value
    drawn.append(last)
    says = _("Open deals from inbound, %(days)s.") % {"days": say_days(chosen.period.first_day, chosen.last_day)}
    if chosen.name == "all":
        says = _("Open deals from inbound, from the first to today.")
    adding = "".join(f" {_signed(value, currency, spaced=True)}" for _what, _n, value in ordered)
    added = f"{_money(begun, currency)}{adding} = {_money(ended, currency)}"
    return Fall(currency, _title(begun, ended, ordered, currency), says, added, tuple(drawn))


def _end(label: str, n: int, value: int, whole: int, currency: str, query: str = "") -> Move:
    note = ngettext("%(n)s deal", "%(n)s deals", n) % {"n": f"{n:,}"}
    text = _money(value, currency)
    return Move(label, note, "ink", "0", _of_hundred(value, whole), text, query, "inbound_pipeline")


def _title(begun: int, ended: int, ordered: Sequence[tuple[str, int, int]], currency: str) -> str:
    """Return by how much the pipeline grew or fell, and what did most of it."""
    words = {"amount": _money(abs(ended - begun), currency)}
    if not ordered:
        return _("Nothing moved the pipeline")
    if ended == begun:
        return _("The pipeline stands where it began: %(amount)s") % {"amount": _money(ended, currency)}
    came = sum(value for what, _n, value in ordered if what in {"opened", "reopened"})
    went = -sum(value for what, _n, value in ordered if what in {"won", "lost"})
    if ended > begun:
        if came > went:
            return _("More was opened than won or lost: the pipeline grew by %(amount)s") % words
        return _("Higher amounts let the pipeline grow by %(amount)s") % words
    if went > came:
        return _("More was won or lost than opened: the pipeline fell by %(amount)s") % words
    return _("Lower amounts let the pipeline fall by %(amount)s") % words


def _of_hundred(amount: int, whole: int) -> str:
    return f"{Decimal(max(amount, 0)) * 100 / whole:.2f}"


def _money(minor: int, currency: str) -> str:
    return format_money(Money(minor, currency))


def _signed(minor: int, currency: str, *, spaced: bool = False) -> str:
    sign = "+" if minor >= 0 else "\u2212"
    return f"{sign}{' ' if spaced else ''}{_money(abs(minor), currency)}"
