"""How far a token reaches: a part of what its user may, never more.  Pure."""

from collections.abc import Sequence
from typing import Final

from leadpact.base.wording import worded
from leadpact.team.errors import BadScope
from leadpact.team.policy import VERBS

READ: Final = "read"  # look at everything its user may see
WRITE: Final = "write"  # change everything its user may change
ALL: Final = (READ, WRITE)
SCOPES: Final = (READ, WRITE, *VERBS)


def cleaned(scopes: Sequence[str]) -> tuple[str, ...]:
    """Return the scopes once each, in a fixed order; raises `BadScope` for none or one that there is not."""
    wrong = sorted(set(scopes) - set(SCOPES))
    if wrong or not scopes:
        said = worded("There is no scope {scope}.", scope=wrong[0]) if wrong else worded("A token needs a scope.")
        raise BadScope(said, details={"scopes": list(SCOPES)})
    return tuple(each for each in SCOPES if each in scopes)


def verbs_within(scopes: Sequence[str], *, changes: bool) -> frozenset[str] | None:
    """Return the verbs a call with such a token may use; None: all that its user may.

    changes  the call is one that may change something

    Whoever may do something to a thing may see that thing: `deal.edit` brings `deal.see`.
    """
    if (WRITE if changes else READ) in scopes:
        return None
    named = {verb for verb in VERBS if verb in scopes}
    areas = {verb.partition(".")[0] for verb in named}
    seen = {verb for verb in VERBS if verb.partition(".")[2].startswith("see")}
    return frozenset(named | (seen if READ in scopes else {verb for verb in seen if verb.partition(".")[0] in areas}))
