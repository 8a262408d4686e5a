"""Following up a lead: what was done is logged, a lead that cooled is kept, a lead goes to a colleague."""

from datetime import datetime

from django.db import transaction

from leadpact.flow import lists, telling
from leadpact.handover import outcomes
from leadpact.handover.types import ActivityView, PursuitView
from leadpact.pipeline import actions as pipeline
from leadpact.pipeline import reads as deals
from leadpact.team.types import Actor


def log_activity(
    person: int, kind: str, *, note: str = "", happened_at: datetime | None = None, by: Actor, now: datetime
) -> ActivityView:
    """Note a call (`call.made`), mail (`sales_mail.sent`), meeting (`meeting.held`) or remark (`note.added`).

    All but a remark are attempts to reach the person.  Raises `BadMoment` for one that lies ahead.
    """
    with transaction.atomic():
        done = outcomes.log_activity(person, kind, note=note, happened_at=happened_at or now, by=by, now=now)
        lists.refresh([person], now=now)
        return done


def keep(pursuit: int, *, by: Actor, now: datetime) -> PursuitView:
    """Answer "keep or recycle?" with keep.  Raises `WrongStage`."""
    with transaction.atomic():
        kept = outcomes.keep_working(pursuit, by=by, now=now)
        lists.refresh(kept.persons, now=now)
        return kept


def hand_on(pursuit: int, to_user: int, *, by: Actor, now: datetime) -> PursuitView:
    """Give a lead, with its open deal, to a colleague, who is told; the clocks run on.  Raises `WrongStage`."""
    with transaction.atomic():
        given = outcomes.hand_on(pursuit, to_user, by=by, now=now)
        for deal in deals.of_pursuit(pursuit):
            if deal.is_open:
                pipeline.set_owner(deal.id, to_user, by=by, now=now)
        telling.handed_on(given, now, now=now)
        lists.refresh(given.persons, now=now)
        return given
