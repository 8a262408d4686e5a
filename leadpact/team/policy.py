"""Who may do what: the one place that pages, the API, exports, search, mail and reports ask.

The matrix is docs/reference/who-may.csv, word for word; a test compares the two.  A cell says
how far a role reaches: `yes` everything, `team` what is their team's or side's, `own` what is
theirs, `no` nothing.  Somebody with several roles reaches as far as the widest of them.
docs/reference/who-may.md gives the reason of each row.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Literal

from leadpact.team.types import Member, Role, Side

type Verb = Literal[
    "lead.see", "lead.answer", "lead.assign", "lead.edit", "lead.note", "timeline.see",
    "dispute.see", "dispute.raise", "dispute.answer", "company.see",
    "company.edit", "deal.see", "deal.edit", "campaign.see", "campaign.edit", "mail.send", "pact.see", "pact.propose",
    "pact.put_in_force", "loop.see", "performance.see_individual", "import.run", "settings.see",
    "settings.edit", "user.manage", "person.export", "person.erase", "key.manage",
    "arrival.see", "arrival.mend", "export.run", "ledger.see",
    "token.own",
]  # fmt: skip


class Reach(IntEnum):
    NO = 0
    OWN = 1
    TEAM = 2
    YES = 3


@dataclass(frozen=True)
class Subject:
    """What the verb is about.

    kind    lead, company, deal, user ...; for the reader of a log, no rule depends on it
    owner   whose it is; None: nobody's, it waits in the queue of `team` or is free
    team    the team it belongs to
    side    the side of that team, for heads, who answer for all teams of their side
    person_consent_names_partners   the person agreed that partners see their story
    performance_is_open             the company's settings show everybody how individuals perform
    """

    kind: str
    owner: int | None = None
    team: int | None = None
    side: Side | str | None = None
    person_consent_names_partners: bool = False
    performance_is_open: bool = False


COLUMNS: Final = (
    Role.MARKETER, Role.SALES_REP, Role.HEAD_OF_MARKETING, Role.HEAD_OF_SALES,
    Role.PARTNER, Role.REVENUE_OPERATIONS, Role.EXECUTIVE,
)  # fmt: skip

_NO, _OWN, _TEAM, _YES = Reach.NO, Reach.OWN, Reach.TEAM, Reach.YES

_ROWS: Final[dict[Verb, tuple[Reach, ...]]] = {
    # marketer, sales rep, head of marketing, head of sales, partner, revenue operations, executive
    "lead.see": (_YES, _YES, _YES, _YES, _OWN, _YES, _YES),
    "lead.answer": (_NO, _OWN, _NO, _TEAM, _OWN, _NO, _NO),
    "lead.assign": (_NO, _NO, _NO, _TEAM, _NO, _YES, _NO),
    "lead.edit": (_YES, _OWN, _YES, _YES, _NO, _YES, _NO),
    "lead.note": (_YES, _YES, _YES, _YES, _OWN, _YES, _NO),
    "timeline.see": (_YES, _YES, _YES, _YES, _OWN, _YES, _YES),
    "dispute.see": (_YES, _YES, _YES, _YES, _NO, _YES, _YES),
    "dispute.raise": (_OWN, _NO, _YES, _NO, _NO, _NO, _NO),
    "dispute.answer": (_NO, _OWN, _NO, _TEAM, _NO, _NO, _NO),
    "company.see": (_YES, _YES, _YES, _YES, _OWN, _YES, _YES),
    "company.edit": (_YES, _OWN, _YES, _YES, _NO, _YES, _NO),
    "deal.see": (_YES, _YES, _YES, _YES, _OWN, _YES, _YES),
    "deal.edit": (_NO, _OWN, _NO, _TEAM, _OWN, _YES, _NO),
    "campaign.see": (_YES, _YES, _YES, _YES, _NO, _YES, _YES),
    "campaign.edit": (_YES, _NO, _YES, _NO, _NO, _YES, _NO),
    "mail.send": (_YES, _NO, _YES, _NO, _NO, _YES, _NO),
    "pact.see": (_YES, _YES, _YES, _YES, _NO, _YES, _YES),
    "pact.propose": (_NO, _NO, _YES, _YES, _NO, _YES, _NO),
    "pact.put_in_force": (_NO, _NO, _NO, _NO, _NO, _YES, _NO),
    "loop.see": (_YES, _YES, _YES, _YES, _NO, _YES, _YES),
    "performance.see_individual": (_OWN, _OWN, _TEAM, _TEAM, _OWN, _OWN, _OWN),
    "import.run": (_YES, _NO, _YES, _YES, _NO, _YES, _NO),
    "settings.see": (_NO, _NO, _YES, _YES, _NO, _YES, _YES),
    "settings.edit": (_NO, _NO, _NO, _NO, _NO, _YES, _NO),
    "user.manage": (_NO, _NO, _NO, _NO, _NO, _YES, _NO),
    "person.export": (_NO, _NO, _NO, _NO, _NO, _YES, _NO),
    "person.erase": (_NO, _NO, _NO, _NO, _NO, _YES, _NO),
    "key.manage": (_NO, _NO, _NO, _NO, _NO, _YES, _NO),
    "arrival.see": (_NO, _NO, _NO, _NO, _NO, _YES, _NO),
    "arrival.mend": (_NO, _NO, _NO, _NO, _NO, _YES, _NO),
    "export.run": (_YES, _YES, _YES, _YES, _OWN, _YES, _YES),
    "ledger.see": (_YES, _YES, _YES, _YES, _NO, _YES, _YES),
    "token.own": (_YES, _YES, _YES, _YES, _YES, _YES, _YES),
}

MATRIX: Final[dict[tuple[Verb, Role], Reach]] = {
    (verb, role): reach for verb, row in _ROWS.items() for role, reach in zip(COLUMNS, row, strict=True)
}
VERBS: Final = tuple(_ROWS)

# The side a head answers for.  Partners sell, so the head of sales answers for them too.
_SIDES: Final[dict[Role, frozenset[str]]] = {
    Role.HEAD_OF_MARKETING: frozenset({Side.MARKETING}),
    Role.HEAD_OF_SALES: frozenset({Side.SALES, Side.PARTNER}),
}
_TAKES_FREE_LEADS: Final = frozenset({Role.SALES_REP, Role.HEAD_OF_SALES})


def may(member: Member, verb: Verb, subject: Subject | None = None) -> bool:
    """Say whether the member may do this to the subject; without one, whether there is anything they may do it to.

    Never true for somebody who is not active, nor beyond what a token was made for.
    """
    return (member.verbs is None or verb in member.verbs) and _may_by_role(member, verb, subject)


def visible_owners(member: Member) -> tuple[int, ...] | None:
    """Return whose leads and deals the member sees in lists, exports and numbers; None = everybody's."""
    if member.is_active and any(MATRIX["lead.see", role] is Reach.YES for role in member.roles):
        return None
    return (member.id,) if _may_by_role(member, "lead.see", None) else ()


def _may_by_role(member: Member, verb: Verb, subject: Subject | None) -> bool:
    return member.is_active and any(_role_may(member, role, verb, subject) for role in member.roles)


def _role_may(member: Member, role: Role, verb: Verb, subject: Subject | None) -> bool:
    reach = MATRIX[verb, role]
    if reach is Reach.NO:
        return False
    if subject is None or reach is Reach.YES:
        return True
    if verb == "performance.see_individual":
        return _may_see_performance(member, role, subject)
    if role is Role.PARTNER and verb == "timeline.see" and not subject.person_consent_names_partners:
        return False
    if _is_own(member, role, subject):
        return True
    return reach is Reach.TEAM and _is_of_their_team(member, role, subject)


def _is_own(member: Member, role: Role, subject: Subject) -> bool:
    """Theirs; what waits in their team's queue; and for sales what nobody has, as sales may pull any lead early."""
    if subject.owner is not None:
        return subject.owner == member.id
    if subject.team is not None:
        return subject.team == member.team
    return role in _TAKES_FREE_LEADS


def _is_of_their_team(member: Member, role: Role, subject: Subject) -> bool:
    if subject.side is not None and subject.side in _SIDES.get(role, frozenset()):
        return True
    return subject.team is not None and (subject.team == member.team or subject.team in member.leads_teams)


def _may_see_performance(member: Member, role: Role, subject: Subject) -> bool:
    """The person themselves and their own head; everybody inside the company where the settings say so."""
    if subject.owner == member.id:
        return True
    if subject.performance_is_open and role is not Role.PARTNER:
        return True
    if subject.team is not None and subject.team in member.leads_teams:
        return True
    return MATRIX["performance.see_individual", role] is Reach.TEAM and _is_of_their_team(member, role, subject)
