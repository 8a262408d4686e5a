"""The answer to an offer: accept, reject, later."""

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Router, Schema
from pydantic import AwareDatetime, ConfigDict, model_validator

from leadpact.flow import answering
from leadpact.web.api import shapes
from leadpact.web.api.access import Bearer
from leadpact.web.api.found import answered
from leadpact.web.shell.access import actor_of, now_of

router = Router()


class Body(Schema):
    """What is sent: a field that nobody knows is an error, not a silent nothing."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    @model_validator(mode="before")
    @classmethod
    def _keepable(cls, said: object) -> object:
        """No database of ours keeps a NUL."""
        if _holds_nul(said):
            raise ValueError("a NUL character cannot be kept")
        return said


class WithReason(Body):
    """One of the pact's reasons by its code, with what it needs: a day or a note."""

    reason: Annotated[str, Field(min_length=1, max_length=200)]
    note: Annotated[str, Field(max_length=2000)] = ""
    until: date | None = None


class Later(Body):
    until: Annotated[AwareDatetime, Field(description="Within 30 days, with its offset.")]


@router.post(
    "/offers/{row:offer_id}/accept", auth=Bearer("lead.answer"), response=shapes.Pursuit, summary="Take the lead on"
)
def accept(request: HttpRequest, offer_id: int) -> shapes.Pursuit:
    offer = answered(request, offer_id)
    return shapes.pursuit(answering.accept(offer.id, by=actor_of(request), now=now_of(request)))


@router.post(
    "/offers/{row:offer_id}/reject",
    auth=Bearer("lead.answer"),
    response=shapes.Pursuit,
    summary="Give the lead back with a reason",
)
def reject(request: HttpRequest, offer_id: int, said: WithReason) -> shapes.Pursuit:
    offer, by, now = answered(request, offer_id), actor_of(request), now_of(request)
    return shapes.pursuit(answering.reject(offer.id, said.reason, note=said.note, until=said.until, by=by, now=now))


@router.post(
    "/offers/{row:offer_id}/later",
    auth=Bearer("lead.answer"),
    response=shapes.Offer,
    summary="Be reminded; the clock runs on",
)
def later(request: HttpRequest, offer_id: int, said: Later) -> shapes.Offer:
    offer = answered(request, offer_id)
    return shapes.offer(answering.later(offer.id, said.until, by=actor_of(request), now=now_of(request)))


def _holds_nul(said: object) -> bool:
    match said:
        case str():
            return "\x00" in said
        case dict():
            return any(_holds_nul(each) for pair in said.items() for each in pair)
        case list():
            return any(_holds_nul(each) for each in said)
    return False
