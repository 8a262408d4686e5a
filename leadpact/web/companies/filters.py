"""What the address of the list of companies asks for, and the tabs and chips that show it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leadpact.people.types import CompanyFilter
from leadpact.team.types import Member
from leadpact.web.shell.narrowing import Chip, Tab

VIEWS: Mapping[str, str | Promise] = {
    "": gettext_lazy("All"),
    "engaged": gettext_lazy("Most engaged"),
    "deals": gettext_lazy("With open deals"),
    "customers": gettext_lazy("Customers"),
    "mine": gettext_lazy("Mine"),
}
USUAL_SORT: Mapping[str, str] = {"engaged": "score"}
OPENS_BY = "last_act"
SORTS = ("name", "score", "last_act", "newest")
LARGEST = 10**9


@dataclass(frozen=True)
class Asked:
    """The list asked for.  What the address says and nobody understands is left out."""

    wanted: CompanyFilter
    sort: str
    view: str
    said: Mapping[str, str]

    @property
    def is_narrowed(self) -> bool:
        return any(self.said.values())


def asked_of(query: QueryDict, member: Member) -> Asked:
    said = {name: str(query.get(name, "")).strip()[:200] for name in ("q", "owner")}
    named, ordered = str(query.get("view", "")), str(query.get("sort", ""))
    view = named if named in VIEWS else ""
    owner = member.id if said["owner"] == "me" else _number(said["owner"])
    wanted = CompanyFilter(search=said["q"], owner=owner, nobodys=said["owner"] == "nobody")
    return Asked(wanted, ordered if ordered in SORTS else USUAL_SORT.get(view, "name"), view, said)


def tabs_of(asked: Asked) -> list[Tab]:
    """The ready-made views; changing the view keeps the search and drops the other filters."""
    tabs = []
    for name, label in VIEWS.items():
        query = QueryDict(mutable=True)
        if name:
            query["view"] = name
        if asked.said["q"]:
            query["q"] = asked.said["q"]
        tabs.append(Tab(str(label), f"?{query.urlencode()}", name == asked.view))
    return tabs


def chips_of(asked: Asked, members: Mapping[int, Member], query: QueryDict) -> list[Chip]:
    chips = []
    for name, label in {"q": _("Search"), "owner": _("Owner")}.items():
        if asked.said[name]:
            without = query.copy()
            without.pop("after", None)
            without.pop(name)
            chips.append(Chip(label, _words(name, asked.said[name], members), f"?{without.urlencode()}"))
    return chips


def _words(name: str, value: str, members: Mapping[int, Member]) -> str:
    if name != "owner":
        return value
    member = members.get(_number(value) or 0)
    return {"me": _("me"), "nobody": _("nobody yet")}.get(value, member.name if member else value)


def _number(text: str) -> int | None:
    return min(int(text), LARGEST) if text.isascii() and text.isdigit() else None
