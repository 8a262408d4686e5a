"""Compaction, rebuilding and removal: the same rows in fewer files, and at no moment does a reader see a part."""

import os
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import duckdb
import pytest

from leadpact.ledger import actions
from leadpact.ledger.errors import SegmentFault
from leadpact.ledger.models import Segment
from leadpact.ledger.segments import catalogue, compacting, rebuilding, sealing
from leadpact.ledger.segments.catalogue import Snapshot
from leadpact.ledger.segments.reading import entries_of
from leadpact.ledger.types import Json, NewEntry
from leadpact.ledger.verify import verify

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=2)

SEAL = ["seal:before-write", "seal:after-write", "seal:after-check", "seal:after-rename", "seal:after-mark"]
SEAL += ["seal:before-commit", "seal:after-commit"]
COMPACT = ["compact:after-file", "compact:after-check", "compact:after-one-rename", "compact:after-rename"]
COMPACT += ["compact:after-retiring", "compact:before-commit", "compact:after-commit"]
RETIRE = ["retire:after-file", "retire:after-row"]
REBUILD = ["rebuild:after-write", "rebuild:after-rename", "rebuild:after-commit"]

pytestmark = pytest.mark.django_db


class PowerCut(BaseException):
    """Stands for the end of the process: nothing below the test catches it."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "segments"


@pytest.fixture
def small(folder: Path) -> Path:
    """Twelve entries of identities 1 to 4 and of none, in four segments of three."""
    write(12)
    while sealing.seal(now=NOON, min_rows=1, max_rows=3, folder=folder):
        pass
    return folder


def write(count: int, *, seal_in: Path | None = None) -> None:
    new = [
        NewEntry(
            "page.viewed", NOON - n * timedelta(hours=1), identity=n % 5 or None, facts={"n": n}, personal={"x": n}
        )
        for n in range(count)
    ]
    actions.append(new, by="system", now=NOON)
    actions.sequence()
    if seal_in is not None:
        sealing.seal(now=NOON, min_rows=1, folder=seal_in)


@cache
def engine() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def positions(taken: Snapshot) -> list[int]:
    """What a reader gets who took the catalogue before: every position, as often as it is there."""
    if not taken.files:
        return []
    sql = "SELECT position FROM read_parquet($files) ORDER BY position"
    return [n for (n,) in engine().execute(sql, {"files": [str(file) for file in taken.files]}).fetchall()]


def everything(folder: Path) -> list[tuple[Json, ...]]:
    times = "epoch_us(happened_at) AS happened_at, epoch_us(recorded_at) AS recorded_at"
    sql = f"SELECT * REPLACE ({times}) FROM read_parquet($files) ORDER BY position"
    return engine().execute(sql, {"files": [str(file) for file in catalogue.files(folder).files]}).fetchall()


def cut_at(point: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: object) -> None:
        raise PowerCut

    monkeypatch.setenv("LEADPACT_FAULT", point)
    monkeypatch.setattr(os, "kill", die)


def test_many_small_segments_become_few_big_ones_with_the_same_rows(small: Path) -> None:
    before = everything(small)
    assert compacting.compact(now=NOON, folder=small, fanout=5) == []  # four are not yet enough
    new = compacting.compact(now=NOON, folder=small, fanout=4)
    assert [(one.generation, one.rows, one.from_position, one.to_position) for one in new] == [(1, 12, 1, 12)]
    assert everything(small) == before
    assert [row[0] for row in before] == list(range(1, 13))
    assert verify(small).ok


def test_a_compacted_history_is_cut_by_identity_and_no_identity_twice(small: Path) -> None:
    # n % 5 over 0..11: of nobody 3, of 1 three, of 2 two, of 3 two, of 4 two; a file is full at four rows.
    new = compacting.compact(now=NOON, folder=small, everything=True, rows_in_a_file=4)
    held = [(one.first_identity, one.last_identity, one.rows) for one in new]
    assert held == [(None, 2, 8), (3, 4, 4)]
    assert [one.identity for one in entries_of([2], small)] == [2, 2]
    assert [one.position for one in entries_of([3, 1], small)] == [12, 7, 2, 9, 4]  # by identity, then by time
    assert entries_of([9], small) == []
    assert verify(small).ok


def test_compaction_goes_in_tiers(folder: Path) -> None:
    generations = []
    for _ in range(4):
        write(1, seal_in=folder)
        compacting.compact(now=NOON, folder=folder, fanout=2)
        generations.append([batch.generation for batch in catalogue.batches()])
    assert generations == [[0], [1], [1, 0], [1, 1]]
    compacting.compact(now=NOON, folder=folder, fanout=2)
    assert [(batch.generation, batch.rows) for batch in catalogue.batches()] == [(2, 4)]
    assert verify(folder).ok


def test_replaced_files_stay_until_no_reader_can_hold_them(small: Path) -> None:
    taken = catalogue.files(small)
    compacting.compact(now=NOON, folder=small, everything=True)
    assert positions(taken) == list(range(1, 13))
    assert catalogue.remove_retired(small, now=NOON + timedelta(minutes=59)) == []
    assert catalogue.remove_orphans(small) == []
    removed = catalogue.remove_retired(small, now=NOON + timedelta(minutes=60))
    assert sorted(removed) == sorted(file.name for file in taken.files)
    assert [file.name for file in small.glob("*.parquet")] == [file.name for file in catalogue.files(small).files]
    assert verify(small).ok


def test_what_another_machine_replaced_first_is_not_replaced_again(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(point: str) -> None:
        if point == "compact:after-rename":
            Segment.objects.filter(first_position=1).update(retired_at=NOON)

    monkeypatch.setattr(compacting, "reach", meanwhile)
    with pytest.raises(SegmentFault):
        compacting.compact(now=NOON, folder=small, everything=True)
    assert Segment.objects.filter(generation=1).count() == 0


def test_a_seal_does_not_wait_for_enough_entries_for_ever(folder: Path) -> None:
    write(2)
    a_day = timedelta(days=1)
    asked = NOON + a_day - timedelta(microseconds=1)
    assert sealing.seal(now=asked, min_rows=5, max_age=a_day, folder=folder) is None
    assert sealing.seal(now=NOON + a_day, min_rows=5, max_age=a_day, folder=folder) is not None


@pytest.mark.long
@pytest.mark.parametrize("point", [*SEAL, *COMPACT, *RETIRE])
def test_cut_off_between_any_two_steps_nothing_is_lost_doubled_or_left(
    point: str, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(3)
    before = catalogue.files(small)
    cut_at(point, monkeypatch)
    with pytest.raises(PowerCut):
        all_steps(small)
    # A reader in between: one who took the catalogue before the cut, and one who takes it now.
    now = catalogue.files(small)
    assert positions(now) == list(range(1, now.last_position + 1))
    if point not in RETIRE:
        assert positions(before) == list(range(1, 13))
    monkeypatch.delenv("LEADPACT_FAULT")
    catalogue.remove_orphans(small)
    all_steps(small)
    assert positions(catalogue.files(small)) == list(range(1, 16))
    assert verify(small).ok
    assert len(list(small.iterdir())) == len(catalogue.catalogue()) + len(list(small.glob(".*")))


def all_steps(folder: Path) -> None:
    """What the worker does from time to time."""
    sealing.seal(now=NOON, min_rows=1, folder=folder)
    compacting.compact(now=NOON, folder=folder, everything=True, rows_in_a_file=4)
    catalogue.remove_retired(folder, now=LATER)


def test_at_every_step_a_reader_sees_every_row_once(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers who took the catalogue at any earlier step read on, as does one who takes it now."""
    write(3)
    taken, steps = [catalogue.files(small)], list[str]()

    def look(point: str) -> None:
        steps.append(point)
        taken.append(catalogue.files(small))
        for one in dict.fromkeys(taken):
            assert positions(one) == list(range(1, one.last_position + 1))

    monkeypatch.setattr(sealing, "reach", look)
    monkeypatch.setattr(compacting, "reach", look)
    sealing.seal(now=NOON, min_rows=1, folder=small)
    compacting.compact(now=NOON, folder=small, everything=True, rows_in_a_file=4)
    assert set(steps) == {*SEAL, *COMPACT}  # no step without a test above, no test without a step


@pytest.fixture(params=["a byte changed", "cut short", "gone"])
def damaged(request: pytest.FixtureRequest, small: Path) -> tuple[Path, list[tuple[Json, ...]]]:
    compacting.compact(now=NOON, folder=small, everything=True, rows_in_a_file=4)
    rows, file = everything(small), catalogue.files(small).files[0]
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    if request.param == "gone":
        file.unlink()
    else:
        file.write_bytes(content if request.param == "a byte changed" else content[: len(content) // 2])
    return small, rows


def test_a_damaged_segment_is_written_anew_with_the_same_rows(damaged: tuple[Path, list[tuple[Json, ...]]]) -> None:
    folder, rows = damaged
    assert not verify(folder).ok
    assert len(rebuilding.rebuild(now=NOON, folder=folder)) == 1
    assert everything(folder) == rows
    assert verify(folder).ok
    assert rebuilding.rebuild(now=NOON, folder=folder) == []


@pytest.mark.long
@pytest.mark.parametrize("point", REBUILD)
def test_a_rebuild_cut_off_is_done_the_next_time(point: str, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = everything(small)
    catalogue.files(small).files[1].unlink()
    cut_at(point, monkeypatch)
    with pytest.raises(PowerCut):
        rebuilding.rebuild(now=NOON, folder=small)
    monkeypatch.delenv("LEADPACT_FAULT")
    catalogue.remove_orphans(small)
    rebuilding.rebuild(now=NOON, folder=small)
    assert everything(small) == rows
    assert verify(small).ok


def test_a_segment_that_says_otherwise_than_the_ledger_is_named(small: Path) -> None:
    """Somebody exchanged a file and its fingerprint; the digests still tell."""
    from leadpact.ledger.segments.parquet import sha256

    file = catalogue.files(small).files[0]
    changed = file.with_suffix(".changed")
    sql = "COPY (SELECT * REPLACE (chain AS digest) FROM read_parquet($old)) TO $new (FORMAT parquet)"
    engine().execute(sql, {"old": str(file), "new": str(changed)})
    changed.rename(file)
    Segment.objects.filter(name=file.name).update(sha256=sha256(file))
    assert [(fault.code, fault.where) for fault in verify(small).faults] == [("segment_differs", file.name)]
