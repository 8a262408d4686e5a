"""What `/healthz` says of the ledger's partitions."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from leadpact.ledger import partitions
from leadpact.ledger.inbox import open_inbox
from leadpact.web.collect.health import WHAT_TO_DO, degraded_because

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    """The inbox has a connection of its own, which would outlive the test's database."""
    yield
    open_inbox().close()


@pytest.mark.postgresql_only
def test_partitions_that_run_short_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "partitions_short" not in degraded_because({}, NOON)
    monkeypatch.setattr(partitions, "SHORT", partitions.ROWS * 3)
    assert "partitions_short" in degraded_because({}, NOON)
    assert "worker" in WHAT_TO_DO["partitions_short"]


@pytest.mark.sqlite_only
def test_one_table_never_runs_short() -> None:
    assert partitions.make_ahead() == 0
    assert "partitions_short" not in degraded_because({}, NOON)
