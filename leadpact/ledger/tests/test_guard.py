"""The database itself refuses to rewrite the ledger, whoever asks."""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from leadpact.ledger import actions
from leadpact.ledger.models import Entry, Position
from leadpact.ledger.types import NewEntry

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


def write_one() -> int:
    entry = NewEntry(
        kind="page.viewed", happened_at=NOON, identity=1, about="deal:1", facts={"n": 1}, personal={"ip": "192.0.2.1"},
        caused_by=1, source=1, message=b"m" * 16, content=b"c" * 16,
    )  # fmt: skip
    number = actions.append_one(entry, by="system", now=NOON)
    actions.sequence()
    return number


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        "kind = 'x'", "happened_at = '2020-01-01 00:00:00'", "recorded_at = '2020-01-01 00:00:00'", "identity = 2",
        "identity = NULL", "about = ''", "\"by\" = 'user:1'", "caused_by = NULL", "source = 2", "message = NULL",
        "content = NULL", "facts = '{}'", "digest = message", "id = 99", "salt = message", "personal = '{}'",
        "personal = NULL, kind = 'x'", "salt = NULL, facts = '{}'",
    ],
)  # fmt: skip
def test_no_column_of_an_entry_can_be_rewritten(change: str) -> None:
    number = write_one()
    with pytest.raises(DatabaseError, match="never rewritten"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE ledger_entry SET {change} WHERE id = %s", [number])


@pytest.mark.django_db
def test_erasure_may_empty_salt_and_personal() -> None:
    number = write_one()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_entry SET personal = NULL WHERE id = %s", [number])
        cursor.execute("UPDATE ledger_entry SET salt = NULL WHERE id = %s", [number])
    entry = Entry.objects.get(id=number)
    assert (entry.salt, entry.personal) == (None, None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM ledger_position",
        "DELETE FROM ledger_entry",
        "UPDATE ledger_position SET position = 2",
        "UPDATE ledger_position SET chain = ''",
    ],
)
def test_nothing_is_deleted_and_no_position_moves(statement: str) -> None:
    write_one()
    with pytest.raises(DatabaseError, match="never"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert (Entry.objects.count(), Position.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_test_database_can_be_emptied_and_is_guarded_again() -> None:
    write_one()
    call_command("flush", interactive=False, verbosity=0)
    assert Entry.objects.count() == 0
    write_one()
    with pytest.raises(DatabaseError, match="never"):
        Entry.objects.update(kind="x")


@pytest.mark.django_db
def test_facts_may_lose_what_is_personal_in_the_moment_of_erasure_and_never_again() -> None:
    number = write_one()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_entry SET salt = NULL, personal = NULL, facts = '{}' WHERE id = %s", [number])
    with pytest.raises(DatabaseError, match="never rewritten"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_entry SET facts = '{\"n\": 2}' WHERE id = %s", [number])
