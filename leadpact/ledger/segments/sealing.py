"""Sealing: the sequenced entries after the last segment become a segment.

Order, so that a crash at any moment harms nothing: write under a temporary name, fsync, rename, and then one
transaction with the catalogue row and the mark.  A file without a row is an orphan.
"""

import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.db import transaction

from leadpact.base.wording import worded
from leadpact.ledger import reads
from leadpact.ledger.errors import SegmentFault
from leadpact.ledger.faults import reach
from leadpact.ledger.models import Position, Reader
from leadpact.ledger.segments.catalogue import alone_in, describe, enter
from leadpact.ledger.segments.parquet import connect, content_of, to_disk, write_rows
from leadpact.ledger.segments.rows import rows_between
from leadpact.ledger.types import SegmentView

SEAL_READER: Final = "seal"
MOST_ROWS: Final = 500_000


def seal(
    *, now: datetime, min_rows: int, folder: Path, max_rows: int = MOST_ROWS, max_age: timedelta | None = None
) -> SegmentView | None:
    """Seal the sequenced entries after the last segment; None when there is nothing worth a segment.

    min_rows  fewer wait for more ...
    max_age   ... unless the oldest of them was recorded longer ago than this
    """
    folder.mkdir(parents=True, exist_ok=True)
    with alone_in(folder):
        sealed = mark()
        last = min(reads.last_position(), sealed + max_rows)
        if last == sealed or (last - sealed < min_rows and not _is_old(sealed + 1, max_age, now)):
            return None
        reach("seal:before-write")
        view = _write(folder, sealed + 1, last)
        reach("seal:after-rename")
        with transaction.atomic():
            _move_mark(sealed, last)
            reach("seal:after-mark")
            enter(view, now=now)
            reach("seal:before-commit")
    reach("seal:after-commit")
    return view


def mark() -> int:
    """Return the last position that lies in a segment."""
    return Reader.objects.filter(name=SEAL_READER).values_list("position", flat=True).first() or 0


def _is_old(first: int, max_age: timedelta | None, now: datetime) -> bool:
    if max_age is None:
        return False
    recorded_at = Position.objects.filter(position=first).values_list("entry__recorded_at", flat=True).first()
    return recorded_at is not None and recorded_at <= now - max_age


def _move_mark(sealed: int, last: int) -> None:
    Reader.objects.get_or_create(name=SEAL_READER)
    # Compare and set: another machine, with a folder of its own, may have sealed the same range.
    if not Reader.objects.filter(name=SEAL_READER, position=sealed).update(position=last):
        raise SegmentFault(worded("Another process has sealed these entries first."))


def _write(folder: Path, first: int, last: int) -> SegmentView:
    name = f"{first:012d}-{last:012d}-{secrets.token_hex(4)}"
    lines, writing, file = folder / f"{name}.rows", folder / f"{name}.writing", folder / f"{name}.parquet"
    with connect(folder) as engine:
        write_rows(engine, rows_between(first, last), lines, writing)
        reach("seal:after-write")
        held = content_of(engine, [writing])
    if (held.rows, held.positions, held.first_position, held.last_position) != (*[last - first + 1] * 2, first, last):
        raise SegmentFault(
            worded(
                "Segment {name} does not hold the positions {first} to {last}, each once.",
                name=name,
                first=first,
                last=last,
            )
        )
    reach("seal:after-check")
    writing.rename(file)
    lines.unlink()
    to_disk(folder)
    return describe(file, held, generation=0, first=first, last=last)
