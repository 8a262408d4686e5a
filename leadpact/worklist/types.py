"""Lines of the lists, and how to ask for them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from leadpact.handover.types import Stage


@dataclass(frozen=True)
class Line:
    """One person as the lists show them; points in milli-points.

    owner, team     of the pursuit that runs, else the owner of the person, else of the pursuit that ran last
    due_at          the nearest thing somebody promised about them and has not done; `due_what` says what kind
    below_down_at   when the score alone makes them cool, without a new act
    last_act        what they did last, in the catalogue's words; `last_act_kind` and `last_act_detail` its parts
    type            what began the pursuit, "" without one
    campaign        of the first known touch of the pursuit, None without; `channel` how that touch came
    recycle_until   the day that sales asked marketing to wait for
    """

    person: int
    name: str
    email: str
    company: int | None
    company_name: str
    stage: Stage
    score: int
    score_week_ago: int
    falls_at: datetime | None
    below_down_at: datetime | None
    owner: int | None
    team: int | None
    pursuit: int | None
    due_at: datetime | None
    due_what: str
    last_act_at: datetime | None
    last_act: str
    last_act_kind: str
    last_act_detail: str
    type: str
    title: str = ""
    campaign: int | None = None
    channel: str = ""
    recycle_until: date | None = None

    @property
    def change_in_a_week(self) -> int:
        return self.score - self.score_week_ago


class View(StrEnum):
    """Ready-made views of the list."""

    READY = "ready"  # waits for sales: ready or offered
    MINE = "mine"  # mine to answer or to work
    OFFERED_TO_ME = "offered"  # waits for my answer
    ENGAGED = "engaged"  # did something this month, has points, and is not ready yet
    COOLING = "cooling"  # falls out within seven days unless they do something
    BACK = "back"  # with marketing again: recycled or cooled


class Sort(StrEnum):
    """In which order a list shows lines; the person's number decides between equals, empty values come last.

    A list that is reversed keeps its empty values last.
    """

    SCORE = "score"
    LAST_ACT = "last_act"
    DUE = "due"
    COOLING = "cooling"
    NAME = "name"
    COMPANY = "company"


NEVER_EMPTY: Final = frozenset({Sort.SCORE, Sort.NAME})


@dataclass(frozen=True)
class LeadFilter:
    """Which lines; a field left None or empty does not narrow.  Visitors without a name show only where asked for.

    min_score     in milli-points
    acted_since   did something at or after this moment
    view          MINE and OFFERED_TO_ME need `me`, COOLING needs `now`, ENGAGED needs `now` and `zone`
    """

    stage: Stage | None = None
    owner: int | None = None
    nobodys: bool = False  # without an owner
    search: str = ""
    type: str = ""
    min_score: int | None = None
    company: int | None = None
    campaign: int | None = None
    acted_since: datetime | None = None
    view: View | None = None
    me: int | None = None
    now: datetime | None = None
    zone: ZoneInfo | None = None


@dataclass(frozen=True)
class Page:
    """Some lines and where the next ones begin; None: these were the last.

    `total` of all pages, of those `ready` wait for sales and `late` are past due; each where asked for.
    """

    lines: tuple[Line, ...]
    next: str | None
    total: int = 0
    ready: int = 0
    late: int = 0

    @property
    def has_more(self) -> bool:
        return self.next is not None


@dataclass(frozen=True)
class KeptView:
    """A list that somebody keeps under a name.

    query     filters and order, as the address of the page writes them
    columns   in their order; none: as whoever looks has chosen for themselves
    """

    id: int
    name: str
    owner: int
    query: str
    columns: tuple[str, ...]
    is_shared: bool
    changed_at: datetime


@dataclass(frozen=True)
class Kept:
    """What one user finds beside the list: their own views and the shared ones by name, and what they chose."""

    views: tuple[KeptView, ...]
    opens_with: int | None  # the number of a view
    columns: tuple[str, ...]

    def view(self, number: int) -> KeptView | None:
        return next((each for each in self.views if each.id == number), None)


@dataclass(frozen=True)
class AtCompany:
    """What the lines of one company say: how many persons, how many of them wait for sales, the highest score."""

    persons: int
    waiting: int
    best: int
    last_act_at: datetime | None
