"""The page of one company, and the buttons on it."""

from collections.abc import Callable
from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from leadpact.base.criteria import Scalar
from leadpact.pact.errors import NoPact
from leadpact.people import actions as people
from leadpact.team.types import Member, Side
from leadpact.web.companies.forms import KEPT_BY_DEALS, CompanyForm, CompanyOwnerForm, DomainForm, name_of_fact
from leadpact.web.companies.page import CompanyRecord
from leadpact.web.companies.reach import company_of
from leadpact.web.deals.told import labels_of
from leadpact.web.shell.access import actor_of, check, member_of, members_of, needs, now_of, settings_of
from leadpact.web.shell.forms import done
from leadpact.web.shell.spreadsheet import csv_response
from leadpact.web.shell.thresholds import pact_of


@require_GET
@needs("company.see")
def company(request: HttpRequest, company_id: int) -> HttpResponse:
    return show(request, record_of(request, company_id))


@require_GET
@needs("export.run")
def engagement_csv(request: HttpRequest, company_id: int) -> HttpResponseBase:
    """The months of the chart."""
    engagement = record_of(request, company_id).engagement
    if engagement is None:
        raise Http404
    cells = ((month.first_day.isoformat(), month.theirs, month.ours) for month in engagement.months)
    return csv_response("engagement", (_("Month"), _("What they did"), _("What reached them from us")), cells)


@require_POST
@needs("company.edit")
def edit(request: HttpRequest, company_id: int) -> HttpResponse:
    record = _edited(request, company_id)
    form = CompanyForm(record.company, request.POST, auto_id="edit_%s")

    def act() -> None:
        people.change_company(company_id, form.changes(), happened_at=record.now, by=actor_of(request), now=record.now)

    return _answer(request, record, form, act, "edit_form", _("Changed. What was known before stays in the history."))


@require_POST
@needs("company.edit")
def owner(request: HttpRequest, company_id: int) -> HttpResponse:
    record = _edited(request, company_id)
    form = CompanyOwnerForm(takers_of(record), request.POST, auto_id="owner_%s")

    def act() -> None:
        said = form.cleaned_data["owner"]
        people.set_company_owner(company_id, int(said) if said else None, by=actor_of(request), now=record.now)

    return _answer(request, record, form, act, "owner_form", _("Leads of this company go to its owner from now on."))


@require_POST
@needs("company.edit")
def domain(request: HttpRequest, company_id: int) -> HttpResponse:
    """Say that a domain of the company is shared by many firms, or that it is not."""
    record = _edited(request, company_id)
    form = DomainForm(request.POST)
    if not form.is_valid() or form.cleaned_data["domain"] not in {each.name for each in record.domains}:
        raise Http404
    name, is_shared = form.cleaned_data["domain"], form.cleaned_data["is_shared"] == "yes"
    people.mark_domain_shared(name, is_shared=is_shared, by=actor_of(request), now=record.now)
    says = (
        _("%(domain)s is shared: new persons with it get no company by themselves.")
        if is_shared
        else _("%(domain)s names this company again.")
    )
    messages.success(request, says % {"domain": name})
    return HttpResponseRedirect(reverse("company", args=[company_id]))


def record_of(request: HttpRequest, company_id: int) -> CompanyRecord:
    """Read a company for whoever asks; one they may not see is not there."""
    found, now = company_of(request, company_id), now_of(request)
    return CompanyRecord(
        found, member_of(request), members_of(request), settings_of(request), now, _reasons(request, now)
    )


def _reasons(request: HttpRequest, now: datetime) -> dict[str, str]:
    try:
        return labels_of(pact_of(request, now).pact)
    except NoPact:
        return {}


def show(request: HttpRequest, record: CompanyRecord, *, status: int = 200, **sent: forms.Form) -> HttpResponse:
    """Render a company; `sent` are forms that came back with errors, in the place of empty ones."""
    context: dict[str, object] = {"record": record, "company": record.company, "facts": _facts(record)}
    if record.may_edit:
        context |= {
            "edit_form": CompanyForm(record.company, auto_id="edit_%s"),
            "owner_form": CompanyOwnerForm(
                takers_of(record), initial={"owner": record.company.owner or ""}, auto_id="owner_%s"
            ),
        }
    return render(request, "companies/company.html", context | sent, status=status)


def _edited(request: HttpRequest, company_id: int) -> CompanyRecord:
    """The company, for somebody who may change it."""
    record = record_of(request, company_id)
    check(request, "company.edit", record.subject)
    return record


def takers_of(record: CompanyRecord) -> list[Member]:
    sells = (Side.SALES, Side.PARTNER)
    return [
        each
        for each in record.members.values()
        if (each.is_active and each.side in sells) or each.id == record.company.owner
    ]


def _facts(record: CompanyRecord) -> list[tuple[str, object]]:
    facts = record.company.facts
    return [(name_of_fact(name), _said(value)) for name, value in sorted(facts.items()) if name not in KEPT_BY_DEALS]


def _said(value: Scalar) -> object:
    return (_("yes") if value else _("no")) if isinstance(value, bool) else value


def _answer(
    request: HttpRequest, record: CompanyRecord, form: forms.Form, act: Callable[[], None], name: str, says: str
) -> HttpResponse:
    if form.is_valid() and done(form, act):
        messages.success(request, says)
        return HttpResponseRedirect(reverse("company", args=[record.company.id]))
    return show(request, record, status=400, **{name: form})
