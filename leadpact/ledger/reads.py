"""What can be asked of the ledger."""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import batched
from typing import Final

from django.db import connection

from leadpact.ledger import by_hand
from leadpact.ledger.draining import undrained
from leadpact.ledger.inbox import open_inbox
from leadpact.ledger.models import Entry, Position, Segment
from leadpact.ledger.types import Sequenced, Stats, StoredEntry

_FIELDS: Final = (
    "id", "kind", "happened_at", "recorded_at", "identity", "about", "by", "caused_by", "facts", "personal",
)  # fmt: skip
_COLUMNS: Final = 'id, kind, happened_at, recorded_at, identity, about, "by", caused_by, facts, personal'
_AT_ONCE: Final = 5_000  # values in one IN (...)


def entry(number: int) -> StoredEntry | None:
    """Return one entry by its id, or None when there is none."""
    return next(iter(_entries("id = %s", [number])), None)


def causes_of(entry: StoredEntry, *, limit: int = 100) -> list[StoredEntry]:
    """Return what caused an entry, what caused that, and so on, the nearest first, in one query."""
    if entry.caused_by is None:
        return []
    sql = (
        "WITH RECURSIVE chain(id, cause, step) AS (SELECT id, caused_by, 1 FROM ledger_entry WHERE id = %s UNION ALL"  # noqa: S608  # constants
        " SELECT e.id, e.caused_by, c.step + 1 FROM chain c JOIN ledger_entry e ON e.id = c.cause WHERE c.step < %s)"
        f" SELECT {_COLUMNS} FROM ledger_entry WHERE id IN (SELECT id FROM chain)"
    )
    known = {row[0]: _stored(*row) for row in by_hand.rows(sql, [entry.caused_by, limit])}
    known.pop(entry.id, None)
    found, cause = list[StoredEntry](), known.pop(entry.caused_by, None)
    while cause is not None:
        found.append(cause)
        cause = known.pop(cause.caused_by or 0, None)
    return found


def entries_of(
    identities: Collection[int],
    *,
    kinds: Collection[str] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    newest_first: bool = False,
    limit: int | None = None,
) -> list[StoredEntry]:
    """Return the entries that hang on these identities, by (happened_at, id); half-open [since, until)."""
    wanted, values = _within(by_hand.one_of("identity", identities), [*identities], kinds, since, until)
    return _entries(wanted, values, newest_first=newest_first, limit=limit)


def entries_about(
    about: str,
    *,
    kinds: Collection[str] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    newest_first: bool = False,
    limit: int | None = None,
) -> list[StoredEntry]:
    """Return the entries about one thing, by (happened_at, id); half-open [since, until)."""
    if not about:
        raise ValueError("entries about nothing are not a question")
    # The condition of the partial index, word for word: otherwise SQLite reads the whole ledger.
    wanted, values = _within("about = %s AND NOT (about = '')", [about], kinds, since, until)
    return _entries(wanted, values, newest_first=newest_first, limit=limit)


def moments_of(identities: Collection[int], *, since: datetime, limit: int = 20_000) -> list[tuple[int, str, datetime]]:
    """Return (id, kind, happened_at) of what hangs on these identities since a moment, the newest first."""
    wanted, values = _within(by_hand.one_of("identity", identities), [*identities], None, since, None)
    sql = f"SELECT id, kind, happened_at FROM ledger_entry WHERE {wanted} ORDER BY happened_at DESC LIMIT {int(limit)}"  # noqa: S608  # places alone
    return [(number, kind, by_hand.moment(moment)) for number, kind, moment in by_hand.rows(sql, values)]


def entries_of_kinds(kinds: Collection[str], *, since: datetime, until: datetime, limit: int) -> list[StoredEntry]:
    """Return the entries of some kinds in [since, until), by (happened_at, id)."""
    wanted, values = _within(by_hand.one_of("kind", kinds), [*kinds], None, since, until)
    return _entries(wanted, values, limit=limit)


def entries_about_any(abouts: Collection[str]) -> list[StoredEntry]:
    """Return the entries about any of several things, by (happened_at, id)."""
    if not abouts:
        return []
    wanted = f"{by_hand.one_of('about', abouts)} AND NOT (about = '')"  # the index's own condition, as above
    return _entries(wanted, [*abouts])


def entries_around(
    identities: Collection[int],
    abouts: Collection[str],
    *,
    until: datetime | None = None,
    newest_first: bool = False,
    limit: int | None = None,
) -> list[StoredEntry]:
    """Return what hangs on these identities or is about one of these things, each once, in one query.

    By (happened_at, id); until and newest_first as in `entries_of`.

    limit  so many that hang on the identities, and so many about the things
    """
    order = "happened_at DESC, id DESC" if newest_first else "happened_at, id"
    end = f" ORDER BY {order}" + ("" if limit is None else f" LIMIT {int(limit)}")
    parts, values = [], list[by_hand.Value]()
    for wanted, asked in (
        (by_hand.one_of("identity", identities), identities),
        (f"{by_hand.one_of('about', abouts)} AND NOT (about = '')", abouts),  # the index's own condition, as above
    ):
        part, given = _within(wanted, [*asked], None, None, until)
        # Each part ends by itself, so that each walks its own index no further than it must.
        parts.append(f"SELECT * FROM (SELECT {_COLUMNS} FROM ledger_entry WHERE {part}{end}) x")  # noqa: S608  # places alone
        values += given
    found = {row[0]: row for row in by_hand.rows(" UNION ALL ".join(parts), values)}
    stored = [_stored(*row) for row in found.values()]
    stored.sort(key=lambda each: (each.happened_at, each.id), reverse=newest_first)
    return stored


def said_question(
    column: str, values: Collection[int] | Collection[str], kinds: Collection[str]
) -> by_hand.Question[list[StoredEntry]]:
    """Ask for the entries of some kinds on identities (`identity`) or about things (`about`), to be asked with others.

    By (happened_at, id), and without what is personal in them.
    """
    own = " AND NOT (about = '')" if column == "about" else ""  # the index's own condition, as above
    columns = 'id, kind, happened_at, recorded_at, identity, about, "by", caused_by, CAST(facts AS text), NULL'
    wanted = f"{by_hand.one_of(column, values)}{own} AND {by_hand.one_of('kind', kinds)}"
    sql = f"SELECT {columns} FROM ledger_entry WHERE {wanted}"  # noqa: S608  # places and constants
    return by_hand.Question(sql, [*values, *kinds], 10, lambda rows: [_stored(*row) for row in rows], order=(2, 0))


def entries(numbers: Collection[int]) -> dict[int, StoredEntry]:
    """Return entries by their ids; those that are not there are left out."""
    found = dict[int, StoredEntry]()
    for some in batched(numbers, _AT_ONCE):
        found.update((each.id, each) for each in _entries(by_hand.one_of("id", some), [*some]))
    return found


def latest_of(
    identities: Collection[int],
    *,
    kinds: Collection[str],
    prefix: str = "",
    but: Collection[str] = (),
    without: Collection[int] = (),
) -> dict[int, StoredEntry]:
    """Return the newest entry of each identity, by (happened_at, id); those without any are left out.

    kinds    of these kinds, and of those that begin with `prefix` and are not in `but`
    without  entries that do not count
    """
    of_kind, chosen = by_hand.one_of("kind", kinds), [*kinds]
    if prefix:
        of_kind += f" OR substr(kind, 1, {len(prefix)}) = %s AND NOT {by_hand.one_of('kind', but)}"
        chosen += [prefix, *but]
    found: dict[int, StoredEntry] = {}
    for some in batched(identities, _AT_ONCE):
        numbers = _newest(some, f"({of_kind}) AND NOT {by_hand.one_of('id', without)}", [*chosen, *without])
        for stored in _entries(by_hand.one_of("id", numbers), numbers) if numbers else ():
            found[stored.identity or 0] = stored
    return found


def after(position: int, limit: int) -> list[Sequenced]:
    """Return the next entries after a position, in order; a reader keeps the last position it has dealt with."""
    fields = ["position", *(f"entry__{name}" for name in _FIELDS)]
    rows = Position.objects.filter(position__gt=position).order_by("position").values_list(*fields)[:limit]
    return [Sequenced(number, StoredEntry(*fields)) for number, *fields in rows]


def last_position() -> int:
    """Return the newest position, 0 for an empty ledger."""
    return Position.objects.order_by("-position").values_list("position", flat=True).first() or 0


def known_messages(source: int, messages: Collection[bytes]) -> dict[bytes, bytes]:
    """Return those of a source's messages that are recorded, with the digest of the content they came with."""
    found: dict[bytes, bytes] = {}
    for some in batched(messages, _AT_ONCE):
        wanted = f"source = %s AND {by_hand.one_of('message', some)} AND message IS NOT NULL"
        # Over the partitions of PostgreSQL messages are unique by a table of their own.
        table = "ledger_message" if connection.vendor == "postgresql" else "ledger_entry"
        sql = f"SELECT message, content FROM {table} WHERE {wanted}"  # noqa: S608  # places alone
        for message, content in by_hand.rows(sql, [source, *some]):
            found[bytes(message or b"")] = bytes(content or b"")
    return found


def first_since(moment: datetime) -> int:
    """Return the number from which on entries were recorded at a moment or later; past the last where none was.

    Numbers go with the time of recording, but for the seconds that a transaction takes: there is no index of it.
    """
    lies_before = (
        "COALESCE((SELECT recorded_at < %s FROM ledger_entry WHERE id >= (low + high) / 2 ORDER BY id LIMIT 1), FALSE)"
    )
    sql = (
        "WITH RECURSIVE s(low, high) AS (SELECT CAST(1 AS bigint), (SELECT COALESCE(MAX(id), 0) + 1 FROM ledger_entry)"  # noqa: S608  # constants
        f" UNION ALL SELECT CASE WHEN {lies_before} THEN (low + high) / 2 + 1 ELSE low END,"
        f" CASE WHEN {lies_before} THEN high ELSE (low + high) / 2 END FROM s WHERE low < high) SELECT MAX(low) FROM s"
    )
    ((number,),) = by_hand.rows(sql, [moment, moment])
    return int(number)


def of_source(source: int, *, since: int, until: int, limit: int) -> list[StoredEntry]:
    """Return what a source sent among the entries numbered [since, until), in their order."""
    # +source: by its index all of the source's messages would be read and sorted.
    wanted = "id >= %s AND id < %s AND +source = %s AND message IS NOT NULL ORDER BY id LIMIT %s"
    rows = by_hand.rows(f"SELECT {_COLUMNS} FROM ledger_entry WHERE {wanted}", [since, until, source, limit])  # noqa: S608  # constants
    return [_stored(*row) for row in rows]


def stats() -> Stats:
    """Return how much the ledger holds; what was received, doubled or put aside is engagement's to say."""
    return Stats(
        entries=Entry.objects.count(),
        positions=last_position(),
        segments=Segment.objects.filter(retired_at=None).count(),
        sealed=Segment.objects.order_by("-to_position").values_list("to_position", flat=True).first() or 0,
        undrained=undrained(open_inbox()),
    )


def _newest(identities: Collection[int], wanted: str, values: Sequence[str | int]) -> list[int]:
    """Walk each identity's index from its newest end: whoever did much costs no more than whoever did little."""
    asked = ", ".join(["(%s)"] * len(identities))
    newest = (
        f"SELECT id FROM ledger_entry WHERE identity = asked.identity AND {wanted}"  # noqa: S608  # places alone
        " ORDER BY happened_at DESC, id DESC LIMIT 1"
    )
    sql = f"WITH asked(identity) AS (VALUES {asked}) SELECT ({newest}) FROM asked"  # noqa: S608  # places alone
    return [number for (number,) in by_hand.rows(sql, [*identities, *values]) if number is not None]


def _within(
    wanted: str,
    values: Sequence[by_hand.Value],
    kinds: Collection[str] | None,
    since: datetime | None,
    until: datetime | None,
) -> tuple[str, list[by_hand.Value]]:
    found = list(values)
    if kinds is not None:
        wanted += f" AND {by_hand.one_of('kind', kinds)}"
        found += kinds
    if since is not None:
        wanted += " AND happened_at >= %s"
        found.append(since)
    if until is not None:
        wanted += " AND happened_at < %s"
        found.append(until)
    return wanted, found


def _entries(
    wanted: str, values: Sequence[by_hand.Value], *, newest_first: bool = False, limit: int | None = None
) -> list[StoredEntry]:
    order = "happened_at DESC, id DESC" if newest_first else "happened_at, id"
    sql = f"SELECT {_COLUMNS} FROM ledger_entry WHERE {wanted} ORDER BY {order}"  # noqa: S608  # places and constants
    rows = by_hand.rows(sql if limit is None else f"{sql} LIMIT {int(limit)}", values)
    return [_stored(*row) for row in rows]


def _stored(
    number: int, kind: str, happened_at: datetime, recorded_at: datetime, identity: int | None, about: str, by: str,
    caused_by: int | None, facts: str, personal: str | None,
) -> StoredEntry:  # fmt: skip
    times = by_hand.moment(happened_at), by_hand.moment(recorded_at)
    said = by_hand.document(facts), by_hand.document(personal)
    return StoredEntry(number, kind, *times, identity, about, by, caused_by, *said)
