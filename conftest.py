"""Fixtures every test may use.  With DATABASE_URL set only tests that touch a database run, on PostgreSQL."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

ON_POSTGRESQL = bool(os.environ.get("DATABASE_URL"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the long tests too (make test-long)")


def touches_a_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(fixtures & {"db", "transactional_db", "home"})


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    unwanted = [item for item in items if ON_POSTGRESQL and not touches_a_database(item)]
    if not config.getoption("--long"):
        unwanted += [item for item in items if item.get_closest_marker("long") and item not in unwanted]
    config.hook.pytest_deselected(items=unwanted)
    items[:] = [item for item in items if item not in set(unwanted)]


@pytest.fixture(autouse=True)
def _own_files(request: pytest.FixtureRequest) -> None:
    """Give each test that touches a database an inbox and segments of its own."""
    if touches_a_database(request.node):
        settings, folder = request.getfixturevalue("settings"), request.getfixturevalue("tmp_path")
        settings.INBOX_FILE, settings.SEGMENTS = folder / "inbox.sqlite3", folder / "segments"


@dataclass(frozen=True)
class Home:
    """One installation of its own: a folder, an environment, and its command line."""

    path: Path
    env: dict[str, str] = field(default_factory=dict)

    def run(self, *words: str, text: str | None = None, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `leadpact words...` as a process of its own; `text` goes to its standard input."""
        command = [str(Path(sys.executable).parent / "leadpact"), *words]
        done = subprocess.run(
            command, env=self.env, input=text, text=True, capture_output=True, check=False, timeout=120
        )
        if check and done.returncode:
            raise AssertionError(f"leadpact {' '.join(words)} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done


@pytest.fixture
def fresh_database_url() -> Iterator[str]:
    """URL of a new PostgreSQL database, or "" when the tests run on SQLite."""
    if not ON_POSTGRESQL:
        yield ""
        return
    import psycopg

    url, name = os.environ["DATABASE_URL"], f"leadpact_{uuid.uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'create database "{name}"'.encode())
    yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'drop database "{name}" with (force)'.encode())


@pytest.fixture
def home(tmp_path: Path, fresh_database_url: str) -> Home:
    """A fresh installation, not yet initialised: `home.run("init")` does that."""
    env = {**os.environ, "LEADPACT_HOME": str(tmp_path / "home"), "DATABASE_URL": fresh_database_url}
    return Home(tmp_path / "home", env)
