"""A replay says of everybody what the scorer says of each: in the plain form, by the kernel's text and compiled."""

from datetime import UTC, datetime
from types import FunctionType, SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from leadpact.scoring.replay import counting, kernel
from leadpact.scoring.replay.counting import replay_by_kernel
from leadpact.scoring.replay.plain import replay_plainly
from leadpact.scoring.replay.tests.bases import Base, bases, judged, rows_of
from leadpact.scoring.replay.types import STILL_ON, Intervals, Mode
from leadpact.scoring.rules_days import micros
from leadpact.scoring.tests.test_against_reference import PROFILE, by_reference

thoroughly = settings(
    max_examples={"long": 2000, "mutants": 60}.get(PROFILE, 6),
    deadline=None,
    derandomize=PROFILE != "long",
    database=None,
    phases=[Phase.generate] if PROFILE == "mutants" else list(Phase),
    suppress_health_check=list(HealthCheck),
)


def uncompiled(function: Any, done: dict[int, Any]) -> Any:
    """Return a function of the kernel as Python runs it, and all that it calls."""
    text = function.py_func
    if id(text) not in done:
        own = dict(text.__globals__)
        done[id(text)] = FunctionType(text.__code__, own, text.__name__)
        own.update({name: uncompiled(one, done) for name, one in own.items() if hasattr(one, "py_func")})
    return done[id(text)]


@pytest.fixture(autouse=True)
def little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each person with an interval is begun anew, as the one is for whom no room is left among many."""
    monkeypatch.setattr(counting, "ROOM", 1)


def by_kernel(compiled: Any, base: Base, mode: Mode) -> Intervals:
    known_at = None if base.known_at is None else micros(base.known_at)
    found, _ = replay_by_kernel(compiled, base.pact, base.columns, mode, micros(base.as_of), known_at, threads=1)
    return found


def plainly(base: Base, mode: Mode) -> Intervals:
    known_at = None if base.known_at is None else micros(base.known_at)
    return replay_plainly(base.pact, base.columns, mode, micros(base.as_of), known_at)


READ: Any = SimpleNamespace(replay_persons=uncompiled(kernel.replay_persons, {}))


@pytest.mark.parametrize("mode", list(Mode))
@thoroughly
@given(base=bases())
def test_the_plain_form_says_what_the_scorer_says(mode: Mode, base: Base) -> None:
    assert rows_of(plainly(base, mode)) == judged(base, mode)


@pytest.mark.parametrize("mode", list(Mode))
@thoroughly
@given(base=bases())
def test_the_kernel_says_what_the_scorer_says(mode: Mode, base: Base) -> None:
    assert rows_of(by_kernel(READ, base, mode)) == judged(base, mode)


@pytest.mark.long
@thoroughly
@given(base=bases())
def test_the_kernel_says_what_the_definition_says(base: Base) -> None:
    since = datetime(2000, 1, 1, tzinfo=UTC)
    rows = [
        (person, micros(start), STILL_ON if end is None else micros(end))
        for person, history in base.seen.items()
        for start, end in by_reference([(since, base.pact)], history, base.as_of)["intervals"]  # type: ignore[attr-defined]  # plain documents
    ]
    assert [row[:3] for row in rows_of(by_kernel(READ, base, Mode.AS_LIVED))] == rows


@pytest.mark.long
@pytest.mark.parametrize("mode", list(Mode))
@thoroughly
@given(base=bases())
def test_the_compiled_kernel_says_what_the_scorer_says(mode: Mode, base: Base) -> None:
    assert rows_of(by_kernel(kernel, base, mode)) == judged(base, mode)
