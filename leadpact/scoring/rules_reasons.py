"""Why a score is what it is, and what it will be if nothing more happens.

The reasons sum exactly to the score, since each clamp of a sum is a reason of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from leadpact.base.criteria import Value
from leadpact.pact.types import HalfLife
from leadpact.scoring.rules_credits import Credit
from leadpact.scoring.rules_days import NEVER, Days, known_moment
from leadpact.scoring.rules_halving import values
from leadpact.scoring.rules_plan import FitPlan, Plan, ScorePlan
from leadpact.scoring.rules_sweep import Sweep, idle_loss
from leadpact.scoring.types import WhyPoints

type Clamps = dict[tuple[str, str], int]  # (score, reason) -> points


@dataclass(slots=True)
class Forecast:
    """What comes without a new act; each moment NEVER when it does not come."""

    falls_at: int = NEVER
    falls_to: int | None = None
    out_at: int = NEVER


def forecast(sweep: Sweep) -> tuple[Forecast, dict[tuple[str, str], int]]:
    """Run the sweep on past now; return what comes, and when each clamp's points change.

    The sweep is used up by it.
    """
    now, is_in = sweep.total(), sweep.state.in_since is not None
    clamps = clamps_of(sweep.plan, sweep.sums)
    ahead, changes_at = Forecast(), dict.fromkeys(clamps, NEVER)
    waiting = set(clamps)
    while (at := sweep.upcoming()) < NEVER:
        if ahead.falls_at < NEVER and not waiting and (ahead.out_at < NEVER or not is_in):
            break
        sweep.step()
        if ahead.falls_at == NEVER and sweep.total() < now:
            ahead.falls_at, ahead.falls_to = at, sweep.total()
        if is_in and ahead.out_at == NEVER and sweep.state.in_since is None:
            ahead.out_at = at
        if waiting:
            then = clamps_of(sweep.plan, sweep.sums)
            changed = {name for name in waiting if then.get(name, 0) != clamps[name]}
            changes_at.update(dict.fromkeys(changed, at))
            waiting -= changed
    return ahead, changes_at


def clamps_of(plan: Plan, sums: Sequence[int]) -> Clamps:
    """Return what caps and idleness take away now, each as negative points; nothing where they take nothing."""
    clamps: Clamps = {}
    for score in plan.scores:
        _clamp(clamps, score, sums)
    return {name: points for name, points in clamps.items() if points}


def _clamp(clamps: Clamps, plan: ScorePlan, sums: Sequence[int]) -> None:
    name = plan.score.name
    total = sums[plan.plain]
    for group, slot, cap in plan.groups:
        clamped = min(sums[slot], cap)
        clamps[name, f"cap:{group}"] = clamped - sums[slot]
        total += clamped
    if plan.score.cap is not None and total > plan.score.cap:
        key = (name, f"cap:{name}")
        clamps[key] = clamps.get(key, 0) + plan.score.cap - total
        total = plan.score.cap
    clamps[name, "idle"] = -min(max(total, 0), idle_loss(plan, sums))


def fit_reasons(plan: FitPlan, facts: dict[str, Value]) -> list[WhyPoints]:
    """Return the rules of a fit score that hold, and its cap; nothing of it ever expires."""
    name = plan.score.name
    found = [
        (rule.name, rule.points)
        for rule, test in zip(plan.score.rules, plan.tests, strict=True)
        if rule.points and test(facts)
    ]
    total = sum(points for _, points in found)
    if plan.score.cap is not None and total > plan.score.cap:
        found.append((f"cap:{name}", plan.score.cap - total))
    return [WhyPoints(rule, name, points, None, None, None) for rule, points in found]


def act_reasons(plan: Plan, live: Sequence[Credit], at: int) -> list[WhyPoints]:
    """Return what each live act earns at the moment, in the order the acts happened."""
    today = plan.days.of(at)
    return [_act_reason(plan, credit, today) for credit in live]


def _act_reason(plan: Plan, credit: Credit, today: int) -> WhyPoints:
    score = plan.scores[credit.earner.score].score
    points, until = credit.points, credit.until
    if isinstance(score.ageing, HalfLife):
        points, until = _halved(plan.days, credit, score.ageing, today)
    act = credit.act
    return WhyPoints(credit.earner.rule.name, score.name, points, act.event, act.happened_at, known_moment(until))


def _halved(days: Days, credit: Credit, ageing: HalfLife, today: int) -> tuple[int, int]:
    worth = values(credit.points, ageing.days)
    age = today - credit.day
    following = next((later for later in range(age, len(worth)) if worth[later] != worth[age]), len(worth))
    return worth[age], days.start(credit.day + following)


def clamp_reasons(clamps: Clamps, changes_at: dict[tuple[str, str], int]) -> list[WhyPoints]:
    """Return what caps and idleness take away, and when that changes."""
    return [
        WhyPoints(rule, score, points, None, None, known_moment(changes_at[score, rule]))
        for (score, rule), points in clamps.items()
    ]
