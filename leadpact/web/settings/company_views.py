"""The company's settings."""

from dataclasses import asdict
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from leadpact.team import actions
from leadpact.team.types import CompanySettings
from leadpact.web.settings.forms import CompanyForm
from leadpact.web.shell.access import actor_of, needs, now_of, settings_of
from leadpact.web.shell.forms import done


@require_GET
@needs("settings.see")
def company(request: HttpRequest) -> HttpResponse:
    return _page(request, CompanyForm(initial=asdict(settings_of(request))))


@require_POST
@needs("settings.edit")
def change_company(request: HttpRequest) -> HttpResponse:
    form = CompanyForm(request.POST)
    if form.is_valid() and done(form, lambda: _change(request, form)):
        messages.success(request, _("The settings are changed."))
        return HttpResponseRedirect(reverse("settings"))
    return _page(request, form, status=400)


def _change(request: HttpRequest, form: CompanyForm) -> None:
    values = {**form.cleaned_data, "zone": ZoneInfo(form.cleaned_data["zone"])}
    actions.change_settings(CompanySettings(**values), by=actor_of(request), now=now_of(request))


def _page(request: HttpRequest, form: CompanyForm, status: int = 200) -> HttpResponse:
    return render(request, "settings/company.html", {"form": form}, status=status)
