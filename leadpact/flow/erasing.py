"""Erasure: a person goes from every store in `stores`; what was counted stays counted.

Order, so that a kill at any moment leaves nothing half done for good: the wish is a row; then files that can only be
found while the names are known; then one transaction over all tables; then the files made of them.  The worker
finishes whatever is open, step by step, each harmless a second time.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from leadpact.capture import erasing as capture
from leadpact.engagement import erasing as engagement
from leadpact.flow import arrival
from leadpact.flow.erasing_files import forget_uploads
from leadpact.handover import erasing as handover
from leadpact.ledger import erasing as ledger
from leadpact.ledger.faults import reach
from leadpact.ledger.inbox import open_inbox
from leadpact.ledger.overwriting import overwrite
from leadpact.ledger.segments import rewriting
from leadpact.nurture import erasing as nurture
from leadpact.people import erasing as people
from leadpact.people.erasing import ErasureView, Known, Reason
from leadpact.pipeline import erasing as pipeline
from leadpact.promises import erasing as promises
from leadpact.scoring import erasing as scoring
from leadpact.team import erasing as team
from leadpact.team.types import SYSTEM, Actor
from leadpact.worklist import erasing as worklist
from leadpact.worklist import lookup

# Kinds whose personal part is words of our own people, who may name somebody else than whom they write about.
FREE_WORDS: Final = (
    "call.made", "call.received", "comment.added", "comment.changed", "enquiry.received", "mail.replied",
    "meeting.held", "note.added", "sales_mail.sent", "task.done",
)  # fmt: skip


def erase(persons: Sequence[int], reason: Reason, *, never_write: bool = True, by: Actor, now: datetime) -> ErasureView:
    """Erase persons from the database before this returns, and from all files; what a kill cuts short goes on later.

    never_write  their addresses stay barred, as fingerprints that tell nothing

    Raises `NoSuchPerson`.
    """
    asked = begin(persons, reason, never_write=never_write, by=by, now=now)
    finish(asked, now=now)
    return people.erasure(asked.id)


def begin(persons: Sequence[int], reason: Reason, *, never_write: bool = True, by: Actor, now: datetime) -> ErasureView:
    """Erase persons from the database; the files are left for the worker.  Raises `NoSuchPerson`."""
    asked = people.ask(persons, reason, never_write=never_write, by=by, now=now)
    reach("erase:asked")
    _from_tables(asked, by=by, now=now)
    return people.erasure(asked.id)


def step(now: datetime) -> bool:
    """Finish what is open; the worker's step.  Returns whether anything was."""
    waiting = people.unfinished()
    done = [finish(one, now=now) for one in waiting]
    return any(done)


def finish(erasure: ErasureView, *, now: datetime) -> bool:
    """Do what is left of an erasure; False where somebody reads a file that must be emptied first."""
    if erasure.erased_at is None:
        _from_tables(erasure, by=SYSTEM, now=now)
        erasure = people.erasure(erasure.id)
    if erasure.entry is not None:
        identities, also = ledger.erased_by(erasure.entry)
        rewriting.rewrite(identities, also, now=now, folder=Path(settings.SEGMENTS))
    reach("erase:segments")
    _from_replay(now)
    reach("erase:replay")
    lookup.tidy()
    if not overwrite():
        return False
    reach("erase:overwritten")
    people.note_done(erasure.id, now=now)
    return True


def _from_tables(erasure: ErasureView, *, by: Actor, now: datetime) -> None:
    inbox = open_inbox()
    while arrival.drain(inbox, now=now).taken:  # what has arrived of them must not come after
        pass
    reach("erase:drained")
    known = people.known_of(erasure.persons)
    forget_uploads(known.mentions)
    reach("erase:uploads")
    with transaction.atomic():
        if people.erasure(erasure.id).erased_at is not None:
            return
        also = _from_words(known, by=by, now=now)
        people.erase(known, never_write=erasure.never_write, by=by, now=now)
        reach("erase:in-tables")
        erased = ledger.erase(
            known.identities,
            also=also,
            amend=partial(_amended, known),
            facts={"persons": list(erasure.persons), "reason": str(erasure.reason)},
            by=by,
            now=now,
        )
        people.note_erased(erasure.id, erased.entry, erased.entries, now=now)
    reach("erase:committed")


def _amended(known: Known, facts: Mapping[str, Any]) -> dict[str, Any]:
    return engagement.amended(facts, known.mentions)


def _from_words(known: Known, *, by: Actor, now: datetime) -> set[int]:
    """Take the persons out of every table but people's own; returns the entries of others that speak of them."""
    rows, mentions = known.rows, known.mentions
    had = handover.had_by(rows)
    for pursuit, entry in handover.end(had, by=by, now=now).items():
        promises.end(f"pursuit:{pursuit}", by=by, now=now, caused_by=entry)
    alone, shared = pipeline.deals_of(rows)
    own = {*_named("pursuit", had.alone), *_named("deal", alone), *_named("person", rows)}
    others = {*_named("pursuit", had.shared), *_named("deal", shared)}
    also = {*ledger.entries_about(own), *ledger.spoken_of(others, FREE_WORDS, mentions)}
    handover.erase(rows, had, mentions)
    promises.erase(_named("pursuit", had.alone), mentions)
    scoring.erase(rows)
    pipeline.erase(rows, mentions)
    nurture.erase(rows, mentions)
    capture.erase(known.identities, known.emails, known.ids, mentions)
    engagement.erase(known.identities, mentions, by=by, now=now)
    worklist.erase(rows, mentions)
    addresses = [*(f"/leads/{row}/" for row in rows), *(f"/deals/{deal}/" for deal in alone)]
    team.erase(addresses, mentions)
    return also


def _named(what: str, numbers: Collection[int]) -> list[str]:
    return [f"{what}:{number}" for number in numbers]


def _from_replay(now: datetime) -> None:
    """Make the columns for replays anew, where there are any: what was told apart by a name must not stay told."""
    from leadpact.scoring.replay import cache  # slow to import (numpy)

    if Path(settings.REPLAY).is_dir():
        cache.bring_up_to_date(now=now, anew=True)
