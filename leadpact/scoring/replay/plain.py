"""The replay in its plain form: the scorer itself, person after person.

Slow (tens of thousands of acts a second) and right by construction: it takes the kernel's place where that cannot
be compiled, and the kernel is held to it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from leadpact.base.criteria import Facts
from leadpact.pact.types import Pact
from leadpact.scoring.replay.types import COOLED, STILL_ON, Columns, Intervals, Mode
from leadpact.scoring.rules import beginning_of, in_order, surroundings_of
from leadpact.scoring.rules_credits import changes_of
from leadpact.scoring.rules_days import moment_of
from leadpact.scoring.rules_plan import DIRECT, Plan, plan_of
from leadpact.scoring.rules_sweep import State, Sweep
from leadpact.scoring.types import Act, FactChange, History, Reset

type Found = tuple[int, int, bool]  # since, until, ended by points


def replay_plainly(pact: Pact, columns: Columns, mode: Mode, as_of: int, known_at: int | None) -> Intervals:
    """Return when each person would have been ready, asking the scorer about one after the other."""
    plan = plan_of(pact)
    rows = [
        (int(columns.persons[place]), *found)
        for place in range(len(columns.persons))
        for found in _intervals(plan, history_at(columns, place, plan, mode, known_at), as_of, mode)
    ]
    return Intervals(
        persons=np.array([row[0] for row in rows], np.int64),
        since=np.array([row[1] for row in rows], np.int64),
        until=np.array([row[2] for row in rows], np.int64),
        ended_by_points=np.array([row[3] for row in rows], np.uint8),
    )


def history_at(columns: Columns, place: int, plan: Plan, mode: Mode, known_at: int | None) -> History:
    """Return the history of the person at a place of the columns, as the pact in that mode sees it."""
    counts_accounts = any(score.account for score in plan.pact.engagement)
    return History(
        acts=tuple(_acts(columns, place, known_at, counts_accounts=counts_accounts)),
        facts=tuple(_facts(columns, place)),
        resets=tuple(_resets(columns, place)) if mode is Mode.AS_LIVED else (),
    )


def _acts(columns: Columns, place: int, known_at: int | None, *, counts_accounts: bool) -> Iterator[Act]:
    for run in range(columns.run_offsets[place], columns.run_offsets[place + 1]):
        by_account = bool(columns.run_by_account[run])
        if by_account and not counts_accounts:
            continue
        for event in range(columns.run_starts[run], columns.run_ends[run]):
            if columns.voids[event >> 3] >> (event & 7) & 1:
                continue
            if known_at is not None and columns.recorded is not None and columns.recorded[event] > known_at:
                continue
            shape = columns.known_shapes[columns.shapes[event]]
            at = moment_of(int(columns.times[event]))
            yield Act(event, "", shape.kind, at, shape.properties, by_account=by_account)


def _facts(columns: Columns, place: int) -> Iterator[FactChange]:
    before: Facts = {}
    for number in range(columns.fact_offsets[place], columns.fact_offsets[place + 1]):
        state = columns.states[columns.fact_states[number]]
        at = moment_of(int(columns.fact_times[number]))
        for name in before.keys() | state.keys():
            yield FactChange(name, state.get(name), at, f"{number:020}")
        before = state


def _resets(columns: Columns, place: int) -> Iterator[Reset]:
    for number in range(columns.reset_offsets[place], columns.reset_offsets[place + 1]):
        yield Reset(moment_of(int(columns.reset_times[number])), columns.whys[columns.reset_whys[number]])


def _intervals(plan: Plan, history: History, as_of: int, mode: Mode) -> Sequence[Found]:
    if mode is Mode.AS_LIVED or COOLED not in plan.pact.resets:
        return _judged(plan, history, as_of)
    own: list[int] = []
    while True:
        found = _judged(plan, replace(history, resets=tuple(Reset(moment_of(at), COOLED) for at in own)), as_of)
        cooled = next((until for _, until, by_points in found if by_points), None)
        if cooled is None:
            return [(since, until, until in own) for since, until, _ in found]
        own.append(cooled)


class _Noting(Sweep):
    """A sweep that remembers which intervals the points ended."""

    def __init__(self, *given: object) -> None:
        self.by_points: list[bool] = []
        super().__init__(*given)  # type: ignore[arg-type]  # as the sweep takes them

    def _note_ready(self, at: int, *, ready: bool) -> None:
        closed = len(self.state.intervals)
        super()._note_ready(at, ready=ready)
        if len(self.state.intervals) > closed:
            self.by_points.append(self.state.in_since is None and not self.sums[DIRECT] and at not in self.resets)


def _judged(plan: Plan, history: History, as_of: int) -> list[Found]:
    acts = in_order(history.acts, as_of)
    around = surroundings_of(plan, history, as_of)
    state = State()
    changes = changes_of(plan, acts, around.resets, as_of)
    sweep = _Noting(plan, changes, around, state, beginning_of(history, as_of))
    sweep.run(as_of)
    found = [(since, until, by) for (since, until), by in zip(state.intervals, sweep.by_points, strict=True)]
    return found if state.ready_since is None else [*found, (state.ready_since, STILL_ON, False)]
