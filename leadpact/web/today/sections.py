"""Which parts of Today a member sees, from what they may do and which hats they wear; several hats see all of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from leadpact.team import policy
from leadpact.team.types import Member, Role
from leadpact.worklist.urgent import Part

_MARKETS: Final = frozenset({Role.MARKETER, Role.HEAD_OF_MARKETING})
_SEES_THE_WHOLE: Final = frozenset({*_MARKETS, Role.HEAD_OF_SALES, Role.EXECUTIVE, Role.REVENUE_OPERATIONS})

_REVIEW: Final = frozenset({Role.HEAD_OF_MARKETING, Role.HEAD_OF_SALES, Role.EXECUTIVE})
_ALL_DISPUTES: Final = frozenset({*_REVIEW, Role.REVENUE_OPERATIONS})


class Concern(StrEnum):
    """Which of the disputes that wait concern a member."""

    NONE = "none"
    ALL = "all"
    GIVEN = "given"  # about what they said of a lead
    RAISED = "raised"  # that they raised


# In the order of the page.
_OWN: Final = (Part.OFFERS, Part.COOLED, Part.FOLLOW_UP, Part.QUEUE, Part.COOLING)
_BY_ROLE: Final[Mapping[Role, tuple[Part, ...]]] = {
    Role.SALES_REP: _OWN,
    Role.PARTNER: _OWN,
    Role.HEAD_OF_SALES: (*_OWN[:-1], Part.LATE, Part.ALL_COOLING),
    Role.MARKETER: (Part.TO_OFFER, Part.ALL_COOLING, Part.NEARLY),
    Role.HEAD_OF_MARKETING: (Part.QUEUE, Part.TO_OFFER, Part.ALL_COOLING, Part.NEARLY),
    Role.REVENUE_OPERATIONS: (Part.QUEUE, Part.ALL_COOLING),
    Role.EXECUTIVE: (Part.ALL_COOLING,),
}


@dataclass(frozen=True)
class Sections:
    """What one member's page is made of.

    queues         teams whose queue concerns them; None: every team's
    deals_of       whose deals to move; None: everybody's, () nobody's
    became         what became of leads handed over
    markets        they are their own leads
    numbers        the five numbers and the promises of both sides
    disputes       those that wait and concern them
    reviews        they look at the pact again when its day comes, or want to know that it is done
    is_overview    the numbers come first: whoever looks has nothing to do but to know
    """

    parts: tuple[Part, ...]
    queues: tuple[int, ...] | None
    deals_of: tuple[int, ...] | None
    became: bool
    markets: bool
    numbers: bool
    pact: bool
    put_right: bool
    disputes: Concern
    reviews: bool
    is_overview: bool


def sections_of(member: Member) -> Sections:
    asked = {part for role in member.roles for part in _BY_ROLE[role]}
    if Part.ALL_COOLING in asked:
        asked.discard(Part.COOLING)
    sells = policy.may(member, "lead.answer")
    queues = {*member.leads_teams, *([member.team] if member.team is not None else [])}
    every_queue = policy.may(member, "lead.assign") or Role.HEAD_OF_MARKETING in member.roles
    return Sections(
        parts=tuple(part for part in Part if part in asked),
        queues=None if every_queue else tuple(sorted(queues)),
        deals_of=None if Role.HEAD_OF_SALES in member.roles else (member.id,) if sells else (),
        became=bool(member.roles & _SEES_THE_WHOLE),
        markets=bool(member.roles & _MARKETS),
        numbers=policy.may(member, "loop.see"),
        pact=policy.may(member, "pact.see"),
        put_right=policy.may(member, "key.manage"),
        disputes=_concern_of(member),
        reviews=bool(member.roles & _REVIEW),
        is_overview=member.roles == {Role.EXECUTIVE},
    )


def _concern_of(member: Member) -> Concern:
    if not policy.may(member, "dispute.see"):
        return Concern.NONE
    if member.roles & _ALL_DISPUTES:
        return Concern.ALL
    return Concern.RAISED if policy.may(member, "dispute.raise") else Concern.GIVEN
