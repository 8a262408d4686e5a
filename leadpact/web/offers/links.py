"""Signed links in mails: a page that asks, and the button that acts.  No login: the link says who and what.

A mail scanner follows links but presses no buttons, so reading the page changes nothing.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from leadpact.flow import answering
from leadpact.handover import links
from leadpact.handover import reads as handover
from leadpact.handover.links import LinkAction, SignedAnswer
from leadpact.handover.types import OfferView
from leadpact.pact import reads as pacts
from leadpact.people import reads as people
from leadpact.promises import reads as promises
from leadpact.team.types import user_actor
from leadpact.web.leads.forms import ReasonForm
from leadpact.web.offers.views import put_off_until
from leadpact.web.shell.access import now_of
from leadpact.web.shell.forms import done


@never_cache
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    said = links.read(token, now=now_of(request))
    offer = handover.offer(said.offer)
    pursuit = handover.pursuit(offer.pursuit)
    reasons = pacts.pact_of(pursuit.pact_version).reject_reasons
    form = ReasonForm(reasons, request.POST if request.method == "POST" else None)
    if request.method == "POST" and _did(request, said, offer, form):
        return _page(request, said, handover.offer(offer.id), form, done_now=True)
    return _page(request, said, offer, form, status=400 if form.errors else 200)


def _did(request: HttpRequest, said: SignedAnswer, offer: OfferView, form: ReasonForm) -> bool:
    """Act as the user whom the link names; whether they still may is asked anew."""
    by, now = user_actor(said.user), now_of(request)
    if said.action is LinkAction.REJECT:

        def reject() -> None:
            words = form.cleaned_data
            answering.reject(offer.id, words["reason"], note=words["note"], until=words["until"], by=by, now=now)

        return form.is_valid() and done(form, reject, field="reason")
    acts: dict[LinkAction, Callable[[], object]] = {
        LinkAction.ACCEPT: lambda: answering.accept(offer.id, by=by, now=now),
        LinkAction.LATER: lambda: answering.later(
            offer.id, put_off_until(request.POST.get("in", ""), request), by=by, now=now
        ),
    }
    acts[said.action]()
    return True


def _page(
    request: HttpRequest,
    said: SignedAnswer,
    offer: OfferView,
    form: ReasonForm,
    *,
    done_now: bool = False,
    status: int = 200,
) -> HttpResponse:
    pursuit = handover.pursuit(offer.pursuit)
    titles = {
        LinkAction.ACCEPT: _("Accept this lead?"),
        LinkAction.REJECT: _("Reject this lead?"),
        LinkAction.LATER: _("Answer later?"),
    }
    context = {
        "action": said.action.value,
        "title": titles[said.action],
        "offer": offer,
        "person": people.person(pursuit.persons[0]),
        "promise": promises.of_key(offer.promise_key),
        "form": form,
        "done": done_now,
    }
    return render(request, "offers/link.html", context, status=status)
