"""Who is offered a lead, which verb fits which stage, and what a reason must bring along.

Source of every rule here: docs/reference/handover.md.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from leadpact.base.criteria import Facts, holds
from leadpact.base.wording import worded
from leadpact.handover.errors import ReasonNeeds, UnknownReason
from leadpact.handover.types import (
    ACTIVE,
    Candidate,
    Cooled,
    PassedOver,
    Route,
    RouteRule,
    RouteSnapshot,
    Stage,
    WhyNot,
)
from leadpact.pact.types import LeadType, Reason, TypeRule

FAIRNESS: Final = timedelta(days=30)

_NEXT: Final[dict[Stage, frozenset[Stage]]] = {
    Stage.READY: frozenset({Stage.OFFERED, Stage.WORKING}),
    Stage.OFFERED: frozenset({Stage.WORKING, Stage.RECYCLED, Stage.COOLED}),
    Stage.WORKING: frozenset({Stage.DEAL, Stage.RECYCLED, Stage.DISQUALIFIED}),
    Stage.DEAL: frozenset({Stage.CUSTOMER, Stage.LOST}),
    Stage.CUSTOMER: frozenset({Stage.DEAL}),
    Stage.LOST: frozenset({Stage.DEAL}),
    Stage.RECYCLED: frozenset({Stage.READY}),
    Stage.DISQUALIFIED: frozenset({Stage.READY}),  # only where a dispute was answered so
}


def may_follow(stage: Stage) -> frozenset[Stage]:
    """Return the stages from which a pursuit may come to this one."""
    return frozenset(before for before, after in _NEXT.items() if stage in after)


def is_over(stage: Stage) -> bool:
    """Say whether a pursuit that stands there has ended."""
    return stage not in ACTIVE


def route(snapshot: RouteSnapshot) -> Route:
    """Return who is offered the lead: an owner, or else the fair choice, or else the team's queue.

    An owner who is absent, inactive or takes no leads is passed over; one whose capacity is used up is not,
    as the lead is theirs.  The fair choice wants free capacity too.
    """
    known = {each.user: each for each in snapshot.candidates}
    passed: list[PassedOver] = []
    for rule, user in _owners(snapshot):
        why = _why_not(known.get(user))
        if why is None:
            return Route(user, known[user].team, rule, tuple(passed))
        passed.append(PassedOver(user, rule, why))
    free = []
    for each in sorted(snapshot.candidates, key=_turn):
        if not each.in_pool:
            continue
        why = _why_not(each) or (WhyNot.FULL if each.open_leads >= each.capacity else None)
        if why is None:
            free.append(each)
        else:
            passed.append(PassedOver(each.user, RouteRule.FAIR, why))
    if free:
        return Route(free[0].user, free[0].team, RouteRule.FAIR, tuple(passed))
    return Route(None, snapshot.team, RouteRule.QUEUE, tuple(passed))


def _owners(snapshot: RouteSnapshot) -> Iterator[tuple[RouteRule, int]]:
    for rule, user in (
        (RouteRule.DEAL_OWNER, snapshot.deal_owner),
        (RouteRule.COMPANY_OWNER, snapshot.company_owner),
        (RouteRule.FORMER_OWNER, snapshot.former_owner),
    ):
        if user is not None:
            yield rule, user


def _why_not(candidate: Candidate | None) -> WhyNot | None:
    if candidate is None or not candidate.is_active:
        return WhyNot.INACTIVE
    if not candidate.takes_leads:
        return WhyNot.TAKES_NONE
    return WhyNot.ABSENT if candidate.is_absent else None


def _turn(candidate: Candidate) -> tuple[int, bool, float, int]:
    """Fewest offers had, then longest without one (never comes first), then the lower id."""
    last = candidate.last_offer_at
    return candidate.had, last is not None, last.timestamp() if last else 0.0, candidate.user


def lead_type(types: Sequence[TypeRule], kind: str | None, properties: Facts) -> LeadType:
    """Return what the act that tipped the scale makes of the lead: the first clause that fits names it.

    Content when no clause fits, or when no act tipped it (a fact of the person changed, or the pact did).
    """
    for rule in types:
        for act in rule.acts:
            if act.kind == kind and all(holds(condition, properties) for condition in act.where):
                return rule.type
    return LeadType.CONTENT


def goes_on(ended_at: datetime, ready_at: datetime, continue_days: int) -> bool:
    """Say whether somebody ready again at `ready_at` continues the pursuit recycled at `ended_at`."""
    return ready_at < ended_at + timedelta(days=continue_days)


def when_cooled(stage: Stage, *, is_touched: bool, is_asked: bool, others_are_ready: bool) -> Cooled:
    """Return what to do with a pursuit one of whose persons has cooled.

    is_touched  somebody opened the offer, put it off, called, mailed or met
    is_asked    the owner has been asked "keep or recycle?" already
    """
    if others_are_ready:
        return Cooled.LEFT
    if stage is Stage.OFFERED and not is_touched:
        return Cooled.WITHDRAWN
    if stage is Stage.WORKING and not is_asked:
        return Cooled.ASKED
    return Cooled.LEFT


def check_reason(reasons: Sequence[Reason], code: str, *, note: str, until: date | None, today: date) -> Reason:
    """Return the reason with that code; raises `UnknownReason`, and `ReasonNeeds` when its date or note is missing."""
    found = next((each for each in reasons if each.code == code), None)
    if found is None:
        raise UnknownReason(
            worded("The pact knows no reason {code}.", code=repr(code)),
            details={"reason": code, "reasons": [each.code for each in reasons]},
        )
    if found.needs == "note" and not note.strip():
        raise ReasonNeeds(
            worded("“{label}” needs a note.", label=found.label), details={"reason": code, "needs": "note"}
        )
    if found.needs == "date" and until is None:
        raise ReasonNeeds(
            worded("“{label}” needs a date.", label=found.label), details={"reason": code, "needs": "date"}
        )
    if until is not None and until <= today:
        raise ReasonNeeds(
            worded("The date to wait for must lie ahead."),
            details={"reason": code, "needs": "date", "until": str(until)},
        )
    return found
