"""The answer to an offer: accept, reject, later; and taking a lead before it is offered."""

from datetime import date, datetime

from django.db import transaction

from leadpact.flow import lists, promising
from leadpact.handover import actions as handover
from leadpact.handover import reads as handed
from leadpact.handover.types import NewPursuit, OfferView, PursuitView, Stage
from leadpact.pact import reads as pacts
from leadpact.pact.types import LeadType
from leadpact.people import reads as people
from leadpact.people.types import PersonView
from leadpact.scoring import actions as scoring
from leadpact.team.types import Actor


def open_offer(offer: int, *, by: Actor, now: datetime) -> OfferView:
    """Note that somebody who may answer the offer has seen it; call it when they look at the lead."""
    return handover.open_offer(offer, by=by, now=now)


def look_at(offer: OfferView, pursuit: PursuitView, person: PersonView, *, by: Actor, now: datetime) -> None:
    """Do as `open_offer` for a page that has read all of it and asked who may answer."""
    first = pursuit.persons[0] if pursuit.persons else person.id
    known = person.identities if first == person.id else people.identities_of(first)
    handover.note_seen(offer, pursuit, next(iter(known), None), by=by, now=now)


def accept(offer: int, *, by: Actor, now: datetime) -> PursuitView:
    """Take the lead on: the promise to answer is kept, those to follow up begin.

    Raises `NotYours`, and `OfferAnswered` when somebody was faster.
    """
    with transaction.atomic():
        pursuit, entry = handover.accept(offer, by=by, now=now)
        promising.keep_answer(handed.offer(offer), by=by, now=now, caused_by=entry)
        if pursuit.stage is Stage.WORKING:
            promising.to_follow_up(pursuit, f"offer:{offer}", by=by, now=now, caused_by=entry)
        lists.refresh(pursuit.persons, now=now)
        return pursuit


def reject(
    offer: int, reason: str, *, note: str = "", until: date | None = None, by: Actor, now: datetime
) -> PursuitView:
    """Give the lead back at once with one of the reasons of the pact it was offered under.

    Only what the persons do from now on counts for the next time.  Raises `UnknownReason`, `ReasonNeeds`,
    `NotYours`, `OfferAnswered`.
    """
    with transaction.atomic():
        before = handed.offer(offer)
        reasons = pacts.pact_of(handed.pursuit(before.pursuit).pact_version).reject_reasons
        pursuit, entry = handover.reject(offer, reason, reasons=reasons, note=note, until=until, by=by, now=now)
        if before.is_open:
            promising.keep_answer(before, by=by, now=now, caused_by=entry)
            for person in sorted(pursuit.persons):
                scoring.reset(person, why="rejected", happened_at=now, entry=entry, now=now)
            lists.refresh(pursuit.persons, now=now)
        return pursuit


def later(offer: int, until: datetime, *, by: Actor, now: datetime) -> OfferView:
    """Be reminded at `until`; the clock of the answer runs on.  Raises `BadMoment`, `NotYours`, `OfferAnswered`."""
    return handover.put_off(offer, until, by=by, now=now)


def pull(person: int, *, by: Actor, now: datetime) -> PursuitView:
    """Let somebody of sales take a person on early; an offer of theirs is accepted by it.

    Raises `NotYours` when another has that person or company, `NoPact` when no pact is in force.
    """
    with transaction.atomic():
        view = people.person(person)
        running = handed.active_of_person(view.id)
        waiting = handed.open_offer_of(running.id) if running is not None else None
        if waiting is not None:
            return accept(waiting.id, by=by, now=now)
        held = pacts.in_force(now)
        new = NewPursuit(
            person=view.id,
            company=view.company,
            type=LeadType.SALES,
            pact_version=held.version,
            ready_at=now,
            continue_days=held.pact.continue_days,
            first_touch=lists.first_touch(view, now=now),
        )
        pursuit, entry = handover.pull(new, by=by, now=now)
        if pursuit.stage is Stage.WORKING:
            promising.to_follow_up(pursuit, f"pull:{entry}", by=by, now=now, caused_by=entry)
        lists.refresh(pursuit.persons, now=now)
        return pursuit
