"""All acts at once, for replays over the whole base: which do not count, and what clients said beyond the standard."""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from leadpact.engagement.kinds import ACTS, CLIENT, CLIENT_STATEMENTS
from leadpact.ledger import by_hand

# The same question as `kinds.is_act`, of a column; in words every engine reads.
IS_ACT: Final = (
    f"(kind IN ({', '.join(repr(kind) for kind in sorted(ACTS))}) OR (starts_with(kind, '{CLIENT}')"
    f" AND kind NOT IN ({', '.join(repr(kind) for kind in sorted(CLIENT_STATEMENTS))})))"
)
# Bounded by nothing a company decides on: each would make a kind of act of its own.
UNBOUNDED: Final = frozenset({"url", "title", "referrer", "seconds", "utm_term", "utm_content"})


def all_voided() -> list[int]:
    """Return every entry that does not count now, in order."""
    return [entry for (entry,) in by_hand.rows("SELECT entry FROM engagement_void ORDER BY entry")]


def said_besides(
    kinds: Collection[str], *, until: int
) -> Iterator[tuple[int, str, Mapping[str, Any], Mapping[str, Any]]]:
    """Yield (entry, kind, facts, what the client said beside them) of acts of some kinds, by their number.

    until  the last entry asked about
    """
    wanted = by_hand.one_of("kind", kinds)
    sql = (
        "SELECT id, kind, CAST(facts AS text), CAST(personal AS text) FROM ledger_entry"  # noqa: S608  # places alone
        f" WHERE {wanted} AND personal IS NOT NULL AND id > %s AND id <= %s ORDER BY id LIMIT 5000"
    )
    after = 0
    while rows := by_hand.rows(sql, [*kinds, after, until]):
        after = rows[-1][0]
        for number, kind, facts, personal in rows:
            said = besides(json.loads(personal))
            if said:
                yield number, kind, json.loads(facts), said


def besides(personal: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return what a client said of an act that is no standard property: text, whole numbers and yes/no."""
    raw = (personal or {}).get("raw")
    said = raw.get("properties") if isinstance(raw, Mapping) else None
    if not isinstance(said, Mapping):
        return {}
    return {name: value for name, value in said.items() if isinstance(value, str | int | bool)}
