"""Erasure: a person goes from every store in `stores`; what was counted stays counted.

Order, so that a kill at any moment leaves nothing half done for good: the wish is a row; then files that can only be
found while the names are known; then one transaction over all tables; then the files made of them.  The worker
finishes whatever is open, step by step, each harmless a second time.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from leadpact.base.wording import worded
from leadpact.capture import erasing as capture
from leadpact.engagement import erasing as engagement
from leadpact.flow import arrival
from leadpact.flow.erasing_files import forget_histories, forget_uploads, uploads_naming
from leadpact.flow.kept import FREE_WORDS, Kept, counted, kept_of, still_named
from leadpact.handover import erasing as handover
from leadpact.ledger import erasing as ledger
from leadpact.ledger.faults import reach
from leadpact.ledger.inbox import open_inbox
from leadpact.ledger.overwriting import overwrite
from leadpact.ledger.reads import last_position
from leadpact.ledger.segments import rewriting
from leadpact.ledger.verify import verify, verify_erased
from leadpact.nurture import erasing as nurture
from leadpact.people import erasing as people
from leadpact.people import reads
from leadpact.people.erasing import ErasureView, Known, Reason, Receipt, Step
from leadpact.people.errors import NoSuchPerson, PersonErased
from leadpact.people.types import PersonView
from leadpact.pipeline import erasing as pipeline
from leadpact.promises import erasing as promises
from leadpact.scoring import erasing as scoring
from leadpact.team import erasing as team
from leadpact.team.types import SYSTEM, Actor
from leadpact.worklist import erasing as worklist
from leadpact.worklist import lookup

WHOLE_UP_TO: Final = 50_000  # entries; a larger ledger is verified by the command alone


@dataclass(frozen=True)
class Foreseen:
    """What an erasure would take and leave: rows by table, numbers that stay, files that are looked through.

    addresses  how many would be barred from our mails, as fingerprints
    """

    stores: Mapping[str, int]
    stays: Mapping[str, int]
    uploads: int
    segments: int
    addresses: int


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


def is_meant(person: PersonView, said: str) -> bool:
    """Say whether a text names the person who is to be erased: their whole name or address, else their number."""
    called = {text for each in (person.name, person.email) if (text := _plain(each))} or {str(person.id)}
    return _plain(said) in called


def ask(person: int, reason: Reason, *, never_write: bool = True, by: Actor, now: datetime) -> ErasureView:
    """Have a person erased: the worker does it, part by part.  Raises `NoSuchPerson`, `PersonErased`."""
    found = reads.person(person)
    if found.is_erased:
        raise PersonErased(worded("Person {person} is erased already.", person=person), details={"person": person})
    return people.ask([person], reason, never_write=never_write, by=by, now=now)


def push(erasure: ErasureView, *, seconds: float, now: datetime) -> ErasureView:
    """Do what can be done of an erasure in so many seconds, without waiting for the worker."""
    until = time.monotonic() + seconds
    while erasure.done_at is None and time.monotonic() < until and _go_on(erasure, now=now):
        erasure = people.erasure(erasure.id)
    return people.erasure(erasure.id)


def foresee(person: int) -> Foreseen:
    """Return what an erasure would take, and what it would leave.  Raises `NoSuchPerson`."""
    kept = kept_of(people.known_of([person]))
    if not kept.known.rows:
        raise NoSuchPerson(worded("There is no person {person}.", person=person), details={"person": person})
    counts = counted(kept)
    return Foreseen(
        stores=counts.goes,
        stays=counts.stays,
        uploads=len(uploads_naming(kept.known.mentions)),
        segments=rewriting.touched(kept.known.identities, ()),
        addresses=len(kept.known.emails),
    )


def is_any_open(now: datetime) -> bool:  # as the worker asks it
    """Say whether something is left to do of any erasure."""
    return people.is_any_open()


def step(now: datetime) -> bool:
    """Do the next part of an erasure that is open; the worker's step.  Returns whether there was anything to do."""
    return any(_go_on(one, now=now) for one in people.unfinished())


def finish_all(*, now: datetime) -> bool:
    """Do what is left of every erasure; False where somebody reads a file that must be emptied first."""
    busy = [one for one in people.unfinished() if not finish(one, now=now)]
    return not busy


def finish(erasure: ErasureView, *, now: datetime) -> bool:
    """Do what is left of an erasure; False where somebody reads a file that must be emptied first."""
    while erasure.done_at is None:
        if not _go_on(erasure, now=now):
            return False
        erasure = people.erasure(erasure.id)
    return True


def _go_on(erasure: ErasureView, *, now: datetime) -> bool:
    """Do one part, harmless a second time; False where a file is busy, and it must be tried again."""
    match erasure.step:
        case Step.ASKED:
            _from_tables(erasure, by=SYSTEM, now=now)
        case Step.SEGMENTS:
            _from_segments(erasure, now=now)
        case Step.REPLAY:
            return _from_replay(erasure, now=now)
        case Step.OVERWRITING:
            return _overwritten(erasure)
        case Step.CHECKING:
            _checked(erasure, now=now)
        case Step.DONE:
            pass
    return True


def _from_segments(erasure: ErasureView, *, now: datetime) -> None:
    identities, also = _whose(erasure)
    folder, receipt = Path(settings.SEGMENTS), erasure.receipt
    done = rewriting.rewrite(identities, also, after=erasure.place, now=now, folder=folder)
    receipt = replace(
        receipt,
        waiting=max(receipt.waiting, receipt.looked_at + done.looked_at),
        looked_at=receipt.looked_at + done.looked_at,
        rewritten=receipt.rewritten + done.files,
        bytes=receipt.bytes + done.bytes,
    )
    if done.place is not None:
        people.note_step(erasure, Step.SEGMENTS, place=done.place, receipt=receipt)
        return
    reach("erase:segments")
    people.note_step(erasure, Step.REPLAY, receipt=receipt)


def _from_replay(erasure: ErasureView, *, now: datetime) -> bool:
    """Make the columns for replays anew, where there are any: what was told apart by a name must not stay told."""
    from leadpact.scoring.replay import cache  # slow to import (numpy)

    if Path(settings.REPLAY).is_dir():
        cache.bring_up_to_date(now=now, anew=True)
    if not forget_histories():
        return False
    reach("erase:replay")
    people.note_step(erasure, Step.OVERWRITING)
    return True


def _overwritten(erasure: ErasureView) -> bool:
    lookup.tidy()
    if not overwrite():
        return False
    reach("erase:overwritten")
    people.note_step(erasure, Step.CHECKING)
    return True


def _checked(erasure: ErasureView, *, now: datetime) -> None:
    """Look whether the ledger is as it was: all of a small one, else every entry that was touched."""
    if last_position() <= WHOLE_UP_TO:
        found = verify()
        receipt = replace(erasure.receipt, checked=found.entries, faults=len(found.faults), is_whole=True)
    else:
        some = verify_erased(*_whose(erasure))
        receipt = replace(erasure.receipt, checked=some.entries, faults=some.faults)
    people.note_done(erasure, receipt, now=now)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _whose(erasure: ErasureView) -> tuple[list[int], list[int]]:
    return ledger.erased_by(erasure.entry) if erasure.entry is not None else ([], [])


def _from_tables(erasure: ErasureView, *, by: Actor, now: datetime) -> None:
    inbox = open_inbox()
    while arrival.drain(inbox, now=now).taken:  # what has arrived of them must not come after
        pass
    reach("erase:drained")
    known = people.known_of(erasure.persons)
    uploads = forget_uploads(known.mentions)
    reach("erase:uploads")
    with transaction.atomic():
        if not people.is_waiting(erasure.id):
            return
        kept = kept_of(known)
        counts = counted(kept)
        receipt = Receipt(stores=counts.goes, stays=counts.stays, uploads=uploads)
        also = _from_words(kept, by=by, now=now)
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
        receipt = replace(
            receipt, left=still_named(kept, also), waiting=rewriting.touched(*ledger.erased_by(erased.entry))
        )
        people.note_erased(erasure.id, erased.entry, erased.entries, receipt, now=now)
    reach("erase:committed")


def _amended(known: Known, facts: Mapping[str, Any]) -> dict[str, Any]:
    return engagement.amended(facts, known.mentions)


def _from_words(kept: Kept, *, by: Actor, now: datetime) -> set[int]:
    """Take the persons out of every table but people's own; returns the entries of others that speak of them."""
    known, had = kept.known, kept.had
    rows, mentions = known.rows, known.mentions
    for pursuit, entry in handover.end(had, by=by, now=now).items():
        promises.end(f"pursuit:{pursuit}", by=by, now=now, caused_by=entry)
    also = {*ledger.entries_about(kept.own), *ledger.spoken_of(kept.others, FREE_WORDS, mentions)}
    handover.erase(rows, had, mentions)
    promises.erase([f"pursuit:{number}" for number in had.alone], mentions)
    scoring.erase(rows)
    pipeline.erase(rows, mentions)
    nurture.erase(rows, mentions)
    capture.erase(known.identities, known.emails, known.ids, mentions)
    engagement.erase(known.identities, mentions, by=by, now=now)
    worklist.erase(rows, mentions)
    team.erase(kept.pages, mentions)
    return also
