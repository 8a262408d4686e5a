"""What the address of the list asks for, and the tabs and chips that show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from leadpact.handover.types import Stage
from leadpact.pact.types import POINT, LeadType
from leadpact.team.types import Member
from leadpact.web.leads.strip import STAGE_NAMES
from leadpact.web.shell.narrowing import Chip, Tab
from leadpact.worklist.types import LeadFilter, Sort, View

VIEWS: Mapping[str, str | Promise] = {
    View.READY.value: gettext_lazy("Ready for sales"),
    View.OFFERED_TO_ME.value: gettext_lazy("Offered to me"),
    View.MINE.value: gettext_lazy("Mine"),
    View.ENGAGED.value: gettext_lazy("Most engaged this month, not yet ready"),
    View.COOLING.value: gettext_lazy("Cooling soon"),
    View.BACK.value: gettext_lazy("Back with marketing"),
    "all": gettext_lazy("All"),
}
TYPE_NAMES: Mapping[str, str | Promise] = {
    LeadType.INBOUND.value: gettext_lazy("Inbound request"),
    LeadType.CONTENT.value: gettext_lazy("Content"),
    LeadType.EVENT.value: gettext_lazy("Event"),
    LeadType.PARTNER.value: gettext_lazy("Partner"),
    LeadType.SALES.value: gettext_lazy("Sales' own"),
}
CHANNEL_NAMES: Mapping[str, str | Promise] = {
    "paid search": gettext_lazy("Paid search"),
    "paid social": gettext_lazy("Paid social"),
    "display": gettext_lazy("Display"),
    "organic search": gettext_lazy("Organic search"),
    "social": gettext_lazy("Social"),
    "email": gettext_lazy("E-mail"),
    "event": gettext_lazy("Event"),
    "webinar": gettext_lazy("Webinar"),
    "referral": gettext_lazy("Referral"),
    "direct": gettext_lazy("Direct"),
    "other": gettext_lazy("Other"),
}
USUAL_SORT: Mapping[View | None, Sort] = {
    View.READY: Sort.DUE,
    View.OFFERED_TO_ME: Sort.DUE,
    View.MINE: Sort.DUE,
    View.COOLING: Sort.COOLING,
}
FIELDS: Final = ("q", "stage", "owner", "type", "min", "within", "campaign", "company")
KEPT: Final = ("view", *FIELDS, "sort", "order")  # what a saved view is made of
WITHIN: Final = (1, 7, 30, 90)
LARGEST: Final = 10**9
LONGEST: Final = 3650  # days


@dataclass(frozen=True)
class Asked:
    """The list asked for.  What the address says and nobody understands is left out."""

    wanted: LeadFilter
    sort: Sort
    is_reversed: bool
    view: View | None
    search: str
    said: Mapping[str, str]  # the filters by their names in the address

    @property
    def is_narrowed(self) -> bool:
        return any(self.said.get(name) for name in FIELDS)


@dataclass(frozen=True)
class Names:
    """How the numbers in an address are called, and which day it is."""

    members: Mapping[int, Member]
    campaigns: Mapping[int, str]
    today: date
    company: str = ""


def asked_of(query: QueryDict, member: Member, now: datetime, *, zone: ZoneInfo) -> Asked:
    said = {name: str(query.get(name, "")).strip() for name in FIELDS}
    named, ordered = str(query.get("view", "")), str(query.get("sort", ""))
    view = View(named) if named in set(View) else None
    owner, least, within = said["owner"], _number(said["min"]), _number(said["within"])
    wanted = LeadFilter(
        stage=Stage(said["stage"]) if said["stage"] in set(Stage) else None,
        owner=member.id if owner == "me" else _number(owner),
        nobodys=owner == "nobody",
        search=said["q"][:200],
        type=said["type"] if said["type"] in set(LeadType) else "",
        min_score=None if least is None else least * POINT,
        company=_number(said["company"]),
        campaign=_number(said["campaign"]),
        acted_since=None if within is None else now - timedelta(days=min(within, LONGEST)),
        view=view,
        me=member.id,
        now=now,
        zone=zone,
    )
    return Asked(
        wanted,
        Sort(ordered) if ordered in set(Sort) else USUAL_SORT.get(view, Sort.SCORE),
        query.get("order") == "reversed",
        view,
        said["q"],
        said,
    )


def _number(text: str) -> int | None:
    return min(int(text), LARGEST) if text.isascii() and text.isdigit() and len(text) < 20 else None


def kept_query(query: QueryDict) -> str:
    """Return what makes this list, without page and columns, always written the same way."""
    told = QueryDict(mutable=True)
    for name in KEPT:
        value = str(query.get(name, "")).strip()
        if value:
            told[name] = value
    if "view" not in told:
        told["view"] = "all"  # never empty: an empty address opens with what its reader chose
    return told.urlencode()


def tabs_of(asked: Asked) -> list[Tab]:
    """The ready-made views; changing the view keeps the search and drops the other filters."""
    current = asked.view.value if asked.view else "all"
    tabs = []
    for name, label in VIEWS.items():
        query = QueryDict(mutable=True)
        query["view"] = name
        if asked.search:
            query["q"] = asked.search
        tabs.append(Tab(str(label), f"?{query.urlencode()}", name == current))
    return tabs


def chips_of(asked: Asked, names: Names, query: QueryDict) -> list[Chip]:
    labels = {
        "q": _("Search"), "stage": _("Stage"), "owner": _("Owner"), "type": _("Began by"), "min": _("Score"),
        "within": _("Last act"), "campaign": _("Campaign"), "company": _("Company"),
    }  # fmt: skip
    chips = []
    for name, label in labels.items():
        if asked.said[name]:
            without = query.copy()
            without.pop("after", None)
            without.pop(name)
            if not without:
                without["view"] = "all"
            chips.append(Chip(label, words_of(name, asked.said[name], names), f"?{without.urlencode()}"))
    return chips


def words_of(name: str, value: str, names: Names) -> str:
    """Return a filter's value as people say it; what nobody understands as it stands."""
    number = _number(value)
    if name == "stage" and value in set(Stage):
        return str(STAGE_NAMES[Stage(value)])
    if name == "type":
        return str(TYPE_NAMES.get(value, value))
    if name == "owner":
        member = names.members.get(number or 0)
        return {"me": _("me"), "nobody": _("nobody yet")}.get(value, member.name if member else value)
    if name == "campaign":
        return names.campaigns.get(number or 0, value)
    if name == "company":
        return names.company or value
    if name == "within" and number is not None:
        return ngettext("in %(days)s day", "in %(days)s days", number) % {"days": number}
    return _("at least %(points)s") % {"points": value} if name == "min" else value
