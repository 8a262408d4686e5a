"""An initialised home with a server key, and a server for it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import Home
from tests.collector.running import RunningServer, at_exit_kill

KEY_FILE = "server-key"


def make_ready(home: Home) -> Home:
    home.run("init")
    key = home.run("writekey", "create", "shop", "--kind", "server").stdout.strip()
    (home.path / KEY_FILE).write_text(key)
    return home


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Home | None:
    """On SQLite an installation is a folder, so one is made and copied; on PostgreSQL each test makes its own."""
    if os.environ.get("DATABASE_URL"):
        return None
    path = tmp_path_factory.mktemp("template") / "home"
    return make_ready(Home(path, {**os.environ, "LEADPACT_HOME": str(path), "DATABASE_URL": ""}))


@pytest.fixture
def ready_home(home: Home, template: Home | None) -> Home:
    if template is None:
        return make_ready(home)
    shutil.copytree(template.path, home.path)
    return home


@pytest.fixture
def server_key(ready_home: Home) -> str:
    return Path(ready_home.path / KEY_FILE).read_text()


@pytest.fixture
def server(ready_home: Home) -> Iterator[RunningServer]:
    running = RunningServer(ready_home)
    yield running
    at_exit_kill(running)
