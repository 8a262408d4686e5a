"""What waits among the leads for somebody: a few lines of each sort and how many there are, in one question."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from django.db.models import DateField, DateTimeField

from leadpact.ledger import by_hand
from leadpact.pact.types import PromiseKind
from leadpact.worklist.matching import SOON as A_WEEK
from leadpact.worklist.models import LeadLine
from leadpact.worklist.reads import line_of
from leadpact.worklist.types import Line

SOON: Final = timedelta(hours=2)  # what is due within it is shown beside what is past due
NEAR: Final = 20_000  # milli-points below the upper mark
MOST: Final = 100  # lines of one sort are counted up to here


class Part(StrEnum):
    """One sort of what waits."""

    OFFERS = "offers"  # wait for my answer
    QUEUE = "queue"  # offered to a team, nobody has them
    COOLED = "cooled"  # mine, cooled while I worked them: keep or give back?
    FOLLOW_UP = "follow_up"  # mine, with something promised that is not done
    COOLING = "cooling"  # mine, under the lower mark within a week
    ALL_COOLING = "all_cooling"  # the same of everybody's
    LATE = "late"  # others' promises about a lead, past due or due soon
    TO_OFFER = "to_offer"  # ready, and not offered yet
    NEARLY = "nearly"  # a few points under the upper mark


@dataclass(frozen=True)
class Asking:
    """Who asks, and what decides.

    queues  teams whose queue concerns them; None: every team's
    up      the upper mark in milli-points
    """

    me: int
    queues: tuple[int, ...] | None
    up: int
    now: datetime


@dataclass(frozen=True)
class Waits:
    """One line with what a list of what waits needs besides.

    offer   the open offer of its pursuit
    """

    line: Line
    offer: int | None
    offered_at: datetime | None
    later_until: datetime | None
    owner_name: str
    campaign: str


@dataclass(frozen=True)
class Some:
    """The first lines of one sort; `total` of all, of which there are more where `is_more`."""

    lines: tuple[Waits, ...] = ()
    total: int = 0
    is_more: bool = False


@dataclass(frozen=True)
class _Question:
    where: str
    order: str
    values: tuple[by_hand.Value, ...]


@dataclass(frozen=True)
class Counts:
    """What needs one user before a day ends: offers, what they promised about leads, steps of deals."""

    offers: int = 0
    promised: int = 0
    steps: int = 0

    @property
    def together(self) -> int:
        return self.offers + self.promised + self.steps


NOTHING: Final = Some()
_LINE: Final = [field.attname for field in LeadLine._meta.concrete_fields]
_MOMENTS: Final = {field.attname for field in LeadLine._meta.concrete_fields if isinstance(field, DateTimeField)}
_DAYS: Final = {field.attname for field in LeadLine._meta.concrete_fields if isinstance(field, DateField)} - _MOMENTS
_BY_DUE: Final = "CASE WHEN l.due_at IS NULL THEN 1 ELSE 0 END, l.due_at, l.score DESC, l.person_id"
_SOONEST: Final = "l.due_at, l.person_id"  # where each has a due moment: walks its index
_BY_SCORE: Final = "l.score DESC, l.person_id"
_BY_COOLING: Final = "l.below_down_at, l.person_id"
# Such lists walk the index of their order and stop early; the index of stages would find too many first.
_STAGE: Final = "(l.stage || '')"
# Several persons of one pursuit are one thing to do.
_FIRST: Final = (
    "NOT EXISTS (SELECT 1 FROM worklist_leadline x WHERE x.pursuit = l.pursuit AND x.person_id < l.person_id)"
)

# Every page asks this: what one user holds is counted up to a thousand.
_COUNTS: Final = (
    "SELECT count(*) FILTER (WHERE l.stage = 'offered'),"  # noqa: S608  # constants
    " count(*) FILTER (WHERE l.stage <> 'offered' AND l.due_at < %s),"
    " (SELECT count(*) FROM (SELECT 1 FROM pipeline_deal d"
    " WHERE d.owner_id = %s AND d.state = 'open' AND d.next_step_on < %s LIMIT 1000) d)"
    " FROM (SELECT l.stage, l.due_at FROM worklist_leadline l"
    f" WHERE l.owner = %s AND l.stage IN ('offered', 'working', 'deal') AND {_FIRST} LIMIT 1000) l"
)


def waiting(parts: Collection[Part], asking: Asking, *, shown: int = 5) -> dict[Part, Some]:
    """Return the first lines of each sort asked for; a sort without any is left out."""
    asked = [(part, _question(part, asking)) for part in parts]
    asked = [(part, question) for part, question in asked if question is not None]
    if not asked:
        return {}
    columns = ", ".join(f"l.{name}" for name in _LINE)
    sql = " UNION ALL ".join(_sql(columns, question) for _part, question in asked if question)
    values: list[by_hand.Value] = []
    for part, question in asked:
        assert question is not None
        values += [part.value, *question.values, MOST + 1, shown]
    found: dict[Part, list[tuple[Any, ...]]] = {}
    for row in by_hand.rows(sql, values):
        found.setdefault(Part(row[0]), []).append(row)
    return {part: _some(sorted(rows, key=lambda row: row[1])) for part, rows in found.items()}


def counts(me: int, *, before: datetime, until_day: date) -> Counts:
    """Return how much needs a user whose day ends at `before`, as every page shows it; one question."""
    return Counts(*by_hand.rows(_COUNTS, [before, me, until_day.isoformat(), me])[0])


def counts_question(me: int, *, before: datetime, until_day: date) -> by_hand.Question[Counts]:
    """Return what `counts` asks, to be asked with other things."""
    return by_hand.Question(_COUNTS, [before, me, until_day.isoformat(), me], 3, lambda found: Counts(*found[0]))


def _sql(columns: str, question: _Question) -> str:
    """The lines are chosen by themselves, so that what they need besides is looked up for these alone."""
    return (
        f"SELECT * FROM (SELECT %s AS part, row_number() OVER (ORDER BY {question.order}) AS place,"  # noqa: S608  # constants
        f" count(*) OVER () AS total, {columns}, o.id AS offer_id, o.offered_at, o.later_until,"
        " u.name AS owner_name, c.name AS campaign_name FROM ("
        f"SELECT {columns} FROM worklist_leadline l WHERE {question.where} ORDER BY {question.order} LIMIT %s) l"
        " LEFT JOIN handover_pursuit p ON p.id = l.pursuit"
        " LEFT JOIN handover_offer o ON o.pursuit_id = l.pursuit AND o.answer = ''"
        " LEFT JOIN team_user u ON u.id = l.owner LEFT JOIN capture_campaign c ON c.id = p.first_touch_campaign"
        ") l WHERE place <= %s"
    )


def _question(part: Part, asking: Asking) -> _Question | None:
    me, now, week = asking.me, asking.now, asking.now + A_WEEK
    match part:
        case Part.OFFERS:
            return _Question(f"l.owner = %s AND l.stage = 'offered' AND {_FIRST}", _BY_DUE, (me,))
        case Part.QUEUE:
            return _queue(asking.queues)
        case Part.COOLED:
            asked = "SELECT 1 FROM handover_pursuit p WHERE p.id = l.pursuit AND p.asked_to_keep_at IS NOT NULL"
            where = f"l.owner = %s AND l.stage = 'working' AND EXISTS ({asked}) AND {_FIRST}"  # constants
            return _Question(where, _BY_DUE, (me,))
        case Part.FOLLOW_UP:
            where = f"l.owner = %s AND l.stage IN ('working', 'deal') AND l.due_at IS NOT NULL AND {_FIRST}"
            return _Question(where, _SOONEST, (me,))
        case Part.COOLING | Part.ALL_COOLING:
            where = f"{_STAGE} IN ('ready', 'offered', 'working') AND l.below_down_at > %s AND l.below_down_at <= %s"
            if part is Part.ALL_COOLING:
                return _Question(where, _BY_COOLING, (now, week))
            return _Question(f"l.owner = %s AND {where}", _BY_COOLING, (me, now, week))
        case Part.LATE:
            where = (
                f"l.due_at <= %s AND {_STAGE} IN ('offered', 'working') AND l.due_what <> %s"
                f" AND (l.owner IS NULL OR l.owner <> %s) AND {_FIRST}"
            )
            return _Question(where, _SOONEST, (now + SOON, PromiseKind.OFFER.value, me))
        case Part.TO_OFFER:
            return _Question(f"l.stage = 'ready' AND {_FIRST}", _BY_SCORE, ())
        case Part.NEARLY:
            where = f"l.score >= %s AND l.score < %s AND {_STAGE} IN ('contact', 'lead', 'recycled', 'cooled')"
            return _Question(where, _BY_SCORE, (asking.up - NEAR, asking.up))


def _queue(queues: tuple[int, ...] | None) -> _Question | None:
    where = f"l.owner IS NULL AND l.stage = 'offered' AND {_FIRST}"
    if queues is None:
        return _Question(where, _BY_DUE, ())
    if not queues:
        return None
    return _Question(f"{where} AND {by_hand.one_of('l.team', queues)}", _BY_DUE, queues)


def _some(rows: Sequence[tuple[Any, ...]]) -> Some:
    total = int(rows[0][2])
    return Some(tuple(_waits(row[3:]) for row in rows), min(total, MOST), total > MOST)


def _waits(row: tuple[Any, ...]) -> Waits:
    values = dict(zip(_LINE, row[: len(_LINE)], strict=True))
    for name in _MOMENTS:
        values[name] = _moment(values[name])
    for name in _DAYS:
        values[name] = date.fromisoformat(values[name]) if isinstance(values[name], str) else values[name]
    offer, offered_at, later_until, owner_name, campaign = row[len(_LINE) :]
    line = line_of(LeadLine(**values))
    return Waits(line, offer, _moment(offered_at), _moment(later_until), owner_name or "", campaign or "")


def _moment(value: datetime | str | None) -> datetime | None:
    """A moment of a question in parts comes from SQLite as text: its columns have no type of their own there."""
    return by_hand.moment_if_any(datetime.fromisoformat(value) if isinstance(value, str) else value)
