"""Many rows at once, by hand: Django spends more time on its own objects than the database on the rows."""

from collections.abc import Sequence
from datetime import datetime
from itertools import batched
from typing import Any, Final

from django.db import connection, models

from leadpact.people.models import Fact
from leadpact.people.types import FactView

_FACT_COLUMNS: Final = ("person_id", "company_id", "name", "value", "happened_at", "recorded_at", "entry")
_ROWS_AT_ONCE: Final = 2_000


def update_rows(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write these fields of rows that are there."""
    if not rows or not names:
        return
    known = {field.name: field for field in rows[0]._meta.concrete_fields}
    fields = [known[name] for name in names]
    columns = ", ".join(f"{connection.ops.quote_name(str(field.column))} = %s" for field in fields)
    table = connection.ops.quote_name(rows[0]._meta.db_table)
    values = [(*(_for_database(row, field) for field in fields), row.pk) for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {columns} WHERE id = %s", values)  # noqa: S608  # names of our own models


def insert_facts(of: str, facts: Sequence[tuple[int, FactView]]) -> None:
    """Write facts of persons or companies (`of`), each with whose it is."""
    adapt, value_field = connection.ops.adapt_datetimefield_value, Fact._meta.get_field("value")
    rows = []
    for whom, fact in facts:
        whose = (whom, None) if of == "person" else (None, whom)
        value = value_field.get_db_prep_save(fact.value, connection)
        rows.append((*whose, fact.name, value, adapt(fact.happened_at), adapt(fact.recorded_at), fact.entry))
    place = f"({', '.join(['%s'] * len(_FACT_COLUMNS))})"
    with connection.cursor() as cursor:
        for some in batched(rows, _ROWS_AT_ONCE):
            places = ", ".join([place] * len(some))
            sql = f"INSERT INTO people_fact ({', '.join(_FACT_COLUMNS)}) VALUES {places}"  # noqa: S608  # constants
            cursor.execute(sql, [value for row in some for value in row])


def fact(name: str, value: Any, happened_at: datetime, recorded_at: datetime, entry: int) -> FactView:
    """Return a fact to be written; its key follows from its entry."""
    return FactView(name, value, happened_at, recorded_at, f"{entry:020d}", entry)


def _for_database(row: models.Model, field: Any) -> Any:
    return field.get_db_prep_save(getattr(row, field.attname), connection)
