"""The forms of a mail: its words, and who gets it."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leadpact.capture import reads as capture
from leadpact.handover.types import Stage
from leadpact.nurture.rules import LONGEST_BODY, LONGEST_SUBJECT
from leadpact.nurture.types import Audience, Draft
from leadpact.pact.types import LeadType
from leadpact.team.types import Member
from leadpact.web.leads.filters import VIEWS
from leadpact.web.leads.strip import STAGE_NAMES
from leadpact.worklist.types import View

LARGEST = 10**9
MOST_BY_HAND = 500


def campaign_choices() -> list[tuple[str, str | Promise]]:
    return [("", _("No campaign")), *((str(each.id), each.name) for each in capture.campaigns())]


def stage_choices() -> list[tuple[str, str | Promise]]:
    stages = [(stage.value, name) for stage, name in STAGE_NAMES.items() if stage is not Stage.ANONYMOUS]
    return [("", _("Any")), *stages]


def view_choices() -> list[tuple[str, str | Promise]]:
    named = [(view.value, VIEWS[view.value]) for view in (View.READY, View.ENGAGED, View.COOLING)]
    return [("", _("All leads")), *named]


class WordsForm(forms.Form):
    subject = forms.CharField(max_length=LONGEST_SUBJECT, label=_("Subject"))
    body = forms.CharField(
        max_length=LONGEST_BODY, widget=forms.Textarea(attrs={"rows": 14}), label=_("Text"),
        help_text=_(
            "An empty line begins a paragraph. # heading, - point of a list, **bold**, [words](https://link). "
            "{first name|there}, {name} and {company} are filled in for each person."
        ),
    )  # fmt: skip
    campaign = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, choices=campaign_choices, label=_("Campaign"),
        help_text=_("What people do after it counts for this campaign."),
    )  # fmt: skip

    def draft(self) -> Draft:
        said = self.cleaned_data
        return Draft(said["subject"], said["body"], said["campaign"])


def any_campaign() -> list[tuple[str, str | Promise]]:
    return [("", _("Any")), *campaign_choices()[1:]]


class AudienceForm(forms.Form):
    """Who gets it: the leads of a campaign, or those that the filters leave."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        campaign = self.fields["campaign"]
        assert isinstance(campaign, forms.ChoiceField)
        campaign.choices = any_campaign()  # once, not for each look at them

    campaign = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, label=_("Leads of a campaign"),
        help_text=_("All of them, whatever the other filters say."),
    )  # fmt: skip
    view = forms.ChoiceField(required=False, choices=view_choices, label=_("View"))
    stage = forms.ChoiceField(required=False, choices=stage_choices, label=_("Stage"))
    q = forms.CharField(required=False, max_length=200, label=_("Name, address or company"))
    min = forms.IntegerField(required=False, min_value=0, max_value=LARGEST, label=_("At least so many points"))


def audience_of(query: QueryDict, member: Member) -> Audience:
    """Read who is chosen from an address; what nobody understands is left out."""
    persons = tuple(dict.fromkeys(number for each in query.getlist("person") if (number := _number(each))))
    owner = query.get("owner", "")
    stage, view, kind = query.get("stage", ""), query.get("view", ""), query.get("type", "")
    return Audience(
        campaign=None if persons else _number(query.get("campaign", "")),
        stage=stage if stage in set(Stage) and stage != Stage.ANONYMOUS else "",
        view=view if view in set(View) else "",
        search=query.get("q", "").strip()[:200],
        type=kind if kind in set(LeadType) else "",
        owner=member.id if owner == "me" else _number(owner),
        nobodys=owner == "nobody",
        company=_number(query.get("company", "")),
        min_points=_number(query.get("min", "")),
        me=member.id,
        persons=persons[:MOST_BY_HAND],
    )


def _number(text: str) -> int | None:
    return min(int(text), LARGEST) if text.isascii() and text.isdigit() and len(text) < 19 else None
