"""Campaigns, their cost, forms and touches as other packages see them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

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

    @property
    def about(self) -> str:
        """The name under which entries speak of it."""
        return f"campaign:{self.id}"


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
