"""Pursuits, offers and routes as other packages see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from leadpact.pact.types import LeadType


class Stage(StrEnum):
    ANONYMOUS = "anonymous"
    CONTACT = "contact"
    LEAD = "lead"
    READY = "ready"
    OFFERED = "offered"
    WORKING = "working"
    DEAL = "deal"
    CUSTOMER = "customer"
    RECYCLED = "recycled"
    DISQUALIFIED = "disqualified"
    LOST = "lost"
    COOLED = "cooled"


class Answer(StrEnum):
    """What became of an offer; open until then."""

    OPEN = ""
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Begun(StrEnum):
    """What a ready person led to."""

    BEGUN = "begun"
    CONTINUED = "continued"  # ready again soon after a recycle: the same pursuit goes on
    JOINED = "joined"  # the company is being worked already: no second offer
    KNOWN = "known"  # the person is in that pursuit already


class Cooled(StrEnum):
    """What a person whose score fell led to."""

    WITHDRAWN = "withdrawn"  # nobody had touched the offer: it went back
    ASKED = "asked"  # a working lead: its owner is asked "keep or recycle?"
    LEFT = "left"  # touched already, another person is still ready, asked before, or nothing to withdraw


class RouteRule(StrEnum):
    DEAL_OWNER = "owner of the open deal"
    COMPANY_OWNER = "owner of the company"
    FORMER_OWNER = "former owner"
    FAIR = "fair choice"
    QUEUE = "team queue"


class WhyNot(StrEnum):
    """Why routing passed somebody over."""

    INACTIVE = "no longer active"
    TAKES_NONE = "takes no leads"
    ABSENT = "absent"
    FULL = "no free capacity"


@dataclass(frozen=True)
class Candidate:
    """Somebody an offer may go to, as things stood when it was routed.

    open_leads  offers open and leads working
    had         offers answered or missed in the last 30 days
    """

    user: int
    team: int | None
    is_active: bool
    takes_leads: bool
    is_absent: bool
    capacity: int
    open_leads: int
    had: int
    last_offer_at: datetime | None
    in_pool: bool  # may be chosen by fair choice, not only as an owner


@dataclass(frozen=True)
class RouteSnapshot:
    """All that a routing decision is a function of; stored with the offer."""

    at: datetime
    team: int | None  # whose queue it goes to when nobody is available
    deal_owner: int | None
    company_owner: int | None
    former_owner: int | None
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True)
class PassedOver:
    user: int
    rule: RouteRule
    why: WhyNot


@dataclass(frozen=True)
class Route:
    """To whom an offer goes and by which rule; `user` None: the queue of `team`."""

    user: int | None
    team: int | None
    rule: RouteRule
    passed_over: tuple[PassedOver, ...] = ()


@dataclass(frozen=True)
class FirstTouch:
    """The first known act behind a pursuit, and the campaign and channel it came by."""

    happened_at: datetime | None = None
    campaign: int | None = None
    channel: str = ""


UNTOUCHED = FirstTouch()


@dataclass(frozen=True)
class PursuitView:
    """One hand-over of a company and one or more persons; `persons` are surviving rows, the first one first.

    owner          who is offered it or works it; None: the queue of `team`, or it is over
    recycle_until  the day marketing was asked to wait for
    """

    id: int
    number: int
    company: int | None
    type: LeadType
    stage: Stage
    owner: int | None
    team: int | None
    persons: tuple[int, ...]
    began_at: datetime
    ended_at: datetime | None
    pact_version: int
    first_touch: FirstTouch
    recycle_until: date | None
    reason: str
    note: str
    asked_to_keep_at: datetime | None
    is_history: bool

    @property
    def about(self) -> str:
        """The name under which entries and promises speak of it."""
        return f"pursuit:{self.id}"

    @property
    def is_inbound(self) -> bool:
        """Began by the person's own act: not by a partner, not by sales."""
        return self.type not in {LeadType.PARTNER, LeadType.SALES}

    @property
    def is_active(self) -> bool:
        return self.stage in ACTIVE


@dataclass(frozen=True)
class OfferView:
    """A pursuit offered to one user, or to a team's queue (`user` None)."""

    id: int
    pursuit: int
    user: int | None
    team: int | None
    offered_at: datetime
    rule: str
    route: Mapping[str, Any]
    opened_at: datetime | None
    later_until: datetime | None
    answered_at: datetime | None
    answer: Answer
    reason: str
    note: str
    entry: int

    @property
    def is_open(self) -> bool:
        return self.answer is Answer.OPEN

    @property
    def promise_key(self) -> str:
        """The key of the promise to answer it."""
        return f"answer:offer:{self.id}"


@dataclass(frozen=True)
class ActivityView:
    """A call, mail, meeting or note by our side on a person."""

    id: int
    person: int
    pursuit: int | None
    user: int | None
    kind: str
    happened_at: datetime
    note: str
    entry: int


@dataclass(frozen=True)
class NewPursuit:
    """What is known when a person is ready for sales, or is pulled early."""

    person: int
    company: int | None
    type: LeadType
    pact_version: int
    ready_at: datetime
    continue_days: int
    first_touch: FirstTouch = UNTOUCHED


@dataclass(frozen=True)
class RecordedPursuit:
    """A hand-over as a former system recorded it.  `external` is its number there; `stages` its first dates.

    Without `is_dated` nobody said when it began: `began_at` is then our guess, and stays what it was guessed first.
    """

    external: str
    company: int | None
    persons: tuple[int, ...]
    type: LeadType
    pact_version: int
    stage: Stage
    owner: int | None
    began_at: datetime
    ended_at: datetime | None
    stages: tuple[tuple[str, datetime], ...]
    first_touch: FirstTouch = UNTOUCHED
    reason: str = ""
    is_dated: bool = True


ACTIVE = frozenset({Stage.READY, Stage.OFFERED, Stage.WORKING, Stage.DEAL})
