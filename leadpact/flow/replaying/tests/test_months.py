"""Counting would-be hand-overs: by month in a zone, by what really came of them, against another pact's."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given
from hypothesis import strategies as some

from leadpact.flow.replaying import months
from leadpact.flow.replaying.months import OTHER, REJECTED, WON
from leadpact.flow.replaying.types import Outcomes
from leadpact.scoring.replay.types import STILL_ON, Intervals
from leadpact.scoring.rules_days import micros

HOUR = 3_600_000_000


def at(text: str) -> int:
    return micros(datetime.fromisoformat(text).replace(tzinfo=UTC))


def intervals(*rows: tuple[int, int, int, int]) -> Intervals:
    """Rows of person, since, until, ended by points."""
    table = np.array(rows, np.int64).reshape(-1, 4)
    return Intervals(table[:, 0], table[:, 1], table[:, 2], table[:, 3].astype(np.uint8))


def test_a_month_begins_at_midnight_of_the_pacts_zone_and_empty_months_are_told() -> None:
    found = intervals(
        (1, at("2026-03-31 22:30"), at("2026-04-02 00:00"), 1),  # 1 April, 00:30 in Berlin
        (2, at("2026-03-31 21:30"), STILL_ON, 0),  # 31 March, 23:30
        (3, at("2026-06-10 08:00"), at("2026-06-11 08:00"), 0),
    )
    rows = months.by_month(found, np.array([WON, 0, REJECTED], np.uint8), ZoneInfo("Europe/Berlin"))
    assert [(row.month, row.returns, row.outcomes) for row in rows] == [
        ("2026-03", 0, Outcomes(outcome_unknown=1)),
        ("2026-04", 1, Outcomes(won=1)),
        ("2026-05", 0, Outcomes()),
        ("2026-06", 0, Outcomes(rejected=1)),
    ]


def test_a_real_hand_over_agrees_with_the_interval_it_lies_in_and_else_with_the_nearest_one() -> None:
    found = intervals(
        (1, at("2026-03-01"), at("2026-03-10"), 1),
        (1, at("2026-03-20"), at("2026-03-30"), 1),
        (2, at("2026-03-01"), at("2026-03-10"), 1),
        (3, at("2026-03-01"), at("2026-03-02"), 1),
    )
    real = months.real_of(
        [
            (1, at("2026-03-12"), REJECTED, 11),  # 8 days before the second, 11 after the first
            (1, at("2026-03-25"), WON, 12),  # in the second, which it therefore has
            (2, at("2026-03-10"), OTHER, 21),  # the end is outside, but near
            (3, at("2026-07-01"), WON, 31),  # too far from anything
            (9, at("2026-03-01"), WON, 91),  # whom this pact never has ready
        ]
    )
    met = months.matched(found, real, days=90)
    assert met.results.tolist() == [REJECTED, WON, OTHER, 0]
    assert met.pursuits.tolist() == [11, 12, 21, -1]
    assert met.is_met.tolist() == [1, 1, 1, 0, 0]
    assert months.outcomes_of(met.results) == Outcomes(won=1, rejected=1, other=1, outcome_unknown=1)


def test_one_hand_over_is_never_credited_twice() -> None:
    found = intervals((1, at("2026-03-01"), at("2026-03-03"), 1), (1, at("2026-03-05"), at("2026-03-07"), 1))
    met = months.matched(found, months.real_of([(1, at("2026-03-04"), WON, 1)]), days=90)
    assert met.results.tolist() == [0, WON]  # one day to the second, three to the first


def test_what_touches_does_not_overlap() -> None:
    one = intervals((1, 10, 20, 0), (1, 30, 40, 0), (2, 10, 20, 0), (3, 5, STILL_ON, 0))
    other = intervals((1, 20, 30, 0), (2, 19, 25, 0), (3, 900, 901, 0), (4, 10, 20, 0))
    assert months.overlapping(one, other).tolist() == [False, False, True, True]
    assert months.overlapping(other, one).tolist() == [False, True, True, False]


def test_gained_and_lost_say_what_came_of_each_and_unknown_is_no_sum() -> None:
    one = intervals((1, 10, 20, 0), (2, 10, 20, 0))
    other = intervals((2, 15, 30, 0), (3, 10, 20, 0))
    found = months.compared("ours", one, np.array([0, WON], np.uint8), other, np.array([WON, REJECTED], np.uint8))
    assert (found.handovers, found.both, found.gained, found.lost) == (
        2, Outcomes(won=1), Outcomes(outcome_unknown=1), Outcomes(rejected=1),
    )  # fmt: skip


RUNS = some.lists(some.tuples(some.integers(1, 4), some.integers(0, 30), some.integers(1, 6)), max_size=14)


def disjoint(rows: list[tuple[int, int, int]]) -> Intervals:
    """Intervals of a person never overlap: those that would are left out."""
    kept: dict[int, int] = {}
    found = list[tuple[int, int, int, int]]()
    for person, since, length in sorted(rows):
        if since >= kept.get(person, -1):
            found.append((person, since, since + length, 0))
            kept[person] = since + length
    return intervals(*found)


@given(RUNS, RUNS)
def test_overlapping_is_what_comparing_each_with_each_says(
    these: list[tuple[int, int, int]], those: list[tuple[int, int, int]]
) -> None:
    one, other = disjoint(these), disjoint(those)
    expected = [
        any(
            other.persons[j] == one.persons[i] and other.since[j] < one.until[i] and other.until[j] > one.since[i]
            for j in range(len(other.persons))
        )
        for i in range(len(one.persons))
    ]
    assert months.overlapping(one, other).tolist() == expected


@given(RUNS, some.lists(some.tuples(some.integers(1, 5), some.integers(0, 40), some.integers(1, 3)), max_size=10))
def test_every_real_hand_over_is_met_once_or_not_at_all(
    these: list[tuple[int, int, int]], real: list[tuple[int, int, int]]
) -> None:
    found = disjoint(these)
    met = months.matched(found, months.real_of([(*row, place) for place, row in enumerate(real)]), days=1)
    credited = [pursuit for pursuit in met.pursuits.tolist() if pursuit >= 0]
    assert len(set(credited)) == len(credited) == int(met.is_met.sum())
    assert months.outcomes_of(met.results).handovers == len(found.persons)
