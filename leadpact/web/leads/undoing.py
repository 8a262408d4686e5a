"""What was just done to the list and can be undone for some minutes, kept with the session of whoever did it.

Only what undoing needs is kept; undoing itself asks the policy anew and writes entries of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import Any, Final

from django.http import HttpRequest

from leadpact.web.shell.access import now_of

MINUTES: Final = 10
USUAL: Final = timedelta(minutes=MINUTES)
_KEY: Final = "leads_undo"


class Deed(StrEnum):
    HAND_ON = "hand_on"
    NOTE = "note"
    DROP_VIEW = "drop_view"
    SEND_BACK = "send_back"


@dataclass(frozen=True)
class Undo:
    """One thing that can be undone.

    says     what was done, as the reader is told
    steps    plain values
    seconds  how long it can still be undone, once it is remembered
    """

    deed: Deed
    says: str
    steps: Sequence[Any]
    seconds: int = 0


def remember(request: HttpRequest, undo: Undo, *, within: timedelta = USUAL) -> None:
    """Offer to undo this; what could be undone before cannot any more."""
    until = now_of(request) + within
    kept = {"deed": undo.deed.value, "says": undo.says, "steps": list(undo.steps), "until": until.isoformat()}
    request.session[_KEY] = kept


def offered(request: HttpRequest) -> Undo | None:
    """Return what can still be undone; reads nothing but the session."""
    kept = request.session.get(_KEY)
    left = datetime.fromisoformat(kept["until"]) - now_of(request) if kept else timedelta(0)
    if not kept or left <= timedelta(0):
        return None
    return Undo(Deed(kept["deed"]), kept["says"], kept["steps"], ceil(left.total_seconds()))


def taken(request: HttpRequest) -> Undo | None:
    """Return what can still be undone and offer it no more, so that it is undone once."""
    undo = offered(request)
    request.session.pop(_KEY, None)
    return undo
