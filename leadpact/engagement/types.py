"""What arrives, and what may become of it, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from leadpact.base.criteria import Facts
from leadpact.people.types import Identifier

type Json = dict[str, object]


class SourceKind(StrEnum):
    BROWSER = "browser"  # the key stands in a page: anybody can read it
    SERVER = "server"  # the key is secret


@dataclass(frozen=True)
class SourceView:
    """A write key as others see it.

    origins    where pages that use it live; none: anywhere
    mapping    a client's event name -> our kind
    users_of   whose user ids its events carry: a site's browser key and server key name the same users
    events_per_second   how fast it may send; None: as the installation's settings say, 0: as it likes
    """

    id: int
    name: str
    kind: SourceKind
    origins: tuple[str, ...] = ()
    mapping: Mapping[str, str] = field(default_factory=dict)
    users_of: str = ""
    events_per_second: int | None = None

    @property
    def is_browser(self) -> bool:
        return self.kind is SourceKind.BROWSER


class Format(StrEnum):
    """Whose words an event is written in."""

    SEGMENT = ""  # RudderStack's clients too
    POSTHOG = "posthog"
    MAUTIC = "mautic"  # a page view
    MAUTIC_FORM = "mautic-form"


class Outcome(StrEnum):
    """How an arrival ended; the counts of all six add up to what was received."""

    RECORDED = "recorded"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    QUARANTINED = "quarantined"
    DROPPED = "dropped"
    COUNTED = "counted"


class Why(StrEnum):
    """Why an arrival was not recorded; users and scripts see these codes."""

    BAD_JSON = "bad_json"
    NOT_AN_OBJECT = "not_an_object"
    TOO_DEEP = "too_deep"
    TOO_LARGE_EVENT = "too_large_event"
    UNKNOWN_TYPE = "unknown_type"
    UNKNOWN_SOURCE = "unknown_source"
    NO_IDENTITY = "no_identity"
    BAD_IDENTITY = "bad_identity"
    BAD_MESSAGE_ID = "bad_message_id"
    BAD_TIME = "bad_time"
    BAD_EVENT_NAME = "bad_event_name"
    RESERVED_KIND = "reserved_kind"
    NOT_FOR_BROWSER_KEYS = "not_for_browser_keys"
    SAME_ID_OTHER_CONTENT = "same_id_other_content"
    SWITCHED_OFF = "switched_off"
    NO_CONSENT = "no_consent"
    PRIVACY_SIGNAL = "privacy_signal"
    ROBOT = "robot"  # filled in what no human sees
    DISCARDED = "discarded"  # held back, and then not wanted


@dataclass(frozen=True)
class Request:
    """What the collector saw around an event: the batch it came in and the connection that brought it.

    device   the visitor, by a name the collector made for one who came without
    """

    format: Format = Format.SEGMENT
    type: str = ""
    sent_at: object = None
    context: Json = field(default_factory=dict)
    ip: str = ""
    agent: str = ""
    gpc: bool = False
    device: str = ""


@dataclass(frozen=True)
class Cleaned:
    """An event that can be recorded.

    clock_doubtful   a browser's clock said it is older than seven days, so it is dated at receipt
    message          digest of the message id; a second arrival with the same one is the same event
    content          digest of what the client said, without what changes from one try to the next
    trusted          False: the key is public, so whom the event names is a claim
    facts            standard properties only
    personal         the event as it came (`raw`) and what names the visitor; erasure deletes it
    traits           what an identify says of the person
    ip               from where it came, "" where that is not known; kept beside the entry, for days
    """

    kind: str
    happened_at: datetime
    clock_doubtful: bool
    message: bytes
    content: bytes
    identifiers: tuple[Identifier, ...]
    trusted: bool
    facts: Facts
    personal: Mapping[str, object]
    traits: Mapping[str, object]
    ip: str = ""


@dataclass(frozen=True)
class Quarantine:
    """Cannot be recorded as it is; kept whole, to be looked at."""

    why: Why
    detail: str
    message: bytes | None = None
    content: bytes | None = None


@dataclass(frozen=True)
class Dropped:
    """Not wanted here, by the sender's own word; only counted."""

    why: Why


@dataclass(frozen=True)
class Counted:
    """The visitor did not agree to be followed: path, campaign and hour are counted, nothing else is kept."""

    why: Why
    path: str
    campaign: str


type Verdict = Cleaned | Quarantine | Dropped | Counted


@dataclass(frozen=True)
class HeldBack:
    """A quarantined or conflicting arrival, to be kept."""

    source: int
    received_at: datetime
    outcome: Outcome
    why: Why
    detail: str
    body: bytes
    message: bytes | None
    content: bytes | None
    channel: str = "http"


@dataclass(frozen=True)
class ActRow:
    """One act as scoring reads it.  `key` breaks ties at one instant and is the same wherever the event is read."""

    entry: int
    key: str
    kind: str
    happened_at: datetime
    properties: Facts
    identity: int | None = None


@dataclass(frozen=True)
class KeyView:
    """A write key as the settings list it; `prefix` tells keys apart, the rest of a key is kept nowhere."""

    id: int
    name: str
    kind: SourceKind
    prefix: str
    origins: tuple[str, ...]
    created_at: datetime
    is_revoked: bool
    mapping: Mapping[str, str] = field(default_factory=dict)
    events_per_second: int | None = None


@dataclass(frozen=True)
class Sighting:
    """A browser key was used on a page of `origin`; `is_refused`: which it may not be used on."""

    source: int
    origin: str
    is_refused: bool
    happened_at: datetime


@dataclass(frozen=True)
class Arrivals:
    """How many events ended one way, and why; `why` is None for those that were recorded or came twice."""

    outcome: Outcome
    why: Why | None
    count: int


class State(StrEnum):
    """Where a held-back event stands."""

    HELD = "held"
    RELEASED = "released"
    DISCARDED = "discarded"


@dataclass(frozen=True)
class Held:
    """A held-back event.

    body     as it came; with what the collector saw beside it
    mended   what somebody made of it; "" while nobody did
    became   the outcome it counts as since it was released or discarded
    note     why it was discarded
    """

    id: int
    source: int
    received_at: datetime
    outcome: Outcome
    why: Why
    detail: str
    name: str
    body: str
    channel: str = "http"
    mended: str = ""
    released_at: datetime | None = None
    discarded_at: datetime | None = None
    became: Outcome | None = None
    note: str = ""

    @property
    def state(self) -> State:
        if self.discarded_at is not None:
            return State.DISCARDED
        return State.HELD if self.released_at is None else State.RELEASED

    @property
    def newest_body(self) -> str:
        return self.mended or self.body


@dataclass(frozen=True)
class HeldFilter:
    """Which held-back events are asked for; what is left out narrows nothing.

    since, until   by when they came in, half-open
    words          stand somewhere in the event or in what is wrong with it
    """

    state: State = State.HELD
    source: int | None = None
    why: Why | None = None
    name: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    words: str = ""


@dataclass(frozen=True)
class HeldCount:
    """How many events of a source are held back for one reason."""

    source: int
    why: Why
    count: int


class Away(StrEnum):
    """Why events were turned away: nothing of them was stored, and their sender was told to send them again."""

    TOO_FAST = "too_fast"
    BUSY = "busy"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True)
class TurnedAway:
    """How many requests with how many events of a source were turned away in an hour."""

    source: int
    hour: datetime
    why: Away
    requests: int
    count: int
