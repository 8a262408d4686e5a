"""How a member wants to be told: kind by kind, and when no mail may come."""

from collections.abc import Mapping
from datetime import time
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from leadpact.team import actions
from leadpact.team.choices import notice_choices
from leadpact.team.notice_kinds import KINDS
from leadpact.team.types import ByMail, Choice, NoticeChoices, QuietHours
from leadpact.web.shell.access import actor_of, member_of, needs, now_of, settings_of
from leadpact.web.shell.forms import done

BY_MAIL = (
    (ByMail.AT_ONCE.value, gettext_lazy("At once")),
    (ByMail.DAILY.value, gettext_lazy("Once a day")),
    (ByMail.NEVER.value, gettext_lazy("Never")),
)


def _time_input() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class PreferencesForm(forms.Form):
    """Two fields a kind, and the quiet hours."""

    quiet_since = forms.TimeField(required=False, widget=_time_input(), label=gettext_lazy("From"))
    quiet_until = forms.TimeField(required=False, widget=_time_input(), label=gettext_lazy("Until"))
    zone = forms.ChoiceField(required=False, label=gettext_lazy("By the clock in"))

    def __init__(self, data: Mapping[str, str] | None, chosen: NoticeChoices, company_zone: ZoneInfo) -> None:
        super().__init__(data, initial=_initial(chosen))
        ours = _("%(zone)s, as the company") % {"zone": company_zone.key}
        zones = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix")))
        self.fields["zone"] = forms.ChoiceField(
            required=False, label=_("By the clock in"), choices=[("", ours), *((zone, zone) for zone in zones)]
        )
        for key, kind in KINDS.items():
            words = {"kind": kind.label}
            self.fields[f"app_{key}"] = forms.BooleanField(
                required=False, label=_("%(kind)s: in the app") % words, widget=forms.CheckboxInput
            )
            self.fields[f"mail_{key}"] = forms.ChoiceField(
                choices=BY_MAIL, label=_("%(kind)s: by mail") % words, widget=forms.Select(attrs={"class": "input"})
            )

    def clean(self) -> dict[str, object]:
        said = super().clean() or {}
        if bool(said.get("quiet_since")) != bool(said.get("quiet_until")) and not self.errors:
            self.add_error("quiet_until", _("Give both times, or none."))
        return said

    def wanted(self) -> NoticeChoices:
        said = self.cleaned_data
        by_kind = {key: Choice(said[f"app_{key}"], ByMail(said[f"mail_{key}"])) for key in KINDS}
        since, until = said["quiet_since"], said["quiet_until"]
        quiet = QuietHours(since, until) if isinstance(since, time) and isinstance(until, time) else None
        return NoticeChoices(by_kind, quiet, ZoneInfo(said["zone"]) if said["zone"] else None)

    def rows(self) -> list[dict[str, object]]:
        return [{"kind": kind, "app": self[f"app_{key}"], "mail": self[f"mail_{key}"]} for key, kind in KINDS.items()]


@require_http_methods(["GET", "POST"])
@needs("token.own")
def preferences(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    data = request.POST if request.method == "POST" else None
    form = PreferencesForm(data, notice_choices(member.id), settings_of(request).zone)

    def act() -> None:
        actions.choose_notices(member.id, form.wanted(), by=actor_of(request), now=now_of(request))

    if request.method == "POST" and form.is_valid() and done(form, act, field="quiet_until"):
        messages.success(request, _("From now on you are told that way."))
        return HttpResponseRedirect(reverse("notice_preferences"))
    return render(request, "notices/preferences.html", {"form": form}, status=400 if form.errors else 200)


def _initial(chosen: NoticeChoices) -> dict[str, object]:
    found: dict[str, object] = {
        "zone": chosen.zone.key if chosen.zone else "",
        "quiet_since": chosen.quiet.since if chosen.quiet else None,
        "quiet_until": chosen.quiet.until if chosen.quiet else None,
    }
    for key, choice in chosen.by_kind.items():
        found |= {f"app_{key}": choice.in_app, f"mail_{key}": choice.mail.value}
    return found
