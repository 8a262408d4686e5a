"""The forms of a company; what a value may be is said by the package people."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leadpact.base.criteria import Scalar
from leadpact.people.types import CompanyView
from leadpact.team.types import Member

USUAL: Mapping[str, str | Promise] = {
    "industry": _("Industry"),
    "country": _("Country"),
    "city": _("City"),
    "size": _("People who work there"),
}
KEPT_BY_DEALS = frozenset({"open_deal", "customer"})  # said by the deals themselves


def name_of_fact(name: str) -> str:
    return str(USUAL.get(name, name.replace("_", " ").capitalize()))


class CompanyForm(forms.Form):
    """The name, and a field for each fact that is usual or known already."""

    name = forms.CharField(max_length=300, label=_("Name"))

    def __init__(self, company: CompanyView, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.company = company
        self.fields["name"].initial = company.name
        self.facts = [*USUAL, *sorted(set(company.facts) - set(USUAL) - KEPT_BY_DEALS)]
        for name in self.facts:
            value = company.facts.get(name, "")
            if not isinstance(value, bool):
                self.fields[f"fact_{name}"] = forms.CharField(
                    required=False, max_length=300, label=name_of_fact(name), initial=value
                )

    def changes(self) -> dict[str, Scalar | None]:
        """What is said now, whole numbers as such; an emptied field is not known any more."""
        said: dict[str, Scalar | None] = {"name": self.cleaned_data["name"]}
        for name in self.facts:
            text = self.cleaned_data.get(f"fact_{name}")
            if text is not None and (text or name in self.company.facts):
                said[name] = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text or None
        return said


class CompanyOwnerForm(forms.Form):
    owner = forms.ChoiceField(required=False, label=_("Owner"))

    def __init__(self, takers: Iterable[Member], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Nobody")), *((str(each.id), each.name) for each in takers)]
        self.fields["owner"] = forms.ChoiceField(required=False, label=_("Owner"), choices=choices)


class DomainForm(forms.Form):
    domain = forms.CharField(max_length=253)
    is_shared = forms.ChoiceField(choices=[("yes", ""), ("no", "")])
