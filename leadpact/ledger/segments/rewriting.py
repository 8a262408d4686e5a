"""Segments without what was erased: the same rows, positions, digests and chain, other facts.

Order, so that a crash at any moment harms nothing: write under a temporary name, fsync, compare, rename, then the
catalogue's row, and then the old file goes, at once: a reader that holds it open keeps it, nobody opens it again.
"""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate, batched
from pathlib import Path
from typing import Any, Final

import msgspec
from django.db import transaction
from django.db.models import Q

from leadpact.base.wording import worded
from leadpact.ledger.errors import SegmentFault
from leadpact.ledger.faults import reach
from leadpact.ledger.models import Entry, Position, Segment
from leadpact.ledger.rules import canonical
from leadpact.ledger.segments.catalogue import alone_in, remove_orphans, remove_retired, view_of
from leadpact.ledger.segments.parquet import Engine, connect, sha256, to_disk, write_changed
from leadpact.ledger.types import SegmentView

AT_ONCE_BYTES: Final = 64_000_000
_AT_ONCE: Final = 5_000
_MOST_QUESTIONS: Final = 300  # in one statement; SQLite goes 1,000 deep
_DIFFERING: Final = "SELECT s.entry, s.facts FROM read_parquet($files) s JOIN wanted w ON w.entry = s.entry"
_SEALED: Final = "SELECT count(*), bit_xor(hash(position, entry, kind, digest, chain)) FROM read_parquet($files)"


@dataclass(frozen=True)
class Rewritten:
    """What one part of the work came to.

    place     the last segment that was looked at, to go on from; None: all were
    looked_at  how many segments, of which `files` said too much and were written anew, with so many `bytes`
    """

    place: int | None
    looked_at: int
    files: int
    bytes: int


def rewrite(
    identities: Collection[int], also: Collection[int], *, after: int = 0, most: int = AT_ONCE_BYTES, now: datetime,
    folder: Path,
) -> Rewritten:  # fmt: skip
    """Write segments anew that say more of these identities' entries, or of `also`, than the ledger does.

    Files that were replaced or never finished go too, whatever their age.

    after  the `place` of the part before; 0: from the first
    most   so many bytes of segments are looked at, and at least one
    """
    if not folder.is_dir():
        return Rewritten(None, 0, 0, 0)
    remove_orphans(folder)
    remove_retired(folder, now=now, grace=timedelta(0))
    with alone_in(folder):
        waiting = _touched(identities, also, after)
        part = _part(waiting, most)
        found = [_rewritten(view_of(row), identities, also, folder, now) for row in part]
    reach("erase:segments-written")
    place = None if len(part) == len(waiting) else part[-1].pk
    return Rewritten(place, len(part), sum(size > 0 for size in found), sum(found))


def touched(identities: Collection[int], also: Collection[int], *, after: int = 0) -> int:
    """Return how many segments may speak of these identities or entries."""
    return len(_touched(identities, also, after))


def _touched(identities: Collection[int], also: Collection[int], after: int) -> list[Segment]:
    rows = Segment.objects.filter(retired_at=None, pk__gt=after).order_by("id")
    if len(identities) + len(also) > _MOST_QUESTIONS:
        return list(rows)
    within = Q(pk=None)
    for identity in identities:
        within |= Q(last_identity__gte=identity) & (Q(first_identity__lte=identity) | Q(first_identity=None))
    for position in Position.objects.filter(entry__in=also).values_list("position", flat=True):
        within |= Q(first_position__lte=position, last_position__gte=position)
    return list(rows.filter(within))


def _part(waiting: list[Segment], most: int) -> list[Segment]:
    """Return the first of them, up to so many bytes, and at least one."""
    so_far = accumulate((row.bytes for row in waiting), initial=0)
    return [row for row, before in zip(waiting, so_far, strict=False) if before < most]


def _rewritten(
    one: SegmentView, identities: Collection[int], also: Collection[int], folder: Path, now: datetime
) -> int:
    """Return how many bytes were written; 0 where nothing had to be."""
    old = folder / one.name
    with connect(folder) as engine:
        changed = _changed(engine, old, _facts_of(identities, also))
        if not changed:
            return 0
        name = f"{one.from_position:012d}-{one.to_position:012d}-{secrets.token_hex(4)}"
        lines, writing = folder / f"{name}.rows", folder / f"{name}.writing"
        lines.write_bytes(b"\n".join(msgspec.json.encode({"entry": n, "facts": f}) for n, f in changed.items()))
        write_changed(engine, old, lines, writing)
        reach("erase:after-write")
        if _sealed(engine, old) != _sealed(engine, writing):
            raise SegmentFault(worded("{file} would not hold the same entries.", file=one.name))
    lines.unlink()
    file = writing.rename(folder / f"{name}.parquet")
    to_disk(folder)
    reach("erase:after-rename")
    new = replace(one, name=file.name, sha256=sha256(file), bytes=file.stat().st_size)
    with transaction.atomic():
        Segment.objects.filter(name=one.name).update(name=new.name, sha256=new.sha256, bytes=new.bytes, sealed_at=now)
    reach("erase:after-catalogue")
    old.unlink(missing_ok=True)
    return new.bytes


def _facts_of(identities: Collection[int], also: Collection[int]) -> dict[int, str]:
    """Return the facts the ledger still has of erased entries."""
    found: dict[int, str] = {}
    rows = Entry.objects.filter(salt__isnull=True)
    for some in batched(identities, _AT_ONCE):
        found.update(_texts(rows.filter(identity__in=some)))
    for some in batched(also, _AT_ONCE):
        found.update(_texts(rows.filter(id__in=some)))
    return found


def _texts(rows: Any) -> Mapping[int, str]:
    return {number: canonical(facts) for number, facts in rows.values_list("id", "facts").iterator()}


def _changed(engine: Engine, file: Path, wanted: Mapping[int, str]) -> dict[int, str]:
    engine.execute("CREATE OR REPLACE TEMP TABLE wanted (entry BIGINT)")
    for some in batched(sorted(wanted), _AT_ONCE):
        engine.execute("INSERT INTO wanted SELECT unnest($entries)", {"entries": list(some)})
    held = engine.execute(_DIFFERING, {"files": [str(file)]}).fetchall()
    return {entry: wanted[entry] for entry, facts in held if facts != wanted[entry]}


def _sealed(engine: Engine, file: Path) -> tuple[Any, ...] | None:
    return engine.execute(_SEALED, {"files": [str(file)]}).fetchone()
