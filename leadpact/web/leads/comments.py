"""Comments on a lead: write, change, take back, put back.  One view per button."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leadpact.flow import commenting
from leadpact.web.leads.forms import CommentForm
from leadpact.web.leads.page import LeadPage
from leadpact.web.leads.views import page_of, show
from leadpact.web.shell.access import actor_of, check, needs


@require_POST
@needs("lead.note")
def add(request: HttpRequest, person_id: int) -> HttpResponse:
    page = page_to_comment(request, person_id)
    form = CommentForm(request.POST, auto_id="comment_%s")
    if not form.is_valid():
        return show(request, page, status=400, comment_form=form)
    text = form.cleaned_data["text"]
    number = commenting.comment(page.person.id, text, names=page.nameable, by=actor_of(request), now=page.now)
    return _back(page, number)


@require_POST
@needs("lead.note")
def change(request: HttpRequest, person_id: int, number: int) -> HttpResponse:
    page = page_to_comment(request, person_id, number)
    form = CommentForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("A comment needs some words."))
        return _back(page, number)
    text = form.cleaned_data["text"]
    commenting.change(page.person.id, number, text, names=page.nameable, by=actor_of(request), now=page.now)
    return _back(page, number)


@require_POST
@needs("lead.note")
def remove(request: HttpRequest, person_id: int, number: int) -> HttpResponse:
    page = page_to_comment(request, person_id, number)
    commenting.remove(number, by=actor_of(request), now=page.now)
    undo = reverse("lead_comment_restore", args=[page.person.id, number])
    messages.success(request, _("The comment is taken back."), extra_tags=f"undo={undo}")
    return _back(page, number)


@require_POST
@needs("lead.note")
def restore(request: HttpRequest, person_id: int, number: int) -> HttpResponse:
    page = page_to_comment(request, person_id, number)
    commenting.restore(number, by=actor_of(request), now=page.now)
    return _back(page, number)


def page_to_comment(request: HttpRequest, person_id: int, number: int | None = None) -> LeadPage:
    """The lead, if whoever asks may comment on it; a comment on somebody else is not there."""
    page = page_of(request, person_id)
    check(request, "lead.note", page.subject)
    check(request, "timeline.see", page.subject)
    if number is not None and all(each.entry != number for each in page.comments):
        raise Http404
    return page


def _back(page: LeadPage, number: int) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('lead', args=[page.person.id])}#comment-{number}")
