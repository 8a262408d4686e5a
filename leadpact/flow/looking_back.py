"""The look back over everybody: asked for on a page, done by the worker, and kept until the next one."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from leadpact.flow import beginning
from leadpact.flow.beginning import LookedBack, Month
from leadpact.pact.errors import NoPact
from leadpact.scoring import looks
from leadpact.scoring.looks import LookView


def step(now: datetime) -> bool:
    """Do the look back that is due, if any; one that the replay is not ready for waits on."""
    from leadpact.flow.replaying.looking import NotCompiledYet  # numpy: only for who looks back

    look = looks.take(now)
    if look is None:
        return False
    try:
        found = beginning.looked_back(now=now, tell=lambda part: looks.go_on(look.id, part))
    except NotCompiledYet:
        looks.put_back(look.id)
        return False
    except NoPact as error:
        looks.finish(look.id, None, fault=error.code, now=now)
        return True
    looks.finish(look.id, _document(found), now=now)
    return True


def found_by(look: LookView) -> LookedBack | None:
    """Return what a look back found; None while it runs, and where nothing came of it."""
    if look.found is None:
        return None
    said: dict[str, Any] = look.found
    months = tuple(Month(datetime.fromisoformat(begins), persons) for begins, persons in said["months"])
    numbers = {name: int(said[name]) for name in ("persons", "ready", "bought", "both")}
    return LookedBack(**numbers, months=months, unforeseen=tuple(said["unforeseen"]))


def _document(found: LookedBack) -> dict[str, Any]:
    months = [(month.begins.isoformat(), month.persons) for month in found.months]
    return {**asdict(found), "months": months, "unforeseen": list(found.unforeseen)}
