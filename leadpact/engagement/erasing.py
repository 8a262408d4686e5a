"""Erasure: events held back that name a person, and the addresses of pages in the facts of their acts."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet

from leadpact.base.mentions import Mentions
from leadpact.engagement import holding
from leadpact.engagement.models import Quarantined, Trace
from leadpact.ledger.containing import rows_naming
from leadpact.team.types import Actor

TELLING: Final = frozenset({"path", "url", "title", "referrer", "link"})  # may say who was there as well as a name


def amended(facts: Mapping[str, Any], mentions: Mentions) -> dict[str, Any]:
    """Return the facts of an entry without pages' addresses and without texts that name the person."""
    return {
        name: value
        for name, value in facts.items()
        if name not in TELLING and not (isinstance(value, str) and mentions.within(value))
    }


def erase(identities: Collection[int], mentions: Mentions, *, by: Actor, now: datetime) -> int:
    """Empty held-back events that name the persons; those still held count as not wanted.  Returns how many."""
    Trace.objects.filter(identity__in=identities).delete()
    columns = ["name", "body", "mended", "detail", "note"]
    found = rows_naming(Quarantined.objects.all(), columns, mentions)
    waiting = [row.pk for row in found if row.closed_at is None]
    if waiting:
        holding.discard(waiting, "erased", by=by, now=now)
    Quarantined.objects.filter(pk__in=[row.pk for row in found]).update(name="", body="", mended="", detail="")
    for row in rows_naming(Quarantined.objects.filter(pk__in=[row.pk for row in found]), ["note"], mentions):
        Quarantined.objects.filter(pk=row.pk).update(note="")
    return len(found)


def due_bodies(before: datetime, *, at_most: int) -> int:
    """Return how many events let go before a moment still have their body, counted no further than `at_most`."""
    return _let_go(before)[:at_most].count()


def forget_bodies(before: datetime, *, limit: int) -> int:
    """Empty the bodies of events that were let go before a moment; returns of how many."""
    old = list(_let_go(before).order_by("pk").values_list("pk", flat=True)[:limit])
    return Quarantined.objects.filter(pk__in=old).update(name="", body="", mended="", detail="")


def _let_go(before: datetime) -> QuerySet[Quarantined]:
    return Quarantined.objects.filter(closed_at__lt=before).exclude(body="")
