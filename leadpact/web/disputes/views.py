"""One dispute: both sides' words and the answer; and the button on a lead that raises one."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from leadpact.base.wording import worded
from leadpact.flow import disputing
from leadpact.handover import disputed, disputes
from leadpact.handover.disputed import Contest, DisputeView, Ruling
from leadpact.handover.errors import NothingToContest, UnknownDispute
from leadpact.ledger import reads as ledger
from leadpact.promises import reads as promises
from leadpact.team import policy
from leadpact.team.policy import Subject
from leadpact.team.types import Side
from leadpact.web.disputes.forms import AnswerForm, ContestForm
from leadpact.web.disputes.said import lead_of, said_of
from leadpact.web.leads.parts import Owed
from leadpact.web.leads.views import page_of
from leadpact.web.leads.views import show as show_lead
from leadpact.web.shell.access import actor_of, check, member_of, members_of, needs, now_of
from leadpact.web.shell.forms import done


@require_GET
@needs("dispute.see")
def dispute(request: HttpRequest, dispute_id: int) -> HttpResponse:
    return _show(request, dispute_of(dispute_id), AnswerForm(auto_id="answer_%s"))


@require_POST
@needs("dispute.answer")
def answer(request: HttpRequest, dispute_id: int) -> HttpResponse:
    found, now = dispute_of(dispute_id), now_of(request)
    check(request, "dispute.answer", subject_of(request, found))
    form = AnswerForm(request.POST, auto_id="answer_%s")
    offered: list[bool] = []

    def act() -> None:
        said = form.cleaned_data
        ruling = Ruling(said["ruling"])
        offered.append(disputing.answer(found.id, ruling, said["words"], by=actor_of(request), now=now)[1])

    if form.is_valid() and done(form, act, field="words"):
        says = _("Answered; the lead is offered again.") if offered[0] else _("Answered. Marketing is told.")
        messages.success(request, says)
        return HttpResponseRedirect(reverse("dispute", args=[found.id]))
    return _show(request, found, form, status=400)


@require_POST
@needs("dispute.raise")
def contest(request: HttpRequest, person_id: int) -> HttpResponse:
    """Contest what became of the hand-over that the page of a lead shows."""
    page = page_of(request, person_id)
    if page.pursuit is None:
        raise NothingToContest(worded("Nobody has been handed this lead."))
    number = page.pursuit.id
    check(request, "dispute.raise", Subject("dispute", disputing.planned_by(page.pursuit.first_touch.campaign)))
    form = ContestForm(request.POST, auto_id="contest_%s")

    def act() -> None:
        said = form.cleaned_data
        disputing.contest(number, Contest(said["reason"]), said["words"], by=actor_of(request), now=page.now)

    if form.is_valid() and done(form, act, field="words"):
        messages.success(request, _("Contested. Sales is told, and the clock of the answer runs."))
        return HttpResponseRedirect(reverse("lead", args=[page.person.id]))
    return show_lead(request, page, status=400, contest_form=form)


def _show(request: HttpRequest, found: DisputeView, form: forms.Form, *, status: int = 200) -> HttpResponse:
    members, now = members_of(request), now_of(request)
    contested = ledger.entry(found.contested)
    promise = promises.of_key(found.promise_key)
    context = {
        "dispute": found,
        "said": said_of([found])[0],
        "lead": lead_of(found),
        "raised_by": members.get(found.raised_by or 0),
        "decided_by": members.get(found.decided_by or 0),
        "answered_by": members.get(found.answered_by or 0),
        "note": str((contested.personal or {}).get("note") or "") if contested else "",
        "owed": Owed(promise, promises.clock(promise, now)) if promise else None,
        "may_answer": found.is_open and policy.may(member_of(request), "dispute.answer", subject_of(request, found)),
        "form": form,
    }
    return render(request, "disputes/dispute.html", context, status=status)


def subject_of(request: HttpRequest, found: DisputeView) -> Subject:
    """Do as `disputes.subject_of` for one whose team was read already: whoever gave the outcome sells."""
    them = members_of(request).get(found.decided_by or 0)
    if them is not None and found.team in {None, them.team}:
        return Subject("dispute", owner=them.id, team=them.team, side=them.side)
    if found.team is None:
        return Subject("dispute", owner=found.decided_by, side=Side.SALES)
    return disputes.subject_of(found.decided_by, found.team)


def dispute_of(number: int) -> DisputeView:
    try:
        return disputed.dispute(number)
    except UnknownDispute:
        raise Http404 from None
