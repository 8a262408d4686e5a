"""Looks back over everybody that somebody asked for: what waits, what runs and how far it is, what was found."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from django.db.models import Q, QuerySet

from leadpact.ledger import by_hand
from leadpact.scoring.models import LookBack
from leadpact.team.types import Actor

LEASE: Final = timedelta(minutes=15)  # whoever works on one for longer was killed
KEPT: Final = 5


class Part(StrEnum):
    """What is being done, in order."""

    WAITS = "waits"
    READS = "reads"  # everybody's history is brought up to date
    REPLAYS = "replays"  # under the pact
    COUNTS = "counts"
    DONE = "done"

    @property
    def share(self) -> int:
        """How much is done when it begins, in percent; reading takes the longest."""
        return {Part.WAITS: 0, Part.READS: 5, Part.REPLAYS: 60, Part.COUNTS: 85, Part.DONE: 100}[self]


@dataclass(frozen=True)
class LookView:
    """`found`: what came of it, once it is done; `fault`: why nothing did, to be said as it is."""

    id: int
    asked_at: datetime
    part: Part
    done_at: datetime | None
    found: dict[str, Any] | None
    fault: str

    @property
    def is_running(self) -> bool:
        return self.part is not Part.DONE


def ask(*, by: Actor, now: datetime) -> LookView:
    """Have the worker look back; while it does, another one is not begun."""
    newest = LookBack.objects.order_by("-id").first()
    if newest is not None and newest.part != Part.DONE:
        return _view(newest)
    made = LookBack.objects.create(asked_at=now, asked_by=str(by), part=Part.WAITS)
    LookBack.objects.filter(pk__lte=made.pk - KEPT).delete()
    return _view(made)


def newest_question() -> by_hand.Question[LookView | None]:
    """Ask for the last one that was asked for."""
    newest = LookBack.objects.order_by("-id").values("pk")[:1]
    return by_hand.question_of(
        LookBack.objects.filter(pk__in=newest), lambda rows: _view(rows[0]) if rows else None
    )  # fmt: skip


def is_any_due(now: datetime) -> bool:
    """Say whether one waits, or was left by a worker that is gone."""
    return _due(now).exists()


def take(now: datetime) -> LookView | None:
    """Take the one that is due, if any: of two workers, one gets it."""
    row = _due(now).order_by("id").first()
    if row is None or not _due(now).filter(pk=row.pk).update(part=Part.READS, taken_at=now):
        return None
    row.refresh_from_db()
    return _view(row)


def go_on(look: int, part: Part) -> None:
    """Say what is being done now."""
    LookBack.objects.filter(pk=look).update(part=part)


def put_back(look: int) -> None:
    """Let one wait that cannot be done yet."""
    LookBack.objects.filter(pk=look).update(part=Part.WAITS)


def finish(look: int, found: dict[str, Any] | None, *, fault: str = "", now: datetime) -> None:
    LookBack.objects.filter(pk=look).update(part=Part.DONE, done_at=now, found=found, fault=fault)


def _due(now: datetime) -> QuerySet[LookBack]:
    left = Q(part__in=[Part.READS, Part.REPLAYS, Part.COUNTS], taken_at__lte=now - LEASE)
    return LookBack.objects.filter(Q(part=Part.WAITS) | left)


def _view(row: LookBack) -> LookView:
    return LookView(row.pk, row.asked_at, Part(row.part), row.done_at, row.found, row.fault)
