"""A deal opened at a company: of the lead that is being worked there, or of none."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from leadpact.base.money import Money
from leadpact.base.wording import worded
from leadpact.flow import exclusions, lists, qualifying
from leadpact.flow.qualifying import NextStepMissing
from leadpact.handover import reads as handed
from leadpact.handover.types import PursuitView, Stage
from leadpact.people import reads as people
from leadpact.pipeline import actions as pipeline
from leadpact.pipeline.types import DealView
from leadpact.team.types import Actor


def working_lead(company: int) -> PursuitView | None:
    """Return the hand-over of a company that a deal would come of: the one sales works on now."""
    running = handed.active_of_company(company)
    return running if running is not None and running.stage is Stage.WORKING else None


def open_deal(
    company: int,
    *,
    title: str = "",
    amount: Money | None,
    currency: str = "",
    owner: int | None,
    next_step: str,
    next_step_on: date | None = None,
    persons: Sequence[int] = (),
    by: Actor,
    now: datetime,
) -> DealView:
    """Open a deal at a company.  A lead of the owner's that is being worked there becomes the deal's.

    title  the company's name when left out

    A deal that came of no lead is not inbound: nobody can say what it began with.  Raises `NextStepMissing`,
    `BadDeal`, `NoSuchCompany`.
    """
    if not next_step.strip():
        raise NextStepMissing(worded("The deal needs a next step."), details={"field": "next_step"})
    with transaction.atomic():
        name = title.strip() or people.company(company).name
        lead = working_lead(company)
        if lead is not None and lead.owner == owner:
            return qualifying.open_deal(
                lead.id, title=name, amount=amount, currency=currency, next_step=next_step,
                next_step_on=next_step_on, roles=[(person, "") for person in persons], by=by, now=now,
            )  # fmt: skip
        deal = pipeline.open_deal(
            title=name, company=company, amount=amount, currency=currency, owner=owner, next_step=next_step,
            next_step_on=next_step_on, persons_with_roles=[(person, "") for person in persons], by=by, now=now,
        )  # fmt: skip
        exclusions.refresh(company, persons, happened_at=now, by=by, now=now)
        lists.refresh(persons, now=now)
        return deal
