"""The forms of campaigns, their costs and their links."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leadpact.base.money import BadMoney, Money, UnknownCurrency, parse_money
from leadpact.capture.types import CampaignFields
from leadpact.web.shell.forms import Day
from leadpact.web.shell.wording import told


class CampaignForm(forms.Form):
    name = forms.CharField(
        max_length=200,
        label=_("Name"),
        help_text=_("As links name it (utm_campaign). An earlier name goes on counting."),
    )
    channel = forms.CharField(
        required=False, max_length=80, label=_("Channel"),
        help_text=_("In your own words: webinar, trade fair, search ads. Left empty, each lead's own link says it."),
    )  # fmt: skip
    starts_on = Day(required=False, label=_("First day"))
    ends_on = Day(required=False, label=_("Last day"))
    note = forms.CharField(
        required=False, max_length=4_000, widget=forms.Textarea, label=_("What it is for, and for whom")
    )

    def wanted(self) -> CampaignFields:
        return CampaignFields(**self.cleaned_data)


class CostForm(forms.Form):
    on = Day(label=_("Day"), help_text=_("The day the cost counts for."))
    amount = forms.CharField(max_length=40, label=_("Amount"))
    currency = forms.CharField(max_length=3, label=_("Currency"))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if "amount" in said and "currency" in said:
            try:
                said["money"] = parse_money(said["amount"], said["currency"].upper())
            except BadMoney as error:
                self.add_error("amount", told(error))
            except UnknownCurrency as error:
                self.add_error("currency", told(error))
        return said

    @property
    def money(self) -> Money:
        money: Money = self.cleaned_data["money"]
        return money


class LinkForm(forms.Form):
    """Read from the address, so that a link that was made can be kept as a bookmark."""

    address = forms.URLField(
        label=_("Page it leads to"), assume_scheme="https", max_length=2_000,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )  # fmt: skip
    utm_campaign = forms.CharField(max_length=200, label=_("Campaign"))
    utm_source = forms.CharField(
        max_length=100, label=_("Where it will stand"), help_text=_("linkedin, newsletter, fair")
    )
    utm_medium = forms.CharField(
        required=False, max_length=100, label=_("What kind of link it is"),
        help_text=_("cpc, email, social, referral, event: the channel is read from it."),
    )  # fmt: skip
    utm_content = forms.CharField(
        required=False,
        max_length=100,
        label=_("Which of several"),
        help_text=_("To tell two places of one campaign apart."),
    )
    utm_term = forms.CharField(required=False, max_length=100, label=_("Search words"))
