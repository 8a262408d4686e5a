"""The two forms of a dispute: why an outcome is contested, and what sales answers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from leadpact.handover.disputed import Ruling
from leadpact.web.disputes.said import CONTESTS

MOST_WORDS = 4000


class ContestForm(forms.Form):
    reason = forms.ChoiceField(
        widget=forms.RadioSelect, label=_("Why"), choices=[(str(key), label) for key, label in CONTESTS.items()]
    )
    words = forms.CharField(
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        label=_("In your own words"),
        help_text=_("Both teams read it."),
    )


class AnswerForm(forms.Form):
    ruling = forms.ChoiceField(
        widget=forms.RadioSelect,
        label=_("Your answer"),
        choices=[
            (Ruling.TAKEN_BACK.value, _("Take it back: the lead is offered again")),
            (Ruling.UPHELD.value, _("The outcome stands")),
        ],
    )
    words = forms.CharField(
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        label=_("Why, for both teams"),
        help_text=_("Everybody in both teams can read it."),
    )
