"""The page of a hosted form.

It takes submissions from anybody, so there is no session to protect and no CSRF token to lose: a form that
a browser without cookies cannot send would lose people.  Against robots stand a trap field and a limit per
address of the network.
"""

import uuid
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from leadpact.capture import reads
from leadpact.capture.errors import UnknownForm
from leadpact.capture.types import FormView
from leadpact.flow import capturing
from leadpact.flow.capturing import Submission
from leadpact.web.forms.fields import HostedForm
from leadpact.web.shell.access import now_of, settings_of
from leadpact.web.shell.limits import is_too_often

UTM: Final = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
ANONYMOUS_COOKIE: Final = "ajs_anonymous_id"  # set by the tracker, once its visitor agreed to be followed
MOST, WITHIN_SECONDS = 30, 600


@csrf_exempt
@require_http_methods(["GET", "POST"])
def hosted_form(request: HttpRequest, slug: str) -> HttpResponse:
    form = _form(slug)
    if form.closed_at is not None:
        return render(request, "forms/closed.html", _context(request, form), status=410)
    if request.method == "GET":
        return _page(request, form, HostedForm(form))
    if is_too_often(request, "hosted-form", most=MOST, within_seconds=WITHIN_SECONDS):
        return render(request, "forms/too_many.html", _context(request, form), status=429)
    sent = HostedForm(form, request.POST)
    if sent.is_by_robot:
        capturing.caught(now=now_of(request))
    elif not sent.is_valid():
        return _page(request, form, sent, status=400)
    else:
        capturing.submit(form, _submission(request, sent), now=now_of(request))
    return HttpResponseRedirect(reverse("hosted_form_thanks", args=[slug]))


@require_GET
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "forms/thanks.html", _context(request, _form(slug)))


def _form(slug: str) -> FormView:
    try:
        return reads.form(slug)
    except UnknownForm:
        raise Http404 from None


def _submission(request: HttpRequest, sent: HostedForm) -> Submission:
    campaign = {name: request.GET[name][:300] for name in UTM if request.GET.get(name)}
    return Submission(
        values=sent.values(),
        agreed=sent.agreed(),
        campaign=campaign,
        anonymous_id=request.COOKIES.get(ANONYMOUS_COOKIE, "")[:200].strip('"'),
        message_id=request.POST.get("once", "")[:60],
    )


def _page(request: HttpRequest, form: FormView, shown: HostedForm, status: int = 200) -> HttpResponse:
    once = request.POST.get("once") or uuid.uuid4().hex
    context = {**_context(request, form), "shown": shown, "once": once, "query": request.GET.urlencode()}
    return render(request, "forms/form.html", context, status=status)


def _context(request: HttpRequest, form: FormView) -> dict[str, object]:
    ours = settings_of(request)
    return {"form": form, "company": ours.name, "postal_address": ours.postal_address}
