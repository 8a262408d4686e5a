"""Running a query file on the product's own database, SQLite or PostgreSQL alike."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.db import connection

from leadpact.base.query_file import QueryFile, read_query, to_dbapi
from leadpact.loop.errors import NoSuchColumn
from leadpact.loop.types import Cell, Row

FOLDER: Final = Path(__file__).parent / "sql"

type Param = str | date | datetime | None


@lru_cache(maxsize=64)
def query(name: str) -> QueryFile:
    """Return a query file of this package by name."""
    return read_query(FOLDER / f"{name}.sql")


def names() -> list[str]:
    """Return the names of all query files."""
    return sorted(path.stem for path in FOLDER.glob("*.sql"))


def rows(asked: QueryFile, params: Mapping[str, Param], *, where: Mapping[str, str] | None = None) -> list[Row]:
    """Return the rows of a query, typed as its header says.

    where  columns of the answer and the text each must equal
    """
    sql, values = to_dbapi(asked), _values(asked, params)
    if where:
        unknown = set(where) - {column.name for column in asked.columns}
        if unknown:
            named = ", ".join(sorted(unknown))
            raise NoSuchColumn(f"The rows of {asked.name} have no column {named}.", details={"columns": named})
        wanted = " and ".join(f"answer.{name} = %(where_{name})s" for name in where)
        sql = f"select * from ({sql}) answer where {wanted}"  # noqa: S608  # names of columns, checked above
        values |= {f"where_{name}": value for name, value in where.items()}
    kinds = {column.name: column.type for column in asked.columns}
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found = [each[0] for each in cursor.description]
        if found != list(kinds):
            raise AssertionError(f"{asked.name}.sql gives {found}, its header says {list(kinds)}")
        return [{name: _cell(value, kinds[name]) for name, value in zip(found, row, strict=True)} for row in cursor]


def totals(asked: QueryFile, params: Mapping[str, Param], *, by: str, sums: tuple[str, ...]) -> list[tuple[Cell, ...]]:
    """Return, for each value of the column `by`, that value, the count of rows and the sums of columns.

    The sums run over the very rows that `rows` gives, so that a number and its rows cannot part.
    """
    known = {column.name for column in asked.columns}
    if not {by, *sums} <= known:
        raise ValueError(f"{asked.name} lacks one of {by}, {sums}")
    added = "".join(f", cast(sum(answer.{name}) as bigint)" for name in sums)
    grouped = f"group by answer.{by} order by answer.{by}"
    sql = f"select answer.{by}, count(*){added} from ({to_dbapi(asked)}) answer {grouped}"  # noqa: S608  # checked above
    with connection.cursor() as cursor:
        cursor.execute(sql, _values(asked, params))
        return [tuple(row) for row in cursor]


def _values(asked: QueryFile, params: Mapping[str, Param]) -> dict[str, Param]:
    return {param.name: _adapted(params[param.name]) for param in asked.params}


def _adapted(value: Param) -> Param:
    """Return a parameter as the database holds such values, which on SQLite is text."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    return value


def _cell(value: object, kind: str) -> Cell:
    if value is None:
        return None
    if kind == "timestamptz":
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        assert isinstance(moment, datetime)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    if kind == "date":
        return date.fromisoformat(value) if isinstance(value, str) else value  # type: ignore[return-value]  # a date
    if kind == "bigint":
        assert isinstance(value, int | Decimal)
        return int(value)
    return str(value)
