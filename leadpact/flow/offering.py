"""From a verdict to an offer: a person who is ready is offered, one who has cooled is let go.

Each crossing is handled in one transaction that claims it by compare-and-set: killed in the middle it is handled
the next time, and two workers never handle one twice.
"""

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.db import transaction

from leadpact.base.errors import LeadpactError
from leadpact.engagement import reads as engagement
from leadpact.flow import exclusions, lists, promising, telling
from leadpact.handover import actions as handover
from leadpact.handover import reads as handed
from leadpact.handover import rules
from leadpact.handover.types import Begun, Cooled, NewPursuit, OfferView, PursuitView, Stage
from leadpact.ledger import reads as ledger
from leadpact.pact import reads as pacts
from leadpact.pact.types import LeadType, Pact
from leadpact.people import reads as people
from leadpact.people.types import PersonView
from leadpact.pipeline import reads as pipeline
from leadpact.pipeline.types import DealView
from leadpact.promises import actions as promises
from leadpact.promises import reads as promised
from leadpact.promises.types import PromiseView
from leadpact.scoring import actions as scoring
from leadpact.scoring import reads as scored
from leadpact.scoring.rules import NoPactYet
from leadpact.scoring.types import CrossingView
from leadpact.team.types import SYSTEM

BY: Final = SYSTEM
AT_ONCE: Final = 500  # persons judged in one transaction
log = logging.getLogger(__name__)


class Handled(StrEnum):
    """What a crossing led to."""

    OFFERED = "offered"
    QUEUED = "queued"  # nobody was available
    JOINED = "joined"
    KNOWN = "known"
    DEAL = "deal"  # the owner of the open deal was told
    DISQUALIFIED = "disqualified"  # never again, unless they ask directly
    WITHDRAWN = "withdrawn"
    ASKED = "asked"
    NOTHING = "nothing"
    FAILED = "failed"  # tried again the next time


@dataclass(frozen=True)
class Swept:
    """What one sweep came to."""

    judged: int = 0
    handled: Mapping[Handled, int] = field(default_factory=dict)

    @property
    def did_something(self) -> bool:
        return self.judged > 0 or any(kind is not Handled.FAILED for kind in self.handled)


def sweep(*, now: datetime, limit: int = AT_ONCE) -> Swept:
    """Judge who is due, and act on every decision that nobody has acted on yet."""
    try:
        judged = _judge(now, limit) if scored.is_anybody_due(now) else []
    except NoPactYet:
        return Swept()
    counts = Counter[Handled]()
    for crossing in scored.unhandled_crossings(limit):
        try:
            counts[handle(crossing, now=now)] += 1
        except LeadpactError as error:  # one lead must not hold up the others
            counts[Handled.FAILED] += 1
            log.error("decision %s on person %s: %s", crossing.id, crossing.person, error.message)
    exclusions.tell(judged, now=now)
    _remind(now)
    return Swept(len(judged), dict(counts))


@transaction.atomic
def _judge(now: datetime, limit: int) -> list[int]:
    judged = scoring.sweep(now=now, limit=limit)
    lists.refresh(judged, now=now)
    return judged


def handle(crossing: CrossingView, *, now: datetime) -> Handled:
    """Act on one decision, once."""
    with transaction.atomic():
        if not scoring.mark_handled([crossing.id]):
            return Handled.NOTHING
        if crossing.kind == "qualified":
            return _qualified(crossing, now=now)
        if crossing.kind == "cooled":
            return _cooled(crossing, now=now)
        return Handled.NOTHING  # would have been ready: decisions are never taken for the past


def _remind(now: datetime) -> None:
    for offer in handed.put_off_until(now):
        with transaction.atomic():
            telling.reminded(handed.pursuit(offer.pursuit), offer, now=now)
            handover.come_back(offer.id)


def _qualified(crossing: CrossingView, *, now: datetime) -> Handled:
    person = people.person(crossing.person)
    deal = _open_deal_of(person.company)
    if deal is not None and handed.active_of_company(deal.company or 0) is None:
        telling.of_open_deal(deal, person.id, f"deal:{crossing.id}", now=now)
        return Handled.DEAL
    if _is_out_for_good(crossing):
        return Handled.DISQUALIFIED
    pact = pacts.pact_of(crossing.pact_version)
    new = NewPursuit(
        person=person.id,
        company=person.company,
        type=_type_of(crossing, pact),
        pact_version=crossing.pact_version,
        ready_at=crossing.happened_at,
        continue_days=pact.continue_days,
        first_touch=lists.first_touch(person, now=now),
    )
    pursuit, begun = handover.begin(new, by=BY, now=now, caused_by=_entry_of(crossing))
    if begun in {Begun.BEGUN, Begun.CONTINUED}:
        return _offer(pursuit, crossing, person, now=now)
    if begun is Begun.JOINED:
        telling.joined(pursuit, person.id, crossing.id, now=now)
    else:
        telling.asked_again(pursuit, person.id, crossing.id, now=now)
    lists.refresh(pursuit.persons, now=now)
    return Handled.JOINED if begun is Begun.JOINED else Handled.KNOWN


def _offer(pursuit: PursuitView, crossing: CrossingView, person: PersonView, *, now: datetime) -> Handled:
    entry = _entry_of(crossing)
    owed = promising.to_offer(pursuit, crossing.id, acted_at=crossing.happened_at, by=BY, now=now, caused_by=entry)
    offer = hand_over(pursuit, person, owed=owed, now=now, caused_by=entry)
    return Handled.QUEUED if offer.user is None else Handled.OFFERED


def hand_over(
    pursuit: PursuitView, person: PersonView, *, owed: PromiseView | None = None, now: datetime, caused_by: int
) -> OfferView:
    """Offer a ready pursuit to whose turn it is, with the promise to answer, and tell them.

    owed   marketing's promise to offer it, which is kept by this
    """
    snapshot = handed.snapshot(
        lead_type=pursuit.type,
        persons=pursuit.persons,
        deal_owner=None,
        company_owner=exclusions.owner_of(person),
        now=now,
    )
    offer = handover.offer(pursuit.id, rules.route(snapshot), snapshot, by=BY, now=now, caused_by=caused_by)
    if owed is not None:
        promises.keep(owed.id, at=now, by=BY, now=now, caused_by=offer.entry)
    offered = handed.pursuit(pursuit.id)
    promise = promising.to_answer(offered, offer, by=BY, now=now)
    telling.offered(offered, offer, promise, now=now)
    lists.refresh(offered.persons, now=now)
    return offer


def _cooled(crossing: CrossingView, *, now: datetime) -> Handled:
    entry = _entry_of(crossing)
    pursuit = handed.active_of_person(crossing.person)
    done = Handled.NOTHING if pursuit is None else _let_go(pursuit, crossing, entry, now=now)
    # After the pursuit, as a rejection does: whoever locks both takes them in one order.
    scoring.reset(crossing.person, why="cooled", happened_at=crossing.happened_at, entry=entry, now=now)
    return done


def _let_go(pursuit: PursuitView, crossing: CrossingView, entry: int, *, now: datetime) -> Handled:
    done, offer = handover.cool(
        pursuit.id,
        others_are_ready=_others_are_ready(pursuit, crossing.person),
        by=BY,
        now=now,
        caused_by=entry,
    )
    if done is Cooled.ASKED:
        telling.keep_or_recycle(pursuit, crossing.id, now=now)
    if offer is not None:
        if promised.of_key(offer.promise_key) is not None:
            promises.withdraw(offer.promise_key, reason="cooled", by=BY, now=now, caused_by=entry)
        telling.withdrawn(pursuit, offer, now=now)
    lists.refresh(pursuit.persons, now=now)
    return {Cooled.ASKED: Handled.ASKED, Cooled.WITHDRAWN: Handled.WITHDRAWN}.get(done, Handled.NOTHING)


def _others_are_ready(pursuit: PursuitView, person: int) -> bool:
    others = [each for each in pursuit.persons if each != person]
    return any(standing.is_ready for standing in scored.standings(others).values())


def _type_of(crossing: CrossingView, pact: Pact) -> LeadType:
    entry = ledger.entry(crossing.tipped_by) if crossing.tipped_by is not None else None
    if entry is None:
        return rules.lead_type(pact.types, None, {})
    act = engagement.act_row(entry)
    return rules.lead_type(pact.types, act.kind, act.properties)


def _is_out_for_good(crossing: CrossingView) -> bool:
    """Disqualified means never, by points; whoever asks directly is offered again."""
    last = handed.pursuit_of(crossing.person)
    if last is None or last.stage is not Stage.DISQUALIFIED:
        return False
    standing = scored.standing(crossing.person)
    return standing is None or standing.direct_until is None


def _open_deal_of(company: int | None) -> DealView | None:
    return next(iter(pipeline.open_of_company(company)), None) if company is not None else None


def _entry_of(crossing: CrossingView) -> int:
    assert crossing.entry is not None, "a decision to act on has its entry"
    return crossing.entry
