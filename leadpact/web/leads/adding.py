"""A lead added by hand, with a look for whoever is there already, and what is known of one put right."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from leadpact.flow import adding
from leadpact.people import reads as people
from leadpact.people.types import Identifier, IdentityKind, PersonFields, PersonView
from leadpact.team import policy
from leadpact.team.policy import Subject
from leadpact.web.leads.forms import PersonForm
from leadpact.web.leads.views import page_of
from leadpact.web.shell.access import actor_of, check, member_of, needs, now_of
from leadpact.web.shell.forms import done
from leadpact.worklist import finding
from leadpact.worklist.types import Line

FIELDS = ("name", "email", "phone", "title")


@require_http_methods(["GET", "POST"])
@needs("lead.edit")
def new_lead(request: HttpRequest) -> HttpResponse:
    """Add somebody; who looks like somebody known is shown first, and added once that was seen."""
    check(request, "lead.edit", Subject("lead"))
    form = PersonForm(request.POST if request.method == "POST" else None, auto_id="person_%s")
    if request.method == "GET":
        return render(request, "leads/new.html", {"form": form})
    if not form.is_valid():
        return render(request, "leads/new.html", {"form": form}, status=400)
    said = form.cleaned_data
    like = [] if request.POST.get("sure") else alike(request, said)
    known = people.person_by(Identifier(IdentityKind.EMAIL, said["email"])) if said["email"] else None
    if known is not None:
        there = people.person(known)
        form.add_error("email", _("There is somebody with this address already."))
        return render(request, "leads/new.html", {"form": form, "there": there}, status=409)
    if like:
        return render(request, "leads/new.html", {"form": form, "alike": like}, status=409)
    fields = PersonFields(**{name: said[name] for name in FIELDS})
    person = adding.add_person(fields, company_name=said["company"], by=actor_of(request), now=now_of(request))
    messages.success(request, _("The lead is added."))
    return HttpResponseRedirect(reverse("lead", args=[person]))


def alike(request: HttpRequest, said: Mapping[str, str]) -> list[Line]:
    """Whoever is called so, of those whom whoever asks may see."""
    visible = policy.visible_owners(member_of(request))
    return finding.beginning(said["name"], limit=5, visible_owners=visible) if said["name"] else []


@require_http_methods(["GET", "POST"])
@needs("lead.edit")
def edit(request: HttpRequest, person_id: int) -> HttpResponse:
    page = page_of(request, person_id)
    check(request, "lead.edit", page.subject)
    person = page.person
    if request.method == "GET":
        form = PersonForm(initial=initial_of(person), auto_id="person_%s")
        return render(request, "leads/edit.html", {"form": form, "person": person})
    form = PersonForm(request.POST, auto_id="person_%s")

    def act() -> None:
        adding.correct_person(person.id, form.cleaned_data, by=actor_of(request), now=page.now)

    if form.is_valid() and done(form, act, field="email"):
        messages.success(request, _("Saved. What was known before stays in the history."))
        return HttpResponseRedirect(reverse("lead", args=[person.id]))
    return render(request, "leads/edit.html", {"form": form, "person": person}, status=400)


def initial_of(person: PersonView) -> dict[str, str]:
    return {**{name: getattr(person, name) for name in FIELDS}, "company": person.company_name}
