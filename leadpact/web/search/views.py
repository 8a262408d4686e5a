"""The page of the search, and the same as JSON for the dialog of commands."""

from dataclasses import asdict
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from leadpact.web.search.finding import LONGEST, find
from leadpact.web.shell.access import member_of, needs

ON_PAGE = 12
IN_DIALOG = 5


@require_GET
@needs("lead.see")
def search(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:LONGEST]
    groups = find(member_of(request), text, each=ON_PAGE)
    things = sum(len(group.hits) for group in groups)
    return render(request, "search/page.html", {"text": text, "quoted": quote(text), "groups": groups, "found": things})


@require_GET
@needs("lead.see")
def search_json(request: HttpRequest) -> JsonResponse:
    """What the dialog shows while somebody types."""
    groups = find(member_of(request), request.GET.get("q", ""), each=IN_DIALOG)
    answer = JsonResponse({"groups": [asdict(group) for group in groups]})
    answer["Cache-Control"] = "private, no-store"
    return answer
