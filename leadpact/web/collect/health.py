"""GET /healthz: 200 only when the tables are there and an arrival could be stored."""

import asyncio

from django.db import Error as DatabaseError
from django.db import close_old_connections, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from leadpact.ledger.inbox import open_inbox
from leadpact.web.collect.answers import Send, answer_json


def is_migrated() -> bool:
    """Say whether the database has every migration this version knows; False when it cannot be asked."""
    try:
        applied = set(MigrationRecorder(connection).applied_migrations())
        known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    except DatabaseError:
        return False
    return applied >= set(known or ())


def unhealthy_because() -> str:
    """Return a code for what is wrong; "" when all is well."""
    close_old_connections()
    try:
        if not is_migrated():
            return "not_migrated"
        return "" if open_inbox().writable() else "inbox_not_writable"
    finally:
        close_old_connections()


async def answer_health(send: Send) -> None:
    code = await asyncio.to_thread(unhealthy_because)
    if not code:
        await answer_json(send, 200, {"status": "ok"})
        return
    what_to_do = {
        "not_migrated": "Run leadpact init, and see that the database can be reached.",
        "inbox_not_writable": "Look at the disk, or at the database on PostgreSQL.",
    }[code]
    document = {"status": "unavailable", "code": code, "message": code.replace("_", " "), "what_to_do": what_to_do}
    await answer_json(send, 503, document, [(b"retry-after", b"5")])
