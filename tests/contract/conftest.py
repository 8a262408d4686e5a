"""One initialised installation a module: its tests only add to it, each under names of its own."""

import os
import uuid
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import pytest

from conftest import Home
from tests.collector.conftest import on_server
from tests.collector.running import RunningServer, at_exit_kill


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    path, url = tmp_path_factory.mktemp("contract") / "home", os.environ.get("DATABASE_URL", "")
    name = f"leadpact_{uuid.uuid4().hex}"
    if url:
        on_server(url, f'create database "{name}"')
    own_url = urlunsplit(urlsplit(url)._replace(path=f"/{name}")) if url else ""
    made = Home(path, {**os.environ, "LEADPACT_HOME": str(path), "DATABASE_URL": own_url})
    made.run("init")
    yield made
    if url:
        on_server(url, f'drop database "{name}" with (force)')


@pytest.fixture(scope="module")
def server(home: Home) -> Iterator[RunningServer]:
    running = RunningServer(home)
    running.start()
    yield running
    at_exit_kill(running)
