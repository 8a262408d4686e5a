"""Entries as the rows of a segment, read from the ledger's tables."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.db import connection

from leadpact.ledger import by_hand
from leadpact.ledger.rules import canonical

_AT_ONCE: Final = 10_000
# Moments and digests as text: neither Python nor JSON then has to make them anything else.
_SQLITE: Final = ("CAST(e.happened_at AS text)", "CAST(e.recorded_at AS text)", "hex(e.digest)", "hex(p.chain)")
_POSTGRESQL: Final = (
    "to_char(e.happened_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
    "to_char(e.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
    "encode(e.digest, 'hex')",
    "encode(p.chain, 'hex')",
)
_ROWS: Final = (
    'SELECT p.position, e.id, e.kind, {happened}, {recorded}, e.identity, e.about, e."by", e.caused_by, e.source,'
    " CAST(e.facts AS text), {digest}, {chain} FROM ledger_position p JOIN ledger_entry e ON e.id = p.entry_id"
    " WHERE p.position BETWEEN %s AND %s {also} ORDER BY p.position"
)
_FACTS: Final = 10  # which column


def rows_between(first: int, last: int, *, also: str = "", values: Sequence[int] = ()) -> Iterator[Sequence[Any]]:
    """Yield what a segment holds of the positions from `first` to `last`, in their order.

    also  a further condition on the entries `e`, with its values
    """
    is_sqlite = connection.vendor == "sqlite"
    happened, recorded, digest, chain = _SQLITE if is_sqlite else _POSTGRESQL
    condition = f"AND ({also})" if also else ""
    sql = _ROWS.format(happened=happened, recorded=recorded, digest=digest, chain=chain, also=condition)
    for start in range(first, last + 1, _AT_ONCE):
        found = by_hand.rows(sql, [start, min(last, start + _AT_ONCE - 1), *values])
        # SQLite gives the canonical text back as it was written; PostgreSQL orders keys its own way.
        yield from found if is_sqlite else map(_canonical, found)


def _canonical(row: Sequence[Any]) -> Sequence[Any]:
    return (*row[:_FACTS], canonical(json.loads(row[_FACTS])), *row[_FACTS + 1 :])
