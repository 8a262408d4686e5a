"""Write keys, counts of what arrived, what is held back, and which entries do not count."""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from django.db import IntegrityError, connection, transaction

from leadpact.base.wording import worded
from leadpact.engagement.errors import (
    BadKeyName,
    BadLimit,
    BadMapping,
    BadOrigin,
    KeyNameTaken,
    UnknownEntry,
    UnknownSource,
)
from leadpact.engagement.kinds import ACTS
from leadpact.engagement.models import PublicKey, Sighting, Source, Void
from leadpact.engagement.reads import key_digest, source_named
from leadpact.engagement.types import Outcome, SourceKind, SourceView, TurnedAway, Why
from leadpact.engagement.types import Sighting as Seen
from leadpact.ledger import actions as ledger
from leadpact.ledger import reads as ledger_reads
from leadpact.ledger.types import NewEntry
from leadpact.team.types import Actor

MAX_NAME = 60  # as people keep it beside a user id
MAX_ORIGINS_SEEN = 50
MAX_EVENTS_PER_SECOND = 1_000_000
OWN = "leadpact"  # the source of what our own pages take in

type CountKey = tuple[int, datetime, Outcome, Why | None]
type VisitKey = tuple[int, datetime, str, str]

_COUNT = """
INSERT INTO engagement_arrivalcount (source, hour, outcome, reason, count) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (source, hour, outcome, reason) DO UPDATE SET count = engagement_arrivalcount.count + excluded.count
"""
_COUNT_VISIT = """
INSERT INTO engagement_visitcount (source, hour, path, campaign, count) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (source, hour, path, campaign) DO UPDATE SET count = engagement_visitcount.count + excluded.count
"""
_COUNT_AWAY = """
INSERT INTO engagement_turnedaway (source, hour, reason, requests, count) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (source, hour, reason) DO UPDATE SET
  requests = engagement_turnedaway.requests + excluded.requests, count = engagement_turnedaway.count + excluded.count
"""


def create_source(
    name: str,
    kind: SourceKind,
    *,
    origins: Sequence[str] = (),
    mapping: Mapping[str, str] | None = None,
    users_of: str = "",
    by: Actor,
    now: datetime,
) -> str:
    """Make a write key and return it; of a server's only the digest is kept, so it is shown this once.

    origins    of a browser key: where pages that use it live; empty for any
    mapping    a client's event name -> one of the prospect's acts
    users_of   name of another key whose events carry the same user ids; empty for ids of its own

    Raises `BadKeyName`, `KeyNameTaken`, `BadOrigin`, `BadMapping`, `UnknownSource`.
    """
    if not name.strip() or len(name) > MAX_NAME or not name.isprintable() or name == OWN:
        raise BadKeyName(worded("{name} cannot name a key.", name=repr(name)))
    for origin in origins:
        _check_origin(origin, kind)
    _check_mapping(mapping or {})
    other = source_named(users_of) if users_of else None
    if users_of and other is None:
        raise UnknownSource(worded("There is no write key named {name}.", name=users_of))
    row = Source(
        name=name,
        users_of=other.users_of if other else name,
        kind=kind,
        origins=[origin.rstrip("/").lower() for origin in origins],
        mapping=dict(mapping or {}),
        created_at=now,
    )
    return _store_source(row, by, now)


def revoke_source(source: int, *, by: Actor, now: datetime) -> None:
    """Let the key open nothing any more.  Raises `UnknownSource`; revoking twice keeps the first time."""
    with transaction.atomic():
        row = Source.objects.filter(id=source).first()
        if row is None:
            raise UnknownSource(worded("There is no write key number {source}.", source=source))
        if Source.objects.filter(id=source, revoked_at=None).update(revoked_at=now):
            _write_of_key("key.revoked", row, by, now)


def map_names(source: int, mapping: Mapping[str, str], *, by: Actor, now: datetime) -> None:
    """Say anew which of our kinds the client's event names stand for, from now on.

    Raises `UnknownSource`, `BadMapping`.
    """
    _check_mapping(mapping)
    with transaction.atomic():
        row = Source.objects.filter(id=source, revoked_at=None).first()
        if row is None:
            raise UnknownSource(worded("There is no write key number {source}.", source=source))
        row.mapping = dict(mapping)
        row.save(update_fields=["mapping"])
        _write_of_key("key.changed", row, by, now)


def set_origins(source: int, origins: Sequence[str], *, by: Actor, now: datetime) -> None:
    """Say anew which pages a browser key may be used on; none: any.  Raises `UnknownSource`, `BadOrigin`."""
    with transaction.atomic():
        row = Source.objects.select_for_update().filter(id=source, revoked_at=None).first()
        if row is None:
            raise UnknownSource(worded("There is no write key number {source}.", source=source))
        for origin in origins:
            _check_origin(origin, SourceKind(row.kind))
        wanted = [origin.rstrip("/").lower() for origin in origins]
        if wanted == row.origins:
            return
        row.origins = wanted
        row.save(update_fields=["origins"])
        # What was refused until now says nothing any more.
        Sighting.objects.filter(source=source, is_refused=True).delete()
        _write_of_key("key.changed", row, by, now)


def note_sightings(seen: Sequence[Seen]) -> None:
    """Remember where browser keys were used last; of each key the newest origins: anybody can invent one."""
    rows = [
        Sighting(source=one.source, origin=one.origin, is_refused=one.is_refused, happened_at=one.happened_at)
        for one in seen
    ]
    with transaction.atomic():
        Sighting.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["source", "origin"],
            update_fields=["is_refused", "happened_at"],
        )
        for source in {one.source for one in seen}:
            mine = Sighting.objects.filter(source=source).order_by("-happened_at", "-id")
            oldest = mine[MAX_ORIGINS_SEEN : MAX_ORIGINS_SEEN + 1].first()
            if oldest is not None:
                Sighting.objects.filter(source=source, happened_at__lte=oldest.happened_at).delete()


def own_source(*, now: datetime) -> SourceView:
    """Return the source of what our own pages take in, made when first needed; nobody has its key."""
    found = source_named(OWN)
    if found is None:
        digest = key_digest(secrets.token_urlsafe(32))
        Source.objects.get_or_create(
            name=OWN,
            defaults={
                "users_of": OWN,
                "kind": SourceKind.SERVER,
                "key_digest": digest,
                "prefix": "",
                "created_at": now,
            },
        )
        found = source_named(OWN)
    if found is None:
        raise UnknownSource(worded("Our own source could not be made."))
    return found


def count(arrivals: Mapping[CountKey, int], visits: Mapping[VisitKey, int]) -> None:
    """Add to the counts of arrivals and of visits without consent."""
    with connection.cursor() as cursor:
        # Sorted: two writers that lock rows in one order cannot lock each other out.
        rows = sorted(
            (source, hour, outcome.value, why.value if why else "", n)
            for (source, hour, outcome, why), n in arrivals.items()
            if n
        )
        if rows:
            cursor.executemany(_COUNT, [_for_database(row) for row in rows])
        if visits:
            cursor.executemany(_COUNT_VISIT, [_for_database((*key, n)) for key, n in sorted(visits.items())])


def note_turned_away(turned: Iterable[TurnedAway]) -> None:
    """Add to the counts of what was turned away."""
    with connection.cursor() as cursor:
        rows = sorted((one.source, one.hour, one.why.value, one.requests, one.count) for one in turned)
        cursor.executemany(_COUNT_AWAY, [_for_database(row) for row in rows])


def map_name(source: int, name: str, kind: str, *, by: Actor, now: datetime) -> None:
    """Say of one of the client's event names which of our kinds it stands for, from now on; the others stay.

    Raises `UnknownSource`, `BadMapping`.
    """
    with transaction.atomic():
        row = Source.objects.select_for_update().filter(id=source).first()
        if row is None:
            raise UnknownSource(worded("There is no write key number {source}.", source=source))
        map_names(source, {**row.mapping, name: kind}, by=by, now=now)


def set_limit(source: int, events_per_second: int | None, *, by: Actor, now: datetime) -> None:
    """Say how many events a second the key may send; None: as the installation's settings say, 0: any number.

    Raises `UnknownSource`, `BadLimit`.
    """
    if events_per_second is not None and not 0 <= events_per_second <= MAX_EVENTS_PER_SECOND:
        raise BadLimit(worded("{limit} events a second cannot be a limit.", limit=events_per_second))
    with transaction.atomic():
        row = Source.objects.select_for_update().filter(id=source, revoked_at=None).first()
        if row is None:
            raise UnknownSource(worded("There is no write key number {source}.", source=source))
        if row.events_per_second == events_per_second:
            return
        row.events_per_second = events_per_second
        row.save(update_fields=["events_per_second"])
        _write_of_key("key.changed", row, by, now)


def void(entry: int, reason: str, *, by: Actor, now: datetime) -> int:
    """Let an entry not count any more; returns the entry that says so.  The entry itself stays as it is."""
    return _set_void(entry, reason, "event.voided", by, now)


def restore(entry: int, reason: str, *, by: Actor, now: datetime) -> int:
    """Let a voided entry count again; returns the entry that says so."""
    return _set_void(entry, reason, "event.restored", by, now)


def _set_void(entry: int, reason: str, kind: str, by: Actor, now: datetime) -> int:
    stored = ledger_reads.entry(entry)
    if stored is None:
        raise UnknownEntry(worded("There is no entry number {entry}.", entry=entry))
    said = NewEntry(
        kind=kind,
        happened_at=now,
        identity=stored.identity,
        about=stored.about,
        facts={"entry": entry, "reason": reason},
        caused_by=entry,
    )
    with transaction.atomic():
        if kind == "event.voided":
            Void.objects.get_or_create(entry=entry, defaults={"since": now})
        else:
            Void.objects.filter(entry=entry).delete()
        return ledger.append_one(said, by=by, now=now)


def _store_source(row: Source, by: Actor, now: datetime) -> str:
    plain = f"lp{row.kind[0]}_{secrets.token_urlsafe(24)}"
    row.key_digest, row.prefix = key_digest(plain), plain[:8]
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            if row.kind == SourceKind.BROWSER:
                PublicKey.objects.create(source=row.id, plain=plain)
            _write_of_key("key.created", row, by, now)
    except IntegrityError as error:
        raise KeyNameTaken(worded("There is a write key named {name} already.", name=row.name)) from error
    return plain


def _write_of_key(kind: str, row: Source, by: Actor, now: datetime) -> None:
    facts = {
        "name": row.name, "key_kind": row.kind, "origins": row.origins, "mapping": row.mapping,
        "events_per_second": row.events_per_second,
    }  # fmt: skip
    ledger.append_one(NewEntry(kind=kind, happened_at=now, about=f"source:{row.id}", facts=facts), by=by, now=now)


def _check_mapping(mapping: Mapping[str, str]) -> None:
    for kind in mapping.values():
        if kind not in ACTS:
            raise BadMapping(worded("{kind} is not an act of a prospect.", kind=kind))


def _check_origin(origin: str, kind: SourceKind) -> None:
    parts = urlsplit(origin.rstrip("/"))
    is_origin = parts.scheme in ("http", "https") and parts.netloc and not parts.path and not parts.query
    if kind is not SourceKind.BROWSER or not is_origin or "@" in parts.netloc:
        raise BadOrigin(worded("{origin} cannot be an origin of a {kind} key.", origin=origin, kind=kind))


def _for_database(row: Sequence[str | int | datetime]) -> list[str | int | datetime | None]:
    """Moments as Django's own writes put them, so that rows of both kinds compare equal."""
    adapt: Callable[[datetime], str | datetime | None] = connection.ops.adapt_datetimefield_value
    return [adapt(value) if isinstance(value, datetime) else value for value in row]
