"""Every store read with its own reader: which of them speak of somebody."""

import json
import os
import zlib
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from conftest import Home
from tests.erasure.person import ALL

# A part of a table is read with the whole.
TABLES = (
    "SELECT relname AS tablename FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    " AND relkind IN ('r', 'p') AND NOT relispartition"
)


def tables(home: Home) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, JSON read and sessions unpacked."""
    if home.env["DATABASE_URL"]:
        return dict(_postgresql(home.env["DATABASE_URL"]))
    return dict(_sqlite(home.path / "leadpact.sqlite3"))


def speaking(home: Home) -> set[str]:
    """Names of the stores in which one of the person's marks is found, by the store's own reader."""
    found = {
        name for name, rows in tables(home).items() if any(_speaks(value) for row in rows for value in row.values())
    }
    found |= {"search index"} if _in_search(home) else set()
    found |= {"segments"} if any(_speaks(value) for value in parquet_values(home.path / "segments")) else set()
    found |= {"replay"} if any(_speaks(value) for value in _replay_values(home.path / "replay")) else set()
    found |= {"uploads"} if any(_bytes_speak(file) for file in _files(home.path / "uploads")) else set()
    return found


def files_speaking(folder: Path) -> set[str]:
    """Names of the files whose bytes hold one of the marks, in any case of letters."""
    return {file.relative_to(folder).as_posix() for file in _files(folder) if _bytes_speak(file)}


def parquet_values(folder: Path) -> Iterator[Any]:
    files = [str(file) for file in sorted(folder.glob("*.parquet"))]
    if files:
        found = duckdb.execute("SELECT CAST(COLUMNS(*) AS VARCHAR) FROM read_parquet($files)", {"files": files})
        for row in found.fetchall():
            yield from row


def _speaks(value: Any) -> bool:
    text = value if isinstance(value, str) else json.dumps(value, default=_plain, ensure_ascii=False)
    return any(mark.casefold() in text.casefold() for mark in ALL)


def _plain(value: Any) -> str:
    return bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)


def _bytes_speak(file: Path) -> bool:
    content = file.read_bytes().lower()
    return any(mark.lower().encode(encoding) in content for mark in ALL for encoding in ("utf-8", "utf-16-le"))


def _files(folder: Path) -> Iterator[Path]:
    return (Path(root) / name for root, _folders, names in os.walk(folder) for name in names)


def _sqlite(file: Path) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    with _opened(file) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            cursor = connection.execute(f'SELECT * FROM "{name}" ORDER BY 1')
            columns = [each[0] for each in cursor.description]
            yield name, [_unpacked(name, dict(zip(columns, row, strict=True))) for row in cursor]


def _opened(file: Path) -> Any:
    import pysqlite3  # the product's own SQLite: an older one cannot read its search index

    return pysqlite3.connect(file)


def _postgresql(url: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    import psycopg
    from psycopg.rows import dict_row

    with psycopg.connect(url, row_factory=dict_row) as connection:
        names = connection.execute(TABLES).fetchall()
        for name in (str(row["tablename"]) for row in names):
            rows = connection.execute(f'SELECT * FROM "{name}" ORDER BY 1'.encode()).fetchall()
            yield name, [_unpacked(name, row) for row in rows]


def _unpacked(table: str, row: dict[str, Any]) -> dict[str, Any]:
    if table == "django_session":
        packed = row["session_data"].split(":")[0]
        data = urlsafe_b64decode(packed.lstrip(".") + "=" * (-len(packed.lstrip(".")) % 4))
        row = {**row, "session_data": (zlib.decompress(data) if packed.startswith(".") else data).decode()}
    return row


def _in_search(home: Home) -> bool:
    if home.env["DATABASE_URL"]:
        return False
    with _opened(home.path / "leadpact.sqlite3") as connection:
        sql = "SELECT count(*) FROM worklist_words WHERE worklist_words MATCH '\"quixworth\"'"
        return bool(connection.execute(sql).fetchone()[0])


def _replay_values(folder: Path) -> Iterator[Any]:
    for file in _files(folder):
        if file.suffix == ".json":
            yield json.loads(file.read_text("utf-8"))
        elif file.suffix == ".npy":
            yield np.load(file, allow_pickle=False).tobytes()
        else:
            yield file.read_bytes()
