"""Rows read and put by hand, for what every step does: there Django takes longer to build a query than to run it."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import batched, chain
from operator import itemgetter
from typing import Any, Final

import msgspec
from django.core.exceptions import EmptyResultSet
from django.db import connection, models

type Value = str | int | bytes | datetime

_MOST_VALUES: Final = 30_000  # in one statement; SQLite takes 32,766
_JSON: Final = msgspec.json.Decoder()


def rows(sql: str, values: Sequence[Value] = ()) -> list[tuple[Any, ...]]:
    """Run a SELECT; moments and JSON come back as the database has them: see `moment` and `document`."""
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(sql, [adapt(value) if isinstance(value, datetime) else value for value in values])
        return list(cursor.fetchall())


@dataclass(frozen=True, eq=False)
class Question[T]:
    """A SELECT that may be asked together with others, and how its rows are read.

    columns  how many it has; JSON among them cast to text, no bytes
    order    the columns to sort by, whatever the statement says
    """

    sql: str
    values: Sequence[Value]
    columns: int
    read: Callable[[list[Sequence[Any]]], T]
    order: tuple[int, ...] = ()


def question_of[M: models.Model, T](chosen: models.QuerySet[M], read: Callable[[list[M]], T]) -> Question[T]:
    """Return what a queryset asks, to be asked with other things; `read` gets its rows, in no order.

    Whatever is annotated is an attribute of each row, moments and documents as the database writes them; no bytes.
    """
    fields, annotated = chosen.model._meta.concrete_fields, list(chosen.query.annotations)
    names, readers = [field.attname for field in fields], [_reader(field) for field in fields]

    def made(rows: list[Sequence[Any]]) -> T:
        found = []
        for row in rows:
            values = [value if reader is None else reader(value) for reader, value in zip(readers, row, strict=False)]
            made = chosen.model.from_db(chosen.db, names, values)
            for name, value in zip(annotated, row[len(names) :], strict=True):
                setattr(made, name, value)
            found.append(made)
        return read(found)

    try:
        sql, values = chosen.order_by().query.sql_with_params()
    except EmptyResultSet:
        return Question("SELECT NULL WHERE 1 = 0", (), 1, made)
    return Question(sql, values, len(names) + len(annotated), made)


def _reader(field: "models.Field[Any, Any]") -> Callable[[Any], Any] | None:
    """Return how a column is read from what JSON made of it; None: as it is."""
    if isinstance(field, models.DateTimeField):
        return moment_if_any
    if isinstance(field, models.DateField):
        return lambda value: None if value is None else date.fromisoformat(value)
    if isinstance(field, models.JSONField) and connection.vendor != "postgresql":  # there it is read with the row
        return document
    if isinstance(field, models.BooleanField):
        return lambda value: None if value is None else bool(value)
    return None


class Answers:
    """What `at_once` found, by question."""

    def __init__(self, rows: Mapping[Question[Any], list[Sequence[Any]]]) -> None:
        self._rows = rows

    def to[T](self, question: Question[T]) -> T:
        found = self._rows[question]
        return question.read(sorted(found, key=itemgetter(*question.order)) if question.order else found)


def at_once(*questions: Question[Any]) -> Answers:
    """Ask several questions in one statement: moments come back as text, which `moment` reads too."""
    packed = "json_build_array" if connection.vendor == "postgresql" else "json_array"
    parts, chosen, values = [], [], list[Value]()
    for place, question in enumerate(questions):
        names = ", ".join(f"c{number}" for number in range(question.columns))
        parts.append(f"q{place}({names}) AS ({question.sql})")
        chosen.append(f"SELECT {place}, CAST({packed}({names}) AS text) FROM q{place}")  # noqa: S608  # numbers
        values += question.values
    found: dict[Question[Any], list[Sequence[Any]]] = {question: [] for question in questions}
    for place, row in rows(f"WITH {', '.join(parts)} {' UNION ALL '.join(chosen)}", values):
        found[questions[place]].append(document(row))
    return Answers(found)


def one_of(column: str, values: Collection[object]) -> str:
    """Return the condition that a column is one of so many values."""
    return f"{column} IN ({', '.join(['%s'] * len(values))})" if values else "FALSE"


def moment(value: datetime | str) -> datetime:
    """Return a moment in UTC, as which SQLite gives it back without saying so; of several tables in one, as text."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value if value.tzinfo is not None else value.replace(tzinfo=UTC)


def moment_if_any(value: datetime | str | None) -> datetime | None:
    return None if value is None else moment(value)


def document(text: str | None) -> Any:
    """Return what a JSON column holds."""
    if text is None:
        return None
    try:
        return _JSON.decode(text)
    except msgspec.DecodeError:  # half a surrogate pair, say, which a table other than the ledger may hold
        return json.loads(text)


def put(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], news: str = "") -> None:
    """Write rows, over those that are there with the same first column; JSON is given as text.

    news  what becomes of a row that is there, as SQL says it after SET; left out: all of it is written over
    """
    names, (key, *others) = ", ".join(columns), columns
    news = news or ", ".join(f"{column} = excluded.{column}" for column in others)
    if connection.vendor == "postgresql":
        from leadpact.ledger import by_columns

        by_columns.insert(table, columns, rows, f"ON CONFLICT ({key}) DO UPDATE SET {news}")
        return
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
