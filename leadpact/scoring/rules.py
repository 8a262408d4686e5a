"""The score: a function of a history, a pact and a moment, and of nothing else.

How each part is counted: docs/reference/scoring.md.  Integers only; the order in which acts, facts and resets
are handed in never matters; the clock and the database are not known here.
"""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime

from leadpact.base.errors import BadState
from leadpact.base.wording import worded
from leadpact.pact.types import Pact
from leadpact.scoring.rules_credits import Changes, changes_of
from leadpact.scoring.rules_days import NEVER, known_moment, micros, moment_of
from leadpact.scoring.rules_plan import DIRECT, Plan, plan_of
from leadpact.scoring.rules_reasons import act_reasons, clamp_reasons, clamps_of, fit_reasons, forecast
from leadpact.scoring.rules_sweep import State, Surroundings, Sweep, fit_points, points_of
from leadpact.scoring.types import Act, FactChange, History, Interval, Step, Verdict, WhyPoints


class NoPactYet(BadState):
    """Asked for a moment before the first pact was in force."""

    code = "no_pact_yet"
    what_to_do = worded("Put a pact in force from an earlier moment, or ask about a later one.")


def judge(pact: Pact, history: History, at: datetime, *, trace: bool = False) -> Verdict:
    """Return what the pact says of the history at a moment, as if it had always been in force.

    at       aware; acts, facts and resets after it are left out
    trace    also tell the whole course of the score
    """
    return _judge(((-NEVER, pact),), history, micros(at), trace=trace)


def judge_versions(
    spans: Sequence[tuple[datetime, Pact]], history: History, at: datetime, *, trace: bool = False
) -> Verdict:
    """Return what the pacts say of the history at a moment, each from its own moment on.

    spans    the moment each version came in force, in order, and its pact

    From its moment on a version judges the whole history by its own rules.  In or out carries over, and there
    is one look with the new pact's score at the moment it comes in force.

    Raises `NoPactYet` when none was in force at the moment asked about.
    """
    return _judge([(micros(since), pact) for since, pact in spans], history, micros(at), trace=trace)


def _judge(spans: Sequence[tuple[int, Pact]], history: History, at: int, *, trace: bool) -> Verdict:
    begun = bisect_right(spans, at, key=lambda span: span[0])
    if not begun:
        raise NoPactYet(worded("No pact was in force at {moment}.", moment=moment_of(at).isoformat()))
    acts = in_order(history.acts, at)
    beginning = beginning_of(history, at)
    state = State()
    for place, (since, pact) in enumerate(spans[:begun]):
        plan = plan_of(pact)
        around = surroundings_of(plan, history, at)
        changes = changes_of(plan, acts, around.resets, at)
        first = max(since, beginning)
        sweep = Sweep(plan, changes, around, state, first)
        ends = spans[place + 1][0] - 1 if place + 1 < begun else at
        sweep.run(ends)
    following = spans[begun][0] if begun < len(spans) else NEVER
    return _verdict(sweep, at, following, trace=trace)


def in_order(acts: Sequence[Act], at: int) -> list[tuple[int, Act]]:
    """Return the acts up to the moment by (happened_at, key), however they were handed in."""
    timed = [(micros(act.happened_at), act) for act in acts]
    return sorted((one for one in timed if one[0] <= at), key=lambda one: (one[0], one[1].key, one[1].event))


def surroundings_of(plan: Plan, history: History, at: int) -> Surroundings:
    facts: dict[int, list[FactChange]] = {}
    for fact in sorted(history.facts, key=lambda fact: (fact.key, repr(fact.value))):
        since = micros(fact.happened_at)
        if since <= at:
            facts.setdefault(since, []).append(fact)
    resets = {micros(reset.happened_at) for reset in history.resets if reset.why in plan.pact.resets}
    return Surroundings(facts, sorted(since for since in resets if since <= at))


def beginning_of(history: History, at: int) -> int:
    """Return the first moment of the history; nothing is known before it."""
    moments = [act.happened_at for act in history.acts]
    moments += [fact.happened_at for fact in history.facts]
    moments += [reset.happened_at for reset in history.resets]
    return min(at, micros(min(moments))) if moments else at


def _verdict(sweep: Sweep, at: int, following: int, *, trace: bool) -> Verdict:
    plan, state, changes = sweep.plan, sweep.state, sweep.changes
    ready_since = state.ready_since
    intervals = [Interval(moment_of(since), moment_of(until)) for since, until in state.intervals]
    if ready_since is not None:
        intervals.append(Interval(moment_of(ready_since), None))
    course = tuple(Step(moment_of(since), score, ready) for since, score, ready in state.course)
    engagement = [(score.score.name, points_of(score, sweep.sums)) for score in plan.scores]
    fit = [(one.score.name, fit_points(one, sweep.facts)) for one in plan.fits]
    score, is_in, is_direct = sweep.total(), state.in_since is not None, sweep.sums[DIRECT] > 0
    next_change = min(sweep.upcoming(), following)
    reasons, falls_at, falls_to, out_at = _explained(sweep, at)
    counted = plan.pact.ready.scores
    return Verdict(
        score=score,
        scores=tuple(engagement + fit),
        is_in=is_in,
        is_ready=ready_since is not None,
        ready_since=_moment(ready_since),
        is_lead=changes.lead_since is not None,
        lead_since=_moment(changes.lead_since),
        direct_until=_direct_until(changes, at) if is_direct else None,
        falls_at=falls_at,
        falls_to=falls_to,
        below_down_at=out_at,
        reasons=tuple(reason for reason in reasons if reason.score in counted),
        intervals=tuple(intervals),
        tipped_by=_tipped_by(changes, ready_since),
        next_change_at=known_moment(next_change),
        other_reasons=tuple(reason for reason in reasons if reason.score not in counted),
        course=course if trace else (),
        quiet_ends=tuple(moment_of(end) for end in state.quiet_ends),
    )


def _explained(sweep: Sweep, at: int) -> tuple[list[WhyPoints], datetime | None, int | None, datetime | None]:
    """Return all reasons, when the score falls and to what, and when the person goes out; uses the sweep up."""
    plan, clamps = sweep.plan, clamps_of(sweep.plan, sweep.sums)
    reasons = [reason for fit in plan.fits for reason in fit_reasons(fit, sweep.facts)]
    reasons += act_reasons(plan, sweep.changes.live, at)
    ahead, changes_at = forecast(sweep)
    reasons += clamp_reasons(clamps, changes_at)
    falls_at = known_moment(ahead.falls_at)
    return reasons, falls_at, ahead.falls_to if falls_at else None, known_moment(ahead.out_at)


def _direct_until(changes: Changes, at: int) -> datetime | None:
    return known_moment(max(until for since, until, _ in changes.triggers if since <= at < until))


def _tipped_by(changes: Changes, ready_since: int | None) -> int | None:
    """Return the direct trigger at that moment, else the last act up to it that earned points."""
    if ready_since is None:
        return None
    triggers = [event for since, _, event in changes.triggers if since == ready_since]
    if triggers:
        return triggers[-1]
    place = bisect_right(changes.arrivals, ready_since, key=lambda arrival: arrival[0])
    return changes.arrivals[place - 1][1] if place else None


def _moment(at: int | None) -> datetime | None:
    return None if at is None else moment_of(at)
