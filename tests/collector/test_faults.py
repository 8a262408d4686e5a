"""Faults of the storage, for real: the client is told to come again, its retries land, and nothing is missing.

The unmodified segment-analytics-python sends; a disk of 8 MB fills up, another process holds the lock, PostgreSQL is
stopped and started, and more comes in than is written.
"""

import asyncio
import base64
import json
import os
import shutil
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from segment.analytics.client import Client

from conftest import Home, own_home
from tests.collector.cluster import Cluster, own_cluster
from tests.collector.running import RunningServer, at_exit_kill, drained, wait_until

pytestmark = [pytest.mark.long, pytest.mark.sqlite_only]

MEGABYTE = 1024 * 1024


class Sender:
    """The client as people have it, and every error it gives up with."""

    def __init__(self, server: RunningServer, key: str) -> None:
        self.failures: list[object] = []
        self.sent = 0
        self._client = Client(
            key,
            host=server.url,
            upload_size=20,
            upload_interval=0.05,
            on_error=lambda error, _: self.failures.append(error),
        )

    def send(self, events: int, size: int = 100) -> None:
        for _ in range(events):
            self.sent += 1
            said = {"n": self.sent, "text": os.urandom(size // 2).hex()}
            was_queued, _message = self._client.track(f"user-{self.sent % 20}", "Looked", said)
            assert was_queued

    def flush(self) -> None:
        self._client.flush()
        self._client.join()
        assert self.failures == []


def answer(server: RunningServer, key: str) -> requests.Response:
    event: dict[str, Any] = {
        "type": "track",
        "event": "Asked",
        "userId": "u",
        "messageId": "asked",
        "properties": {"x": "y" * 20_000},
    }
    return requests.post(f"{server.url}/v1/batch", json={"batch": [event] * 20}, auth=(key, ""), timeout=40)


def wait_for_refusal(server: RunningServer, key: str) -> requests.Response:
    found: list[requests.Response] = []

    def is_refused() -> bool:
        found.append(answer(server, key))
        return found[-1].status_code == 503

    wait_until(is_refused, 60, "an answer of 503")
    assert found[-1].headers["Retry-After"].isdecimal()
    assert found[-1].json()["code"] == "unavailable"
    return found[-1]


def health(server: RunningServer) -> tuple[int, Any]:
    said = requests.get(f"{server.url}/healthz", timeout=40)
    return said.status_code, said.json()


def assert_all_landed(home: Home, sender: Sender) -> None:
    totals = drained(home)
    looked = [row for row in ("recorded",) if totals[row] >= sender.sent]
    assert looked, (totals, sender.sent)
    assert totals["received"] == sum(count for name, count in totals.items() if name != "received")
    assert totals["conflict"] == totals["quarantined"] == totals["dropped"] == totals["counted"] == 0
    assert totals["recorded"] in (sender.sent, sender.sent + 1)  # and the one that was asked with


@contextmanager
def small_disk(place: Path, size: str) -> Iterator[Callable[[str], None]]:
    """Mount a disk in memory; gives what makes it larger."""
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", place], check=False).returncode:
        pytest.skip("this account may not mount a disk of its own")
    try:
        yield lambda larger: subprocess.run(
            ["mount", "-o", f"remount,size={larger}", place], check=True
        ).check_returncode()
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def test_a_full_disk_is_told_and_once_there_is_room_everything_lands(
    ready_home: Home, server_key: str, tmp_path: Path
) -> None:
    server = RunningServer(ready_home, workers="none")  # nobody drains, so that the disk fills by itself
    with small_disk(tmp_path / "disk", "8m") as enlarge:
        for file in ready_home.path.glob("inbox.sqlite3*"):
            shutil.move(file, tmp_path / "disk" / file.name)
        (ready_home.path / "inbox.sqlite3").symlink_to(tmp_path / "disk" / "inbox.sqlite3")
        server.start()
        try:
            sender = Sender(server, server_key)
            sender.send(1_000, size=20_000)  # 20 MB
            refused = wait_for_refusal(server, server_key)
            assert "full" in refused.json()["message"]
            assert shutil.disk_usage(tmp_path / "disk").free < MEGABYTE
            status, said = health(server)
            assert (status, said["status"]) in ((503, "unavailable"), (200, "degraded"))
            assert "storage_failed" in {reason["code"] for reason in said["reasons"]}
            enlarge("256m")
            sender.flush()
            wait_until(lambda: answer(server, server_key).status_code == 200, 20, "an answer of 200")
            assert server.stop() == 0
            assert_all_landed(ready_home, sender)
        finally:
            at_exit_kill(server)


def test_a_lock_of_another_process_is_told_before_clients_give_up_and_then_everything_lands(
    ready_home: Home, server: RunningServer, server_key: str
) -> None:
    server.start()
    sender = Sender(server, server_key)
    sender.send(100)
    answer(server, server_key)
    holding = sqlite3.connect(ready_home.path / "inbox.sqlite3", isolation_level=None, timeout=20)
    holding.execute("BEGIN IMMEDIATE")
    sender.send(200)
    began = time.monotonic()
    refused = wait_for_refusal(server, server_key)
    assert time.monotonic() - began < 30
    assert "locked" in refused.json()["message"]
    holding.execute("ROLLBACK")
    holding.close()
    sender.flush()
    status, said = health(server)
    assert (status, said["status"]) == (200, "degraded")  # of the last minute
    assert server.stop() == 0
    assert_all_landed(ready_home, sender)


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with own_cluster() as made:
        yield made


def test_postgresql_may_be_stopped_and_started_and_then_everything_lands(cluster: Cluster, tmp_path: Path) -> None:
    home = own_home(tmp_path / "home", cluster.url)
    home.run("init")
    key = home.run("writekey", "create", "shop", "--kind", "server").stdout.strip()
    server = RunningServer(home)
    server.start()
    try:
        sender = Sender(server, key)
        sender.send(100)
        assert answer(server, key).status_code == 200
        cluster.stop()
        sender.send(200)
        wait_for_refusal(server, key)
        assert health(server)[0] == 503
        cluster.start()
        sender.flush()
        wait_until(lambda: answer(server, key).status_code == 200, 30, "an answer of 200")
        assert server.stop() == 0
        assert_all_landed(home, sender)
    finally:
        at_exit_kill(server)


def peak_of(server: RunningServer) -> int:
    assert server.process is not None
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


async def flood(port: int, key: str, *, clients: int, seconds: float) -> Counter[int]:
    """Send batches of 1 MB on many connections at once, each again as soon as it is answered; count the answers."""
    event = {"type": "track", "event": "Flood", "userId": "u", "properties": {"text": "x" * 4_000}}
    body = json.dumps({"batch": [event] * 250}).encode()
    auth = base64.b64encode(f"{key}:".encode()).decode()
    head = f"POST /v1/batch HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {auth}\r\nContent-Length: {len(body)}\r\n\r\n"
    answers: Counter[int] = Counter()
    until = time.monotonic() + seconds

    async def client() -> None:
        while time.monotonic() < until:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(head.encode() + body)
                await writer.drain()
                line = await asyncio.wait_for(reader.readline(), 60)
                answers[int(line.split()[1])] += 1
            except (OSError, IndexError):
                answers[0] += 1
            writer.close()

    await asyncio.gather(*(client() for _ in range(clients)))
    return answers


def test_memory_stays_bounded_while_more_comes_in_than_is_written(ready_home: Home, server_key: str) -> None:
    """Nothing is written for some seconds, since another process holds the lock, and 400 clients send 1 MB each."""
    env = {**ready_home.env, "LEADPACT_EVENTS_PER_SECOND": "0"}
    server = RunningServer(Home(ready_home.path, env), workers="none")
    server.start()
    try:
        assert answer(server, server_key).status_code == 200
        before = peak_of(server)
        holding = sqlite3.connect(ready_home.path / "inbox.sqlite3", isolation_level=None, timeout=20)
        holding.execute("BEGIN IMMEDIATE")
        answers = asyncio.run(flood(server.port, server_key, clients=400, seconds=8))
        holding.execute("ROLLBACK")
        holding.close()
        grown = peak_of(server) - before
        print(f"answers {dict(answers)}, memory grew by {grown // MEGABYTE} MB")
        assert answers[429] > 0
        assert answers[503] > 0
        assert set(answers) <= {200, 429, 503, 0}
        assert grown < 500 * MEGABYTE
        assert answer(server, server_key).status_code == 200
        assert server.stop() == 0
    finally:
        at_exit_kill(server)
