"""The rows behind each figure of a campaign; they add up to it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from leadpact.base.money import Money, decimal_text, format_money
from leadpact.capture import reads as capture
from leadpact.capture.types import CampaignView, CostView
from leadpact.handover.types import Stage
from leadpact.loop import campaigns as figures
from leadpact.loop.campaigns import Rows
from leadpact.loop.types import Period, Row
from leadpact.team import policy
from leadpact.team.types import Member
from leadpact.web.campaigns.record import campaign_of
from leadpact.web.leads.strip import STAGE_NAMES
from leadpact.web.loop.periods import chosen_of
from leadpact.web.shell.access import check, member_of, members_of, needs, now_of, settings_of
from leadpact.web.shell.spreadsheet import csv_response

PAGE = 50

type Asked = Callable[[str | None, int], Rows]


@dataclass(frozen=True)
class Cell:
    """What stands in a table: a text, where it leads to, or a moment that is said by the page."""

    text: str = ""
    url: str = ""
    moment: datetime | None = None
    is_number: bool = False
    plain: object = ""


@dataclass(frozen=True)
class Figure:
    """One figure that can be opened: its name, the columns of its rows, and how they are asked for."""

    title: str | Promise
    columns: tuple[str | Promise, ...]
    cells: Callable[[Row, Mapping[int, Member]], tuple[Cell, ...]]
    ask: Callable[[int | None, Period, datetime, str | None, int], Rows]


def _leads(campaign: int | None, period: Period, now: datetime, after: str | None, limit: int) -> Rows:
    return figures.leads(campaign, period, after=after, limit=limit)


def _reached(
    stage: str | None, *, is_ripe: bool = False
) -> Callable[[int | None, Period, datetime, str | None, int], Rows]:
    def ask(campaign: int | None, period: Period, now: datetime, after: str | None, limit: int) -> Rows:
        old = now - timedelta(days=figures.ripening_at(now).days) if is_ripe else None
        return figures.handovers(campaign, period, reached=stage, old=old, after=after, limit=limit)

    return ask


def _won(campaign: int | None, period: Period, now: datetime, after: str | None, limit: int) -> Rows:
    return figures.deals(campaign, period, after=after, limit=limit)


def _costs(campaign: int | None, period: Period, now: datetime, after: str | None, limit: int) -> Rows:
    if campaign is None:
        return Rows(())
    found, following = capture.costs_of(
        campaign, since=period.first_day, until=period.day_after, after=after, limit=limit
    )
    return Rows(tuple(_cost_row(each) for each in found), following)


def _cost_row(cost: CostView) -> Row:
    return {
        "cost": cost.id, "campaign": cost.campaign, "on": cost.on, "currency": cost.amount.currency,
        "external": cost.external, "value": cost.amount.minor,
    }  # fmt: skip


def _person_cells(row: Row, members: Mapping[int, Member]) -> tuple[Cell, ...]:
    return (_person(row), _text(row, "company_name"), _stage(row), _moment(row, "first_touch_at"), _one())


def _handover_cells(row: Row, members: Mapping[int, Member]) -> tuple[Cell, ...]:
    reached = _moment(row, "reached_at")
    return (
        _person(row), _text(row, "company_name"), _stage(row), _owner(row, members), _moment(row, "first_touch_at"),
        reached, _one(),
    )  # fmt: skip


def _deal_cells(row: Row, members: Mapping[int, Member]) -> tuple[Cell, ...]:
    title = str(row["title"] or _("A deal without a title"))
    deal = Cell(title, url=reverse("deal", args=[row["deal"]]), plain=title)
    return (
        deal, _text(row, "company_name"), _owner(row, members), _moment(row, "first_touch_at"),
        _moment(row, "closed_at"), _money(row),
    )  # fmt: skip


def _cost_cells(row: Row, members: Mapping[int, Member]) -> tuple[Cell, ...]:
    day, said = str(row["on"]), str(row["external"] or _("entered by hand"))
    return Cell(day, plain=day), Cell(said, plain=said), _money(row)


_LEAD, _COMPANY, _STAGE = gettext_lazy("Lead"), gettext_lazy("Company"), gettext_lazy("Stage now")
_OWNER, _TOUCH, _COUNTS = gettext_lazy("Owner"), gettext_lazy("First touch"), gettext_lazy("Counts")
_HANDOVER = (_LEAD, _COMPANY, _STAGE, _OWNER, _TOUCH, gettext_lazy("Reached"), _COUNTS)

FIGURES: Mapping[str, Figure] = {
    "leads": Figure(gettext_lazy("Leads"), (_LEAD, _COMPANY, _STAGE, _TOUCH, _COUNTS), _person_cells, _leads),
    "handovers": Figure(gettext_lazy("Hand-overs"), _HANDOVER, _handover_cells, _reached(None)),
    "ready": Figure(gettext_lazy("Ready for sales"), _HANDOVER, _handover_cells, _reached(Stage.READY)),
    "accepted": Figure(gettext_lazy("Accepted by sales"), _HANDOVER, _handover_cells, _reached(Stage.WORKING)),
    "deals": Figure(gettext_lazy("Led to a deal"), _HANDOVER, _handover_cells, _reached(Stage.DEAL)),
    "won": Figure(gettext_lazy("Won"), _HANDOVER, _handover_cells, _reached(Stage.CUSTOMER)),
    "ripe": Figure(gettext_lazy("Old enough to have closed"), _HANDOVER, _handover_cells, _reached(None, is_ripe=True)),
    "value": Figure(
        gettext_lazy("Deals won"),
        (
            gettext_lazy("Deal"), _COMPANY, _OWNER, _TOUCH, gettext_lazy("Won"), gettext_lazy("Amount"),
        ),
        _deal_cells,
        _won,
    ),
    "cost": Figure(
        gettext_lazy("Cost"), (gettext_lazy("Day"), gettext_lazy("From"), gettext_lazy("Amount")), _cost_cells, _costs
    ),
}  # fmt: skip


@require_GET
@needs("campaign.see")
def rows(request: HttpRequest, campaign_id: int, what: str) -> HttpResponse:
    view, figure = _asked(campaign_id, what)
    now = now_of(request)
    chosen = chosen_of(request.GET.get("period", "all"), now, settings_of(request))
    number = view.id if view else None
    found = figure.ask(number, chosen.period, now, request.GET.get("after") or None, PAGE)
    members = members_of(request)
    context = {
        "campaign": view,
        "campaign_id": campaign_id,
        "what": what,
        "title": figure.title,
        "columns": figure.columns,
        "rows": [list(zip(figure.cells(row, members), figure.columns, strict=True)) for row in found.rows],
        "next": found.next or "",
        "is_whole": found.next is None and not request.GET.get("after"),
        "sum": _sum(found.rows, what),
        "chosen": chosen,
        "definition": found.definition,
    }
    return render(request, "campaigns/rows.html", context)


@require_GET
@needs("campaign.see")
def rows_csv(request: HttpRequest, campaign_id: int, what: str) -> HttpResponseBase:
    check(request, "export.run", policy.Subject("report", owner=member_of(request).id))
    view, figure = _asked(campaign_id, what)
    now = now_of(request)
    period = chosen_of(request.GET.get("period", "all"), now, settings_of(request)).period
    members = members_of(request)

    def lines() -> Iterator[list[object]]:
        every = figures.every(lambda after: figure.ask(view.id if view else None, period, now, after, 1_000))
        for row in every:
            yield [cell.plain for cell in figure.cells(row, members)]

    return csv_response(f"campaign-{campaign_id}-{what}", [str(each) for each in figure.columns], lines())


def _asked(campaign_id: int, what: str) -> tuple[CampaignView | None, Figure]:
    if what not in FIGURES:
        raise Http404
    return campaign_of(campaign_id) if campaign_id else None, FIGURES[what]


def _sum(found: Iterable[Row], what: str) -> str:
    """What the rows shown add up to."""
    if what not in {"value", "cost"}:
        return f"{sum(1 for _row in found):,}"
    sums: dict[str, int] = {}
    for row in found:
        sums[str(row["currency"])] = sums.get(str(row["currency"]), 0) + _whole(row["value"])
    return " + ".join(format_money(Money(minor, currency)) for currency, minor in sorted(sums.items()))


def _person(row: Row) -> Cell:
    name = str(row["name"] or row["email"] or _("Somebody without a name"))
    person = row["person"]
    return Cell(name, url=reverse("lead", args=[person]) if isinstance(person, int) else "", plain=name)


def _text(row: Row, column: str) -> Cell:
    said = str(row[column] or "")
    return Cell(said, plain=said)


def _stage(row: Row) -> Cell:
    name = str(row["stage"])
    said = str(STAGE_NAMES[Stage(name)]) if name in set(Stage) else name
    return Cell(said, plain=said)


def _owner(row: Row, members: Mapping[int, Member]) -> Cell:
    member = members.get(_whole(row["owner"]))
    said = member.name if member else _("nobody yet")
    return Cell(said, plain=said)


def _moment(row: Row, column: str) -> Cell:
    at = row[column]
    return Cell(moment=at, plain=at.isoformat()) if isinstance(at, datetime) else Cell()


def _money(row: Row) -> Cell:
    amount = Money(_whole(row["value"]), str(row["currency"]))
    if row.get("amount_minor", 0) is None:
        return Cell(_("not known yet"), is_number=True, plain=decimal_text(amount))
    return Cell(format_money(amount), is_number=True, plain=decimal_text(amount))


def _one() -> Cell:
    return Cell("1", is_number=True, plain=1)


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
