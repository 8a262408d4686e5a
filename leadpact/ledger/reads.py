"""What can be asked of the ledger."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import batched
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet

from leadpact.ledger.draining import undrained
from leadpact.ledger.inbox import open_inbox
from leadpact.ledger.models import Entry, Position, Segment
from leadpact.ledger.types import Sequenced, Stats, StoredEntry

_FIELDS: Final = (
    "id", "kind", "happened_at", "recorded_at", "identity", "about", "by", "caused_by", "facts", "personal",
)  # fmt: skip
_AT_ONCE: Final = 5_000  # values in one IN (...)


def entry(number: int) -> StoredEntry | None:
    """Return one entry by its id, or None when there is none."""
    return next(_stored(Entry.objects.filter(id=number)), None)


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
    rows = _within(Entry.objects.filter(identity__in=identities), kinds, since, until)
    return _ordered(rows, newest_first=newest_first, limit=limit)


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
    rows = _within(Entry.objects.filter(about=about), kinds, since, until)
    return _ordered(rows, newest_first=newest_first, limit=limit)


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
    of_kind, chosen = _one_of("kind", kinds), [*kinds]
    if prefix:
        of_kind += f" OR substr(kind, 1, {len(prefix)}) = %s AND NOT {_one_of('kind', but)}"
        chosen += [prefix, *but]
    found: dict[int, StoredEntry] = {}
    for some in batched(identities, _AT_ONCE):
        numbers = _newest(some, f"({of_kind}) AND NOT {_one_of('id', without)}", [*chosen, *without])
        for stored in _stored(Entry.objects.filter(id__in=numbers)):
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
        rows = Entry.objects.filter(source=source, message__in=some)
        for message, content in rows.values_list("message", "content"):
            found[bytes(message or b"")] = bytes(content or b"")
    return found


def stats() -> Stats:
    """Return how much the ledger holds; what was received, doubled or put aside is engagement's to say."""
    return Stats(
        entries=Entry.objects.count(),
        positions=last_position(),
        segments=Segment.objects.count(),
        sealed=Segment.objects.order_by("-last_position").values_list("last_position", flat=True).first() or 0,
        undrained=undrained(open_inbox()),
    )


def _newest(identities: Collection[int], wanted: str, values: Sequence[str | int]) -> list[int]:
    """Walk each identity's index from its newest end: whoever did much costs no more than whoever did little."""
    asked = ", ".join(["(%s)"] * len(identities))
    newest = (
        f"SELECT id FROM ledger_entry WHERE identity = asked.identity AND {wanted}"  # noqa: S608  # places alone
        " ORDER BY happened_at DESC, id DESC LIMIT 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH asked(identity) AS (VALUES {asked}) SELECT ({newest}) FROM asked",  # noqa: S608  # places alone
            [*identities, *values],
        )
        return [number for (number,) in cursor.fetchall() if number is not None]


def _one_of(column: str, values: Collection[object]) -> str:
    return f"{column} IN ({', '.join(['%s'] * len(values))})" if values else "FALSE"


def _within(
    rows: QuerySet[Entry], kinds: Collection[str] | None, since: datetime | None, until: datetime | None
) -> QuerySet[Entry]:
    if kinds is not None:
        rows = rows.filter(kind__in=kinds)
    if since is not None:
        rows = rows.filter(happened_at__gte=since)
    if until is not None:
        rows = rows.filter(happened_at__lt=until)
    return rows


def _ordered(rows: QuerySet[Entry], *, newest_first: bool, limit: int | None) -> list[StoredEntry]:
    order = ("-happened_at", "-id") if newest_first else ("happened_at", "id")
    return list(_stored(rows.order_by(*order)[:limit]))


def _stored(rows: QuerySet[Entry]) -> Iterator[StoredEntry]:
    row: tuple[Any, ...]
    for row in rows.values_list(*_FIELDS):
        yield StoredEntry(*row)
