"""Identities, persons and companies as other packages see them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from leadpact.base.criteria import Scalar
from leadpact.team.types import Actor


class IdentityKind(StrEnum):
    """Strongest first: an event hangs on the strongest it carries."""

    USER = "user"
    CRM = "crm"
    EMAIL = "email"
    ANONYMOUS = "anonymous"


class Strength(StrEnum):
    """How we know that an identity is this person's."""

    SURE = "sure"
    CLAIMED = "claimed"  # said with a public key; a form, a mail click or a secret key confirms it
    MAIL_LINK = "mail_link"  # the device on which a link in their mail was followed; a form may say otherwise


class Purpose(StrEnum):
    MAIL = "mail"
    MAIL_TRACKING = "mail_tracking"
    WEB_TRACKING = "web_tracking"
    PROFILING = "profiling"


@dataclass(frozen=True, slots=True)
class Identifier:
    """One identifier as it came in, not yet normalised; external ids (user, crm) carry the source that gave them."""

    kind: IdentityKind
    value: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One event that wants to know whom it hangs on.

    trusted   False for what came with a public key: whom it names is a claim
    by        who says so, where a batch holds the words of several
    """

    identifiers: tuple[Identifier, ...]
    happened_at: datetime
    trusted: bool = True
    by: Actor | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    """What one event says of a person, in the words clients use."""

    person: int
    traits: Mapping[str, object]
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class Recognised:
    """Whom an event hangs on.

    person     the surviving row
    is_new     the person was made for this event
    is_known   a confirmed user id, CRM id or address says who it is.  What an untrusted event
               says of a known person is hearsay and changes nothing
    """

    identity: int
    person: int
    is_new: bool
    is_known: bool = False


@dataclass(frozen=True)
class PersonFields:
    """What is said of a person; "" and None = nothing said.  `facts` may hold any further field by name."""

    name: str = ""
    email: str = ""
    phone: str = ""
    title: str = ""
    company: int | None = None
    facts: Mapping[str, Scalar | None] = field(default_factory=dict)


@dataclass(frozen=True)
class PersonView:
    """One person, merged rows included.

    name, email, phone, title   "" where not known
    facts               current values by name, without the `person.` in front
    identities          all that events of theirs hang on
    scored_identities   those of them that nobody merely claimed
    is_known            somebody, not just a visitor
    merged              rows that were merged into this one
    erased_at           since then only the number is left
    """

    id: int
    name: str
    email: str
    phone: str
    title: str
    company: int | None
    company_name: str
    owner: int | None
    facts: Mapping[str, Scalar]
    identities: tuple[int, ...]
    scored_identities: tuple[int, ...]
    is_known: bool
    created_at: datetime
    merged: tuple[int, ...] = ()
    erased_at: datetime | None = None

    @property
    def is_erased(self) -> bool:
        return self.erased_at is not None


@dataclass(frozen=True)
class Colleague:
    """Somebody with a company, as a list of those there shows them."""

    id: int
    name: str
    email: str
    title: str


@dataclass(frozen=True)
class CompanyView:
    id: int
    name: str
    domains: tuple[str, ...]
    owner: int | None
    facts: Mapping[str, Scalar]
    created_at: datetime
    shared_domains: frozenset[str] = frozenset()  # of these: many firms' people write from them


@dataclass(frozen=True)
class IdentityView:
    """One identity with what it is worth, for the page that shows who somebody is."""

    id: int
    kind: IdentityKind
    source: str
    value: str
    life: int
    strength: Strength
    created_at: datetime


@dataclass(frozen=True)
class FactView:
    """From `happened_at` on the fact `name` (person.x, company.x) has `value`; None: not known any more.

    Of two at one instant the one with the greater `key` holds.
    """

    name: str
    value: Scalar | None
    happened_at: datetime
    recorded_at: datetime
    key: str
    entry: int


@dataclass(frozen=True)
class ConsentView:
    """What a person says now about one purpose; `text_version` None: not by one of our texts."""

    purpose: Purpose
    given: bool
    happened_at: datetime
    source: str
    text_version: int | None
    names_partners: bool


@dataclass(frozen=True)
class ConsentTextView:
    id: int
    purpose: Purpose
    version: int
    text: str
    names_partners: bool
    since: date


@dataclass(frozen=True)
class CompanyFilter:
    """Which companies; a field left None or empty does not narrow.  `search`: every word in the name, or a domain."""

    search: str = ""
    owner: int | None = None
    nobodys: bool = False


class CompanySort(StrEnum):
    """In which order a list shows companies; the id decides between equals."""

    NAME = "name"
    NEWEST = "newest"


@dataclass(frozen=True)
class CompanyPage:
    """Some companies and where the next ones begin; None: these were the last."""

    companies: tuple[CompanyView, ...]
    next: str | None


@dataclass(frozen=True)
class DomainView:
    """A mail domain of a company; `is_shared`: many firms' people write from it, so that it names none."""

    name: str
    is_shared: bool
