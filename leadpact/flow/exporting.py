"""Taking data out: acts as one table for other tools, and a whole history for other engines.

Both stream: memory does not grow with the ledger.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from leadpact.engagement import reads as engagement
from leadpact.engagement.kinds import is_act
from leadpact.handover.results import handed_over
from leadpact.ledger import reads as ledger
from leadpact.ledger.rules import canonical, microseconds
from leadpact.ledger.segments.parquet import connect, to_disk
from leadpact.ledger.types import StoredEntry
from leadpact.people import reads as people
from leadpact.people import survivors

_AT_ONCE: Final = 5_000
_COLUMNS: Final = {
    "event": "BIGINT", "person": "BIGINT", "identity": "BIGINT", "kind": "VARCHAR", "happened_at": "BIGINT",
    "recorded_at": "BIGINT", "void": "BOOLEAN", "properties": "VARCHAR",
}  # fmt: skip
_WRITE: Final = """
COPY (SELECT event, person, identity, kind, make_timestamptz(happened_at) AS happened_at,
             make_timestamptz(recorded_at) AS recorded_at, "void", properties
      FROM read_json($lines, format = 'newline_delimited', columns = $columns))
TO $file (FORMAT parquet, COMPRESSION zstd)
"""


def export_events(
    file: Path, *, since: datetime | None = None, until: datetime | None = None, kinds: Collection[str] = ()
) -> int:
    """Write what happened in [since, until) into a Parquet file, in the order of recording; returns the rows.

    kinds  only these; none named: every act of a prospect, clients' own included
    """
    lines, writing = file.with_name(file.name + ".rows"), file.with_name(file.name + ".writing")
    encode, rows = msgspec.json.Encoder().encode, 0
    try:
        with lines.open("wb") as target:
            for row in _rows(since, until, frozenset(kinds)):
                target.write(encode(row) + b"\n")
                rows += 1
        with connect(file.absolute().parent) as engine:
            engine.execute(_WRITE, {"lines": str(lines), "columns": _COLUMNS, "file": str(writing)})
        to_disk(writing)
        writing.rename(file)
    finally:
        lines.unlink(missing_ok=True)
        writing.unlink(missing_ok=True)
    return rows


def export_history(folder: Path, *, now: datetime) -> int:
    """Write this installation's history, real hand-overs included, as a folder of its own; returns the acts."""
    from leadpact.scoring.replay import history  # numpy: not for who only asks for events

    found = list(handed_over())
    into = survivors.survivors({each.person for each in found})
    outcomes = ((into[each.person], each.at, each.result.value, each.ended) for each in found)
    return history.export_history(folder, now=now, outcomes=outcomes)


def _rows(since: datetime | None, until: datetime | None, kinds: Collection[str]) -> Iterator[dict[str, Any]]:
    last, position = ledger.last_position(), 0
    while position < last:
        some = ledger.after(position, min(_AT_ONCE, last - position))
        position = some[-1].position
        entries = [one.entry for one in some if _is_asked(one.entry, since, until, kinds)]
        void = engagement.voided([entry.id for entry in entries])
        owners = people.persons_of_identities({entry.identity for entry in entries if entry.identity is not None})
        for entry in entries:
            yield _row(entry, owners.get(entry.identity or 0), is_void=entry.id in void)


def _is_asked(entry: StoredEntry, since: datetime | None, until: datetime | None, kinds: Collection[str]) -> bool:
    if not (entry.kind in kinds if kinds else is_act(entry.kind)):
        return False
    return (since is None or entry.happened_at >= since) and (until is None or entry.happened_at < until)


def _row(entry: StoredEntry, person: int | None, *, is_void: bool) -> dict[str, Any]:
    said = engagement.act_row(entry).properties if is_act(entry.kind) else entry.facts
    return {
        "event": entry.id,
        "person": person,
        "identity": entry.identity,
        "kind": entry.kind,
        "happened_at": microseconds(entry.happened_at),
        "recorded_at": microseconds(entry.recorded_at),
        "void": is_void,
        "properties": canonical(dict(said)),
    }
