"""How many things wait for a member, shown beside the areas of the sidebar."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from leadpact.team import policy
from leadpact.team.types import Member
from leadpact.worklist import urgent


def waiting_for(member: Member, now: datetime, zone: ZoneInfo) -> dict[str, int]:
    """Return by area what needs the member before the day ends; without asking for those who answer no offers."""
    if not policy.may(member, "lead.answer"):
        return {}
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    found = urgent.counts(member.id, before=datetime.combine(tomorrow, time(), zone), until_day=tomorrow)
    return {"today": found.together, "leads": found.offers, "deals": found.steps}
