"""Fixtures every test may use.  With DATABASE_URL set only tests that touch a database run, on PostgreSQL."""

import atexit
import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from hypothesis import HealthCheck, settings

from tests.forking import Forked

ON_POSTGRESQL = bool(os.environ.get("DATABASE_URL"))

# How long an example takes says how busy the machine is.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_configure() -> None:
    """Spare each login of a test a tenth of a second; the processes that tests start hash as an installation does."""
    from django.conf import settings as installation

    installation.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the long tests too (make test-long)")


def touches_a_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(fixtures & {"db", "transactional_db", "home"})


def starts_processes(item: pytest.Item) -> bool:
    return bool({"home", "sample_url", "browser"} & set(getattr(item, "fixturenames", ())))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = {"sqlite_only"} if ON_POSTGRESQL else {"postgresql_only"}
    if not config.getoption("--long"):
        left_out |= {"long", "long_on_postgresql"} if ON_POSTGRESQL else {"long"}
    wanted: list[pytest.Item] = []
    unwanted: list[pytest.Item] = []
    for item in items:
        is_wanted = not left_out & {mark.name for mark in item.iter_markers()}
        (wanted if is_wanted and (touches_a_database(item) or not ON_POSTGRESQL) else unwanted).append(item)
    config.hook.pytest_deselected(items=unwanted)
    # Whatever starts processes comes first: what is left at the end is short, so no worker waits for another.
    items[:] = sorted(wanted, key=lambda item: not starts_processes(item))


@pytest.fixture(autouse=True)
def _own_files(request: pytest.FixtureRequest) -> None:
    """Give each test that touches a database an inbox, segments and columns of its own."""
    if touches_a_database(request.node):
        settings, folder = request.getfixturevalue("settings"), request.getfixturevalue("tmp_path")
        settings.INBOX_FILE, settings.SEGMENTS = folder / "inbox.sqlite3", folder / "segments"
        settings.REPLAY = folder / "replay"


@cache
def forked() -> Forked:
    source = Forked()
    atexit.register(source.end)
    return source


@dataclass(frozen=True)
class Home:
    """One installation of its own: a folder, an environment, and its command line."""

    path: Path
    env: dict[str, str] = field(default_factory=dict)
    pattern: "Home | None" = None

    def install(self) -> None:
        """Become what `leadpact init` makes, as a copy of one that it made."""
        assert self.pattern is not None
        shutil.copytree(self.pattern.path, self.path)
        if self.env["DATABASE_URL"]:
            name, original = (urlsplit(one.env["DATABASE_URL"]).path.lstrip("/") for one in (self, self.pattern))
            on_server(f'drop database "{name}" with (force)', f'create database "{name}" template "{original}"')

    def run(self, *words: str, text: str | None = None, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `leadpact words...` as a process of its own; `text` goes to its standard input."""
        done = forked().run(words, self.env, text)
        if check and done.returncode:
            raise AssertionError(f"leadpact {' '.join(words)} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done


def on_server(*statements: str) -> None:
    """Run statements on the PostgreSQL server that DATABASE_URL names, outside any transaction."""
    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        for sql in statements:
            connection.execute(sql.encode())


def own_home(path: Path, url: str, pattern: Home | None = None) -> Home:
    # Compiling the replay takes longer than most tests: where it matters, a test says so.
    kernels = os.environ.get("LEADPACT_KERNELS", "none")
    env = {**os.environ, "LEADPACT_HOME": str(path), "DATABASE_URL": url, "LEADPACT_KERNELS": kernels}
    return Home(path, env, pattern)


@contextmanager
def own_database() -> Iterator[str]:
    """URL of a new PostgreSQL database that is dropped in the end, or "" when the tests run on SQLite."""
    if not ON_POSTGRESQL:
        yield ""
        return
    name = f"leadpact_{uuid.uuid4().hex}"
    on_server(f'create database "{name}"')
    yield urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))
    on_server(f'drop database "{name}" with (force)')


@pytest.fixture
def fresh_database_url() -> Iterator[str]:
    with own_database() as url:
        yield url


@pytest.fixture(scope="session")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """One installation that `leadpact init` made, for others to be copied from."""
    with own_database() as url:
        made = own_home(tmp_path_factory.mktemp("pattern") / "home", url)
        made.run("init")
        yield made


@pytest.fixture
def home(tmp_path: Path, fresh_database_url: str, pattern: Home) -> Home:
    """A fresh installation, not yet initialised: `home.install()` or `home.run("init")` does that."""
    return own_home(tmp_path / "home", fresh_database_url, pattern)
