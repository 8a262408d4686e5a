"""Room for what the kernel remembers: enough for whichever person has the most of each."""

from collections.abc import Sequence

import numpy as np

from leadpact.scoring.replay import layout as at
from leadpact.scoring.replay.gathering import Base
from leadpact.scoring.replay.types import Longs


def memory_for(base: Base, tables: Longs, most_rules: int) -> Longs:
    """Return an empty memory.

    most_rules  that one act earns from in one score
    """
    runs, facts, resets = (_most(one) for one in (base.run_offsets, base.fact_offsets, base.reset_offsets))
    acts = _most(acts_before(base))
    scores = int(tables[at.SCORES])
    credits_ = acts * most_rules * at.CREDIT_ROW
    rows = (
        (at.AT_KEPT, scores * at.KEPT_ROW),
        (at.AT_SUMS, int(tables[at.SLOTS])),
        (at.AT_USED, int(tables[at.LIMITS]) * at.USED_ROW),
        (at.AT_RUNS, runs + 1),
        (at.AT_FACTS, facts * at.FACT_ROW),
        (at.AT_RESETS, resets),
        (at.AT_ACTS, acts * at.ACT_ROW),
        (at.AT_MERGED, acts * at.ACT_ROW if runs > 1 else 0),
    )
    places = np.cumsum([at.REGISTERS, *(size for _, size in rows)])
    memory = np.zeros(int(places[-1]) + scores * credits_, np.int64)
    for (register, _), place in zip(rows, places, strict=False):
        memory[register] = place
    kept = memory[at.AT_KEPT] + np.arange(scores) * at.KEPT_ROW
    memory[kept + at.KEPT_CREDITS] = places[-1] + np.arange(scores) * credits_
    forget_used(tables, memory)
    return memory


def forget_used(tables: Longs, memory: Longs) -> None:
    """Have every cap begin unused, also for a person who is begun anew."""
    used = memory[at.AT_USED] + np.arange(int(tables[at.LIMITS])) * at.USED_ROW
    memory[used + at.USED_IN] = -1


def acts_before(base: Base) -> Longs:
    """Return for each place how many acts the persons before it have, and in the end how many there are."""
    return np.concatenate([[0], np.cumsum(base.run_ends - base.run_starts)])[base.run_offsets]


def _most(offsets: Sequence[int] | Longs) -> int:
    counts = np.diff(offsets)
    return int(counts.max()) if len(counts) else 0
