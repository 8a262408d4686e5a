"""What becomes of a working lead: a deal, back to marketing, or never."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from leadpact.base.errors import BadInput
from leadpact.base.money import Money
from leadpact.base.wording import worded
from leadpact.flow import exclusions, lists, promising, telling
from leadpact.handover import outcomes
from leadpact.handover import reads as handed
from leadpact.handover.errors import WrongStage
from leadpact.handover.types import PursuitView, Stage
from leadpact.handover.words import stage_word
from leadpact.pact import reads as pacts
from leadpact.people import reads as people
from leadpact.pipeline import actions as pipeline
from leadpact.pipeline import reads as deals
from leadpact.pipeline.types import DealView
from leadpact.scoring import actions as scoring
from leadpact.team.types import Actor


class NextStepMissing(BadInput):
    """A deal without a next step is a wish."""

    code = "next_step_missing"
    what_to_do = worded("Say in a few words what happens next, and on which day if you know.")


def open_deal(
    pursuit: int,
    *,
    title: str = "",
    amount: Money | None,
    currency: str = "",
    next_step: str,
    next_step_on: date | None = None,
    roles: Sequence[tuple[int, str]] = (),
    by: Actor,
    now: datetime,
) -> DealView:
    """Open a deal from a working lead: an amount or None ("not known yet"), and a next step.

    title  the company's or person's name when left out
    roles  (person, role); the persons of the lead take part in any case

    A second time returns the deal that the lead led to.  Raises `NextStepMissing` and `WrongStage`.
    """
    if not next_step.strip():
        raise NextStepMissing(worded("The deal needs a next step."))
    with transaction.atomic():
        lead = handed.pursuit(pursuit)
        known = next(iter(deals.of_pursuit(pursuit)), None)
        if lead.stage is Stage.DEAL and known is not None:
            return known
        if lead.stage is not Stage.WORKING:
            raise WrongStage(
                worded(
                    "Lead {number} is {stage}: a deal is opened from a working lead.",
                    number=lead.number,
                    stage=stage_word(lead.stage),
                ),
                details={"pursuit": pursuit, "stage": lead.stage.value},
            )
        deal = pipeline.open_deal(
            title=title.strip() or _title(lead),
            company=lead.company,
            pursuit=lead.id,
            amount=amount,
            currency=currency,
            owner=lead.owner,
            next_step=next_step,
            next_step_on=next_step_on,
            persons_with_roles=tuple({**dict.fromkeys(lead.persons, ""), **dict(roles)}.items()),
            inbound=lead.is_inbound,
            opened_at=now,
            by=by,
            now=now,
        )
        entry = deals.stage_history(deal.id)[-1].entry
        lead = outcomes.advance(lead.id, Stage.DEAL, entry=entry, at=now)
        promising.close_follow_up(lead, was_reached=True, why="deal", by=by, now=now, caused_by=entry)
        exclusions.refresh(lead.company, lead.persons, happened_at=now, by=by, now=now)
        lists.refresh(lead.persons, now=now)
        return deal


def recycle(
    pursuit: int,
    reason: str,
    *,
    note: str = "",
    until: date | None = None,
    said_at: datetime | None = None,
    by: Actor,
    now: datetime,
) -> PursuitView:
    """Give a working lead back to marketing with a reason and, where the reason needs it, a date.

    said_at  when whoever it was said so, where that is before now: promises and dates are judged by it

    Only what the persons do from now on counts for the next time.  Raises `UnknownReason`, `ReasonNeeds`,
    `WrongStage`.
    """
    with transaction.atomic():
        reasons = pacts.pact_of(handed.pursuit(pursuit).pact_version).recycle_reasons
        lead, entry = outcomes.recycle(
            pursuit, reason, reasons=reasons, note=note, until=until, said_at=said_at, by=by, now=now
        )
        if entry is not None:
            promising.close_follow_up(
                lead, was_reached=False, why="recycled", at=said_at, by=by, now=now, caused_by=entry
            )
            for person in sorted(lead.persons):
                scoring.reset(person, why="recycled", happened_at=now, entry=entry, now=now)
            lists.refresh(lead.persons, now=now)
        return lead


def disqualify(pursuit: int, reason: str, *, note: str = "", by: Actor, now: datetime) -> PursuitView:
    """End a working lead for good with a reason.  Raises `UnknownReason`, `ReasonNeeds`, `WrongStage`."""
    with transaction.atomic():
        reasons = pacts.pact_of(handed.pursuit(pursuit).pact_version).disqualify_reasons
        lead, entry = outcomes.disqualify(pursuit, reason, reasons=reasons, note=note, by=by, now=now)
        if entry is not None:
            promising.close_follow_up(lead, was_reached=False, why="disqualified", by=by, now=now, caused_by=entry)
            lists.refresh(lead.persons, now=now)
        return lead


def _title(lead: PursuitView) -> str:
    company = people.company(lead.company).name if lead.company is not None else ""
    return company or telling.name_of(lead.persons[0])
