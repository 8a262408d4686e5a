"""Deals as other packages see them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from leadpact.base.money import Money


class DealState(StrEnum):
    OPEN = "open"
    WON = "won"
    LOST = "lost"


class LostReason(StrEnum):
    """Why a deal was lost; for a former system's deals its own words stand instead."""

    PRICING = "pricing"
    COMPETITION = "competition"
    BUDGET = "budget"
    MISSING_FEATURES = "missing features"
    LONG_CYCLE = "long cycle"
    NO_DECISION_MAKER = "no decision-maker"
    UNRESPONSIVE = "unresponsive"
    POOR_FIT = "poor fit"
    OTHER = "other"


class Verb(StrEnum):
    """What changes a deal."""

    MOVE = "move"
    CHANGE = "change"
    WIN = "win"
    LOSE = "lose"
    REOPEN = "reopen"


@dataclass(frozen=True)
class DealView:
    """One deal.

    amount    None: not known yet
    currency  of the amount, or the one it will have once it is known
    pursuit   the hand-over it came of; None: none
    inbound   the pursuit began by the person's own act: not by a partner, not by sales
    persons   who takes part, each with a role ("" = none said)
    external  what another system calls it: "crm:D-17"; None: begun here
    """

    id: int
    title: str
    company: int | None
    pursuit: int | None
    stage: str
    state: DealState
    amount: Money | None
    currency: str
    owner: int | None
    next_step: str
    next_step_on: date | None
    opened_at: datetime
    closed_at: datetime | None
    reason: str
    note: str
    inbound: bool
    external: str | None
    persons: tuple[tuple[int, str], ...]

    @property
    def about(self) -> str:
        """The name under which entries speak of it."""
        return f"deal:{self.id}"

    @property
    def is_open(self) -> bool:
        return self.state is DealState.OPEN


@dataclass(frozen=True)
class StageChange:
    """From `happened_at` on the deal stood so."""

    stage: str
    state: DealState
    amount: Money | None
    happened_at: datetime
    entry: int


@dataclass(frozen=True)
class DealFilter:
    """Which deals; a field left None or empty does not narrow."""

    state: DealState | None = None
    stage: str = ""
    owner: int | None = None
    company: int | None = None
    search: str = ""
    inbound: bool | None = None


class DealSort(StrEnum):
    """In which order a list shows deals; the id decides between equals."""

    NEXT_STEP = "next step"  # the nearest day first, those without a day last
    NEWEST = "newest"
    LARGEST = "largest"  # those not known yet last
    CLOSED = "closed"  # the latest close first, open ones last


@dataclass(frozen=True)
class DealPage:
    """Some deals and where the next ones begin; None: these were the last."""

    deals: tuple[DealView, ...]
    next: str | None


@dataclass(frozen=True)
class Worth:
    """What some deals of one currency are worth together; None: those whose amount is not known yet."""

    deals: int
    amount: Money | None


@dataclass(frozen=True)
class Lane:
    """One stage of the board: the deals with the largest amounts first, and what all of them are worth.

    count    of all deals there, shown or not
    amounts  one sum for each currency
    unknown  deals whose amount nobody knows yet
    """

    stage: str
    deals: tuple[DealView, ...]
    count: int
    amounts: tuple[Money, ...]
    unknown: int


@dataclass(frozen=True)
class Usual:
    """What became of deals that came to a stage and are closed by now.

    reached  how many there were
    won      how many of them were won
    stay     how long they stayed there, the median
    """

    reached: int
    won: int
    stay: timedelta


class Recorded(StrEnum):
    """What a row of a former system's deals led to."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class FormerDeal:
    """A deal as another system recorded it; `external` makes it the same deal when it comes again.

    stages     (stage, when), the stages' own names there
    is_dated   False: nobody said since when it stands at its stage; the moment in stages is a guess
    closed_at  with state won or lost only
    """

    external: str
    title: str
    opened_at: datetime
    stages: tuple[tuple[str, datetime], ...] = ()
    state: DealState = DealState.OPEN
    closed_at: datetime | None = None
    reason: str = ""
    amount: Money | None = None
    company: int | None = None
    pursuit: int | None = None
    owner: int | None = None
    inbound: bool = False
    persons: tuple[tuple[int, str], ...] = ()
    is_dated: bool = True
