"""What the ledger holds of a client's events, read from outside the product."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from conftest import Home
from leadpact.engagement.types import Cleaned, Json, Request
from tests.collector.running import query

_ROWS = """SELECT e.kind, e.happened_at, e.facts, e.personal, e.message, i.kind, i.source, i.value
FROM ledger_position p JOIN ledger_entry e ON e.id = p.entry_id JOIN people_identity i ON i.id = e.identity
WHERE e.message IS NOT NULL ORDER BY p.position"""


@dataclass(frozen=True)
class Recorded:
    """One event as it was recorded.

    message     digest of its message id
    identities  whom it names, as (kind, value), the one it hangs on first; of the ledger that one alone
    raw         as the client sent it
    """

    kind: str
    happened_at: datetime
    facts: Json
    message: bytes
    identities: tuple[tuple[str, str], ...]
    raw: Any
    received_at: datetime
    sent_at: Any


def recorded(home: Home) -> list[Recorded]:
    """Return everything a client sent, in the order readers follow."""
    found = []
    for kind, happened_at, facts, personal, message, who, _source, value in query(home, _ROWS):
        said = _object(personal)
        found.append(
            Recorded(
                kind,
                _moment(happened_at),
                _object(facts),
                bytes(message),
                ((who, value),),
                said["raw"],
                _moment(said["received_at"]),
                said.get("sent_at"),
            )
        )
    return found


def of_verdict(event: Json, request: Request, verdict: Cleaned, received_at: datetime) -> Recorded:
    """Return what the drain would record, in the same shape."""
    identities = tuple((str(each.kind), each.value) for each in verdict.identifiers)
    return Recorded(
        verdict.kind,
        verdict.happened_at,
        dict(verdict.facts),
        verdict.message,
        identities,
        event,
        received_at,
        request.sent_at,
    )


def _object(value: Any) -> Any:
    return value if isinstance(value, dict) else json.loads(value)


def _moment(value: Any) -> datetime:
    found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return found if found.tzinfo else found.replace(tzinfo=UTC)  # as SQLite keeps it
