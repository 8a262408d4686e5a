"""The scorer and the slow reference agree on whatever hypothesis can think of."""

import ast
import os
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import tests.slow_reference
from leadpact.pact.types import HalfLife, Pact
from leadpact.scoring.rules import judge, judge_versions
from leadpact.scoring.tests.histories import A_MICROSECOND, NIGHTS, histories, moments, pacts
from leadpact.scoring.types import History, Verdict
from tests.slow_reference import judge as slowly

PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "")
EXAMPLES = {"long": 2000, "mutants": 50}
thoroughly = settings(
    max_examples=EXAMPLES.get(PROFILE, 60),
    deadline=None,
    derandomize=PROFILE != "long",
    database=None,
    phases=[Phase.generate] if PROFILE == "mutants" else list(Phase),  # a planted fault needs no smallest example
    suppress_health_check=list(HealthCheck),
)

type Spans = list[tuple[datetime, Pact]]


@st.composite
def cases(draw: st.DrawFn, versions: int = 1) -> tuple[Spans, History, datetime]:
    zone, eve = draw(st.sampled_from(NIGHTS))
    when = moments(zone, eve)
    since = [
        datetime(2000, 1, 1, tzinfo=UTC),
        *sorted(draw(st.sets(when, min_size=versions - 1, max_size=versions - 1))),
    ]
    history = draw(histories(when))
    lately = [act.happened_at for act in history.acts][-4:] or [since[0]]
    at = draw(when | st.sampled_from(sorted(lately)[-2:]))
    return [(one, draw(pacts(zone))) for one in since], history, at


def longest_life(pact: Pact) -> int:
    """Days that no credit and no trigger outlives: a half-life of h days brings 5 points under 1 in 3h."""
    ageings = [score.ageing for score in pact.engagement]
    lives = [ageing.days * (3 if isinstance(ageing, HalfLife) else 1) for ageing in ageings]
    return max([*lives, *(trigger.days for trigger in pact.ready.direct)]) + 1


def by_reference(spans: Spans, history: History, at: datetime) -> dict[str, object]:
    days = max(longest_life(pact) for _, pact in spans)
    return slowly([(since, asdict(pact)) for since, pact in spans], asdict(history), at, days)


def up_to(history: History, at: datetime) -> History:
    return History(
        acts=tuple(act for act in history.acts if act.happened_at <= at),
        facts=tuple(fact for fact in history.facts if fact.happened_at <= at),
        resets=tuple(reset for reset in history.resets if reset.happened_at <= at),
    )


def as_reference(verdict: Verdict) -> dict[str, object]:
    told: dict[str, object] = {
        "score": verdict.score,
        "scores": dict(verdict.scores),
        "in": verdict.is_in,
        "intervals": [(one.since, one.until) for one in verdict.intervals],
    }
    if verdict.falls_at:
        told["falls"] = (verdict.falls_at, verdict.falls_to)
    if verdict.below_down_at:
        told["out"] = verdict.below_down_at
    return told


@thoroughly
@given(cases())
def test_one_pact_over_any_history_is_scored_as_the_definition_says(case: tuple[Spans, History, datetime]) -> None:
    [(since, pact)], history, at = case
    assert as_reference(judge(pact, history, at)) == by_reference([(since, pact)], history, at)


@thoroughly
@given(cases(versions=3))
def test_versions_hold_from_their_moment_on_as_the_definition_says(case: tuple[Spans, History, datetime]) -> None:
    spans, history, at = case
    assert as_reference(judge_versions(spans, history, at)) == by_reference(spans, history, at)


@thoroughly
@given(cases(versions=2), st.randoms(use_true_random=False))
def test_the_order_in_which_a_history_is_handed_in_never_matters(
    case: tuple[Spans, History, datetime], chance: Random
) -> None:
    spans, history, at = case
    mixed = replace(
        history,
        acts=tuple(chance.sample(history.acts, len(history.acts))),
        facts=tuple(chance.sample(history.facts, len(history.facts))),
        resets=tuple(chance.sample(history.resets, len(history.resets))),
    )
    assert judge_versions(spans, mixed, at, trace=True) == judge_versions(spans, history, at, trace=True)


@thoroughly
@given(cases(versions=2))
def test_reasons_sum_exactly_to_each_score(case: tuple[Spans, History, datetime]) -> None:
    spans, history, at = case
    verdict = judge_versions(spans, history, at)
    assert sum(reason.points for reason in verdict.reasons) == verdict.score
    for name, points in verdict.scores:
        reasons = [reason.points for reason in (*verdict.reasons, *verdict.other_reasons) if reason.score == name]
        assert sum(reasons) == points
        assert all(reasons)


@thoroughly
@given(cases(versions=2))
def test_nothing_changes_before_the_next_change_is_due(case: tuple[Spans, History, datetime]) -> None:
    spans, history, at = case
    known = up_to(history, at)
    verdict = judge_versions(spans, known, at)
    due = verdict.next_change_at or at + timedelta(days=400)
    assert due > at
    assert judge_versions(spans, known, due - A_MICROSECOND) == verdict
    later = judge_versions(spans, known, due)
    for reason in verdict.reasons:
        if reason.expires_at == due:
            assert reason not in later.reasons
        assert reason.expires_at is None or reason.expires_at >= due


@thoroughly
@given(cases())
def test_what_is_forecast_comes_true(case: tuple[Spans, History, datetime]) -> None:
    [(_, pact)], history, at = case
    known = up_to(history, at)
    now = judge(pact, known, at)
    if now.falls_at:
        assert judge(pact, known, now.falls_at - A_MICROSECOND).score >= now.score
        assert judge(pact, known, now.falls_at).score == now.falls_to
    if now.below_down_at:
        assert judge(pact, known, now.below_down_at - A_MICROSECOND).is_in
        assert not judge(pact, known, now.below_down_at).is_in


def test_the_reference_knows_nothing_of_the_scorer() -> None:
    text = Path(tests.slow_reference.__file__).read_text()
    imported = [
        name.name if isinstance(node, ast.Import) else f"{node.module}.{name.name}"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    ]
    ours = [name for name in imported if name.startswith("leadpact")]
    assert sorted(ours) == ["leadpact.base.criteria.Condition", "leadpact.base.criteria.holds"]
    assert len(text.splitlines()) <= 150
