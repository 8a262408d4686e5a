"""What became of events, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leadpact.engagement.types import Arrivals, Outcome, Why

OUTCOMES: dict[Outcome, Promise] = {
    Outcome.RECORDED: _("recorded"),
    Outcome.DUPLICATE: _("came twice, counted once"),
    Outcome.CONFLICT: _("held back: the same id with other content"),
    Outcome.QUARANTINED: _("held back"),
    Outcome.DROPPED: _("not wanted"),
    Outcome.COUNTED: _("counted, not followed"),
}
REASONS: dict[Why, Promise] = {
    Why.BAD_JSON: _("held back: cannot be read"),
    Why.NOT_AN_OBJECT: _("held back: no event at all"),
    Why.TOO_DEEP: _("held back: nested too deep"),
    Why.TOO_LARGE_EVENT: _("held back: too large"),
    Why.UNKNOWN_TYPE: _("held back: of a type nobody knows"),
    Why.NO_IDENTITY: _("held back: says nothing of who it was"),
    Why.BAD_IDENTITY: _("held back: names nobody in particular"),
    Why.BAD_MESSAGE_ID: _("held back: its message id cannot be one"),
    Why.BAD_TIME: _("held back: its time cannot be read"),
    Why.BAD_EVENT_NAME: _("held back: its name cannot be one"),
    Why.RESERVED_KIND: _("held back: a name that only Leadpact may use"),
    Why.NOT_FOR_BROWSER_KEYS: _("held back: not for keys in pages"),
    Why.UNKNOWN_SOURCE: _("held back: its write key is gone"),
    Why.ROBOT: _("not wanted: filled in by a robot"),
    Why.DISCARDED: _("not wanted: discarded by hand"),
    Why.SWITCHED_OFF: _("not wanted: the sender switched Leadpact off"),
    Why.NO_CONSENT: _("counted, not followed: no consent"),
    Why.PRIVACY_SIGNAL: _("counted, not followed: the browser asked for privacy"),
}


def said_of(arrivals: Arrivals) -> tuple[int, str | Promise]:
    """Return how many events, and what became of them."""
    reason = REASONS.get(arrivals.why) if arrivals.why else None
    return arrivals.count, reason or OUTCOMES[arrivals.outcome]
