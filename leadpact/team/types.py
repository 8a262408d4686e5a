"""Roles, sides, who acted and who works here, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo


class Role(StrEnum):
    MARKETER = "marketer"
    SALES_REP = "sales_rep"
    HEAD_OF_MARKETING = "head_of_marketing"
    HEAD_OF_SALES = "head_of_sales"
    PARTNER = "partner"
    REVENUE_OPERATIONS = "revenue_operations"  # admin
    EXECUTIVE = "executive"


class Side(StrEnum):
    MARKETING = "marketing"
    SALES = "sales"
    PARTNER = "partner"


@dataclass(frozen=True)
class Actor:
    """Who did it: `user:3`, `source:2`, `person:17` or `system`; written with every entry."""

    kind: str
    id: int | None = None

    def __str__(self) -> str:
        return self.kind if self.id is None else f"{self.kind}:{self.id}"


SYSTEM = Actor("system")


def user_actor(user_id: int) -> Actor:
    return Actor("user", user_id)


@dataclass(frozen=True)
class CompanySettings:
    """What holds for the whole installation; every report prints its zone and currency."""

    name: str
    zone: ZoneInfo
    currency: str
    fiscal_year_start_month: int  # 1 = January
    week_start: int  # ISO: Monday = 1
    postal_address: str
    own_domains: tuple[str, ...]
    competitor_domains: tuple[str, ...]
    deal_stages: tuple[str, ...]
    individual_performance_open: bool


@dataclass(frozen=True)
class Steps:
    """What was noted of the steps of the first hour: those somebody said are done, and those left out."""

    done: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Member:
    """Somebody who logs in.  `side` is their team's; `leads_teams` are the teams they are the head of."""

    id: int
    name: str
    email: str
    roles: frozenset[Role]
    team: int | None
    capacity: int  # open leads they can work well
    is_active: bool
    side: Side | None = None
    leads_teams: frozenset[int] = frozenset()
    verbs: frozenset[str] | None = None  # what a token narrows them to; None: whatever their roles may


@dataclass(frozen=True)
class UserFields:
    """What an admin may change of a user."""

    name: str
    roles: tuple[Role, ...]
    team: int | None
    capacity: int
    is_active: bool


@dataclass(frozen=True)
class TeamView:
    id: int
    name: str
    side: Side
    calendar: str  # "" = the company's usual one
    head: int | None


@dataclass(frozen=True)
class AbsenceView:
    """Away on [since, until)."""

    id: int
    user: int
    since: datetime
    until: datetime


@dataclass(frozen=True)
class NoticeView:
    id: int
    kind: str
    text: str
    url: str
    created_at: datetime
    is_read: bool


@dataclass(frozen=True)
class NoticePage:
    """Some notices and the number before which the next ones lie; None: these were the last."""

    notices: tuple[NoticeView, ...]
    next: int | None


class ByMail(StrEnum):
    AT_ONCE = "at_once"
    DAILY = "daily"  # gathered into one mail each morning
    NEVER = "never"


@dataclass(frozen=True)
class Choice:
    """How somebody wants to be told of one kind of thing."""

    in_app: bool
    mail: ByMail


@dataclass(frozen=True)
class QuietHours:
    """From `since` to `until` of the clock on the wall, over midnight where `until` is the earlier one."""

    since: time
    until: time


@dataclass(frozen=True)
class NoticeChoices:
    """What one user chose: for every kind there is, quiet hours, and a zone where it is not the company's."""

    by_kind: Mapping[str, Choice]
    quiet: QuietHours | None = None
    zone: ZoneInfo | None = None


@dataclass(frozen=True)
class TokenView:
    """An API token; the token itself is shown once, when it is made, and kept as a digest."""

    id: int
    user: int
    name: str
    created_at: datetime
    is_revoked: bool
    last_used_at: datetime | None
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Holder:
    """Whose a token is that is good now, and how far it reaches."""

    token: int
    member: Member
    scopes: tuple[str, ...]


@dataclass(frozen=True)
class MailReport:
    """What one round of sending came to."""

    sent: int = 0
    refused: int = 0  # the server said no: never tried again
    put_off: int = 0  # nothing was handed over: tried again later
    unknown: int = 0  # perhaps sent: never tried again by itself
