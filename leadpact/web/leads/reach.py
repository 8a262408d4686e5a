"""How far somebody sees beyond the lead they have.

Partners have own leads only, and no story without consent.  That somebody else is past due with a lead is how they
perform, and for them and their head alone; see `web.shell.performance`.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

from leadpact.flow import clock
from leadpact.team import policy
from leadpact.team.policy import Subject
from leadpact.team.types import Member, Side
from leadpact.worklist.types import Line

OWED_BY_A_TEAM: Final = frozenset({"offer", "volume"})  # marketing owes these together


def sees_everybody(member: Member) -> bool:
    """Say whether the member sees every lead, so that lists need no look at each."""
    return policy.visible_owners(member) is None


def line_for(line: Line, member: Member, *, is_open: bool = False, now: datetime | None = None) -> Line:
    """Return a line of a list as the member may see it, without a look at the database.

    Those who may not see every story get no last act, and nobody another's promise that is past due.

    is_open  the company's settings show everybody inside how individuals perform
    """
    if _is_anothers_delay(line, member, now=now or clock.now(), is_open=is_open):
        line = replace(line, due_at=None, due_what="")
    if sees_everybody(member):
        return line
    return replace(line, last_act_at=None, last_act="", last_act_kind="", last_act_detail="")


def sees_every_delay(member: Member) -> bool:
    """Say whether the member answers for all who sell, and so is told whatever of theirs is past due."""
    return policy.may(member, "performance.see_individual", Subject("performance", side=Side.SALES))


def _is_anothers_delay(line: Line, member: Member, *, now: datetime, is_open: bool) -> bool:
    if line.due_at is None or line.due_at >= now or line.due_what in OWED_BY_A_TEAM or line.owner is None:
        return False
    # Whoever has a lead sells: the head of sales answers for both sides who do.
    whose = Subject("performance", owner=line.owner, team=line.team, side=Side.SALES, performance_is_open=is_open)
    return not policy.may(member, "performance.see_individual", whose)
