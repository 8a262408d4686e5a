"""Whoever changes one byte of the ledger behind its back is found, and the entry is named."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection

from leadpact.ledger import actions, erasing, guard
from leadpact.ledger.segments import sealing
from leadpact.ledger.segments.parquet import sha256
from leadpact.ledger.types import NewEntry
from leadpact.ledger.verify import verify

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "segments"


@pytest.fixture
def ids(folder: Path) -> list[int]:
    """Nine entries; the first six sealed in two segments, all but the last sequenced; identity 3 erased."""
    new = [
        NewEntry(
            kind="page.viewed", happened_at=NOON, identity=n, about=f"deal:{n}", caused_by=n, source=1,
            message=bytes([n]) * 16, content=bytes([n]) * 16,
            facts={"path": "/a", "n": n}, personal={"ip": "192.0.2.1"},
        )
        for n in range(8)
    ]  # fmt: skip
    ids = actions.append(new[:6], by="system", now=NOON)
    actions.sequence()
    sealing.seal(now=NOON, min_rows=1, max_rows=4, folder=folder)
    sealing.seal(now=NOON, min_rows=1, max_rows=4, folder=folder)
    ids += actions.append(new[6:], by="system", now=NOON)
    erasing.erase([3], by="system", now=NOON)
    actions.sequence()
    actions.append_one(NewEntry(kind="page.viewed", happened_at=NOON), by="system", now=NOON)
    return ids


def tamper(*statements: str, values: tuple[int | str, ...] = ()) -> None:
    """Change a row as somebody would who owns the database file."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # or the triggers are busy
        for off in guard.switch_off(connection.vendor):
            cursor.execute(off)
        for statement in statements:
            cursor.execute(statement, values)


def found(folder: Path) -> Iterator[tuple[str, str]]:
    return ((fault.code, fault.where) for fault in verify(folder).faults)


def differs(folder: Path, file: int) -> tuple[str, str]:
    """What the segments say when they hold something else than the ledger; of the two files the one meant."""
    return "segment_differs", sorted(folder.glob("*.parquet"))[file].name


def test_an_untouched_ledger_is_whole_erasure_and_all(ids: list[int], folder: Path) -> None:
    done = verify(folder)
    assert done.faults == ()
    assert (done.ok, done.entries, done.positions, done.segments, done.unsequenced) == (True, 10, 9, 2, 1)


def test_an_empty_ledger_is_whole(folder: Path) -> None:
    assert verify(folder).ok


@pytest.mark.parametrize(
    "change",
    [
        """facts = '{"n": 4, "path": "/b"}'""", """facts = '{"n": 5, "path": "/a"}'""", "facts = '{}'",
        """personal = '{"ip": "192.0.2.2"}'""", "personal = NULL", "kind = 'page.viewer'", "identity = 9",
        "identity = NULL", "about = 'deal:5'", "\"by\" = 'user:1'", "caused_by = NULL", "source = 2",
        "happened_at = '2026-03-03 12:00:00.000001'", "recorded_at = '2026-03-03 12:00:01'", "message = NULL",
        "content = NULL", "salt = digest",
    ],
)  # fmt: skip
def test_a_changed_entry_is_named(change: str, ids: list[int], folder: Path) -> None:
    if connection.vendor == "postgresql":
        change = change.replace(":00'", ":00+00'").replace(":01'", ":01+00'").replace("001'", "001+00'")
    tamper(f"UPDATE ledger_entry SET {change} WHERE id = %s", values=(ids[4],))
    expected = [("entry_changed", f"position 5 (entry {ids[4]})")]
    if connection.vendor == "postgresql" and change.startswith("source"):
        expected.append(("message_unlisted", f"entry {ids[4]}"))
    assert list(found(folder)) == expected


def test_a_changed_entry_without_a_position_is_named_too(ids: list[int], folder: Path) -> None:
    tamper("UPDATE ledger_entry SET kind = 'x' WHERE id = (SELECT max(id) FROM ledger_entry)")
    assert [code for code, _ in found(folder)] == ["entry_changed"]


def test_a_changed_digest_is_named_by_entry_and_chain(ids: list[int], folder: Path) -> None:
    tamper("UPDATE ledger_entry SET digest = message WHERE id = %s", values=(ids[4],))
    where = f"position 5 (entry {ids[4]})"
    assert list(found(folder)) == [("entry_changed", where), ("chain_broken", where), differs(folder, 1)]


def test_the_changed_digest_of_an_erased_entry_breaks_the_chain(ids: list[int], folder: Path) -> None:
    tamper("UPDATE ledger_entry SET digest = message WHERE id = %s", values=(ids[3],))
    assert list(found(folder)) == [("chain_broken", f"position 4 (entry {ids[3]})"), differs(folder, 0)]


def test_a_changed_link_is_named_once(ids: list[int], folder: Path) -> None:
    tamper(
        "UPDATE ledger_position SET chain = (SELECT digest FROM ledger_entry WHERE id = %s) WHERE position = 5",
        values=(ids[4],),
    )
    assert list(found(folder)) == [("chain_broken", f"position 5 (entry {ids[4]})"), differs(folder, 1)]


def test_two_entries_that_swapped_places_break_the_chain(ids: list[int], folder: Path) -> None:
    moves = ((2, 99), (3, 2), (99, 3))
    tamper(*(f"UPDATE ledger_position SET position = {to} WHERE position = {here}" for here, to in moves))
    assert ("chain_broken", f"position 2 (entry {ids[2]})") in found(folder)


def test_a_moved_position_is_named(ids: list[int], folder: Path) -> None:
    tamper("UPDATE ledger_position SET position = 50 WHERE position = 5")
    assert set(found(folder)) == {
        ("position_gap", f"position 6 (entry {ids[5]})"),
        ("position_gap", f"position 50 (entry {ids[4]})"),
        differs(folder, 1),
    }


def test_a_removed_entry_leaves_a_gap(ids: list[int], folder: Path) -> None:
    tamper("DELETE FROM ledger_position WHERE position = 5")
    assert list(found(folder)) == [
        ("position_gap", f"position 6 (entry {ids[5]})"),
        ("entry_unlisted", f"entry {ids[4]}"),
        differs(folder, 1),
    ]


def test_a_salt_taken_without_an_erasure_is_named(ids: list[int], folder: Path) -> None:
    tamper("UPDATE ledger_entry SET salt = NULL, personal = NULL, kind = 'x' WHERE id = %s", values=(ids[4],))
    assert list(found(folder)) == [("entry_unexplained", f"position 5 (entry {ids[4]})")]


def test_a_salt_taken_with_the_personal_part_left_is_named(ids: list[int], folder: Path) -> None:
    tamper("UPDATE ledger_entry SET salt = NULL WHERE id = %s", values=(ids[4],))
    assert list(found(folder)) == [("entry_half_erased", f"position 5 (entry {ids[4]})")]


def test_an_erasure_that_was_changed_to_cover_more_is_named(ids: list[int], folder: Path) -> None:
    tamper("""UPDATE ledger_entry SET facts = '{"identities": [3, 4], "entries": 1}' WHERE kind = 'person.erased'""")
    assert [code for code, _ in found(folder)] == ["entry_changed"]


def test_one_changed_byte_of_a_segment_is_found(ids: list[int], folder: Path) -> None:
    file = sorted(folder.glob("*.parquet"))[1]
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    assert list(found(folder)) == [("segment_changed", file.name)]


def test_a_missing_segment_is_named(ids: list[int], folder: Path) -> None:
    file = sorted(folder.glob("*.parquet"))[0]
    file.unlink()
    assert list(found(folder)) == [("segment_missing", file.name)]


def test_a_file_that_nobody_knows_is_named(ids: list[int], folder: Path) -> None:
    (folder / "000000000001-000000000004-stray.parquet").write_bytes(b"PAR1")
    assert list(found(folder)) == [("segment_orphan", "000000000001-000000000004-stray.parquet")]


def test_a_catalogue_that_leaves_entries_out_is_found(ids: list[int], folder: Path) -> None:
    first, second = (file.name for file in sorted(folder.glob("*.parquet")))
    tamper("DELETE FROM ledger_segment WHERE first_position = 1")
    assert list(found(folder)) == [("segment_gap", second), ("segment_orphan", first)]


def test_a_segment_exchanged_together_with_its_fingerprint_is_found(ids: list[int], folder: Path) -> None:
    first, second = sorted(folder.glob("*.parquet"))
    second.write_bytes(first.read_bytes())
    tamper("UPDATE ledger_segment SET sha256 = %s WHERE first_position = 5", values=(sha256(second),))
    assert list(found(folder)) == [("segment_rows", second.name)]


def test_entries_cut_off_together_with_their_positions_are_missed_by_the_segments(ids: list[int], folder: Path) -> None:
    tamper("DELETE FROM ledger_position WHERE position >= 5", f"DELETE FROM ledger_entry WHERE id >= {ids[4]}")
    assert differs(folder, 1) in found(folder)


def test_a_mark_beyond_the_segments_is_found(ids: list[int], folder: Path) -> None:
    tamper("UPDATE ledger_reader SET position = 8 WHERE name = 'seal'")
    assert list(found(folder)) == [("seal_mark", "reader seal")]
