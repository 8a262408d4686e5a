"""What a new verdict decides, given what was decided before.

A decision is taken on what was known when it was recorded, and is never taken again: a late event may move the
moment at which somebody *was* ready, but it neither offers the same readiness twice nor takes an offer back in
the past.  What was ready and over before anybody could know is listed as "would have been ready".
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from leadpact.pact.types import Pact
from leadpact.scoring.rules_plan import plan_of
from leadpact.scoring.types import Act, Interval, Verdict


class Decided(StrEnum):
    QUALIFIED = "qualified"
    COOLED = "cooled"
    WOULD_HAVE_BEEN = "would_have_been"


@dataclass(frozen=True)
class Decision:
    """One crossing: when it was true, and the act that tipped the scale (none for a fall)."""

    kind: Decided
    happened_at: datetime
    tipped_by: int | None = None


@dataclass(frozen=True)
class Past:
    """What was decided before.

    decisions      in any order
    resets         moments at which a rejection, recycle or cooling ended a readiness
    settled_until  imported history up to here was taken as it was: it is not decided on
    quiet_ends     moments at which the points left who was kept out already: a readiness is over, and nobody cooled
    """

    decisions: tuple[Decision, ...]
    resets: tuple[datetime, ...] = ()
    settled_until: datetime | None = None
    quiet_ends: tuple[datetime, ...] = ()

    def standing(self) -> Decision | None:
        """Return the qualification that no fall and no reset has ended yet."""
        latest = max(self._of(Decided.QUALIFIED), key=lambda d: d.happened_at, default=None)
        if latest is None or any(end > latest.happened_at for end in self._ends()):
            return None
        return latest

    def covers(self, interval: Interval) -> bool:
        """Say whether some decision already speaks for a closed interval."""
        if interval.until is None or (self.settled_until is not None and interval.until <= self.settled_until):
            return True
        ends = sorted(self._ends())
        for qualified in self._of(Decided.QUALIFIED):
            over = next((end for end in ends if end > qualified.happened_at), None)
            if qualified.happened_at < interval.until and (over is None or over >= interval.since):
                return True
        missed = self._of(Decided.WOULD_HAVE_BEEN)
        return any(interval.since <= d.happened_at < interval.until for d in missed)

    def _ends(self) -> list[datetime]:
        return [*(fall.happened_at for fall in self._of(Decided.COOLED)), *self.resets, *self.quiet_ends]

    def _of(self, kind: Decided) -> list[Decision]:
        return [decision for decision in self.decisions if decision.kind is kind]


def latest_trigger(pact: Pact, acts: Sequence[Act]) -> Act | None:
    """Return the newest act that is a direct trigger of the pact, dead or alive."""
    direct = plan_of(pact).direct
    found = [act for act in acts if any(clause.test(act.properties) for clause in direct.get(act.kind, ()))]
    return max(found, key=lambda act: (act.happened_at, act.key), default=None)


def decide(verdict: Verdict, past: Past, trigger: Act | None, at: datetime) -> tuple[Decision, ...]:
    """Return the decisions a verdict as of `at` leads to; none when everything stands as decided.

    trigger  newest direct trigger up to `at`: it always re-offers, also while the person is ready
    """
    past = replace(past, quiet_ends=verdict.quiet_ends)
    missed = tuple(
        Decision(Decided.WOULD_HAVE_BEEN, interval.since) for interval in verdict.intervals if not past.covers(interval)
    )
    running = _running(verdict, past, trigger, at)
    return missed if running is None else (*missed, running)


def _running(verdict: Verdict, past: Past, trigger: Act | None, at: datetime) -> Decision | None:
    standing = past.standing()
    if verdict.is_ready and verdict.ready_since is not None:
        if standing is None:
            return _unless_taken(Decision(Decided.QUALIFIED, verdict.ready_since, verdict.tipped_by), past)
        if trigger is not None and trigger.happened_at > standing.happened_at and verdict.direct_until is not None:
            return Decision(Decided.QUALIFIED, trigger.happened_at, trigger.event)
        return None
    by_points = not verdict.is_in and verdict.direct_until is None
    if standing is None or not by_points:
        return None  # an exclusion or a must ended it: nothing cooled
    ended = [interval.until for interval in verdict.intervals if interval.until is not None]
    last = max(ended, default=at)
    return Decision(Decided.COOLED, last if last > standing.happened_at else at)


def _unless_taken(decision: Decision, past: Past) -> Decision | None:
    """A readiness that was voided and restored was decided on before."""
    return (
        None
        if any(d.kind is decision.kind and d.happened_at == decision.happened_at for d in past.decisions)
        else decision
    )
