"""Running query files on the product's own database, SQLite or PostgreSQL alike."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.db import connection

from leadpact.base.query_file import QueryFile, read_query, to_dbapi
from leadpact.base.wording import worded
from leadpact.loop.errors import NoSuchColumn
from leadpact.loop.types import Cell, Row, Sum, Where

FOLDER: Final = Path(__file__).parent / "sql"
# What a column holds where it is not known, to give every row a place.
_NOTHING: Final = {"bigint": "0", "text": "''"}

type Param = str | int | date | datetime | None


@dataclass(frozen=True)
class Count:
    """Rows to count and add up, told apart by columns and by when they lie.

    place   which part of the period they lie in, where `starts` does not say
    rows    the column that says for how many rows one stands; "": for itself
    """

    asked: QueryFile
    params: Mapping[str, Param]
    by: tuple[str, ...] = ()
    dated: str = ""
    starts: tuple[datetime, ...] = ()
    where: Where | None = None
    value: str = "value"
    place: int = 0
    rows: str = ""


@dataclass(frozen=True)
class Page:
    """Which rows of a list: those after a place, so many of them, in an order in which no two are the same.

    newest   from the end of that order
    """

    order: tuple[str, ...]
    after: tuple[Cell, ...] = ()
    limit: int | None = None
    newest: bool = False


@lru_cache(maxsize=64)
def query(name: str) -> QueryFile:
    """Return a query file of this package by name."""
    return read_query(FOLDER / f"{name}.sql")


def names() -> list[str]:
    """Return the names of all query files."""
    return sorted(path.stem for path in FOLDER.glob("*.sql"))


def rows(
    asked: QueryFile, params: Mapping[str, Param], *, where: Where | None = None, page: Page | None = None
) -> list[Row]:
    """Return the rows of a query, typed as its header says.

    where  columns of the answer and what each must be
    page   which of them, by key; None: all
    """
    kinds = {column.name: column.type for column in asked.columns}
    sql, values = to_dbapi(asked), _values(asked, params)
    conditions, chosen = _chosen(asked, where or {}, "")
    if page is not None and page.after:
        conditions.append(_after(page, kinds))
        chosen |= {f"after_{name}": _adapted(value) for name, value in zip(page.order, page.after, strict=True)}
    if conditions or page is not None:
        wanted = f" where {' and '.join(conditions)}" if conditions else ""
        way = " desc" if page and page.newest else ""
        order = f" order by {', '.join(_place(name, kinds) + way for name in page.order)}" if page else ""
        limit = f" limit {page.limit:d}" if page and page.limit is not None else ""
        sql = _unordered(sql) if page else sql
        sql = f"select * from ({sql}) answer{wanted}{order}{limit}"  # noqa: S608  # names of columns, checked
    with connection.cursor() as cursor:
        cursor.execute(sql, values | chosen)
        found = [each[0] for each in cursor.description]
        if found != list(kinds):
            raise AssertionError(f"{asked.name}.sql gives {found}, its header says {list(kinds)}")
        return [{name: _cell(value, kinds[name]) for name, value in zip(found, row, strict=True)} for row in cursor]


def sums(counts: Sequence[Count]) -> list[list[Sum]]:
    """Count and add up the rows of several queries in one look at the database, and so at one state of it.

    The sums run over the very rows that `rows` gives, so that a number and its rows cannot part.
    """
    if not counts:
        return []
    widest = max(len(count.by) for count in counts)
    parts, values = list[str](), dict[str, Param]()
    for number, count in enumerate(counts):
        sql, chosen = _counting(number, count, widest)
        parts.append(sql)
        values |= chosen
    found: list[list[Sum]] = [[] for _ in counts]
    with connection.cursor() as cursor:
        cursor.execute(" union all ".join(parts), values)
        for number, place, n, value, *said in cursor.fetchall():
            told = tuple(said[: len(counts[number].by)])
            found[number].append(Sum(told, int(place), int(n), int(value or 0)))
    return [sorted(each, key=lambda one: (one.place, [part or "" for part in one.parts])) for each in found]


def _counting(number: int, count: Count, widest: int) -> tuple[str, dict[str, Param]]:
    """Return one part of the look: its own names for parameters, and as many columns as the widest."""
    _demand(count.asked, (*count.by, count.value, *([count.dated] if count.dated else [])))
    prefix = f"q{number}_"
    sql = re.sub(r"(?<!%)%\((\w+)\)s", rf"%({prefix}\1)s", _unordered(to_dbapi(count.asked)))
    values = {f"{prefix}{name}": value for name, value in _values(count.asked, count.params).items()}
    conditions, chosen = _chosen(count.asked, count.where or {}, prefix)
    place = _slot(count, prefix)
    values |= chosen | {f"{prefix}start_{i}": _adapted(start) for i, start in enumerate(count.starts)}
    said = [f"cast(answer.{name} as text)" for name in count.by]
    padded = [*said, *["cast(null as text)"] * (widest - len(said))]
    groups = [*said, *([place] if count.starts else [])]
    wanted = f" where {' and '.join(conditions)}" if conditions else ""
    grouped = f" group by {', '.join(groups)}" if groups else " having count(*) > 0"
    n = f"cast(sum(answer.{count.rows}) as bigint)" if count.rows else "count(*)"
    columns = ", ".join([str(number), place, n, f"cast(sum(answer.{count.value}) as bigint)", *padded])
    return f"select {columns} from ({sql}) answer{wanted}{grouped}", values  # noqa: S608  # names, checked above


def _unordered(sql: str) -> str:
    """Return a query without its order, which nobody sees where its rows are counted or ordered anew.

    The order stands at the beginning of a line, those within the query further right; rows cut off need theirs.
    """
    head, _order, tail = sql.rpartition("\norder by ")
    return head if head and "\nlimit" not in tail and ")" not in tail.replace("count(*)", "") else sql


def _slot(count: Count, prefix: str) -> str:
    """Return the SQL for which part of the period a row lies in, 0 for the first."""
    return _halved(count, prefix, 0, len(count.starts)) if count.starts else str(count.place)


def _halved(count: Count, prefix: str, first: int, last: int) -> str:
    """Return the SQL for which of the parts `first` to `last`: asked in halves, as each row is asked."""
    if first == last:
        return str(first)
    middle = (first + last) // 2
    before, after = _halved(count, prefix, first, middle), _halved(count, prefix, middle + 1, last)
    return f"case when answer.{count.dated} < %({prefix}start_{middle})s then {before} else {after} end"


def _chosen(asked: QueryFile, where: Where, prefix: str) -> tuple[list[str], dict[str, Param]]:
    _demand(asked, where)
    kinds = {column.name: column.type for column in asked.columns}
    conditions = [
        f"{_known(name, kinds)} is null" if value is None else f"answer.{name} = %({prefix}where_{name})s"
        for name, value in where.items()
    ]
    return conditions, {
        f"{prefix}where_{name}": _typed(value, kinds[name]) for name, value in where.items() if value is not None
    }


def _known(name: str, kinds: Mapping[str, str]) -> str:
    """Return the SQL for a column that is null where it is not known; an empty text is no knowledge."""
    return f"nullif(answer.{name}, '')" if kinds[name] == "text" else f"answer.{name}"


def _typed(value: str, kind: str) -> Param:
    if kind != "bigint":
        return value
    if not re.fullmatch(r"\d{1,18}", value):
        raise NoSuchColumn(worded("{value} is no number.", value=repr(value)), details={"value": value})
    return int(value)


def _demand(asked: QueryFile, columns: Iterable[str]) -> None:
    unknown = set(columns) - {column.name for column in asked.columns}
    if unknown:
        named = ", ".join(sorted(unknown))
        raise NoSuchColumn(
            worded("The rows of {report} have no column {column}.", report=asked.name, column=named),
            details={"columns": named},
        )


def _after(page: Page, kinds: Mapping[str, str]) -> str:
    columns = ", ".join(_place(name, kinds) for name in page.order)
    places = ", ".join(f"%(after_{name})s" for name in page.order)
    return f"({columns}) {'<' if page.newest else '>'} ({places})"


def _place(name: str, kinds: Mapping[str, str]) -> str:
    nothing = _NOTHING.get(kinds[name])
    return f"coalesce(answer.{name}, {nothing})" if nothing else f"answer.{name}"


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
