"""Time passing over a history: at each moment facts and resets, then expiries, then arrivals, then ONE look.

All changes of a moment are applied before the look, so their order among themselves never matters.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from leadpact.base.criteria import Value
from leadpact.scoring.rules_credits import Changes
from leadpact.scoring.rules_days import NEVER
from leadpact.scoring.rules_plan import DIRECT, FitPlan, Plan, ScorePlan
from leadpact.scoring.types import FactChange

_MICROSECOND = timedelta(microseconds=1)


@dataclass(slots=True)
class State:
    """What is remembered from one look to the next, and carried from one pact version to the next."""

    in_since: int | None = None
    ready_since: int | None = None
    intervals: list[tuple[int, int]] = field(default_factory=list)
    course: list[tuple[int, int, bool]] = field(default_factory=list)
    has_points: bool = False  # the points or a direct trigger would do, were it not for musts and exclusions
    quiet_ends: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What happens around the acts: facts by moment (the holding one last), and moments of resets."""

    facts: dict[int, list[FactChange]]
    resets: Sequence[int]


class Sweep:
    """One pact over one history; looks are taken from `first` on."""

    def __init__(self, plan: Plan, changes: Changes, around: Surroundings, state: State, first: int) -> None:
        self.plan, self.changes, self.around, self.state, self.first = plan, changes, around, state, first
        self.sums = [0] * plan.slots
        self.facts: dict[str, Value] = {}
        self.open_from = -NEVER  # after a reset nobody comes in before an act
        self.out_due = NEVER  # when the minimum dwell is over, if the points are already too low
        self.up, self.down = plan.pact.ready.up, plan.pact.ready.down
        self.dwell = plan.pact.ready.dwell // _MICROSECOND
        self.scores = [score for score in plan.scores if score.in_ready]
        self.resets = frozenset(around.resets)
        self.moments = sorted(changes.by_moment.keys() | around.facts.keys() | self.resets | {first})
        self.place = 0
        self._read_facts()

    def upcoming(self) -> int:
        """Return the next moment at which anything may change."""
        following = self.moments[self.place] if self.place < len(self.moments) else NEVER
        return min(following, self.out_due)

    def step(self) -> None:
        """Go to the next moment."""
        at = self.upcoming()
        if self.place < len(self.moments) and self.moments[self.place] == at:
            self.place += 1
            self._apply(at)
        if at >= self.first:
            self._look(at)

    def run(self, last: int) -> None:
        """Go through all moments up to `last`."""
        while self.upcoming() <= last:
            self.step()

    def total(self) -> int:
        total = self.fit
        for score in self.scores:
            total += points_of(score, self.sums)
        return total

    def _apply(self, at: int) -> None:
        if at in self.resets:
            self._reset(at)
        facts = self.around.facts.get(at)
        if facts:
            for fact in facts:
                self.facts[fact.name] = fact.value
            self._read_facts()
        sums = self.sums
        for slot, difference in self.changes.by_moment.get(at, ()):
            sums[slot] += difference

    def _reset(self, at: int) -> None:
        arrivals = self.changes.arrivals
        place = bisect_left(arrivals, at, key=lambda arrival: arrival[0])
        self.open_from = arrivals[place][0] if place < len(arrivals) else NEVER
        if at >= self.first:
            self.state.in_since = None
            self.state.has_points = False
            self.out_due = NEVER
            self._note_ready(at, ready=False)

    def _read_facts(self) -> None:
        self.fit = sum(fit_points(fit, self.facts) for fit in self.plan.fits if fit.in_ready)
        self.let_through = self.plan.lets_through(self.facts)

    def _look(self, at: int) -> None:
        state, total = self.state, self.total()
        self.out_due = NEVER
        if state.in_since is None:
            if total >= self.up and at >= self.open_from:
                state.in_since = at
        elif total < self.down:
            if at >= state.in_since + self.dwell:
                state.in_since = None
            else:
                self.out_due = state.in_since + self.dwell
        has_points = state.in_since is not None or self.sums[DIRECT] > 0
        if state.has_points and not has_points and state.ready_since is None:
            state.quiet_ends.append(at)
        state.has_points = has_points
        ready = has_points and self.let_through
        self._note_ready(at, ready=ready)
        if not state.course or state.course[-1][1:] != (total, ready):
            state.course.append((at, total, ready))

    def _note_ready(self, at: int, *, ready: bool) -> None:
        state = self.state
        if ready and state.ready_since is None:
            state.ready_since = at
        elif not ready and state.ready_since is not None:
            state.intervals.append((state.ready_since, at))
            state.ready_since = None


def points_of(plan: ScorePlan, sums: Sequence[int]) -> int:
    """Return a score of acts: the live sum, clamped by its groups and its cap, less the idle loss."""
    total = sums[plan.plain]
    for _, slot, cap in plan.groups:
        total += min(sums[slot], cap)
    if plan.score.cap is not None and total > plan.score.cap:
        total = plan.score.cap
    if plan.idle is not None and total > 0:
        total -= min(total, idle_loss(plan, sums))
    return total


def idle_loss(plan: ScorePlan, sums: Sequence[int]) -> int:
    """Return what idleness would take away if the score were high enough."""
    if plan.idle is None or plan.score.idle is None:
        return 0
    return sums[plan.idle] * plan.score.idle.points


def fit_points(plan: FitPlan, facts: dict[str, Value]) -> int:
    """Return a score of what the person and the company are, clamped by its cap."""
    total = sum(rule.points for rule, test in zip(plan.score.rules, plan.tests, strict=True) if test(facts))
    return total if plan.score.cap is None else min(total, plan.score.cap)
