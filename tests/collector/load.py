"""Many clients at once that keep a log of what they were told is stored."""

import base64
import http.client
import json
import random
import threading
import time
import uuid

from conftest import Home
from tests.collector.running import RunningServer, recorded_events, wait_until

CLIENTS = 72
IN_FLIGHT = 50


class Load:
    """`accepted`: message ids answered with 200: the truth the ledger is compared with."""

    def __init__(self, port: int, key: str) -> None:
        self._port = port
        self._headers = {
            "Authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode(),
            "Content-Type": "application/json",
        }
        self._lock, self._stopping = threading.Lock(), threading.Event()
        self._threads = [threading.Thread(target=self._client, args=(n,), daemon=True) for n in range(CLIENTS)]
        self.accepted: set[str] = set()
        self.sent: set[str] = set()
        self.resent_after_success = 0
        self.in_flight = 0

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join(30)

    def _client(self, number: int) -> None:
        rnd = random.Random(number)
        unconfirmed: list[str] = []
        connection: http.client.HTTPConnection | None = None
        while not self._stopping.is_set():
            ids = unconfirmed or [str(uuid.uuid4()) for _ in range(rnd.choice((1, 1, 5, 30)))]
            connection = connection or http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
            status = self._post(connection, ids, number)
            if status == 200:
                with self._lock:
                    self.accepted.update(ids)
                # Now and then a client does not believe its luck and sends the same again.
                unconfirmed = ids if not unconfirmed and rnd.random() < 0.05 else []
                self.resent_after_success += len(unconfirmed)
            else:
                unconfirmed = ids
                connection.close()
                connection = None
                time.sleep(0.02)

    def _post(self, connection: http.client.HTTPConnection, ids: list[str], number: int) -> int:
        """Return the status; 0 when no answer came."""
        events = [
            {"type": "track", "event": "Tick", "userId": f"u{number}-{n % 3}", "messageId": one}
            for n, one in enumerate(ids)
        ]
        with self._lock:
            self.sent.update(ids)
            self.in_flight += 1
        try:
            connection.request("POST", "/v1/batch", json.dumps({"batch": events}), self._headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            with self._lock:
                self.in_flight -= 1


def kill_under_load(server: RunningServer, load: Load, rnd: random.Random) -> int:
    """Kill the server at a random moment with enough requests in flight; return how many there were."""
    time.sleep(rnd.uniform(0.4, 1.2))
    wait_until(lambda: load.in_flight >= IN_FLIGHT, 20, f"{IN_FLIGHT} requests in flight")
    assert server.process is not None
    in_flight = load.in_flight
    server.process.kill()
    server.ended()
    return in_flight


def missing_and_doubled(home: Home, load: Load) -> tuple[set[str], int]:
    """Return what was answered with 200 and is not in the ledger, and how many are there more than once."""
    found = [event["messageId"] for event in recorded_events(home)]
    assert set(found) <= load.sent
    return load.accepted - set(found), len(found) - len(set(found))
