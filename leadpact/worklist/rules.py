"""At which stage a person stands, decided in this one place.  No Django, no clock."""

from typing import Final

from leadpact.handover.types import PursuitView, Stage
from leadpact.scoring.types import StandingView

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
