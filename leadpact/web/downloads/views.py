"""Our side of papers: which there are, offering one, changing it, taking it off."""

from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leadpact.capture import files, papers, reads
from leadpact.capture.errors import UnknownPaper
from leadpact.capture.files import Kept
from leadpact.capture.types import PaperView
from leadpact.people.types import Purpose
from leadpact.team import policy
from leadpact.web.downloads.forms import PaperForm
from leadpact.web.shell.access import actor_of, check, member_of, needs, now_of
from leadpact.web.shell.forms import done
from leadpact.web.shell.spreadsheet import csv_response


@require_GET
@needs("campaign.see")
def listed(request: HttpRequest) -> HttpResponse:
    names = {each.id: each.name for each in reads.campaigns()}
    rows = [(each, names.get(each.campaign or 0, "")) for each in papers.papers()]
    return render(request, "downloads/list.html", {"rows": rows})


@require_GET
@needs("campaign.see")
def listed_csv(request: HttpRequest) -> HttpResponseBase:
    check(request, "export.run", policy.Subject("report", owner=member_of(request).id))
    names = {each.id: each.name for each in reads.campaigns()}
    rows = (
        (each.title, f"{settings.BASE_URL}/d/{each.slug}/", names.get(each.campaign or 0, ""), each.size, each.is_open)
        for each in papers.papers()
    )
    return csv_response("papers", ("paper", "address", "campaign", "bytes", "offered"), rows)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("campaign.edit")
def add(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        form = PaperForm(initial={"campaign": request.GET.get("campaign", ""), "asks_consent": True})
        return render(request, "downloads/write.html", {"form": form})
    form = PaperForm(request.POST, request.FILES)

    def act() -> None:
        kept = _keep(form)
        assert kept is not None
        papers.create_paper(form.wanted(), kept, by=actor_of(request), now=now_of(request))

    if form.is_valid() and done(form, act, field="slug"):
        messages.success(request, _("The paper is offered. Put its address wherever people look for you."))
        return HttpResponseRedirect(reverse("papers"))
    return render(request, "downloads/write.html", {"form": form}, status=400)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("campaign.edit")
def edit(request: HttpRequest, paper_id: int) -> HttpResponse:
    paper = _paper(paper_id)
    if request.method != "POST":
        initial = {
            "title": paper.title, "intro": paper.intro, "campaign": paper.campaign,
            "asks_consent": Purpose.MAIL.value in paper.form.purposes,
        }  # fmt: skip
        return render(
            request, "downloads/write.html", {"form": PaperForm(initial=initial, paper=paper), "paper": paper}
        )
    form = PaperForm(request.POST, request.FILES, paper=paper)

    def act() -> None:
        papers.change_paper(paper.id, form.wanted(), _keep(form), by=actor_of(request), now=now_of(request))

    if form.is_valid() and done(form, act):
        messages.success(request, _("The paper is changed."))
        return HttpResponseRedirect(reverse("papers"))
    return render(request, "downloads/write.html", {"form": form, "paper": paper}, status=400)


@require_POST
@needs("campaign.edit")
def close(request: HttpRequest, paper_id: int) -> HttpResponse:
    papers.set_open(_paper(paper_id).id, is_open=False, by=actor_of(request), now=now_of(request))
    messages.success(request, _("The paper is not offered any more. Links given out before stay good."))
    return HttpResponseRedirect(reverse("papers"))


@require_POST
@needs("campaign.edit")
def reopen(request: HttpRequest, paper_id: int) -> HttpResponse:
    papers.set_open(_paper(paper_id).id, is_open=True, by=actor_of(request), now=now_of(request))
    messages.success(request, _("The paper is offered again."))
    return HttpResponseRedirect(reverse("papers"))


def _paper(number: int) -> PaperView:
    try:
        return papers.paper(number)
    except UnknownPaper:
        raise Http404 from None


def _keep(form: PaperForm) -> Kept | None:
    file = form.cleaned_data.get("file")
    return files.keep(file.chunks(), file.name or "", folder=Path(settings.PAPERS)) if file else None
