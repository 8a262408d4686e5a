"""Segments hold what was sequenced, all of it and once, and nothing personal."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from leadpact.ledger import actions
from leadpact.ledger.models import Reader, Segment
from leadpact.ledger.segments import catalogue, sealing
from leadpact.ledger.types import Json, NewEntry
from leadpact.ledger.verify import verify

NOON = datetime(2026, 3, 3, 12, 0, 0, 5, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "segments"


def write(count: int) -> list[int]:
    """Entries of three identities in turn, each an hour earlier than the one before."""
    new = [
        NewEntry(
            kind="page.viewed", happened_at=NOON - n * timedelta(hours=1),
            identity=n % 3 or None, facts={"n": n, "é": 0.5}, personal={"ip": "192.0.2.77"},
        )
        for n in range(count)
    ]  # fmt: skip
    return actions.append(new, by="system", now=NOON)


def rows_of(file: Path, question: str) -> list[tuple[Json, ...]]:
    with duckdb.connect() as database:
        return database.execute(question, {"file": str(file)}).fetchall()


def test_a_segment_holds_the_entries_sorted_by_identity_and_time(folder: Path) -> None:
    ids = write(6)
    actions.sequence()
    sealed = sealing.seal(now=NOON, min_rows=1, folder=folder)
    assert sealed is not None
    assert (sealed.rows, sealed.first_position, sealed.last_position) == (6, 1, 6)
    question = """SELECT position, entry, identity, epoch_us(happened_at), kind, facts FROM read_parquet($file)"""
    noon = int(NOON.timestamp()) * 1_000_000 + 5
    hour = 3_600_000_000
    assert rows_of(folder / sealed.name, question) == [
        (4, ids[3], None, noon - 3 * hour, "page.viewed", '{"n":3,"é":0.5}'),
        (1, ids[0], None, noon, "page.viewed", '{"n":0,"é":0.5}'),
        (5, ids[4], 1, noon - 4 * hour, "page.viewed", '{"n":4,"é":0.5}'),
        (2, ids[1], 1, noon - hour, "page.viewed", '{"n":1,"é":0.5}'),
        (6, ids[5], 2, noon - 5 * hour, "page.viewed", '{"n":5,"é":0.5}'),
        (3, ids[2], 2, noon - 2 * hour, "page.viewed", '{"n":2,"é":0.5}'),
    ]


def test_a_segment_holds_nothing_personal(folder: Path) -> None:
    write(3)
    actions.sequence()
    sealed = sealing.seal(now=NOON, min_rows=1, folder=folder)
    assert sealed is not None
    columns = [row[0] for row in rows_of(folder / sealed.name, "DESCRIBE SELECT * FROM read_parquet($file)")]
    assert columns == [
        "position", "entry", "kind", "happened_at", "recorded_at", "identity", "about", "by", "caused_by", "source",
        "facts", "digest", "chain",
    ]  # fmt: skip
    assert not [file for file in folder.iterdir() if b"192.0.2.77" in file.read_bytes()]


def test_segments_cover_the_positions_without_gap_or_overlap(folder: Path) -> None:
    write(10)
    actions.sequence()
    ranges = []
    while sealed := sealing.seal(now=NOON, min_rows=1, max_rows=4, folder=folder):
        ranges.append((sealed.first_position, sealed.last_position))
    assert ranges == [(1, 4), (5, 8), (9, 10)]
    assert verify(folder).ok


def test_what_has_no_position_is_not_sealed(folder: Path) -> None:
    write(4)
    assert sealing.seal(now=NOON, min_rows=1, folder=folder) is None
    actions.sequence(limit=3)
    sealed = sealing.seal(now=NOON, min_rows=1, folder=folder)
    assert sealed is not None
    assert sealed.last_position == 3


def test_a_seal_waits_for_enough_entries(folder: Path) -> None:
    write(4)
    actions.sequence()
    assert sealing.seal(now=NOON, min_rows=5, folder=folder) is None
    assert sealing.seal(now=NOON, min_rows=4, folder=folder) is not None


def test_orphans_and_leftovers_are_removed_and_segments_stay(folder: Path) -> None:
    assert catalogue.remove_orphans(folder) == []
    write(4)
    actions.sequence()
    sealed = sealing.seal(now=NOON, min_rows=1, folder=folder)
    assert sealed is not None
    for stray in ("x.parquet", "x.writing", "x.rows"):
        (folder / stray).write_bytes(b"")
    assert catalogue.remove_orphans(folder) == ["x.parquet", "x.rows", "x.writing"]
    assert [one.name for one in catalogue.catalogue()] == [sealed.name]
    assert verify(folder).ok


def test_entries_sealed_on_another_machine_are_not_sealed_again(folder: Path) -> None:
    write(4)
    actions.sequence()
    sealing.seal(now=NOON, min_rows=1, folder=folder)
    assert Reader.objects.get(name="seal").position == 4
    other = folder.parent / "another machine"
    assert sealing.seal(now=NOON, min_rows=1, folder=other) is None
    assert Segment.objects.count() == 1
