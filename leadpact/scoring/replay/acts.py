"""Acts as columns: out of Parquet files by the million, and out of the ledger's newest entries one by one."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from leadpact.engagement import everything
from leadpact.ledger.rules import microseconds
from leadpact.ledger.segments.compacting import key_ranges
from leadpact.ledger.segments.parquet import Engine, connect
from leadpact.ledger.types import StoredEntry
from leadpact.scoring.replay.shapes import MOST_SHAPES, Shapes

ROWS_AT_ONCE: Final = 4_000_000
_AT_ONCE: Final = 50_000
_DOCUMENTS: Final = """
CREATE TEMP TABLE documents AS
SELECT kind, facts, row_number() OVER () - 1 AS number
FROM (SELECT DISTINCT kind, facts FROM read_parquet($files)
      WHERE identity IS NOT NULL AND {is_act} AND position > $after)
""".replace("{is_act}", everything.IS_ACT)
_KNOWN: Final = """
CREATE TEMP TABLE known AS SELECT kind, facts, shape FROM documents JOIN numbered USING (number)
"""
_ACTS: Final = """
SELECT identity, epoch_us(happened_at) AS times, epoch_us(recorded_at) AS recorded, entry AS entries, shape AS shapes
FROM read_parquet($files) JOIN known USING (kind, facts)
WHERE identity IS NOT NULL AND position > $after AND ({wanted}) ORDER BY identity, times, entries
"""

type Longs = NDArray[np.int64]
type Ints = NDArray[np.int32]


@dataclass(frozen=True)
class Acts:
    """Some acts by (identity, moment, entry); `shapes` are numbers in the table."""

    identities: Longs
    times: Longs
    recorded: Longs
    entries: Longs
    shapes: Ints

    def runs(self, first: int) -> Longs:
        """Return (identity, start, end) of each identity's acts, the first act being number `first`."""
        count = len(self.identities)
        if not count:
            return np.zeros((0, 3), np.int64)
        starts = np.flatnonzero(np.r_[True, self.identities[1:] != self.identities[:-1]])
        ends = np.r_[starts[1:], count]
        return np.stack([self.identities[starts], starts + first, ends + first], axis=1)


@dataclass(frozen=True)
class Besides:
    """Shapes of acts that a pact tells apart by what the client said beside the standard properties."""

    entries: Longs
    shapes: Ints

    def put_into(self, entries: Longs, shapes: Ints) -> None:
        if not len(self.entries):
            return
        places = np.searchsorted(self.entries, entries)
        places[places == len(self.entries)] = 0
        known = self.entries[places] == entries
        shapes[known] = self.shapes[places[known]]


NOTHING_BESIDES: Final = Besides(np.zeros(0, np.int64), np.zeros(0, np.int32))


class Sealed:
    """The acts in Parquet files: first the table of their shapes, then the acts in parts, by identity.

    after  leave out positions up to this one
    """

    def __init__(self, files: Sequence[Path], shapes: Shapes, *, spill: Path, after: int = 0) -> None:
        self.shapes, self._files, self._after = shapes, [str(file) for file in files], after
        self._paths, self._spill = files, spill
        self._besides = NOTHING_BESIDES

    def parts(self, besides: Iterable[tuple[int, int]] = (), loose: Acts | None = None) -> Iterator[Acts]:
        """Yield the acts; `shapes` is the whole table, made as coarse as needed, before the first part comes.

        besides  (entry, shape) of those that the facts alone do not tell apart
        loose    acts that lie in no file; they come last
        """
        with connect(self._spill) as engine:
            known = self._number(engine) if self._files else np.zeros(0, np.int32)
            pairs = sorted(besides)
            told = np.asarray([shape for _, shape in pairs], np.int32)
            self._make_coarse_enough(known, told, *([] if loose is None else [loose.shapes]))
            self._besides = Besides(np.asarray([entry for entry, _ in pairs], np.int64), told)
            if self._files:
                engine.register("numbered", {"number": np.arange(len(known)), "shape": known})
                engine.execute(_KNOWN)
                engine.execute("DROP TABLE documents")
                for wanted in key_ranges(engine, self._paths, ROWS_AT_ONCE):
                    yield self._part(engine, wanted)
        if loose is not None:
            yield loose

    def _number(self, engine: Engine) -> Ints:
        engine.execute(_DOCUMENTS, self._asked())
        found = engine.execute("SELECT kind, facts FROM documents ORDER BY number")
        numbers: list[int] = []
        while rows := found.fetchmany(_AT_ONCE):
            numbers += [self.shapes.number(kind, json.loads(facts)) for kind, facts in rows]
        return np.asarray(numbers, np.int32)

    def _make_coarse_enough(self, *given: Ints) -> None:
        """Leave properties out until the table is small enough; `given` are numbers in it, changed in place."""
        while len(self.shapes.known) > MOST_SHAPES and (coarser := self.shapes.coarser()) is not None:
            former = [coarser.number(shape.kind, shape.properties) for shape in self.shapes.known]
            for numbers in given:
                numbers[:] = np.asarray(former, np.int32)[numbers]
            self.shapes = coarser

    def _part(self, engine: Engine, wanted: str) -> Acts:
        found: dict[str, Any] = engine.execute(_ACTS.replace("{wanted}", wanted), self._asked()).fetchnumpy()
        self._besides.put_into(found["entries"], found["shapes"])
        return Acts(found["identity"], found["times"], found["recorded"], found["entries"], found["shapes"])

    def _asked(self) -> dict[str, Any]:
        return {"files": self._files, "after": self._after}


def acts_of_entries(entries: Iterable[StoredEntry], shapes: Shapes) -> Acts:
    """Return entries of the ledger, acts each, as columns; new shapes go into the table."""
    beyond = shapes.wanted.beyond_standard()
    rows = []
    for entry in entries:
        besides = everything.besides(entry.personal) if entry.kind in beyond else None
        shape = shapes.number(entry.kind, entry.facts, besides)
        times = microseconds(entry.happened_at), microseconds(entry.recorded_at)
        rows.append((entry.identity, times[0], entry.id, times[1], shape))
    rows.sort()
    table = np.asarray(rows, np.int64).reshape(-1, 5)
    return Acts(table[:, 0], table[:, 1], table[:, 3], table[:, 2], table[:, 4].astype(np.int32))
