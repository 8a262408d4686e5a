"""A client in a process of its own, sending a plan while the server is stopped and started again."""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.clients.modules import HERE, node_modules
from tests.clients.plan import Call
from tests.collector.running import RunningServer

ROOT = HERE.parents[1]
SECONDS_AWAY = 20
MILLISECONDS_APART = 40  # so that the client goes on sending while the server is away
SECONDS_TO_FINISH = 240


@dataclass(frozen=True)
class Sender:
    """A client and the language it is for."""

    name: str
    is_node: bool

    def start(self, plan: Path, url: str, key: str, milliseconds: int) -> subprocess.Popen[str]:
        if self.is_node:
            node_modules()
            words = ["node", str(HERE / "node" / f"{self.name}.mjs")]
        else:
            words = [sys.executable, "-m", "tests.clients.send", self.name]
        return subprocess.Popen(
            [*words, str(plan), url, key, str(milliseconds)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )

    def send_while_away(self, calls: Sequence[Call], server: RunningServer, key: str, folder: Path) -> None:
        """Send everything; after a third of it the server ends, and is started again on its port 20 s later."""
        plan = folder / "plan.json"
        plan.write_text(json.dumps(calls), encoding="utf-8")
        process = self.start(plan, server.url, key, MILLISECONDS_APART)
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "a third is sent\n"
            server.stop()
            time.sleep(SECONDS_AWAY)
            server.start()
            assert process.wait(SECONDS_TO_FINISH) == 0
            assert process.stdout.read().endswith("sent\n")
        finally:
            process.kill()
            process.wait()
