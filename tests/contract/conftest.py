"""One initialised installation a module: its tests only add to it, each under names of its own."""

from collections.abc import Iterator

import pytest

from conftest import Home, own_database, own_home
from tests.collector.running import RunningServer, at_exit_kill


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, pattern: Home) -> Iterator[Home]:
    with own_database() as url:
        made = own_home(tmp_path_factory.mktemp("contract") / "home", url, pattern)
        made.install()
        yield made


@pytest.fixture(scope="module")
def server(home: Home) -> Iterator[RunningServer]:
    running = RunningServer(home)
    running.start()
    yield running
    at_exit_kill(running)
