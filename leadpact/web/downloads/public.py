"""What anybody sees of a paper: its page, the link after the form, and the file itself.

The file is what somebody uploaded, so a browser is told to keep it and to run nothing of it.
"""

import uuid
from typing import Final

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from leadpact.capture import files, papers
from leadpact.capture.errors import BadFile, DownloadEnded, UnknownPaper
from leadpact.capture.types import PaperView
from leadpact.flow import capturing, downloading
from leadpact.flow.capturing import Submission
from leadpact.web.forms.fields import HostedForm
from leadpact.web.shell.access import now_of, settings_of
from leadpact.web.shell.limits import is_too_often

UTM: Final = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
ANONYMOUS_COOKIE: Final = "ajs_anonymous_id"
MOST, WITHIN_SECONDS = 30, 600
MOST_FILES: Final = 60


@csrf_exempt  # as a hosted form: there is no session to protect, and a browser without cookies may ask too
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: HttpRequest, slug: str) -> HttpResponse:
    found = _paper(slug)
    if not found.is_open:
        return render(request, "downloads/closed.html", _context(request, found), status=410)
    if request.method != "POST":
        return _page(request, found, HostedForm(found.form))
    if is_too_often(request, "paper-form", most=MOST, within_seconds=WITHIN_SECONDS):
        return render(request, "forms/too_many.html", _context(request, found), status=429)
    sent = HostedForm(found.form, request.POST)
    if sent.is_by_robot:
        capturing.caught(now=now_of(request))
        return HttpResponseRedirect(reverse("paper", args=[slug]))
    if not sent.is_valid():
        return _page(request, found, sent, status=400)
    token = downloading.ask(found, _submission(request, sent), now=now_of(request))
    return HttpResponseRedirect(reverse("paper_ready", args=[token]))


@require_GET
def ready(request: HttpRequest, token: str) -> HttpResponse:
    """After the form: the link to the file, which leads to it for some days."""
    try:
        found = papers.granted(token, now=now_of(request))
    except DownloadEnded as ended:
        return _ended(request, ended)
    context = {**_context(request, found.paper), "token": token, "expires_at": found.expires_at}
    return _unlisted(render(request, "downloads/ready.html", context))


@require_GET
def file(request: HttpRequest, token: str) -> HttpResponseBase:
    if is_too_often(request, "paper-file", most=MOST_FILES, within_seconds=WITHIN_SECONDS):
        return render(request, "forms/too_many.html", {"company": settings_of(request).name}, status=429)
    may_follow = request.headers.get("Sec-GPC") != "1"
    try:
        found, path = downloading.fetch(token, may_follow=may_follow, now=now_of(request))
    except (DownloadEnded, BadFile) as ended:
        return _ended(request, ended)
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=found.paper.file_name, content_type=files.MEDIA_TYPE
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return _unlisted(response)


def _paper(slug: str) -> PaperView:
    try:
        return papers.paper_at(slug)
    except UnknownPaper:
        raise Http404 from None


def _submission(request: HttpRequest, sent: HostedForm) -> Submission:
    return Submission(
        values=sent.values(),
        agreed=sent.agreed(),
        campaign={name: request.GET[name][:300] for name in UTM if request.GET.get(name)},
        anonymous_id=request.COOKIES.get(ANONYMOUS_COOKIE, "")[:200].strip('"'),
        message_id=request.POST.get("once", "")[:60] or uuid.uuid4().hex,
    )


def _page(request: HttpRequest, found: PaperView, shown: HostedForm, status: int = 200) -> HttpResponse:
    once = request.POST.get("once") or uuid.uuid4().hex
    context = {**_context(request, found), "shown": shown, "once": once, "query": request.GET.urlencode()}
    return render(request, "downloads/paper.html", context, status=status)


def _ended(request: HttpRequest, ended: DownloadEnded | BadFile) -> HttpResponse:
    ours = settings_of(request)
    context = {"error": ended, "company": ours.name, "postal_address": ours.postal_address}
    return render(request, "downloads/ended.html", context, status=410)


def _context(request: HttpRequest, found: PaperView) -> dict[str, object]:
    ours = settings_of(request)
    return {"paper": found, "form": found.form, "company": ours.name, "postal_address": ours.postal_address}


def _unlisted[Response: HttpResponseBase](response: Response) -> Response:
    """Belongs to one person: nobody keeps it, lists it or hears of its address."""
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
