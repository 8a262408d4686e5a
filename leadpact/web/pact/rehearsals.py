"""A replay in words and pictures: what would have come, month by month, and beside the pact that holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.utils.dateformat import format as format_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from leadpact.flow.replaying.types import Compared, MonthRow, Outcomes, Rehearsal
from leadpact.scoring.replay.types import Engine, Mode
from leadpact.web.pact.replay_forms import Wanted

HEIGHT: Final = 120  # of the chart, in the units of its SVG
QUICK: Final = 0.1  # seconds under which milliseconds are said
EXPLAINED: Final[Mapping[Mode, str | Promise]] = {
    Mode.WHAT_IF: gettext_lazy(
        "What if: no rejection and no recycle that happened plays a part; each pact makes only its own coolings. "
        "So two pacts can be held against each other."
    ),
    Mode.AS_LIVED: gettext_lazy(
        "As lived: with the rejections, recycles and coolings that happened. Of the pact in force it is what its own "
        "score said."
    ),
}
RESULTS: Final[Mapping[str, tuple[str | Promise, str]]] = {
    "won": (gettext_lazy("won"), "kept"),
    "rejected": (gettext_lazy("rejected"), "past"),
    "other": (gettext_lazy("handed over"), "outline"),
    "outcome_unknown": (gettext_lazy("never offered"), "outline"),
}


@dataclass(frozen=True)
class Tile:
    """One figure, and that of the pact beside it."""

    name: str
    figure: str
    change: str


@dataclass(frozen=True)
class Part:
    """A piece of a bar: from `y`, so high."""

    kind: str
    y: str
    height: str


@dataclass(frozen=True)
class Bar:
    """One month.  `beside_*` is the bar of the pact beside it; "" where there is none."""

    month: str
    label: str
    says: str
    total: int
    found: Outcomes
    returns: int
    parts: tuple[Part, ...]
    beside: int | None
    beside_y: str = ""
    beside_height: str = ""


@dataclass(frozen=True)
class Tab:
    """One list of would-be hand-overs; `key` is what the address names it by."""

    key: str
    label: str
    count: int
    says: str


@dataclass(frozen=True)
class Shown:
    """All that the page says of a replay."""

    told: Rehearsal
    name: str
    headline: str
    sentences: tuple[str, ...]
    period: str
    mode: str
    explained: str
    counted: str
    tiles: tuple[Tile, ...]
    finding: str
    bars: tuple[Bar, ...]
    tabs: tuple[Tab, ...]
    beside_name: str

    @property
    def found(self) -> Outcomes:
        return self.told.outcomes

    @property
    def has_any(self) -> bool:
        return any(bar.total or bar.beside for bar in self.bars)


def shown_of(told: Rehearsal, beside: Sequence[MonthRow], wanted: Wanted, *, name: str, beside_name: str) -> Shown:
    """Say a replay.  `name` is what the pact is called in a sentence, `beside_name` the one it is held against."""
    against = told.against
    bars = _bars(told.months, beside, has_other=against is not None)
    return Shown(
        told=told,
        name=name,
        headline=_headline(told, wanted, name, beside_name),
        sentences=tuple(_sentences(told)),
        period=say_period(wanted),
        mode=str(_("As lived") if told.mode is Mode.AS_LIVED else _("What if")),
        explained=str(EXPLAINED[told.mode]),
        counted=_counted(told),
        tiles=_tiles(told, beside, bars),
        finding=_finding(bars, name, beside_name),
        bars=bars,
        tabs=tuple(_tabs(told, beside_name)),
        beside_name=beside_name if against else "",
    )


def say_period(wanted: Wanted) -> str:
    """Return the period as it stands behind a verb: "in 12 months", "from 1 Mar 2026 to 3 Apr 2026"."""
    if wanted.months is not None:
        return ngettext("in %(n)s month", "in %(n)s months", wanted.months) % {"n": wanted.months}
    words = {
        "since": _day(wanted.since, wanted) if wanted.since else "",
        "until": _day(wanted.until or wanted.as_of, wanted),
    }
    if wanted.since is None:
        return _("from the beginning to %(until)s") % words
    return _("from %(since)s to %(until)s") % words


def _day(moment: datetime, wanted: Wanted) -> str:
    return format_date(moment.astimezone(wanted.pact.zone), "j M Y")


def _headline(told: Rehearsal, wanted: Wanted, name: str, beside_name: str) -> str:
    n = told.outcomes.handovers
    words = {"pact": name, "n": f"{n:,}", "period": say_period(wanted), "other": beside_name}
    if told.against is None:
        return ngettext(
            "%(pact)s would have handed over %(n)s lead %(period)s.",
            "%(pact)s would have handed over %(n)s leads %(period)s.",
            n,
        ) % words  # fmt: skip
    words["m"] = f"{told.against.handovers:,}"
    return ngettext(
        "%(pact)s would have handed over %(n)s lead %(period)s instead of %(m)s.",
        "%(pact)s would have handed over %(n)s leads %(period)s instead of %(m)s.",
        n,
    ) % words  # fmt: skip


def _sentences(told: Rehearsal) -> list[str]:
    said = [*_of_those_that_differ(told.against)] if told.against else []
    missed = told.missed
    if missed.handovers:
        said.append(
            ngettext(
                "%(n)s was really handed over and would not have been: %(won)s won, %(rejected)s rejected.",
                "%(n)s were really handed over and would not have been: %(won)s won, %(rejected)s rejected.",
                missed.handovers,
            )
            % {"n": f"{missed.handovers:,}", "won": f"{missed.won:,}", "rejected": f"{missed.rejected:,}"}
        )
    return said


def _of_those_that_differ(against: Compared) -> list[str]:
    gained, lost = against.gained, against.lost
    if not gained.handovers and not lost.handovers:
        return [_("Both would have handed over the same people.")]
    said = [_gained(gained)] if gained.handovers else []
    if lost.handovers:
        words = {"n": f"{lost.handovers:,}", "won": f"{lost.won:,}", "rejected": f"{lost.rejected:,}"}
        said.append(
            ngettext(
                "%(n)s lost, of which %(won)s was won and %(rejected)s rejected.",
                "%(n)s lost, of which %(won)s were won and %(rejected)s rejected.",
                lost.won,
            )
            % words
        )
    return said


def _gained(gained: Outcomes) -> str:
    words = {"n": f"{gained.handovers:,}", "unknown": f"{gained.outcome_unknown:,}"}
    if gained.outcome_unknown == gained.handovers:
        return _("%(n)s gained: never offered, outcome unknown.") % words
    if not gained.outcome_unknown:
        return _("%(n)s gained: all handed over in truth too.") % words
    return _("%(n)s gained: %(unknown)s of these never offered, outcome unknown.") % words


def _counted(told: Rehearsal) -> str:
    words = {"persons": f"{told.persons:,}", "events": f"{told.events:,}"}
    words["time"] = f"{told.seconds:.2f} s" if told.seconds >= QUICK else f"{max(1, round(told.seconds * 1000))} ms"
    if told.engine is Engine.PLAIN:
        return _("%(persons)s persons, %(events)s acts, in %(time)s, not compiled yet") % words
    return _("%(persons)s persons, %(events)s acts, in %(time)s") % words


def _tiles(told: Rehearsal, beside: Sequence[MonthRow], bars: Sequence[Bar]) -> tuple[Tile, ...]:
    found, against = told.outcomes, told.against
    other = _sum(beside)
    offered = found.won + found.rejected + found.other
    before = other.won + other.rejected + other.other

    def was(text: str) -> str:
        return _("in force: %(figure)s") % {"figure": text} if against else ""

    def share(part: int, whole: int) -> str:
        return _("%(part)s of %(whole)s") % {"part": f"{part:,}", "whole": f"{whole:,}"}

    return (
        Tile(_("Hand-overs a month"), _mean(found.handovers, len(bars)), was(_mean(other.handovers, len(bars)))),
        Tile(_("Won, of those really handed over"), share(found.won, offered), was(share(other.won, before))),
        Tile(_("Rejected, of the same"), share(found.rejected, offered), was(share(other.rejected, before))),
        Tile(_("Taken back as cooled"), f"{told.returns:,}", was(f"{sum(row.returns for row in beside):,}")),
    )


def _mean(n: int, months: int) -> str:
    if not months:
        return "0"
    mean = Decimal(n) / months
    return f"{mean:,.0f}" if mean >= 10 or mean == int(mean) else f"{mean:.1f}"


def _sum(rows: Sequence[MonthRow]) -> Outcomes:
    some = [row.outcomes for row in rows]
    return Outcomes(
        sum(each.won for each in some), sum(each.rejected for each in some), sum(each.other for each in some),
        sum(each.outcome_unknown for each in some),
    )  # fmt: skip


def _bars(own: Sequence[MonthRow], beside: Sequence[MonthRow], *, has_other: bool) -> tuple[Bar, ...]:
    """Return a bar for every month from the first to the last that either has."""
    mine, others = {row.month: row for row in own}, {row.month: row for row in beside}
    names = _all_between(sorted({*mine, *others}))
    nothing = Outcomes()
    most = max((row.outcomes.handovers for row in (*own, *beside)), default=0) or 1
    bars = []
    for name in names:
        row = mine.get(name)
        found = row.outcomes if row else nothing
        other = others[name].outcomes.handovers if name in others else 0
        first = datetime.fromisoformat(f"{name}-01")
        height = _units(other, most)
        bars.append(
            Bar(
                name, format_date(first, "M y" if first.month == 1 else "M"), format_date(first, "F Y"),
                found.handovers, found, row.returns if row else 0, _parts(found, most),
                other if has_other else None, _plain(HEIGHT - height), _plain(height),
            )
        )  # fmt: skip
    return tuple(bars)


def _all_between(names: Sequence[str]) -> list[str]:
    if not names:
        return []
    (year, month), found = map(int, names[0].split("-")), list[str]()
    while not found or found[-1] != names[-1]:
        found.append(f"{year:04d}-{month:02d}")
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return found


def _parts(found: Outcomes, most: int) -> tuple[Part, ...]:
    """From the foot up: what really was handed over, then apart what never was offered."""
    parts, below = list[Part](), Decimal(0)
    for kind in ("won", "other", "rejected", "outcome_unknown"):
        height = _units(getattr(found, kind), most)
        below += height
        if height:
            parts.append(Part(kind, _plain(HEIGHT - below), _plain(height)))
    return tuple(parts)


def _units(n: int, most: int) -> Decimal:
    return Decimal(n) * HEIGHT / most


def _plain(number: Decimal) -> str:
    return f"{number.quantize(Decimal('0.01')).normalize():f}"


def _finding(bars: Sequence[Bar], name: str, beside_name: str) -> str:
    if not bars:
        return _("Nobody would have been handed over")
    if bars[0].beside is None:
        top = max(bars, key=lambda bar: bar.total)
        return _("Most in %(month)s: %(n)s") % {"month": top.says, "n": f"{top.total:,}"}
    fewer = sum(bar.total < (bar.beside or 0) for bar in bars)
    more = sum(bar.total > (bar.beside or 0) for bar in bars)
    words = {"pact": name, "other": beside_name, "months": len(bars), "fewer": fewer, "more": more}
    if not fewer and not more:
        return _("As many in every month as under %(other)s") % words
    if not more:
        return _("Fewer than under %(other)s in %(fewer)s of %(months)s months, more in none") % words
    if not fewer:
        return _("More than under %(other)s in %(more)s of %(months)s months, fewer in none") % words
    return _("Fewer than under %(other)s in %(fewer)s of %(months)s months, more in %(more)s") % words


def _tabs(told: Rehearsal, beside_name: str) -> list[Tab]:
    missed = Tab(
        "missed", _("Really handed over, and not by this"), told.missed.handovers,
        _("Handed over in truth, and this pact would have had nobody ready there."),
    )  # fmt: skip
    against = told.against
    if against is None:
        return [missed]
    words = {"other": beside_name}
    return [
        Tab("lost", _("No longer come"), against.lost.handovers, _("Ready under %(other)s, and not here.") % words),
        Tab("gained", _("Come new"), against.gained.handovers, _("Ready here, and not under %(other)s.") % words),
        Tab("both", _("Come with both"), against.both.handovers, _("Ready here, and under %(other)s too.") % words),
        missed,
    ]
