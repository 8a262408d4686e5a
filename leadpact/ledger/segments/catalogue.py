"""Which files are the segments now, and which are not any more.

A reader takes the catalogue once and opens files by name.  What compaction replaced stays where it is for a grace
period, so that nobody who took the catalogue before loses a file.  A file that no row knows is an orphan.
"""

import fcntl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Final

from leadpact.ledger.faults import reach
from leadpact.ledger.models import Segment
from leadpact.ledger.segments.parquet import Content, sha256
from leadpact.ledger.types import SegmentView

GRACE: Final = timedelta(hours=1)  # longer than any one report or replay reads


@dataclass(frozen=True)
class Snapshot:
    """The segments at one moment: every position up to `last_position` is in exactly one of the files, once."""

    files: tuple[Path, ...]
    last_position: int


@dataclass(frozen=True)
class Batch:
    """Segments that were written together: all entries of a range of positions, cut by identity."""

    first_position: int
    last_position: int
    generation: int
    segments: tuple[SegmentView, ...]

    @property
    def rows(self) -> int:
        return sum(one.rows for one in self.segments)


def catalogue() -> list[SegmentView]:
    """Return the segments there are now, in the order of their positions and then of their identities."""
    rows = Segment.objects.filter(retired_at=None).order_by("from_position", "first_identity", "id")
    return sorted((view_of(row) for row in rows), key=lambda one: (one.from_position, one.first_identity or 0))


def batches(found: Sequence[SegmentView] | None = None) -> list[Batch]:
    """Return the segments by what they were written with, the oldest first."""
    some = catalogue() if found is None else found
    grouped = groupby(some, key=lambda one: (one.from_position, one.to_position, one.generation))
    return [Batch(*key, tuple(group)) for key, group in grouped]


def files(folder: Path) -> Snapshot:
    """Take the catalogue: the files stay readable for the grace period, whatever is sealed or compacted meanwhile."""
    found = catalogue()
    return Snapshot(tuple(folder / one.name for one in found), max((one.to_position for one in found), default=0))


def orphans(folder: Path) -> list[str]:
    """Return the names of files in the folder that no catalogue row knows."""
    known = set(Segment.objects.values_list("name", flat=True))
    found = [*folder.glob("*.parquet"), *folder.glob("*.rows"), *folder.glob("*.writing")]
    return sorted(file.name for file in found if file.name not in known)


def remove_orphans(folder: Path) -> list[str]:
    """Delete the files of seals and compactions that never ended; return their names."""
    if not folder.is_dir():
        return []
    with alone_in(folder):
        found = orphans(folder)
        for name in found:
            (folder / name).unlink()
        return found


def remove_retired(folder: Path, *, now: datetime, grace: timedelta = GRACE) -> list[str]:
    """Delete files that were replaced before the grace period began; return their names."""
    if not Segment.objects.filter(retired_at__lte=now - grace).exists():
        return []
    folder.mkdir(parents=True, exist_ok=True)
    removed = []
    with alone_in(folder):
        for row in Segment.objects.filter(retired_at__lte=now - grace).order_by("id"):
            # The file first: a row without a file is tried again, a file without a row would be an orphan.
            (folder / row.name).unlink(missing_ok=True)
            reach("retire:after-file")
            row.delete()
            reach("retire:after-row")
            removed.append(row.name)
    return removed


def view_of(row: Segment) -> SegmentView:
    return SegmentView(
        name=row.name,
        sha256=row.sha256,
        rows=row.rows,
        first_position=row.first_position,
        last_position=row.last_position,
        first_identity=row.first_identity,
        last_identity=row.last_identity,
        bytes=row.bytes,
        generation=row.generation,
        from_position=row.from_position,
        to_position=row.to_position,
    )


def describe(file: Path, held: Content, *, generation: int, first: int, last: int) -> SegmentView:
    """Return a file that was just written, of a batch with the positions from `first` to `last`, for the catalogue."""
    return SegmentView(
        name=file.name,
        sha256=sha256(file),
        rows=held.rows,
        first_position=held.first_position,
        last_position=held.last_position,
        first_identity=held.first_identity,
        last_identity=held.last_identity,
        bytes=file.stat().st_size,
        generation=generation,
        from_position=first,
        to_position=last,
    )


def enter(view: SegmentView, *, now: datetime) -> None:
    """Write the catalogue's row of a segment."""
    Segment.objects.create(
        name=view.name,
        sha256=view.sha256,
        rows=view.rows,
        first_position=view.first_position,
        last_position=view.last_position,
        first_identity=view.first_identity,
        last_identity=view.last_identity,
        bytes=view.bytes,
        generation=view.generation,
        from_position=view.from_position,
        to_position=view.to_position,
        sealed_at=now,
    )


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold the folder's lock: what still writes must not lose its file as an orphan."""
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
