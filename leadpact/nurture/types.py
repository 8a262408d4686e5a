"""Mailings, their audience and recipients, as other packages see them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class MailingState(StrEnum):
    DRAFT = "draft"
    CHOOSING = "choosing"  # the persons are being looked up and their basis checked
    SENDING = "sending"
    STOPPED = "stopped"
    DONE = "done"


class SendState(StrEnum):
    """How one recipient's mail stands."""

    DUE = "due"
    SENDING = "sending"  # claimed: whoever dies now leaves it so, and it becomes unknown
    SENT = "sent"
    REFUSED = "refused"  # there is no basis, or the mail server said no for good
    UNKNOWN = "unknown"  # perhaps it arrived: never sent again by itself


class Refusal(StrEnum):
    """Why somebody chosen gets no mail."""

    NO_ADDRESS = "no_address"
    NO_CONSENT = "no_consent"
    WITHDRAWN = "withdrawn"
    SUPPRESSED = "suppressed"
    SAME_ADDRESS = "same_address"  # another person of this mail has it
    CHANGED = "changed"  # the address is not theirs any more
    SERVER = "server"  # the mail server does not take mail for it


@dataclass(frozen=True)
class Audience:
    """Who is chosen: leads by the filters of their list, or those whom a campaign brought; "" and None narrow nothing.

    me       whose leads "mine" are
    persons  these alone, chosen by hand
    without  persons left out by hand
    """

    campaign: int | None = None
    stage: str = ""
    view: str = ""
    search: str = ""
    type: str = ""
    owner: int | None = None
    nobodys: bool = False
    company: int | None = None
    min_points: int | None = None
    me: int | None = None
    persons: tuple[int, ...] = ()
    without: tuple[int, ...] = ()


@dataclass(frozen=True)
class Draft:
    """What somebody writes.  `campaign` is the one the mail belongs to and its clicks count for."""

    subject: str
    body: str
    campaign: int | None = None


@dataclass(frozen=True)
class MailingView:
    """One mail to many.

    place      how far choosing has come, "" at its beginning
    starts_at  when the first of it leaves; until then nothing has gone out
    """

    id: int
    subject: str
    body: str
    campaign: int | None
    audience: Audience | None
    state: MailingState
    place: str
    created_at: datetime
    created_by: int
    started_by: int | None
    starts_at: datetime | None
    finished_at: datetime | None

    @property
    def about(self) -> str:
        """The name under which entries speak of it."""
        return f"mailing:{self.id}"

    @property
    def is_draft(self) -> bool:
        return self.state is MailingState.DRAFT

    @property
    def is_under_way(self) -> bool:
        return self.state in {MailingState.CHOOSING, MailingState.SENDING}


@dataclass(frozen=True)
class Tally:
    """How many recipients stand where, and what they did; `by_reason` says why nothing went to the refused."""

    counts: Mapping[SendState, int] = field(default_factory=dict)
    by_reason: Mapping[Refusal, int] = field(default_factory=dict)
    clicked: int = 0
    unsubscribed: int = 0
    held: int = 0  # unsubscribes that looked like a machine's and were not confirmed

    @property
    def chosen(self) -> int:
        return sum(self.counts.values())

    @property
    def sent(self) -> int:
        return self.counts.get(SendState.SENT, 0)

    @property
    def refused(self) -> int:
        return self.counts.get(SendState.REFUSED, 0)

    @property
    def unknown(self) -> int:
        return self.counts.get(SendState.UNKNOWN, 0)

    @property
    def left(self) -> int:
        return self.counts.get(SendState.DUE, 0) + self.counts.get(SendState.SENDING, 0)


@dataclass(frozen=True)
class RecipientView:
    """One person's mail; `is_followed` where they agreed that we see what they click."""

    id: int
    mailing: int
    person: int
    identity: int | None
    address: str
    address_key: str
    state: SendState
    reason: Refusal | None
    attempts: int
    is_followed: bool
    sent_at: datetime | None
    clicked_at: datetime | None
    unsubscribed_at: datetime | None
    held_at: datetime | None = None
    held_why: str = ""
    asked_at: datetime | None = None

    @property
    def is_held(self) -> bool:
        """An unsubscribe looked like a machine's, and nobody has said yet that it was meant."""
        return self.held_at is not None and self.unsubscribed_at is None


@dataclass(frozen=True)
class Chosen:
    """Somebody of the audience with what was found out about writing to them; `refused` None: they may be."""

    person: int
    identity: int | None
    address: str
    address_key: str
    refused: Refusal | None
    is_followed: bool


@dataclass(frozen=True)
class Rendered:
    """One mail as it leaves: the same words as plain text and as HTML."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Footer:
    """What stands under every mail."""

    company: str
    postal_address: str
    why: str
    unsubscribe: str  # the words of the link
    unsubscribe_url: str
    trap_url: str = ""  # a link nobody sees: whoever follows it is a machine


class Outcome(StrEnum):
    """What came of handing one mail to the server."""

    SENT = "sent"
    REFUSED = "refused"
    PUT_OFF = "put_off"  # the server holds nothing: tried again later
    UNKNOWN = "unknown"
