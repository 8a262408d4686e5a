"""Writing a damaged or lost segment anew from the ledger's tables, where its entries are kept."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from django.db import transaction

from leadpact.base.wording import worded
from leadpact.ledger.errors import SegmentFault
from leadpact.ledger.faults import reach
from leadpact.ledger.models import Segment
from leadpact.ledger.segments.catalogue import alone_in, catalogue
from leadpact.ledger.segments.parquet import connect, content_of, sha256, to_disk, write_rows
from leadpact.ledger.segments.rows import rows_between
from leadpact.ledger.types import SegmentView


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A segment that was written anew, under another name: a reader may still hold what is left of the old one."""

    former: str
    segment: SegmentView


def rebuild(*, now: datetime, folder: Path, everything: bool = False) -> list[Rebuilt]:
    """Write every segment anew whose file is missing or not what was sealed; returns them.

    everything  also those that are whole

    Raises `SegmentFault` where the ledger no longer holds what the segment held.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with alone_in(folder):
        return [_rebuilt(one, folder, now) for one in catalogue() if everything or is_damaged(one, folder)]


def is_damaged(one: SegmentView, folder: Path) -> bool:
    """Say whether the file is missing or is not what was sealed."""
    file = folder / one.name
    return not file.is_file() or sha256(file) != one.sha256


def _rebuilt(one: SegmentView, folder: Path, now: datetime) -> Rebuilt:
    name = f"{one.from_position:012d}-{one.to_position:012d}-{secrets.token_hex(4)}"
    lines, writing, file = folder / f"{name}.rows", folder / f"{name}.writing", folder / f"{name}.parquet"
    also, values = _condition(one)
    with connect(folder) as engine:
        rows = rows_between(one.from_position, one.to_position, also=also, values=values)
        write_rows(engine, rows, lines, writing)
        reach("rebuild:after-write")
        held = content_of(engine, [writing])
    if (held.rows, held.first_position, held.last_position) != (one.rows, one.first_position, one.last_position):
        raise SegmentFault(worded("The ledger no longer holds what {file} held.", file=one.name))
    writing.rename(file)
    lines.unlink()
    to_disk(folder)
    reach("rebuild:after-rename")
    new = replace(one, name=file.name, sha256=sha256(file), bytes=file.stat().st_size)
    with transaction.atomic():
        row = Segment.objects.select_for_update().get(name=one.name)
        row.name, row.sha256, row.bytes, row.sealed_at = new.name, new.sha256, new.bytes, now
        row.save(update_fields=["name", "sha256", "bytes", "sealed_at"])
    reach("rebuild:after-commit")
    (folder / one.name).unlink(missing_ok=True)
    return Rebuilt(one.name, new)


def _condition(one: SegmentView) -> tuple[str, list[int]]:
    """Return which entries of its batch the segment holds: files of a batch never share an identity."""
    if one.last_identity is None:
        return "e.identity IS NULL", []
    if one.first_identity is None:
        return "e.identity IS NULL OR e.identity <= %s", [one.last_identity]
    return "e.identity BETWEEN %s AND %s", [one.first_identity, one.last_identity]
