"""Parity: what was stored against what became of it, by source and hour.

received = recorded + duplicate + conflict + quarantined + dropped + counted + waiting.  The left side is counted by
the inbox as it stores, the right side by the drain and by whoever releases or discards.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from leadpact.engagement import reads as engagement
from leadpact.engagement.reads import Ending, Place
from leadpact.engagement.types import Outcome
from leadpact.ledger.draining import received
from leadpact.ledger.inbox import Inbox, hour_of

TRIES: Final = 5


@dataclass(frozen=True)
class Hour:
    """One source in one hour.

    waiting    stored, and nobody has looked at them yet
    is_moving  became more while it was being counted: the difference says nothing yet
    """

    source: int
    hour: datetime
    received: int
    waiting: int
    endings: Mapping[Ending, int] = field(default_factory=dict)
    is_moving: bool = False

    def of(self, outcome: Outcome) -> int:
        return sum(n for (ended, _), n in self.endings.items() if ended is outcome)

    @property
    def difference(self) -> int:
        """0: nothing was lost and nothing doubled."""
        return self.received - self.waiting - sum(self.endings.values())


def hours(inbox: Inbox, *, since: datetime, until: datetime, source: int | None = None) -> list[Hour]:
    """Return the hours of [since, until) in which something came in, the newest first."""
    since = hour_of(since)
    before = engagement.outcomes_by_hour(since=since)
    for _ in range(TRIES):
        stored, waiting = received(inbox, since=since)
        after = engagement.outcomes_by_hour(since=since)
        if after == before:  # no drain ended between the two: both sides are of one moment
            break
        before, moved = after, before
    else:
        return list(_hours(stored, waiting, after, _changed(moved, after), since, until, source))
    return list(_hours(stored, waiting, after, set(), since, until, source))


def together(found: Iterable[Hour]) -> dict[Outcome | None, int]:
    """Return the sums over hours by outcome; under None the difference of all that does not move."""
    rows = list(found)
    sums: dict[Outcome | None, int] = {outcome: sum(row.of(outcome) for row in rows) for outcome in Outcome}
    return {**sums, None: sum(row.difference for row in rows if not row.is_moving)}


def _changed(before: Mapping[Place, Mapping[Ending, int]], after: Mapping[Place, Mapping[Ending, int]]) -> set[Place]:
    return {place for place in {*before, *after} if before.get(place) != after.get(place)}


def _hours(
    stored: Mapping[Place, int],
    waiting: Mapping[Place, int],
    endings: Mapping[Place, Mapping[Ending, int]],
    moving: set[Place],
    since: datetime,
    until: datetime,
    source: int | None,
) -> Iterable[Hour]:
    places = {*stored, *waiting, *endings}
    wanted = [place for place in places if since <= place[1] < until and source in (None, place[0])]
    for place in sorted(wanted, key=lambda each: (each[1], -each[0]), reverse=True):
        yield Hour(
            *place, stored.get(place, 0), waiting.get(place, 0), endings.get(place, {}), is_moving=place in moving
        )
