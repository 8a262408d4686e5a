"""GET /healthz: 200 when an arrival can be stored, and whether all is well; 503 and why when it cannot."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db import Error as DatabaseError
from django.db import close_old_connections, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from leadpact.engagement.types import Away
from leadpact.ledger import partitions
from leadpact.ledger.draining import oldest_waiting
from leadpact.ledger.errors import InboxUnavailable
from leadpact.ledger.inbox import open_inbox
from leadpact.web.collect.answers import Send, answer_json

PATIENCE: Final = timedelta(minutes=5)  # how old an arrival may be that nobody has looked at
WHAT_TO_DO: Final[Mapping[str, str]] = {
    "not_migrated": "Run leadpact init, and see that the database can be reached.",
    "inbox_not_writable": "Look at the disk, or at the database on PostgreSQL. Clients send again what was refused.",
    "storage_failed": "Look at the disk, or at the database on PostgreSQL. Clients send again what was refused.",
    "overloaded": "More comes in than the disk takes. Clients send again; if it lasts, give it a faster disk.",
    "partitions_short": "See that a worker runs (leadpact serve, or leadpact worker) and what its log says.",
    "not_drained": "See that a worker runs (leadpact serve, or leadpact worker) and what its log says.",
}


def is_migrated() -> bool:
    """Say whether the database has every migration this version knows; False when it cannot be asked."""
    try:
        applied = set(MigrationRecorder(connection).applied_migrations())
        known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    except DatabaseError:
        return False
    return applied >= set(known or ())


def unhealthy_because() -> str:
    """Return a code for why nothing can be taken; "" when arrivals can be stored."""
    if not is_migrated():
        return "not_migrated"
    return "" if open_inbox().writable() else "inbox_not_writable"


def degraded_because(lately: Mapping[Away, int], now: datetime) -> dict[str, str]:
    """Return what is not as it should be though arrivals can be stored: code and message.

    lately  requests that were turned away in the last minute, by reason
    """
    found = {}
    if failed := lately.get(Away.UNAVAILABLE):
        found["storage_failed"] = f"{failed} requests could not be stored in the last minute."
    if busy := lately.get(Away.BUSY):
        found["overloaded"] = f"{busy} requests were asked to come again in the last minute."
    try:
        oldest, room = oldest_waiting(open_inbox()), partitions.room()
    except (DatabaseError, InboxUnavailable):
        return found
    if oldest is not None and now - oldest > PATIENCE:
        minutes = int((now - oldest).total_seconds() // 60)
        found["not_drained"] = f"The oldest event that nobody has looked at came {minutes} minutes ago."
    if room is not None and room.is_short:
        found["partitions_short"] = "The ledger's partitions run short: the worker should have made the next one."
    return found


async def answer_health(send: Send, lately: Mapping[Away, int], now: datetime) -> None:
    code, reasons = await asyncio.to_thread(_looked, lately, now)
    if code:
        first = {"status": "unavailable", **_reason(code, code.replace("_", " "))}
        await answer_json(send, 503, {**first, "reasons": _reasons(reasons)}, [(b"retry-after", b"5")])
    elif reasons:
        await answer_json(send, 200, {"status": "degraded", "reasons": _reasons(reasons)})
    else:
        await answer_json(send, 200, {"status": "ok"})


def _looked(lately: Mapping[Away, int], now: datetime) -> tuple[str, dict[str, str]]:
    close_old_connections()
    try:
        code = unhealthy_because()
        return code, {} if code == "not_migrated" else degraded_because(lately, now)
    finally:
        close_old_connections()


def _reason(code: str, message: str) -> dict[str, str]:
    return {"code": code, "message": message, "what_to_do": WHAT_TO_DO[code]}


def _reasons(found: Mapping[str, str]) -> list[dict[str, str]]:
    return [_reason(code, message) for code, message in found.items()]
