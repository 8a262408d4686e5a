"""A deal on its way: moved, changed, won, lost, reopened; the lead behind it follows."""

from datetime import date, datetime

from django.db import transaction

from leadpact.base.money import Money
from leadpact.flow import exclusions, lists, promising
from leadpact.handover import outcomes
from leadpact.handover import reads as handed
from leadpact.handover.types import Stage
from leadpact.pipeline import actions as pipeline
from leadpact.pipeline import reads as deals
from leadpact.pipeline.types import DealView
from leadpact.team.types import Actor


def move(deal: int, stage: str, *, by: Actor, now: datetime) -> DealView:
    """Put an open deal at another stage.  Raises `UnknownStage`, `DealClosed`."""
    return pipeline.move(deal, stage, by=by, now=now)


def undo_move(deal: int, entry: int, *, by: Actor, now: datetime) -> DealView:
    """Put a deal back to the stage before its last move.  Raises `MovedSince`, `DealClosed`."""
    return pipeline.undo_move(deal, entry, by=by, now=now)


def change_amount(deal: int, amount: Money | None, *, by: Actor, now: datetime) -> DealView:
    """Put an amount on an open deal; None: not known after all.  Raises `BadDeal`, `DealClosed`."""
    return pipeline.change_amount(deal, amount, by=by, now=now)


def set_next_step(deal: int, next_step: str, on: date | None, *, by: Actor, now: datetime) -> DealView:
    """Say what comes next and on which day.  Raises `DealClosed`."""
    return pipeline.set_next_step(deal, next_step, on, by=by, now=now)


def win(
    deal: int, *, amount: Money | None = None, closed_at: datetime | None = None, by: Actor, now: datetime
) -> DealView:
    """Say that a deal is won, and for what where that was not known yet.

    Raises `AmountMissing`, `DealClosed`, `BadMoment`.
    """
    with transaction.atomic():
        won = pipeline.win(deal, amount=amount, closed_at=closed_at, by=by, now=now)
        _follow(won, Stage.CUSTOMER, "won", by=by, now=now)
        return won


def lose(
    deal: int, *, reason: str, note: str = "", closed_at: datetime | None = None, by: Actor, now: datetime
) -> DealView:
    """Say that a deal is lost and why.  Raises `ReasonMissing`, `DealClosed`, `BadMoment`."""
    with transaction.atomic():
        lost = pipeline.lose(deal, reason=reason, note=note, closed_at=closed_at, by=by, now=now)
        _follow(lost, Stage.LOST, "lost", by=by, now=now)
        return lost


def reopen(deal: int, *, reason: str = "", by: Actor, now: datetime) -> DealView:
    """Open a won or lost deal again; its history keeps that it was closed."""
    with transaction.atomic():
        opened = pipeline.reopen(deal, reason=reason, by=by, now=now)
        _follow(opened, Stage.DEAL, "reopened", by=by, now=now)
        return opened


def _follow(deal: DealView, stage: Stage, why: str, *, by: Actor, now: datetime) -> None:
    """Let the lead, the exclusions and the lists follow.

    The pursuit of a former system's deal may stand anywhere: it follows only where it may come to that stage.
    """
    change = deals.stage_history(deal.id)[-1]
    persons = {person for person, _ in deal.persons}
    lead = handed.pursuit(deal.pursuit) if deal.pursuit is not None else None
    if lead is not None and lead.stage in {Stage.DEAL, Stage.CUSTOMER, Stage.LOST}:
        lead = outcomes.advance(lead.id, stage, entry=change.entry, at=change.happened_at, reason=deal.reason)
        promising.close_follow_up(lead, was_reached=True, why=why, by=by, now=now, caused_by=change.entry)
        persons.update(lead.persons)
    exclusions.refresh(deal.company, sorted(persons), happened_at=change.happened_at, by=by, now=now)
    lists.refresh(sorted(persons), now=now)
