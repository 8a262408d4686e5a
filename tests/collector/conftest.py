"""An initialised home with a server key, and a server for it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import Home, own_database, own_home
from tests.collector.running import RunningServer, at_exit_kill

KEY_FILE = "server-key"


@pytest.fixture(scope="session")
def with_key(tmp_path_factory: pytest.TempPathFactory, pattern: Home) -> Iterator[Home]:
    """One installation with a server key that is made once and copied for each test."""
    with own_database() as url:
        made = own_home(tmp_path_factory.mktemp("with_key") / "home", url, pattern)
        made.install()
        key = made.run("writekey", "create", "shop", "--kind", "server").stdout.strip()
        (made.path / KEY_FILE).write_text(key)
        yield made


@pytest.fixture
def ready_home(home: Home, with_key: Home) -> Home:
    copy = replace(home, pattern=with_key)
    copy.install()
    return copy


@pytest.fixture
def server_key(ready_home: Home) -> str:
    return Path(ready_home.path / KEY_FILE).read_text()


@pytest.fixture
def server(ready_home: Home) -> Iterator[RunningServer]:
    running = RunningServer(ready_home)
    yield running
    at_exit_kill(running)
