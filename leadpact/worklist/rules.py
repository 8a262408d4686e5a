"""At which stage a person stands, and who may see a kept view: decided in this one place.  No Django, no clock."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from leadpact.base.text import fold, truncate
from leadpact.handover.types import PursuitView, Stage
from leadpact.scoring.types import StandingView
from leadpact.worklist.types import KeptView

# What names the thing an act was about, by kind; the first one said is shown.
_DETAIL: Final[dict[str, tuple[str, ...]]] = {
    "page.viewed": ("path", "title"),
    "form.submitted": ("form",),
    "asset.downloaded": ("asset",),
    "video.watched": ("asset",),
    "webinar.registered": ("webinar",),
    "webinar.attended": ("webinar",),
    "event.attended": ("event",),
    "mail.opened": ("message",),
    "mail.clicked": ("message",),
    "mail.replied": ("message",),
}


def stage_for(*, is_known: bool, standing: StandingView | None, pursuit: PursuitView | None) -> Stage:
    """Return the stage of a person from whether we know them, the last verdict, and their last pursuit.

    A pursuit that runs says it.  So does one that ended, until the person is ready anew after its end.  Without
    a pursuit the verdict says it: history that was imported may be ready without ever having been offered.
    Whoever has not said who they are is anonymous, whatever they did: nobody can call them.
    """
    is_ready = standing is not None and standing.is_ready
    if pursuit is not None and not (is_ready and _ready_anew(standing, pursuit)):
        return pursuit.stage
    if not is_known:
        return Stage.ANONYMOUS
    if is_ready:
        return Stage.READY
    return Stage.LEAD if standing is not None and standing.is_lead else Stage.CONTACT


def _ready_anew(standing: StandingView | None, pursuit: PursuitView) -> bool:
    if pursuit.ended_at is None or standing is None or standing.ready_since is None:
        return False
    return standing.ready_since > pursuit.ended_at


def detail_of(kind: str, properties: dict[str, object]) -> str:
    """Return what an act was about, "" where it does not say."""
    told = (properties.get(name) for name in _DETAIL.get(kind, ()))
    return next((value.strip()[:200] for value in told if isinstance(value, str) and value.strip()), "")


def owner_of(person_owner: int | None, pursuit: PursuitView | None) -> int | None:
    """Return whose a line is: who has it while a pursuit runs; then whoever the person was given to, or had it last."""
    if pursuit is None:
        return person_owner
    first, second = (pursuit.owner, person_owner) if pursuit.is_active else (person_owner, pursuit.owner)
    return first if first is not None else second


def month_began(now: datetime, zone: ZoneInfo) -> datetime:
    """Return when the month of `now` began in a zone."""
    return now.astimezone(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)


def may_see(view: KeptView, user: int, *, is_one_of_us: bool) -> bool:
    """Say whether somebody may open a view: their own, and shared ones unless they are a partner.

    A shared view shows nobody a lead they may not see; but its name and filters may speak of others' customers.
    """
    return view.owner == user or (view.is_shared and is_one_of_us)


def may_change(view: KeptView, user: int, *, keeps_house: bool) -> bool:
    """Say whether somebody may rename, share or delete a view: whoever made it, and for shared ones an admin."""
    return view.owner == user or (view.is_shared and keeps_house)


def family_of(name: str) -> str:
    """Return the folded last word of a name of several words, "" for others: people are looked up by it."""
    words = fold(name).split()
    return truncate(words[-1], 120) if len(words) > 1 else ""
