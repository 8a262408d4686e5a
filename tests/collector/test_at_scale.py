"""Several servers and workers on one PostgreSQL: processes are killed and the database crashes in the middle.

In the end whatever a client was told is stored is in the ledger exactly once, and everything made from the ledger
is what making it anew comes to.
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from conftest import Home, own_home
from tests.collector.cluster import Cluster, own_cluster
from tests.collector.crowd import ASKS, CLIENTS, Crowd, Event
from tests.collector.running import RunningServer, at_exit_kill, drained, query, recorded_events, wait_until

pytestmark = [pytest.mark.long, pytest.mark.sqlite_only]  # it starts a PostgreSQL of its own, to crash it

EVENTS_A_CLIENT = 2_600  # of ten clients, four of which send what another sends too: 20,800 different ones
PATIENCE = 400  # seconds; the machine may be busy with other things


class RunningWorker:
    """A real `leadpact worker` in a process of its own."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        words = [str(Path(sys.executable).parent / "leadpact"), "worker"]
        self.process = subprocess.Popen(words, env=self.home.env)

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        assert self.process is not None
        assert self.is_running(), "the worker had ended by itself"
        self.process.kill()
        self.process.wait(20)

    def stop(self) -> int:
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(60)


@contextmanager
def running(servers: list[RunningServer], workers: list[RunningWorker]) -> Iterator[None]:
    try:
        for server in servers:
            server.start()
        for worker in workers:
            worker.start()
        yield
    finally:
        for server in servers:
            at_exit_kill(server)
        for worker in workers:
            if worker.is_running():
                worker.kill()


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with own_cluster() as made:
        yield made


def installed(cluster: Cluster, folder: Path) -> tuple[Home, str]:
    home = own_home(folder / "home", cluster.url)
    home.run("init")
    for number in range(3):
        words = ("--email", f"rep{number}@ours.example", "--role", "sales_rep", "--capacity", "1000")
        home.run("user", "create", *words, "--password-stdin", text="a long pass phrase\n")
    return home, home.run("writekey", "create", "shop", "--kind", "server").stdout.strip()


def test_a_worker_killed_and_the_database_crashed_under_load_lose_nothing_and_double_nothing(
    cluster: Cluster, tmp_path: Path
) -> None:
    home, key = installed(cluster, tmp_path)
    servers = [RunningServer(home, workers="none") for _ in range(2)]
    workers = [RunningWorker(home) for _ in range(2)]
    crowd = Crowd([server.port for server in servers], key, EVENTS_A_CLIENT)
    expected = crowd.all_events()
    assert len(expected) == (CLIENTS - 2) * EVENTS_A_CLIENT >= 20_000
    with running(servers, workers):
        crowd.start()
        wait_until(lambda: len(crowd.accepted) > 4_000 and recorded(home) > 1_000, PATIENCE, "some load")
        workers[0].kill()
        wait_until(lambda: len(crowd.accepted) > 6_000, PATIENCE, "more load")
        workers[0].start()
        wait_until(lambda: len(crowd.accepted) > 9_000, PATIENCE, "more load")
        cluster.crash()
        refused = crowd.answers.get(503, 0)
        wait_until(lambda: crowd.answers.get(503, 0) > refused + 5, PATIENCE, "answers of 503")
        cluster.start()
        wait_until(lambda: len(crowd.accepted) > 13_000, PATIENCE, "load after the crash")
        workers[1].kill()
        workers[1].start()
        wait_until(crowd.is_done, PATIENCE, "the clients")
        wait_until(lambda: nothing_is_due(home), PATIENCE, "the workers to have done all that is due")
        assert all(worker.is_running() for worker in workers)
        assert [worker.stop() for worker in workers] == [0, 0]
        assert [server.stop() for server in servers] == [0, 0]
    assert crowd.accepted == expected.keys()
    assert crowd.resent > 0
    totals = drained(home)
    sys.stdout.write(f"answers {crowd.answers}, {totals}\n")
    assert_in_the_ledger_once(home, expected, totals)
    assert_positions_whole(home)
    assert_persons_and_scores_true(home, expected)


def recorded(home: Home) -> int:
    return int(query(home, "SELECT count(*) FROM ledger_entry WHERE message IS NOT NULL")[0][0])


def nothing_is_due(home: Home) -> bool:
    asked = (
        "SELECT EXISTS (SELECT FROM ledger_inbox) OR EXISTS (SELECT FROM ledger_unsequenced)"
        " OR EXISTS (SELECT FROM scoring_standing WHERE due_at <= now())"
        " OR EXISTS (SELECT FROM scoring_crossing WHERE NOT handled)"
    )
    return not query(home, asked)[0][0]


def assert_in_the_ledger_once(home: Home, expected: dict[str, Event], totals: dict[str, int]) -> None:
    found = recorded_events(home)
    assert Counter(event["messageId"] for event in found) == dict.fromkeys(expected, 1)
    assert [event for event in found if event["userId"] != expected[event["messageId"]]["userId"]] == []
    assert totals["recorded"] == len(expected)
    assert totals["duplicate"] > 0
    assert totals["received"] == totals["recorded"] + totals["duplicate"]
    assert totals["conflict"] == totals["quarantined"] == totals["dropped"] == totals["counted"] == 0


def assert_positions_whole(home: Home) -> None:
    entries = query(home, "SELECT count(*) FROM ledger_entry")[0][0]
    asked = "SELECT min(position), max(position), count(*), count(DISTINCT entry_id) FROM ledger_position"
    assert query(home, asked) == [(1, entries, entries, entries)]
    verified = json.loads(home.run("ledger", "verify", "--json").stdout)
    assert (verified["ok"], verified["entries"], verified["unsequenced"]) == (True, entries, 0)


def assert_persons_and_scores_true(home: Home, expected: dict[str, Event]) -> None:
    acts = Counter(event["userId"] for event in expected.values())
    by_user = query(
        home,
        "SELECT i.value, count(*) FROM ledger_entry e JOIN people_identity h ON h.id = e.identity"
        " JOIN people_identity i ON i.person_id = h.person_id AND i.kind = 'user'"
        " WHERE e.message IS NOT NULL GROUP BY i.value",
    )
    assert dict(by_user) == acts
    asked = {event["userId"] for event in expected.values() if event.get("event") == "form.submitted"}
    assert len(asked) > len(expected) / ASKS / 4
    handed = query(
        home,
        "SELECT i.value, count(*), count(o.id) FROM handover_pursuitperson m JOIN handover_offer o"
        " ON o.pursuit_id = m.pursuit_id JOIN people_identity i ON i.person_id = m.person_id AND i.kind = 'user'"
        " WHERE i.value IN (SELECT DISTINCT personal->'raw'->>'userId' FROM ledger_entry WHERE kind = 'form.submitted')"
        " GROUP BY i.value",
    )
    assert {user: (rows, offers) for user, rows, offers in handed} == dict.fromkeys(asked, (1, 1))
    anew = recomputed(home)
    assert anew["hours"] > 0
    assert anew["persons"] == len(acts)
    assert (anew["parity"], anew["waiting"], anew["scores"], anew["lines"]) == ([], 0, [], [])


def recomputed(home: Home) -> Any:
    words = [sys.executable, "-m", "tests.collector.recomputed"]
    done = subprocess.run(words, env=home.env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
