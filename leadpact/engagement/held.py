"""What can be asked of held-back events."""

from typing import Final

from django.db.models import Q, QuerySet, Sum

from leadpact.engagement.models import ArrivalCount, Quarantined
from leadpact.engagement.types import Held, HeldCount, HeldFilter, Outcome, State, Why

SEARCHED: Final = 20_000  # how many of the newest a search looks through: bodies have no index
HELD: Final = (Outcome.QUARANTINED, Outcome.CONFLICT)


def one(number: int) -> Held | None:
    row = Quarantined.objects.filter(id=number).first()
    return view_of(row) if row else None


def some(wanted: HeldFilter, *, after: int | None = None, limit: int) -> list[Held]:
    """Return held-back events, the newest first, those after a number of the page before."""
    rows = _matching(wanted)
    if after is not None:
        rows = rows.filter(id__lt=after)
    return [view_of(row) for row in rows.order_by("-id")[:limit]]


def numbers(wanted: HeldFilter, *, after: int = 0, limit: int) -> list[int]:
    """Return the numbers of events, the oldest first, those after a number."""
    return list(_matching(wanted).filter(id__gt=after).order_by("id").values_list("id", flat=True)[:limit])


def count(wanted: HeldFilter, *, at_most: int) -> int:
    """Return how many events match; counts no further than `at_most`."""
    return _matching(wanted).order_by()[:at_most].count()


def reasons(*, source: int | None = None) -> list[HeldCount]:
    """Return how many events are held back now, by source and reason, the most first: from the counts, no rows read."""
    counts = ArrivalCount.objects.filter(outcome__in=HELD)
    if source is not None:
        counts = counts.filter(source=source)
    summed = counts.values_list("source", "reason").annotate(n=Sum("count")).order_by("-n", "source", "reason")
    return [HeldCount(source, Why(reason), n) for source, reason, n in summed if n]


def view_of(row: Quarantined) -> Held:
    return Held(
        id=row.id,
        source=row.source,
        received_at=row.received_at,
        outcome=Outcome(row.outcome),
        why=Why(row.reason),
        detail=row.detail,
        name=row.name,
        body=row.body,
        channel=row.channel,
        mended=row.mended,
        released_at=row.released_at,
        discarded_at=row.discarded_at,
        became=Outcome(row.became) if row.became else None,
        note=row.note,
    )


def _matching(wanted: HeldFilter) -> QuerySet[Quarantined]:
    stands = {
        State.HELD: Q(closed_at=None),
        State.RELEASED: Q(closed_at__isnull=False, released_at__isnull=False),
        State.DISCARDED: Q(closed_at__isnull=False, discarded_at__isnull=False),
    }
    rows = Quarantined.objects.filter(stands[wanted.state])
    if wanted.source is not None:
        rows = rows.filter(source=wanted.source)
    if wanted.why is not None:
        rows = rows.filter(reason=wanted.why)
    if wanted.name is not None:
        rows = rows.filter(name=wanted.name)
    if wanted.since is not None:
        rows = rows.filter(received_at__gte=wanted.since)
    if wanted.until is not None:
        rows = rows.filter(received_at__lt=wanted.until)
    if wanted.words:
        newest = Quarantined.objects.order_by("-id").values_list("id", flat=True).first() or 0
        rows = rows.filter(
            Q(body__icontains=wanted.words) | Q(mended__icontains=wanted.words) | Q(detail__icontains=wanted.words),
            id__gt=newest - SEARCHED,
        )
    return rows
