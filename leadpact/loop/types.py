"""Numbers, the rows behind them, and the funnel, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    added       shares only: how many of the n
    interval    shares of few rows only: between what the true share lies, 80 % sure
    """

    key: str
    value: int | Decimal | None
    unit: Unit
    currency: str | None
    n: int
    basis: str
    definition: str
    sums: tuple[Money, ...] = ()
    added: int | None = None
    interval: tuple[Decimal, Decimal] | None = None


type Where = Mapping[str, str | None]  # columns and what each must be; None: not known


@dataclass(frozen=True)
class Ask:
    """One question in a look at the database: a report's rows, counted and added up.

    by      columns by whose values they are told apart
    starts  when each part of the period but the first begins, to tell rows apart by time too
    value   the column that is added up
    """

    key: str
    period: Period
    by: tuple[str, ...] = ()
    starts: tuple[datetime, ...] = ()
    where: Where = field(default_factory=dict)
    value: str = "value"


@dataclass(frozen=True)
class Sum:
    """How many rows have these values, lie in this part of the period, and what their `value` adds up to."""

    parts: tuple[str | None, ...]
    place: int
    n: int
    value: int


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
