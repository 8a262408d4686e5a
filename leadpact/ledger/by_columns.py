"""Many rows in one statement on PostgreSQL: each column goes over as one array, which the server takes apart.

A statement with a place for each value of each row is parsed value by value; one with an array a column is as long
for a thousand rows as for one, and its values go over in binary.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Final

from django.db import connection

_AT_ONCE: Final = 10_000  # rows
_AS_TEXT: Final = {"jsonb", "json", "character varying"}  # given as text; their arrays are cast one by one


def insert(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], end: str = "") -> list[tuple[Any, ...]]:
    """Insert rows in the order given; JSON is given as text.

    columns  names of our own, as SQL has them: quoted where it must be
    end      what follows the rows: ON CONFLICT ... or RETURNING ...; what it returns is handed back
    """
    given, found = list(rows), list[tuple[Any, ...]]()
    statement = _statement(table, tuple(columns)) + end
    for first in range(0, len(given), _AT_ONCE):
        found += execute(statement, [list(column) for column in zip(*given[first : first + _AT_ONCE], strict=True)])
    return found


def execute(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run a statement whose values the server binds, `%b` where in binary; errors are Django's."""
    import psycopg  # asked for on PostgreSQL alone

    connection.ensure_connection()
    if connection.queries_logged:  # as Django does of its own
        connection.queries_log.append({"sql": sql, "time": ""})
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(sql.encode(), values)
        return cursor.fetchall() if cursor.description else []


@cache
def _statement(table: str, columns: tuple[str, ...]) -> str:
    types = _types(table)
    names, arrays, chosen = [], [], []
    for number, column in enumerate(columns):
        kind = types[column.strip('"')]
        names.append(f"c{number}")
        arrays.append(f"%b::{'text' if kind in _AS_TEXT else kind}[]")
        chosen.append(f"c{number}::{kind}" if kind in _AS_TEXT else f"c{number}")
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(chosen)}"  # noqa: S608  # names and types
        f" FROM unnest({', '.join(arrays)}) AS given({', '.join(names)}) "
    )


def _types(table: str) -> dict[str, str]:
    """Return the types of a table's columns, without their lengths, which the column itself holds to."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
            [table],
        )
        return dict(cursor.fetchall())
