"""Compaction: few big files of many small ones, cut by identity, so that one person's read touches few row groups.

Segments are merged in tiers: as soon as `fanout` neighbouring batches of one generation lie there, they become one
batch of the next.  A row is so rewritten as often as the history has grown eightfold, and no more.

Order, so that a crash at any moment harms nothing and a reader never sees a part: write every file under a temporary
name, fsync, compare with the old ones, rename, and then one transaction that retires the old rows and enters the new
ones.  Retired files are removed after the grace period (`catalogue.remove_retired`).
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby, pairwise
from pathlib import Path
from typing import Final

from django.db import transaction

from leadpact.base.wording import worded
from leadpact.ledger.errors import SegmentFault
from leadpact.ledger.faults import reach
from leadpact.ledger.models import Segment
from leadpact.ledger.segments.catalogue import Batch, alone_in, batches, describe, enter
from leadpact.ledger.segments.parquet import Engine, connect, content_of, to_disk, write_part
from leadpact.ledger.types import SegmentView

FANOUT: Final = 8
ROWS_IN_A_FILE: Final = 4_000_000
_BUCKETS: Final = 4_096
_BOUNDS: Final = """
WITH bounds AS (SELECT min(identity) AS first, greatest((max(identity) - min(identity)) // $buckets, 0) + 1 AS width
                FROM read_parquet($files))
SELECT first + ((identity - first) // width + 1) * width - 1 AS last, count(*)
FROM read_parquet($files), bounds WHERE identity IS NOT NULL GROUP BY ALL ORDER BY last
"""


def compact(
    *,
    now: datetime,
    folder: Path,
    fanout: int = FANOUT,
    everything: bool = False,
    rows_in_a_file: int = ROWS_IN_A_FILE,
) -> list[SegmentView]:
    """Make one batch of the oldest `fanout` neighbours of one generation; returns it, empty when none are due.

    everything  make one batch of all there is
    """
    folder.mkdir(parents=True, exist_ok=True)
    with alone_in(folder):
        chosen = _chosen(batches(), fanout, everything=everything)
        if not chosen:
            return []
        new = _write(folder, chosen, rows_in_a_file)
        reach("compact:after-rename")
        with transaction.atomic():
            _swap([one.name for batch in chosen for one in batch.segments], new, now)
            reach("compact:before-commit")
    reach("compact:after-commit")
    return new


def _chosen(found: Sequence[Batch], fanout: int, *, everything: bool) -> list[Batch]:
    if everything:
        return list(found) if len(found) > 1 else []
    for _, group in groupby(found, key=lambda batch: batch.generation):
        neighbours = list(group)
        if len(neighbours) >= fanout:
            return neighbours[:fanout]
    return []


def _write(folder: Path, chosen: Sequence[Batch], rows_in_a_file: int) -> list[SegmentView]:
    first, last = chosen[0].first_position, chosen[-1].last_position
    generation = max(batch.generation for batch in chosen) + 1
    old = [folder / one.name for batch in chosen for one in batch.segments]
    stem = f"{first:012d}-{last:012d}-{secrets.token_hex(4)}"
    with connect(folder) as engine:
        written = _write_files(engine, old, folder / stem, rows_in_a_file)
        held = [content_of(engine, [file]) for file in written]
        before, after = content_of(engine, old), content_of(engine, written)
    if before != after or after.rows != after.positions or after.rows != last - first + 1:
        raise SegmentFault(worded("Compaction {name} does not hold what it was made of.", name=stem))
    reach("compact:after-check")
    renamed = []
    for file in written:
        renamed.append(file.rename(file.with_suffix(".parquet")))
        reach("compact:after-one-rename")
    to_disk(folder)
    described = zip(renamed, held, strict=True)
    return [describe(file, one, generation=generation, first=first, last=last) for file, one in described]


def _write_files(engine: Engine, old: Sequence[Path], stem: Path, rows_in_a_file: int) -> list[Path]:
    written = []
    for number, wanted in enumerate(key_ranges(engine, old, rows_in_a_file), start=1):
        written.append(stem.with_name(f"{stem.name}-{number:03d}.writing"))
        write_part(engine, old, wanted, written[-1])
        reach("compact:after-file")
    return written


def key_ranges(engine: Engine, old: Sequence[Path], rows_in_a_file: int) -> list[str]:
    """Return conditions that cut the rows by identity into files of about the same size; an identity is never cut."""
    buckets = engine.execute(_BOUNDS, {"files": [str(file) for file in old], "buckets": _BUCKETS}).fetchall()
    ends, rows = [], 0
    for end, count in buckets:
        rows += count
        if rows >= rows_in_a_file:
            ends.append(end)
            rows = 0
    if ends and not rows:
        ends.pop()  # the last file is open at its end
    if not ends:
        return ["TRUE"]
    between = [f"identity > {start} AND identity <= {end}" for start, end in pairwise(ends)]
    return [f"identity IS NULL OR identity <= {ends[0]}", *between, f"identity > {ends[-1]}"]


def _swap(old: Sequence[str], new: Sequence[SegmentView], now: datetime) -> None:
    # Compare and set: another machine, with a folder of its own, may have compacted the same segments.
    if Segment.objects.filter(name__in=old, retired_at=None).update(retired_at=now) != len(old):
        raise SegmentFault(worded("Another process has replaced these segments first."))
    reach("compact:after-retiring")
    for view in new:
        enter(view, now=now)
