"""Segments: the sealed part of the ledger as immutable Parquet files, for reports and replays.

A segment holds the entries of a range of positions, sorted by (identity, happened_at, position), without their
personal part, so that erasure never rewrites a file.  Columns: position, entry, kind, happened_at, recorded_at,
identity, about, by, caused_by, source, facts (JSON text), digest, chain.

Order of a seal, so that a crash at any moment harms nothing: write under a temporary name, fsync, rename, and
then one transaction with the catalogue row and the mark.  A file without a row is an orphan.
"""

import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

import duckdb
from django.db import transaction

from leadpact.ledger import reads
from leadpact.ledger.errors import SegmentFault
from leadpact.ledger.faults import reach
from leadpact.ledger.models import Position, Reader, Segment
from leadpact.ledger.rules import canonical, microseconds
from leadpact.ledger.types import SegmentView

SEAL_READER: Final = "seal"
MOST_ROWS: Final = 500_000
_COLUMNS: Final = {
    "position": "BIGINT", "entry": "BIGINT", "kind": "VARCHAR", "happened_us": "BIGINT", "recorded_us": "BIGINT",
    "identity": "BIGINT", "about": "VARCHAR", "by": "VARCHAR", "caused_by": "BIGINT", "source": "BIGINT",
    "facts": "VARCHAR", "digest": "VARCHAR", "chain": "VARCHAR",
}  # fmt: skip
_WRITE: Final = """
COPY (
  SELECT position, entry, kind, make_timestamptz(happened_us) AS happened_at,
         make_timestamptz(recorded_us) AS recorded_at, identity, about, "by", caused_by, source, facts,
         unhex(digest) AS digest, unhex(chain) AS chain
  FROM read_json($rows, format = 'newline_delimited', columns = $columns)
  ORDER BY identity NULLS FIRST, happened_at, position
) TO $file (FORMAT parquet, COMPRESSION zstd)
"""


def seal(*, now: datetime, min_rows: int, folder: Path, max_rows: int = MOST_ROWS) -> SegmentView | None:
    """Seal the sequenced entries after the last segment; None when there are fewer than `min_rows`."""
    folder.mkdir(parents=True, exist_ok=True)
    with _alone_in(folder):
        sealed = _mark()
        last = min(reads.last_position(), sealed + max_rows)
        if last == sealed or last - sealed < min_rows:
            return None
        file = _write(folder, sealed + 1, last)
        view = SegmentView(file.name, sha256(file), last - sealed, sealed + 1, last)
        reach("seal:after-rename")
        with transaction.atomic():
            _enter(view, sealed, now)
            reach("seal:before-commit")
    reach("seal:after-commit")
    return view


def remove_orphans(folder: Path) -> list[str]:
    """Delete the files of seals that never ended; return their names."""
    if not folder.is_dir():
        return []
    with _alone_in(folder):
        found = orphans(folder)
        for name in found:
            (folder / name).unlink()
        return found


def orphans(folder: Path) -> list[str]:
    """Return the names of files in the folder that no catalogue row knows."""
    known = set(Segment.objects.values_list("name", flat=True))
    files = [*folder.glob("*.parquet"), *folder.glob("*.rows"), *folder.glob("*.writing")]
    return sorted(file.name for file in files if file.name not in known)


def catalogue() -> list[SegmentView]:
    """Return all segments in the order of their positions."""
    rows = Segment.objects.order_by("first_position")
    return [SegmentView(row.name, row.sha256, row.rows, row.first_position, row.last_position) for row in rows]


def _mark() -> int:
    return Reader.objects.filter(name=SEAL_READER).values_list("position", flat=True).first() or 0


def _enter(view: SegmentView, sealed: int, now: datetime) -> None:
    Reader.objects.get_or_create(name=SEAL_READER)
    # Compare and set: another machine, with a folder of its own, may have sealed the same range.
    if not Reader.objects.filter(name=SEAL_READER, position=sealed).update(position=view.last_position):
        raise SegmentFault("Another process has sealed these entries first.")
    Segment.objects.create(
        name=view.name,
        sha256=view.sha256,
        rows=view.rows,
        first_position=view.first_position,
        last_position=view.last_position,
        sealed_at=now,
    )


def _write(folder: Path, first: int, last: int) -> Path:
    name = f"{first:012d}-{last:012d}-{secrets.token_hex(4)}"
    rows, writing, file = folder / f"{name}.rows", folder / f"{name}.writing", folder / f"{name}.parquet"
    with rows.open("w", encoding="utf-8") as lines:
        lines.writelines(_lines(first, last))
    with duckdb.connect(config={"memory_limit": "512MB", "threads": 2, "temp_directory": str(folder)}) as database:
        database.execute(_WRITE, {"rows": str(rows), "columns": _COLUMNS, "file": str(writing)})
        counted = database.execute("SELECT count(*) FROM read_parquet($file)", {"file": str(writing)}).fetchone()
    if counted != (last - first + 1,):
        raise SegmentFault(f"Segment {name} holds {counted} rows, not {last - first + 1}.")
    _to_disk(writing)
    reach("seal:after-write")
    writing.rename(file)
    _to_disk(folder)
    rows.unlink()
    return file


def _lines(first: int, last: int) -> Iterator[str]:
    fields = "position", "entry_id", "chain", "entry__digest", "entry__kind", "entry__happened_at", "entry__recorded_at"
    more = "entry__identity", "entry__about", "entry__by", "entry__caused_by", "entry__source", "entry__facts"
    chosen = Position.objects.filter(position__gte=first, position__lte=last).order_by("position")
    for row in chosen.values_list(*fields, *more).iterator(chunk_size=2_000):
        position, entry, chain, digest, kind, happened_at, recorded_at, *rest = row
        identity, about, by, caused_by, source, facts = rest
        values = (
            position, entry, kind, microseconds(happened_at), microseconds(recorded_at), identity, about, by,
            caused_by, source, canonical(facts), bytes(digest).hex(), bytes(chain).hex(),
        )  # fmt: skip
        yield json.dumps(dict(zip(_COLUMNS, values, strict=True))) + "\n"


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256(file: Path) -> str:
    """Return the fingerprint of a file, as the catalogue keeps it."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Hold the folder's lock: a seal that still runs must not lose its file as an orphan."""
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
