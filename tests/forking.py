"""Commands as processes of their own that need not load the libraries anew: each is forked from one that has.

`Forked().run(words, env, text)` does what running the installed script does, from the same entry function; settings,
models and everything else of the product is imported by the new process.  One such source of processes serves one
run of the tests; it ends when its standard input is closed.
"""

import contextlib
import importlib
import json
import os
import random
import select
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

LIBRARIES: Final = (
    "click", "rich.console", "rich.progress", "duckdb", "holidays", "ruamel.yaml", "jsonschema", "email_validator",
    "phonenumbers", "msgspec", "structlog", "uvicorn", "psycopg", "pysqlite3", "publicsuffixlist", "charset_normalizer",
    "python_calamine", "django.core.management", "django.db.models", "django.db.migrations.executor", "django.forms",
    "django.views.generic", "django.template.defaulttags", "django.core.serializers.json", "django.core.mail",
    "django.db.backends.postgresql.base", "django.contrib.auth.hashers",
    "django.test.client", "http.server", "asyncio", "concurrent.futures", "zoneinfo",
)  # fmt: skip
SECONDS: Final = 120


class Forked:
    """A process with the libraries loaded, and the way to ask it for another one."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="leadpact-")
        self._address = str(Path(self._folder.name) / "socket")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.forking", self._address], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"ready\n"

    def run(self, words: Sequence[str], env: Mapping[str, str], text: str | None) -> subprocess.CompletedProcess[str]:
        """Run `leadpact words...`; raises subprocess.TimeoutExpired after two minutes."""
        with tempfile.TemporaryDirectory(dir=self._folder.name) as folder, socket.socket(socket.AF_UNIX) as asking:
            (Path(folder) / "0").write_text(text or "")
            asking.settimeout(SECONDS)
            asking.connect(self._address)
            asking.sendall(json.dumps({"words": list(words), "env": dict(env), "folder": folder}).encode() + b"\n")
            answers = asking.makefile()
            pid = int(answers.readline())
            try:
                code = int(answers.readline())
            except TimeoutError:
                os.kill(pid, signal.SIGKILL)
                raise subprocess.TimeoutExpired(list(words), SECONDS) from None
            out, err = ((Path(folder) / name).read_text() for name in "12")
        return subprocess.CompletedProcess(list(words), code, out, err)

    def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._folder.cleanup()


def serve(address: str) -> None:
    """Fork a command for each who asks, until standard input is closed."""
    for name in LIBRARIES:
        importlib.import_module(name)
    assert "sqlite3" not in sys.modules, "the product chooses which SQLite it stands on"
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who answer
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen()
        print("ready", flush=True)
        while True:
            asked, _, _ = select.select([listening, sys.stdin], [], [])
            if sys.stdin in asked:
                return
            connection, _ = listening.accept()
            if os.fork() == 0:
                listening.close()
                _answer(connection)
            connection.close()


def _answer(connection: socket.socket) -> None:
    """Fork the command, say its process id, wait for it, say how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    asked = json.loads(connection.makefile().readline())
    pid = os.fork()
    if pid == 0:
        connection.close()
        _become(asked["words"], asked["env"], Path(asked["folder"]))
    connection.sendall(f"{pid}\n".encode())
    _, status = os.waitpid(pid, 0)
    with contextlib.suppress(BrokenPipeError):
        connection.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _become(words: Sequence[str], env: Mapping[str, str], folder: Path) -> None:
    """Be what `leadpact words...` is, from here on: its environment, its three files, its entry function."""
    for number, mode in enumerate((os.O_RDONLY, os.O_WRONLY | os.O_CREAT, os.O_WRONLY | os.O_CREAT)):
        file = os.open(folder / str(number), mode, 0o600)
        os.dup2(file, number)
        os.close(file)
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(number, mode) for number, mode in enumerate("rww"))
    os.environ.clear()
    os.environ.update(env)
    random.seed()
    sys.argv = ["leadpact", *words]
    code = 1
    try:
        importlib.import_module("leadpact.site.cli").main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - as the interpreter does at its top
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve(sys.argv[1])
