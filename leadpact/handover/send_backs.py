"""Worked leads that go back to marketing in a moment: held for some seconds, in which whoever said so may think again.

A held one is a wish and no outcome: no entry speaks of it, and taking it off leaves nothing behind.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from leadpact.handover.models import Pursuit, SendBack
from leadpact.handover.rows import pursuit as locked


@dataclass(frozen=True)
class Held:
    """`said_at`: when whoever it was said so."""

    pursuit: int
    user: int
    said_at: datetime
    reason: str
    note: str
    until: date | None


def hold(held: Held, *, due_at: datetime) -> None:
    """Hold a send-back until then; what was held for the same lead before is forgotten."""
    values = {
        "user_id": held.user, "said_at": held.said_at, "due_at": due_at, "reason": held.reason, "note": held.note,
        "until": held.until,
    }  # fmt: skip
    SendBack.objects.update_or_create(pursuit_id=held.pursuit, defaults=values)


def take_off(pursuits: Collection[int], *, user: int) -> int:
    """Forget what this user said of these leads; returns of how many it was not too late."""
    return SendBack.objects.filter(pursuit__in=pursuits, user=user).delete()[0]


def due(now: datetime, *, limit: int) -> list[int]:
    """Return the pursuits whose time has come, the oldest first."""
    rows = SendBack.objects.filter(due_at__lte=now).order_by("due_at", "pk")
    return list(rows.values_list("pursuit", flat=True)[:limit])


def take(pursuit: int) -> Held | None:
    """Take what is held for a lead, to carry it out in the same transaction; None where somebody was faster."""
    with transaction.atomic():
        locked(pursuit)  # the hand-over first, as every verb does
        row = SendBack.objects.select_for_update().filter(pursuit=pursuit).first()
        if row is None:
            return None
        row.delete()
        return Held(pursuit, row.user_id, row.said_at, row.reason, row.note, row.until)


def forget(row: Pursuit) -> None:
    """Forget what is held for a lead: something else was decided about it since."""
    SendBack.objects.filter(pursuit=row).delete()
