"""The funnel: how far those who began in a period came, what was reached in it, and both month by month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leadpact.handover.types import Stage
from leadpact.loop.steps import Every, Slice, every_of
from leadpact.loop.types import Step, Sum
from leadpact.web.leads.strip import EXITS, STAGE_NAMES
from leadpact.web.loop.asked import Asked
from leadpact.web.loop.figures import say_interval_of, say_share
from leadpact.web.loop.periods import say_slice


@dataclass(frozen=True)
class Bar:
    """One stage of the funnel.

    width   per cent of the widest bar drawn; None: so much wider that it is left out
    times   then, how many times the leads
    share   of the stage above it, and between what the true share lies where they are few; cohorts only
    """

    step: Step
    label: str
    side: str
    width: str | None
    times: str
    share: str
    interval: str
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


@dataclass(frozen=True)
class MatrixRow:
    """One week, month or quarter: how many at each stage, with the share of its leads."""

    label: str
    url: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Matrix:
    """The same by when they began, or by when they got there."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[MatrixRow, ...]


_COLUMNS = (Stage.LEAD, Stage.READY, Stage.OFFERED, Stage.WORKING, Stage.DEAL, Stage.CUSTOMER)


def funnel_of(steps: Sequence[Step], asked: Asked, *, is_cohort: bool = True) -> Funnel:
    """Return the funnel; of a period, not a cohort, the stages from lead on and no shares."""
    exits = {stage.value for stage in EXITS}
    leads = next((step.reached for step in steps if step.stage == Stage.LEAD), 0)
    widest = max((step.reached for step in steps if step.stage not in _BEFORE_LEAD), default=0)
    whole = max((step.reached for step in steps if step.reached <= 2 * widest), default=0) or 1
    way, former, left = list[Bar](), list[Bar](), list[Bar]()
    above: Step | None = None
    for step in steps:
        if not is_cohort and step.stage in _BEFORE_LEAD:
            continue
        goes_on = not step.is_former and step.stage not in exits
        bar = _bar(step, above if goes_on and is_cohort else None, whole, leads, asked)
        (way if goes_on else former if step.is_former else left).append(bar)
        above = step if goes_on else above
    return Funnel(tuple(way), tuple(former), tuple(left))


def _bar(step: Step, above: Step | None, widest: int, leads: int, asked: Asked) -> Bar:
    has_share = above is not None and above.reached > 0
    share = say_share(Decimal(step.reached) / above.reached) if above is not None and has_share else ""
    known, is_wider = step.stage in set(Stage), step.reached > widest
    return Bar(
        step=step,
        label=str(STAGE_NAMES[Stage(step.stage)]) if known else step.stage.capitalize(),
        side=_SIDES.get(step.stage, "ink"),
        width=None if is_wider else f"{step.reached * 1000 // widest / 10:g}",
        times=f"{Decimal(step.reached) / leads:,.1f}".removesuffix(".0") if is_wider and leads else "",
        share=share,
        interval=say_interval_of(step.reached, above.reached) if above is not None and has_share else "",
        url=asked.query(stage=step.stage),
    )


def matrix_of(sums: Sequence[Sum], parts: Sequence[Slice], asked: Asked, *, is_cohort: bool) -> Matrix:
    """Return the funnel week by week or month by month, the newest first."""
    every, chosen = every_of(asked.chosen.period), asked.chosen
    counts = dict[tuple[int, str], int]()
    for each in sums:
        at = each.place, each.parts[0] or ""
        counts[at] = counts.get(at, 0) + each.n
    rows = []
    first = min((place for place, _stage in counts), default=0) if chosen.name == "all" else 0
    for place, part in reversed(list(enumerate(parts))[first:]):
        reached = [counts.get((place, stage.value), 0) for stage in _COLUMNS]
        shares = [
            say_share(Decimal(n) / reached[0]) if is_cohort and reached[0] and i else "" for i, n in enumerate(reached)
        ]
        cells = tuple((f"{n:,}", share) for n, share in zip(reached, shares, strict=True))
        rows.append(MatrixRow(say_slice(part, every), chosen.days_query(part), cells))
    title = _title(counts, parts, every, is_cohort=is_cohort)
    return Matrix(title, tuple(str(STAGE_NAMES[stage]) for stage in _COLUMNS), tuple(rows))


def _title(counts: Mapping[tuple[int, str], int], parts: Sequence[Slice], every: Every, *, is_cohort: bool) -> str:
    """Return in which part most became customers, or, of cohorts, which brought them."""
    won = {place: n for (place, stage), n in counts.items() if stage == Stage.CUSTOMER and n}
    if not won:
        return _("Nobody became a customer yet") if is_cohort else _("Nobody became a customer in this time")
    place = max(won, key=lambda each: (won[each], each))
    words = {"n": won[place], "label": say_slice(parts[place], every)}
    if not is_cohort:
        said = ngettext(
            "Most customers in %(label)s: %(n)s customer", "Most customers in %(label)s: %(n)s customers", won[place]
        )
        return said % words
    words |= {"leads": f"{counts.get((place, Stage.LEAD.value), 0):,}"}
    said = ngettext(
        "Most customers began in %(label)s: %(n)s customer of %(leads)s leads so far",
        "Most customers began in %(label)s: %(n)s customers of %(leads)s leads so far",
        won[place],
    )
    return said % words
