"""What the ledger's tests share.  A file of tests that only one database can run is not collected on the other."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from leadpact.ledger.inbox import Inbox, open_inbox

collect_ignore = ["test_on_sqlite.py" if os.environ.get("DATABASE_URL") else "test_on_postgresql.py"]


@pytest.fixture
def inbox(tmp_path: Path, settings: Settings) -> Iterator[Inbox]:
    settings.INBOX_FILE = tmp_path / "inbox.sqlite3"
    opened = open_inbox()
    yield opened
    opened.close()
