"""Campaigns: what each cost and brought, planned and paid for."""

from dataclasses import replace
from datetime import date, datetime
from typing import Annotated

from django.http import Http404, HttpRequest
from ninja import Field, Query, Router, Schema

from leadpact.base.money import Money, parse_money
from leadpact.base.text import fold
from leadpact.capture import actions as capture
from leadpact.capture import planning, reads
from leadpact.capture.errors import UnknownCost
from leadpact.capture.types import CampaignFields, CampaignView, CostView
from leadpact.loop import campaigns as figures
from leadpact.loop import rules
from leadpact.loop.campaigns import CampaignLine
from leadpact.loop.reads import period_of
from leadpact.web.api import shapes
from leadpact.web.api.access import Bearer
from leadpact.web.api.offers import Body
from leadpact.web.api.paging import Limit, Paged, some_of
from leadpact.web.campaigns.record import campaign_of
from leadpact.web.shell.access import actor_of, now_of, settings_of

router = Router()


class Campaign(Schema):
    id: int
    name: str
    channel: str
    note: str
    starts_on: date | None
    ends_on: date | None
    created_at: datetime


class CampaignFigures(Campaign):
    """Costs by cost date, all else by first known touch; one sum a currency.

    ripe_percent  of the hand-overs that are old enough to have closed; null without any
    """

    costs: list[shapes.Amount]
    leads: int
    handovers: int
    ready: int
    accepted: int
    deals: int
    won: int
    value_won: list[shapes.Amount]
    ripe_percent: int | None


class CampaignPage(Schema):
    items: list[CampaignFigures]
    next: str | None


class Cost(Schema):
    id: int
    on: date
    amount: shapes.Amount
    external: str | None
    entry: int


class CostPage(Schema):
    items: list[Cost]
    next: str | None


class CampaignsWanted(Paged):
    period: str = rules.ALL
    q: str = ""


class NewCampaign(Body):
    name: Annotated[str, Field(min_length=1, max_length=200, description="As links name it: utm_campaign.")]
    channel: Annotated[str, Field(max_length=80)] = ""
    starts_on: date | None = None
    ends_on: date | None = None
    note: Annotated[str, Field(max_length=4000)] = ""


class CampaignChange(Body):
    """What is left out stays; links that carry an earlier name go on counting."""

    name: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    channel: Annotated[str, Field(max_length=80)] = ""
    starts_on: date | None = None
    ends_on: date | None = None
    note: Annotated[str, Field(max_length=4000)] = ""


class NewCost(Body):
    """`currency` left out: the company's, or of a cost that is corrected the one it has."""

    on: date
    amount: Annotated[str | float | int, Field(description='In whole units: 480, 480.50 or "480.50".')]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None


@router.get("/campaigns", auth=Bearer("campaign.see"), response=CampaignPage, summary="Campaigns by name, page by page")
def campaigns(request: HttpRequest, wanted: Query[CampaignsWanted]) -> CampaignPage:
    now = now_of(request)
    words = fold(wanted.q[:200]).split()
    found = [
        (line.campaign, line)
        for line in figures.overview(period_of(wanted.period, now=now), now=now).lines
        if line.campaign is not None and all(word in fold(line.campaign.name) for word in words)
    ]
    page = some_of(found, lambda each: (fold(each[0].name), each[0].id), str, int, asked=wanted)
    return CampaignPage(items=[_figures(view, line) for view, line in page.items], next=page.next)


@router.get(
    "/campaigns/{row:campaign_id}", auth=Bearer("campaign.see"), response=CampaignFigures, summary="One campaign"
)
def campaign(request: HttpRequest, campaign_id: int, period: str = rules.ALL) -> CampaignFigures:
    view, now = campaign_of(campaign_id), now_of(request)
    return _figures(view, figures.line_of(view, period_of(period, now=now), now=now))


@router.get(
    "/campaigns/{row:campaign_id}/costs",
    auth=Bearer("campaign.see"),
    response=CostPage,
    summary="What it cost, the newest first",
)
def costs(request: HttpRequest, campaign_id: int, after: str = "", limit: Limit = 50) -> CostPage:
    found, following = reads.costs_of(campaign_of(campaign_id).id, after=after or None, limit=limit)
    return CostPage(items=[_cost(each) for each in found], next=following)


@router.post("/campaigns", auth=Bearer("campaign.edit"), response=Campaign, summary="Plan a campaign")
def add_campaign(request: HttpRequest, said: NewCampaign) -> Campaign:
    return _campaign(planning.plan(CampaignFields(**said.model_dump()), by=actor_of(request), now=now_of(request)))


@router.post(
    "/campaigns/{row:campaign_id}/change", auth=Bearer("campaign.edit"), response=Campaign, summary="Change a campaign"
)
def change_campaign(request: HttpRequest, campaign_id: int, said: CampaignChange) -> Campaign:
    view = campaign_of(campaign_id)
    known = CampaignFields(view.name, view.channel, view.note, view.starts_on, view.ends_on)
    new = {
        name: value for name, value in said.model_dump(exclude_unset=True).items() if (name, value) != ("name", None)
    }
    by, now = actor_of(request), now_of(request)
    return _campaign(planning.change_campaign(view.id, replace(known, **new), by=by, now=now))


@router.post(
    "/costs/{row:cost_id}/change", auth=Bearer("campaign.edit"), response=Cost, summary="Correct a cost of a campaign"
)
def change_cost(request: HttpRequest, cost_id: int, said: NewCost) -> Cost:
    """The ledger keeps what it was before; an amount of 0 takes it back."""
    try:
        known = reads.cost(cost_id)
    except UnknownCost:
        raise Http404 from None
    amount = parse_money(str(said.amount), said.currency or known.amount.currency, decimal_sign=".")
    return _cost(planning.change_cost(known.id, said.on, amount, by=actor_of(request), now=now_of(request)))


@router.post(
    "/campaigns/{row:campaign_id}/costs",
    auth=Bearer("campaign.edit"),
    response=CampaignFigures,
    summary="Write down what it cost",
)
def add_cost(request: HttpRequest, campaign_id: int, said: NewCost) -> CampaignFigures:
    view, now = campaign_of(campaign_id), now_of(request)
    amount = parse_money(str(said.amount), said.currency or settings_of(request).currency, decimal_sign=".")
    capture.record_cost(view.id, said.on, amount, by=actor_of(request), now=now)
    return _figures(view, figures.line_of(view, period_of(rules.ALL, now=now), now=now))


def _campaign(view: CampaignView) -> Campaign:
    return Campaign(
        id=view.id, name=view.name, channel=view.channel, note=view.note, starts_on=view.starts_on,
        ends_on=view.ends_on, created_at=view.created_at,
    )  # fmt: skip


def _figures(view: CampaignView, line: CampaignLine) -> CampaignFigures:
    return CampaignFigures(
        **_campaign(view).model_dump(), costs=_amounts(line.costs), leads=line.leads, handovers=line.pursuits,
        ready=line.ready, accepted=line.accepted, deals=line.deals, won=line.won, value_won=_amounts(line.value),
        ripe_percent=line.ripeness,
    )  # fmt: skip


def _amounts(sums: tuple[Money, ...]) -> list[shapes.Amount]:
    return [amount for each in sums if (amount := shapes.amount_of(each)) is not None]


def _cost(view: CostView) -> Cost:
    amount = shapes.amount_of(view.amount)
    assert amount is not None
    return Cost(id=view.id, on=view.on, amount=amount, external=view.external, entry=view.entry)
