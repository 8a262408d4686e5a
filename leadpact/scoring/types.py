"""What scoring reads and what it answers, as frozen values.  Points are integers in milli-points."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from leadpact.base.criteria import Facts, Value


@dataclass(frozen=True)
class Act:
    """One act in a person's history.

    event   what a reader opens the act by
    key     the event key: breaks ties at one instant
    """

    event: int
    key: str
    kind: str
    happened_at: datetime
    properties: Facts = field(default_factory=dict)
    by_account: bool = False  # done by somebody else of the same company: counts for account scores only


@dataclass(frozen=True)
class FactChange:
    """From `happened_at` on the fact `name` (person.x, company.x) has `value`; None: not known any more.

    Of two changes of one fact at one instant the one with the greater `key` holds.
    """

    name: str
    value: Value
    happened_at: datetime
    key: str = ""


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
class Step:
    """From `since` on the score was `score`, and the person ready or not."""

    since: datetime
    score: int
    is_ready: bool


@dataclass(frozen=True)
class Verdict:
    """A person's score at a moment: the sum of the scores that the pact's `ready` names.

    scores                every score by name, those that `ready` does not name too
    is_in                 the points alone make the person ready (musts and exclusions aside)
    falls_at, falls_to    next moment the score is lower than now without a new act, and its value; None: never
    below_down_at         when the person goes out by points without a new act; None: never, or is out already
    reasons               sum exactly to `score`
    other_reasons         those of scores that `ready` does not name; per score they sum exactly to it
    tipped_by             the act that made the person ready in the running interval
    next_change_at        nothing here changes before that moment without a new act, fact or reset; None: never
    course                with trace only: the score from the first moment on, one step per change
    quiet_ends            when the points left somebody whom a must or an exclusion kept out already
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
    other_reasons: tuple[WhyPoints, ...] = ()
    course: tuple[Step, ...] = ()
    quiet_ends: tuple[datetime, ...] = ()


@dataclass(frozen=True)
class StandingView:
    """The last verdict on a person, as kept; points in milli-points."""

    person: int
    judged_at: datetime
    pact_version: int
    score: int
    scores: Mapping[str, int]
    is_in: bool
    is_ready: bool
    ready_since: datetime | None
    is_lead: bool
    lead_since: datetime | None
    direct_until: datetime | None
    falls_at: datetime | None
    falls_to: int | None
    below_down_at: datetime | None
    tipped_by: int | None
    score_week_ago: int


@dataclass(frozen=True)
class CrossingView:
    """A decision taken: true since `happened_at`, known since `recorded_at`; `entry` None: only listed."""

    id: int
    person: int
    kind: str
    happened_at: datetime
    recorded_at: datetime
    pact_version: int
    tipped_by: int | None
    entry: int | None
