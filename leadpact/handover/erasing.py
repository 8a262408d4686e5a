"""Erasure: the words about a person go; hand-overs, their stages and times stay."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from leadpact.base.mentions import Mentions
from leadpact.handover import rows
from leadpact.handover.models import Activity, Dispute, Offer, Pursuit, PursuitPerson, SendBack
from leadpact.handover.types import Answer, Stage
from leadpact.ledger.actions import append_one
from leadpact.ledger.containing import rows_naming
from leadpact.team.types import Actor

ERASED = "erased"


@dataclass(frozen=True)
class Had:
    """The pursuits somebody was in: theirs alone, and with others."""

    alone: tuple[int, ...]
    shared: tuple[int, ...]


def had_by(persons: Collection[int]) -> Had:
    """Return the pursuits of some persons' rows."""
    asked = set(persons)
    theirs = PursuitPerson.objects.filter(person__in=asked).values("pursuit")
    members = set(PursuitPerson.objects.filter(pursuit__in=theirs).values_list("pursuit", "person"))
    mine, shared = {pursuit for pursuit, _ in members}, {pursuit for pursuit, person in members if person not in asked}
    return Had(tuple(sorted(mine - shared)), tuple(sorted(shared)))


def end(had: Had, *, by: Actor, now: datetime) -> dict[int, int]:
    """End what still runs for the persons alone, short of a deal; returns the entry by pursuit."""
    ended: dict[int, int] = {}
    with transaction.atomic():
        running = Pursuit.objects.select_for_update().filter(pk__in=had.alone, stage__in=[Stage.OFFERED, Stage.WORKING])
        for row in running.order_by("pk"):
            facts = {"user": row.owner_id, "reason": ERASED}
            is_offered = row.stage == Stage.OFFERED
            kind = "offer.withdrawn" if is_offered else "lead.disqualified"
            entry = append_one(rows.entry_of(row, kind, now, facts=facts), by=by, now=now)
            for waiting in Offer.objects.filter(pursuit=row, answer=Answer.OPEN):
                rows.settle(waiting, Answer.WITHDRAWN, now=now, reason=ERASED)
            to = Stage.COOLED if is_offered else Stage.DISQUALIFIED
            rows.move(row, to, at=now, entry=entry, reason=ERASED)
            ended[row.pk] = entry
    return ended


def erase(persons: Collection[int], had: Had, mentions: Mentions) -> None:
    """Take the words: all of what concerns these persons alone, elsewhere those that name them."""
    Activity.objects.filter(person__in=persons).update(note="")
    _blank_activities(mentions)
    Pursuit.objects.filter(pk__in=had.alone).update(note="", external=None)
    Offer.objects.filter(pursuit__in=had.alone).update(note="")
    Dispute.objects.filter(pursuit__in=had.alone).update(words="", answer_words="")
    SendBack.objects.filter(pursuit__in=[*had.alone, *had.shared]).update(note="")
    for pursuit in rows_naming(Pursuit.objects.filter(pk__in=had.shared), ["note"], mentions):
        Pursuit.objects.filter(pk=pursuit.pk).update(note="")
    for offer in rows_naming(Offer.objects.filter(pursuit__in=had.shared), ["note"], mentions):
        Offer.objects.filter(pk=offer.pk).update(note="")
    for dispute in rows_naming(Dispute.objects.all(), ["words", "answer_words"], mentions):
        Dispute.objects.filter(pk=dispute.pk).update(words="", answer_words="")


def _blank_activities(mentions: Mentions) -> None:
    # A note on a colleague may name them too, whichever hand-over it belongs to.
    for activity in rows_naming(Activity.objects.exclude(note=""), ["note"], mentions):
        Activity.objects.filter(pk=activity.pk).update(note="")
