"""What a pact would have done: replayed, counted by month, held against reality and against another pact."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from leadpact.flow.replaying import months
from leadpact.flow.replaying.history import Past
from leadpact.flow.replaying.months import Flags, Matched
from leadpact.flow.replaying.types import MonthRow, Outcomes, Rehearsal, WouldBe
from leadpact.pact.types import Pact
from leadpact.scoring import reads as scoring
from leadpact.scoring.replay.reading import columns_of
from leadpact.scoring.replay.run import replay
from leadpact.scoring.replay.types import COOLED, STILL_ON, Engine, Intervals, Mode, Replayed
from leadpact.scoring.rules import judge
from leadpact.scoring.rules_days import micros, moment_of
from leadpact.scoring.types import History, Reset, Verdict

if TYPE_CHECKING:
    from leadpact.scoring.replay.types import Longs

CODES: Final = {
    months.UNKNOWN: "outcome_unknown",
    months.WON: "won",
    months.REJECTED: "rejected",
    months.OTHER: "other",
}


@dataclass(frozen=True)
class Span:
    """What is looked at.

    since, until  would-be hand-overs that begin in [since, until); None: from the first, or up to `as_of`
    as_of         acts, facts and resets after it are left out
    known_at      acts recorded after it are left out too; None: all that is known by now
    """

    as_of: datetime
    since: datetime | None = None
    until: datetime | None = None
    known_at: datetime | None = None


@dataclass(frozen=True)
class Run:
    """One pact replayed over a past: what began in the span, and what really came of each."""

    pact: Pact
    mode: Mode
    replayed: Replayed
    intervals: Intervals
    matched: Matched


def run(past: Past, pact: Pact, *, mode: Mode, span: Span, done: Replayed | None = None) -> Run:
    """Replay a pact.  Real hand-overs agree with intervals up to the pact's `continue_days` away.

    done  what another engine has replayed already, in the same mode and span
    """
    if done is None:
        done = replay(pact, past.columns, mode=mode, as_of=span.as_of, known_at=span.known_at)
    done = replace(done, intervals=_with_coolings(past, done.intervals))
    met = months.matched(done.intervals, past.real, days=pact.continue_days)
    since, until = _ends(span)
    which = (done.intervals.since >= since) & (done.intervals.since < until)
    kept = Matched(met.results[which], met.pursuits[which], met.is_met)
    return Run(pact, mode, done, months.chosen(done.intervals, which), kept)


def told(past: Past, one: Run, *, span: Span, other: Run | None = None) -> Rehearsal:
    """Count a run by month and hold it against another one."""
    done = one.replayed
    against = None
    if other is not None:
        against = months.compared(
            other.pact.name, one.intervals, one.matched.results, other.intervals, other.matched.results
        )
    return Rehearsal(
        events=done.events,
        persons=done.persons,
        seconds=done.seconds,
        engine=done.engine,
        mode=one.mode,
        intervals=len(done.intervals.persons),
        skipped=done.skipped,
        months=months_of(one),
        missed=_missed(past, one, span),
        against=against,
    )


def listed(one: Run, other: Run | None, which: str, *, limit: int) -> list[WouldBe]:
    """Return some would-be hand-overs, the newest first.

    which  gained, lost or both (these need `other`), or a month as 2026-03
    """
    return list(_would_be(*_part(one, other, which), limit))


def listed_missed(past: Past, one: Run, *, span: Span, limit: int) -> list[WouldBe]:
    """Return some real hand-overs that the pact would not have made, the newest first; `since` is when they were."""
    real, places = past.real, np.flatnonzero(_is_missed(past, one, span))
    return [
        WouldBe(
            person=int(real.persons[place]),
            since=moment_of(int(real.times[place])),
            until=None,
            result=CODES[int(real.results[place])],
            pursuit=int(real.pursuits[place]),
        )
        for place in places[np.argsort(-real.times[places], kind="stable")][:limit].tolist()
    ]


def months_of(one: Run) -> tuple[MonthRow, ...]:
    """Count a run by month."""
    return months.by_month(one.intervals, one.matched.results, one.pact.zone)


def why(person: int, pact: Pact, *, mode: Mode, at: datetime) -> Verdict:
    """Return a person's verdict under a pact at a moment, with every reason.  Reads this installation's history."""
    history = scoring.histories([person], counts_accounts=any(score.account for score in pact.engagement))[person]
    return judge(pact, history if mode is Mode.AS_LIVED else _as_if(pact, history, at), at, trace=True)


def _as_if(pact: Pact, history: History, at: datetime) -> History:
    """Return the history with those resets that the pact itself would have made, and no others."""
    if COOLED not in pact.resets:
        return History(history.acts, history.facts)
    done = replay(pact, columns_of({1: history}), mode=Mode.WHAT_IF, as_of=at, engine=Engine.PLAIN).intervals
    ends = done.until[done.ended_by_points != 0].tolist()
    return History(history.acts, history.facts, tuple(Reset(moment_of(end), COOLED) for end in ends))


def _with_coolings(past: Past, found: Intervals) -> Intervals:
    """Count as ended by points also what a cooling ended that really happened: it is a reset at that very moment."""
    columns = past.columns
    if COOLED not in columns.whys:
        return found
    is_cooled = columns.reset_whys == columns.whys.index(COOLED)
    persons = np.repeat(columns.persons, np.diff(columns.reset_offsets))[is_cooled]
    # By number, not as a set of pairs: there may be hundreds of thousands.
    numbers = _numbers_of_pairs(
        np.concatenate([persons, found.persons]), np.concatenate([columns.reset_times[is_cooled], found.until])
    )
    flags = np.isin(numbers[len(persons) :], numbers[: len(persons)]).astype(np.uint8)
    return replace(found, ended_by_points=found.ended_by_points | flags)


def _numbers_of_pairs(one: "Longs", other: "Longs") -> "Longs":
    """Return a number for each pair: the same for the same pair alone."""
    _, first = np.unique(one, return_inverse=True)
    values, second = np.unique(other, return_inverse=True)
    return np.asarray(first * np.int64(len(values) or 1) + second)


def _ends(span: Span) -> tuple[int, int]:
    since = -STILL_ON if span.since is None else micros(span.since)
    return since, STILL_ON if span.until is None else micros(span.until)


def _missed(past: Past, one: Run, span: Span) -> Outcomes:
    return months.outcomes_of(past.real.results[_is_missed(past, one, span)])


def _is_missed(past: Past, one: Run, span: Span) -> Flags:
    since, until = _ends(span)
    until = min(until, micros(span.as_of) + 1)
    return np.asarray((one.matched.is_met == 0) & (past.real.times >= since) & (past.real.times < until))


def _part(one: Run, other: Run | None, which: str) -> tuple[Intervals, Matched]:
    if which in ("gained", "lost", "both"):
        if other is None:
            raise ValueError(f"{which} is asked of two pacts")
        own, against = (other, one) if which == "lost" else (one, other)
        shared = months.overlapping(own.intervals, against.intervals)
        return _narrowed(own, shared if which == "both" else ~shared)
    if which not in {row.month for row in months_of(one)}:
        return _narrowed(one, np.zeros(len(one.intervals.since), bool))
    first = datetime.fromisoformat(f"{which}-01").replace(tzinfo=one.pact.zone)
    after = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    since = one.intervals.since
    return _narrowed(one, (since >= micros(first)) & (since < micros(after)))


def _narrowed(one: Run, which: Flags) -> tuple[Intervals, Matched]:
    met = Matched(one.matched.results[which], one.matched.pursuits[which], one.matched.is_met)
    return months.chosen(one.intervals, which), met


def _would_be(intervals: Intervals, met: Matched, limit: int) -> Iterator[WouldBe]:
    for place in np.argsort(-intervals.since, kind="stable")[:limit].tolist():
        until, pursuit = int(intervals.until[place]), int(met.pursuits[place])
        yield WouldBe(
            person=int(intervals.persons[place]),
            since=moment_of(int(intervals.since[place])),
            until=None if until == STILL_ON else moment_of(until),
            result=CODES[int(met.results[place])],
            pursuit=None if pursuit < 0 else pursuit,
        )
