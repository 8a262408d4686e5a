"""Erasure: promises stay, kept or missed; the reasons somebody wrote go where they concern the person."""

from collections.abc import Collection
from datetime import datetime

from leadpact.base.mentions import Mentions
from leadpact.ledger.containing import rows_naming
from leadpact.promises.actions import withdraw
from leadpact.promises.models import Promise
from leadpact.promises.reads import open_of_many
from leadpact.team.types import Actor


def end(about: str, *, by: Actor, now: datetime, caused_by: int) -> None:
    """Take back what is still promised about a thing that has ended by an erasure."""
    for promise in open_of_many([about]).get(about, []):
        withdraw(promise.id, reason="erased", by=by, now=now, caused_by=caused_by)


def erase(abouts: Collection[str], mentions: Mentions) -> None:
    """Take the words: all about these things, elsewhere those that name the persons."""
    Promise.objects.filter(about__in=abouts).update(reason="")
    named = [row.pk for row in rows_naming(Promise.objects.exclude(reason=""), ["reason"], mentions)]
    Promise.objects.filter(pk__in=named).update(reason="")
