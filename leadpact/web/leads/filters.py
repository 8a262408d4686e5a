"""What the address of the list asks for, and the tabs and chips that show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leadpact.handover.types import Stage
from leadpact.pact.types import POINT, LeadType
from leadpact.team.types import Member
from leadpact.web.leads.strip import STAGE_NAMES
from leadpact.worklist.types import LeadFilter, Sort, View

VIEWS: Mapping[str, str | Promise] = {
    View.READY.value: gettext_lazy("Ready for sales"),
    View.OFFERED_TO_ME.value: gettext_lazy("Offered to me"),
    View.MINE.value: gettext_lazy("Mine"),
    View.ENGAGED.value: gettext_lazy("Not ready yet"),
    View.COOLING.value: gettext_lazy("Cooling soon"),
    "": gettext_lazy("All"),
}
_USUAL_SORT: Mapping[View | None, Sort] = {
    View.READY: Sort.DUE,
    View.OFFERED_TO_ME: Sort.DUE,
    View.MINE: Sort.DUE,
    View.COOLING: Sort.COOLING,
}
FIELDS = ("q", "stage", "owner", "type", "min")
LARGEST = 10**9


@dataclass(frozen=True)
class Asked:
    """The list asked for.  What the address says and nobody understands is left out."""

    wanted: LeadFilter
    sort: Sort
    view: View | None
    search: str
    said: Mapping[str, str]  # the filters by their names in the address

    @property
    def is_narrowed(self) -> bool:
        return any(self.said.get(name) for name in FIELDS)


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Chip:
    """A filter that is set, and the address without it."""

    name: str
    value: str
    url: str


def asked_of(query: QueryDict, member: Member, now: datetime) -> Asked:
    said = {name: query.get(name, "").strip() for name in FIELDS}
    named, ordered = str(query.get("view", "")), str(query.get("sort", ""))
    view = View(named) if named in set(View) else None
    sort = Sort(ordered) if ordered in set(Sort) else _USUAL_SORT.get(view, Sort.SCORE)
    owner, least = said["owner"], said["min"]
    wanted = LeadFilter(
        stage=Stage(said["stage"]) if said["stage"] in set(Stage) else None,
        owner=member.id if owner == "me" else _number(owner),
        nobodys=owner == "nobody",
        search=said["q"][:200],
        type=said["type"] if said["type"] in set(LeadType) else "",
        min_score=None if (points := _number(least)) is None else points * POINT,
        company=_number(query.get("company", "")),
        view=view,
        me=member.id,
        now=now,
    )
    return Asked(wanted, sort, view, said["q"], said)


def _number(text: str) -> int | None:
    return min(int(text), LARGEST) if text.isascii() and text.isdigit() else None


def tabs_of(asked: Asked) -> list[Tab]:
    """The ready-made views; changing the view keeps the search and drops the other filters."""
    tabs = []
    for name, label in VIEWS.items():
        query = QueryDict(mutable=True)
        if name:
            query["view"] = name
        if asked.search:
            query["q"] = asked.search
        tabs.append(Tab(str(label), f"?{query.urlencode()}", name == (asked.view.value if asked.view else "")))
    return tabs


def chips_of(asked: Asked, members: Mapping[int, Member], query: QueryDict) -> list[Chip]:
    names = {"q": _("Search"), "stage": _("Stage"), "owner": _("Owner"), "type": _("Type"), "min": _("At least")}
    chips = []
    for name, label in names.items():
        if asked.said[name]:
            without = query.copy()
            without.pop("after", None)
            without.pop(name)
            chips.append(Chip(label, _words(name, asked.said[name], members), f"?{without.urlencode()}"))
    return chips


def _words(name: str, value: str, members: Mapping[int, Member]) -> str:
    if name == "stage" and value in set(Stage):
        return str(STAGE_NAMES[Stage(value)])
    if name == "owner":
        member = members.get(_number(value) or 0)
        return {"me": _("me"), "nobody": _("nobody yet")}.get(value, member.name if member else value)
    return _("%(points)s points") % {"points": value} if name == "min" else value
