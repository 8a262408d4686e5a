"""Charts as geometry: bars from zero in a stretched SVG, every word in HTML beside them, and the same as a table.

No script draws them.  A bar's link opens the rows that add up to it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from leadpact.base.money import Money, format_money
from leadpact.loop import chance
from leadpact.loop.steps import Slice, every_of
from leadpact.loop.types import Sum, Unit
from leadpact.web.loop.figures import say_part
from leadpact.web.loop.periods import Chosen, label_slice, say_slice

HEIGHT: Final = 88  # of an upright chart, in the units of its SVG
MOST: Final = 12  # bars of a list; the rest stand together


@dataclass(frozen=True)
class Bar:
    """One bar of either kind.

    amount   what it is long by; of a share the share in 1/10,000
    n        rows behind it, and `added` of them hit, for shares
    size     of the longest bar, from 0 to 100
    low, high  ends of the interval of a share, from 0 to 100; None: enough rows, or none
    """

    label: str
    says: str
    amount: int
    n: int
    added: int
    text: str
    url: str
    size: str = "0"
    low: str = ""
    high: str = ""
    note: str = ""

    @property
    def top(self) -> str:
        """Where an upright bar begins, from above."""
        return _plain(HEIGHT - Decimal(self.size) * HEIGHT / 100)

    @property
    def height(self) -> str:
        return _plain(Decimal(self.size) * HEIGHT / 100)

    @property
    def low_top(self) -> str:
        return _plain(HEIGHT - Decimal(self.low or 0) * HEIGHT / 100)

    @property
    def high_top(self) -> str:
        return _plain(HEIGHT - Decimal(self.high or 0) * HEIGHT / 100)

    @property
    def low_percent(self) -> str:
        return f"{Decimal(self.low or 0):.0f}"

    @property
    def high_percent(self) -> str:
        return f"{Decimal(self.high or 0):.0f}"


@dataclass(frozen=True)
class Chart:
    """One chart: its finding, one sentence on what is drawn, its bars.

    side      the team whose colour it has
    heading   what a bar is, for the head of its table
    measure   what is counted, likewise
    is_upright  its bars are parts of time, side by side
    """

    key: str
    title: str
    says: str
    bars: tuple[Bar, ...]
    side: str = "both"
    heading: str = ""
    measure: str = ""
    is_share: bool = False
    is_upright: bool = False

    @property
    def has_any(self) -> bool:
        return any(bar.n for bar in self.bars)


def measured(unit: Unit, n: int, value: int, currency: str | None) -> tuple[int, str]:
    """Return how long a bar of these rows is, and its figure in words."""
    if unit is Unit.SHARE:
        return (value * 10_000 // n if n else 0), say_part(value, n)
    if unit is Unit.MONEY:
        return value, format_money(Money(value, currency or "EUR"))
    return value, f"{value:,}"


def over_time(
    sums: Sequence[Sum],
    parts: Sequence[Slice],
    unit: Unit,
    chosen: Chosen,
    *,
    currency: str | None = None,
    url: Callable[[Slice], str],
) -> tuple[Bar, ...]:
    """Return a bar for each part of the period; those before the first row are left out where the period is ever."""
    every = every_of(chosen.period)
    found = [(0, 0)] * len(parts)
    for each in sums:
        n, value = found[each.place]
        found[each.place] = (n + each.n, value + each.value)
    first = next((i for i, (n, _value) in enumerate(found) if n), 0) if chosen.name == "all" else 0
    bars = []
    for part, (n, value) in list(zip(parts, found, strict=True))[first:]:
        amount, text = measured(unit, n, value, currency)
        label, says = label_slice(part, every), say_slice(part, every)
        bars.append(Bar(label, says, amount, n, value, text, url(part)))
    return sized(bars, unit)


def by_part(
    sums: Sequence[Sum],
    column: int,
    unit: Unit,
    *,
    currency: str | None = None,
    say: Callable[[str | None], str],
    url: Callable[[str | None], str],
) -> tuple[Bar, ...]:
    """Return a bar for each value of a column of the sums, the longest first."""
    found: dict[str | None, tuple[int, int]] = {}
    for each in sums:
        part = each.parts[column] or None
        n, value = found.get(part, (0, 0))
        found[part] = (n + each.n, value + each.value)
    bars = []
    for part, (n, value) in found.items():
        amount, text = measured(unit, n, value, currency)
        bars.append(Bar(say(part), say(part), amount, n, value, text, url(part)))
    return sized(sorted(bars, key=lambda bar: (-bar.amount, -bar.n, bar.label))[:MOST], unit)


def sized(bars: Sequence[Bar], unit: Unit) -> tuple[Bar, ...]:
    """Return the bars with their lengths from zero: of shares against all, else against the longest."""
    whole = 10_000 if unit is Unit.SHARE else max((bar.amount for bar in bars), default=0) or 1
    return tuple(_with_interval(replace(bar, size=share_of(bar.amount, whole)), unit) for bar in bars)


def _with_interval(bar: Bar, unit: Unit) -> Bar:
    interval = chance.wilson(bar.added, bar.n) if unit is Unit.SHARE and bar.n < chance.FEW else None
    if interval is None:
        return bar
    return replace(bar, low=_plain(interval[0] * 100), high=_plain(interval[1] * 100))


def share_of(amount: int, whole: int) -> str:
    """Return a length in per cent for an attribute: a point, never a comma; never less than none."""
    return _plain(Decimal(max(amount, 0)) * 100 / (whole or 1))


def _plain(number: Decimal) -> str:
    return f"{number.quantize(Decimal('0.01')).normalize():f}"
