"""Reading sealed entries by whom they hang on: files and row groups are cut by identity, so few are touched."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from leadpact.ledger.segments.catalogue import catalogue
from leadpact.ledger.segments.parquet import Engine, connect
from leadpact.ledger.types import SegmentView

_OF_IDENTITIES: Final = """
SELECT position, entry, kind, epoch_us(happened_at), epoch_us(recorded_at), identity, facts
FROM read_parquet($files) WHERE identity IN (SELECT unnest($identities)) AND identity BETWEEN $first AND $last
ORDER BY identity, happened_at, position
"""


@dataclass(frozen=True, slots=True)
class SealedEntry:
    """One row of a segment; times in microseconds since 1970, `facts` as JSON text."""

    position: int
    entry: int
    kind: str
    happened_us: int
    recorded_us: int
    identity: int
    facts: str


def entries_of(
    identities: Collection[int],
    folder: Path,
    *,
    known: Sequence[SegmentView] | None = None,
    engine: Engine | None = None,
) -> list[SealedEntry]:
    """Return what lies in segments of some identities, by identity, time and position.

    known   the catalogue, where the reader has taken it already
    engine  one that is open already: opening one takes longer than the read
    """
    if not identities:
        return []
    first, last = min(identities), max(identities)
    files = [
        str(folder / one.name)
        for one in (catalogue() if known is None else known)
        if one.last_identity is not None and (one.first_identity or 0) <= last and first <= one.last_identity
    ]
    if not files:
        return []
    values = {"files": files, "identities": sorted(identities), "first": first, "last": last}
    if engine is not None:
        return [SealedEntry(*row) for row in engine.execute(_OF_IDENTITIES, values).fetchall()]
    with connect(folder) as opened:
        return [SealedEntry(*row) for row in opened.execute(_OF_IDENTITIES, values).fetchall()]
