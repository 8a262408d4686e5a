"""The forms of privacy."""

from collections.abc import Mapping

from django import forms
from django.utils.encoding import force_str
from django.utils.translation import gettext_lazy as _

from leadpact.people.erasing import Reason
from leadpact.team.retention import LONGEST, USUAL, Rule
from leadpact.web.privacy.words import REASONS, RULES

_ASKED = (Reason.ASKED, Reason.MISTAKE, Reason.CONTRACT)


class EraseForm(forms.Form):
    confirm = forms.CharField(max_length=400, label=_("Their whole name or e-mail address"))
    reason = forms.ChoiceField(choices=[(str(each), REASONS[each]) for each in _ASKED], label=_("Why"))
    may_write_again = forms.BooleanField(
        required=False, label=_("Mails to their address may be sent again"),
        help_text=_("Otherwise it is barred, as a fingerprint."),
    )  # fmt: skip


class RetentionForm(forms.Form):
    """Days by rule; 0: for ever."""

    def __init__(self, data: Mapping[str, str] | None = None, *, days: Mapping[Rule, int]) -> None:
        super().__init__(data)
        for rule, (name, _why) in RULES.items():
            self.fields[str(rule)] = forms.IntegerField(
                min_value=0, max_value=LONGEST, initial=days[rule], label=force_str(name),
                help_text=_("Days; 0 keeps it for ever. Usual: %(usual)s.") % {"usual": USUAL[rule]},
            )  # fmt: skip

    @property
    def days(self) -> dict[Rule, int]:
        return {rule: self.cleaned_data[str(rule)] for rule in RULES}
