"""Sealing and compaction killed (SIGKILL) again and again, while a process of its own reads all along.

The reader takes the catalogue, reads every file, and takes it again: it must never see a part of a batch, a row twice,
a row less than before, or one that changed.  After each kill the next process finds what is whole, clears the rest
away, and goes on.
"""

import json
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest

from conftest import Home
from leadpact.ledger.tests.test_compaction import COMPACT, RETIRE, SEAL
from leadpact.ledger.tests.test_crash import FIRST

pytestmark = pytest.mark.long

BY_CHANCE: Final = 12  # rounds that are killed at a moment nobody chose, besides one at each point
PATIENCE: Final = 120  # seconds; the machine may be busy with other things
AT_ONCE: Final = 40  # entries in one segment

BEGIN: Final = (
    FIRST
    + """
from datetime import timedelta
from leadpact.ledger.segments import compacting
GRACE = timedelta(seconds=10)
AT_ONCE = int(sys.argv[1])
def say(**document):
    sys.stdout.write(json.dumps(document) + "\\n")
    sys.stdout.flush()
def codes():
    return [fault.code for fault in verify().faults]
def clear_away():
    found = codes()
    removed = catalogue.remove_orphans(folder)
    say(found=found, removed=len(removed), then=codes(), last=catalogue.files(folder).last_position)
def write():
    new = [NewEntry("page.viewed", NOON, identity=n % 7 or None, facts={"n": n}) for n in range(AT_ONCE)]
    actions.append(new, by="system", now=NOON)
    actions.sequence()
def step():
    now = datetime.now(UTC)
    catalogue.remove_retired(folder, now=now, grace=GRACE)
    sealing.seal(now=now, min_rows=1, max_rows=AT_ONCE, folder=folder)
    compacting.compact(now=now, folder=folder, fanout=3, rows_in_a_file=AT_ONCE)
"""
)
WORK: Final = (
    BEGIN
    + """
clear_away()
while True:
    write()
    step()
    say(sealed=sealing.mark())
"""
)
END: Final = (
    BEGIN
    + """
clear_away()
while sealing.mark() < reads.last_position():
    step()
compacting.compact(now=datetime.now(UTC), folder=folder, everything=True)
say(found=codes(), positions=reads.last_position(), entries=reads.stats().entries, sealed=sealing.mark())
"""
)
READ: Final = (
    BEGIN
    + """
import select, time
import duckdb
from leadpact.ledger.segments.reading import entries_of
engine, seen, readings, slowest = duckdb.connect(), [], 0, 0.0
SQL = "SELECT position, entry, identity, facts, digest, chain FROM read_parquet($files) ORDER BY position"
while not select.select([sys.stdin], [], [], 0.01)[0]:
    began = time.monotonic()
    taken, known = catalogue.files(folder), catalogue.catalogue()
    rows = engine.execute(SQL, {"files": [str(file) for file in taken.files]}).fetchall() if taken.files else []
    of_three = sum(row[2] == 3 for row in rows)
    took = time.monotonic() - began
    if [row[0] for row in rows] != list(range(1, taken.last_position + 1)):
        say(wrong="rows", last=taken.last_position, rows=len(rows))
        break
    if rows[: len(seen)] != seen:
        say(wrong="changed", before=len(seen), now=len(rows))
        break
    if len(entries_of([3], folder, known=known, engine=engine)) < of_three:
        say(wrong="person")
        break
    seen, readings, slowest = rows, readings + 1, max(slowest, took)
    if readings == 1:
        say(begun=True)
else:
    say(readings=readings, rows=len(seen), slowest=slowest)
"""
)
# Retires the old rows and enters the new ones in two transactions: what the reader must notice.
NOT_IN_ONE: Final = """
from contextlib import nullcontext
compacting.transaction = type("Apart", (), {"atomic": staticmethod(nullcontext)})
"""


class Child:
    """A process that says lines of JSON."""

    def __init__(self, home: Home, script: str, *, fault: str = "") -> None:
        env = {**home.env, "DJANGO_SETTINGS_MODULE": "leadpact.site.settings", "LEADPACT_FAULT": fault}
        words = [sys.executable, "-c", script, str(AT_ONCE)]
        self.process = subprocess.Popen(words, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def line(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        said = json.loads(self.process.stdout.readline())
        assert isinstance(said, dict)
        return said

    def lines(self) -> list[dict[str, Any]]:
        """Close its standard input and return what else it says until it ends."""
        rest, _ = self.process.communicate(timeout=PATIENCE)
        return [json.loads(line) for line in rest.splitlines() if line.endswith("}")]  # the last may be cut off

    def ended_after(self, seconds: float) -> bool:
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True


@contextmanager
def reading(home: Home) -> Iterator[Child]:
    reader = Child(home, READ)
    try:
        yield reader
    finally:
        reader.process.kill()
        reader.process.communicate()


def until_killed(home: Home, fault: str, chance: random.Random, *, script: str = WORK) -> dict[str, Any]:
    """Run the worker's steps until it dies at the point, or by our hand; return what it found when it began."""
    child = Child(home, script, fault=fault)
    try:
        found = child.line()
        if not (child.ended_after(PATIENCE) if fault else child.ended_after(chance.uniform(0.05, 1.5))):
            assert not fault, f"{fault} was never reached"
    finally:
        child.process.kill()
    child.lines()
    assert child.process.returncode == -signal.SIGKILL
    return found


def test_killed_at_every_point_and_at_chance_nothing_is_lost_doubled_or_seen_in_part(home: Home) -> None:
    home.install()
    chance = random.Random(7)
    points = [*SEAL, *COMPACT, *RETIRE, *[""] * BY_CHANCE]
    chance.shuffle(points)
    found = [until_killed(home, "", chance)]  # something is there to read
    with reading(home) as reader:
        assert reader.line() == {"begun": True}
        for point in points:
            found.append(until_killed(home, point, chance))
            assert reader.process.poll() is None, reader.lines()
        ending = Child(home, END)
        first, last = ending.lines()
        (seen,) = reader.lines()
    found.append(first)
    assert len(found) == len(points) + 2 >= 22
    for one in found:
        assert set(one["found"]) <= {"segment_orphan"}
        assert one["then"] == []
    lasts = [one["last"] for one in found]
    assert lasts == sorted(lasts)
    assert sum(one["removed"] for one in found) >= 5  # some kills left something behind
    assert last["found"] == []
    assert last["positions"] == last["entries"] == last["sealed"] > lasts[0]
    assert seen.keys() == {"readings", "rows", "slowest"}, seen
    assert seen["readings"] > 2 * len(points)
    assert seen["slowest"] < 10, "slower than the grace period: this says nothing"
    sys.stdout.write(f"{len(points)} kills, {last['positions']} positions, {seen}\n")


def test_a_reader_notices_when_old_and_new_files_are_not_exchanged_at_once(home: Home) -> None:
    home.install()
    until_killed(home, "compact:after-check", random.Random(7))
    with reading(home) as reader:
        assert reader.line() == {"begun": True}
        script = WORK.replace("clear_away()\nwhile", f"clear_away()\n{NOT_IN_ONE}\nwhile")
        until_killed(home, "compact:after-retiring", random.Random(7), script=script)
        assert reader.ended_after(PATIENCE)
        (seen,) = reader.lines()
    assert seen["wrong"] in ("rows", "changed", "person")  # whichever of its readings falls between
    found = until_killed(home, "seal:before-write", random.Random(7))
    assert "segment_gap" in found["then"] or "seal_mark" in found["then"]
