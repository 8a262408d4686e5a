"""What the address of the list of deals asks for, and the tabs and chips that show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leadpact.pipeline.types import DealFilter, DealSort, DealState
from leadpact.team.types import Member
from leadpact.web.shell.narrowing import Chip, Tab

LARGEST = 10**9
WAYS = ("board", "table")  # the same deals, shown one way or the other


@dataclass(frozen=True)
class View:
    """A ready-made view: which deals, and in which order unless the address says otherwise."""

    label: str | Promise
    state: DealState | None
    sort: DealSort
    is_mine: bool = False


VIEWS: Mapping[str, View] = {
    "": View(gettext_lazy("Open"), DealState.OPEN, DealSort.NEXT_STEP),
    "mine": View(gettext_lazy("Mine"), DealState.OPEN, DealSort.NEXT_STEP, is_mine=True),
    "won": View(gettext_lazy("Won"), DealState.WON, DealSort.CLOSED),
    "lost": View(gettext_lazy("Lost"), DealState.LOST, DealSort.CLOSED),
    "all": View(gettext_lazy("All"), None, DealSort.NEWEST),
}
SORTS: Mapping[str, DealSort] = {
    "next": DealSort.NEXT_STEP,
    "newest": DealSort.NEWEST,
    "largest": DealSort.LARGEST,
    "closed": DealSort.CLOSED,
}


@dataclass(frozen=True)
class Asked:
    """The list asked for.  What the address says and nobody understands is left out."""

    wanted: DealFilter
    sort: DealSort
    view: str
    said: Mapping[str, str]

    @property
    def is_narrowed(self) -> bool:
        return any(self.said.values())

    @property
    def on_board(self) -> DealFilter:
        """The same filter, of open deals alone and at all stages."""
        return replace(self.wanted, state=DealState.OPEN, stage="")

    @property
    def is_closed(self) -> bool:
        return self.wanted.state in {DealState.WON, DealState.LOST}


def asked_of(query: QueryDict, member: Member, stages: Sequence[str]) -> Asked:
    said = {name: str(query.get(name, "")).strip()[:200] for name in ("q", "stage", "owner", "company")}
    named = str(query.get("view", ""))
    view = named if named in VIEWS else ""
    stage = said["stage"] if said["stage"] in stages else ""
    owner = member.id if VIEWS[view].is_mine or said["owner"] == "me" else _number(said["owner"])
    wanted = DealFilter(
        state=VIEWS[view].state, stage=stage, owner=owner, company=_number(said["company"]), search=said["q"]
    )
    return Asked(wanted, SORTS.get(str(query.get("sort", "")), VIEWS[view].sort), view, said)


def tabs_of(asked: Asked) -> list[Tab]:
    """The ready-made views; changing the view keeps the search and drops the other filters."""
    tabs = []
    for name, view in VIEWS.items():
        query = QueryDict(mutable=True)
        if name:
            query["view"] = name
        if asked.said["q"]:
            query["q"] = asked.said["q"]
        tabs.append(Tab(str(view.label), f"?{query.urlencode()}", name == asked.view))
    return tabs


def board_tabs_of(asked: Asked) -> list[Tab]:
    """The views that a board can show: everybody's open deals, and one's own."""
    return [tab for tab, name in zip(tabs_of(asked), VIEWS, strict=True) if name in ("", "mine")]


def chips_of(asked: Asked, members: Mapping[int, Member], query: QueryDict) -> list[Chip]:
    names = {"q": _("Search"), "stage": _("Stage"), "owner": _("Owner"), "company": _("Company")}
    chips = []
    for name, label in names.items():
        if asked.said[name]:
            without = query.copy()
            without.pop("after", None)
            without.pop(name)
            chips.append(Chip(label, _words(name, asked.said[name], members), f"?{without.urlencode()}"))
    return chips


def _words(name: str, value: str, members: Mapping[int, Member]) -> str:
    if name == "company":
        return _("one company")
    if name != "owner":
        return value
    member = members.get(_number(value) or 0)
    return _("me") if value == "me" else member.name if member else value


def _number(text: str) -> int | None:
    return min(int(text), LARGEST) if text.isascii() and text.isdigit() else None
