"""What may be done to a deal.  No Django, no clock."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Final

from leadpact.base.money import Money
from leadpact.base.wording import worded
from leadpact.pipeline.errors import BadDeal, BadMoment, DealClosed, ReasonMissing, UnknownStage
from leadpact.pipeline.types import DealState, LostReason, Usual, Verb

type Course = Sequence[tuple[str, DealState, datetime]]  # how one deal stood from when on, the oldest first

_OPEN, _WON, _LOST = DealState.OPEN, DealState.WON, DealState.LOST
_ALREADY: Final = {_WON: worded("The deal is won already."), _LOST: worded("The deal is lost already.")}
_AFTER: Final[dict[tuple[DealState, Verb], DealState]] = {
    (_OPEN, Verb.MOVE): _OPEN,
    (_OPEN, Verb.CHANGE): _OPEN,
    (_OPEN, Verb.WIN): _WON,
    (_OPEN, Verb.LOSE): _LOST,
    (_OPEN, Verb.REOPEN): _OPEN,
    (_WON, Verb.WIN): _WON,
    (_WON, Verb.REOPEN): _OPEN,
    (_LOST, Verb.LOSE): _LOST,
    (_LOST, Verb.REOPEN): _OPEN,
}


def state_after(state: DealState, verb: Verb) -> DealState:
    """Return the state a verb leads to; the same for a verb that was done before.  Raises `DealClosed`."""
    after = _AFTER.get((state, verb))
    if after is None:
        raise DealClosed(_ALREADY[state], details={"state": state.value})
    return after


def stage_of(wanted: str, stages: Sequence[str]) -> str:
    """Return the stage by its name, the first for ""; raises `UnknownStage`."""
    if wanted in stages:
        return wanted
    if wanted or not stages:
        raise UnknownStage(
            worded("There is no stage {stage}.", stage=repr(wanted)),
            details={"stage": wanted, "stages": list(stages)},
        )
    return stages[0]


def reason_of(wanted: str) -> LostReason:
    """Return the reason by its name; raises `ReasonMissing`."""
    try:
        return LostReason(wanted)
    except ValueError as error:
        known = [reason.value for reason in LostReason]
        raise ReasonMissing(
            worded("{reason} is not one of the reasons.", reason=repr(wanted))
            if wanted
            else worded("A lost deal needs a reason."),
            details={"reasons": known},
        ) from error


def check_amount(amount: Money | None) -> None:
    """Raise `BadDeal` for an amount below nothing."""
    if amount is not None and amount.minor < 0:
        raise BadDeal(worded("The amount of a deal is never below nothing."), details={"field": "amount"})


def check_moment(moment: datetime, *, since: datetime, now: datetime) -> None:
    """Raise `BadMoment` unless the moment lies between the last change and now."""
    if not since <= moment <= now:
        raise BadMoment(
            worded("{moment} lies before the deal's last change, or in the future.", moment=moment.isoformat()),
            details={"last_change": since.isoformat()},
        )


def in_order(stages: Collection[tuple[str, datetime]]) -> list[tuple[str, datetime]]:
    """Return a former system's stages by when they were reached; of one day, in the order given."""
    return sorted(stages, key=lambda stage: stage[1])


def since_when(courses: Mapping[int, Course]) -> dict[int, datetime]:
    """Return since when each deal stands at its stage without a break."""
    found = {}
    for deal, course in courses.items():
        stage, since = course[-1][0], course[-1][2]
        for before, _state, happened_at in reversed(course):
            if before != stage:
                break
            since = happened_at
        found[deal] = since
    return found


def usual(courses: Mapping[int, Course]) -> dict[str, Usual]:
    """Return by stage how many deals came to it, how many of them were won, and the median of their stay.

    A stay ends with the next stage, or with the deal; of several stays of one deal the sum counts.
    """
    stays: dict[str, list[timedelta]] = {}
    won: dict[str, int] = {}
    for course in courses.values():
        spent: dict[str, timedelta] = {}
        for (stage, _state, since), (_next, _after, until) in pairwise(course):
            spent[stage] = spent.get(stage, timedelta()) + (until - since)
        for stage, stay in spent.items():
            stays.setdefault(stage, []).append(stay)
            won[stage] = won.get(stage, 0) + (course[-1][1] is DealState.WON)
    return {stage: Usual(len(each), won[stage], _median(each)) for stage, each in stays.items()}


def _median(spans: Sequence[timedelta]) -> timedelta:
    return timedelta(seconds=median(span.total_seconds() for span in spans))
