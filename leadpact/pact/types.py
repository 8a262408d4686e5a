"""What a pact says, as frozen values.  Points are integers in milli-points (1 point = 1000)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal
from zoneinfo import ZoneInfo

from leadpact.base.criteria import Condition
from leadpact.base.wording import Worded

POINT = 1000


@dataclass(frozen=True)
class Caps:
    """Most milli-points a rule may credit in one day, ISO week, month (in the pact's zone) or ever; None = no limit."""

    day: int | None = None
    week: int | None = None
    month: int | None = None
    lifetime: int | None = None


@dataclass(frozen=True)
class Rule:
    """One act a prospect can do and what it earns.  Negative points are never capped."""

    name: str
    kind: str
    points: int
    where: tuple[Condition, ...] = ()
    caps: Caps = Caps()
    instead_of: tuple[str, ...] = ()
    group: str | None = None


@dataclass(frozen=True)
class FitRule:
    """What the person or the company is, and what that earns; condition names are `person.x` or `company.x`."""

    name: str
    points: int
    where: tuple[Condition, ...]


class WindowMode(StrEnum):
    CALENDAR = "calendar"
    ROLLING = "rolling"


@dataclass(frozen=True)
class Window:
    """An act at `a` counts on [a, x).

    calendar   x = midnight of a's day in the pact's zone + `days` days
    rolling    x = a + `days` x 24 h
    """

    days: int
    mode: WindowMode = WindowMode.CALENDAR


@dataclass(frozen=True)
class HalfLife:
    """Credit x table[age in whole days], rounded half to even, dropped below one point."""

    days: int


@dataclass(frozen=True)
class IdleLoss:
    """`points` (positive milli-points) go at each full `days` days without an act; never takes the score under 0."""

    days: int
    points: int


@dataclass(frozen=True)
class EngagementScore:
    name: str
    ageing: Window | HalfLife
    rules: tuple[Rule, ...]
    group_caps: tuple[tuple[str, int], ...] = ()
    cap: int | None = None
    idle: IdleLoss | None = None
    account: bool = False


@dataclass(frozen=True)
class FitScore:
    name: str
    rules: tuple[FitRule, ...]
    cap: int | None = None


class LeadType(StrEnum):
    """What began a pursuit."""

    INBOUND = "inbound request"
    CONTENT = "content"
    EVENT = "event"
    PARTNER = "partner"
    SALES = "sales' own"


@dataclass(frozen=True)
class ActClause:
    """An act named by kind and, if given, by its properties."""

    kind: str
    where: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class DirectTrigger:
    """One act that alone makes the person ready on [a, x), x as for a calendar window of `days` days."""

    name: str
    act: ActClause
    days: int


@dataclass(frozen=True)
class TypeRule:
    """The first clause that matches the act that tipped the scale names the lead type."""

    type: LeadType
    acts: tuple[ActClause, ...]


class Exclusion(StrEnum):
    OWN_DOMAIN = "own mail domain"
    COMPETITOR = "competitor"
    OPEN_DEAL = "company has an open deal"
    CUSTOMER = "customer"


@dataclass(frozen=True)
class Ready:
    """When a lead is ready for sales: (IN, or a live direct trigger) and all musts and no exclusion.

    IN when the sum of `scores` >= up; OUT when it is < down (strict, down <= up), not before `dwell` has passed.
    """

    scores: tuple[str, ...]
    up: int
    down: int
    dwell: timedelta = timedelta(0)
    direct: tuple[DirectTrigger, ...] = ()
    musts: tuple[Condition, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    not_when: tuple[Condition, ...] = ()


class PromiseKind(StrEnum):
    OFFER = "offer"  # marketing: from the act that made the lead ready to the offer
    ANSWER = "answer"  # sales: from the offer to accept or reject
    ATTEMPTS = "attempts"  # sales: n attempts to reach a working lead
    FEEDBACK = "feedback"  # sales: an outcome on every lead
    VOLUME = "volume"  # marketing: ready leads per month
    DISPUTE = "dispute"  # sales: an answer to marketing's contesting what became of a lead


class Side(StrEnum):
    MARKETING = "marketing"
    SALES = "sales"
    PARTNER = "partner"


@dataclass(frozen=True)
class PromiseTerm:
    """What one side owes the other.

    amount    as written: 4h and 90m are working time, 2wd working days, 10d calendar days; "" for volume (a month)
    calendar  by name; None: the team's own
    count     of attempts, or of ready leads a month
    """

    kind: PromiseKind
    owed_by: Side
    amount: str
    calendar: str | None = None
    count: int | None = None


@dataclass(frozen=True)
class Reason:
    """A reason sales may give, by code; `needs` names what must come with it: nothing, a `date` or a `note`."""

    code: str
    label: str
    needs: str | None = None


@dataclass(frozen=True)
class Pact:
    """One whole pact document.  `digest` identifies its content; two equal documents have equal digests."""

    name: str
    zone: ZoneInfo
    lead: tuple[ActClause, ...]
    types: tuple[TypeRule, ...]
    engagement: tuple[EngagementScore, ...]
    fit: tuple[FitScore, ...]
    ready: Ready
    promises: tuple[PromiseTerm, ...]
    reject_reasons: tuple[Reason, ...]
    recycle_reasons: tuple[Reason, ...]
    disqualify_reasons: tuple[Reason, ...]
    resets: tuple[str, ...] = ("rejected", "recycled", "cooled")
    continue_days: int = 90
    digest: str = ""
    goals: dict[str, int] = field(default_factory=dict)
    review: str = "every 3 months"  # or a date, 2027-03-01


@dataclass(frozen=True)
class Fault:
    """One place where a text is not a pact document; `line` counts from 1."""

    path: str
    line: int
    message: Worded
    what_to_do: Worded


class Severity(StrEnum):
    ERROR = "error"  # stops a version from coming in force
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """Something a well-formed pact says that cannot be meant, or may not be."""

    severity: Severity
    code: str
    path: str
    message: Worded
    what_to_do: Worded


@dataclass(frozen=True)
class Clause:
    """One sentence of the pact; `notes` are further whole sentences that belong to it."""

    anchor: str
    text: str
    notes: tuple[str, ...] = ()


type SectionSide = Literal["marketing", "sales", "partner", "both"]


@dataclass(frozen=True)
class Section:
    """A part of the pact as a page shows it; `side` says whose promise it is and gives the colour."""

    anchor: str
    title: str
    side: SectionSide
    clauses: tuple[Clause, ...]


@dataclass(frozen=True)
class PactInForce:
    """The pact that holds from `since` on, until a later one does.

    recorded_at  when it was put in force: the first one may hold from long before; None: not asked for
    """

    version: int
    pact: Pact
    since: datetime
    recorded_at: datetime | None = None


@dataclass(frozen=True)
class PactVersion:
    """A version as it was proposed; `in_force_since` holds the moments from which it came in force, if it did."""

    number: int
    digest: str
    note: str
    proposed_by: str
    proposed_at: datetime
    in_force_since: tuple[datetime, ...]
