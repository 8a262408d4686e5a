"""The forms of a deal; what a value must be is said by the pipeline."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leadpact.base.money import decimal_text
from leadpact.pipeline.types import DealView, LostReason
from leadpact.team.types import Member
from leadpact.web.shell.forms import Day

REASON_NAMES: Mapping[LostReason, str | Promise] = {
    LostReason.PRICING: _("The price"),
    LostReason.COMPETITION: _("They chose somebody else"),
    LostReason.BUDGET: _("No budget"),
    LostReason.MISSING_FEATURES: _("Something was missing in what we offer"),
    LostReason.LONG_CYCLE: _("It took too long"),
    LostReason.NO_DECISION_MAKER: _("We never met who decides"),
    LostReason.UNRESPONSIVE: _("They stopped answering"),
    LostReason.POOR_FIT: _("It did not fit"),
    LostReason.OTHER: _("Something else"),
}


class WinForm(forms.Form):
    amount = forms.CharField(required=False, max_length=40, label=_("Sold for"))
    closed_at = Day(required=False, label=_("Won on"), help_text=_("Empty: today."))


class LoseForm(forms.Form):
    reason = forms.ChoiceField(
        widget=forms.RadioSelect, label=_("Reason"), choices=[(code.value, name) for code, name in REASON_NAMES.items()]
    )
    note = forms.CharField(required=False, max_length=4000, widget=forms.Textarea, label=_("In your own words"))
    closed_at = Day(required=False, label=_("Lost on"), help_text=_("Empty: today."))


class ReopenForm(forms.Form):
    reason = forms.CharField(required=False, max_length=4000, label=_("Why it is open again"))


class MoveForm(forms.Form):
    stage = forms.ChoiceField(label=_("Stage"))

    def __init__(self, stages: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stage"] = forms.ChoiceField(label=_("Stage"), choices=[(each, each) for each in stages])


class AmountForm(forms.Form):
    amount = forms.CharField(
        required=False, max_length=40, label=_("Amount"), help_text=_("Such as 48,000; empty: not known yet.")
    )


class NextStepForm(forms.Form):
    next_step = forms.CharField(max_length=300, label=_("Next step"))
    next_step_on = Day(required=False, label=_("On"))


class OwnerForm(forms.Form):
    owner = forms.ChoiceField(label=_("Owner"))

    def __init__(self, takers: Iterable[Member], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(each.id), each.name) for each in takers]
        self.fields["owner"] = forms.ChoiceField(label=_("Owner"), choices=choices)


class PersonsForm(forms.Form):
    """One role for each person who takes part; an extra one may be added, any may be taken out."""

    add = forms.ChoiceField(required=False, label=_("Somebody else at the company"))
    add_role = forms.CharField(required=False, max_length=60, label=_("Their role"))

    def __init__(
        self, there: Mapping[int, tuple[str, str]], others: Mapping[int, str], *args: Any, **kwargs: Any
    ) -> None:
        """there: (name, role) of those who take part; others: names of those who might."""
        super().__init__(*args, **kwargs)
        self.there, self.others = there, others
        choices = [("", _("Nobody")), *((str(number), name) for number, name in others.items())]
        self.fields["add"] = forms.ChoiceField(required=False, label=_("Somebody else at the company"), choices=choices)
        for number, (name, role) in there.items():
            self.fields[f"role_{number}"] = forms.CharField(
                required=False, max_length=60, label=name, initial=role,
                widget=forms.TextInput(attrs={"placeholder": _("Role, such as decides or signs")}),
            )  # fmt: skip
            self.fields[f"out_{number}"] = forms.BooleanField(required=False, label=_("Takes no part any more"))
        self.order_fields([name for name in self.fields if not name.startswith("add")])

    def persons(self) -> list[tuple[int, str]]:
        said = self.cleaned_data
        kept = [(number, said[f"role_{number}"]) for number in self.there if not said[f"out_{number}"]]
        return [*kept, (int(said["add"]), said["add_role"])] if said["add"] else kept


def amount_text(deal: DealView) -> str:
    """The amount as a field shows it: what may be typed back in."""
    return decimal_text(deal.amount).removesuffix(".00") if deal.amount else ""


class NewDealForm(forms.Form):
    """A deal at a company that is known by now; `persons` there by number, `owners` it may belong to."""

    title = forms.CharField(max_length=300, label=_("Title"), help_text=_("What they would buy, in a few words."))
    amount = forms.CharField(
        required=False, max_length=40, label=_("Amount"), help_text=_("Such as 48,000; empty: not known yet.")
    )
    next_step = forms.CharField(max_length=300, label=_("Next step"))
    next_step_on = Day(required=False, label=_("On"))

    def __init__(self, persons: Mapping[int, str], owners: Iterable[Member], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["persons"] = forms.MultipleChoiceField(
            required=False, widget=forms.CheckboxSelectMultiple, label=_("Who takes part"),
            choices=[(str(number), name) for number, name in persons.items()],
        )  # fmt: skip
        choices = [(str(each.id), each.name) for each in owners]
        self.fields["owner"] = forms.ChoiceField(label=_("Owner"), choices=choices)
