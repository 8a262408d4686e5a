"""What a replay tells people, as frozen values."""

from dataclasses import dataclass
from datetime import datetime

from leadpact.scoring.replay.types import Engine, Mode

NEVER_OFFERED = "outcome_unknown"


@dataclass(frozen=True)
class Outcomes:
    """Would-be hand-overs by what came of the real hand-over each agrees with; the four add up to all.

    other            really handed over; still running, sent back or lost
    outcome_unknown  never offered: nobody can tell what would have come of it, and nothing is guessed
    """

    won: int = 0
    rejected: int = 0
    other: int = 0
    outcome_unknown: int = 0

    @property
    def handovers(self) -> int:
        return self.won + self.rejected + self.other + self.outcome_unknown


@dataclass(frozen=True)
class MonthRow:
    """Would-be hand-overs of a month.

    month    2026-03, in the pact's zone
    returns  how many of these the pact itself would have taken back later, since their points were gone
    """

    month: str
    returns: int
    outcomes: Outcomes


@dataclass(frozen=True)
class Compared:
    """Two pacts over the same history: the one replayed, and the one it is held against.

    both           would-be hand-overs of the first while the other would have had the person ready too
    gained, lost   those of the first alone, those of the other alone
    """

    name: str
    handovers: int
    both: Outcomes
    gained: Outcomes
    lost: Outcomes


@dataclass(frozen=True)
class WouldBe:
    """One would-be hand-over, for a list."""

    person: int
    since: datetime
    until: datetime | None
    result: str  # Outcomes' names
    pursuit: int | None


@dataclass(frozen=True)
class Rehearsal:
    """A whole replay as told.

    missed  really handed over in the span, and the pact would have handed over nobody there
    """

    events: int
    persons: int
    seconds: float
    engine: Engine
    mode: Mode
    intervals: int
    skipped: int
    months: tuple[MonthRow, ...]
    missed: Outcomes
    against: Compared | None

    @property
    def outcomes(self) -> Outcomes:
        rows = [month.outcomes for month in self.months]
        return Outcomes(
            sum(row.won for row in rows),
            sum(row.rejected for row in rows),
            sum(row.other for row in rows),
            sum(row.outcome_unknown for row in rows),
        )

    @property
    def returns(self) -> int:
        return sum(month.returns for month in self.months)
