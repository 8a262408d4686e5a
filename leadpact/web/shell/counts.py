"""How many things wait for a member, shown beside the areas of the sidebar."""

from leadpact.team.types import Member


def waiting_for(member: Member) -> dict[str, int]:
    return {}
