"""The forms of a lead: what was done, and what becomes of it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from leadpact.pact.types import Reason
from leadpact.web.shell.forms import Day

ACTIVITIES = (
    ("call.made", _("A call")),
    ("sales_mail.sent", _("A mail")),
    ("meeting.held", _("A meeting")),
    ("note.added", _("A note")),
)


class ActivityForm(forms.Form):
    kind = forms.ChoiceField(choices=ACTIVITIES, label=_("What it was"))
    happened_at = forms.CharField(
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        label=_("When"),
        help_text=_("Empty: just now."),
    )
    note = forms.CharField(
        required=False, max_length=4000, widget=forms.Textarea, label=_("What was said"),
        help_text=_("Both teams see it."),
    )  # fmt: skip

    def __init__(self, *args: Any, zone: ZoneInfo, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.now = zone, now

    def clean_happened_at(self) -> datetime:
        """The browser sends local time without an offset; it is the company's."""
        said = self.cleaned_data["happened_at"]
        if not said:
            return self.now
        try:
            moment = datetime.fromisoformat(said)
        except ValueError:
            raise forms.ValidationError(_("Write a day and a time."), code="bad_moment") from None
        return moment.replace(tzinfo=self.zone) if moment.tzinfo is None else moment

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("kind") == "note.added" and not said.get("note"):
            self.add_error("note", _("A note needs some words."))
        return said


class ReasonForm(forms.Form):
    """One of the pact's reasons, and what it asks to come with it."""

    reason = forms.ChoiceField(widget=forms.RadioSelect, label=_("Reason"))
    until = Day(required=False, label=_("Not before"), help_text=_("For reasons of time: marketing waits until then."))
    note = forms.CharField(required=False, max_length=2000, widget=forms.Textarea, label=_("In your own words"))

    def __init__(self, reasons: Iterable[Reason], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(each.code, each.label) for each in reasons]
        self.fields["reason"] = forms.ChoiceField(widget=forms.RadioSelect, label=_("Reason"), choices=choices)


class DealForm(forms.Form):
    title = forms.CharField(max_length=300, label=_("What it is about"))
    amount = forms.CharField(
        required=False, max_length=40, label=_("Amount"), help_text=_("Such as 48,000; empty: not known yet.")
    )
    next_step = forms.CharField(max_length=300, label=_("Next step"))
    next_step_on = Day(label=_("On"))


class CommentForm(forms.Form):
    text = forms.CharField(
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
        label=_("Comment"),
        help_text=_("Both teams see it. Write @ and a name to tell that person."),
    )


class PersonForm(forms.Form):
    """Somebody added or corrected by hand."""

    name = forms.CharField(required=False, max_length=300, label=_("Name"))
    email = forms.EmailField(required=False, max_length=254, label=_("E-mail"))
    phone = forms.CharField(required=False, max_length=60, label=_("Phone"))
    title = forms.CharField(required=False, max_length=200, label=_("Position"))
    company = forms.CharField(
        required=False, max_length=300, label=_("Company"),
        help_text=_("Empty: the one of the mail address, if it has one."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.errors and not (said.get("name") or said.get("email") or said.get("phone")):
            self.add_error("name", _("Write a name, a mail address or a phone number."))
        return said
