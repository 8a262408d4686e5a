"""What may be done to a deal.  No Django, no clock."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from leadpact.base.money import Money
from leadpact.pipeline.errors import BadDeal, BadMoment, DealClosed, ReasonMissing, UnknownStage
from leadpact.pipeline.types import DealState, LostReason, Verb

_OPEN, _WON, _LOST = DealState.OPEN, DealState.WON, DealState.LOST
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
        raise DealClosed(f"The deal is {state.value} already.", details={"state": state.value})
    return after


def stage_of(wanted: str, stages: Sequence[str]) -> str:
    """Return the stage by its name, the first for ""; raises `UnknownStage`."""
    if wanted in stages:
        return wanted
    if wanted or not stages:
        raise UnknownStage(f"There is no stage {wanted!r}.", details={"stage": wanted, "stages": list(stages)})
    return stages[0]


def reason_of(wanted: str) -> LostReason:
    """Return the reason by its name; raises `ReasonMissing`."""
    try:
        return LostReason(wanted)
    except ValueError as error:
        known = [reason.value for reason in LostReason]
        raise ReasonMissing(
            f"{wanted!r} is not one of the reasons." if wanted else "A lost deal needs a reason.",
            details={"reasons": known},
        ) from error


def check_amount(amount: Money | None) -> None:
    """Raise `BadDeal` for an amount below nothing."""
    if amount is not None and amount.minor < 0:
        raise BadDeal("The amount of a deal is never below nothing.", details={"field": "amount"})


def check_moment(moment: datetime, *, since: datetime, now: datetime) -> None:
    """Raise `BadMoment` unless the moment lies between the last change and now."""
    if not since <= moment <= now:
        raise BadMoment(
            f"{moment.isoformat()} lies before the deal's last change, or in the future.",
            details={"last_change": since.isoformat()},
        )


def in_order(stages: Collection[tuple[str, datetime]]) -> list[tuple[str, datetime]]:
    """Return a former system's stages by when they were reached; of one day, in the order given."""
    return sorted(stages, key=lambda stage: stage[1])
