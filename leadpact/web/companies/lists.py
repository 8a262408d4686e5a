"""The list of companies: ready-made views, filters in the address, pages by key, the same as a spreadsheet."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from leadpact.base.money import Money, format_money
from leadpact.people import listing
from leadpact.people import reads as people
from leadpact.people.types import CompanySort, CompanyView
from leadpact.pipeline import board
from leadpact.pipeline.types import DealState, Worth
from leadpact.team import policy
from leadpact.team.types import Member
from leadpact.web.companies.filters import OPENS_BY, Asked, asked_of, chips_of, tabs_of
from leadpact.web.companies.reach import companies_with, visible_companies
from leadpact.web.leads.reach import sees_everybody
from leadpact.web.shell.access import member_of, members_of, needs, settings_of
from leadpact.web.shell.spreadsheet import csv_response
from leadpact.web.shell.thresholds import say_points
from leadpact.worklist import at_companies as worklist
from leadpact.worklist.types import AtCompany, Sort

PAGE = 50
COUNTED = 10_000
LISTED = ("name", "newest")
NOBODY = AtCompany(0, 0, 0, None)


@dataclass(frozen=True)
class Row:
    """A company as the table shows it; `deals` open ones, `amounts` what they are worth by currency."""

    company: CompanyView
    there: AtCompany
    owner: Member | None
    deals: int
    amounts: tuple[Money, ...]


@dataclass(frozen=True)
class Found:
    companies: tuple[CompanyView, ...]
    next: str | None


@require_GET
@needs("company.see")
def companies(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    asked, visible = asked_of(request.GET, member), visible_companies(member)
    asked, page = _opened(asked, member, visible, request.GET)
    members = members_of(request)
    is_counted = asked.sort in LISTED  # the others leave out companies where nothing ever happened
    total = listing.count(asked.wanted, within=_within(asked, member, visible), most=COUNTED) if is_counted else 0
    context = {
        "asked": asked,
        "rows": rows_of(page.companies, member, members),
        "next": page.next or "",
        "total": total,
        "is_many": total > COUNTED,
        "shown": _shown(len(page.companies)),
        "tabs": tabs_of(asked),
        "chips": chips_of(asked, members, request.GET),
        "owners": [each for each in members.values() if each.is_active] if visible is None else [],
    }
    return render(request, "companies/list.html", context)


def _opened(asked: Asked, member: Member, visible: frozenset[int] | None, query: QueryDict) -> tuple[Asked, Found]:
    """Whoever says no order sees first where something happened last; where nothing ever did, all by name."""
    after = query.get("after")
    if not (query.get("sort") or asked.view or asked.is_narrowed):
        busy = replace(asked, sort=OPENS_BY)
        page = page_of(busy, member, visible, after, PAGE)
        if page.companies:
            return busy, page
    return asked, page_of(asked, member, visible, after, PAGE)


@require_GET
@needs("export.run")
def companies_csv(request: HttpRequest) -> HttpResponseBase:
    """The whole list that the page shows the beginning of; only what whoever asks may see."""
    head = (
        _("Company"), _("Name"), _("Domains"), _("Owner"), _("Persons"), _("Waiting for sales"), _("Best score"),
        _("Last act at"), _("Open deals"), _("Worth"), _("Known since"),
    )  # fmt: skip
    return csv_response("companies", head, _cells(asked_of(request.GET, member_of(request)), request))


def page_of(asked: Asked, member: Member, visible: frozenset[int] | None, after: str | None, limit: int) -> Found:
    within = _within(asked, member, visible)
    if asked.sort in LISTED:
        named = listing.page(asked.wanted, sort=CompanySort(asked.sort), after=after, limit=limit, within=within)
        return Found(named.companies, named.next)
    chosen = None if within is None and not asked.is_narrowed else listing.numbers(asked.wanted, within=within)
    busy = worklist.busiest(
        Sort(asked.sort), after=after, limit=limit, within=chosen, visible_owners=policy.visible_owners(member)
    )
    views = people.companies(busy.companies)
    return Found(tuple(views[number] for number in busy.companies if number in views), busy.next)


def _within(asked: Asked, member: Member, visible: frozenset[int] | None) -> Iterable[int | None] | None:
    """The companies of the view, as a question inside the question; None: all."""
    owners = policy.visible_owners(member)
    states = {"deals": DealState.OPEN, "customers": DealState.WON}
    if asked.view in states:
        chosen = board.companies(states[asked.view], visible_owners=owners)
        return chosen if visible is None else visible & {each for each in chosen if each is not None}
    if asked.view == "mine":
        return companies_with(member)
    return visible


def rows_of(found: Iterable[CompanyView], member: Member, members: Mapping[int, Member]) -> list[Row]:
    shown = list(found)
    numbers, owners = [each.id for each in shown], policy.visible_owners(member)
    there = worklist.at_companies(numbers, visible_owners=owners)
    worth = board.worth_at(numbers, visible_owners=owners)
    return [_row(each, there.get(each.id, NOBODY), worth.get(each.id, []), member, members) for each in shown]


def _row(
    company: CompanyView, there: AtCompany, worth: list[Worth], member: Member, members: Mapping[int, Member]
) -> Row:
    if not sees_everybody(member):  # when somebody did something is part of their story
        there = AtCompany(there.persons, there.waiting, there.best, None)
    amounts = tuple(each.amount for each in worth if each.amount is not None)
    return Row(company, there, members.get(company.owner or 0), sum(each.deals for each in worth), amounts)


def _cells(asked: Asked, request: HttpRequest) -> Iterator[tuple[object, ...]]:
    member, zone = member_of(request), settings_of(request).zone
    visible = visible_companies(member)
    members = members_of(request)
    after: str | None = None
    while True:
        page = page_of(asked, member, visible, after, 500)
        for row in rows_of(page.companies, member, members):
            last = row.there.last_act_at
            yield (
                row.company.id, row.company.name, " ".join(row.company.domains), row.owner.name if row.owner else "",
                row.there.persons, row.there.waiting, say_points(row.there.best),
                last.astimezone(zone).isoformat(sep=" ", timespec="minutes") if last else "", row.deals,
                " + ".join(format_money(each) for each in row.amounts),
                row.company.created_at.astimezone(zone).date().isoformat(),
            )  # fmt: skip
        if page.next is None:
            return
        after = page.next


def _shown(here: int) -> str:
    return ngettext("%(here)s company on this page", "%(here)s companies on this page", here) % {"here": here}
