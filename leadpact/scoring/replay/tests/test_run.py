"""The way in: which engine counts, what is refused, and what stays unloaded."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from leadpact.base.criteria import Condition, Operator
from leadpact.pact.types import (
    ActClause,
    Caps,
    DirectTrigger,
    EngagementScore,
    FitRule,
    FitScore,
    HalfLife,
    Pact,
    Ready,
    Rule,
    Window,
)
from leadpact.scoring.replay import compiling, counting
from leadpact.scoring.replay.reading import bits_of, columns_of
from leadpact.scoring.replay.run import replay
from leadpact.scoring.replay.tests.test_replay import READ
from leadpact.scoring.replay.types import STILL_ON, Engine, Mode, Replayed
from leadpact.scoring.rules_days import micros
from leadpact.scoring.types import Act, FactChange, History, Reset

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
A_DAY = timedelta(days=1)
PACT = Pact(
    name="test",
    zone=ZoneInfo("UTC"),
    lead=(),
    types=(),
    engagement=(EngagementScore("acts", Window(3), (Rule("paper", "paper", 6_000),)),),
    fit=(),
    ready=Ready(scores=("acts",), up=10_000, down=6_000),
    promises=(),
    reject_reasons=(),
    recycle_reasons=(),
    disqualify_reasons=(),
)


def papers(*days: int) -> History:
    return History(tuple(Act(day, "", "paper", NOON + day * A_DAY) for day in days))


def days_of(found: Replayed) -> list[tuple[int, float, float | None]]:
    """Person, and the days since noon of the first day at which it began and ended."""
    noon = micros(NOON)
    return [
        (person, (since - noon) / 86_400e6, None if until == STILL_ON else (until - noon) / 86_400e6)
        for person, since, until in zip(
            *(one.tolist() for one in (found.intervals.persons, found.intervals.since, found.intervals.until)),
            strict=True,
        )
    ]


@pytest.fixture
def no_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADPACT_KERNELS", "none")


@pytest.mark.usefixtures("no_kernels")
def test_without_a_compiled_kernel_the_plain_form_answers() -> None:
    # 12 points from day 1 at noon; the first paper is over at the midnight before day 3, which leaves 6: not under
    # 6.  The second is over a day later.
    found = replay(PACT, columns_of({7: papers(0, 1)}), mode=Mode.AS_LIVED, as_of=NOON + 9 * A_DAY)
    assert (found.engine, found.events, found.persons) == (Engine.PLAIN, 2, 1)
    assert days_of(found) == [(7, 1.0, 3.5)]


@pytest.mark.usefixtures("no_kernels")
def test_what_if_a_cooling_ends_what_was_earned_before_it() -> None:
    # Out at day 4 noon - 12 h with nothing left; as lived a rejection on day 1 at 18:00 ends it at once.
    history = replace(papers(0, 1), resets=(Reset(NOON + A_DAY * 1.25, "rejected"),))
    columns = columns_of({7: history})
    lived = replay(PACT, columns, mode=Mode.AS_LIVED, as_of=NOON + 9 * A_DAY)
    what_if = replay(PACT, columns, mode=Mode.WHAT_IF, as_of=NOON + 9 * A_DAY)
    assert days_of(lived) == [(7, 1.0, 1.25)]
    assert lived.intervals.ended_by_points.tolist() == [0]
    assert days_of(what_if) == [(7, 1.0, 3.5)]
    assert what_if.intervals.ended_by_points.tolist() == [1]


def test_at_one_instant_there_is_one_look() -> None:
    # 10 for the stand and 8 less for the refusal of the same microsecond are 2, whichever is read first.
    rules = (Rule("stand", "stand", 10_000), Rule("refused", "refused", -8_000))
    pact = replace(PACT, engagement=(replace(PACT.engagement[0], rules=rules),))
    both = {
        person: History(tuple(Act(place, "", kind, NOON) for place, kind in enumerate(kinds)))
        for person, kinds in ((1, ("stand", "refused")), (2, ("refused", "stand")), (3, ("stand", "refused", "stand")))
    }
    found, _ = counting.replay_by_kernel(
        READ, pact, columns_of(both), Mode.AS_LIVED, micros(NOON + 9 * A_DAY), None, threads=1
    )
    assert found.persons.tolist() == [3]


def read_days(pact: Pact, history: History) -> list[tuple[float, float | None]]:
    found, _ = counting.replay_by_kernel(
        READ, pact, columns_of({7: history}), Mode.AS_LIVED, micros(NOON + 9 * A_DAY), None, threads=1
    )
    return [(since, until) for _, since, until in days_of(Replayed(found, 0, 1, 0, 0, Engine.KERNEL))]


REJECTED = (Reset(NOON + 0.25 * A_DAY, "rejected"),)


def test_a_reset_ends_credits_and_triggers_and_puts_the_person_out() -> None:
    known = (Condition("person.email", Operator.KNOWN),)
    with_fit = replace(
        PACT,
        fit=(FitScore("fit", (FitRule("known", 7_000, known),)),),
        ready=replace(PACT.ready, scores=("acts", "fit")),
    )
    said = (FactChange("person.email", "ada@example.org", NOON),)
    # 7 + 6 until the reset; 7 alone are no less than 6, yet the person is out until the paper of day 5.
    history = replace(papers(0, 5), facts=said, resets=REJECTED)
    assert read_days(with_fit, history) == [(0.0, 0.25), (5.0, None)]
    # With 12 for who they are they would be in by themselves, and are not before an act.
    by_fit = replace(with_fit, fit=(FitScore("fit", (FitRule("known", 12_000, known),)),))
    assert read_days(by_fit, history) == [(0.0, 0.25), (5.0, None)]
    # Two papers before it do not count with the third.
    noon_and_after = History((*papers(0).acts, Act(9, "", "paper", NOON + 0.1 * A_DAY), *papers(1).acts), (), REJECTED)
    assert read_days(PACT, noon_and_after) == [(0.1, 0.25)]
    # A demo makes ready for 4 days, until midnight; a rejection ends that too.
    direct = replace(PACT, ready=replace(PACT.ready, direct=(DirectTrigger("demo", ActClause("paper"), 4),)))
    assert read_days(direct, papers(0)) == [(0.0, 3.5)]
    assert read_days(direct, replace(papers(0), resets=REJECTED)) == [(0.0, 0.25)]


def test_a_cooling_keeps_what_arrived_at_its_very_moment() -> None:
    # 10 less 8 is under 6: cooled.  The 8 less are of that moment and stay, so that the stand of day 2 makes 2.
    rules = (Rule("stand", "stand", 10_000), Rule("refused", "refused", -8_000))
    pact = replace(PACT, engagement=(replace(PACT.engagement[0], rules=rules),))
    told = ((0, "stand"), (1, "refused"), (2, "stand"))
    columns = columns_of({7: History(tuple(Act(day, "", kind, NOON + day * A_DAY) for day, kind in told))})
    as_of = micros(NOON + 2.5 * A_DAY)
    found, _ = counting.replay_by_kernel(READ, pact, columns, Mode.WHAT_IF, as_of, None, threads=1)
    assert days_of(Replayed(found, 0, 1, 0, 0, Engine.KERNEL)) == [(7, 0.0, 1.0)]


def test_an_act_is_known_from_the_moment_it_was_recorded_and_a_void_never_counts() -> None:
    recorded = np.array([micros(NOON), micros(NOON + 3 * A_DAY)], np.int64)
    columns = replace(columns_of({7: papers(0, 1)}), recorded=recorded)
    as_of, told = micros(NOON + 9 * A_DAY), []
    for known_at in (int(recorded[1]) - 1, int(recorded[1])):
        found, _ = counting.replay_by_kernel(READ, PACT, columns, Mode.AS_LIVED, as_of, known_at, threads=1)
        told.append(found.persons.tolist())
    assert told == [[], [7]]
    void = replace(columns, voids=bits_of([False, True]))
    found, _ = counting.replay_by_kernel(READ, PACT, void, Mode.AS_LIVED, as_of, None, threads=1)
    assert found.persons.tolist() == []


def test_half_of_a_milli_point_goes_to_the_even_one() -> None:
    # Half of 2.001 points is 1.0005: 1.000, which is under 1.001, at the first midnight already.
    score = EngagementScore("acts", HalfLife(1), (Rule("paper", "paper", 2_001),))
    pact = replace(PACT, engagement=(score,), ready=replace(PACT.ready, up=2_001, down=1_001))
    assert read_days(pact, papers(0)) == [(0.0, 0.5)]


def test_what_was_not_known_then_needs_columns_that_say_so() -> None:
    with pytest.raises(ValueError, match="recorded"):
        replay(PACT, columns_of({1: papers(0)}), mode=Mode.AS_LIVED, as_of=NOON, known_at=NOON)


def test_whoever_cannot_reach_the_threshold_or_is_never_let_through_is_left_out_and_counted() -> None:
    must = replace(PACT, ready=replace(PACT.ready, musts=(Condition("person.email", Operator.KNOWN),)))
    known = (FactChange("person.email", "ada@example.org", NOON),)
    columns = columns_of({1: papers(0), 2: papers(0, 1), 3: replace(papers(0, 1), facts=known), 4: History(())})
    found, skipped = counting.replay_by_kernel(
        READ, must, columns, Mode.AS_LIVED, micros(NOON + 2 * A_DAY), None, threads=1
    )
    assert skipped == 3
    assert found.persons.tolist() == [3]


def test_a_full_room_loses_nobody_and_two_threads_keep_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = columns_of({person: papers(0, 1, 9, 10) for person in range(1, 40)})
    as_of = micros(NOON + 30 * A_DAY)
    whole, _ = counting.replay_by_kernel(READ, PACT, columns, Mode.AS_LIVED, as_of, None, threads=1)
    monkeypatch.setattr(counting, "ROOM", 3)
    monkeypatch.setattr(counting, "WORTH_A_THREAD", 1)
    split, _ = counting.replay_by_kernel(READ, PACT, columns, Mode.AS_LIVED, as_of, None, threads=2)
    assert len(whole.persons) == 2 * 39
    assert np.array_equal(whole.persons, split.persons)
    assert np.array_equal(whole.since, split.since)
    assert np.array_equal(whole.until, split.until)


def test_a_cap_begins_unused_for_whoever_is_begun_anew_in_a_larger_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three papers of 6 points on one day, capped at 12 a day: ready from the second one for three days."""
    capped = EngagementScore("acts", Window(3), (Rule("paper", "paper", 6_000, caps=Caps(day=12_000)),))
    pact, monday = replace(PACT, engagement=(capped,)), NOON.replace(hour=9)
    acts = tuple(Act(number, "", "paper", monday + number * timedelta(hours=1)) for number in range(3))
    columns = columns_of({person: History(acts) for person in range(1, 6)})
    monkeypatch.setattr(counting, "ROOM", 1)
    found, _ = counting.replay_by_kernel(READ, pact, columns, Mode.AS_LIVED, micros(NOON + 9 * A_DAY), None, threads=1)
    assert found.persons.tolist() == [1, 2, 3, 4, 5]
    assert set(found.since.tolist()) == {micros(monday + timedelta(hours=1))}
    assert set(found.until.tolist()) == {micros(datetime(2026, 3, 5, tzinfo=UTC))}


def test_a_base_of_nobody_is_replayed() -> None:
    found, skipped = counting.replay_by_kernel(READ, PACT, columns_of({}), Mode.WHAT_IF, micros(NOON), None, threads=2)
    assert (len(found.persons), skipped) == (0, 0)


def test_who_starts_the_compiling_loads_no_arrays_and_no_compiler() -> None:
    script = (
        "import sys, leadpact.scoring.replay.types, leadpact.scoring.replay.compiling;"
        "assert not {'numpy', 'numba', 'llvmlite'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.long
def test_commands_and_pages_load_no_compiler() -> None:
    script = (
        "import sys; from leadpact.site.cli import set_up_django; set_up_django();"
        "import leadpact.site.urls, leadpact.site.commands.serve, leadpact.scoring.replay.types;"
        "assert not {'numba', 'llvmlite'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.long
def test_a_kernel_is_compiled_once_and_then_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = (
        "import sys; from pathlib import Path; from leadpact.scoring.replay import compiling;"
        "folder = Path(sys.argv[1]); assert not compiling.is_compiled(folder);"
        "assert compiling.compile_kernel(folder) and compiling.is_compiled(folder)"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True)
    compiled = sorted(tmp_path.rglob("*.nbc"))
    assert compiled
    script = (
        "from leadpact.scoring.replay.tests.test_run import *;"
        "found = replay(PACT, columns_of({7: papers(0, 1)}), mode=Mode.AS_LIVED, as_of=NOON + 9 * A_DAY);"
        "assert (found.engine, days_of(found)) == (Engine.KERNEL, [(7, 1.0, 3.5)])"
    )
    monkeypatch.setenv("LEADPACT_KERNELS", str(tmp_path))
    subprocess.run([sys.executable, "-c", script], check=True)
    assert sorted(tmp_path.rglob("*.nbc")) == compiled, "something was compiled while somebody waited"


def test_where_nothing_is_to_be_compiled_no_folder_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADPACT_KERNELS", "none")
    assert compiling.kernel_folder() is None
    monkeypatch.delenv("LEADPACT_KERNELS")
    monkeypatch.setenv("LEADPACT_HOME", "/srv/leadpact")
    assert compiling.kernel_folder() == Path("/srv/leadpact/kernel")
