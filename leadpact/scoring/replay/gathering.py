"""What the kernel reads of one person: whether they can be ready at all, and what happened to them, in order."""

from typing import NamedTuple

from leadpact.scoring.replay import layout as at
from leadpact.scoring.replay.jit import jit
from leadpact.scoring.replay.types import Bytes, Ints, Longs, Signed
from leadpact.scoring.rules_days import NEVER


class Base(NamedTuple):
    """The arrays of `Columns`; `recorded` is empty when it is not known."""

    run_offsets: Longs
    run_starts: Longs
    run_ends: Longs
    run_by_account: Bytes
    times: Longs
    shapes: Ints
    voids: Bytes
    recorded: Longs
    fact_offsets: Longs
    fact_times: Longs
    fact_states: Ints
    reset_offsets: Longs
    reset_times: Longs
    reset_whys: Signed


@jit
def can_be_ready(place: int, base: Base, tables: Longs) -> bool:
    """Say whether all points of a person, fit at its best, reach the threshold, and anything lets them through."""
    state = tables[at.AT_STATES] + (tables[at.STATES] - 1) * at.STATE_ROW
    passes, fit = tables[state + at.STATE_PASSES], tables[state + at.STATE_FIT]
    for number in range(base.fact_offsets[place], base.fact_offsets[place + 1]):
        state = tables[at.AT_STATES] + base.fact_states[number] * at.STATE_ROW
        passes = max(passes, tables[state + at.STATE_PASSES])
        fit = max(fit, tables[state + at.STATE_FIT])
    if not passes:
        return False
    missing = tables[at.UP] - fit
    for run in range(base.run_offsets[place], base.run_offsets[place + 1]):
        if missing <= 0:
            return True
        by_others = base.run_by_account[run] != 0
        if by_others and not tables[at.COUNTS_ACCOUNTS]:
            continue
        most = tables[at.AT_SHAPES] + (at.SHAPE_MOST_OF_OTHERS if by_others else at.SHAPE_MOST)
        act, end = base.run_starts[run], base.run_ends[run]
        while act < end and missing > 0:
            missing -= tables[most + base.shapes[act] * at.SHAPE_ROW]
            act += 1
    return bool(missing <= 0)


@jit
def gather(place: int, base: Base, tables: Longs, memory: Longs) -> tuple[int, int]:
    """Put all that counts for anything into memory; return the row after the last act, and when history began."""
    first = min(tables[at.AS_OF], gather_facts(place, base, tables, memory))
    if not tables[at.WHAT_IF]:
        first = min(first, gather_resets(place, base, tables, memory))
    acts, runs, bounds = memory[at.AT_ACTS], 0, memory[at.AT_RUNS]
    memory[bounds] = acts
    for run in range(base.run_offsets[place], base.run_offsets[place + 1]):
        if base.run_by_account[run] and not tables[at.COUNTS_ACCOUNTS]:
            continue
        began, acts = gather_run(run, acts, base, tables, memory)
        first = min(first, began)
        if acts > memory[bounds + runs]:
            runs += 1
            memory[bounds + runs] = acts
    while runs > 1:
        runs = merge(runs, memory)
    return acts, first


@jit
def gather_facts(place: int, base: Base, tables: Longs, memory: Longs) -> int:
    row = memory[at.FACT] = memory[at.AT_FACTS]
    start, end = base.fact_offsets[place], base.fact_offsets[place + 1]
    for number in range(start, end):
        state = tables[at.AT_STATES] + base.fact_states[number] * at.STATE_ROW
        memory[row + at.FACT_AT] = base.fact_times[number]
        memory[row + at.FACT_FIT] = tables[state + at.STATE_FIT]
        memory[row + at.FACT_PASSES] = tables[state + at.STATE_PASSES]
        row += at.FACT_ROW
    memory[at.FACTS_END] = row
    return base.fact_times[start] if start < end else NEVER


@jit
def gather_resets(place: int, base: Base, tables: Longs, memory: Longs) -> int:
    row = memory[at.RESET] = memory[at.AT_RESETS]
    start, end = base.reset_offsets[place], base.reset_offsets[place + 1]
    for number in range(start, end):
        if tables[tables[at.AT_WHYS] + base.reset_whys[number]]:
            memory[row] = base.reset_times[number]
            row += 1
    memory[at.RESETS_END] = row
    return base.reset_times[start] if start < end else NEVER


@jit
def gather_run(run: int, acts: int, base: Base, tables: Longs, memory: Longs) -> tuple[int, int]:
    """Add the acts of a run; return when it began, and the row after its last act."""
    first, as_of, known_at = NEVER, tables[at.AS_OF], tables[at.KNOWN_AT]
    by_others = base.run_by_account[run] != 0
    of_use = tables[at.AT_SHAPES] + (at.SHAPE_OF_USE_OF_OTHERS if by_others else at.SHAPE_OF_USE)
    for act in range(base.run_starts[run], base.run_ends[run]):
        if base.voids[act >> 3] >> (act & 7) & 1:
            continue
        if known_at != NEVER and base.recorded[act] > known_at:
            continue
        moment, shape = base.times[act], base.shapes[act]
        first = min(first, moment)
        if moment > as_of:
            break
        if tables[of_use + shape * at.SHAPE_ROW]:
            memory[acts + at.ACT_AT] = moment
            memory[acts + at.ACT_SHAPE] = shape
            memory[acts + at.ACT_BY_OTHERS] = by_others
            acts += at.ACT_ROW
    return first, acts


@jit
def merge(runs: int, memory: Longs) -> int:
    """Make one sorted run of each two; return how many there are then."""
    bounds, merged = memory[at.AT_RUNS], 0
    for run in range(0, runs, 2):
        start, middle = memory[bounds + run], memory[bounds + run + 1]
        end = memory[bounds + min(run + 2, runs)]
        merge_two(start, middle, end, memory)
        merged += 1
        memory[bounds + merged] = end
    return merged


@jit
def merge_two(start: int, middle: int, end: int, memory: Longs) -> None:
    one, two, row = start, middle, memory[at.AT_MERGED]
    for _ in range(start, end, at.ACT_ROW):
        if two == end or (one < middle and memory[one] <= memory[two]):
            taken = one
            one += at.ACT_ROW
        else:
            taken = two
            two += at.ACT_ROW
        for field in range(at.ACT_ROW):
            memory[row + field] = memory[taken + field]
        row += at.ACT_ROW
    shift = memory[at.AT_MERGED] - start
    for place in range(start, end):
        memory[place] = memory[place + shift]
