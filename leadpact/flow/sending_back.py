"""Several leads back to marketing at once: held for half a minute, in which it can be undone, then carried out.

Undoing must come before: once a lead is back, only what its persons do from then on counts, and no undo brings their
points back.  What was promised is judged by the moment it was said.  A hold never outlasts a promise: where one falls
due within it, the lead goes at that moment, before anybody can find the promise missed.
"""

import logging
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction

from leadpact.base.errors import LeadpactError
from leadpact.flow import qualifying
from leadpact.handover import reads as handed
from leadpact.handover import send_backs
from leadpact.handover.rules import check_reason
from leadpact.handover.send_backs import Held
from leadpact.pact import reads as pacts
from leadpact.promises import reads as promised
from leadpact.team.types import Actor, user_actor

HOLD: Final = timedelta(seconds=30)
AT_ONCE: Final = 100

log = logging.getLogger(__name__)


def hold(
    pursuits: Collection[int], reason: str, *, note: str = "", until: date | None = None, by: Actor, now: datetime
) -> None:
    """Have worked leads go back to marketing in `HOLD`, with one reason; all of them or none.

    Raises `UnknownReason` and `ReasonNeeds`, as the pact of each wants it.
    """
    assert by.id is not None, "somebody of us says so"
    with transaction.atomic():
        leads = handed.pursuits(pursuits).values()
        owed = promised.open_of_many([lead.about for lead in leads])
        for lead in leads:
            reasons = pacts.pact_of(lead.pact_version).recycle_reasons
            check_reason(reasons, reason, note=note, until=until, today=now.date())
            ends = [each.due_at for each in owed.get(lead.about, ()) if each.due_at >= now]
            send_backs.hold(Held(lead.id, by.id, now, reason, note, until), due_at=min([now + HOLD, *ends]))


def undo(pursuits: Collection[int], *, by: Actor) -> int:
    """Take back what this user said of these leads; returns of how many it was not too late."""
    assert by.id is not None, "somebody of us says so"
    return send_backs.take_off(pursuits, user=by.id)


def step(now: datetime) -> bool:
    """Carry out what is due; True where there was anything."""
    due = send_backs.due(now, limit=AT_ONCE)
    for pursuit in due:
        _carry_out(pursuit, now)
    return bool(due)


def _carry_out(pursuit: int, now: datetime) -> None:
    with transaction.atomic():
        held = send_backs.take(pursuit)
        if held is None:
            return
        try:
            with transaction.atomic():
                qualifying.recycle(
                    pursuit, held.reason, note=held.note, until=held.until, said_at=held.said_at,
                    by=user_actor(held.user), now=now,
                )  # fmt: skip
        except LeadpactError as error:  # a deal was opened meanwhile, or it was sent back with another reason
            log.info("lead %s does not go back to marketing: %s", pursuit, error)
