"""A PostgreSQL cluster of its own that can be stopped, at once or orderly, and started again."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.collector.running import wait_until
from tests.postgres import binaries, owner


class Cluster:
    """It syncs to the disk, as one in use does: what it said is committed outlives `crash`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data, self.uid = folder, folder / "data", owner()
        self.url = f"postgresql://leadpact@/postgres?host={folder}"
        self.process: subprocess.Popen[bytes] | None = None
        words = [binaries() / "initdb", "-D", self.data, "-U", "leadpact", "-A", "trust", "-E", "UTF8", "--locale=C"]
        subprocess.run([str(each) for each in words], user=self.uid, cwd=folder, check=True, stdout=subprocess.DEVNULL)

    def start(self) -> None:
        words = [binaries() / "postgres", "-D", self.data, "-k", self.folder, "-c", "listen_addresses="]
        with (self.folder / "log").open("a") as log:
            self.process = subprocess.Popen(
                [str(each) for each in words],
                user=self.uid,
                cwd=self.folder,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        asked = [str(binaries() / "pg_isready"), "-h", str(self.folder), "-U", "leadpact"]
        wait_until(
            lambda: subprocess.run(asked, stdout=subprocess.DEVNULL, check=False).returncode == 0, 60, "PostgreSQL"
        )

    def stop(self) -> None:
        """Send whoever is connected away and end orderly."""
        self._end(signal.SIGINT)

    def crash(self) -> None:
        """End at once (`pg_ctl stop -m immediate`): the next start recovers from the log of writes."""
        self._end(signal.SIGQUIT)

    def _end(self, sent: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(sent)
            self.process.wait(30)
            self.process = None


@contextmanager
def own_cluster() -> Iterator[Cluster]:
    """Start a cluster in a short path of its own: a socket's name may not be long."""
    folder = Path(subprocess.run(["mktemp", "-d"], capture_output=True, text=True, check=True).stdout.strip())
    if (uid := owner()) is not None:
        os.chown(folder, uid, -1)
    made = Cluster(folder)
    made.start()
    try:
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)
