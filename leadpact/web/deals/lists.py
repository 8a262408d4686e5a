"""The list of deals: ready-made views, what they are worth together, the same as a spreadsheet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from leadpact.base.money import Money, decimal_text
from leadpact.people import reads as people
from leadpact.pipeline import reads as pipeline
from leadpact.pipeline.types import DealPage, DealView
from leadpact.team import policy
from leadpact.team.types import Member
from leadpact.web.deals.filters import WAYS, Asked, asked_of, chips_of, tabs_of
from leadpact.web.shell.access import member_of, members_of, needs, now_of, settings_of
from leadpact.web.shell.showing import keep_way
from leadpact.web.shell.spreadsheet import csv_response

PAGE = 50


@dataclass(frozen=True)
class Row:
    """A deal as the table shows it; `is_late`: its next step lies in the past, or there is none."""

    deal: DealView
    company: str
    owner: Member | None
    is_late: bool


@dataclass(frozen=True)
class Sums:
    """How many deals the filter finds and what they are worth, one sum for each currency."""

    count: int
    amounts: tuple[Money, ...]
    unknown: int  # deals whose amount nobody knows yet


@require_GET
@needs("deal.see")
def deals(request: HttpRequest) -> HttpResponse:
    member, stages = member_of(request), settings_of(request).deal_stages
    asked = asked_of(request.GET, member, stages)
    visible = policy.visible_owners(member)
    page = _page(asked, request.GET.get("after"), PAGE, visible)
    members = members_of(request)
    sums = sums_of(asked, visible)
    context = {
        "asked": asked,
        "rows": _rows(page.deals, members, now_of(request).astimezone(settings_of(request).zone).date()),
        "next": page.next or "",
        "sums": sums,
        "shown": _shown(len(page.deals), sums.count),
        "tabs": tabs_of(asked),
        "chips": chips_of(asked, members, request.GET),
        "stages": stages,
        "owners": [each for each in members.values() if each.is_active] if visible is None else [],
    }
    return keep_way(request, render(request, "deals/list.html", context), "deals", WAYS)


@require_GET
@needs("export.run")
def deals_csv(request: HttpRequest) -> HttpResponseBase:
    """The whole list that the page shows the beginning of; only what whoever asks may see."""
    member = member_of(request)
    asked = asked_of(request.GET, member, settings_of(request).deal_stages)
    head = (
        _("Deal"), _("Title"), _("Company"), _("State"), _("Stage"), _("Amount"), _("Currency"), _("Owner"),
        _("Next step"), _("Next step on"), _("Opened"), _("Closed"), _("Reason"), _("Inbound"),
    )  # fmt: skip
    return csv_response("deals", head, _cells(asked, request))


def sums_of(asked: Asked, visible: tuple[int, ...] | None) -> Sums:
    parts = pipeline.worth(asked.wanted, visible_owners=visible)
    count = sum(part.deals for part in parts)
    known = tuple(part.amount for part in parts if part.amount is not None)
    return Sums(count, known, sum(part.deals for part in parts if part.amount is None))


def _page(asked: Asked, after: str | None, limit: int, visible: tuple[int, ...] | None) -> DealPage:
    return pipeline.deals(asked.wanted, sort=asked.sort, after=after, limit=limit, visible_owners=visible)


def _cells(asked: Asked, request: HttpRequest) -> Iterator[tuple[object, ...]]:
    visible, zone = policy.visible_owners(member_of(request)), settings_of(request).zone
    names = {number: each.name for number, each in members_of(request).items()}
    after: str | None = None
    while True:
        page = _page(asked, after, 500, visible)
        companies = _companies(page.deals)
        for deal in page.deals:
            closed = deal.closed_at.astimezone(zone).date().isoformat() if deal.closed_at else ""
            yield (
                deal.id, deal.title, companies.get(deal.company or 0, ""), deal.state.value, deal.stage,
                decimal_text(deal.amount) if deal.amount else "", deal.currency, names.get(deal.owner or 0, ""),
                deal.next_step, deal.next_step_on, deal.opened_at.astimezone(zone).date().isoformat(), closed,
                deal.reason, _("yes") if deal.inbound else _("no"),
            )  # fmt: skip
        if page.next is None:
            return
        after = page.next


def _rows(found: tuple[DealView, ...], members: Mapping[int, Member], today: date) -> list[Row]:
    companies = _companies(found)
    return [
        Row(deal, companies.get(deal.company or 0, ""), members.get(deal.owner or 0), _is_late(deal, today))
        for deal in found
    ]


def _companies(found: tuple[DealView, ...]) -> dict[int, str]:
    views = people.companies({deal.company for deal in found if deal.company is not None})
    return {number: view.name for number, view in views.items()}


def _is_late(deal: DealView, today: date) -> bool:
    return deal.is_open and (not deal.next_step or (deal.next_step_on is not None and deal.next_step_on < today))


def _shown(here: int, total: int) -> str:
    return ngettext("%(here)s of %(total)s deal", "%(here)s of %(total)s deals", total) % {"here": here, "total": total}
