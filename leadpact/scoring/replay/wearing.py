"""The kernel's slow losses: half-lives, counted at each midnight, and idleness."""

from leadpact.scoring.replay import layout as at
from leadpact.scoring.replay.credits import later
from leadpact.scoring.replay.jit import jit
from leadpact.scoring.replay.types import Longs
from leadpact.scoring.rules_days import DAY, NEVER
from leadpact.scoring.rules_halving import ONE, POINT


@jit
def next_loss(tables: Longs, memory: Longs) -> int:
    """Return the next moment at which a half-life or idleness takes anything away."""
    due = NEVER
    for score in range(tables[at.SCORES]):
        row = tables[at.AT_SCORES] + score * at.SCORE_ROW
        kept = memory[at.AT_KEPT] + score * at.KEPT_ROW
        if memory[kept + at.KEPT_HEAD] < memory[kept + at.KEPT_TAIL]:
            if tables[row + at.SCORE_AGEING] == at.HALVING:
                due = min(due, later(memory[kept + at.KEPT_AGED], 1, tables))
            if tables[row + at.SCORE_IDLE_DAYS]:
                due = min(due, idle_at(row, kept, tables, memory))
    return due


@jit
def lose(moment: int, tables: Longs, memory: Longs) -> None:
    """Take away what half-lives and idleness take until now."""
    for score in range(tables[at.SCORES]):
        row = tables[at.AT_SCORES] + score * at.SCORE_ROW
        kept = memory[at.AT_KEPT] + score * at.KEPT_ROW
        while (
            tables[row + at.SCORE_AGEING] == at.HALVING
            and memory[kept + at.KEPT_HEAD] < memory[kept + at.KEPT_TAIL]
            and later(memory[kept + at.KEPT_AGED], 1, tables) <= moment
        ):
            memory[kept + at.KEPT_AGED] += at.DAY_ROW
            age(row, kept, tables, memory)
        while (
            tables[row + at.SCORE_IDLE_DAYS]
            and memory[kept + at.KEPT_HEAD] < memory[kept + at.KEPT_TAIL]
            and idle_at(row, kept, tables, memory) <= moment
        ):
            memory[kept + at.KEPT_IDLE_TIMES] += 1


@jit
def idle_at(score: int, kept: int, tables: Longs, memory: Longs) -> int:
    """Return when the next full time without an act is over."""
    days = (memory[kept + at.KEPT_IDLE_TIMES] + 1) * tables[score + at.SCORE_IDLE_DAYS]
    if tables[score + at.SCORE_AGEING] == at.ROLLING:
        return int(memory[kept + at.KEPT_ACTED_AT] + days * DAY)
    return later(memory[kept + at.KEPT_ACTED_ON], days, tables)


@jit
def age(score: int, kept: int, tables: Longs, memory: Longs) -> None:
    """Count anew what the live credits of a score with a half-life are worth on the day it has come to."""
    first, end = tables[score + at.SCORE_HALVING], tables[score + at.SCORE_HALVINGS_END]
    day, sums = memory[kept + at.KEPT_AGED], memory[at.AT_SUMS]
    for credit in range(memory[kept + at.KEPT_HEAD], memory[kept + at.KEPT_TAIL], at.CREDIT_ROW):
        before = memory[credit + at.CREDIT_WORTH]
        if before:
            left = first + (day - memory[credit + at.CREDIT_END]) // at.DAY_ROW
            worth = rounded(memory[credit + at.CREDIT_FULL] * tables[left]) if left < end else 0
            if abs(worth) < POINT:
                worth = 0
            memory[sums + memory[credit + at.CREDIT_SLOT]] += worth - before
            memory[credit + at.CREDIT_WORTH] = worth
    head = memory[kept + at.KEPT_HEAD]
    while head < memory[kept + at.KEPT_TAIL] and memory[head + at.CREDIT_WORTH] == 0:
        head += at.CREDIT_ROW
    memory[kept + at.KEPT_HEAD] = head


@jit
def rounded(billionths: int) -> int:
    """Return the nearest whole number, the even one when both are as near."""
    whole = billionths // ONE
    rest = billionths - whole * ONE
    return whole + 1 if rest * 2 > ONE or (rest * 2 == ONE and whole % 2) else whole
