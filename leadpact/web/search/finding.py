"""What the search finds, group by group, for one member: nothing they may not see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from leadpact.base.money import format_money
from leadpact.base.text import fold
from leadpact.capture import reads as capture
from leadpact.people import listing
from leadpact.people import reads as people
from leadpact.people.types import CompanyView
from leadpact.pipeline import board as pipeline
from leadpact.pipeline.types import DealView
from leadpact.team import policy
from leadpact.team.types import Member
from leadpact.web.companies.reach import visible_companies
from leadpact.web.leads.strip import STAGE_NAMES
from leadpact.web.search import commands
from leadpact.web.shell.thresholds import say_points
from leadpact.worklist import finding as worklist
from leadpact.worklist.types import Line

LONGEST = 200  # characters that are looked at


@dataclass(frozen=True)
class Hit:
    """One thing found: what it is called, what tells it from others, where it is."""

    label: str
    detail: str
    url: str
    icon: str


@dataclass(frozen=True)
class Group:
    """Things of one kind; `more` leads to the list with the same search, "" where there is none."""

    key: str
    title: str
    hits: tuple[Hit, ...]
    more: str = ""


def find(member: Member, text: str, *, each: int) -> list[Group]:
    """Return what is found, at most so many of a kind; without text, where one may go and what one may do."""
    text = text.strip()[:LONGEST]
    places = [
        Group("pages", _("Pages"), _places(commands.pages(member, text), each if text else 20)),
        Group("actions", _("Actions"), _places(commands.actions(member, text), each if text else 20)),
    ]
    groups = [*_things(member, text, each), *places] if text else places
    return [group for group in groups if group.hits]


def _things(member: Member, text: str, each: int) -> list[Group]:
    found = []
    if policy.may(member, "lead.see"):
        found.append(_persons(member, text, each))
    sees_companies, sees_deals = policy.may(member, "company.see"), policy.may(member, "deal.see")
    companies = listing.beginning(text, limit=each, within=visible_companies(member)) if sees_companies else []
    owners = policy.visible_owners(member)
    deals = pipeline.named(text, limit=each, visible_owners=owners) if sees_deals else []
    views = people.companies({*companies, *(deal.company for deal in deals if deal.company is not None)})
    if sees_companies:
        found.append(_companies([views[number] for number in companies], text))
    if sees_deals:
        found.append(_deals(deals, views, text))
    if policy.may(member, "campaign.see"):
        found.append(_campaigns(text, each))
    return found


def _persons(member: Member, text: str, each: int) -> Group:
    lines = worklist.beginning(text, limit=each, visible_owners=policy.visible_owners(member))
    more = f"{reverse('leads')}?{urlencode({'q': text})}"
    return Group("persons", _("Persons"), tuple(_person(line) for line in lines), more)


def _person(line: Line) -> Hit:
    stage = _("%(stage)s, %(points)s points") % {
        "stage": STAGE_NAMES[line.stage], "points": say_points(line.score)
    }  # fmt: skip
    known = " · ".join(part for part in (line.company_name, line.email if line.name else "", stage) if part)
    label = line.name or line.email or _("Somebody without a name")
    return Hit(label, known, reverse("lead", args=[line.person]), "leads")


def _companies(found: Sequence[CompanyView], text: str) -> Group:
    hits = tuple(
        Hit(company.name, ", ".join(company.domains[:2]), reverse("company", args=[company.id]), "companies")
        for company in found
    )
    return Group("companies", _("Companies"), hits, f"{reverse('companies')}?{urlencode({'q': text})}")


def _deals(found: Sequence[DealView], companies: Mapping[int, CompanyView], text: str) -> Group:
    names = {number: company.name for number, company in companies.items()}
    hits = tuple(_deal(deal, names.get(deal.company or 0, "")) for deal in found)
    return Group("deals", _("Deals"), hits, f"{reverse('deals')}?{urlencode({'view': 'all', 'q': text})}")


def _deal(deal: DealView, company: str) -> Hit:
    states = {"won": _("Won"), "lost": _("Lost")}
    worth = format_money(deal.amount) if deal.amount else ""
    known = (company if company != deal.title else "", states.get(deal.state.value, deal.stage), worth)
    return Hit(deal.title, " · ".join(part for part in known if part), reverse("deal", args=[deal.id]), "deals")


def _campaigns(text: str, each: int) -> Group:
    """Campaigns, few enough to be looked through."""
    words = fold(text).split()
    found = [view for view in capture.campaigns() if all(word in fold(view.name) for word in words)]
    hits = tuple(
        Hit(view.name, view.channel, url, "campaigns") for view in found[:each] if (url := _campaign_url(view.id))
    )
    return Group("campaigns", _("Campaigns"), hits)


def _campaign_url(number: int) -> str:
    try:
        return reverse("campaign", args=[number])
    except NoReverseMatch:
        return ""


def _places(found: Sequence[commands.Place], most: int) -> tuple[Hit, ...]:
    return tuple(Hit(place.label, "", place.url, place.icon) for place in found[:most])
