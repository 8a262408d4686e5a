"""A pact as the kernel reads it: one array of whole numbers, laid out as `layout` says.

The pact's conditions are asked once about each distinct act and each distinct state of facts, never about an
event.  Only what counts for readiness is here: scores that `ready` does not name are left out.
"""

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from leadpact.pact.types import HalfLife, Pact, WindowMode
from leadpact.scoring.replay import layout as at
from leadpact.scoring.replay.types import COOLED, Columns, Longs, Mode, Shape
from leadpact.scoring.rules_credits import earning, named_days
from leadpact.scoring.rules_days import EPOCH, EPOCH_DAY, NEVER, Days
from leadpact.scoring.rules_halving import POINT, table
from leadpact.scoring.rules_plan import Earner, Plan, ScorePlan, plan_of
from leadpact.scoring.rules_sweep import fit_points
from leadpact.scoring.types import Act

MONTHS_TO_1970 = 12 * 1970
PERIODS = {"day": at.DAY_NUMBER, "week": at.DAY_WEEK, "month": at.DAY_MONTH, "lifetime": at.DAY_ALL}
AGEINGS = {WindowMode.CALENDAR: at.CALENDAR, WindowMode.ROLLING: at.ROLLING}
_MICROSECOND = timedelta(microseconds=1)


def tables_of(pact: Pact, columns: Columns, mode: Mode, as_of: int, known_at: int | None) -> tuple[Longs, int]:
    """Return the tables, and how many rules one act may earn from in one score."""
    plan = plan_of(pact)
    made = _Tables(plan)
    made.add_terms(mode, as_of, known_at)
    made.add_scores()
    made.add_rules()
    most_rules = made.add_shapes(columns.known_shapes)
    made.add_states(columns)
    made.add_whys(columns)
    days = _days(plan.days, columns, as_of)
    made.header(at.FIRST_DAY, int(days[0, at.DAY_NUMBER]))
    made.header(at.DAYS, len(days))
    made.header(at.AT_DAYS, len(made.numbers))
    return np.concatenate([np.array(made.numbers, np.int64), days.ravel()]), most_rules


class _Tables:
    """Tables while they grow."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.numbers = plan, [0] * at.HEADER
        self.ready = [score for score in plan.scores if score.in_ready]
        slots = [slot for score in self.ready for slot in (score.plain, *(slot for _, slot, _ in score.groups))]
        self.slots = {slot: place for place, slot in enumerate(slots)}
        self.rules: dict[int, int] = {}  # row by the rule's number

    def header(self, place: int, number: int) -> None:
        self.numbers[place] = number

    def add_terms(self, mode: Mode, as_of: int, known_at: int | None) -> None:
        ready = self.plan.pact.ready
        engagement = self.plan.pact.engagement
        self.header(at.UP, ready.up)
        self.header(at.DOWN, ready.down)
        self.header(at.DWELL, ready.dwell // _MICROSECOND)
        self.header(at.AS_OF, as_of)
        self.header(at.KNOWN_AT, NEVER if known_at is None else known_at)
        self.header(at.WHAT_IF, mode is Mode.WHAT_IF)
        self.header(at.OWN_RESETS, mode is Mode.WHAT_IF and COOLED in self.plan.pact.resets)
        self.header(at.COUNTS_ACCOUNTS, any(score.account for score in engagement))
        self.header(at.HAS_IDLE, any(plan.score.idle is not None for plan in self.ready))
        self.header(at.HAS_HALVING, any(isinstance(plan.score.ageing, HalfLife) for plan in self.ready))
        self.header(at.SLOTS, len(self.slots))

    def add_scores(self) -> None:
        rows = [self._score(plan) for plan in self.ready]
        self._add(at.AT_SCORES, rows)
        self.header(at.SCORES, len(rows))

    def add_rules(self) -> None:
        """Add the rules that earn anything, in scores that count for readiness."""
        place_of = {plan.number: place for place, plan in enumerate(self.ready)}
        found = [one for earners in self.plan.earners.values() for one in earners if one.in_ready and one.rule.points]
        limits, rows = list[tuple[int, int]](), list[tuple[int, ...]]()
        for earner in found:
            first = len(limits)
            limits += [(PERIODS[period], most) for period, most in earner.limits]
            rows.append((earner.rule.points, place_of[earner.score], self.slots[earner.slot], first, len(limits)))
        start = self._add(at.AT_RULES, rows)
        self.rules = {earner.number: start + place * at.RULE_ROW for place, earner in enumerate(found)}
        self._add(at.AT_LIMITS, limits)
        self.header(at.LIMITS, len(limits))

    def add_shapes(self, shapes: Sequence[Shape]) -> int:
        """Add what each shape earns, `instead_of` resolved; return the most rules in one score."""
        earned: list[int] = []
        rows, most_rules = list[tuple[int, ...]](), 1
        start = len(self.numbers) + len(shapes) * at.SHAPE_ROW
        for shape in shapes:
            act = Act(0, "", shape.kind, EPOCH, shape.properties)
            earners = [one for one in earning(self.plan, act) if one.number in self.rules]
            first = start + len(earned)
            earned += [self.rules[one.number] for one in earners]
            rows.append((*self._uses(act, earners), first, start + len(earned), self._direct_days(act)))
            counts = [sum(one.score == plan.number for one in earners) for plan in self.ready]
            most_rules = max([most_rules, *counts])
        self._add(at.AT_SHAPES, rows)
        self.numbers += earned
        self.header(at.SHAPES, len(shapes))
        return most_rules

    def add_states(self, columns: Columns) -> None:
        rows = []
        for known in (*columns.states, {}):
            state = dict(known)
            fit = sum(fit_points(one, state) for one in self.plan.fits if one.in_ready)
            rows.append((fit, int(self.plan.lets_through(state))))
        self._add(at.AT_STATES, rows)
        self.header(at.STATES, len(rows))

    def add_whys(self, columns: Columns) -> None:
        self._add(at.AT_WHYS, [(int(why in self.plan.pact.resets),) for why in columns.whys])

    def _add(self, register: int, rows: Sequence[Sequence[int]]) -> int:
        start = len(self.numbers)
        self.header(register, start)
        for row in rows:
            self.numbers += row
        return start

    def _score(self, plan: ScorePlan) -> tuple[int, ...]:
        score, idle = plan.score, plan.score.idle
        groups, end = self._aside([number for _, slot, cap in plan.groups for number in (self.slots[slot], cap)])
        halvings, halvings_end = self._aside(_halvings(plan))
        return (
            at.HALVING if isinstance(score.ageing, HalfLife) else AGEINGS[score.ageing.mode],
            score.ageing.days,
            int(score.account),
            self.slots[plan.plain],
            groups,
            end,
            NEVER if score.cap is None else score.cap,
            idle.days if idle else 0,
            idle.points if idle else 0,
            halvings,
            halvings_end,
        )

    def _aside(self, numbers: Sequence[int]) -> tuple[int, int]:
        start = len(self.numbers)
        self.numbers += numbers
        return start, len(self.numbers)

    def _uses(self, act: Act, earners: Sequence[Earner]) -> tuple[int, int, int, int]:
        """The most a shape may earn, and whether it is of any use: done by oneself, done by a colleague."""
        is_direct = self._direct_days(act) != at.NOT_DIRECT
        own = sum(max(one.rule.points, 0) for one in earners)
        of_others = sum(max(one.rule.points, 0) for one in earners if one.for_account)
        return (
            at.PLENTY if is_direct else own,
            of_others,
            int(is_direct or bool(earners)),
            int(any(one.for_account for one in earners)),
        )

    def _direct_days(self, act: Act) -> int:
        days = named_days(self.plan.direct, act)
        return at.NOT_DIRECT if days is None else days


def _halvings(plan: ScorePlan) -> Sequence[int]:
    """What is left of a billionth at each age, for as long as the greatest credit may be a point or more."""
    ageing = plan.score.ageing
    if not isinstance(ageing, HalfLife):
        return ()
    greatest = max((abs(rule.points) for rule in plan.score.rules), default=0)
    return table(ageing.days, ageing.days * (greatest // POINT).bit_length() + 1)


def _days(days: Days, columns: Columns, as_of: int) -> Longs:
    """The days from the first act on until the one after that of the moment asked about."""
    starts = columns.run_starts[columns.run_starts < columns.run_ends]
    began = min(as_of, int(columns.times[starts].min())) if len(starts) else as_of
    numbers = np.arange(days.of(began) - 1, days.of(as_of) + 2)
    months = (numbers - EPOCH_DAY).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + MONTHS_TO_1970
    begins = np.array([days.start(day) for day in numbers.tolist()], np.int64)
    return np.column_stack([begins, numbers, (numbers - 1) // 7, months, np.zeros_like(numbers)])
