"""Links in our mails, open to whoever holds one: no more mails, and on to where a link leads.

Mail scanners follow every link, so following the one to unsubscribe changes nothing: a page asks first.  Mail
programs press their own button instead (RFC 8058), which is a POST and obeyed at once, unless a machine gave itself
away: then it is kept until the person confirms it.
"""

from typing import Final

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from leadpact.flow import sending, unsubscribing
from leadpact.flow.unsubscribing import Answer, Press
from leadpact.nurture.errors import BadMailLink, UnknownMailing
from leadpact.web.shell.access import now_of, settings_of
from leadpact.web.shell.limits import is_over, is_too_often

MOST_BAD, WITHIN_SECONDS = 60, 600
MOST_CLICKS: Final = 20  # of one mail that are worth recording


@csrf_exempt  # the token is the proof; mail programs send nothing else
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    try:
        recipient = unsubscribing.recipient_of(token)
    except BadMailLink as bad:
        return _bad(request, bad)
    shown: dict[str, object] = {"address": recipient.address, "token": token}
    if request.method != "POST":
        return _shown(request, "mailing/unsubscribe.html", {**shown, "is_held": recipient.is_held})
    press = Press(
        agent=request.headers.get("User-Agent", ""),
        ip=get_adapter(request).get_client_ip(request),
        is_one_click=request.POST.get("List-Unsubscribe") == "One-Click",
        is_confirming=request.POST.get("confirm") == "1",
    )
    if unsubscribing.unsubscribe(token, press, now=now_of(request)) is Answer.HELD:
        return _shown(request, "mailing/held.html", shown)
    return _shown(request, "mailing/unsubscribed.html", shown)


@require_safe
def click(request: HttpRequest, token: str) -> HttpResponse:
    """On to where the link leads.  Only what stands in the mail itself can be reached by it."""
    try:
        clicked = sending.destination(token)
    except (BadMailLink, UnknownMailing) as bad:
        return _bad(request, bad)
    is_asked = request.method == "HEAD" or request.headers.get("Sec-GPC") == "1"
    key = f"mail-click:{clicked.recipient.id}"
    if not is_asked and not is_over(key, most=MOST_CLICKS, within_seconds=WITHIN_SECONDS):
        agent, ip = request.headers.get("User-Agent", ""), get_adapter(request).get_client_ip(request)
        sending.note_click(clicked, agent=agent, ip=ip, now=now_of(request))
    response = HttpResponseRedirect(clicked.url) if clicked.url else HttpResponse(status=204)
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _bad(request: HttpRequest, bad: BadMailLink | UnknownMailing) -> HttpResponse:
    """Whoever tries tokens is slowed down; a true link is never refused."""
    if is_too_often(request, "bad-mail-link", most=MOST_BAD, within_seconds=WITHIN_SECONDS):
        return _shown(request, "forms/too_many.html", {}, status=429)
    return _shown(request, "mailing/bad_link.html", {"error": bad}, status=404)


def _shown(request: HttpRequest, template: str, more: dict[str, object], status: int = 200) -> HttpResponse:
    ours = settings_of(request)
    context = {"company": ours.name, "postal_address": ours.postal_address, **more}
    response = render(request, template, context, status=status)
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
