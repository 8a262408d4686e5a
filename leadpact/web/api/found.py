"""The things operations are about, for whoever asks: what they may not see is not there."""

from collections.abc import Iterable

from django.http import Http404, HttpRequest

from leadpact.base.wording import worded
from leadpact.handover import reads as handover
from leadpact.handover.errors import UnknownOffer, UnknownPursuit
from leadpact.handover.types import OfferView, PursuitView
from leadpact.people.types import CompanyView
from leadpact.team import reads as team
from leadpact.team.types import Member
from leadpact.web.api.refusals import NotAmongThem
from leadpact.web.companies import reach
from leadpact.web.leads.views import page_of
from leadpact.web.leads.whose import subject_of_pursuit
from leadpact.web.shell.access import check


def pursuit_of(request: HttpRequest, pursuit_id: int) -> PursuitView:
    """A pursuit of a lead that whoever asks may see."""
    try:
        pursuit = handover.pursuit(pursuit_id)
    except UnknownPursuit:
        raise Http404 from None
    page_of(request, pursuit.persons[0], even_erased=True)
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
    """A company that whoever asks may see, as its page decides."""
    return reach.company_of(request, company_id)


def one_of(takers: Iterable[Member], user: int) -> Member:
    """The one of these who is meant; raises `NotAmongThem`."""
    there = {each.id: each for each in takers}
    if user not in there:
        raise NotAmongThem(worded("This cannot be given to that user."), details={"users": sorted(there)})
    return there[user]
