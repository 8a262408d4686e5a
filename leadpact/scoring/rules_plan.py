"""A pact made ready for scoring: rules by kind of act, one numbered sum ("slot") per thing that adds up.

Compiled once and kept, since one pact judges many histories.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from leadpact.base.criteria import Condition, Facts, Operator, Predicate, predicate_of
from leadpact.pact.types import ActClause, Caps, EngagementScore, Exclusion, FitScore, Pact, Rule
from leadpact.scoring.rules_days import Days, days_of, month_of, week_of

DIRECT = 0  # the slot that counts the live direct triggers

EXCLUDING_FACTS = {
    Exclusion.OWN_DOMAIN: "own_domain",
    Exclusion.COMPETITOR: "competitor",
    Exclusion.OPEN_DEAL: "open_deal",
    Exclusion.CUSTOMER: "customer",
}


@dataclass(frozen=True, slots=True)
class Earner:
    """A rule ready for use.  `number` is its own among all rules of the pact; `slot` is where its credits add up."""

    number: int
    rule: Rule
    score: int
    slot: int
    for_account: bool
    in_ready: bool
    test: Predicate
    limits: tuple[tuple[str, int], ...]
    replaces: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ScorePlan:
    """An engagement score: which slots it sums up and what clamps the sum."""

    score: EngagementScore
    number: int
    in_ready: bool
    plain: int
    groups: tuple[tuple[str, int, int], ...]  # name, slot, cap
    idle: int | None  # the slot that counts full times without an act


@dataclass(frozen=True, slots=True)
class FitPlan:
    score: FitScore
    in_ready: bool
    tests: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """An act named by the pact; `days` is how long a direct trigger lives."""

    test: Predicate
    days: int = 0


@dataclass(frozen=True)
class Plan:
    pact: Pact
    days: Days
    slots: int
    scores: tuple[ScorePlan, ...]
    fits: tuple[FitPlan, ...]
    earners: dict[str, tuple[Earner, ...]]
    lead: dict[str, tuple[Clause, ...]]
    direct: dict[str, tuple[Clause, ...]]
    musts: Predicate
    bars: tuple[Predicate, ...]

    def lets_through(self, facts: Facts) -> bool:
        """Say whether all musts hold and nothing excludes the person."""
        return self.musts(facts) and not any(bar(facts) for bar in self.bars)


_kept: OrderedDict[int, Plan] = OrderedDict()
_KEPT_AT_MOST = 64


def plan_of(pact: Pact) -> Plan:
    """Return the pact compiled; the very same pact object is compiled once."""
    plan = _kept.get(id(pact))
    if plan is None or plan.pact is not pact:
        plan = _kept[id(pact)] = _compiled(pact)
        while len(_kept) > _KEPT_AT_MOST:
            _kept.popitem(last=False)
    return plan


def _compiled(pact: Pact) -> Plan:
    earners: dict[str, list[Earner]] = {}
    scores = []
    slots, rules = DIRECT + 1, 0
    for number, score in enumerate(pact.engagement):
        names = sorted({rule.group for rule in score.rules if rule.group} & dict(score.group_caps).keys())
        caps = dict(score.group_caps)
        groups = tuple((name, slots + 1 + place, caps[name]) for place, name in enumerate(names))
        idle = slots + 1 + len(groups) if score.idle else None
        in_ready = score.name in pact.ready.scores
        plan = ScorePlan(score, number, in_ready, slots, groups, idle)
        scores.append(plan)
        for earner in _earners(plan, first=rules):
            earners.setdefault(earner.rule.kind, []).append(earner)
        slots += 2 + len(groups)
        rules += len(score.rules)
    return Plan(
        pact=pact,
        days=days_of(pact.zone),
        slots=slots,
        scores=tuple(scores),
        fits=tuple(_fit_plan(fit, pact) for fit in pact.fit),
        earners={kind: tuple(found) for kind, found in earners.items()},
        lead=_clauses([(clause, 0) for clause in pact.lead]),
        direct=_clauses([(trigger.act, trigger.days) for trigger in pact.ready.direct]),
        musts=_test(pact.ready.musts),
        bars=_bars(pact),
    )


def _earners(plan: ScorePlan, *, first: int) -> list[Earner]:
    score = plan.score
    numbers = {rule.name: first + place for place, rule in enumerate(score.rules)}
    slot_of = {name: slot for name, slot, _ in plan.groups}
    return [
        Earner(
            number=first + place,
            rule=rule,
            score=plan.number,
            slot=slot_of.get(rule.group or "", plan.plain),
            for_account=score.account,
            in_ready=plan.in_ready,
            test=_test(rule.where),
            limits=_limits(rule.caps) if rule.points > 0 else (),
            replaces=tuple(numbers[name] for name in rule.instead_of if name in numbers),
        )
        for place, rule in enumerate(score.rules)
    ]


def _fit_plan(fit: FitScore, pact: Pact) -> FitPlan:
    return FitPlan(fit, fit.name in pact.ready.scores, tuple(_test(rule.where) for rule in fit.rules))


def _limits(caps: Caps) -> tuple[tuple[str, int], ...]:
    named = (("day", caps.day), ("week", caps.week), ("month", caps.month), ("lifetime", caps.lifetime))
    return tuple((period, limit) for period, limit in named if limit is not None)


def period_of(period: str, day: int) -> int:
    """Return the number of the day, ISO week or month that a day lies in; one and the same for lifetime."""
    match period:
        case "day":
            return day
        case "week":
            return week_of(day)
        case "month":
            return month_of(day)
        case _:
            return 0


def _test(conditions: Sequence[Condition]) -> Predicate:
    predicates = [predicate_of(condition) for condition in conditions]
    if len(predicates) == 1:
        return predicates[0]
    return lambda facts: all(predicate(facts) for predicate in predicates)


def _clauses(acts: Sequence[tuple[ActClause, int]]) -> dict[str, tuple[Clause, ...]]:
    by_kind: dict[str, list[Clause]] = {}
    for act, days in acts:
        by_kind.setdefault(act.kind, []).append(Clause(_test(act.where), days))
    return {kind: tuple(clauses) for kind, clauses in by_kind.items()}


def _bars(pact: Pact) -> tuple[Predicate, ...]:
    excluding = [EXCLUDING_FACTS[exclusion] for exclusion in pact.ready.exclusions]
    facts = [f"{of}.{name}" for name in excluding for of in ("person", "company")]
    return tuple(predicate_of(Condition(name, Operator.IS, True)) for name in facts) + tuple(
        predicate_of(condition) for condition in pact.ready.not_when
    )
