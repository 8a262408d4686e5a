"""Proof that the segments say what the ledger says: no gap, no doubling, each file as sealed, each digest equal."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

import duckdb

from leadpact.ledger.errors import SegmentFault
from leadpact.ledger.models import Position
from leadpact.ledger.segments.catalogue import Batch, batches, orphans
from leadpact.ledger.segments.parquet import connect, content_of, sha256
from leadpact.ledger.segments.sealing import mark
from leadpact.ledger.types import Fault, SegmentView

_AT_ONCE: Final = 5_000
_DIGESTS: Final = "SELECT position, entry, digest, chain FROM read_parquet($files) ORDER BY position"


def faults_of(folder: Path) -> Iterator[Fault]:
    """Yield everything that is wrong with the segments in a folder."""
    last = 0
    for batch in batches():
        name = batch.segments[0].name
        if batch.first_position != last + 1:
            yield Fault("segment_gap", name, f"Position {last + 1} should be its first, not {batch.first_position}.")
        last = batch.last_position
        found = [fault for one in batch.segments for fault in _of_file(one, folder / one.name)]
        yield from found
        if not found:
            yield from _of_batch(batch, folder)
    if mark() != last:
        yield Fault("seal_mark", "reader seal", f"The mark says {mark()}, the segments end at {last}.")
    for name in orphans(folder):
        yield Fault("segment_orphan", name, "No catalogue row knows this file; `leadpact ledger seal` removes it.")


def _of_file(one: SegmentView, file: Path) -> Iterator[Fault]:
    if not file.is_file():
        yield Fault("segment_missing", one.name, "The file is not there; `leadpact ledger rebuild` writes it anew.")
        return
    if sha256(file) != one.sha256:
        yield Fault("segment_changed", one.name, "The file is not what was sealed; `leadpact ledger rebuild` mends it.")
        return
    try:
        with connect(file.parent) as engine:
            held = content_of(engine, [file])
    except SegmentFault as fault:
        yield Fault("segment_rows", one.name, fault.message)
        return
    found = held.positions, held.first_position, held.last_position
    if held.rows != held.positions or found != (one.rows, one.first_position, one.last_position):
        yield Fault("segment_rows", one.name, f"The file holds (rows, first, last) {found}.")


def _of_batch(batch: Batch, folder: Path) -> Iterator[Fault]:
    name = batch.segments[0].name
    if batch.rows != batch.last_position - batch.first_position + 1:
        yield Fault("segment_rows", name, f"The files with this one hold {batch.rows} rows together.")
        return
    files = [str(folder / one.name) for one in batch.segments]
    with connect(folder) as engine:
        differing = list(_differing(batch, _rows(engine, files)))
    if differing:
        more = f", as have {len(differing) - 1} more" if len(differing) > 1 else ""
        yield Fault("segment_differs", name, f"Position {differing[0]} has another digest in the ledger{more}.")


def _differing(batch: Batch, sealed: Iterator[tuple[Any, ...]]) -> Iterator[int]:
    for start in range(batch.first_position, batch.last_position + 1, _AT_ONCE):
        end = min(batch.last_position, start + _AT_ONCE - 1)
        rows = Position.objects.filter(position__gte=start, position__lte=end)
        stored = rows.values_list("position", "entry_id", "entry__digest", "chain")
        known = {position: (entry, bytes(digest), bytes(chain)) for position, entry, digest, chain in stored}
        for position, *held in islice(sealed, end - start + 1):
            if known.get(position) != tuple(held):
                yield position


def _rows(engine: duckdb.DuckDBPyConnection, files: list[str]) -> Iterator[tuple[Any, ...]]:
    found = engine.execute(_DIGESTS, {"files": files})
    while rows := found.fetchmany(_AT_ONCE):
        yield from rows
