"""The Parquet files themselves: their columns, how one is written, and what one holds."""

import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
import msgspec

from leadpact.base.wording import worded
from leadpact.ledger.errors import SegmentFault

ROWS_IN_A_GROUP: Final = 40_960  # one person's read decodes one group a file; smaller ones cost size
_COLUMNS: Final = {
    "position": "BIGINT", "entry": "BIGINT", "kind": "VARCHAR", "happened_at": "VARCHAR", "recorded_at": "VARCHAR",
    "identity": "BIGINT", "about": "VARCHAR", "by": "VARCHAR", "caused_by": "BIGINT", "source": "BIGINT",
    "facts": "VARCHAR", "digest": "VARCHAR", "chain": "VARCHAR",
}  # fmt: skip
NAMES: Final = tuple(_COLUMNS)
_READ_LINES: Final = """
SELECT position, entry, kind, make_timestamptz(epoch_us(CAST(happened_at AS TIMESTAMP))) AS happened_at,
       make_timestamptz(epoch_us(CAST(recorded_at AS TIMESTAMP))) AS recorded_at, identity, about, "by", caused_by,
       source, facts, unhex(digest) AS digest, unhex(chain) AS chain
FROM read_json($lines, format = 'newline_delimited', columns = $columns)
"""
_READ_FILES: Final = "SELECT * FROM read_parquet($files) WHERE {wanted}"
_WRITE: Final = f"""
COPY ({{rows}} ORDER BY identity NULLS FIRST, happened_at, position)
TO $file (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROWS_IN_A_GROUP})
"""
_CHANGED: Final = """
SELECT * FROM (SELECT s.* REPLACE (coalesce(n.facts, s.facts) AS facts) FROM read_parquet($old) s
LEFT JOIN read_json($lines, format = 'newline_delimited', columns = {entry: 'BIGINT', facts: 'VARCHAR'}) n
ON n.entry = s.entry)
"""
# Order does not matter to these sums, so that old and new files can be compared without sorting.
_MEASURE: Final = """
SELECT count(*), count(DISTINCT position), min(position), max(position),
       CASE WHEN count(*) = count(identity) THEN min(identity) END, max(identity),
       bit_xor(hash(position, entry, kind, happened_at, recorded_at, identity, about, "by", caused_by, source, facts,
                    digest, chain))
FROM read_parquet($files)
"""


@dataclass(frozen=True, slots=True)
class Content:
    """What files hold: numbers of rows and of positions, their bounds, and a sum over all values of all rows.

    first_identity  None where some rows hang on no identity; those stand first
    last_identity   None where all rows hang on none
    """

    rows: int
    positions: int
    first_position: int
    last_position: int
    first_identity: int | None
    last_identity: int | None
    total: int


type Engine = duckdb.DuckDBPyConnection


def connect(folder: Path) -> Engine:
    """Open an engine of bounded memory that puts what does not fit beside the segments."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": "512MB",
        "threads": 2,
        "temp_directory": str(folder / ".spill"),
    }
    return duckdb.connect(config=settings)


def write_rows(engine: Engine, rows: Iterable[Sequence[Any]], lines: Path, file: Path) -> None:
    """Write rows (as `NAMES`; moments as UTC text, digests in hex) into a Parquet file, by way of lines of JSON."""
    encode = msgspec.json.Encoder().encode
    with lines.open("wb") as target:
        target.writelines(encode(dict(zip(NAMES, row, strict=True))) + b"\n" for row in rows)
    values = {"lines": str(lines), "columns": _COLUMNS, "file": str(file)}
    engine.execute(_WRITE.replace("{rows}", _READ_LINES), values)
    to_disk(file)


def write_part(engine: Engine, files: Sequence[Path], wanted: str, file: Path) -> None:
    """Write those rows of files that fulfil a condition into one Parquet file."""
    rows = _READ_FILES.replace("{wanted}", wanted)
    engine.execute(_WRITE.replace("{rows}", rows), {"files": [str(one) for one in files], "file": str(file)})
    to_disk(file)


def write_changed(engine: Engine, old: Path, lines: Path, file: Path) -> None:
    """Write a file again, with the facts of those entries that `lines` of JSON name as they stand there."""
    values = {"old": str(old), "lines": str(lines), "file": str(file)}
    engine.execute(_WRITE.replace("{rows}", _CHANGED), values)
    to_disk(file)


def content_of(engine: Engine, files: Sequence[Path]) -> Content:
    """Return what some files hold together.  Raises `SegmentFault` for what is no segment, or holds nothing."""
    try:
        found = engine.execute(_MEASURE, {"files": [str(one) for one in files]}).fetchone()
    except duckdb.Error as error:
        raise SegmentFault(worded("{file} cannot be read.", file=files[0].name)) from error
    if found is None or not found[0]:
        raise SegmentFault(worded("{file} holds nothing.", file=files[0].name))
    return Content(*found)


def sha256(file: Path) -> str:
    """Return the fingerprint of a file, as the catalogue keeps it."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, would outlive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
