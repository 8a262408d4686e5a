"""Several leads at once: given to a colleague, remarked on, sent back; and undone for some minutes.

Each lead is checked by itself; those that are left as they are, are named with the reason.
"""

from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest
from ninja import Field, Router, Schema

from leadpact.base.wording import worded
from leadpact.engagement import reads as engagement
from leadpact.flow import assigning, sending_back
from leadpact.flow.assigning import Given
from leadpact.flow.sending_back import HOLD
from leadpact.handover.types import Stage
from leadpact.team import policy
from leadpact.web.api.access import Bearer
from leadpact.web.api.found import one_of
from leadpact.web.api.offers import Body, WithReason
from leadpact.web.api.refusals import FieldsWrong, UndoEnded
from leadpact.web.leads.bulk import MOST, Chosen, allowed, chosen_among
from leadpact.web.leads.lists import takers
from leadpact.web.leads.undoing import USUAL, Deed
from leadpact.web.shell.access import actor_of, member_of, members_of, now_of

router = Router()
_SALT: Final = "leadpact.web.api.bulk"

Person = Annotated[int, Field(ge=1, le=10**18)]
Several = Annotated[list[Person], Field(min_length=1, max_length=MOST)]


class Refused(Schema):
    """`code`: not_found, not_allowed, not_worked or has_it_already."""

    person: int
    code: str
    message: str


class DoneToSeveral(Schema):
    """`undo`: send it to POST /leads/undo within ten minutes, of sending back in 30 seconds; else null."""

    done: list[int]
    refused: list[Refused]
    undo: str | None


class Undone(Schema):
    """`undone` of `of`: what has moved on since stays."""

    undone: int
    of: int


class HandOnSeveral(Body):
    leads: Several
    to: Annotated[int, Field(ge=1, le=10**9, description="Somebody who sells.")]


class NoteOnSeveral(Body):
    leads: Several
    note: Annotated[str, Field(min_length=1, max_length=4000)]


class SendSeveralBack(WithReason):
    leads: Several


class Undo(Body):
    undo: Annotated[str, Field(min_length=1, max_length=60_000)]


SAYS: Final = {
    "not_found": "There is no such lead.",
    "not_allowed": "Your role may not do this to it.",
    "not_worked": "Nobody works it, so that it cannot be sent back.",
    "has_it_already": "It is theirs already.",
}


@router.post(
    "/leads/hand-on", auth=Bearer("lead.assign"), response=DoneToSeveral, summary="Give several leads to a colleague"
)
def hand_on_several(request: HttpRequest, said: HandOnSeveral) -> DoneToSeveral:
    """Those that are worked go with their clocks and open deals, the others as their owner's."""
    members = members_of(request)
    taker = one_of(takers(members), said.to)
    chosen = chosen_among(request, said.leads)
    may = allowed(request, "lead.assign", chosen, members)
    given = assigning.give([each.line.person for each in may], taker.id, by=actor_of(request), now=now_of(request))
    persons, pursuits = {each.person for each in given}, {each.pursuit for each in given if each.pursuit}
    went = [each for each in may if each.line.person in persons or (each.pursuit and each.pursuit.id in pursuits)]
    undo = _signed(request, Deed.HAND_ON, [asdict(each) for each in given]) if given else None
    return _told(said.leads, chosen, may, went, left="has_it_already", undo=undo)


@router.post("/leads/note", auth=Bearer("lead.note"), response=DoneToSeveral, summary="Put one remark on several leads")
def note_several(request: HttpRequest, said: NoteOnSeveral) -> DoneToSeveral:
    note = said.note.strip()
    if not note:
        wrong = {"field": "note", "message": "A note needs some words."}
        raise FieldsWrong(worded("note: A note needs some words."), details={"fields": [wrong]})
    chosen = chosen_among(request, said.leads)
    may = allowed(request, "lead.note", chosen, members_of(request))
    persons = [each.line.person for each in may]
    entries = assigning.note_on(persons, note, by=actor_of(request), now=now_of(request))
    undo = _signed(request, Deed.NOTE, entries) if entries else None
    return _told(said.leads, chosen, may, may, left="", undo=undo)


@router.post(
    "/leads/send-back",
    auth=Bearer("lead.answer"),
    response=DoneToSeveral,
    summary="Send several leads back to marketing",
)
def send_several_back(request: HttpRequest, said: SendSeveralBack) -> DoneToSeveral:
    """One reason for all; where a pact does not know it, none is sent.  They go in 30 seconds, if it is not undone."""
    chosen = chosen_among(request, said.leads)
    may = allowed(request, "lead.answer", chosen, members_of(request))
    went = [each for each in may if each.pursuit is not None and each.pursuit.stage is Stage.WORKING]
    numbers = sorted({each.pursuit.id for each in went if each.pursuit is not None})
    sending_back.hold(numbers, said.reason, note=said.note, until=said.until, by=actor_of(request), now=now_of(request))
    undo = _signed(request, Deed.SEND_BACK, numbers, within=HOLD) if numbers else None
    return _told(said.leads, chosen, may, went, left="not_worked", undo=undo)


@router.post("/leads/undo", auth=Bearer("lead.see"), response=Undone, summary="Undo what was done to several leads")
def undo_several(request: HttpRequest, said: Undo) -> Undone:
    """For ten minutes (of sending back, 30 seconds), by whoever did it, if they still may; harmless the second time."""
    deed, steps = _read(request, said.undo)
    by, now, member = actor_of(request), now_of(request), member_of(request)
    done = 0
    if deed == Deed.HAND_ON and policy.may(member, "lead.assign"):
        done = assigning.take_back([Given(**step) for step in steps], by=by, now=now)
    if deed == Deed.NOTE and policy.may(member, "lead.note"):
        done = assigning.strike_out(set(steps) - engagement.voided(steps), by=by, now=now)
    if deed == Deed.SEND_BACK:
        done = sending_back.undo(steps, by=by)
    return Undone(undone=done, of=len(steps))


def _told(
    asked: Iterable[int],
    seen: Collection[Chosen],
    may: Collection[Chosen],
    done: Collection[Chosen],
    *,
    left: str,
    undo: str | None,
) -> DoneToSeveral:
    """Say of each lead that was asked for what became of it."""
    known, may_be, went = ({each.line.person for each in some} for some in (seen, may, done))
    refused = []
    for person in dict.fromkeys(asked):
        if person not in went:
            code = "not_found" if person not in known else "not_allowed" if person not in may_be else left
            refused.append(Refused(person=person, code=code, message=SAYS[code]))
    return DoneToSeveral(done=sorted(went), refused=refused, undo=undo)


def _signed(request: HttpRequest, deed: Deed, steps: list[Any], *, within: timedelta = USUAL) -> str:
    until: datetime = now_of(request) + within
    said = [deed.value, member_of(request).id, int(until.timestamp()), steps]
    return Signer(salt=_SALT).sign_object(said, compress=True)


def _read(request: HttpRequest, undo: str) -> tuple[str, list[Any]]:
    try:
        deed, user, until, steps = Signer(salt=_SALT).unsign_object(undo)
    except (BadSignature, ValueError) as error:
        raise UndoEnded(worded("This is nothing that can be undone.")) from error
    if user != member_of(request).id or now_of(request).timestamp() >= until:
        raise UndoEnded(worded("It is too late to undo that here."))
    return deed, steps
