"""Two leads side by side, made one with one press, and taken apart again with another."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from leadpact.flow import merging
from leadpact.web.leads.facts import named
from leadpact.web.leads.page import LeadPage
from leadpact.web.leads.views import page_of
from leadpact.web.shell.access import actor_of, check, needs, now_of


@dataclass(frozen=True)
class Compared:
    """One thing known of both; `is_same`: it speaks for one person."""

    name: str
    kept: object
    other: object

    @property
    def is_same(self) -> bool:
        return bool(self.kept) and self.kept == self.other


@require_GET
@needs("lead.edit")
def compare(request: HttpRequest, person_id: int, other_id: int) -> HttpResponse:
    """What is known of both, and what becomes of it."""
    kept, other = _both(request, person_id, other_id)
    context = {"kept": kept, "other": other, "rows": _rows(kept, other)}
    return render(request, "leads/merge.html", context)


@require_POST
@needs("lead.edit")
def merge(request: HttpRequest, person_id: int, other_id: int) -> HttpResponse:
    """Make one of two; the first stays."""
    kept, other = _both(request, person_id, other_id)
    merging.merge(kept.person.id, other.person.id, by=actor_of(request), now=now_of(request))
    undo = reverse("lead_unmerge", args=[other.person.id])
    messages.success(request, _("They are one person now; nothing was lost."), extra_tags=f"undo={undo}")
    return HttpResponseRedirect(reverse("lead", args=[kept.person.id]))


@require_POST
@needs("lead.edit")
def unmerge(request: HttpRequest, person_id: int) -> HttpResponse:
    """Take the merge of a record into another back."""
    page = page_of(request, person_id)
    check(request, "lead.edit", page.subject)
    kept = merging.unmerge(person_id, by=actor_of(request), now=now_of(request))
    messages.success(request, _("They are two persons again."))
    return HttpResponseRedirect(reverse("lead", args=[kept]))


def _both(request: HttpRequest, person_id: int, other_id: int) -> tuple[LeadPage, LeadPage]:
    kept, other = page_of(request, person_id), page_of(request, other_id)
    for page in (kept, other):
        check(request, "lead.edit", page.subject)
    if kept.person.id == other.person.id:
        raise Http404
    return kept, other


def _rows(kept: LeadPage, other: LeadPage) -> list[Compared]:
    one, two = kept.person, other.person
    rows = [
        Compared(_("Name"), one.name, two.name),
        Compared(_("E-mail"), one.email, two.email),
        Compared(_("Phone"), one.phone, two.phone),
        Compared(_("Position"), one.title, two.title),
        Compared(_("Company"), one.company_name, two.company_name),
        Compared(_("Owner"), kept.owner.name if kept.owner else "", other.owner.name if other.owner else ""),
    ]
    facts, theirs = dict(named(one.facts)), dict(named(two.facts))
    rows += [Compared(name, facts.get(name, ""), theirs.get(name, "")) for name in sorted({*facts, *theirs})]
    return rows
