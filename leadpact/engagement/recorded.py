"""Which entries the arrivals of an hour became, so that their count can be opened."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice, pairwise
from typing import Final

from leadpact.engagement.models import ArrivalCount, Quarantined
from leadpact.engagement.types import Outcome
from leadpact.ledger import reads as ledger
from leadpact.ledger.inbox import hour_of
from leadpact.ledger.types import StoredEntry

HOUR: Final = timedelta(hours=1)
MARGIN: Final = timedelta(minutes=2)  # longer than any transaction takes
LATEST: Final = timedelta(days=7)  # how long a worker may have stood still
PAST_ALL: Final = 2**62
AT_ONCE: Final = 500
OUT_OF_ORDER: Final = 1_000  # so many later arrivals may have been drained before one of the hour
START: Final = (0, 0)

type Place = tuple[int, int]  # part, number of an entry


@dataclass(frozen=True)
class Recorded:
    """An entry and when it came in; where that was erased, when it was recorded.

    part  0: recorded within the hour or released later, 1: after the worker stood still
    """

    part: int
    entry: StoredEntry
    received_at: datetime

    @property
    def place(self) -> Place:
        return self.part, self.entry.id


def count(source: int, hour: datetime) -> int:
    """Return how many events of a source that came in in an hour are recorded."""
    rows = ArrivalCount.objects.filter(source=source, hour=hour, outcome=Outcome.RECORDED.value)
    return sum(rows.values_list("count", flat=True))


def recorded(source: int, hour: datetime, *, expected: int, after: Place = START, limit: int) -> list[Recorded]:
    """Return what a source's arrivals of an hour became, after a place; [hour, hour + 1h) by when they came in.

    expected  how many are still to come: so many are looked for, up to a week; what was erased may be of the next hour
    """
    theirs = (one for one in _from(source, hour, after) if hour_of(one.received_at) == hour)
    return list(islice(theirs, max(0, min(limit, expected))))


def _from(source: int, hour: datetime, after: Place) -> Iterator[Recorded]:
    likely, last = _likely(source, hour), ledger.first_since(hour + LATEST)
    rest = [(end, min(begin, last)) for (_, end), (begin, _) in pairwise([*likely, (PAST_ALL, PAST_ALL)])]
    later = 0
    for part, ranges in enumerate((likely, rest)):
        first = {after[0]: after[1] + 1}.get(part, 0 if part > after[0] else PAST_ALL)
        for since, until in ranges:
            for entry in _between(source, max(since, first), until):
                one = Recorded(part, entry, _received_at(entry))
                later = later + 1 if part and one.received_at > hour + HOUR else 0
                if later > OUT_OF_ORDER:
                    return  # arrivals are drained in their order: all of the hour have been
                yield one


def _likely(source: int, hour: datetime) -> list[tuple[int, int]]:
    """Return the numbers [first, last) among which the entries are unless a worker stood still, in their order."""
    released = Quarantined.objects.filter(
        source=source, received_at__gte=hour, received_at__lt=hour + HOUR, became=Outcome.RECORDED.value
    )
    ats = [at for at in released.values_list("released_at", flat=True).distinct() if at is not None]
    spans = [(hour - MARGIN, hour + HOUR + MARGIN), *((at - MARGIN, at + MARGIN) for at in sorted(ats))]
    found: list[tuple[int, int]] = []
    for begin, end in spans:
        since, until = ledger.first_since(begin), ledger.first_since(end)
        if found and since <= found[-1][1]:
            found[-1] = found[-1][0], max(until, found[-1][1])
        else:
            found.append((since, until))
    return found


def _between(source: int, since: int, until: int) -> Iterator[StoredEntry]:
    while since < until:
        some = ledger.of_source(source, since=since, until=until, limit=AT_ONCE)
        yield from some
        since = some[-1].id + 1 if len(some) == AT_ONCE else until


def _received_at(entry: StoredEntry) -> datetime:
    said = (entry.personal or {}).get("received_at")
    return datetime.fromisoformat(said) if isinstance(said, str) else entry.recorded_at
