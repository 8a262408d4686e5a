"""The kernel's sums: what an act earns, how long it lives, and what the score is."""

from leadpact.scoring.replay import layout as at
from leadpact.scoring.replay.jit import jit
from leadpact.scoring.replay.types import Longs
from leadpact.scoring.rules_days import DAY, EPOCH_DAY, NEVER
from leadpact.scoring.rules_halving import POINT

PERIODS_A_PERSON = 1 << 23  # more days than there are


@jit
def day_row(day: int, tables: Longs) -> int:
    """Return the row of a day counted from the calendar's first; after its last day, the last."""
    return int(tables[at.AT_DAYS] + min(day, tables[at.DAYS] - 1) * at.DAY_ROW)


@jit
def later(day: int, days: int, tables: Longs) -> int:
    """Return when the day begins that is so many days after the day of a row."""
    last = tables[at.AT_DAYS] + (tables[at.DAYS] - 1) * at.DAY_ROW
    return int(tables[min(day + days * at.DAY_ROW, last) + at.DAY_START])


@jit
def day_of(moment: int, tables: Longs) -> int:
    """Return the row of the day that a moment lies in."""
    row = day_row(moment // DAY + EPOCH_DAY - tables[at.FIRST_DAY], tables)
    if moment < tables[row + at.DAY_START]:
        return row - at.DAY_ROW
    return row + at.DAY_ROW if moment >= tables[row + at.DAY_ROW + at.DAY_START] else row


@jit
def earn(place: int, act: int, tables: Longs, memory: Longs) -> None:
    """Credit an act, later than all before it or at their moment."""
    moment, by_others = memory[act + at.ACT_AT], memory[act + at.ACT_BY_OTHERS]
    if moment >= memory[at.DAY_ENDS]:
        memory[at.DAY] = day_of(moment, tables)
        memory[at.DAY_ENDS] = later(memory[at.DAY], 1, tables)
    day = memory[at.DAY]
    shape = tables[at.AT_SHAPES] + memory[act + at.ACT_SHAPE] * at.SHAPE_ROW
    for earned in range(tables[shape + at.SHAPE_EARNED], tables[shape + at.SHAPE_EARNED_END]):
        rule = tables[earned]
        score = tables[rule + at.RULE_SCORE]
        row = tables[at.AT_SCORES] + score * at.SCORE_ROW
        if by_others and not tables[row + at.SCORE_IS_ACCOUNT]:
            continue
        kept = memory[at.AT_KEPT] + score * at.KEPT_ROW
        memory[kept + at.KEPT_ACTED_AT] = moment
        memory[kept + at.KEPT_ACTED_ON] = day
        memory[kept + at.KEPT_IDLE_TIMES] = 0
        points = credited(place, rule, day, tables, memory)
        if points:
            keep(moment, day, row, kept, tables[rule + at.RULE_SLOT], points, tables, memory)
        if points > 0:
            memory[at.ARRIVED] = moment
    days = tables[shape + at.SHAPE_DIRECT_DAYS]
    if days != at.NOT_DIRECT and not by_others:
        memory[at.DIRECT_UNTIL] = max(memory[at.DIRECT_UNTIL], later(day, days, tables))
        memory[at.RARE] = min(memory[at.RARE], memory[at.DIRECT_UNTIL])
        memory[at.ARRIVED] = moment


@jit
def credited(place: int, rule: int, day: int, tables: Longs, memory: Longs) -> int:
    """Return the rule's points, less what its caps leave in the periods that the day lies in."""
    points = int(tables[rule + at.RULE_POINTS])
    first, end = tables[rule + at.RULE_LIMIT], tables[rule + at.RULE_LIMITS_END]
    for limit in range(first, end):
        row, used = tables[at.AT_LIMITS] + limit * at.LIMIT_ROW, memory[at.AT_USED] + limit * at.USED_ROW
        period = place * PERIODS_A_PERSON + tables[day + tables[row + at.LIMIT_PERIOD]]
        if memory[used + at.USED_IN] != period:
            memory[used + at.USED_IN] = period
            memory[used + at.USED_POINTS] = 0
        points = min(points, tables[row + at.LIMIT_MOST] - memory[used + at.USED_POINTS])
    if first < end:
        points = max(points, 0)
        for limit in range(first, end):
            memory[memory[at.AT_USED] + limit * at.USED_ROW + at.USED_POINTS] += points
    return points


@jit
def keep(moment: int, day: int, score: int, kept: int, slot: int, points: int, tables: Longs, memory: Longs) -> None:
    """Have a credit count from now on, for as long as its score lets it; one of the same day adds to the one there."""
    ageing, days, tail = tables[score + at.SCORE_AGEING], tables[score + at.SCORE_DAYS], memory[kept + at.KEPT_TAIL]
    if ageing == at.CALENDAR:
        end = later(day, days, tables)
        last = tail - at.CREDIT_ROW
        is_same = last >= memory[kept + at.KEPT_HEAD] and last >= memory[kept + at.KEPT_FRESH]
        if is_same and memory[last + at.CREDIT_END] == end and memory[last + at.CREDIT_SLOT] == slot:
            memory[last + at.CREDIT_WORTH] += points
            memory[memory[at.AT_SUMS] + slot] += points
            return
    elif ageing == at.ROLLING:
        end = moment + days * DAY
    else:
        if abs(points) < POINT:
            return
        if memory[kept + at.KEPT_HEAD] == tail:
            memory[kept + at.KEPT_AGED] = day
        end = day
    if ageing != at.HALVING:
        memory[at.EXPIRY] = min(memory[at.EXPIRY], end)
    memory[tail + at.CREDIT_END] = end
    memory[tail + at.CREDIT_SLOT] = slot
    memory[tail + at.CREDIT_WORTH] = points
    memory[tail + at.CREDIT_FULL] = points
    memory[memory[at.AT_SUMS] + slot] += points
    memory[kept + at.KEPT_TAIL] = tail + at.CREDIT_ROW


@jit
def expire(moment: int, tables: Longs, memory: Longs) -> None:
    """End all windows that are over by now, and note when the next one is."""
    due, sums = NEVER, memory[at.AT_SUMS]
    for score in range(tables[at.SCORES]):
        if tables[tables[at.AT_SCORES] + score * at.SCORE_ROW + at.SCORE_AGEING] != at.HALVING:
            kept = memory[at.AT_KEPT] + score * at.KEPT_ROW
            head, tail = memory[kept + at.KEPT_HEAD], memory[kept + at.KEPT_TAIL]
            while head < tail and memory[head + at.CREDIT_END] <= moment:
                memory[sums + memory[head + at.CREDIT_SLOT]] -= memory[head + at.CREDIT_WORTH]
                head += at.CREDIT_ROW
            memory[kept + at.KEPT_HEAD] = head
            if head < tail:
                due = min(due, memory[head + at.CREDIT_END])
    memory[at.EXPIRY] = due


@jit
def clear(tables: Longs, memory: Longs) -> None:
    """End every credit."""
    for slot in range(tables[at.SLOTS]):
        memory[memory[at.AT_SUMS] + slot] = 0
    for score in range(tables[at.SCORES]):
        kept = memory[at.AT_KEPT] + score * at.KEPT_ROW
        memory[kept + at.KEPT_HEAD] = memory[kept + at.KEPT_TAIL] = memory[kept + at.KEPT_CREDITS]
        memory[kept + at.KEPT_FRESH] = memory[kept + at.KEPT_CREDITS]
    memory[at.EXPIRY] = NEVER


@jit
def mark_fresh(tables: Longs, memory: Longs) -> None:
    """Remember where the credits of this instant begin."""
    for score in range(tables[at.SCORES]):
        kept = memory[at.AT_KEPT] + score * at.KEPT_ROW
        memory[kept + at.KEPT_FRESH] = memory[kept + at.KEPT_TAIL]


@jit
def keep_fresh(tables: Longs, memory: Longs) -> None:
    """End every credit but those of this instant."""
    for slot in range(tables[at.SLOTS]):
        memory[memory[at.AT_SUMS] + slot] = 0
    for score in range(tables[at.SCORES]):
        kept = memory[at.AT_KEPT] + score * at.KEPT_ROW
        memory[kept + at.KEPT_HEAD] = memory[kept + at.KEPT_FRESH]
        for credit in range(memory[kept + at.KEPT_HEAD], memory[kept + at.KEPT_TAIL], at.CREDIT_ROW):
            memory[memory[at.AT_SUMS] + memory[credit + at.CREDIT_SLOT]] += memory[credit + at.CREDIT_WORTH]


@jit
def total_of(tables: Longs, memory: Longs) -> int:
    """Return the sum of the scores: each clamped by its groups and its cap, less the idle loss."""
    total, sums = 0, memory[at.AT_SUMS]
    for score in range(tables[at.SCORES]):
        row = tables[at.AT_SCORES] + score * at.SCORE_ROW
        points = memory[sums + tables[row + at.SCORE_SLOT]]
        for group in range(tables[row + at.SCORE_GROUP], tables[row + at.SCORE_GROUPS_END], at.GROUP_ROW):
            points += min(memory[sums + tables[group + at.GROUP_SLOT]], tables[group + at.GROUP_CAP])
        points = min(points, tables[row + at.SCORE_CAP])
        if points > 0 and tables[row + at.SCORE_IDLE_DAYS]:
            times = memory[memory[at.AT_KEPT] + score * at.KEPT_ROW + at.KEPT_IDLE_TIMES]
            points -= min(points, times * tables[row + at.SCORE_IDLE_POINTS])
        total += points
    return total
