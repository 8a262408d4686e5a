"""An initialised home with a server key, and a server for it."""

from collections.abc import Iterator

import pytest

from conftest import Home
from tests.collector.running import RunningServer, at_exit_kill


@pytest.fixture
def ready_home(home: Home) -> Home:
    home.run("init")
    return home


@pytest.fixture
def server_key(ready_home: Home) -> str:
    return ready_home.run("writekey", "create", "shop", "--kind", "server").stdout.strip()


@pytest.fixture
def server(ready_home: Home) -> Iterator[RunningServer]:
    running = RunningServer(ready_home)
    yield running
    at_exit_kill(running)
