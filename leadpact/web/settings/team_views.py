"""Teams, their heads and their working hours."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from leadpact.team import actions, reads
from leadpact.team.errors import NoSuchTeam
from leadpact.team.reads import USUAL_CALENDAR
from leadpact.web.settings.forms import SIDE_NAMES, HeadForm, HoursForm, TeamForm
from leadpact.web.settings.hours import as_text, parse, week_of
from leadpact.web.shell.access import actor_of, needs, now_of
from leadpact.web.shell.forms import done


@require_GET
@needs("settings.see")
def teams(request: HttpRequest) -> HttpResponse:
    return _teams(request, TeamForm())


@require_POST
@needs("settings.edit")
def add_team(request: HttpRequest) -> HttpResponse:
    form = TeamForm(request.POST)

    def act() -> None:
        actions.create_team(**form.cleaned_data, by=actor_of(request), now=now_of(request))

    if form.is_valid() and done(form, act, field="name"):
        messages.success(request, _("The team is there."))
        return HttpResponseRedirect(reverse("settings_teams"))
    return _teams(request, form, status=400)


@require_POST
@needs("settings.edit")
def set_head(request: HttpRequest, team_id: int) -> HttpResponse:
    try:
        reads.team(team_id)
    except NoSuchTeam:
        raise Http404 from None
    form = HeadForm(request.POST)
    if form.is_valid():
        head = form.cleaned_data["head"]
        actions.set_head(team_id, int(head) if head else None, by=actor_of(request), now=now_of(request))
        messages.success(request, _("The head of the team is changed."))
    return HttpResponseRedirect(reverse("settings_teams"))


@require_GET
@needs("settings.see")
def hours(request: HttpRequest) -> HttpResponse:
    known = reads.calendars()
    name = request.GET.get("name", "")
    document = known.get(name) or known.get(USUAL_CALENDAR) or {}
    return _hours(request, HoursForm(initial={"name": name, "document": as_text(document)}))


@require_POST
@needs("settings.edit")
def set_hours(request: HttpRequest) -> HttpResponse:
    form = HoursForm(request.POST)
    if form.is_valid() and done(form, lambda: _set_hours(request, form), field="document"):
        messages.success(request, _("The hours hold from now on. Deadlines already given stay."))
        return HttpResponseRedirect(reverse("settings_hours"))
    return _hours(request, form, status=400)


def _set_hours(request: HttpRequest, form: HoursForm) -> None:
    document = parse(form.cleaned_data["document"])
    actions.set_calendar(form.cleaned_data["name"], document, by=actor_of(request), now=now_of(request))


def _teams(request: HttpRequest, form: TeamForm, status: int = 200) -> HttpResponse:
    people = reads.users()
    rows = [
        {
            "team": team,
            "side": SIDE_NAMES[team.side],
            "members": [member for member in people if member.team == team.id and member.is_active],
            "head": next((member for member in people if member.id == team.head), None),
            "form": HeadForm(initial={"head": team.head or ""}, auto_id=f"team{team.id}_%s"),
        }
        for team in reads.teams()
    ]
    return render(request, "settings/teams.html", {"rows": rows, "form": form}, status=status)


def _hours(request: HttpRequest, form: HoursForm, status: int = 200) -> HttpResponse:
    calendars = [week_of(name, document) for name, document in reads.calendars().items()]
    return render(request, "settings/hours.html", {"calendars": calendars, "form": form}, status=status)
