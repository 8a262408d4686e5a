"""The buttons of a lead: log, take, keep, give back, disqualify, open a deal.  One view per button."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leadpact.base.money import parse_money
from leadpact.base.wording import worded
from leadpact.flow import answering, following, qualifying
from leadpact.handover.errors import WrongStage
from leadpact.handover.types import PursuitView
from leadpact.team.policy import Subject
from leadpact.web.leads.forms import ActivityForm, DealForm, ReasonForm
from leadpact.web.leads.page import LeadPage
from leadpact.web.leads.views import LONG, page_of, show
from leadpact.web.shell.access import actor_of, check, needs, settings_of
from leadpact.web.shell.forms import done


@require_POST
@needs("lead.note")
def log(request: HttpRequest, person_id: int) -> HttpResponse:
    page = page_of(request, person_id)
    check(request, "lead.note", page.subject)
    form = ActivityForm(request.POST, zone=page.zone, now=page.now, auto_id="log_%s")

    def act() -> None:
        said = form.cleaned_data
        following.log_activity(
            page.person.id, said["kind"], note=said["note"], happened_at=said["happened_at"],
            by=actor_of(request), now=page.now,
        )  # fmt: skip

    if form.is_valid() and done(form, act, field="happened_at"):
        return _back(request, page, _("Logged. Both teams see it in the story."))
    return show(request, page, status=400, log_form=form)


@require_POST
@needs("lead.answer")
def pull(request: HttpRequest, person_id: int) -> HttpResponse:
    page = page_of(request, person_id)
    check(request, "lead.answer", Subject("lead"))
    answering.pull(page.person.id, by=actor_of(request), now=page.now)
    return _back(request, page, _("The lead is yours."))


@require_POST
@needs("lead.answer")
def keep(request: HttpRequest, person_id: int) -> HttpResponse:
    page = page_of(request, person_id)
    following.keep(_worked(request, page).id, by=actor_of(request), now=page.now)
    return _back(request, page, _("You keep it."))


@require_POST
@needs("lead.assign")
def hand_on(request: HttpRequest, person_id: int) -> HttpResponse:
    """Give the lead, with its clocks and its open deal, to a colleague."""
    page = page_of(request, person_id)
    check(request, "lead.assign", page.subject)
    to_user = request.POST.get("to", "")
    taker = page.members.get(int(to_user)) if to_user.isdecimal() and len(to_user) < LONG else None
    if page.pursuit is None or taker not in page.takers:
        messages.error(request, _("Choose somebody who takes leads."))
        return HttpResponseRedirect(reverse("lead", args=[page.person.id]))
    following.hand_on(page.pursuit.id, taker.id, by=actor_of(request), now=page.now)
    return _back(request, page, _("Handed on to %(name)s; the clocks run on.") % {"name": taker.name})


@require_POST
@needs("lead.answer")
def recycle(request: HttpRequest, person_id: int) -> HttpResponse:
    page = page_of(request, person_id)
    pursuit = _worked(request, page)
    form = ReasonForm(page.pact.recycle_reasons, request.POST, auto_id="recycle_%s")

    def act() -> None:
        said = form.cleaned_data
        qualifying.recycle(
            pursuit.id, said["reason"], note=said["note"], until=said["until"], by=actor_of(request), now=page.now
        )

    return _answer(request, page, form, act, "recycle_form", _("Given back to marketing, with your reason."))


@require_POST
@needs("lead.answer")
def disqualify(request: HttpRequest, person_id: int) -> HttpResponse:
    page = page_of(request, person_id)
    pursuit = _worked(request, page)
    form = ReasonForm(page.pact.disqualify_reasons, request.POST, auto_id="disqualify_%s")

    def act() -> None:
        said = form.cleaned_data
        qualifying.disqualify(pursuit.id, said["reason"], note=said["note"], by=actor_of(request), now=page.now)

    return _answer(request, page, form, act, "disqualify_form", _("Disqualified, with your reason."))


@require_POST
@needs("lead.answer")
def open_deal(request: HttpRequest, person_id: int) -> HttpResponse:
    page = page_of(request, person_id)
    pursuit = _worked(request, page)
    form = DealForm(request.POST, auto_id="deal_%s")
    currency = settings_of(request).currency

    def act() -> None:
        said = form.cleaned_data
        amount = parse_money(said["amount"], currency) if said["amount"] else None
        qualifying.open_deal(
            pursuit.id, title=said["title"], amount=amount, currency=currency, next_step=said["next_step"],
            next_step_on=said["next_step_on"], by=actor_of(request), now=page.now,
        )  # fmt: skip

    return _answer(request, page, form, act, "deal_form", _("The deal is open."), field="amount")


def _worked(request: HttpRequest, page: LeadPage) -> PursuitView:
    """The pursuit that whoever asks may work on."""
    check(request, "lead.answer", page.subject)
    if page.pursuit is None:
        raise WrongStage(worded("Nobody works this lead."))
    return page.pursuit


def _answer(
    request: HttpRequest,
    page: LeadPage,
    form: forms.Form,
    act: Callable[[], None],
    name: str,
    says: str,
    *,
    field: str = "reason",
) -> HttpResponse:
    if form.is_valid() and done(form, act, field=field):
        return _back(request, page, says)
    return show(request, page, status=400, **{name: form})


def _back(request: HttpRequest, page: LeadPage, says: str) -> HttpResponse:
    messages.success(request, says)
    return HttpResponseRedirect(reverse("lead", args=[page.person.id]))
