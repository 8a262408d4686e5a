"""A standalone Spark cluster on loopback, of the package in `.spark`: one master, and workers of one core each.

Tests of pytest-xdist may each have their own: every port is one that was free.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ROOT / ".spark"
SECONDS = 120


def missing() -> str:
    """Return what keeps a cluster from being started here, "" for nothing."""
    if not (PACKAGES / "pyspark").is_dir():
        return "pyspark is not in .spark: `make .spark/.done` puts it there"
    return "" if shutil.which("java") or os.environ.get("JAVA_HOME") else "there is no Java"


def environment(folder: Path) -> dict[str, str]:
    """Return what a process needs that belongs to a cluster or asks one; its files lie in the folder."""
    return os.environ | {
        "PYTHONPATH": str(PACKAGES),
        "SPARK_HOME": str(PACKAGES / "pyspark"),
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(folder / "shuffles"),
        "SPARK_WORKER_DIR": str(folder / "work"),
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_NO_DAEMONIZE": "1",
    }


@dataclass
class Cluster:
    """Its processes, and their logs in `folder`."""

    folder: Path
    memory: str = "1g"
    master: str = ""
    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def start(self, workers: int) -> None:
        log = self._start("master.Master", "--host", "127.0.0.1", "--port", "0", "--webui-port", "0")
        self.master = self._said(log, r"Starting Spark master at (spark://\S+)")
        logs = [
            self._start(
                "worker.Worker", self.master, "--host", "127.0.0.1", "--cores", "1", "--memory", self.memory,
                "--webui-port", "0",
            )
            for _ in range(workers)
        ]  # fmt: skip
        for worker in logs:
            self._said(worker, "Successfully registered with master")

    def kill_worker(self, number: int) -> None:
        """End a worker and all it started, as a machine does that loses its power."""
        os.killpg(self.processes[1 + number].pid, signal.SIGKILL)

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()

    def _start(self, name: str, *words: str) -> Path:
        log = self.folder / f"{len(self.processes)}.log"
        with log.open("wb") as target:
            self.processes.append(
                subprocess.Popen(
                    [str(PACKAGES / "pyspark/bin/spark-class"), f"org.apache.spark.deploy.{name}", *words],
                    env=environment(self.folder),
                    stdout=target,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            )
        return log

    def _said(self, log: Path, pattern: str) -> str:
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            found = re.search(pattern, log.read_text(encoding="utf-8", errors="replace"))
            if found:
                return found.group(found.lastindex or 0)
            time.sleep(0.1)
        raise AssertionError(f"{pattern} was never said: {log.read_text(encoding='utf-8', errors='replace')[-2000:]}")


@contextmanager
def running(folder: Path, *, workers: int = 2, memory: str = "1g") -> Iterator[Cluster]:
    """Hold a cluster; it is gone in the end."""
    folder.mkdir(parents=True, exist_ok=True)
    cluster = Cluster(folder, memory)
    try:
        cluster.start(workers)
        yield cluster
    finally:
        cluster.stop()
