"""The list of stores is whole: no column of text, JSON or bytes is missing, no folder, and the page is made of it."""

from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from leadpact.flow import stores

PAGE = Path(__file__).parents[2] / "docs/reference/stores.md"
NUMBERS = {
    "BigAutoField", "AutoField", "ForeignKey", "OneToOneField", "BigIntegerField", "IntegerField",
    "PositiveIntegerField", "PositiveSmallIntegerField", "PositiveBigIntegerField", "SmallIntegerField",
    "DateTimeField", "DateField", "TimeField", "BooleanField",
}  # fmt: skip

BY_HAND = {("ledger_message", "message"), ("ledger_message", "content")}  # made by a migration, on PostgreSQL alone


def test_every_column_that_could_hold_words_is_in_the_list_and_none_else() -> None:
    listed = [(table.name, column) for table in stores.TABLES for column in table.columns.split()]
    assert len(listed) == len(set(listed))
    there = {
        (model._meta.db_table, field.column)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_concrete_fields
        if field.get_internal_type() not in NUMBERS
    }
    there |= BY_HAND
    assert there - set(listed) == set(), "say in flow/stores.py whose these are and how they are erased"
    assert set(listed) - there == set(), "these are not there any more"


@pytest.mark.django_db
@pytest.mark.postgresql_only
def test_every_table_there_is_on_postgresql_is_in_the_list() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
            " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition"
            " AND relname <> 'django_migrations'"
            " AND attnum > 0 AND NOT attisdropped AND atttypid IN ('text'::regtype, 'varchar'::regtype,"
            " 'bytea'::regtype, 'jsonb'::regtype, 'json'::regtype)"
        )
        there = {tuple(row) for row in cursor.fetchall()}
    assert there - {(table.name, column) for table in stores.TABLES for column in table.columns.split()} == set()


def test_every_folder_of_the_settings_is_in_the_list() -> None:
    home = Path(settings.HOME)
    there = {
        Path(value).relative_to(home).as_posix()
        for name in dir(settings)
        if name.isupper() and isinstance(value := getattr(settings, name), Path) and value.is_relative_to(home)
    } - {"."}
    assert there - {place.name for place in stores.PLACES} == set()


def test_the_page_is_made_of_the_list() -> None:
    assert PAGE.read_text("utf-8") == stores.page()
