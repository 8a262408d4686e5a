"""Which promises a step of the journey makes, by the pact version it happens under."""

from datetime import datetime

from django.db import transaction

from leadpact.flow import telling
from leadpact.handover import reads as handed
from leadpact.handover.disputed import DisputeView
from leadpact.handover.types import OfferView, PursuitView
from leadpact.pact import reads as pacts
from leadpact.pact.reviews import dispute_term
from leadpact.pact.types import Pact, PromiseKind, PromiseTerm, Side
from leadpact.promises import actions as promises
from leadpact.promises import reads as promised
from leadpact.promises.types import PromiseView
from leadpact.team import reads as team
from leadpact.team.types import Actor


def sweep(*, now: datetime, limit: int = 200) -> int:
    """Find the promises that are past due and tell whom it concerns; returns how many became missed by it."""
    if not promised.is_any_overdue(now):
        return 0
    with transaction.atomic():  # a promise is missed once: who is told must be written with it
        missed = promises.sweep(now, limit=limit)
        for promise in missed:
            if promise.about.startswith("pursuit:"):
                telling.missed(promise, handed.pursuit(int(promise.about.removeprefix("pursuit:"))), now=now)
        return len(missed)


def to_offer(
    pursuit: PursuitView, crossing: int, *, acted_at: datetime, by: Actor, now: datetime, caused_by: int | None
) -> PromiseView | None:
    """Make marketing's promise from the act that made the lead ready to the offer; None: the pact has none."""
    teams = team.teams(Side.MARKETING)
    return _make(
        PromiseKind.OFFER,
        f"offer:crossing:{crossing}",
        pursuit,
        side=Side.MARKETING,
        user=None,
        team_id=teams[0].id if teams else None,
        starts_at=acted_at,
        by=by,
        now=now,
        caused_by=caused_by,
    )


def to_answer(pursuit: PursuitView, offer: OfferView, *, by: Actor, now: datetime) -> PromiseView | None:
    """Make the promise to answer an offer; for a queue the team owes it.  None: the pact has none."""
    return _make(
        PromiseKind.ANSWER,
        offer.promise_key,
        pursuit,
        side=_side_of(offer.team),
        user=offer.user,
        team_id=offer.team,
        starts_at=offer.offered_at,
        by=by,
        now=now,
        caused_by=offer.entry,
    )


def to_answer_dispute(pursuit: PursuitView, dispute: DisputeView, *, by: Actor, now: datetime) -> PromiseView:
    """Make sales' promise to answer a dispute, owed by the team as its head answers for it."""
    its_own = dispute.team if dispute.team is not None and _side_of(dispute.team) is Side.SALES else None
    teams = team.teams(Side.SALES) if its_own is None else []
    made = _make(
        PromiseKind.DISPUTE,
        dispute.promise_key,
        pursuit,
        side=Side.SALES,
        user=None,
        team_id=teams[0].id if teams else its_own,
        starts_at=dispute.raised_at,
        by=by,
        now=now,
        caused_by=dispute.entry,
    )
    assert made is not None, "every pact has a time for this"
    return made


def keep_dispute(dispute: DisputeView, *, by: Actor, now: datetime, caused_by: int) -> None:
    """Note that a dispute was answered."""
    promises.keep(dispute.promise_key, at=now, by=by, now=now, caused_by=caused_by)


def to_follow_up(pursuit: PursuitView, key: str, *, by: Actor, now: datetime, caused_by: int) -> None:
    """Make the promises that begin when a lead is taken on: attempts and feedback.  `key` names the taking on."""
    for kind in (PromiseKind.ATTEMPTS, PromiseKind.FEEDBACK):
        _make(
            kind,
            f"{kind.value}:{key}",
            pursuit,
            side=_side_of(pursuit.team),
            user=pursuit.owner,
            team_id=pursuit.team,
            starts_at=now,
            by=by,
            now=now,
            caused_by=caused_by,
        )


def keep_answer(offer: OfferView, *, by: Actor, now: datetime, caused_by: int) -> None:
    """Note that an offer was answered."""
    if promised.of_key(offer.promise_key) is not None:
        promises.keep(offer.promise_key, at=now, by=by, now=now, caused_by=caused_by)


def close_follow_up(
    pursuit: PursuitView,
    *,
    was_reached: bool,
    why: str,
    at: datetime | None = None,
    by: Actor,
    now: datetime,
    caused_by: int,
) -> None:
    """Close what was promised about a worked lead, now that it has an outcome; `at`: that was said before now.

    The outcome is the feedback.  Attempts are there to reach somebody: a deal shows that they were reached and
    keeps the promise; otherwise those not made yet are withdrawn, with how many there were.
    """
    for each in promised.open_of(pursuit.about):
        if each.kind == PromiseKind.FEEDBACK or (each.kind == PromiseKind.ATTEMPTS and was_reached):
            promises.keep(each.id, at=at or now, by=by, now=now, caused_by=caused_by)
        elif each.kind == PromiseKind.ATTEMPTS:
            reason = f"{why} after {each.progress} of {each.count or 1}"
            promises.withdraw(each.id, reason=reason, by=by, now=now, caused_by=caused_by)


def _make(
    kind: PromiseKind,
    key: str,
    pursuit: PursuitView,
    *,
    side: Side,
    user: int | None,
    team_id: int | None,
    starts_at: datetime,
    by: Actor,
    now: datetime,
    caused_by: int | None,
) -> PromiseView | None:
    term = _term(pacts.pact_of(pursuit.pact_version), kind, side)
    if term is None:
        return None
    calendar = team.calendar(term.calendar) if term.calendar else team.calendar_of_team(team_id)
    return promises.make(
        key,
        kind.value,
        owed_by_side=side.value,
        owed_by_user=user,
        owed_by_team=team_id,
        owed_to_side=(Side.SALES if side is Side.MARKETING else Side.MARKETING).value,
        about=pursuit.about,
        pact_version=pursuit.pact_version,
        amount=term.amount,
        calendar_name=calendar.name,
        calendar=calendar,
        count=term.count,
        starts_at=starts_at,
        by=by,
        now=now,
        caused_by=caused_by,
    )


def _term(pact: Pact, kind: PromiseKind, side: Side) -> PromiseTerm | None:
    """Return the pact's term; partners owe what sales owes where the pact does not name them."""
    if kind is PromiseKind.DISPUTE:
        return dispute_term(pact)
    terms = {term.owed_by: term for term in reversed(pact.promises) if term.kind is kind}
    return terms.get(side) or (terms.get(Side.SALES) if side is Side.PARTNER else None)


def _side_of(team_id: int | None) -> Side:
    return Side(team.team(team_id).side.value) if team_id is not None else Side.SALES
