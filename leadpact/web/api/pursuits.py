"""Hand-overs: one with its offers and promises, and what becomes of it."""

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Router

from leadpact.flow import following, qualifying
from leadpact.handover import reads as handover
from leadpact.promises import reads as promises
from leadpact.web.api import shapes
from leadpact.web.api.access import Bearer
from leadpact.web.api.deals import Price, money
from leadpact.web.api.found import pursuit_of, worked
from leadpact.web.api.offers import Body, WithReason
from leadpact.web.shell.access import actor_of, now_of, settings_of
from leadpact.web.shell.performance import discretion_of

router = Router()


class Disqualified(Body):
    reason: Annotated[str, Field(min_length=1, max_length=200)]
    note: Annotated[str, Field(max_length=2000)] = ""


class NewDeal(Body):
    """`amount` left out: not known yet."""

    title: Annotated[str, Field(max_length=300)] = ""
    amount: Price | None = None
    currency: Annotated[str, Field(max_length=3)] = ""
    next_step: Annotated[str, Field(max_length=300)]
    next_step_on: date | None = None


@router.get("/pursuits/{row:pursuit_id}", auth=Bearer("lead.see"), response=shapes.Pursuit, summary="One hand-over")
def pursuit(request: HttpRequest, pursuit_id: int) -> shapes.Pursuit:
    """What became of another's promise is theirs and their head's to know: it is left out."""
    found, discretion, now = pursuit_of(request, pursuit_id), discretion_of(request), now_of(request)
    return shapes.pursuit(
        found,
        stages=handover.stage_dates(found.id),
        offers=handover.offers_of(found.id),
        promises=[each for each in promises.all_of(found.about) if not discretion.hides(each, now)],
    )


@router.post(
    "/pursuits/{row:pursuit_id}/keep",
    auth=Bearer("lead.answer"),
    response=shapes.Pursuit,
    summary="Keep a lead that cooled",
)
def keep(request: HttpRequest, pursuit_id: int) -> shapes.Pursuit:
    found = worked(request, pursuit_id)
    return shapes.pursuit(following.keep(found.id, by=actor_of(request), now=now_of(request)))


@router.post(
    "/pursuits/{row:pursuit_id}/recycle",
    auth=Bearer("lead.answer"),
    response=shapes.Pursuit,
    summary="Back to marketing",
)
def recycle(request: HttpRequest, pursuit_id: int, said: WithReason) -> shapes.Pursuit:
    found, by, now = worked(request, pursuit_id), actor_of(request), now_of(request)
    return shapes.pursuit(qualifying.recycle(found.id, said.reason, note=said.note, until=said.until, by=by, now=now))


@router.post(
    "/pursuits/{row:pursuit_id}/disqualify",
    auth=Bearer("lead.answer"),
    response=shapes.Pursuit,
    summary="End it for good",
)
def disqualify(request: HttpRequest, pursuit_id: int, said: Disqualified) -> shapes.Pursuit:
    found, by, now = worked(request, pursuit_id), actor_of(request), now_of(request)
    return shapes.pursuit(qualifying.disqualify(found.id, said.reason, note=said.note, by=by, now=now))


@router.post(
    "/pursuits/{row:pursuit_id}/open-deal",
    auth=Bearer("lead.answer"),
    response=shapes.Deal,
    summary="Open the deal it led to",
)
def open_deal(request: HttpRequest, pursuit_id: int, said: NewDeal) -> shapes.Deal:
    found, currency = worked(request, pursuit_id), said.currency or settings_of(request).currency
    return shapes.deal(
        qualifying.open_deal(
            found.id,
            title=said.title,
            amount=money(said.amount, currency),
            currency=currency,
            next_step=said.next_step,
            next_step_on=said.next_step_on,
            by=actor_of(request),
            now=now_of(request),
        )
    )
