"""How many things wait for a member, shown beside the areas of the sidebar."""

from leadpact.team import policy
from leadpact.team.types import Member
from leadpact.worklist import reads as worklist
from leadpact.worklist.types import LeadFilter, View


def waiting_for(member: Member) -> dict[str, int]:
    """Return by area what needs the member; nothing for those who answer no offers, and without asking."""
    if not policy.may(member, "lead.answer"):
        return {}
    return {"leads": worklist.count(LeadFilter(view=View.OFFERED_TO_ME, me=member.id))}
