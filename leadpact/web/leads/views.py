"""The page of one lead, and the receipt of a promise made about it."""

import json
from collections.abc import Mapping
from datetime import datetime

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from leadpact.base.criteria import Value
from leadpact.flow import answering
from leadpact.handover import reads as handover
from leadpact.ledger import reads as ledger
from leadpact.ledger.types import StoredEntry
from leadpact.people import reads as people
from leadpact.people.errors import NoSuchPerson
from leadpact.promises import reads as promises
from leadpact.promises.errors import UnknownPromise
from leadpact.team import policy
from leadpact.web.leads.forms import ActivityForm, DealForm, ReasonForm
from leadpact.web.leads.page import LeadPage, subject_of
from leadpact.web.shell.access import actor_of, check, member_of, needs, now_of, settings_of
from leadpact.web.shell.thresholds import thresholds_at

FACT_NAMES = {
    "country": gettext_lazy("Country"),
    "city": gettext_lazy("City"),
    "language": gettext_lazy("Language"),
    "department": gettext_lazy("Department"),
    "seniority": gettext_lazy("Seniority"),
    "size": gettext_lazy("Size"),
    "industry": gettext_lazy("Industry"),
    "source": gettext_lazy("Came by"),
}
# Shown elsewhere on the page: in its head, and under "Money".
IN_HEAD = {"name", "email", "phone", "title", "company", "open_deal", "customer"}


@require_GET
@needs("lead.see")
def lead(request: HttpRequest, person_id: int) -> HttpResponse:
    page = page_of(request, person_id)
    if page.offer is not None and page.may_answer:
        answering.open_offer(page.offer.id, by=actor_of(request), now=now_of(request))
    return show(request, page)


def page_of(request: HttpRequest, person_id: int) -> LeadPage:
    """Read a lead for whoever asks; one they may not see is not there."""
    try:
        person = people.person(person_id)
    except NoSuchPerson:
        raise Http404 from None
    pursuit = handover.pursuit_of(person.id)
    subject = subject_of(person, pursuit)
    check(request, "lead.see", subject, hidden=True)
    return LeadPage(
        person=person,
        pursuit=pursuit,
        subject=subject,
        member=member_of(request),
        now=now_of(request),
        thresholds=thresholds_at(now_of(request)),
        zone=settings_of(request).zone,
        until=_moment(request.GET.get("before", "")),
        with_book_keeping=request.GET.get("all") == "1",
    )


def show(request: HttpRequest, page: LeadPage, *, status: int = 200, **sent: forms.Form) -> HttpResponse:
    """Render a lead; `sent` are forms that came back with errors, in the place of empty ones."""
    context = {
        "lead": page,
        "log_form": ActivityForm(zone=page.zone, now=page.now, auto_id="log_%s"),
        "reject_form": ReasonForm(page.pact.reject_reasons, auto_id="reject_%s"),
        "recycle_form": ReasonForm(page.pact.recycle_reasons, auto_id="recycle_%s"),
        "disqualify_form": ReasonForm(page.pact.disqualify_reasons, auto_id="disqualify_%s"),
        "deal_form": DealForm(initial={"title": page.person.company_name or page.person.name}, auto_id="deal_%s"),
        "person_facts": _facts(page.person.facts),
        "company_facts": _facts(page.company.facts) if page.company else [],
        "reason_label": page.reason_labels.get(page.pursuit.reason, page.pursuit.reason) if page.pursuit else "",
        "pact_url": _pact_url() if policy.may(page.member, "pact.see") else "",
        **sent,
    }
    return render(request, "leads/lead.html", context, status=status)


@require_GET
@needs("ledger.see")
def entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """One entry as the ledger keeps it."""
    found = ledger.entry(entry_id)
    if found is None:
        raise Http404
    person = _person_of(found)
    if person is not None:
        check(request, "timeline.see", subject_of(people.person(person), handover.pursuit_of(person)), hidden=True)
    context = {
        "entry": found,
        "person": people.person(person) if person else None,
        "facts_text": json.dumps(found.facts, indent=2, ensure_ascii=False, sort_keys=True),
        "personal_text": json.dumps(found.personal, indent=2, ensure_ascii=False, sort_keys=True)
        if found.personal
        else "",
    }
    return render(request, "leads/entry.html", context)


@require_GET
@needs("lead.see")
def receipt(request: HttpRequest, promise_id: int) -> HttpResponse:
    """How the time of a promise was counted."""
    try:
        found = promises.receipt(promise_id, now=now_of(request))
    except UnknownPromise:
        raise Http404 from None
    kind, _colon, number = found.promise.about.partition(":")
    pursuit = handover.pursuit(int(number)) if kind == "pursuit" else None
    person = people.person(pursuit.persons[0]) if pursuit else None
    if person is not None:
        check(request, "lead.see", subject_of(person, pursuit), hidden=True)
    zone = found.promise.calendar.zone
    lines = [(line, line.since.astimezone(zone), line.until.astimezone(zone)) for line in found.lines]
    context = {
        "receipt": found,
        "lines": lines,
        "zone": zone,
        "person": person,
        "used_seconds": int(found.used.total_seconds()),
    }
    return render(request, "leads/receipt.html", context)


def _person_of(found: StoredEntry) -> int | None:
    if found.identity is not None:
        return people.persons_of_identities([found.identity]).get(found.identity)
    kind, _colon, number = found.about.partition(":")
    return handover.pursuit(int(number)).persons[0] if kind == "pursuit" else None


def _facts(facts: Mapping[str, Value]) -> list[tuple[str, Value]]:
    named = [(name, value) for name, value in facts.items() if name not in IN_HEAD and value not in (None, "")]
    return [
        (str(FACT_NAMES.get(name, name.replace("_", " ").capitalize())), _said(value)) for name, value in sorted(named)
    ]


def _said(value: Value) -> Value:
    return (_("yes") if value else _("no")) if isinstance(value, bool) else value


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _pact_url() -> str:
    try:
        return reverse("pact")
    except NoReverseMatch:
        return ""
