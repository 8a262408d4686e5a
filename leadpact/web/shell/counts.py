"""How many things wait for a member, shown beside the areas of the sidebar."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from leadpact.ledger import by_hand
from leadpact.team import policy
from leadpact.team.types import Member
from leadpact.worklist import urgent
from leadpact.worklist.urgent import Counts


def waiting_for(member: Member, now: datetime, zone: ZoneInfo) -> dict[str, int]:
    """Return by area what needs the member before the day ends; without asking for those who answer no offers."""
    question = waiting_question(member, now, zone)
    return {} if question is None else by_area(by_hand.at_once(question).to(question))


def waiting_question(member: Member, now: datetime, zone: ZoneInfo) -> by_hand.Question[Counts] | None:
    """Return what `waiting_for` asks, to be asked with other things; None: nothing."""
    if not policy.may(member, "lead.answer"):
        return None
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return urgent.counts_question(member.id, before=datetime.combine(tomorrow, time(), zone), until_day=tomorrow)


def by_area(found: Counts | None) -> dict[str, int]:
    return {"today": found.together, "leads": found.offers, "deals": found.steps} if found else {}
