"""How far somebody sees beyond the lead they have: partners have own leads only, and no story without consent."""

from dataclasses import replace

from leadpact.team import policy
from leadpact.team.types import Member
from leadpact.worklist.types import Line


def sees_everybody(member: Member) -> bool:
    """Say whether the member sees every lead, so that lists need no look at each."""
    return policy.visible_owners(member) is None


def line_for(line: Line, member: Member) -> Line:
    """Return a line of a list without what the person did, for those who may not see every story."""
    if sees_everybody(member):
        return line
    return replace(line, last_act_at=None, last_act="", last_act_kind="", last_act_detail="")
