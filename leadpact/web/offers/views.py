"""Accept, reject, later: for those who are logged in."""

from datetime import datetime, time, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leadpact.base.wording import worded
from leadpact.flow import answering
from leadpact.handover import reads as handover
from leadpact.handover.errors import BadMoment, UnknownOffer
from leadpact.handover.types import OfferView
from leadpact.team import reads as team
from leadpact.web.leads.forms import ReasonForm
from leadpact.web.leads.views import page_of, show
from leadpact.web.shell.access import actor_of, check, needs, now_of, settings_of
from leadpact.web.shell.forms import done


@require_POST
@needs("lead.answer")
def accept(request: HttpRequest, offer_id: int) -> HttpResponse:
    offer = _offer(request, offer_id)
    answering.accept(offer.id, by=actor_of(request), now=now_of(request))
    return _back(request, offer, _("The lead is yours. Your promise to answer is kept."))


@require_POST
@needs("lead.answer")
def reject(request: HttpRequest, offer_id: int) -> HttpResponse:
    offer = _offer(request, offer_id)
    page = page_of(request, handover.pursuit(offer.pursuit).persons[0], even_erased=True)
    form = ReasonForm(page.pact.reject_reasons, request.POST, auto_id="reject_%s")

    def act() -> None:
        said = form.cleaned_data
        answering.reject(
            offer.id, said["reason"], note=said["note"], until=said["until"], by=actor_of(request), now=page.now
        )

    if form.is_valid() and done(form, act, field="reason"):
        return _back(request, offer, _("Rejected. Marketing sees your reason."))
    return show(request, page, status=400, reject_form=form)


@require_POST
@needs("lead.answer")
def later(request: HttpRequest, offer_id: int) -> HttpResponse:
    offer = _offer(request, offer_id)
    until = put_off_until(request.POST.get("in", ""), request)
    answering.later(offer.id, until, by=actor_of(request), now=now_of(request))
    return _back(request, offer, _("You are reminded then. The clock of the promise runs on."))


def put_off_until(choice: str, request: HttpRequest) -> datetime:
    """Return the moment a button stands for."""
    now, zone = now_of(request), settings_of(request).zone
    if choice == "1h":
        return now + timedelta(hours=1)
    if choice == "tomorrow":
        return datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(9), zone)
    raise BadMoment(worded("That is no moment to be reminded at."), what_to_do=worded("Choose one of the buttons."))


def _offer(request: HttpRequest, offer_id: int) -> OfferView:
    """An offer of a lead that whoever asks may see, and answer."""
    try:
        offer = handover.offer(offer_id)
    except UnknownOffer:
        raise Http404 from None
    page_of(request, handover.pursuit(offer.pursuit).persons[0], even_erased=True)
    check(request, "lead.answer", team.subject_of("lead", owner=offer.user, team_id=offer.team))
    return offer


def _back(request: HttpRequest, offer: OfferView, says: str) -> HttpResponse:
    messages.success(request, says)
    if request.POST.get("back") == "today":  # answered in place, one after the other
        return HttpResponseRedirect(reverse("home"))
    person = handover.pursuit(offer.pursuit).persons[0]
    return HttpResponseRedirect(reverse("lead", args=[person]))
