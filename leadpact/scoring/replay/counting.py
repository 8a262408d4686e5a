"""Columns go through the kernel: by two threads, each with its own half of the acts."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from types import ModuleType
from typing import Any

import numpy as np

from leadpact.pact.types import Pact
from leadpact.scoring.replay import layout as at
from leadpact.scoring.replay.gathering import Base
from leadpact.scoring.replay.memory import acts_before, forget_used, memory_for
from leadpact.scoring.replay.tables import tables_of
from leadpact.scoring.replay.types import Columns, Intervals, Longs, Mode

ROOM = 4096  # intervals, to begin with
WORTH_A_THREAD = 200_000  # acts below which one thread does it all


def replay_by_kernel(
    kernel: ModuleType, pact: Pact, columns: Columns, mode: Mode, as_of: int, known_at: int | None, *, threads: int
) -> tuple[Intervals, int]:
    """Return when each person would have been ready, and how many were left out early."""
    base = base_of(columns)
    tables, most_rules = tables_of(pact, columns, mode, as_of, known_at)
    parts = _parts(base, threads if len(columns.times) >= WORTH_A_THREAD else 1)

    def count(part: tuple[int, int]) -> tuple[Longs, int]:
        return _replay_part(kernel, part, base, tables, memory_for(base, tables, most_rules))

    with ThreadPoolExecutor(len(parts)) as pool:
        done = list(pool.map(count, parts))
    rows = np.concatenate([found for found, _ in done]).reshape(-1, at.INTERVAL_ROW)
    return Intervals(
        persons=columns.persons[rows[:, at.INTERVAL_PLACE]],
        since=rows[:, at.INTERVAL_SINCE].copy(),
        until=rows[:, at.INTERVAL_UNTIL].copy(),
        ended_by_points=rows[:, at.INTERVAL_BY_POINTS].astype(np.uint8),
    ), sum(skipped for _, skipped in done)


def base_of(columns: Columns) -> Base:
    """Return the arrays as the kernel was compiled for: plain, in one piece, not to be written to."""
    recorded = np.zeros(0, np.int64) if columns.recorded is None else columns.recorded
    given = {name: getattr(columns, name) for name in Base._fields if name != "recorded"}
    return Base(recorded=_fixed(recorded), **{name: _fixed(array) for name, array in given.items()})


def _fixed(array: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    fixed = np.ascontiguousarray(array).view()
    fixed.flags.writeable = False
    return fixed


def _parts(base: Base, threads: int) -> Sequence[tuple[int, int]]:
    """Return the persons of each thread, [start, end), with about as many acts for one as for the other."""
    acts = acts_before(base)
    cuts = [int(np.searchsorted(acts, acts[-1] * part // threads)) for part in range(1, threads)]
    return list(pairwise([0, *cuts, len(acts) - 1]))


def _replay_part(
    kernel: ModuleType, part: tuple[int, int], base: Base, tables: Longs, memory: Longs
) -> tuple[Longs, int]:
    (place, end), rooms, skipped, size = part, list[Longs](), 0, ROOM
    while True:
        room = np.zeros(size * at.INTERVAL_ROW, np.int64)
        place, written, left_out = kernel.replay_persons(place, end, base, tables, memory, room)
        rooms.append(room[:written])
        skipped += left_out
        if place == end:
            return np.concatenate(rooms), skipped
        forget_used(tables, memory)  # the person for whom there was no room is begun anew
        size *= 2
