"""What scoring reads and what it answers, as frozen values.  Points are integers in milli-points."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from leadpact.base.criteria import Scalar


@dataclass(frozen=True)
class Act:
    """One act in a person's history.  `key` breaks ties at one instant (event key); `event` is what the reader opens it by."""

    event: int
    key: str
    kind: str
    happened_at: datetime
    properties: Mapping[str, Scalar] = field(default_factory=dict)
    by_account: bool = False  # done by somebody else of the same company: counts for account scores only


@dataclass(frozen=True)
class FactChange:
    """From `happened_at` on the fact `name` (person.x, company.x) has `value`; None: not known any more."""

    name: str
    value: Scalar | None
    happened_at: datetime


@dataclass(frozen=True)
class Reset:
    """A rejection, recycle or cooling: only acts after it count for the next qualification."""

    happened_at: datetime
    why: str


@dataclass(frozen=True)
class History:
    """All that a score is a function of, beside the pact.  Any order; voided acts are already left out."""

    acts: tuple[Act, ...]
    facts: tuple[FactChange, ...] = ()
    resets: tuple[Reset, ...] = ()


@dataclass(frozen=True)
class WhyPoints:
    """One reason.  Reasons sum exactly to the score; `event` None for fit, caps and idle loss."""

    rule: str
    score: str
    points: int
    event: int | None
    happened_at: datetime | None
    expires_at: datetime | None


@dataclass(frozen=True)
class Interval:
    """Half-open [since, until); `until` None: still on at the moment asked about."""

    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Verdict:
    """A person's score at a moment.

    falls_at, falls_to    next moment the score falls without a new act, and to what; None: never
    below_down_at         when it goes under the lower threshold without a new act; None: never, or it is out already
    tipped_by             the act that made the person ready in the running interval
    """

    score: int
    scores: tuple[tuple[str, int], ...]
    is_in: bool
    is_ready: bool
    ready_since: datetime | None
    is_lead: bool
    lead_since: datetime | None
    direct_until: datetime | None
    falls_at: datetime | None
    falls_to: int | None
    below_down_at: datetime | None
    reasons: tuple[WhyPoints, ...]
    intervals: tuple[Interval, ...]
    tipped_by: int | None
    next_change_at: datetime | None
