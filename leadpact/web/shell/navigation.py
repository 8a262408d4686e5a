"""The areas of the product as the sidebar shows them: only those built, and only those the role may see."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leadpact.team import policy
from leadpact.team.policy import Verb
from leadpact.team.types import Member


@dataclass(frozen=True)
class Area:
    """`route` is the name of its address; `on_phone`: has a place in the bottom bar.

    shown_as   other addresses that show the same in another way, by the word that chooses them
    """

    key: str
    label: str | Promise
    route: str
    verb: Verb
    on_phone: bool = True
    at_the_end: bool = False
    shown_as: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NavItem:
    area: Area
    url: str
    is_current: bool
    count: int


AREAS: tuple[Area, ...] = (
    Area("today", _("Today"), "home", "token.own"),
    Area("leads", _("Leads"), "leads", "lead.see"),
    Area("companies", _("Companies"), "companies", "company.see", on_phone=False),
    Area("deals", _("Deals"), "deals", "deal.see", shown_as={"": "deals_board", "board": "deals_board"}),
    Area("campaigns", _("Campaigns"), "campaigns", "campaign.see", on_phone=False),
    Area("pact", _("Pact"), "pact", "pact.see"),
    Area("loop", _("Loop"), "loop", "loop.see", on_phone=False),
    Area("import", _("Import"), "import", "import.run", on_phone=False),
    Area("settings", _("Settings"), "settings", "settings.see", on_phone=False, at_the_end=True),
)


def items(member: Member, path: str, counts: Mapping[str, int], shown_as: Mapping[str, str]) -> list[NavItem]:
    """The sidebar of one member on one page.

    counts     what needs them, by area key
    shown_as   the word by which they chose how an area is shown, by area key; "" or none: as it usually is
    """
    found = []
    for area in AREAS:
        url = _address(area.route)
        if url and policy.may(member, area.verb):
            route = area.shown_as.get(shown_as.get(area.key, ""), area.route)
            found.append(NavItem(area, _address(route) or url, _is_in(path, url), counts.get(area.key, 0)))
    return found


def _is_in(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)


def _address(route: str) -> str:
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""  # not built yet, so not in the sidebar
