"""What each act earns and for how long: a history becomes changes of sums, by moment.

Caps credit at occurrence, by rank in (happened_at, event key), and what an act was credited never moves.
A reset ends every credit of an act before it; an act at the very instant of a reset counts.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from leadpact.pact.types import HalfLife, IdleLoss, Window, WindowMode
from leadpact.scoring.rules_days import DAY, NEVER
from leadpact.scoring.rules_halving import values
from leadpact.scoring.rules_plan import DIRECT, Clause, Earner, Plan, ScorePlan, period_of
from leadpact.scoring.types import Act


@dataclass(slots=True)
class Credit:
    """What one act earned by one rule at its moment; over at `until`."""

    act: Act
    earner: Earner
    points: int
    day: int
    until: int


@dataclass(slots=True)
class Changes:
    """A history as one pact sees it.

    by_moment   slot and difference of each change, arrivals and expiries alike
    live        the credits that are not over at the moment asked about
    arrivals    moment and event of each act that can make a person ready, in order
    """

    by_moment: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    live: list[Credit] = field(default_factory=list)
    arrivals: list[tuple[int, int]] = field(default_factory=list)
    triggers: list[tuple[int, int, int]] = field(default_factory=list)  # since, until, event
    lead_since: int | None = None

    def add(self, at: int, slot: int, difference: int) -> None:
        changes = self.by_moment.get(at)
        if changes is None:
            self.by_moment[at] = [(slot, difference)]
        else:
            changes.append((slot, difference))


def changes_of(plan: Plan, acts: Sequence[tuple[int, Act]], resets: Sequence[int], at: int) -> Changes:
    """Return what the acts (sorted by moment and key, none after `at`) change under the pact."""
    return _Reading(plan, resets, at).read(acts)


class _Reading:
    """One pass over the acts of a person."""

    def __init__(self, plan: Plan, resets: Sequence[int], at: int) -> None:
        self.plan, self.resets, self.at = plan, resets, at
        self.changes = Changes()
        self.used: dict[tuple[int, str, int], int] = {}
        self.acted: list[list[tuple[int, int]]] = [[] for _ in plan.scores]
        self.ends = [0] * len(plan.scores)

    def read(self, acts: Sequence[tuple[int, Act]]) -> Changes:
        for since, act in acts:
            day = self.plan.days.of(since)
            place = bisect_right(self.resets, since)
            reset = self.resets[place] if place < len(self.resets) else NEVER
            for earner in earning(self.plan, act):
                self._earn(earner, act, since, day, reset)
            if not act.by_account:
                self._trigger(act, since, day, reset)
                if self.changes.lead_since is None and named_days(self.plan.lead, act) is not None:
                    self.changes.lead_since = since
        for score in self.plan.scores:
            if score.score.idle is not None:
                self._grow_idle(score, score.score.idle)
        return self.changes

    def _earn(self, earner: Earner, act: Act, since: int, day: int, reset: int) -> None:
        if earner.rule.points:
            self.acted[earner.score].append((since, day))
        points = self._credited(earner, day)
        if not points:
            return
        ageing = self.plan.scores[earner.score].score.ageing
        if isinstance(ageing, Window):
            until = self._count_window(ageing, earner.slot, points, since, day, reset)
        else:
            until = self._count_halving(ageing, earner.slot, points, since, day, reset)
        if until > self.at:
            self.changes.live.append(Credit(act, earner, points, day, until))
        self.ends[earner.score] = max(self.ends[earner.score], until)
        if points > 0 and earner.in_ready:
            self._arrive(since, act.event)

    def _arrive(self, since: int, event: int) -> None:
        arrivals = self.changes.arrivals
        if not arrivals or arrivals[-1] != (since, event):
            arrivals.append((since, event))

    def _credited(self, earner: Earner, day: int) -> int:
        """Return the rule's points, less what its caps leave in the periods that the day lies in."""
        points = earner.rule.points
        if not earner.limits:
            return points
        periods = [(earner.number, period, period_of(period, day)) for period, _ in earner.limits]
        for key, (_, limit) in zip(periods, earner.limits, strict=True):
            points = min(points, limit - self.used.get(key, 0))
        if points <= 0:
            return 0
        for key in periods:
            self.used[key] = self.used.get(key, 0) + points
        return points

    def _count_window(self, window: Window, slot: int, points: int, since: int, day: int, reset: int) -> int:
        if window.mode is WindowMode.CALENDAR:
            until = self.plan.days.start(day + window.days)
        else:
            until = since + window.days * DAY
        until = min(until, reset)
        self.changes.add(since, slot, points)
        self.changes.add(until, slot, -points)
        return until

    def _count_halving(self, ageing: HalfLife, slot: int, points: int, since: int, day: int, reset: int) -> int:
        worth, add, start = values(points, ageing.days), self.changes.add, self.plan.days.start
        if not worth:
            add(since, slot, 0)  # there is a look: the act may open the door after a reset
            return since
        add(since, slot, worth[0])
        for age, (before, after) in enumerate(pairwise((*worth, 0)), start=1):
            steps_at = start(day + age)
            if steps_at >= reset:
                add(reset, slot, -before)
                return reset
            if after != before:
                add(steps_at, slot, after - before)
        return start(day + len(worth))

    def _trigger(self, act: Act, since: int, day: int, reset: int) -> None:
        days = named_days(self.plan.direct, act)
        if days is None:
            return
        until = min(self.plan.days.start(day + days), reset)
        self.changes.add(since, DIRECT, 1)
        self.changes.add(until, DIRECT, -1)
        self.changes.triggers.append((since, until, act.event))
        self._arrive(since, act.event)

    def _grow_idle(self, plan: ScorePlan, idle: IdleLoss) -> None:
        """Count each full `idle.days` without an act that the score values, as long as anything is live."""
        assert plan.idle is not None
        rolling = isinstance(plan.score.ageing, Window) and plan.score.ageing.mode is WindowMode.ROLLING
        acted = self.acted[plan.number]
        for place, (since, day) in enumerate(acted):
            following = acted[place + 1][0] if place + 1 < len(acted) else NEVER
            times = 0
            while True:
                days = (times + 1) * idle.days
                full_at = since + days * DAY if rolling else self.plan.days.start(day + days)
                if full_at >= min(following, self.ends[plan.number]):
                    break
                times += 1
                self.changes.add(full_at, plan.idle, 1)
            if following != NEVER:
                self.changes.add(following, plan.idle, -times)


def earning(plan: Plan, act: Act) -> Sequence[Earner]:
    """Return the rules the act earns from: all it matches, less those that another of them stands instead of."""
    found = [
        earner
        for earner in plan.earners.get(act.kind, ())
        if (earner.for_account or not act.by_account) and earner.test(act.properties)
    ]
    replaced = {number for earner in found for number in earner.replaces}
    if not replaced:
        return found
    return [earner for earner in found if earner.number not in replaced]


def named_days(clauses: dict[str, tuple[Clause, ...]], act: Act) -> int | None:
    """Return the most days that a clause naming the act gives, None when no clause names it."""
    return max((clause.days for clause in clauses.get(act.kind, ()) if clause.test(act.properties)), default=None)
