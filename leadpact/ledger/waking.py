"""Hearing of arrivals that another process stored, so that a worker need not look again and again.

Only a hint: what is due stands in the tables, and a worker looks by itself every second.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

from leadpact.ledger.inbox import open_inbox


@contextmanager
def listening(heard: Callable[[], None]) -> Iterator[None]:
    """Call `heard`, in a thread of its own, whenever something was stored; on SQLite the server says so itself."""
    if connection.vendor != "postgresql":
        yield
        return
    from leadpact.ledger.inbox_postgresql import PostgresInbox  # psycopg is not asked for on SQLite

    inbox, stopping = open_inbox(), threading.Event()
    assert isinstance(inbox, PostgresInbox)
    threading.Thread(target=inbox.listen, args=(heard, stopping), name="listener", daemon=True).start()
    try:
        yield
    finally:
        stopping.set()
