"""Rows read by hand, for what is asked at every step: there Django takes longer to build a query than to run it."""

import json
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection

type Value = str | int | bytes | datetime


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
