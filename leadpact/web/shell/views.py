"""Pages that belong to no area: the way in, and notices."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from leadpact.team import reads
from leadpact.team.notices import mark_read
from leadpact.web.shell.access import member_of, needs, now_of

KEPT = 200  # notices shown; older ones were told by mail or have been answered by what followed


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("leads"))


@require_GET
@needs("token.own")
def notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Go where a notice of one's own points; it is read then."""
    member = member_of(request)
    found = next((each for each in reads.notices(member.id, limit=KEPT) if each.id == notice_id), None)
    if found is None:
        raise Http404
    mark_read(member.id, [found.id], now=now_of(request))
    return HttpResponseRedirect(found.url or reverse("notices"))


@require_http_methods(["GET", "POST"])
@needs("token.own")
def notices(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    if request.method == "POST":
        mark_read(member.id, now=now_of(request))
        return HttpResponseRedirect(reverse("notices"))
    return render(request, "shell/notices.html", {"notices": reads.notices(member.id, limit=KEPT)})
