"""What can be done to the ledger: append, give positions, erase.  Nothing is ever changed."""

import os
from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import batched
from typing import Final

from django.db import IntegrityError, connection, transaction
from django.db.models import Value

from leadpact.ledger.errors import MessageKnown, Unstorable
from leadpact.ledger.models import Entry, Position, Unsequenced
from leadpact.ledger.rules import FIRST_CHAIN, SALT_BYTES, canonical, chain, digest, microseconds, plain
from leadpact.ledger.types import Acting, Json, NewEntry

SEQUENCER_LOCK: Final = 0x1EAD_5E9  # PostgreSQL advisory lock: one sequencer at a time
_AT_ONCE: Final = 5_000  # values in one IN (...)
_LONGEST: Final = {"kind": 80, "about": 60, "by": 40}  # as in models; SQLite would take any length


def append(entries: Sequence[NewEntry], *, by: str | Acting, now: datetime) -> list[int]:
    """Write entries and return their ids, in order.

    Raises `Unstorable` for content that neither database would give back, `MessageKnown` when another writer
    recorded one of the messages first; nothing is written then.
    """
    rows = [_row(entry, str(by), now) for entry in entries]
    try:
        with transaction.atomic():
            written = Entry.objects.bulk_create(rows)
    except IntegrityError as error:
        raise MessageKnown("Another writer has recorded one of these messages.") from error
    return [row.id for row in written]


def append_one(entry: NewEntry, *, by: str | Acting, now: datetime) -> int:
    """Write one entry and return its id."""
    return append([entry], by=by, now=now)[0]


def sequence(*, limit: int = 10_000) -> int:
    """Give positions to up to `limit` entries that have none, in the order of their ids; return how many.

    Only committed entries are seen, so a position is given after commit order is known: an entry whose writer
    was slow comes later in the order, but never before a position that a reader has already passed.
    """
    if not Unsequenced.objects.exists():  # spares the writing lock on SQLite
        return 0
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEQUENCER_LOCK])
        waiting = list(Unsequenced.objects.order_by("entry").values_list("entry", flat=True)[:limit])
        if not waiting:
            return 0
        _give_positions(waiting)
        # By number, not "up to": a slower writer's lower ids may have been committed meanwhile.
        for some in batched(waiting, _AT_ONCE):
            Unsequenced.objects.filter(entry__in=some).delete()
    return len(waiting)


def erase(identities: Collection[int], *, by: str | Acting, now: datetime) -> int:
    """Take the personal part and the salt from every entry of these identities; return how many.

    The entry that says so names the identities by number; `verify` asks for it.
    """
    with transaction.atomic():
        erased = Entry.objects.filter(identity__in=identities, salt__isnull=False).update(
            salt=None, personal=Value(None, Entry._meta.get_field("personal"))
        )
        facts = {"identities": sorted(identities), "entries": erased}
        append_one(NewEntry(kind="person.erased", happened_at=now, facts=facts), by=by, now=now)
    return erased


def entry_bytes(entry: Entry) -> bytes:
    """Return what an entry's digest is taken over: all of it but its id, its salt and the digest itself."""
    content: list[Json] = [
        entry.kind,
        microseconds(entry.happened_at),
        microseconds(entry.recorded_at),
        entry.identity,
        entry.about,
        entry.by,
        entry.caused_by,
        entry.source,
        None if entry.message is None else bytes(entry.message).hex(),
        None if entry.content is None else bytes(entry.content).hex(),
        entry.facts,
        entry.personal,
    ]
    return canonical(content)


def _give_positions(waiting: Sequence[int]) -> None:
    digests: dict[int, bytes] = {}
    for some in batched(waiting, _AT_ONCE):
        for entry, entry_digest in Entry.objects.filter(id__in=some).values_list("id", "digest"):
            digests[entry] = bytes(entry_digest)
    last = Position.objects.order_by("-position").values_list("position", "chain").first()
    before, link = (last[0], bytes(last[1])) if last else (0, FIRST_CHAIN)
    rows = []
    for number, entry in enumerate(waiting, start=before + 1):
        link = chain(link, digests[entry])
        rows.append(Position(position=number, entry_id=entry, chain=link))
    Position.objects.bulk_create(rows)


def _row(entry: NewEntry, by: str, now: datetime) -> Entry:
    salt = os.urandom(SALT_BYTES)
    row = Entry(
        kind=plain(entry.kind),
        happened_at=entry.happened_at,
        recorded_at=now,
        identity=entry.identity,
        about=plain(entry.about),
        by=plain(by),
        caused_by=entry.caused_by,
        source=entry.source,
        message=entry.message,
        content=entry.content,
        facts=plain(entry.facts),
        personal=None if entry.personal is None else plain(entry.personal),
        salt=salt,
    )
    for name, longest in _LONGEST.items():
        if len(getattr(row, name)) > longest:
            raise Unstorable(f"The entry's {name} is longer than {longest} letters.")
    row.digest = digest(salt, entry_bytes(row))
    return row
