"""The replay as one portable SQL statement, for what SQL can say of it: a second opinion, and a measure of speed.

It knows windows, one cap a rule, caps of groups and scores, `instead_of`, account scores and zones.  It knows no
half-life, idleness, dwell, dated facts, musts, direct triggers or resets: those need a state from look to look.

Tables it reads, moments in microseconds:

    acts   person, happened, shape, by_others
    earns  shape, rule, slot, points, cap (2^62: none), period (1 day, 2 week, 3 month), account, rolling, days
    days   number, week, month, starts, ends
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from leadpact.pact.types import HalfLife, Pact, WindowMode
from leadpact.scoring.replay.types import Columns
from leadpact.scoring.rules_credits import earning
from leadpact.scoring.rules_days import DAY, EPOCH, NEVER, month_of, week_of
from leadpact.scoring.rules_plan import Earner, Plan, ScorePlan, plan_of
from leadpact.scoring.rules_sweep import fit_points
from leadpact.scoring.types import Act

type Arrays = Mapping[str, "np.ndarray[Any, Any]"]

_EARNS = ("shape", "rule", "slot", "points", "cap", "period", "account", "rolling", "days")
_PERIODS = {"day": 1, "week": 2, "month": 3, "lifetime": 0}


def is_expressible(pact: Pact) -> bool:
    """Say whether SQL can say what the pact means, resets and dated facts aside."""
    ready = pact.ready
    scores = [score for score in pact.engagement if score.name in ready.scores]
    rules = [rule for score in scores for rule in score.rules]
    return not (
        ready.dwell
        or ready.direct
        or ready.musts
        or ready.exclusions
        or ready.not_when
        or any(isinstance(score.ageing, HalfLife) or score.idle for score in scores)
        or any(sum(cap is not None for cap in vars(rule.caps).values()) > 1 for rule in rules)
    )


def statement(pact: Pact, as_of: int) -> str:
    """Return the statement; its columns are person, since and until, `until` null while not over."""
    plan = plan_of(pact)
    ready = [score for score in plan.scores if score.in_ready]
    slots = [slot for score in ready for slot in (score.plain, *(slot for _, slot, _ in score.groups))]
    fit = sum(fit_points(one, {}) for one in plan.fits if one.in_ready)
    total = " + ".join([str(fit), *(_points(score) for score in ready)])
    steps = ", ".join(f"SUM(CASE WHEN slot = {slot} THEN credit ELSE 0 END) AS step_{slot}" for slot in slots)
    sums = ", ".join(
        f"SUM(step_{slot}) OVER (PARTITION BY person ORDER BY happened ROWS UNBOUNDED PRECEDING) AS sum_{slot}"
        for slot in slots
    )
    up, down = pact.ready.up, pact.ready.down
    return f"""
WITH earned AS (
    SELECT a.person, a.happened, e.slot, e.rule, e.points, e.cap, e.rolling, e.days, d.number,
           CASE e.period WHEN 1 THEN d.number WHEN 2 THEN d.week WHEN 3 THEN d.month ELSE 0 END AS period
    FROM acts a JOIN earns e ON e.shape = a.shape AND (a.by_others = 0 OR e.account = 1)
    JOIN days d ON a.happened >= d.starts AND a.happened < d.ends
    WHERE a.happened <= {as_of}),
credited AS (
    SELECT *, CASE WHEN cap = {NEVER} THEN points ELSE GREATEST(0, LEAST(points, cap - points * (
        ROW_NUMBER() OVER (PARTITION BY person, rule, period ORDER BY happened) - 1))) END AS credit
    FROM earned),
changes AS (
    SELECT person, happened, slot, credit FROM credited WHERE credit <> 0
    UNION ALL
    SELECT c.person, CASE WHEN c.rolling = 1 THEN c.happened + c.days * {DAY} ELSE u.starts END, c.slot, -c.credit
    FROM credited c LEFT JOIN days u ON u.number = c.number + c.days WHERE c.credit <> 0),
steps AS (SELECT person, happened, {steps} FROM changes WHERE happened <= {as_of} GROUP BY person, happened),
sums AS (SELECT person, happened, {sums} FROM steps),
scored AS (SELECT person, happened, {total} AS score FROM sums),
sided AS (
    SELECT person, happened, CASE WHEN score >= {up} THEN 1 ELSE -1 END AS side
    FROM scored WHERE score >= {up} OR score < {down}),
turned AS (SELECT *, LAG(side, 1, -1) OVER (PARTITION BY person ORDER BY happened) AS before FROM sided),
crossed AS (
    SELECT person, side, happened AS since, LEAD(happened) OVER (PARTITION BY person ORDER BY happened) AS until
    FROM turned WHERE side <> before)
SELECT person, since, until FROM crossed WHERE side = 1 ORDER BY person, since
"""  # noqa: S608  # numbers alone


def earns_of(pact: Pact, columns: Columns) -> Arrays:
    """Return the table `earns`: the pact asked about each shape once."""
    plan = plan_of(pact)
    rows = [
        (number, *_earned(plan, one))
        for number, shape in enumerate(columns.known_shapes)
        for one in earning(plan, Act(0, "", shape.kind, EPOCH, shape.properties))
        if one.in_ready and one.rule.points
    ]
    table = np.array(rows, np.int64).reshape(-1, len(_EARNS))
    return {name: table[:, place].copy() for place, name in enumerate(_EARNS)}


def days_of(pact: Pact, first: int, last: int) -> Arrays:
    """Return the table `days`, for acts from `first` on and windows that are over by `last`."""
    days = plan_of(pact).days
    numbers = range(days.of(first), days.of(last) + 2)
    return {
        "number": np.array(numbers, np.int64),
        "week": np.array([week_of(day) for day in numbers], np.int64),
        "month": np.array([month_of(day) for day in numbers], np.int64),
        "starts": np.array([days.start(day) for day in numbers], np.int64),
        "ends": np.array([days.start(day + 1) for day in numbers], np.int64),
    }


def _earned(plan: Plan, one: Earner) -> tuple[int, ...]:
    score = plan.scores[one.score].score
    assert not isinstance(score.ageing, HalfLife)
    period, cap = one.limits[0] if one.limits else ("lifetime", NEVER)
    rolling = int(score.ageing.mode is WindowMode.ROLLING)
    return one.number, one.slot, one.rule.points, cap, _PERIODS[period], int(score.account), rolling, score.ageing.days


def _points(score: ScorePlan) -> str:
    parts: Sequence[str] = [f"LEAST(sum_{slot}, {cap})" for _, slot, cap in score.groups]
    total = " + ".join([f"sum_{score.plain}", *parts])
    return f"({total})" if score.score.cap is None else f"LEAST({total}, {score.score.cap})"
