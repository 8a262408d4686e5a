"""Counting intervals: by month, by what really came of them, and against those of another pact.  Arrays only.

A would-be hand-over is the beginning of an interval of readiness.  It *agrees* with a real hand-over of the same
person when that lies in the interval; failing that, with the nearest one within `days` of its beginning.  Each real
hand-over agrees with one would-be hand-over at most, the earliest first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import numpy as np

from leadpact.flow.replaying.types import Compared, MonthRow, Outcomes
from leadpact.scoring.replay.types import Intervals
from leadpact.scoring.rules_days import micros, moment_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from leadpact.scoring.replay.types import Bytes, Longs

type Flags = NDArray[np.bool_]  # one for each interval

UNKNOWN: Final = 0  # codes of `Matched.results`
WON: Final = 1
REJECTED: Final = 2
OTHER: Final = 3
DAY: Final = 86_400_000_000


@dataclass(frozen=True)
class Real:
    """Real hand-overs as arrays, by person and moment: `results` are WON, REJECTED or OTHER."""

    persons: "Longs"
    times: "Longs"
    results: "Bytes"
    pursuits: "Longs"


@dataclass(frozen=True)
class Matched:
    """Of each interval what came of it, and the pursuit it agrees with (-1: none); of each real one whether any did."""

    results: "Bytes"
    pursuits: "Longs"
    is_met: "Bytes"


def real_of(rows: Sequence[tuple[int, int, int, int]]) -> Real:
    """Return real hand-overs, given as (person, moment in microseconds, result, pursuit) in any order, as arrays."""
    table = np.array(sorted(rows), np.int64).reshape(-1, 4)
    return Real(table[:, 0].copy(), table[:, 1].copy(), table[:, 2].astype(np.uint8), table[:, 3].copy())


def within(intervals: Intervals, since: int, until: int) -> Intervals:
    """Return those that begin in [since, until)."""
    return chosen(intervals, (intervals.since >= since) & (intervals.since < until))


def chosen(intervals: Intervals, which: "Flags") -> Intervals:
    """Return those that `which`, one flag an interval, names."""
    return Intervals(
        intervals.persons[which], intervals.since[which], intervals.until[which], intervals.ended_by_points[which]
    )


def matched(intervals: Intervals, real: Real, *, days: int) -> Matched:
    """Say what really came of each would-be hand-over."""
    results = np.zeros(len(intervals.persons), np.uint8)
    pursuits = np.full(len(intervals.persons), -1, np.int64)
    is_met = np.zeros(len(real.persons), np.uint8)
    firsts = np.searchsorted(intervals.persons, real.persons, "left")
    lasts = np.searchsorted(intervals.persons, real.persons, "right")
    for is_inside in (True, False):  # whoever has one in their interval comes before those that have one near it
        for place in np.flatnonzero((firsts < lasts) & (is_met == 0)).tolist():
            first, last = int(firsts[place]), int(lasts[place])
            found = _agreeing(intervals, results, first, last, int(real.times[place]), days, is_inside=is_inside)
            if found is not None:
                results[found], pursuits[found] = real.results[place], real.pursuits[place]
                is_met[place] = 1
    return Matched(results, pursuits, is_met)


def _agreeing(
    intervals: Intervals, results: "Bytes", first: int, last: int, at: int, days: int, *, is_inside: bool
) -> int | None:
    """Return which of a person's intervals a real hand-over agrees with, of those that agree with none yet."""
    best, nearest = None, days * DAY
    for place in range(first, last):
        since, until = int(intervals.since[place]), int(intervals.until[place])
        if results[place] != UNKNOWN:
            continue
        if is_inside and since <= at < until:
            return place
        if not is_inside and abs(at - since) <= nearest:
            if best is None or abs(at - since) < nearest:
                best = place
            nearest = abs(at - since)
    return best


def outcomes_of(results: "Bytes") -> Outcomes:
    """Count results by their codes."""
    unknown, won, rejected, other = np.bincount(results, minlength=4).tolist()[:4]
    return Outcomes(won=won, rejected=rejected, other=other, outcome_unknown=unknown)


def by_month(intervals: Intervals, results: "Bytes", zone: ZoneInfo) -> tuple[MonthRow, ...]:
    """Return a row for every month from the first to the last would-be hand-over, empty ones too."""
    if not len(intervals.since):
        return ()
    starts, names = _months(int(intervals.since.min()), int(intervals.since.max()), zone)
    places = np.searchsorted(starts, intervals.since, "right") - 1
    returns = np.bincount(places[intervals.ended_by_points != 0], minlength=len(names))
    counts = np.bincount(places * 4 + results, minlength=4 * len(names)).reshape(-1, 4)
    return tuple(
        MonthRow(name, int(back), Outcomes(int(won), int(rejected), int(other), int(unknown)))
        for name, back, (unknown, won, rejected, other) in zip(names, returns, counts, strict=True)
    )


def _months(first: int, last: int, zone: ZoneInfo) -> tuple["Longs", list[str]]:
    """Return when each month begins in the zone, and its name, from that of `first` to that of `last`."""
    begins = moment_of(first).astimezone(zone)
    year, month = begins.year, begins.month
    starts, names = list[int](), list[str]()
    while not starts or starts[-1] <= last:
        starts.append(micros(datetime(year, month, 1, tzinfo=zone)))
        names.append(f"{year:04d}-{month:02d}")
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return np.array(starts[:-1], np.int64), names[:-1]


def overlapping(one: Intervals, other: Intervals) -> "Flags":
    """Say of each interval whether the other pact would have had the same person ready at any time in it."""
    if not len(one.persons) or not len(other.persons):
        return np.zeros(len(one.persons), bool)
    # The last of the other's intervals, by (person, since), that begins before this one ends.
    persons = np.concatenate([other.persons, one.persons])
    times = np.concatenate([other.since, one.until])
    is_asked = np.concatenate([np.ones(len(other.persons), np.int8), np.zeros(len(one.persons), np.int8)])
    order = np.lexsort((is_asked, times, persons))
    before = np.cumsum(order < len(other.persons))
    last = np.empty(len(order), np.int64)
    last[order] = before - 1
    found = last[len(other.persons) :]
    there = np.maximum(found, 0)
    is_same = (found >= 0) & (other.persons[there] == one.persons)
    return np.asarray(is_same & (other.until[there] > one.since))


def compared(name: str, one: Intervals, results: "Bytes", other: Intervals, others: "Bytes") -> Compared:
    """Hold the intervals of a pact against those of another, each with what came of them."""
    shared, kept = overlapping(one, other), overlapping(other, one)
    return Compared(
        name,
        len(other.persons),
        outcomes_of(results[shared]),
        outcomes_of(results[~shared]),
        outcomes_of(others[~kept]),
    )
