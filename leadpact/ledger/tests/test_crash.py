"""Killed at any moment, inbox, drain and seal lose nothing and double nothing."""

import json
import signal
import subprocess
import sys
from typing import Final

import pytest

from conftest import Home

# Each runs as a process of its own: kill -9 is real.
PUT: Final = """
from threading import Thread
def put(name):
    for number in range(100_000):
        bodies = [f"{name}-{number}-{part}" for part in range(3)]
        inbox.put([Arrival(1, NOON, body.encode()) for body in bodies])
        sys.stdout.write(" ".join(bodies) + "\\n")
        sys.stdout.flush()
threads = [Thread(target=put, args=(name,)) for name in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""
DRAIN: Final = """
while True:
    with taken(inbox, limit=4) as arrivals:
        new = [NewEntry("page.viewed", NOON, facts={"body": one.body.decode()}) for one in arrivals]
        actions.append(new, by="system", now=NOON)
    if not new:
        break
actions.sequence()
"""
PUT_TEN: Final = """
inbox.put([Arrival(1, NOON, f"{sys.argv[1]}-{number}".encode()) for number in range(10)])
"""
SHOW: Final = """
print(json.dumps([body for one in reads.after(0, 1_000_000) if (body := one.entry.facts.get("body"))]))
"""
COUNT: Final = """
actions.sequence()
print(sum("body" in one.entry.facts for one in reads.after(0, 1_000_000)), reads.stats().undrained)
"""
SEAL: Final = """
catalogue.remove_orphans(folder)
sealing.seal(now=NOON, min_rows=1, folder=folder)
"""
VERIFY: Final = """
print(json.dumps([fault.code for fault in verify().faults]))
"""
HELD: Final = """
print(reads.last_position(), reads.stats().sealed)
"""
FIRST: Final = """
import json, sys
from datetime import UTC, datetime
import django
django.setup()
from django.conf import settings
from leadpact.ledger import actions, reads
from leadpact.ledger.segments import catalogue, sealing
from leadpact.ledger.draining import taken
from leadpact.ledger.inbox import Arrival, open_inbox
from leadpact.ledger.types import NewEntry
from leadpact.ledger.verify import verify
folder = settings.SEGMENTS
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
inbox = open_inbox()
"""


def child(home: Home, script: str, *words: str, fault: str = "") -> subprocess.Popen[str]:
    env = {**home.env, "DJANGO_SETTINGS_MODULE": "leadpact.site.settings", "LEADPACT_FAULT": fault}
    return subprocess.Popen([sys.executable, "-c", FIRST + script, *words], env=env, text=True, stdout=subprocess.PIPE)


def killed(process: subprocess.Popen[str]) -> bool:
    process.communicate(timeout=60)
    return process.returncode == -signal.SIGKILL


def said(home: Home, script: str, *words: str) -> list[str]:
    process = child(home, script, *words)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return said.splitlines()


def test_what_was_answered_for_is_in_the_inbox_after_kill_9(home: Home) -> None:
    home.install()
    process = child(home, PUT)
    assert process.stdout is not None
    promised = [process.stdout.readline() for _ in range(60)]
    process.send_signal(signal.SIGKILL)
    rest, _ = process.communicate(timeout=60)
    answered = [line for line in [*promised, *rest.split("\n")] if line.count("-") == 6]  # the last may be cut off
    assert process.returncode == -signal.SIGKILL
    assert len(answered) >= 60
    bodies = json.loads(said(home, DRAIN + SHOW)[0])
    assert set(" ".join(answered).split()) <= set(bodies)
    assert len(bodies) == len(set(bodies))
    assert len(bodies) % 3 == 0  # a batch is stored whole or not at all


def test_a_drain_killed_at_each_fault_point_records_every_arrival_once(home: Home) -> None:
    home.install()
    points = ["drain:before-commit", "drain:after-commit"]
    for round_, point in enumerate(points, start=1):
        assert killed(child(home, PUT_TEN + DRAIN, point, fault=point))
        counts, bodies = said(home, COUNT + DRAIN + SHOW)
        assert sum(int(count) for count in counts.split()) == round_ * 10
        assert sorted(json.loads(bodies)) == sorted(f"{done}-{n}" for done in points[:round_] for n in range(10))


@pytest.mark.long  # every run raises at each of its points in process
def test_a_seal_killed_at_each_fault_point_leaves_orphans_at_most(home: Home) -> None:
    home.install()
    points = ["seal:after-write", "seal:after-rename", "seal:before-commit", "seal:after-commit"]
    for round_, point in enumerate(points, start=1):
        assert killed(child(home, PUT_TEN + DRAIN + SEAL, point, fault=point))
        crashed, mended, held, bodies = said(home, VERIFY + SEAL + VERIFY + HELD + SHOW)
        assert set(json.loads(crashed)) == (set() if point == "seal:after-commit" else {"segment_orphan"})
        assert json.loads(mended) == []
        positions, sealed = held.split()
        assert sealed == positions
        assert len(json.loads(bodies)) == round_ * 10


@pytest.mark.parametrize("point", ["nothing:at-all", ""])
def test_a_fault_point_that_was_not_asked_for_does_nothing(point: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from leadpact.ledger.faults import reach

    monkeypatch.setenv("LEADPACT_FAULT", point)
    reach("seal:after-write")
