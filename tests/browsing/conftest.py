"""One sample company for all who look at pages, made once however many processes run the tests."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import ON_POSTGRESQL, Home, own_home
from tests.browsing.addresses import log_in
from tests.browsing.gallery import served
from tests.browsing.sample import LOGINS, PASSWORD, add_by_hand, add_long_names, make_sample

SECONDS_TO_MAKE = 300


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What a browser shows does not depend on the database; the journeys of tests/journeys run on both."""
    here = Path(__file__).parent
    unwanted = [item for item in items if ON_POSTGRESQL and here in item.path.parents]
    config.hook.pytest_deselected(items=unwanted)
    items[:] = [item for item in items if item not in set(unwanted)]


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    home, done = own_home(shared / "sample", ""), shared / "sample-is-made"
    try:
        home.path.mkdir()
    except FileExistsError:
        until = time.monotonic() + SECONDS_TO_MAKE
        while not done.exists():
            assert time.monotonic() < until, "whoever makes the sample company did not end"
            time.sleep(0.2)
        return home
    make_sample(home, scale=0.02, days=120)
    add_long_names(home)
    with served(home) as server:
        add_by_hand(server.url, log_in(server.url, LOGINS[0], PASSWORD))
    done.touch()
    return home


@pytest.fixture(scope="session")
def sample_url(sample_home: Home) -> Iterator[str]:
    with served(sample_home) as server:
        yield server.url
