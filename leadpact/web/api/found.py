"""The things operations are about, for whoever asks: what they may not see is not there."""

from django.http import Http404, HttpRequest

from leadpact.handover import reads as handover
from leadpact.handover.errors import UnknownOffer, UnknownPursuit
from leadpact.handover.types import OfferView, PursuitView
from leadpact.people import reads as people
from leadpact.people.errors import NoSuchCompany
from leadpact.people.types import CompanyView
from leadpact.team import reads as team
from leadpact.web.leads.page import subject_of_pursuit
from leadpact.web.leads.views import page_of
from leadpact.web.shell.access import check


def pursuit_of(request: HttpRequest, pursuit_id: int) -> PursuitView:
    """A pursuit of a lead that whoever asks may see."""
    try:
        pursuit = handover.pursuit(pursuit_id)
    except UnknownPursuit:
        raise Http404 from None
    page_of(request, pursuit.persons[0])
    return pursuit


def worked(request: HttpRequest, pursuit_id: int) -> PursuitView:
    """A pursuit that whoever asks may work on."""
    pursuit = pursuit_of(request, pursuit_id)
    check(request, "lead.answer", subject_of_pursuit(pursuit))
    return pursuit


def answered(request: HttpRequest, offer_id: int) -> OfferView:
    """An offer of a lead that whoever asks may see, and answer."""
    try:
        offer = handover.offer(offer_id)
    except UnknownOffer:
        raise Http404 from None
    pursuit_of(request, offer.pursuit)
    check(request, "lead.answer", team.subject_of("lead", owner=offer.user, team_id=offer.team))
    return offer


def company_of(request: HttpRequest, company_id: int) -> CompanyView:
    """A company: theirs who own it, or who work a lead there now."""
    try:
        company = people.company(company_id)
    except NoSuchCompany:
        raise Http404 from None
    running = handover.active_of_company(company_id)
    if running is None:
        subject = team.subject_of("company", owner=company.owner, team_id=None)
    else:
        subject = team.subject_of("company", owner=running.owner, team_id=running.team)
    check(request, "company.see", subject, hidden=True)
    return company
