"""Segments without what was erased: the same rows, positions, digests and chain, other facts.

Order, so that a crash at any moment harms nothing: write under a temporary name, fsync, compare, rename, then the
catalogue's row, and then the old file goes, at once: a reader that holds it open keeps it, nobody opens it again.
"""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import batched
from pathlib import Path
from typing import Any, Final

import msgspec
from django.db import transaction
from django.db.models import Q

from leadpact.ledger.errors import SegmentFault
from leadpact.ledger.faults import reach
from leadpact.ledger.models import Entry, Segment
from leadpact.ledger.rules import canonical
from leadpact.ledger.segments.catalogue import alone_in, remove_orphans, remove_retired, view_of
from leadpact.ledger.segments.parquet import Engine, connect, sha256, to_disk, write_changed
from leadpact.ledger.types import SegmentView

_AT_ONCE: Final = 5_000
_DIFFERING: Final = "SELECT s.entry, s.facts FROM read_parquet($files) s JOIN wanted w ON w.entry = s.entry"
_SEALED: Final = "SELECT count(*), bit_xor(hash(position, entry, kind, digest, chain)) FROM read_parquet($files)"


def rewrite(identities: Collection[int], also: Collection[int], *, now: datetime, folder: Path) -> list[str]:
    """Write every segment anew that says more of these identities' entries, or of `also`, than the ledger does.

    Files that were replaced or never finished go too, whatever their age.  Returns the names of the new files.
    """
    if not folder.is_dir():
        return []
    remove_orphans(folder)
    remove_retired(folder, now=now, grace=timedelta(0))
    with alone_in(folder):
        found = [_rewritten(view_of(row), identities, also, folder, now) for row in _touched(identities, also)]
    reach("erase:segments-written")
    return [name for name in found if name]


def _touched(identities: Collection[int], also: Collection[int]) -> list[Segment]:
    rows = Segment.objects.filter(retired_at=None).order_by("id")
    if also:
        return list(rows)
    within = Q()
    for identity in identities:
        within |= Q(last_identity__gte=identity) & (Q(first_identity__lte=identity) | Q(first_identity=None))
    return list(rows.filter(within)) if identities else []


def _rewritten(
    one: SegmentView, identities: Collection[int], also: Collection[int], folder: Path, now: datetime
) -> str:
    old = folder / one.name
    with connect(folder) as engine:
        changed = _changed(engine, old, _facts_of(identities, also))
        if not changed:
            return ""
        name = f"{one.from_position:012d}-{one.to_position:012d}-{secrets.token_hex(4)}"
        lines, writing = folder / f"{name}.rows", folder / f"{name}.writing"
        lines.write_bytes(b"\n".join(msgspec.json.encode({"entry": n, "facts": f}) for n, f in changed.items()))
        write_changed(engine, old, lines, writing)
        reach("erase:after-write")
        if _sealed(engine, old) != _sealed(engine, writing):
            raise SegmentFault(f"{one.name} would not hold the same entries.")
    lines.unlink()
    file = writing.rename(folder / f"{name}.parquet")
    to_disk(folder)
    reach("erase:after-rename")
    new = replace(one, name=file.name, sha256=sha256(file), bytes=file.stat().st_size)
    with transaction.atomic():
        Segment.objects.filter(name=one.name).update(name=new.name, sha256=new.sha256, bytes=new.bytes, sealed_at=now)
    reach("erase:after-catalogue")
    old.unlink(missing_ok=True)
    return new.name


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
