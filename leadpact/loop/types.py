"""Numbers, the rows behind them, and the funnel, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from leadpact.base.money import Money

type Cell = str | int | date | datetime | None
type Row = Mapping[str, Cell]


class Unit(StrEnum):
    PURSUITS = "pursuits"
    MONEY = "money"
    SHARE = "share"


@dataclass(frozen=True)
class Period:
    """Half-open [since, until), whole days of the company's zone."""

    since: datetime
    until: datetime
    zone: ZoneInfo

    @property
    def first_day(self) -> date:
        return self.since.astimezone(self.zone).date()

    @property
    def day_after(self) -> date:
        """The day after the last one; days of costs are counted up to it."""
        return self.until.astimezone(self.zone).date()


@dataclass(frozen=True)
class Number:
    """One figure, how it is counted, and how many rows lie behind it.

    value       pursuits as a count; money in minor units; a share from 0 to 1.  None: nothing was due, or the rows
                are in several currencies
    currency    of money; None where the rows are in several
    sums        money only: one sum for each currency, never added
    n           rows behind it
    basis       one sentence: over what it was counted this time
    definition  how it is counted, the same every time
    """

    key: str
    value: int | Decimal | None
    unit: Unit
    currency: str | None
    n: int
    basis: str
    definition: str
    sums: tuple[Money, ...] = ()


@dataclass(frozen=True)
class Answer:
    """The rows of a report.  `value` of each adds up to the number; of a share, `value` over the count is it."""

    name: str
    question: str
    definition: str
    unit: Unit
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Step:
    """One stage of the funnel: how many ever reached it and how many stand there.

    is_former  only a former system knew the stage
    """

    stage: str
    reached: int
    now: int
    is_former: bool = False
