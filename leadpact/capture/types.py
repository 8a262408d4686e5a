"""Campaigns, their cost, forms and touches as other packages see them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from leadpact.base.criteria import Facts
from leadpact.base.money import Money


class Channel(StrEnum):
    """How somebody came to us, where the campaign does not name its own channel."""

    PAID_SEARCH = "paid search"
    PAID_SOCIAL = "paid social"
    DISPLAY = "display"
    ORGANIC_SEARCH = "organic search"
    SOCIAL = "social"
    EMAIL = "email"
    EVENT = "event"
    WEBINAR = "webinar"
    REFERRAL = "referral"
    DIRECT = "direct"
    OTHER = "other"


@dataclass(frozen=True)
class CampaignView:
    """One campaign; `channel` in the company's own words, "" where nobody has said."""

    id: int
    name: str
    channel: str
    created_at: datetime
    note: str = ""
    starts_on: date | None = None
    ends_on: date | None = None

    @property
    def about(self) -> str:
        """The name under which entries speak of it."""
        return f"campaign:{self.id}"


@dataclass(frozen=True)
class CampaignFields:
    """What can be changed of a campaign; its days say when it runs, None where that is open."""

    name: str
    channel: str = ""
    note: str = ""
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True)
class CostView:
    """One cost of a campaign; `entry` is the one that last spoke of it, `external` where another system sent it."""

    id: int
    campaign: int
    on: date
    amount: Money
    external: str | None
    entry: int


@dataclass(frozen=True)
class CampaignCosts:
    """A campaign and what it cost, one sum for each currency."""

    campaign: CampaignView
    costs: tuple[Money, ...]


@dataclass(frozen=True)
class NewCost:
    """What a campaign cost on a day; `external` makes it the same cost when it comes again."""

    campaign: int
    on: date
    amount: Money
    external: str | None = None


class Recorded(StrEnum):
    """What recording a cost led to."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Touch:
    """How somebody first came to us, as far as we know.

    campaign       its number; None: no campaign, or one nobody has made yet
    campaign_name  as the act carried it, "" for none
    channel        "" only where there was no act at all
    """

    campaign: int | None = None
    campaign_name: str = ""
    channel: str = ""
    happened_at: datetime | None = None


@dataclass(frozen=True)
class Seen:
    """An act as it is recorded, for whoever wants to know how somebody came."""

    identity: int
    kind: str
    happened_at: datetime
    properties: Facts


class FieldType(StrEnum):
    TEXT = "text"
    EMAIL = "email"
    PHONE = "tel"
    LONG_TEXT = "textarea"
    CHOICE = "choice"


@dataclass(frozen=True)
class FormField:
    """One field of a hosted form; `name` is what the submission and the person's facts call it."""

    name: str
    label: str
    type: FieldType = FieldType.TEXT
    is_required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class NewForm:
    """A hosted form as somebody wants it.

    slug      the last part of its address
    key       the value of the `form` property of its submissions: contact, demo, download
    purposes  what consent it asks for, by purpose; the wordings are people's
    """

    slug: str
    key: str
    title: str
    intro: str
    thanks: str
    fields: tuple[FormField, ...]
    purposes: tuple[str, ...]


@dataclass(frozen=True)
class FormView(NewForm):
    """A hosted form as it is."""

    id: int
    created_at: datetime
    closed_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


@dataclass(frozen=True)
class NewPaper:
    """A paper as somebody wants it; `purposes` is what consent its form asks for."""

    slug: str
    title: str
    intro: str = ""
    campaign: int | None = None
    purposes: tuple[str, ...] = ()


@dataclass(frozen=True)
class PaperView:
    """A paper as it is; `size` in bytes, `form` the number of its form."""

    id: int
    slug: str
    title: str
    intro: str
    campaign: int | None
    form: FormView
    file_name: str
    digest: str
    size: int
    created_at: datetime
    closed_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


@dataclass(frozen=True)
class Granted:
    """Whose download it is; `key` is the same for one sending of the form."""

    id: int
    paper: PaperView
    email: str
    anonymous_id: str
    key: str
    expires_at: datetime
