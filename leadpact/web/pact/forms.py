"""Forms of the pact: a document proposed, and a moment from which a version holds."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _


class ProposalForm(forms.Form):
    text = forms.CharField(
        strip=False, label=_("The document"),
        widget=forms.Textarea(attrs={"spellcheck": "false", "rows": 32, "wrap": "off", "class": "input code"}),
    )  # fmt: skip
    note = forms.CharField(
        required=False, max_length=500, label=_("Why"), help_text=_("One sentence that the history keeps.")
    )

    def clean_text(self) -> str:
        """Browsers end lines as letters are ended; the document keeps those it had."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n").replace("\r", "\n")


class InForceForm(forms.Form):
    since = forms.CharField(
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        label=_("From"),
        help_text=_("Empty: from this moment on."),
    )

    def __init__(self, *args: Any, zone: ZoneInfo, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.now = zone, now

    def clean_since(self) -> datetime:
        """The browser sends local time without an offset; it is the company's."""
        said = self.cleaned_data["since"]
        if not said:
            return self.now
        try:
            moment = datetime.fromisoformat(said)
        except ValueError:
            raise forms.ValidationError(_("Write a day and a time."), code="bad_moment") from None
        return moment.replace(tzinfo=self.zone) if moment.tzinfo is None else moment
