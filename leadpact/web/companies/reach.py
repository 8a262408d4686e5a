"""Which companies somebody sees: everybody inside all of them, a partner those they own or work a lead at."""

from collections.abc import Mapping

from django.http import Http404, HttpRequest

from leadpact.handover import reads as handover
from leadpact.handover.types import PursuitView
from leadpact.people import listing
from leadpact.people import reads as people
from leadpact.people.errors import NoSuchCompany
from leadpact.people.types import CompanyView
from leadpact.team import policy
from leadpact.team.policy import Subject
from leadpact.team.types import Member
from leadpact.web.leads.reach import sees_everybody
from leadpact.web.shell.access import member_of


def company_of(request: HttpRequest, company_id: int) -> CompanyView:
    """Read a company for whoever asks; one they may not see is not there."""
    try:
        found = people.company(company_id)
    except NoSuchCompany:
        raise Http404 from None
    member = member_of(request)
    within = visible_companies(member)
    if not policy.may(member, "company.see") or (within is not None and company_id not in within):
        raise Http404
    return found


def subject_of(company: CompanyView, members: Mapping[int, Member]) -> Subject:
    """Whose a company is; `members`: everybody who works here."""
    owner = members.get(company.owner or 0)
    where = (owner.team, owner.side) if owner else (None, None)
    return Subject("company", owner=company.owner, team=where[0], side=where[1])


def visible_companies(member: Member) -> frozenset[int] | None:
    """Return the companies somebody sees; None: all."""
    return None if sees_everybody(member) else companies_with(member)


def companies_with(member: Member) -> frozenset[int]:
    """Return the companies somebody owns, works a lead at, or whose lead waits in their team's queue."""
    held = [*handover.active_of_owner(member.id), *_waiting(member)]
    return frozenset(listing.owned_by(member.id)) | {each.company for each in held if each.company is not None}


def _waiting(member: Member) -> list[PursuitView]:
    if member.team is None:
        return []
    return list(handover.pursuits([offer.pursuit for offer in handover.queue(member.team)]).values())
