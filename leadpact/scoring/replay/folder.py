"""A self-contained history folder: everything a replay reads, as Parquet, for other engines and other machines.

    segments/*.parquet   position, entry, kind, happened_at, recorded_at, identity, facts (the scored properties, JSON)
    persons.parquet      identity, person, company; one row an identity; identity 0: a person without any
    facts.parquet        person, name (person.x, company.x), value (JSON), happened_at
    resets.parquet       person, happened_at, why
    outcomes.parquet     person, handed_over_at, outcome (won, rejected, other), outcome_at
    voids.parquet        entry: acts that do not count
    history.json         what it is of, and its size

Format: docs/reference/history-folder.md.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from leadpact.ledger.segments.parquet import Engine, connect, to_disk
from leadpact.scoring.replay.shapes import text_of
from leadpact.scoring.replay.types import Shape

FORMAT: Final = 1
type Array = NDArray[Any]

_SEGMENT: Final = """
COPY (
  SELECT entries AS position, entries AS entry, kind, make_timestamptz(times) AS happened_at,
         make_timestamptz(recorded) AS recorded_at, identities AS identity, facts
  FROM acts JOIN known ON known.shape = acts.shapes ORDER BY identities, times, entries
) TO $file (FORMAT parquet, COMPRESSION zstd)
"""
_TABLES: Final[Mapping[str, str]] = {
    "persons": "SELECT identity, person, nullif(company, 0) AS company FROM given ORDER BY identity, person",
    "facts": (
        "SELECT person, name, value, make_timestamptz(times) AS happened_at FROM given ORDER BY person, times, part"
    ),
    "resets": "SELECT person, make_timestamptz(times) AS happened_at, why FROM given ORDER BY person, times",
    "outcomes": (
        "SELECT person, make_timestamptz(times) AS handed_over_at, outcome,"
        " CASE WHEN ended > 0 THEN make_timestamptz(ended) END AS outcome_at FROM given ORDER BY person, times"
    ),
    "voids": "SELECT entry FROM given ORDER BY entry",
}


class FolderWriter:
    """Writes a history folder part by part, within bounded memory."""

    def __init__(self, folder: Path, shapes: Sequence[Shape]) -> None:
        self.folder, self.acts = folder, 0
        (folder / "segments").mkdir(parents=True, exist_ok=True)
        self._engine: Engine = connect(folder)
        kinds, texts = [shape.kind for shape in shapes], [text_of(shape.properties) for shape in shapes]
        self._engine.execute("CREATE TABLE known (shape INTEGER, kind VARCHAR, facts VARCHAR)")
        rows = [[number, kind, text] for number, (kind, text) in enumerate(zip(kinds, texts, strict=True))]
        if rows:
            self._engine.executemany("INSERT INTO known VALUES (?, ?, ?)", rows)

    def segment(self, acts: Mapping[str, Array]) -> None:
        """Write one file of acts: identities, times, recorded, entries, shapes."""
        number = len(list((self.folder / "segments").glob("*.parquet"))) + 1
        file = self.folder / "segments" / f"{number:05d}.parquet"
        self._engine.register("acts", dict(acts))
        self._engine.execute(_SEGMENT, {"file": str(file)})
        self._engine.unregister("acts")
        to_disk(file)
        self.acts += len(acts["times"])

    def table(self, name: str, given: Mapping[str, Array]) -> None:
        """Write one of the other files from columns of the same length; moments are microseconds."""
        self._engine.register("given", dict(given))
        file = self.folder / f"{name}.parquet"
        self._engine.execute(f"COPY ({_TABLES[name]}) TO $file (FORMAT parquet, COMPRESSION zstd)", {"file": str(file)})
        self._engine.unregister("given")
        to_disk(file)

    def finish(self, about: Mapping[str, Any]) -> None:
        """Say what the folder holds; it is whole from here on."""
        self._engine.close()
        file = self.folder / "history.json"
        file.write_text(json.dumps({"format": FORMAT, **about}, ensure_ascii=False, indent=1), encoding="utf-8")
        to_disk(file)


def texts(values: Sequence[str]) -> Array:
    """Return texts as a column."""
    return np.asarray(values, dtype=object)
