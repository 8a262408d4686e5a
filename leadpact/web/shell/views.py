"""Pages that belong to no area: the way in, and notices."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from leadpact.team import reads
from leadpact.team.notices import mark_read
from leadpact.web.shell.access import member_of, needs, now_of


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("leads"))


@require_http_methods(["GET", "POST"])
@needs("token.own")
def notices(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    if request.method == "POST":
        mark_read(member.id, now=now_of(request))
        return HttpResponseRedirect(reverse("notices"))
    return render(request, "shell/notices.html", {"notices": reads.notices(member.id)})
