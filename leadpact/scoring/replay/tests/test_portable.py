"""What SQL can say of a replay, DuckDB says as the scorer does."""

from dataclasses import replace
from datetime import timedelta

import duckdb
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from leadpact.pact.types import Caps, EngagementScore, HalfLife, Pact, Rule, Window
from leadpact.scoring.replay.portable import days_of, earns_of, is_expressible, statement
from leadpact.scoring.replay.tests.bases import Base, bases, judged
from leadpact.scoring.replay.tests.test_replay import thoroughly
from leadpact.scoring.replay.types import STILL_ON, Mode
from leadpact.scoring.rules_days import DAY, micros


def with_one_cap(rule: Rule) -> Rule:
    named = {name: cap for name, cap in vars(rule.caps).items() if cap is not None}
    return replace(rule, caps=Caps(**dict([*named.items()][:1])))


def plainer(score: EngagementScore) -> EngagementScore:
    ageing = Window(2) if isinstance(score.ageing, HalfLife) else score.ageing
    return replace(score, ageing=ageing, idle=None, rules=tuple(map(with_one_cap, score.rules)))


def expressible(pact: Pact) -> Pact:
    """The pact without what needs a state from look to look."""
    ready = replace(pact.ready, dwell=timedelta(0), direct=(), musts=(), exclusions=(), not_when=())
    return replace(pact, engagement=tuple(map(plainer, pact.engagement)), ready=ready)


@st.composite
def plain_bases(draw: st.DrawFn) -> Base:
    base = draw(bases())
    pact = expressible(base.pact)
    seen = {person: replace(history, facts=(), resets=()) for person, history in base.seen.items()}
    return replace(base, pact=pact, seen=seen)


def asked(base: Base) -> list[tuple[int, int, int]]:
    shapes = {(shape.kind, repr(shape.properties)): n for n, shape in enumerate(base.columns.known_shapes)}
    rows = [
        (person, micros(act.happened_at), shapes[act.kind, repr(act.properties)], int(act.by_account))
        for person, history in base.seen.items()
        for act in history.acts
    ]
    table = np.array(rows, np.int64).reshape(-1, 4)
    acts = dict(zip(("person", "happened", "shape", "by_others"), table.T.copy(), strict=True))
    as_of = micros(base.as_of)
    first = min([as_of, *table[:, 1].tolist()])
    with duckdb.connect() as connection:
        for name, made in (
            ("acts", acts),
            ("earns", earns_of(base.pact, base.columns)),
            ("days", days_of(base.pact, first, as_of + 40 * DAY)),
        ):
            connection.register(name, made)
        found = connection.execute(statement(base.pact, as_of)).fetchall()
    return [(person, since, STILL_ON if until is None else until) for person, since, until in found]


@thoroughly
@given(base=plain_bases())
def test_portable_sql_says_what_the_scorer_says(base: Base) -> None:
    assert is_expressible(base.pact)
    assert asked(base) == [(person, since, until) for person, since, until, _ in judged(base, Mode.AS_LIVED)]
