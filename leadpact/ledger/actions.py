"""What can be done to the ledger: append, and give positions (and erase: see erasing).  Nothing is ever changed."""

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import batched, chain
from typing import Final

from django.db import IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper

from leadpact.base.wording import worded
from leadpact.ledger import by_columns
from leadpact.ledger.errors import MessageKnown, Unstorable
from leadpact.ledger.models import Entry, Position, Unsequenced
from leadpact.ledger.rules import FIRST_CHAIN, SALT_BYTES, canonical, digest, link, microseconds, plain
from leadpact.ledger.types import Acting, NewEntry

type Value = str | int | bytes | datetime | None

SEQUENCER_LOCK: Final = 0x1EAD_5E9  # PostgreSQL advisory lock: one sequencer at a time
_AT_ONCE: Final = 5_000  # values in one IN (...)
_ROWS_AT_ONCE: Final = 1_000  # of 14 values: within SQLite's 32,766
_COLUMNS: Final = (
    'kind, happened_at, recorded_at, identity, about, "by", caused_by, source, message, content, '
    "facts, personal, salt, digest"
)
_PLACES: Final = "(" + ",".join(["%s"] * 14) + ")"
# In PostgreSQL's words: what _take_waiting does, in one statement.
_TAKE_WAITING: Final = (
    "WITH gone AS (DELETE FROM ledger_unsequenced WHERE entry IN"
    " (SELECT entry FROM ledger_unsequenced ORDER BY entry LIMIT %s) RETURNING entry)"
    " SELECT entry, digest FROM gone JOIN ledger_entry ON id = entry ORDER BY entry"
)
_LONGEST: Final = {"kind": 80, "about": 60, "by": 40}  # as in models; SQLite would take any length


def append(entries: Sequence[NewEntry], *, by: str | Acting, now: datetime) -> list[int]:
    """Write entries and return their ids, in order.

    Raises `Unstorable` for content that neither database would give back, `MessageKnown` when another writer
    recorded one of the messages first; nothing is written then.
    """
    rows = [_row(entry, str(by), now) for entry in entries]
    try:
        # Only a message can be refused: without one there is nothing to come back from.
        can_fail = any(entry.message is not None for entry in entries)
        with transaction.atomic(savepoint=can_fail), connection.cursor() as cursor:
            return [number for some in batched(rows, _ROWS_AT_ONCE) for number in _insert(cursor, some)]
    except IntegrityError as error:
        raise MessageKnown(worded("Another writer has recorded one of these messages.")) from error


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
            waiting = by_columns.execute(_TAKE_WAITING, [limit])
        else:
            waiting = _take_waiting(limit)
        if waiting:
            _give_positions(waiting)
    return len(waiting)


def _take_waiting(limit: int) -> list[tuple[int, bytes]]:
    """Return the entries that wait for a position, by id, with their digests; they wait no longer."""
    waiting = list(Unsequenced.objects.order_by("entry").values_list("entry", flat=True)[:limit])
    digests: dict[int, bytes] = {}
    # By number, not "up to": a slower writer's lower ids may have been committed meanwhile.
    for some in batched(waiting, _AT_ONCE):
        for entry, entry_digest in Entry.objects.filter(id__in=some).values_list("id", "digest"):
            digests[entry] = bytes(entry_digest)
        Unsequenced.objects.filter(entry__in=some).delete()
    return [(entry, digests[entry]) for entry in waiting]


def _give_positions(waiting: Sequence[tuple[int, bytes]]) -> None:
    last = Position.objects.order_by("-position").values_list("position", "chain").first()
    before, chain_end = (last[0], bytes(last[1])) if last else (0, FIRST_CHAIN)
    rows = []
    for number, (entry, entry_digest) in enumerate(waiting, start=before + 1):
        chain_end = link(chain_end, bytes(entry_digest))
        rows.append((number, entry, chain_end))
    if connection.vendor == "postgresql":
        by_columns.insert("ledger_position", ("position", "entry_id", "chain"), rows)
    else:
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO ledger_position (position, entry_id, chain) VALUES (%s, %s, %s)", rows)


def _row(entry: NewEntry, by: str, now: datetime) -> tuple[Value, ...]:
    kind, about, by = _text("kind", entry.kind), _text("about", entry.about), _text("by", by)
    message = None if entry.message is None else entry.message.hex()
    content = None if entry.content is None else entry.content.hex()
    facts, salt = canonical(plain(entry.facts)), os.urandom(SALT_BYTES)
    personal = None if entry.personal is None else canonical(plain(entry.personal))
    times = microseconds(entry.happened_at), microseconds(now)
    head = (kind, *times, entry.identity, about, by, entry.caused_by, entry.source, message, content)
    adapt = connection.ops.adapt_datetimefield_value
    return (
        kind, adapt(entry.happened_at), adapt(now), entry.identity, about, by, entry.caused_by, entry.source,
        entry.message, entry.content, facts, personal, salt, digest(salt, head, facts, personal or "null"),
    )  # fmt: skip


def _text(name: str, text: str) -> str:
    """Refuse what is too long for the column, which SQLite would take."""
    text, longest = plain(text), _LONGEST[name]
    if len(text) > longest:
        raise Unstorable(worded("The entry's {name} is longer than {most} letters.", name=name, most=longest))
    return text


def _insert(cursor: CursorWrapper, rows: Sequence[tuple[Value, ...]]) -> Iterator[int]:
    if connection.vendor == "postgresql":
        return (number for (number,) in by_columns.insert("ledger_entry", _COLUMNS.split(", "), rows, "RETURNING id"))
    # By hand: bulk_create spends more than half of the time on field objects.
    places = ",".join([_PLACES] * len(rows))
    cursor.execute(f"INSERT INTO ledger_entry ({_COLUMNS}) VALUES {places} RETURNING id", [*chain(*rows)])  # noqa: S608  # constants
    return (number for (number,) in cursor.fetchall())
