"""The promises of both sides, week by week: kept and missed of each kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from leadpact.loop.steps import Every, Slice
from leadpact.loop.types import Sum
from leadpact.web.loop.asked import Asked
from leadpact.web.loop.charts import HEIGHT, share_of
from leadpact.web.loop.figures import say_interval_of, say_part
from leadpact.web.loop.periods import label_slice, say_slice

VOWS: Mapping[str, str | Promise] = {
    "offer": gettext_lazy("Ready leads offered in time"),
    "answer": gettext_lazy("Offers answered in time"),
    "attempts": gettext_lazy("Leads called or written to in time"),
    "feedback": gettext_lazy("Feedback on leads in time"),
    "dispute": gettext_lazy("Disputes answered in time"),
    "volume": gettext_lazy("Enough ready leads in the month"),
}
_HEADS: Mapping[str, str | Promise] = {
    "marketing": gettext_lazy("Marketing promised sales"),
    "sales": gettext_lazy("Sales promised marketing"),
    "partner": gettext_lazy("Partners promised us"),
}
_COLOURS: Mapping[str, str] = {"marketing": "marketing", "sales": "sales", "partner": "prospect"}
_ORDER = ("offer", "volume", "answer", "attempts", "feedback", "dispute")


@dataclass(frozen=True)
class Column:
    """One week of one promise.  Kept stands on the line, missed upon it; geometry for a viewBox of 100 by `HEIGHT`."""

    label: str
    says: str
    kept: int
    missed: int
    url: str
    x: str
    width: str
    kept_top: str
    kept_height: str
    missed_top: str
    missed_height: str

    @property
    def share(self) -> str:
        return say_part(self.kept, self.kept + self.missed) if self.kept + self.missed else ""


@dataclass(frozen=True)
class Vow:
    """One kind of promise of one side."""

    kind: str
    title: str
    kept: int
    due: int
    query: str
    columns: tuple[Column, ...]

    @property
    def figure(self) -> str:
        return say_part(self.kept, self.due)

    @property
    def missed(self) -> int:
        return self.due - self.kept

    @property
    def interval(self) -> str:
        return say_interval_of(self.kept, self.due)

    @property
    def says(self) -> str:
        words = {"kept": f"{self.kept:,}", "due": f"{self.due:,}"}
        return ngettext("%(kept)s of %(due)s due", "%(kept)s of %(due)s due", self.due) % words

    @property
    def worst(self) -> str:
        """The week with the most missed, where there is one."""
        most = max((column.missed for column in self.columns), default=0)
        weeks = [column for column in self.columns if column.missed == most]
        if not most:
            return _("none was missed")
        if len(weeks) > 1:
            return ngettext("%(n)s missed", "%(n)s missed", self.missed) % {"n": self.missed}
        words = {"n": self.missed, "most": most, "week": weeks[0].says}
        return _("%(n)s missed, most in %(week)s: %(most)s") % words

    @property
    def middle(self) -> str:
        return self.columns[len(self.columns) // 2].label

    @property
    def last(self) -> Column:
        return self.columns[-1]

    @property
    def is_wide(self) -> bool:
        return len(self.columns) > 2


@dataclass(frozen=True)
class Keeping:
    """What one side promised and kept."""

    side: str
    head: str
    colour: str
    kept: int
    due: int
    vows: tuple[Vow, ...]

    @property
    def figure(self) -> str:
        return say_part(self.kept, self.due)


def keepings_of(sums: Sequence[Sum], parts: Sequence[Slice], asked: Asked, every: Every) -> list[Keeping]:
    """Return marketing and sales, always both, and partners where they promised something.

    sums   by side and kind, told apart by `parts`
    """
    found = []
    for side, head in _HEADS.items():
        own = [each for each in sums if each.parts[0] == side]
        if not own and side == "partner":
            continue
        kinds = sorted({each.parts[1] or "" for each in own}, key=lambda kind: (_place(kind), kind))
        vows = tuple(
            _vow(side, kind, [each for each in own if each.parts[1] == kind], parts, asked, every) for kind in kinds
        )
        kept, due = sum(each.value for each in own), sum(each.n for each in own)
        found.append(Keeping(side, str(head), _COLOURS[side], kept, due, vows))
    return found


def title_of(keepings: Sequence[Keeping]) -> str:
    """Return who kept more of what was due, unless too few were to say."""
    told = {keeping.side: keeping for keeping in keepings if keeping.due}
    marketing, sales = told.get("marketing"), told.get("sales")
    if marketing is None and sales is None:
        return _("No promise was due in this time")
    if marketing is None or sales is None:
        one = marketing or sales
        assert one is not None
        side = _("Marketing") if one is marketing else _("Sales")
        return _("%(side)s kept %(share)s of its promises") % {"side": side, "share": one.figure}
    words = {"marketing": marketing.figure, "sales": sales.figure}
    apart = Decimal(marketing.kept) / marketing.due - Decimal(sales.kept) / sales.due
    if apart == 0:
        return _("Both sides kept %(sales)s of their promises") % words
    if apart > 0:
        return _("Marketing kept %(marketing)s of its promises, sales %(sales)s") % words
    return _("Sales kept %(sales)s of its promises, marketing %(marketing)s") % words


def _place(kind: str) -> int:
    return _ORDER.index(kind) if kind in _ORDER else len(_ORDER)


def _vow(side: str, kind: str, sums: Sequence[Sum], parts: Sequence[Slice], asked: Asked, every: Every) -> Vow:
    counted = [(0, 0)] * len(parts)
    for each in sums:
        due, kept = counted[each.place]
        counted[each.place] = (due + each.n, kept + each.value)
    first = next((i for i, (due, _kept) in enumerate(counted) if due), 0) if asked.chosen.name == "all" else 0
    shown = list(zip(parts, counted, strict=True))[first:]
    highest, step = max((due for _part, (due, _kept) in shown), default=0) or 1, Decimal(100) / (len(shown) or 1)
    columns = tuple(
        _column(part, counts, highest, Decimal(i) * step, step, asked.query(
            side=side, kind=kind, period=f"{part.since} to {part.until.fromordinal(part.until.toordinal() - 1)}"
        ), every)
        for i, (part, counts) in enumerate(shown)
    )  # fmt: skip
    kept, due = sum(each.value for each in sums), sum(each.n for each in sums)
    return Vow(kind, str(VOWS.get(kind, kind)), kept, due, asked.query(side=side, kind=kind), columns)


def _column(
    part: Slice, counts: tuple[int, int], highest: int, x: Decimal, step: Decimal, url: str, every: Every
) -> Column:
    due, kept = counts
    gap = step * Decimal("0.12")
    tall = Decimal(share_of(kept, highest)) * HEIGHT / 100
    upon = Decimal(share_of(due - kept, highest)) * HEIGHT / 100
    return Column(
        label_slice(part, every), say_slice(part, every), kept, due - kept, url,
        _two(x + gap), _two(step - 2 * gap), _two(HEIGHT - tall), _two(tall), _two(HEIGHT - tall - upon), _two(upon),
    )  # fmt: skip


def _two(number: Decimal) -> str:
    return f"{number:.2f}"
