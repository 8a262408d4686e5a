"""What the page of a lead says of a dispute, and whether whoever looks may raise one."""

from dataclasses import dataclass

from leadpact.flow import disputing
from leadpact.handover.disputed import DisputeView
from leadpact.handover.disputes import OUTCOMES
from leadpact.promises import reads as promises
from leadpact.team import policy
from leadpact.team.policy import Subject
from leadpact.team.types import Member
from leadpact.web.disputes.said import Said, said_of
from leadpact.web.leads.page import LeadPage
from leadpact.web.leads.parts import Owed

_ENDS = frozenset({*OUTCOMES, "lead.recycled"})


@dataclass(frozen=True)
class Contested:
    """A dispute about one of the person's hand-overs; `owed`: the clock of its answer while it is open."""

    said: Said
    raised_by: Member | None
    owed: Owed | None
    may_answer: bool


@dataclass(frozen=True)
class DisputePanel:
    contested: tuple[Contested, ...]
    may_contest: bool


def panel_of(page: LeadPage) -> DisputePanel:
    """Return the disputes of a lead, the newest first; nothing for those who may not see them."""
    if not policy.may(page.member, "dispute.see"):
        return DisputePanel((), may_contest=False)
    shown = tuple(_contested(said, page) for said in said_of(page.disputes[::-1], page.pacts))
    return DisputePanel(shown, may_contest=_may_contest(page))


def _contested(said: Said, page: LeadPage) -> Contested:
    dispute = said.dispute
    promise = next((each for each in page.promises if each.key == dispute.promise_key and dispute.is_open), None)
    owed = Owed(promise, promises.clock(promise, page.now)) if promise else None
    return Contested(said, page.members.get(dispute.raised_by or 0), owed, _may_answer(dispute, page))


def _may_answer(dispute: DisputeView, page: LeadPage) -> bool:
    them = page.members.get(dispute.decided_by or 0)
    if not dispute.is_open or them is None:
        return False
    subject = Subject("dispute", owner=them.id, team=them.team, side=them.side)
    return policy.may(page.member, "dispute.answer", subject)


def _may_contest(page: LeadPage) -> bool:
    """An outcome that stands, that nobody has contested yet, of a lead they brought or answer for."""
    pursuit = page.pursuit
    if pursuit is None or pursuit.is_active or pursuit.is_history or not policy.may(page.member, "dispute.raise"):
        return False
    end = next((each for each in page.entries if each.about == pursuit.about and each.kind in _ENDS), None)
    if end is None or end.kind not in OUTCOMES:
        return False
    if any(each.contested == end.id or each.is_open for each in page.disputes):
        return False
    if policy.may(page.member, "dispute.raise", Subject("dispute")):
        return True
    planner = disputing.planned_by(pursuit.first_touch.campaign)
    return policy.may(page.member, "dispute.raise", Subject("dispute", owner=planner))
