"""The forms of the settings; what a value must be is said by the package it belongs to."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leadpact.base.currencies import is_currency
from leadpact.engagement.actions import MAX_EVENTS_PER_SECOND
from leadpact.engagement.types import SourceKind
from leadpact.people.types import Purpose
from leadpact.team import reads
from leadpact.team.policy import VERBS
from leadpact.team.scoping import ALL, READ
from leadpact.team.types import Role, Side
from leadpact.web.shell.forms import Day, Lines

ROLE_NAMES: dict[Role, str | Promise] = {
    Role.MARKETER: _("Marketer"),
    Role.SALES_REP: _("Sales rep"),
    Role.HEAD_OF_MARKETING: _("Head of marketing"),
    Role.HEAD_OF_SALES: _("Head of sales"),
    Role.PARTNER: _("Partner: own leads only"),
    Role.REVENUE_OPERATIONS: _("Revenue operations: runs Leadpact"),
    Role.EXECUTIVE: _("Executive: reads everything"),
}
SIDE_NAMES: dict[Side, str | Promise] = {
    Side.MARKETING: _("Marketing"),
    Side.SALES: _("Sales"),
    Side.PARTNER: _("Partner"),
}
REACHES: dict[str, str | Promise] = {
    "all": _("Look and change"),
    "read": _("Look only"),
    "chosen": _("Only what is chosen"),
}
KEY_KINDS: dict[SourceKind, str | Promise] = {
    SourceKind.BROWSER: _("For pages: anybody can read it, so it may send visits only"),
    SourceKind.SERVER: _("For servers: secret, may send every act of a prospect"),
}


def _choices(names: Mapping[Any, str | Promise]) -> list[tuple[str, str | Promise]]:
    return [(str(key), name) for key, name in names.items()]


def team_choices() -> list[tuple[str, str | Promise]]:
    return [("", _("No team")), *((str(team.id), team.name) for team in reads.teams())]


def head_choices() -> list[tuple[str, str | Promise]]:
    return [("", _("Nobody")), *((str(member.id), member.name) for member in reads.members())]


def hours_choices() -> list[tuple[str, str | Promise]]:
    return [("", _("The company's usual ones")), *((name, name) for name in reads.calendars())]


def zone_choices() -> list[tuple[str, str]]:
    return [(name, name) for name in sorted(available_timezones())]


class TokenForm(forms.Form):
    name = forms.CharField(
        max_length=120, label=_("What it is for"), help_text=_("So that you know which one to revoke.")
    )
    reach = forms.ChoiceField(
        choices=_choices(REACHES), initial="all", required=False, widget=forms.RadioSelect, label=_("What it may do"),
        help_text=_("Never more than you may yourself."),
    )  # fmt: skip
    verbs = forms.MultipleChoiceField(
        choices=[(verb, verb) for verb in VERBS], required=False, widget=forms.CheckboxSelectMultiple,
        label=_("Only these"), help_text=_("For “only what is chosen”; each brings what it takes to see its things."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("reach") == "chosen" and not said.get("verbs"):
            self.add_error("verbs", _("Choose at least one."))
        return said

    @property
    def scopes(self) -> tuple[str, ...]:
        by_reach = {"read": (READ,), "chosen": tuple(self.cleaned_data["verbs"])}
        return by_reach.get(self.cleaned_data["reach"], ALL)


class CompanyForm(forms.Form):
    name = forms.CharField(max_length=200, label=_("Name of the company"))
    zone = forms.ChoiceField(
        choices=zone_choices, label=_("Time zone"), help_text=_("Every report and every date is in it.")
    )
    currency = forms.CharField(max_length=3, label=_("Currency"), help_text=_("Three letters, such as EUR or GBP."))
    fiscal_year_start_month = forms.TypedChoiceField(
        coerce=int, choices=list(MONTHS.items()), label=_("The fiscal year begins in")
    )
    week_start = forms.TypedChoiceField(
        coerce=int, choices=[(day + 1, name) for day, name in WEEKDAYS.items()], label=_("The week begins on")
    )
    postal_address = forms.CharField(
        widget=forms.Textarea,
        required=False,
        label=_("Postal address"),
        help_text=_("Stands at the foot of our mails."),
    )
    own_domains = Lines(
        required=False, label=_("Our own mail domains"), help_text=_("One a line. Our own people never become leads.")
    )
    competitor_domains = Lines(
        required=False, label=_("Competitors' domains"), help_text=_("One a line. They are not offered to sales.")
    )
    deal_stages = Lines(
        label=_("Stages of a deal"), help_text=_("One a line, in order; won and lost come by themselves.")
    )
    individual_performance_open = forms.BooleanField(
        required=False,
        label=_("Everybody sees how individuals perform"),
        help_text=_("Otherwise only the person and their own head do."),
    )

    def clean_currency(self) -> str:
        code = str(self.cleaned_data["currency"]).upper()
        if not is_currency(code):
            raise forms.ValidationError(_("There is no such currency."), code="unknown_currency")
        return code


class UserForm(forms.Form):
    """What an admin may change of a user; `is_active` is asked of those who are there already."""

    name = forms.CharField(max_length=200, label=_("Name"))
    roles = forms.MultipleChoiceField(
        choices=_choices(ROLE_NAMES), widget=forms.CheckboxSelectMultiple, label=_("Roles")
    )
    team = forms.ChoiceField(choices=team_choices, required=False, label=_("Team"))
    capacity = forms.IntegerField(
        min_value=0, max_value=10_000, initial=50, label=_("Open leads they can work well"),
        help_text=_("Nobody is offered more than that."),
    )  # fmt: skip

    def clean_team(self) -> int | None:
        value = self.cleaned_data["team"]
        return int(value) if value else None


class NewUserForm(UserForm):
    email = forms.EmailField(label=_("E-mail"), help_text=_("They log in with it."))
    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), label=_("First password"),
        help_text=_("At least 10 characters. They can change it."),
    )  # fmt: skip
    field_order = ("name", "email", "password", "roles", "team", "capacity")


class KnownUserForm(UserForm):
    is_active = forms.BooleanField(
        required=False, label=_("May log in"), help_text=_("Without it nothing of what they did is lost.")
    )


class PasswordForm(forms.Form):
    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), label=_("New password")
    )


class AbsenceForm(forms.Form):
    first_day = Day(label=_("First day away"))
    last_day = Day(label=_("Last day away"))


class TeamForm(forms.Form):
    name = forms.CharField(max_length=120, label=_("Name"))
    side = forms.ChoiceField(choices=_choices(SIDE_NAMES), label=_("Side"))
    calendar = forms.ChoiceField(choices=hours_choices, required=False, label=_("Working hours"))


class HeadForm(forms.Form):
    head = forms.ChoiceField(choices=head_choices, required=False, label=_("Head"))


class HoursForm(forms.Form):
    name = forms.CharField(max_length=80, label=_("Name"))
    document = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}), label=_("Hours"),
        help_text=_("Days that are left out are closed. Holidays: a country and region such as DE-BE."),
    )  # fmt: skip


class KeyForm(forms.Form):
    name = forms.CharField(max_length=120, label=_("Name"), help_text=_("Where it will be used."))
    kind = forms.ChoiceField(choices=_choices(KEY_KINDS), widget=forms.RadioSelect, label=_("Kind"))
    origins = Lines(
        required=False, label=_("Pages it may be used on"),
        help_text=_("For keys in pages, one a line, such as https://www.example.com; empty: any page."),
    )  # fmt: skip


class LimitForm(forms.Form):
    events_per_second = forms.IntegerField(
        required=False, min_value=0, max_value=MAX_EVENTS_PER_SECOND, label=_("Events a second"),
        help_text=_("In the long run; who was silent has saved up ten seconds. 0: no limit. Empty: the usual one."),
    )  # fmt: skip


class OriginsForm(forms.Form):
    origins = Lines(
        required=False, label=_("Sites, one a line"), widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Such as https://www.example.com; empty: any site, which anybody who reads the key can use."),
    )  # fmt: skip


PURPOSE_NAMES: dict[Purpose, str | Promise] = {
    Purpose.MAIL: _("Mails from us"),
    Purpose.MAIL_TRACKING: _("Seeing which mails are read"),
    Purpose.WEB_TRACKING: _("Seeing visits to the site"),
    Purpose.PROFILING: _("Being scored"),
}


class FormForm(forms.Form):
    title = forms.CharField(max_length=200, label=_("Title"))
    slug = forms.CharField(
        max_length=50, label=_("Address"), help_text=_("The last part: small letters, digits and dashes.")
    )
    key = forms.CharField(
        max_length=40, initial="contact", label=_("What it counts as"),
        help_text=_("The word the pact knows it by: contact and demo reach sales at once, download does not."),
    )  # fmt: skip
    intro = forms.CharField(required=False, widget=forms.Textarea, label=_("Words above it"))
    thanks = forms.CharField(required=False, widget=forms.Textarea, label=_("Words after it was sent"))
    fields_asked = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label=_("What it asks beside the address"),
        choices=[
            ("name", _("Name")), ("company", _("Company")), ("title", _("Job title")), ("phone", _("Phone")),
            ("message", _("A few words")),
        ],
    )  # fmt: skip
    purposes = forms.MultipleChoiceField(
        required=False,
        choices=_choices(PURPOSE_NAMES),
        widget=forms.CheckboxSelectMultiple,
        label=_("What consent it asks for"),
    )


class WordingForm(forms.Form):
    purpose = forms.ChoiceField(choices=_choices(PURPOSE_NAMES), label=_("For what"))
    text = forms.CharField(max_length=2000, widget=forms.Textarea, label=_("Wording"))
    names_partners = forms.BooleanField(
        required=False, label=_("It names our partners"), help_text=_("Then a partner may see the story of their lead.")
    )
