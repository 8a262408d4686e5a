"""A real `leadpact serve` in a process of its own, to be stopped and killed."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from queue import Empty, Queue
from typing import Any

from conftest import Home

SECONDS_TO_START = 60


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


class RunningServer:
    """Serves one home on one port; may be started again after it ended."""

    def __init__(self, home: Home, *, port: int | None = None, workers: str = "inline", program: str = "") -> None:
        self.home, self.port, self.workers, self.program = home, port or free_port(), workers, program
        self.process: subprocess.Popen[str] | None = None
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self, env: Mapping[str, str] | None = None) -> None:
        """Start and return once it says that it accepts."""
        leadpact = [sys.executable, self.program] if self.program else [str(Path(sys.executable).parent / "leadpact")]
        self.process = subprocess.Popen(
            [*leadpact, "serve", "--port", str(self.port), "--workers", self.workers],
            env={**self.home.env, **(env or {})},
            stdout=subprocess.PIPE,
            text=True,
        )
        line = _first_line(self.process)
        assert line == f"ready {self.url}\n", f"the server said {line!r} and ended with {self.process.poll()}"

    def stop(self, sent: signal.Signals = signal.SIGTERM) -> int:
        """Send the signal and return how the process ended."""
        assert self.process is not None
        self.process.send_signal(sent)
        return self.ended()

    def ended(self, seconds: float = 20) -> int:
        """Wait until the process has ended by itself; return how."""
        assert self.process is not None
        code = self.process.wait(seconds)
        if self.process.stdout:
            self.process.stdout.close()
        return code

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None


def _first_line(process: subprocess.Popen[str]) -> str:
    lines: Queue[str] = Queue()
    assert process.stdout is not None
    stdout = process.stdout
    threading.Thread(target=lambda: lines.put(stdout.readline()), daemon=True).start()
    try:
        return lines.get(timeout=SECONDS_TO_START)
    except Empty:
        process.kill()
        raise AssertionError("the server did not say that it accepts") from None


def drained(home: Home) -> dict[str, int]:
    """Drain whatever waits; return the totals."""
    totals = json.loads(home.run("drain", "--wait", "--json").stdout)
    assert isinstance(totals, dict)
    return totals


def query(home: Home, sql: str) -> list[tuple[Any, ...]]:
    """Ask the installation's database, from outside the product."""
    if url := home.env.get("DATABASE_URL"):
        import psycopg

        with psycopg.connect(url) as connection:
            return connection.execute(sql.encode()).fetchall()
    import sqlite3

    with sqlite3.connect(home.path / "leadpact.sqlite3") as connection:
        return connection.execute(sql).fetchall()


def recorded_events(home: Home) -> list[dict[str, Any]]:
    """Return what clients sent as it stands in the ledger, in the order readers follow."""
    rows = query(
        home,
        "SELECT e.personal FROM ledger_position p JOIN ledger_entry e ON e.id = p.entry_id"
        " WHERE e.message IS NOT NULL ORDER BY p.position",
    )
    found = [row[0] if isinstance(row[0], dict) else json.loads(row[0]) for row in rows]
    return [personal["raw"] for personal in found]


def wait_until(condition: Any, seconds: float, what: str) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"waited {seconds} s in vain for {what}"
        time.sleep(0.01)


def at_exit_kill(server: RunningServer) -> None:
    """Leave no process behind, whatever a test came to."""
    if server.is_running() and server.process is not None:
        os.kill(server.process.pid, signal.SIGKILL)
        server.ended()
