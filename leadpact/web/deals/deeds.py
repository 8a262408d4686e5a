"""The buttons of a deal: won, lost, reopened, moved, changed.  One view per button."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leadpact.base.money import Money, parse_money
from leadpact.flow import selling
from leadpact.pipeline import actions as pipeline
from leadpact.pipeline import reads as pipeline_reads
from leadpact.web.deals.forms import AmountForm, LoseForm, MoveForm, NextStepForm, OwnerForm, ReopenForm, WinForm
from leadpact.web.deals.page import DealRecord
from leadpact.web.deals.views import persons_form, record_of, show
from leadpact.web.shell.access import actor_of, check, needs
from leadpact.web.shell.forms import done


@require_POST
@needs("deal.edit")
def win(request: HttpRequest, deal_id: int) -> HttpResponse:
    record = _edited(request, deal_id)
    form = WinForm(request.POST, auto_id="win_%s")

    def act() -> None:
        said = form.cleaned_data
        selling.win(
            deal_id, amount=_money(said["amount"], record), closed_at=_moment(said["closed_at"], record),
            by=actor_of(request), now=record.now,
        )  # fmt: skip

    return _answer(request, record, form, act, "win_form", _("Won. It counts in the loop from now on."), field="amount")


@require_POST
@needs("deal.edit")
def lose(request: HttpRequest, deal_id: int) -> HttpResponse:
    record = _edited(request, deal_id)
    form = LoseForm(request.POST, auto_id="lose_%s")

    def act() -> None:
        said = form.cleaned_data
        selling.lose(
            deal_id, reason=said["reason"], note=said["note"], closed_at=_moment(said["closed_at"], record),
            by=actor_of(request), now=record.now,
        )  # fmt: skip

    says = _("Lost, with your reason. Marketing sees it.")
    return _answer(request, record, form, act, "lose_form", says, field="closed_at")


@require_POST
@needs("deal.edit")
def reopen(request: HttpRequest, deal_id: int) -> HttpResponse:
    record = _edited(request, deal_id)
    form = ReopenForm(request.POST, auto_id="reopen_%s")

    def act() -> None:
        selling.reopen(deal_id, reason=form.cleaned_data["reason"], by=actor_of(request), now=record.now)

    return _answer(request, record, form, act, "reopen_form", _("The deal is open again."), field="reason")


@require_POST
@needs("deal.edit")
def move(request: HttpRequest, deal_id: int) -> HttpResponse:
    record = _edited(request, deal_id)
    form = MoveForm(record.settings.deal_stages, request.POST, auto_id="move_%s")
    if not (form.is_valid() and done(form, lambda: _move(request, record, form.cleaned_data["stage"]), field="stage")):
        return show(request, record, status=400, move_form=form)
    return _back(request, deal_id)


@require_POST
@needs("deal.edit")
def undo_move(request: HttpRequest, deal_id: int, entry_id: int) -> HttpResponse:
    record = _edited(request, deal_id)
    stands = selling.undo_move(deal_id, entry_id, by=actor_of(request), now=record.now)
    messages.success(request, _("%(deal)s is back at %(stage)s.") % {"deal": stands.title, "stage": stands.stage})
    return _back(request, deal_id)


def _move(request: HttpRequest, record: DealRecord, stage: str) -> None:
    before = record.deal.stage
    moved = selling.move(record.deal.id, stage, by=actor_of(request), now=record.now)
    if moved.stage == before:
        return
    words = _("%(deal)s moved from %(before)s to %(stage)s.")
    said = words % {"deal": moved.title, "before": before, "stage": moved.stage}
    if before not in record.settings.deal_stages:  # nothing can be put at a stage that is no more
        messages.success(request, said)
        return
    entry = pipeline_reads.stage_history(moved.id)[-1].entry
    messages.success(request, said, extra_tags=f"undo={reverse('deal_undo_move', args=[moved.id, entry])}")


def _back(request: HttpRequest, deal_id: int) -> HttpResponse:
    """Where whoever acts was: on the board, with its filters, or on the deal's own page."""
    came = urlsplit(request.META.get("HTTP_REFERER", ""))
    if request.POST.get("on") == "board" or came.path == reverse("deals_board"):
        query = request.POST.get("query", came.query)
        return HttpResponseRedirect(f"{reverse('deals_board')}?{query}" if query else reverse("deals_board"))
    return HttpResponseRedirect(reverse("deal", args=[deal_id]))


@require_POST
@needs("deal.edit")
def amount(request: HttpRequest, deal_id: int) -> HttpResponse:
    record = _edited(request, deal_id)
    form = AmountForm(request.POST, auto_id="amount_%s")

    def act() -> None:
        sold = _money(form.cleaned_data["amount"], record)
        selling.change_amount(deal_id, sold, by=actor_of(request), now=record.now)

    return _answer(request, record, form, act, "amount_form", _("The amount is changed."), field="amount")


@require_POST
@needs("deal.edit")
def next_step(request: HttpRequest, deal_id: int) -> HttpResponse:
    record = _edited(request, deal_id)
    form = NextStepForm(request.POST, auto_id="step_%s")

    def act() -> None:
        said = form.cleaned_data
        selling.set_next_step(deal_id, said["next_step"], said["next_step_on"], by=actor_of(request), now=record.now)

    return _answer(request, record, form, act, "step_form", _("The next step is set."), field="next_step")


@require_POST
@needs("deal.edit")
def owner(request: HttpRequest, deal_id: int) -> HttpResponse:
    record = _edited(request, deal_id)
    form = OwnerForm(record.takers, request.POST, auto_id="owner_%s")

    def act() -> None:
        pipeline.set_owner(deal_id, int(form.cleaned_data["owner"]), by=actor_of(request), now=record.now)

    return _answer(request, record, form, act, "owner_form", _("The deal has another owner."), field="owner")


@require_POST
@needs("deal.edit")
def persons(request: HttpRequest, deal_id: int) -> HttpResponse:
    record = _edited(request, deal_id)
    form = persons_form(record, request.POST)

    def act() -> None:
        pipeline.set_persons(deal_id, form.persons(), by=actor_of(request), now=record.now)

    return _answer(request, record, form, act, "persons_form", _("Changed who takes part."), field="add")


def _edited(request: HttpRequest, deal_id: int) -> DealRecord:
    """The deal, for somebody who may change it."""
    record = record_of(request, deal_id)
    check(request, "deal.edit", record.subject)
    return record


def _money(text: str, record: DealRecord) -> Money | None:
    return parse_money(text, record.deal.currency) if text else None


def _moment(day: date | None, record: DealRecord) -> datetime | None:
    """The end of a day in the company's zone, or now for today: later than whatever happened on that day."""
    if day is None:
        return None
    end = datetime.combine(day + timedelta(days=1), time(), record.settings.zone) - timedelta(seconds=1)
    today = record.now.astimezone(record.settings.zone).date()
    return record.now if day == today else end


def _answer(
    request: HttpRequest,
    record: DealRecord,
    form: forms.Form,
    act: Callable[[], None],
    name: str,
    says: str,
    *,
    field: str,
) -> HttpResponse:
    if form.is_valid() and done(form, act, field=field):
        messages.success(request, says)
        return _back(request, record.deal.id)
    return show(request, record, status=400, **{name: form})
