"""Rows read and put by hand, for what every step does: there Django takes longer to build a query than to run it."""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime
from itertools import batched, chain
from typing import Any, Final

from django.db import connection

type Value = str | int | bytes | datetime

_MOST_VALUES: Final = 30_000  # in one statement; SQLite takes 32,766


def rows(sql: str, values: Sequence[Value] = ()) -> list[tuple[Any, ...]]:
    """Run a SELECT; moments and JSON come back as the database has them: see `moment` and `document`."""
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(sql, [adapt(value) if isinstance(value, datetime) else value for value in values])
        return list(cursor.fetchall())


def one_of(column: str, values: Collection[object]) -> str:
    """Return the condition that a column is one of so many values."""
    return f"{column} IN ({', '.join(['%s'] * len(values))})" if values else "FALSE"


def moment(value: datetime) -> datetime:
    """Return a moment in UTC, as which SQLite gives it back without saying so."""
    return value if value.tzinfo is not None else value.replace(tzinfo=UTC)


def moment_if_any(value: datetime | None) -> datetime | None:
    return None if value is None else moment(value)


def document(text: str | None) -> Any:
    """Return what a JSON column holds."""
    return None if text is None else json.loads(text)


def put(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows, over those that are there with the same first column; JSON is given as text."""
    names, (key, *others) = ", ".join(columns), columns
    news = ", ".join(f"{column} = excluded.{column}" for column in others)
    place = f"({', '.join(['%s'] * len(columns))})"
    with connection.cursor() as cursor:
        for some in batched(rows, _MOST_VALUES // len(columns)):
            places = ", ".join([place] * len(some))
            sql = f"INSERT INTO {table} ({names}) VALUES {places} ON CONFLICT ({key}) DO UPDATE SET {news}"  # noqa: S608  # names
            cursor.execute(sql, [_adapted(value) for value in chain(*some)])


def _adapted(value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value.isoformat() if isinstance(value, date) else value
