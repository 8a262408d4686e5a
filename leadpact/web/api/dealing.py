"""Deals opened at a company and changed on their way."""

from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Query, Schema

from leadpact.base.wording import worded
from leadpact.flow import opening, selling
from leadpact.pipeline import actions as pipeline
from leadpact.team.policy import Subject
from leadpact.web.api import shapes
from leadpact.web.api.access import Bearer
from leadpact.web.api.deals import Price, edited, money
from leadpact.web.api.deals import router as router
from leadpact.web.api.found import company_of, one_of
from leadpact.web.api.offers import Body
from leadpact.web.api.paging import Paged, some_of
from leadpact.web.api.refusals import FieldsWrong
from leadpact.web.deals.new import owners_of, persons_of
from leadpact.web.deals.views import record_of
from leadpact.web.shell.access import actor_of, check, member_of, now_of, settings_of

Number = Annotated[int, Field(ge=1, le=10**9)]


class NewDealAt(Body):
    """`owner` left out: the caller; `title` left out: the company's name; `persons`: of that company."""

    company: Number
    next_step: Annotated[str, Field(min_length=1, max_length=300)]
    next_step_on: date | None = None
    title: Annotated[str, Field(max_length=300)] = ""
    amount: Price | None = None
    owner: Number | None = None
    persons: Annotated[list[Number], Field(max_length=40)] = []


class Worth(Body):
    """`amount` null: not known after all."""

    amount: Price | None


class NextStep(Body):
    next_step: Annotated[str, Field(min_length=1, max_length=300)]
    next_step_on: date | None = None


class DealOwned(Body):
    owner: Annotated[int, Field(ge=1, le=10**9, description="Somebody who sells.")]


class TakesPart(Body):
    person: Number
    role: Annotated[str, Field(max_length=60, description="Such as decides or signs.")] = ""


class DealPersons(Body):
    """All who take part from now on: those who do already, and others of the company."""

    persons: Annotated[list[TakesPart], Field(max_length=40)]


class MoveUndone(Body):
    entry: Annotated[
        int, Field(ge=1, le=10**18, description="Of the last move; GET /deals/{deal_id}/history tells it.")
    ]


class Stood(Schema):
    """From `happened_at` on the deal stood so."""

    stage: str
    state: str
    amount: shapes.Amount | None
    happened_at: datetime
    entry: int


class History(Schema):
    items: list[Stood]
    next: str | None


@router.post("/deals", auth=Bearer("deal.edit"), response=shapes.Deal, summary="Open a deal at a company")
def add_deal(request: HttpRequest, said: NewDealAt) -> shapes.Deal:
    company, member = company_of(request, said.company), member_of(request)
    owner = one_of(owners_of(member), said.owner or member.id)
    check(request, "deal.edit", Subject("deal", owner=owner.id, team=owner.team, side=owner.side))
    there = persons_of(company, member)
    if set(said.persons) - set(there):
        wrong = {"fields": [{"field": "persons", "message": "Not all of them are leads at this company."}]}
        raise FieldsWrong(worded("persons: Not all of them are leads at this company."), details=wrong)
    currency = settings_of(request).currency
    deal = opening.open_deal(
        company.id, title=said.title, amount=money(said.amount, currency), currency=currency, owner=owner.id,
        next_step=said.next_step, next_step_on=said.next_step_on, persons=sorted(set(said.persons)),
        by=actor_of(request), now=now_of(request),
    )  # fmt: skip
    return shapes.deal(deal)


@router.post("/deals/{row:deal_id}/amount", auth=Bearer("deal.edit"), response=shapes.Deal, summary="What it is worth")
def change_amount(request: HttpRequest, deal_id: int, said: Worth) -> shapes.Deal:
    found = edited(request, deal_id)
    amount = money(said.amount, found.currency)
    return shapes.deal(selling.change_amount(found.id, amount, by=actor_of(request), now=now_of(request)))


@router.post(
    "/deals/{row:deal_id}/next-step", auth=Bearer("deal.edit"), response=shapes.Deal, summary="What comes next"
)
def set_next_step(request: HttpRequest, deal_id: int, said: NextStep) -> shapes.Deal:
    found, by, now = edited(request, deal_id), actor_of(request), now_of(request)
    return shapes.deal(selling.set_next_step(found.id, said.next_step, said.next_step_on, by=by, now=now))


@router.post("/deals/{row:deal_id}/owner", auth=Bearer("deal.edit"), response=shapes.Deal, summary="Give it to another")
def own_deal(request: HttpRequest, deal_id: int, said: DealOwned) -> shapes.Deal:
    found = edited(request, deal_id)
    taker = one_of(record_of(request, deal_id).takers, said.owner)
    return shapes.deal(pipeline.set_owner(found.id, taker.id, by=actor_of(request), now=now_of(request)))


@router.post("/deals/{row:deal_id}/persons", auth=Bearer("deal.edit"), response=shapes.Deal, summary="Who takes part")
def set_deal_persons(request: HttpRequest, deal_id: int, said: DealPersons) -> shapes.Deal:
    found = edited(request, deal_id)
    record = record_of(request, deal_id)
    wanted = {each.person: each.role for each in said.persons}
    if wanted.keys() - {person for person, _role in found.persons} - record.colleagues.keys():
        wrong = {"fields": [{"field": "persons", "message": "Not all of them are known at this company."}]}
        raise FieldsWrong(worded("persons: Not all of them are known at this company."), details=wrong)
    by, now = actor_of(request), now_of(request)
    return shapes.deal(pipeline.set_persons(found.id, list(wanted.items()), by=by, now=now))


@router.get("/deals/{row:deal_id}/history", auth=Bearer("deal.see"), response=History, summary="How it stood from when")
def deal_history(request: HttpRequest, deal_id: int, wanted: Query[Paged]) -> History:
    """The oldest first."""
    changes = list(enumerate(record_of(request, deal_id).history))
    page = some_of(changes, lambda each: (each[0],), int, asked=wanted)
    items = [
        Stood(
            stage=each.stage, state=each.state.value, amount=shapes.amount_of(each.amount),
            happened_at=each.happened_at, entry=each.entry,
        )
        for _place, each in page.items
    ]  # fmt: skip
    return History(items=items, next=page.next)


@router.post(
    "/deals/{row:deal_id}/undo-move", auth=Bearer("deal.edit"), response=shapes.Deal, summary="Take its last move back"
)
def undo_move(request: HttpRequest, deal_id: int, said: MoveUndone) -> shapes.Deal:
    found = edited(request, deal_id)
    return shapes.deal(selling.undo_move(found.id, said.entry, by=actor_of(request), now=now_of(request)))
