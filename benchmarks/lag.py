"""How long after its 200 a lead is offered, while 100 events a second arrive at a real server.

    python benchmarks/lag.py [seconds]      default 60

Works in a folder of its own, or in a new database of the server that DATABASE_URL names.  On SQLite one `leadpact
serve` does all; on PostgreSQL the server and a `leadpact worker` are processes of their own.  Each event is a request
of its own.  One event in fifty is a contact form of somebody new, who must be offered.  The delay is from the moment
its client read the 200 to the moment somebody else saw the offer in the database, who looks fifty times a second;
`value` is its p99.  `ratio` compares the bar with the value: above 1 is faster.  `physical_s` is what four small
writes take until they are on disk: the event's, its entry's, the score's, the offer's.
"""

import argparse
import http.client
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.ledger_append import installation
from benchmarks.offering import ASKS, RATE, event, mail, offered

LIMIT_S: Final = 2.0
CLIENTS: Final = 8
WARM_UP: Final = 100  # events before it counts, all of them offered
PATIENCE_S: Final = 120.0
LOOK_S: Final = 0.02


def leadpact(*words: str, text: str | None = None) -> str:
    command = [str(Path(sys.executable).parent / "leadpact"), *words]
    return subprocess.run(command, input=text, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


@contextmanager
def running(*words: str) -> Iterator[subprocess.Popen[str]]:
    command = [str(Path(sys.executable).parent / "leadpact"), *words]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


class Clients:
    """Threads that post events at their moments; `stored` says when the 200 for each contact form was read."""

    def __init__(self, port: int, key: str) -> None:
        self._port, self._headers = port, {"X-Write-Key": key, "Content-Type": "application/json"}
        self._waiting: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._threads = [threading.Thread(target=self._post, daemon=True) for _ in range(CLIENTS)]
        self.stored: dict[str, float] = {}
        for thread in self._threads:
            thread.start()

    def send(self, numbers: range) -> None:
        began = time.monotonic()
        for place, number in enumerate(numbers):
            time.sleep(max(0.0, began + place / RATE - time.monotonic()))
            self._waiting.put(number)

    def close(self) -> None:
        for _ in self._threads:
            self._waiting.put(None)
        for thread in self._threads:
            thread.join()

    def _post(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        while (number := self._waiting.get()) is not None:
            connection.request("POST", "/v1/batch", json.dumps({"batch": [event(number)]}), self._headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"the server answered {answer.status}")
            if number % ASKS == 0:
                self.stored[mail(number)] = time.monotonic()
        connection.close()


def delays(port: int, key: str, count: int) -> list[float]:
    """Return how long each who asked waited for the offer, in seconds, in the order of their asking."""
    clients, seen = Clients(port, key), dict[str, float]()
    last = _send(clients, range(WARM_UP), seen, 0)  # until all of it is offered: processes take seconds to start
    _send(clients, range(WARM_UP, WARM_UP + count), seen, last)
    clients.close()
    counted = [mail(number) for number in range(WARM_UP, WARM_UP + count) if number % ASKS == 0]
    missing = set(counted) - seen.keys()
    assert not missing, f"{len(missing)} of {len(counted)} were never offered"
    return [max(0.0, seen[address] - clients.stored[address]) for address in counted]


def _send(clients: Clients, numbers: range, seen: dict[str, float], last: int) -> int:
    """Send events at their moments and note when each offer is seen; return the last offer's number."""
    sending = threading.Thread(target=lambda: clients.send(numbers))
    sending.start()
    wanted = len(seen) + sum(number % ASKS == 0 for number in numbers)
    ends = time.monotonic() + len(numbers) / RATE + PATIENCE_S
    while len(seen) < wanted and time.monotonic() < ends:
        for number, address in offered(last):
            seen[address], last = time.monotonic(), number
        time.sleep(LOOK_S)
    sending.join()
    return last


def four_writes(folder: Path) -> float:
    waited = []
    with (folder / "writes").open("wb", buffering=0) as file:
        for _ in range(25):
            began = time.perf_counter()
            for _ in range(4):
                file.write(bytes(500))
                os.fsync(file.fileno())
            waited.append(time.perf_counter() - began)
    return median(waited)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("n", nargs="?", type=int, default=60, help="seconds of arrivals (default: %(default)s)")
    seconds: int = parser.parse_args().n
    with installation() as kind:
        os.environ.setdefault("LEADPACT_KERNELS", "none")  # nothing is replayed here
        leadpact("init")
        for rep in range(5):
            words = ("--email", f"rep{rep}@ours.example", "--role", "sales_rep", "--capacity", "10000")
            leadpact("user", "create", *words, "--password-stdin", text="a long pass phrase\n")
        key = leadpact("writekey", "create", "site", "--kind", "server")
        import django

        django.setup()
        import sqlite3  # by now the one the settings put in place

        from django.db import connection

        alone = kind == "sqlite"
        with running("serve", "--port", "0", "--workers", "inline" if alone else "none") as server:
            assert server.stdout is not None
            port = int(server.stdout.readline().rsplit(":", 1)[1])
            if alone:
                waited = delays(port, key, seconds * RATE)
            else:
                with running("worker"):
                    waited = delays(port, key, seconds * RATE)
        connection.close()
        physical = four_writes(Path(os.environ["LEADPACT_HOME"]))
    quarter = max(1, len(waited) // 4)
    p99 = quantiles(waited, n=100)[-1]
    report = {
        "name": "lag",
        "n": seconds * RATE,
        "value": round(p99, 3),
        "unit": "s p99",
        "limit_value": LIMIT_S,
        "ratio": round(LIMIT_S / p99, 2),
        "physical_s": round(physical, 4),
        "runs": 1,
        "db": kind,
        "sqlite_version": sqlite3.sqlite_version,
        "cpu_s": round(sum(os.times()[:4]), 2),
        "growth": {
            "first quarter": round(median(waited[:quarter]), 3),
            "last quarter": round(median(waited[-quarter:]), 3),
        },
        "p50": round(median(waited), 3),
        "slowest": round(max(waited), 3),
        "offers": len(waited),
        "events_a_second": RATE,
    }
    sys.stdout.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main()
