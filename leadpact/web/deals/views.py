"""The page of one deal."""

from datetime import datetime

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from leadpact.pipeline import reads as pipeline
from leadpact.pipeline.errors import UnknownDeal
from leadpact.web.deals.forms import (
    AmountForm,
    LoseForm,
    MoveForm,
    NextStepForm,
    OwnerForm,
    PersonsForm,
    ReopenForm,
    WinForm,
    amount_text,
)
from leadpact.web.deals.page import DealRecord, name_of, subject_of
from leadpact.web.shell.access import check, member_of, members_of, needs, now_of, settings_of


@require_GET
@needs("deal.see")
def deal(request: HttpRequest, deal_id: int) -> HttpResponse:
    return show(request, record_of(request, deal_id))


def record_of(request: HttpRequest, deal_id: int) -> DealRecord:
    """Read a deal for whoever asks; one they may not see is not there."""
    try:
        found = pipeline.deal(deal_id)
    except UnknownDeal:
        raise Http404 from None
    members = members_of(request)
    subject = subject_of(found, members)
    check(request, "deal.see", subject, hidden=True)
    until = _moment(request.GET.get("before", ""))
    settings, now = settings_of(request), now_of(request)
    return DealRecord(found, subject, member_of(request), members, settings, now, until)


def show(request: HttpRequest, record: DealRecord, *, status: int = 200, **sent: forms.Form) -> HttpResponse:
    """Render a deal; `sent` are forms that came back with errors, in the place of empty ones."""
    found = record.deal
    context: dict[str, object] = {"record": record, "deal": found, "sent": next(iter(sent.values()), None)}
    context["do"] = request.GET.get("do", "")  # the form that a link from elsewhere asks for stands open
    if record.may_edit:
        amount = amount_text(found)
        stages, step = record.settings.deal_stages, {"next_step": found.next_step, "next_step_on": found.next_step_on}
        context |= {
            "win_form": WinForm(initial={"amount": amount}, auto_id="win_%s"),
            "lose_form": LoseForm(auto_id="lose_%s"),
            "reopen_form": ReopenForm(auto_id="reopen_%s"),
            "move_form": MoveForm(stages, initial={"stage": found.stage}, auto_id="move_%s"),
            "amount_form": AmountForm(initial={"amount": amount}, auto_id="amount_%s"),
            "step_form": NextStepForm(initial=step, auto_id="step_%s"),
            "owner_form": OwnerForm(record.takers, initial={"owner": found.owner}, auto_id="owner_%s"),
            "persons_form": persons_form(record),
        }
    return render(request, "deals/deal.html", context | sent, status=status)


def persons_form(record: DealRecord, *sent: object) -> PersonsForm:
    there = {each.person.id: (name_of(each.person), each.role) for each in record.partakers}
    return PersonsForm(there, record.colleagues, *sent, auto_id="persons_%s")


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
