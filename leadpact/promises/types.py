"""Promises as other packages see them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from leadpact.base.working_time import Calendar


class PromiseState(StrEnum):
    """`missed` stays missed however late the thing is done; `withdrawn` leaves the figures and is counted apart."""

    OPEN = "open"
    KEPT = "kept"
    MISSED = "missed"
    WAIVED = "waived"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class PromiseView:
    """One promise.

    key             what makes it the same promise when it is made again: "answer:offer:7"
    kind            offer, answer, attempts, feedback or another of the pact's
    about           the thing it was made for: "pursuit:5"
    amount          as the pact writes it: 4h, 90m, 2wd, 10d
    made_at         when its clock began to run
    closed_at       when what was promised was done, or was waived or withdrawn; None: not yet
    worked_seconds  time the clock had run at `closed_at`; None: not closed
    count, progress how often it must be done (None: once), and how often it has been
    was_missed      the due moment passed before it was done
    """

    id: int
    key: str
    kind: str
    owed_by_side: str
    owed_by_user: int | None
    owed_by_team: int | None
    owed_to_side: str
    about: str
    pact_version: int
    amount: str
    calendar: Calendar
    made_at: datetime
    due_at: datetime
    state: PromiseState
    closed_at: datetime | None
    closed_by: str
    worked_seconds: int | None
    count: int | None
    progress: int
    reason: str
    was_missed: bool
    made_entry: int
    closed_entry: int | None

    @property
    def is_open(self) -> bool:
        return self.state is PromiseState.OPEN

    @property
    def is_done(self) -> bool:
        return self.closed_at is not None and self.state in {PromiseState.KEPT, PromiseState.MISSED}


@dataclass(frozen=True)
class Clock:
    """A promise's clock at a moment: time used and time left; `left` is negative once it is past due."""

    used: timedelta
    left: timedelta
    is_past_due: bool
    is_running: bool


@dataclass(frozen=True)
class ReceiptLine:
    """One stretch [since, until) in which the clock ran; `day` is the working day it belongs to."""

    day: date
    since: datetime
    until: datetime

    @property
    def used(self) -> timedelta:
        return self.until - self.since


@dataclass(frozen=True)
class Receipt:
    """How a deadline and the time used were counted.  The lines add up to `used` exactly.

    until  where the lines end: when it was done, or the moment asked about
    """

    promise: PromiseView
    until: datetime
    used: timedelta
    lines: tuple[ReceiptLine, ...]
