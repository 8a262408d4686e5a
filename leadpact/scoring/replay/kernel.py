"""The kernel: time passing over one person after another, on two arrays of whole numbers.

The same as `rules_credits` and `rules_sweep` say, in one pass: at each moment facts and resets, then what expires,
then what arrives, then ONE look.  Nothing is known of later moments, so the pact's own resets can be made on the way.
"""

from leadpact.scoring.replay import layout as at
from leadpact.scoring.replay.credits import clear, earn, expire, keep_fresh, mark_fresh, total_of
from leadpact.scoring.replay.gathering import Base, can_be_ready, gather
from leadpact.scoring.replay.jit import jit
from leadpact.scoring.replay.types import Longs
from leadpact.scoring.replay.wearing import lose, next_loss
from leadpact.scoring.rules_days import NEVER

GOES_ON, BY_POINTS, OTHERWISE = 0, 1, 2  # what a look says of a running readiness


@jit
def replay_persons(start: int, end: int, base: Base, tables: Longs, memory: Longs, room: Longs) -> tuple[int, int, int]:
    """Replay the persons from place `start` up to `end`; write intervals into the room.

    Return the place to go on with (`end`, or earlier when the room is full), where writing ended, persons skipped.
    """
    written = skipped = 0
    for place in range(start, end):
        if not can_be_ready(place, base, tables):
            skipped += 1
            continue
        acts_end, first = gather(place, base, tables, memory)
        after = sweep(place, acts_end, first, tables, memory, room, written)
        if after < 0:
            return place, written, skipped
        written = after
    return end, written, skipped


@jit
def sweep(place: int, acts_end: int, first: int, tables: Longs, memory: Longs, room: Longs, written: int) -> int:
    """Let time pass over the person in memory; return where writing ended, -1 when there was no room."""
    begin(first, tables, memory)
    act, as_of = memory[at.AT_ACTS], tables[at.AS_OF]
    is_losing = tables[at.HAS_IDLE] or tables[at.HAS_HALVING]
    while True:
        moment = min(memory[at.RARE], memory[at.EXPIRY])
        if act < acts_end:
            moment = min(moment, memory[act])
        if moment > as_of:
            break
        is_rare = moment >= memory[at.RARE]
        if is_rare:
            written = happen(moment, place, tables, memory, room, written)
        if moment >= memory[at.EXPIRY]:
            expire(moment, tables, memory)
        if tables[at.OWN_RESETS]:
            mark_fresh(tables, memory)
        while act < acts_end and memory[act] == moment:
            earn(place, act, tables, memory)
            act += at.ACT_ROW
        ended = look(moment, tables, memory)
        if ended != GOES_ON:
            written = close(moment, place, ended == BY_POINTS, memory, room, written)
            if ended == BY_POINTS and tables[at.OWN_RESETS]:
                cool(moment, tables, memory)
        if is_rare or is_losing:
            plan_rare(tables, memory)
    if memory[at.READY_SINCE] != NEVER:
        written = close(NEVER, place, False, memory, room, written)
    return written


@jit
def begin(first: int, tables: Longs, memory: Longs) -> None:
    clear(tables, memory)
    memory[at.IN_SINCE] = memory[at.READY_SINCE] = memory[at.OUT_DUE] = NEVER
    memory[at.DIRECT_UNTIL] = memory[at.RESET_DONE] = memory[at.ARRIVED] = memory[at.DAY_ENDS] = -NEVER
    nothing_known = tables[at.AT_STATES] + (tables[at.STATES] - 1) * at.STATE_ROW
    memory[at.FIT] = tables[nothing_known + at.STATE_FIT]
    memory[at.PASSES] = tables[nothing_known + at.STATE_PASSES]
    memory[at.FIRST_LOOK] = memory[at.RARE] = first
    if tables[at.WHAT_IF]:
        memory[at.RESET] = memory[at.RESETS_END] = 0


@jit
def happen(moment: int, place: int, tables: Longs, memory: Longs, room: Longs, written: int) -> int:
    """Apply all of this moment that is neither an act nor the end of a window: resets first."""
    if memory[at.FIRST_LOOK] <= moment:
        memory[at.FIRST_LOOK] = NEVER
    while memory[at.RESET] < memory[at.RESETS_END] and memory[memory[at.RESET]] <= moment:
        memory[at.RESET] += 1
        if memory[at.READY_SINCE] != NEVER:
            written = close(moment, place, False, memory, room, written)
        reset(moment, memory)
        clear(tables, memory)
    while memory[at.FACT] < memory[at.FACTS_END] and memory[memory[at.FACT]] <= moment:
        memory[at.FIT] = memory[memory[at.FACT] + at.FACT_FIT]
        memory[at.PASSES] = memory[memory[at.FACT] + at.FACT_PASSES]
        memory[at.FACT] += at.FACT_ROW
    if memory[at.DIRECT_UNTIL] <= moment:
        memory[at.DIRECT_UNTIL] = -NEVER
    if tables[at.HAS_IDLE] or tables[at.HAS_HALVING]:
        lose(moment, tables, memory)
    return written


@jit
def plan_rare(tables: Longs, memory: Longs) -> None:
    """Note the next moment of anything rare.  In between it may be noted too early, never too late."""
    due = min(memory[at.FIRST_LOOK], memory[at.OUT_DUE])
    if memory[at.RESET] < memory[at.RESETS_END]:
        due = min(due, memory[memory[at.RESET]])
    if memory[at.FACT] < memory[at.FACTS_END]:
        due = min(due, memory[memory[at.FACT]])
    if memory[at.DIRECT_UNTIL] != -NEVER:
        due = min(due, memory[at.DIRECT_UNTIL])
    if tables[at.HAS_IDLE] or tables[at.HAS_HALVING]:
        due = min(due, next_loss(tables, memory))
    memory[at.RARE] = due


@jit
def look(moment: int, tables: Longs, memory: Longs) -> int:
    """Take the one look of a moment; say whether it ended a readiness, and how."""
    total = total_of(tables, memory) + memory[at.FIT]
    memory[at.OUT_DUE] = NEVER
    if memory[at.IN_SINCE] == NEVER:
        if total >= tables[at.UP] and memory[at.ARRIVED] >= memory[at.RESET_DONE]:
            memory[at.IN_SINCE] = moment
    elif total < tables[at.DOWN]:
        if moment >= memory[at.IN_SINCE] + tables[at.DWELL]:
            memory[at.IN_SINCE] = NEVER
        else:
            memory[at.OUT_DUE] = memory[at.IN_SINCE] + tables[at.DWELL]
            memory[at.RARE] = min(memory[at.RARE], memory[at.OUT_DUE])
    by_anything = memory[at.IN_SINCE] != NEVER or memory[at.DIRECT_UNTIL] > moment
    if by_anything and memory[at.PASSES]:
        if memory[at.READY_SINCE] == NEVER:
            memory[at.READY_SINCE] = moment
        return GOES_ON
    if memory[at.READY_SINCE] == NEVER:
        return GOES_ON
    return OTHERWISE if by_anything else BY_POINTS


@jit
def close(moment: int, place: int, by_points: bool, memory: Longs, room: Longs, written: int) -> int:  # noqa: FBT001  # numba
    """Write the running interval; return where writing ended, -1 when there was no room."""
    since = memory[at.READY_SINCE]
    memory[at.READY_SINCE] = NEVER
    if written < 0 or written + at.INTERVAL_ROW > room.size:
        return -1
    room[written + at.INTERVAL_PLACE] = place
    room[written + at.INTERVAL_SINCE] = since
    room[written + at.INTERVAL_UNTIL] = moment
    room[written + at.INTERVAL_BY_POINTS] = by_points
    return written + at.INTERVAL_ROW


@jit
def reset(moment: int, memory: Longs) -> None:
    """Have the person out until an act at this moment or later; credits are another matter."""
    memory[at.RESET_DONE] = moment
    memory[at.IN_SINCE] = NEVER
    memory[at.OUT_DUE] = NEVER
    memory[at.DIRECT_UNTIL] = -NEVER


@jit
def cool(moment: int, tables: Longs, memory: Longs) -> None:
    """Reset at the moment of a fall: what arrived at that very moment stays, and there is a look of its own."""
    reset(moment, memory)
    keep_fresh(tables, memory)
    expire(moment, tables, memory)
    look(moment, tables, memory)
