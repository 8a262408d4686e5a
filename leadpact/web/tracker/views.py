"""GET /t.js and GET /mtc.js: the same for everybody, kept by browsers for an hour."""

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.views.decorators.http import require_safe

from leadpact.web.tracker.script import FOR_MAUTIC, SOURCE, script

SECONDS_KEPT = 3600


@require_safe
def tracker(request: HttpRequest) -> HttpResponse:
    return _answer(request, SOURCE)


@require_safe
def for_mautic(request: HttpRequest) -> HttpResponse:
    return _answer(request, FOR_MAUTIC)


def _answer(request: HttpRequest, file: Path) -> HttpResponse:
    found = script(file, honours_signal=settings.HONOURS_PRIVACY_SIGNAL)
    tag = f'"{found.tag}"'
    is_packed = "gzip" in request.headers.get("Accept-Encoding", "")
    answer = HttpResponse(found.packed if is_packed else found.plain, content_type="text/javascript; charset=utf-8")
    if tag in request.headers.get("If-None-Match", ""):
        answer = HttpResponseNotModified()
    elif is_packed:
        answer["Content-Encoding"] = "gzip"
    answer["ETag"] = f"W/{tag}"
    answer["Vary"] = "Accept-Encoding"
    answer["Cache-Control"] = f"public, max-age={SECONDS_KEPT}, stale-while-revalidate=86400"
    # Any site may load it; nothing in it is anybody's.
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer
