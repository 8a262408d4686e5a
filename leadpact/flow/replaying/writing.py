"""Who was ready when, as a Parquet file: person, qualified_from, qualified_to (null: still on)."""

from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from leadpact.scoring.replay.types import STILL_ON

if TYPE_CHECKING:
    from leadpact.scoring.replay.types import Intervals

_COPY = """
COPY (
  SELECT person, make_timestamptz(since) AS qualified_from,
         CASE WHEN until = $still_on THEN NULL ELSE make_timestamptz(until) END AS qualified_to
  FROM found ORDER BY person, since
) TO $file (FORMAT parquet, COMPRESSION zstd)
"""


def write_intervals(intervals: "Intervals", target: Path) -> None:
    """Write the intervals under a passing name, then rename: nobody reads a half-written file."""
    writing = target.with_name(f".{target.name}.writing")
    with duckdb.connect() as database:
        database.execute("SET TimeZone = 'UTC'")
        found = {"person": intervals.persons, "since": intervals.since, "until": intervals.until}
        database.register("found", found)
        database.execute(_COPY, {"still_on": STILL_ON, "file": str(writing)})
    writing.replace(target)
