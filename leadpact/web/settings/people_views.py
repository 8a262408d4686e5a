"""Who works here: roles, teams, how much they can take, when they are away."""

from datetime import datetime, time, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from leadpact.team import actions, reads
from leadpact.team.errors import NoSuchUser
from leadpact.team.types import Member, Role, UserFields
from leadpact.web.settings.forms import ROLE_NAMES, AbsenceForm, KnownUserForm, NewUserForm, PasswordForm
from leadpact.web.shell.access import actor_of, needs, now_of, settings_of
from leadpact.web.shell.forms import done


@require_GET
@needs("settings.see")
def people(request: HttpRequest) -> HttpResponse:
    return _list(request, NewUserForm())


@require_POST
@needs("user.manage")
def add_person(request: HttpRequest) -> HttpResponse:
    form = NewUserForm(request.POST)
    if form.is_valid() and done(form, lambda: _create(request, form), field="password"):
        messages.success(request, _("%(name)s may log in now.") % {"name": form.cleaned_data["name"]})
        return HttpResponseRedirect(reverse("settings_people"))
    return _list(request, form, status=400)


@require_GET
@needs("user.manage")
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    return _person(request, _member(user_id))


@require_POST
@needs("user.manage")
def change_person(request: HttpRequest, user_id: int) -> HttpResponse:
    member, form = _member(user_id), KnownUserForm(request.POST)
    if form.is_valid() and done(form, lambda: _change(request, user_id, form), field="roles"):
        messages.success(request, _("Changed."))
        return HttpResponseRedirect(reverse("settings_person", args=[user_id]))
    return _person(request, member, form=form, status=400)


@require_POST
@needs("user.manage")
def set_password(request: HttpRequest, user_id: int) -> HttpResponse:
    member, form = _member(user_id), PasswordForm(request.POST)

    def act() -> None:
        actions.set_password(user_id, form.cleaned_data["password"], by=actor_of(request), now=now_of(request))

    if form.is_valid() and done(form, act, field="password"):
        messages.success(request, _("The password is changed and every session of theirs ended."))
        return HttpResponseRedirect(reverse("settings_person", args=[user_id]))
    return _person(request, member, password=form, status=400)


@require_POST
@needs("user.manage")
def add_absence(request: HttpRequest, user_id: int) -> HttpResponse:
    member, form = _member(user_id), AbsenceForm(request.POST)
    if form.is_valid() and done(form, lambda: _away(request, user_id, form), field="last_day"):
        messages.success(request, _("They get no offers while they are away."))
        return HttpResponseRedirect(reverse("settings_person", args=[user_id]))
    return _person(request, member, absence=form, status=400)


@require_POST
@needs("user.manage")
def remove_absence(request: HttpRequest, user_id: int, absence_id: int) -> HttpResponse:
    if absence_id in {absence.id for absence in reads.absences(user_id)}:
        actions.remove_absence(absence_id, by=actor_of(request), now=now_of(request))
    return HttpResponseRedirect(reverse("settings_person", args=[user_id]))


def _create(request: HttpRequest, form: NewUserForm) -> None:
    actions.create_user(**form.cleaned_data, by=actor_of(request), now=now_of(request))


def _change(request: HttpRequest, user_id: int, form: KnownUserForm) -> None:
    values = {**form.cleaned_data, "roles": tuple(Role(role) for role in form.cleaned_data["roles"])}
    actions.change_user(user_id, UserFields(**values), by=actor_of(request), now=now_of(request))


def _away(request: HttpRequest, user_id: int, form: AbsenceForm) -> None:
    """Whole days in the company's zone, the last one included."""
    zone, days = settings_of(request).zone, form.cleaned_data
    since = datetime.combine(days["first_day"], time(), zone)
    until = datetime.combine(days["last_day"] + timedelta(days=1), time(), zone)
    actions.add_absence(user_id, since, until, by=actor_of(request), now=now_of(request))


def _member(user_id: int) -> Member:
    try:
        return reads.user(user_id)
    except NoSuchUser:
        raise Http404 from None


def _list(request: HttpRequest, form: NewUserForm, status: int = 200) -> HttpResponse:
    teams = {team.id: team.name for team in reads.teams()}
    rows = [
        {
            "member": member,
            "roles": [ROLE_NAMES[role] for role in sorted(member.roles)],
            "team": teams.get(member.team or 0, ""),
        }
        for member in reads.users()
    ]
    away = reads.absent(now_of(request))
    return render(request, "settings/people.html", {"rows": rows, "away": away, "form": form}, status=status)


def _person(
    request: HttpRequest,
    member: Member,
    *,
    form: KnownUserForm | None = None,
    password: PasswordForm | None = None,
    absence: AbsenceForm | None = None,
    status: int = 200,
) -> HttpResponse:
    known = {"roles": [role.value for role in member.roles], "team": member.team or "", "is_active": member.is_active}
    context = {
        "person": member,
        "form": form or KnownUserForm(initial={"name": member.name, "capacity": member.capacity, **known}),
        "password": password or PasswordForm(),
        "absence": absence or AbsenceForm(),
        "absences": reads.absences(member.id),
    }
    return render(request, "settings/person.html", context, status=status)
