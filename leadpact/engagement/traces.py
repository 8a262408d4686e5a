"""From where entries came: kept beside them for days, so that it can go without touching the ledger."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Final

from leadpact.engagement.models import Trace

_AT_ONCE: Final = 5_000


@dataclass(frozen=True)
class Seen:
    """An entry, the identity it hangs on, and the address it came from."""

    entry: int
    identity: int
    ip: str


def note(seen: Iterable[Seen], *, now: datetime) -> None:
    """Keep the addresses of entries that were just written."""
    rows = [Trace(entry=one.entry, identity=one.identity, ip=one.ip[:45], seen_at=now) for one in seen]
    if rows:
        Trace.objects.bulk_create(rows, batch_size=1_000)


def ips_of(entries: Collection[int]) -> dict[int, str]:
    """Return the addresses of entries, where they are still known."""
    found: dict[int, str] = {}
    for some in batched(entries, _AT_ONCE):
        found.update(Trace.objects.filter(entry__in=some).values_list("entry", "ip"))
    return found


def forget(before: datetime, *, limit: int) -> int:
    """Delete up to `limit` addresses seen before a moment; returns how many."""
    old = list(Trace.objects.filter(seen_at__lt=before).order_by("seen_at").values_list("pk", flat=True)[:limit])
    return Trace.objects.filter(pk__in=old).delete()[0]


def due(before: datetime, *, at_most: int) -> int:
    """Return how many would go, counted no further than `at_most`."""
    return Trace.objects.filter(seen_at__lt=before)[:at_most].count()
