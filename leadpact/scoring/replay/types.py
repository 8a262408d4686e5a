"""What a replay reads and what it answers.  Moments are whole microseconds since 1970 in UTC."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from leadpact.base.criteria import Facts
from leadpact.scoring.rules_days import NEVER

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

type Longs = NDArray[np.int64]
type Ints = NDArray[np.int32]
type Bytes = NDArray[np.uint8]
type Signed = NDArray[np.int8]

COOLED = "cooled"  # the reset that an offer makes which nobody touched before the points were gone
STILL_ON = NEVER  # in `Intervals.until`: not over at the moment asked about


class Mode(StrEnum):
    """Which resets a replay knows.

    AS_LIVED  those that happened
    WHAT_IF   none of them; instead each moment at which the pact itself would have cooled somebody
    """

    AS_LIVED = "as-lived"
    WHAT_IF = "what-if"


class Engine(StrEnum):
    """What counted: the compiled kernel, the plain form (the same answer, a thousand times slower), or a cluster."""

    KERNEL = "kernel"
    PLAIN = "plain"
    SPARK = "spark"


@dataclass(frozen=True)
class Shape:
    """A distinct act: its kind and its scored properties.  A pact is asked about shapes, never about events."""

    kind: str
    properties: Facts


@dataclass(frozen=True)
class Columns:
    """Everybody's history as arrays.

    persons         ids, ascending; the person at place p has runs run_offsets[p] to run_offsets[p + 1]
    run_starts      a run is the acts run_starts[r] to run_ends[r], by time; in general those of one identity
    run_by_account  1: done by somebody else of the same company; read only by pacts with an account score
    times, shapes   of each act; `shapes` are places in `known_shapes`
    voids           one bit an act, lowest first (numpy.packbits with bitorder "little"); 1: does not count
    recorded        when each act was recorded, for what was known then; None: no question of it can be answered
    fact_offsets    by person as runs are; from fact_times[f] on, states[fact_states[f]] is all that is known of them
    reset_offsets   by person as runs are; `reset_whys` are places in `whys`

    Times of facts and resets ascend within a person; of two states of one instant the later one holds.
    """

    persons: "Longs"
    run_offsets: "Longs"
    run_starts: "Longs"
    run_ends: "Longs"
    run_by_account: "Bytes"
    times: "Longs"
    shapes: "Ints"
    voids: "Bytes"
    recorded: "Longs | None"
    known_shapes: tuple[Shape, ...]
    fact_offsets: "Longs"
    fact_times: "Longs"
    fact_states: "Ints"
    states: tuple[Facts, ...]
    reset_offsets: "Longs"
    reset_times: "Longs"
    reset_whys: "Signed"
    whys: tuple[str, ...]


@dataclass(frozen=True)
class Intervals:
    """When each person was ready: [since, until), by person and moment.

    persons          ids
    until            `STILL_ON` while not over at the moment asked about
    ended_by_points  1: the points fell under the lower threshold and no direct trigger was alive; 0: a must, an
                     exclusion or a reset ended it, or nothing did
    """

    persons: "Longs"
    since: "Longs"
    until: "Longs"
    ended_by_points: "Bytes"


@dataclass(frozen=True)
class Replayed:
    """The answer of a replay.

    events   acts in the columns, skipped persons' included
    persons  in the columns
    skipped  persons left out early: they cannot reach the upper threshold, or nothing lets them through
    seconds  by the clock, tables included
    """

    intervals: Intervals
    events: int
    persons: int
    skipped: int
    seconds: float
    engine: Engine
