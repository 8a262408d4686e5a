"""An initialised home with a server key, and a server for it."""

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

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
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """One installation that is made once and copied for each test."""
    path, url = tmp_path_factory.mktemp("template") / "home", os.environ.get("DATABASE_URL", "")
    env = {**os.environ, "LEADPACT_HOME": str(path), "DATABASE_URL": ""}
    if not url:
        yield make_ready(Home(path, env))
        return
    name = f"template_{uuid.uuid4().hex}"
    on_server(url, f'create database "{name}"')
    yield make_ready(Home(path, {**env, "DATABASE_URL": urlunsplit(urlsplit(url)._replace(path=f"/{name}"))}))
    on_server(url, f'drop database "{name}" with (force)')


@pytest.fixture
def ready_home(home: Home, template: Home) -> Home:
    shutil.copytree(template.path, home.path)
    if url := home.env["DATABASE_URL"]:
        name, original = (urlsplit(one.env["DATABASE_URL"]).path.lstrip("/") for one in (home, template))
        server = urlunsplit(urlsplit(url)._replace(path=urlsplit(os.environ["DATABASE_URL"]).path))
        on_server(server, f'drop database "{name}" with (force)')
        on_server(server, f'create database "{name}" template "{original}"')
    return home


def on_server(url: str, sql: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.encode())


@pytest.fixture
def server_key(ready_home: Home) -> str:
    return Path(ready_home.path / KEY_FILE).read_text()


@pytest.fixture
def server(ready_home: Home) -> Iterator[RunningServer]:
    running = RunningServer(ready_home)
    yield running
    at_exit_kill(running)
