"""The page of one lead."""

from datetime import timedelta

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from leadpact.base.wording import worded
from leadpact.flow import answering
from leadpact.handover import reads as handover
from leadpact.people import reads as people
from leadpact.people.errors import NoSuchPerson, PersonErased
from leadpact.team import policy
from leadpact.web.disputes.forms import ContestForm
from leadpact.web.leads.disputing import panel_of
from leadpact.web.leads.facts import company_values, consents_of, history_of, named, now_known
from leadpact.web.leads.forms import ActivityForm, CommentForm, DealForm, ReasonForm
from leadpact.web.leads.likely import worth_of
from leadpact.web.leads.local_time import local_time_of
from leadpact.web.leads.page import LeadPage
from leadpact.web.leads.panels import panels_of
from leadpact.web.leads.strip import STAGE_NAMES
from leadpact.web.leads.whose import subject_among
from leadpact.web.shell.access import actor_of, check, keep_waiting, member_of, members_of, needs, now_of, settings_of
from leadpact.web.shell.counts import by_area, waiting_question
from leadpact.web.shell.thresholds import keep_thresholds

WEEK = timedelta(days=7)
LONG = 19  # digits that no number of ours has


@require_GET
@needs("lead.see")
def lead(request: HttpRequest, person_id: int) -> HttpResponse:
    page = page_of(request, person_id, even_erased=True)
    if page.person.erased_at is not None:
        erased_on = page.person.erased_at.astimezone(page.zone).date()
        return render(request, "leads/erased.html", {"erased_on": erased_on})
    if page.offer is not None and page.pursuit is not None and page.offer.opened_at is None and page.may_answer:
        answering.look_at(page.offer, page.pursuit, page.person, by=actor_of(request), now=page.now)
    return show(request, page)


def page_of(request: HttpRequest, person_id: int, *, even_erased: bool = False) -> LeadPage:
    """Read a lead for whoever asks; one they may not see is not there.

    Raises `PersonErased`, unless that is what the caller can tell.
    """
    try:
        person = people.person(person_id)
    except NoSuchPerson:
        raise Http404 from None
    pursuits = handover.pursuits_among((person.id, *person.merged))
    members = members_of(request)
    member, before = member_of(request), request.GET.get("before", "")
    now, ours = now_of(request), settings_of(request)
    subject = subject_among(person, pursuits[0] if pursuits else None, members, member)
    check(request, "lead.see", subject, hidden=True)
    if person.is_erased and not even_erased:
        raise PersonErased(worded("Person {person} was erased.", person=person.id), details={"person": person.id})
    return LeadPage(
        person=person,
        pursuits=tuple(pursuits),
        subject=subject,
        member=member,
        members=members,
        now=now,
        settings=ours,
        before=int(before) if before.isdecimal() and len(before) < LONG else None,
        with_book_keeping=request.GET.get("all") == "1",
        asked=request.GET,
        # A page has a sidebar, and so somebody who has logged in; an answer of the API has not.
        waiting=waiting_question(member, now, ours.zone) if request.user.is_authenticated else None,
    )


def show(request: HttpRequest, page: LeadPage, *, status: int = 200, **sent: forms.Form) -> HttpResponse:
    """Render a lead; `sent` are forms that came back with errors, in the place of empty ones."""
    context = {
        "lead": page,
        "log_form": ActivityForm(zone=page.zone, now=page.now, auto_id="log_%s"),
        "reject_form": ReasonForm(page.pact.reject_reasons, auto_id="reject_%s"),
        "recycle_form": ReasonForm(page.pact.recycle_reasons, auto_id="recycle_%s"),
        "disqualify_form": ReasonForm(page.pact.disqualify_reasons, auto_id="disqualify_%s"),
        "deal_form": DealForm(initial=first_deal(page), auto_id="deal_%s"),
        "contest_form": ContestForm(auto_id="contest_%s"),
        "disputes": panel_of(page),
        "likely": worth_of(page),
        "alike": page.alike,
        "joined": page.joined,
        "there": local_time_of(page.person, company_values(page.facts), page.now),
        "comment_form": CommentForm(auto_id="comment_%s"),
        "person_facts": named(page.person.facts),
        "company_facts": now_known(page.facts, "company"),
        "fact_history": history_of(page.facts),
        "consents": consents_of(page.consents),
        "stage_name": STAGE_NAMES[page.strip.stage],
        "reason_label": page.reason_labels.get(page.pursuit.reason, page.pursuit.reason) if page.pursuit else "",
        "pact_url": _pact_url() if policy.may(page.member, "pact.see") else "",
        **panels_of(page),
        **sent,
    }
    keep_thresholds(request, page.thresholds)
    keep_waiting(request, by_area(page.counts))
    return render(request, "leads/lead.html", context, status=status)


def _pact_url() -> str:
    try:
        return reverse("pact")
    except NoReverseMatch:
        return ""


def first_deal(page: LeadPage) -> dict[str, object]:
    """Return what a deal of this lead starts with, so that nothing has to be typed: whom it is with, a step, a week."""
    title = page.person.company_name or page.person.name or page.person.email
    on = page.now.astimezone(page.zone).date() + WEEK
    return {"title": title, "next_step": _("First meeting"), "next_step_on": on}
