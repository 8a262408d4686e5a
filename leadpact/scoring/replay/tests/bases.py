"""Random bases of a few persons, and what the scorer says of each: what a replay is held to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
from hypothesis import strategies as st

from leadpact.pact.types import Pact
from leadpact.scoring.replay.reading import Run, bits_of, columns_of_runs
from leadpact.scoring.replay.types import STILL_ON, Columns, Intervals, Mode
from leadpact.scoring.rules import judge
from leadpact.scoring.rules_days import micros
from leadpact.scoring.tests.histories import NIGHTS, histories, moments, pacts
from leadpact.scoring.types import Act, History, Reset

type Row = tuple[int, int, int, bool]  # person, since, until, ended by points


@dataclass(frozen=True)
class Base:
    """`seen` is what the scorer is to judge by: without voids, and without what was not known by then."""

    pact: Pact
    columns: Columns
    seen: Mapping[int, History]
    as_of: datetime
    known_at: datetime | None


@st.composite
def bases(draw: st.DrawFn) -> Base:
    zone, eve = draw(st.sampled_from(NIGHTS))
    when = moments(zone, eve)
    pact = draw(pacts(zone))
    if draw(st.sampled_from([True, True, False])):  # else most are never let through, and nothing is told apart
        pact = replace(pact, ready=replace(pact.ready, musts=(), exclusions=(), not_when=()))
    if draw(st.sampled_from([True, False])):
        pact = replace(pact, ready=replace(pact.ready, up=1000, down=1000, direct=()), fit=())
    persons = {7 + 10 * place: draw(histories(when)) for place in range(draw(st.sampled_from([3, 2, 4])))}
    runs = {person: (draw(_runs(history.acts)), history) for person, history in persons.items()}
    listed = [(person, act) for person, (held, _) in runs.items() for run in held for act in _by_time(run.acts)]
    voids = draw(st.sampled_from([[False], [False, False, False, True]]))
    is_void = [draw(st.sampled_from(voids)) for _ in listed]
    late = draw(st.lists(st.sampled_from([0, 0, 12, 48]), min_size=len(listed), max_size=len(listed)))
    recorded = [act.happened_at + timedelta(hours=hours) for (_, act), hours in zip(listed, late, strict=True)]
    known_at = draw(st.sampled_from([None, None, draw(when)]))
    columns = replace(
        columns_of_runs(runs),
        voids=bits_of(is_void),
        recorded=np.array([micros(at) for at in recorded], np.int64),
    )
    counts_accounts = any(score.account for score in pact.engagement)
    kept = [
        (person, act)
        for (person, act), void, at in zip(listed, is_void, recorded, strict=True)
        if not void and (known_at is None or at <= known_at) and (counts_accounts or not act.by_account)
    ]
    seen = {
        person: replace(history, acts=tuple(act for owner, act in kept if owner == person))
        for person, history in persons.items()
    }
    moments_of_acts = sorted(act.happened_at for _, act in listed) or [draw(when)]
    later = moments_of_acts[-1] + timedelta(days=9)
    as_of = draw(st.sampled_from([later, later, later, moments_of_acts[-1], draw(when)]))
    return Base(pact, columns, seen, as_of, known_at)


@st.composite
def _runs(draw: st.DrawFn, acts: Sequence[Act]) -> list[Run]:
    """The acts of several identities and of colleagues; a run of nobody's acts too."""
    numbers = [draw(st.sampled_from([0, 0, 1, 2])) for _ in acts]
    return [
        Run([act for act, of in zip(acts, numbers, strict=True) if (of, act.by_account) == (number, others)], others)
        for number in range(3)
        for others in (False, True)
    ]


def _by_time(acts: Sequence[Act]) -> list[Act]:
    return sorted(acts, key=lambda act: act.happened_at)


def rows_of(intervals: Intervals) -> list[Row]:
    return [
        (int(person), int(since), int(until), bool(by_points))
        for person, since, until, by_points in zip(
            intervals.persons, intervals.since, intervals.until, intervals.ended_by_points, strict=True
        )
    ]


def judged(base: Base, mode: Mode) -> list[Row]:
    """What the scorer says, asked about each person; in what if, again after each moment it would have cooled."""
    said = as_lived if mode is Mode.AS_LIVED else what_if
    return [row for person, history in base.seen.items() for row in said(base, person, history)]


def as_lived(base: Base, person: int, history: History) -> list[Row]:
    resets = {reset.happened_at for reset in history.resets if reset.why in base.pact.resets}
    found = judge(base.pact, history, base.as_of).intervals
    return [
        (person, micros(one.since), micros(one.until), one.until not in resets and cools(base.pact, history, one.until))
        if one.until
        else (person, micros(one.since), STILL_ON, False)
        for one in found
    ]


def what_if(base: Base, person: int, history: History) -> list[Row]:
    cooled: list[datetime] = []
    while True:
        history = replace(history, resets=tuple(Reset(at, "cooled") for at in cooled))
        rows = as_lived(base, person, history)
        ends = [one.until for one in judge(base.pact, history, base.as_of).intervals]
        due = [at for at, row in zip(ends, rows, strict=True) if at and row[3]]
        if not due or "cooled" not in base.pact.resets:
            own = [micros(at) for at in cooled]
            return [(person, since, until, by or until in own) for _, since, until, by in rows]
        cooled.append(due[0])


def cools(pact: Pact, history: History, at: datetime) -> bool:
    """Say whether it was the points that ended a readiness: neither in by them, nor a direct trigger alive."""
    verdict = judge(pact, history, at)
    return not verdict.is_in and verdict.direct_until is None
