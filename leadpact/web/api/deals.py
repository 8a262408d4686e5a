"""Deals: the list, one deal, and its way to won or lost."""

from decimal import Decimal
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from pydantic import AwareDatetime

from leadpact.base.money import Money, parse_money
from leadpact.flow import selling
from leadpact.pipeline import reads as pipeline
from leadpact.pipeline.types import DealFilter, DealSort, DealState, DealView
from leadpact.team import policy
from leadpact.web.api import shapes
from leadpact.web.api.access import Bearer
from leadpact.web.api.offers import Body
from leadpact.web.api.paging import Limit
from leadpact.web.deals.page import subject_of
from leadpact.web.deals.views import record_of
from leadpact.web.shell.access import actor_of, check, member_of, now_of

router = Router()

Price = Annotated[Decimal, Field(ge=0, max_digits=18, description="In whole units: 48000 or 48000.50.")]


class DealsWanted(Schema):
    state: DealState | None = None
    stage: str = ""
    owner: Annotated[int | None, Field(ge=1, le=10**9)] = None
    company: Annotated[int | None, Field(ge=1, le=10**9)] = None
    inbound: bool | None = None
    q: str = ""
    sort: DealSort = DealSort.NEXT_STEP
    after: str | None = None
    limit: Limit = 50


class Move(Body):
    stage: Annotated[str, Field(min_length=1, max_length=120)]


class Won(Body):
    """`amount` may be left out where the deal has one; `closed_at` left out: now."""

    amount: Price | None = None
    closed_at: AwareDatetime | None = None


class Lost(Body):
    reason: Annotated[str, Field(min_length=1, max_length=200)]
    note: Annotated[str, Field(max_length=2000)] = ""
    closed_at: AwareDatetime | None = None


class Reopened(Body):
    reason: Annotated[str, Field(max_length=2000)] = ""


@router.get("/deals", auth=Bearer("deal.see"), response=shapes.DealPage, summary="Deals, page by page")
def deals(request: HttpRequest, wanted: Query[DealsWanted]) -> shapes.DealPage:
    asked = DealFilter(
        state=wanted.state, stage=wanted.stage, owner=wanted.owner, company=wanted.company, search=wanted.q[:200],
        inbound=wanted.inbound,
    )  # fmt: skip
    page = pipeline.deals(
        asked, sort=wanted.sort, after=wanted.after or None, limit=wanted.limit,
        visible_owners=policy.visible_owners(member_of(request)),
    )  # fmt: skip
    return shapes.DealPage(items=[shapes.deal(each) for each in page.deals], next=page.next)


@router.get("/deals/{row:deal_id}", auth=Bearer("deal.see"), response=shapes.Deal, summary="One deal")
def deal(request: HttpRequest, deal_id: int) -> shapes.Deal:
    return shapes.deal(record_of(request, deal_id).deal)


@router.post(
    "/deals/{row:deal_id}/move", auth=Bearer("deal.edit"), response=shapes.Deal, summary="Put it at another stage"
)
def move(request: HttpRequest, deal_id: int, said: Move) -> shapes.Deal:
    found = edited(request, deal_id)
    return shapes.deal(selling.move(found.id, said.stage, by=actor_of(request), now=now_of(request)))


@router.post("/deals/{row:deal_id}/win", auth=Bearer("deal.edit"), response=shapes.Deal, summary="Won")
def win(request: HttpRequest, deal_id: int, body: Won | None = None) -> shapes.Deal:
    found, by, now = edited(request, deal_id), actor_of(request), now_of(request)
    said = body or Won()
    amount = money(said.amount, found.currency)
    return shapes.deal(selling.win(found.id, amount=amount, closed_at=said.closed_at, by=by, now=now))


@router.post("/deals/{row:deal_id}/lose", auth=Bearer("deal.edit"), response=shapes.Deal, summary="Lost, with a reason")
def lose(request: HttpRequest, deal_id: int, said: Lost) -> shapes.Deal:
    found, by, now = edited(request, deal_id), actor_of(request), now_of(request)
    lost = selling.lose(found.id, reason=said.reason, note=said.note, closed_at=said.closed_at, by=by, now=now)
    return shapes.deal(lost)


@router.post(
    "/deals/{row:deal_id}/reopen",
    auth=Bearer("deal.edit"),
    response=shapes.Deal,
    summary="Open again; its history stays",
)
def reopen(request: HttpRequest, deal_id: int, body: Reopened | None = None) -> shapes.Deal:
    found, said = edited(request, deal_id), body or Reopened()
    return shapes.deal(selling.reopen(found.id, reason=said.reason, by=actor_of(request), now=now_of(request)))


def money(price: Decimal | None, currency: str) -> Money | None:
    """Return the amount, exact to the currency's smallest unit; raises `BadMoney` for digits below it."""
    return None if price is None else parse_money(f"{price:f}", currency, decimal_sign=".")


def edited(request: HttpRequest, deal_id: int) -> DealView:
    """A deal that whoever asks may see, and change."""
    found = record_of(request, deal_id).deal
    check(request, "deal.edit", subject_of(found))
    return found
