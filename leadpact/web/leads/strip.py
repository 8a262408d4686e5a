"""The strip of stages above a lead: where it is, and when it got to each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leadpact.handover.types import Stage
from leadpact.people.types import PersonView
from leadpact.scoring.types import Verdict

STAGE_NAMES: Mapping[Stage, str | Promise] = {
    Stage.ANONYMOUS: _("Anonymous"),
    Stage.CONTACT: _("Contact"),
    Stage.LEAD: _("Lead"),
    Stage.READY: _("Ready"),
    Stage.OFFERED: _("Offered"),
    Stage.WORKING: _("Working"),
    Stage.DEAL: _("Deal"),
    Stage.CUSTOMER: _("Customer"),
    Stage.RECYCLED: _("Recycled"),
    Stage.DISQUALIFIED: _("Disqualified"),
    Stage.LOST: _("Lost"),
    Stage.COOLED: _("Cooled"),
}
WAY = (Stage.CONTACT, Stage.LEAD, Stage.READY, Stage.OFFERED, Stage.WORKING, Stage.DEAL, Stage.CUSTOMER)
EXITS = (Stage.RECYCLED, Stage.DISQUALIFIED, Stage.LOST, Stage.COOLED)

# Whose turn it is at a stage gives the strip, and the stage's tag in lists, its colour.
SIDES: Mapping[Stage, str] = {
    Stage.LEAD: "marketing",
    Stage.READY: "both",
    Stage.OFFERED: "both",
    Stage.WORKING: "sales",
    Stage.DEAL: "sales",
    Stage.CUSTOMER: "kept",
    Stage.RECYCLED: "marketing",
    Stage.COOLED: "marketing",
}


@dataclass(frozen=True)
class StripStep:
    label: str | Promise
    happened_at: datetime | None
    is_done: bool
    is_current: bool
    due_at: datetime | None = None


@dataclass(frozen=True)
class Strip:
    stage: Stage
    side: str
    steps: tuple[StripStep, ...]


def strip_of(
    stage: Stage,
    person: PersonView,
    reached: Mapping[str, datetime],
    verdict: Verdict,
    *,
    due_at: datetime | None = None,
) -> Strip:
    """Return the way with its dates; a hand-over that ended stands at its end instead of the stages left out.

    due_at  when the next step is promised by
    """
    dates = {Stage.CONTACT: person.created_at, **_scored(verdict), **{Stage(name): at for name, at in _known(reached)}}
    way = list(WAY)
    if stage in EXITS:
        last = max((WAY.index(each) for each in dates if each in WAY), default=0)
        way = [*WAY[: last + 1], stage]
    at = way.index(stage) if stage in way else -1
    steps = [
        StripStep(
            STAGE_NAMES[each], dates.get(each) if place <= at else None, place < at, place == at,
            due_at if place == at + 1 else None,
        )
        for place, each in enumerate(way)
    ]  # fmt: skip
    return Strip(stage, SIDES.get(stage, ""), tuple(steps))


def _scored(verdict: Verdict) -> dict[Stage, datetime]:
    dates = {Stage.LEAD: verdict.lead_since, Stage.READY: verdict.ready_since}
    return {stage: moment for stage, moment in dates.items() if moment is not None}


def _known(reached: Mapping[str, datetime]) -> list[tuple[str, datetime]]:
    """A former system's own stage names stand in the story, not in the strip."""
    return [(name, moment) for name, moment in reached.items() if name in set(Stage)]
