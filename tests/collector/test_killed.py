"""kill -9: whatever a client was told is stored is in the ledger, once.  The client's own log is the truth."""

import http.client
import json
import random
import signal
from pathlib import Path

import pytest

from conftest import Home
from tests.collector.load import IN_FLIGHT, Load, kill_under_load, missing_and_doubled
from tests.collector.running import RunningServer, at_exit_kill, drained, query, recorded_events, wait_until


def undrained(home: Home) -> int:
    return int(json.loads(home.run("ledger", "stats", "--json").stdout)["undrained"])


def assert_nothing_lost_or_doubled(home: Home, load: Load) -> dict[str, int]:
    totals = drained(home)
    missing, doubled = missing_and_doubled(home, load)
    assert (len(missing), doubled) == (0, 0)
    assert totals["received"] == sum(count for name, count in totals.items() if name != "received")
    assert totals["recorded"] == len(recorded_events(home))
    assert json.loads(home.run("ledger", "verify", "--json").stdout)["ok"]
    return totals


@pytest.mark.parametrize("rounds", [1, pytest.param(20, marks=pytest.mark.long)])
def test_killed_under_load_nothing_is_lost_and_nothing_doubled(
    ready_home: Home, server: RunningServer, server_key: str, rounds: int
) -> None:
    rnd = random.Random()
    load = Load(server.port, server_key)
    server.start()
    load.start()
    for _ in range(rounds):
        assert kill_under_load(server, load, rnd) >= IN_FLIGHT
        assert undrained(ready_home) > 0
        server.start()
    load.stop()
    assert server.stop(signal.SIGTERM) == 0
    assert len(load.accepted) > 100 * rounds
    totals = assert_nothing_lost_or_doubled(ready_home, load)
    assert totals["duplicate"] > 0  # tried again after a kill, and once more after a success
    assert totals["conflict"] == totals["quarantined"] == 0


@pytest.mark.long
def test_the_check_fails_for_a_collector_that_answers_before_it_has_written(ready_home: Home, server_key: str) -> None:
    server = RunningServer(ready_home, program=str(Path(__file__).with_name("early_server.py")))
    load = Load(server.port, server_key)
    try:
        server.start()
        load.start()
        wait_until(lambda: len(load.accepted) > 100, 20, "100 events that were said to be stored")
        server.stop(signal.SIGKILL)
        load.stop()
    finally:
        at_exit_kill(server)
    drained(ready_home)
    missing, _ = missing_and_doubled(ready_home, load)
    assert missing


def post_ticks(server: RunningServer, key: str, first: int, count: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    batch = [
        {"type": "track", "event": "Tick", "userId": f"u{n % 7}", "messageId": f"m{n}"}
        for n in range(first, first + count)
    ]
    connection.request("POST", "/v1/batch", json.dumps({"batch": batch, "writeKey": key}))
    assert connection.getresponse().status == 200
    connection.close()


# Where the process dies, and how many of 1,500 events are in the ledger then, a drain taking 1,000.
DRAIN_POINTS = (
    ("drain:before-record", 0),
    ("drain:after-record", 0),
    ("drain:before-commit", 0),
    ("drain:after-commit", 1000),  # committed, not yet trimmed: the next drain must not take it again
)
SEAL_POINTS = ("seal:after-write", "seal:after-rename", "seal:before-commit", "seal:after-commit")


def die_at(home: Home, point: str, *words: str) -> None:
    dying = Home(home.path, {**home.env, "LEADPACT_FAULT": point})
    assert dying.run(*words, check=False).returncode == -signal.SIGKILL


@pytest.mark.long_on_postgresql
def test_killed_inside_drain_and_seal_each_event_is_recorded_and_sealed_once(ready_home: Home, server_key: str) -> None:
    server = RunningServer(ready_home, workers="none")
    try:
        server.start()
        post_ticks(server, server_key, 0, 1500)
        server.stop()
    finally:
        at_exit_kill(server)
    for point, recorded in DRAIN_POINTS:
        die_at(ready_home, point, "drain")
        assert query(ready_home, "SELECT count(*) FROM ledger_entry WHERE message IS NOT NULL") == [(recorded,)]
    totals = drained(ready_home)
    assert [event["messageId"] for event in recorded_events(ready_home)] == [f"m{n}" for n in range(1500)]
    assert (totals["received"], totals["recorded"], totals["duplicate"]) == (1500, 1500, 0)
    for point in SEAL_POINTS:
        die_at(ready_home, point, "ledger", "seal")
    ready_home.run("ledger", "seal")
    entries = query(ready_home, "SELECT count(*) FROM ledger_position")
    assert query(ready_home, "SELECT sum(rows) FROM ledger_segment") == entries
    assert json.loads(ready_home.run("ledger", "verify", "--json").stdout)["ok"]
