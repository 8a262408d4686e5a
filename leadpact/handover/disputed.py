"""What can be asked of disputes: marketing contests what became of a hand-over, and sales answers."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from leadpact.base.wording import worded
from leadpact.handover.errors import UnknownDispute
from leadpact.ledger import by_hand


class Outcome(StrEnum):
    """What of a hand-over can be contested."""

    REJECTED = "rejected"
    DISQUALIFIED = "disqualified"


class Contest(StrEnum):
    """Why it is contested."""

    AS_AGREED = "as_agreed"  # it was what the pact calls ready
    OTHER_REASON = "other_reason"  # the reason given does not fit
    NOT_TRIED = "not_tried"  # nobody tried to reach them
    NEWS = "news"  # something is known now that was not then
    OTHER = "other"


class Ruling(StrEnum):
    """What sales answered; open until then."""

    OPEN = ""
    UPHELD = "upheld"  # the outcome stands
    TAKEN_BACK = "taken_back"  # it does not count any more, and the lead is offered again where it is free


@dataclass(frozen=True)
class DisputeView:
    """One dispute, with what a line of a list says of it.

    number      of the hand-over
    contested   the entry that says what became of it; `outcome_reason` is a code of the pact
    decided_by  who gave that outcome
    team        whose lead it was
    person      the first of the hand-over
    due_at      until when the answer is promised; None where the promise is gone
    offered_at  when the lead was offered that was refused; None where it was taken on without an offer
    """

    id: int
    pursuit: int
    number: int
    contested: int
    outcome: Outcome
    outcome_reason: str
    decided_by: int | None
    decided_at: datetime
    team: int | None
    reason: Contest
    words: str
    raised_by: int | None
    raised_at: datetime
    ruling: Ruling
    answer_words: str
    answered_by: int | None
    answered_at: datetime | None
    entry: int
    answered_entry: int | None
    pact_version: int
    person: int | None
    name: str
    company: str
    promise: int | None
    due_at: datetime | None
    offered_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.ruling is Ruling.OPEN

    @property
    def promise_key(self) -> str:
        """The key of the promise to answer it."""
        return promise_key(self.id)


@dataclass(frozen=True)
class OpenDisputes:
    """Those that wait longest, and how many wait."""

    oldest: tuple[DisputeView, ...] = ()
    total: int = 0


def promise_key(dispute: int) -> str:
    return f"dispute:{dispute}"


_COLUMNS: Final = (
    "d.id, d.pursuit_id, h.number, d.contested, d.outcome, d.outcome_reason, d.decided_by_id, d.decided_at,"
    " d.team_id, d.reason, d.words, d.raised_by_id, d.raised_at, d.answer, d.answer_words, d.answered_by_id,"
    " d.answered_at, d.entry, d.answered_entry, h.pact_version, p.id AS person, p.name, p.email, c.name AS company,"
    " pr.id AS promise, pr.due_at,"
    " (SELECT max(o.offered_at) FROM handover_offer o"
    " WHERE o.pursuit_id = h.id AND o.offered_at <= d.decided_at) AS offered_at"
)
_MANY: Final = 27  # columns
_FROM: Final = (
    " FROM handover_dispute d JOIN handover_pursuit h ON h.id = d.pursuit_id"
    " LEFT JOIN people_person p ON p.id = ("
    "SELECT m.person_id FROM handover_pursuitperson m WHERE m.pursuit_id = h.id ORDER BY m.id LIMIT 1)"
    " LEFT JOIN people_company c ON c.id = h.company_id"
    " LEFT JOIN promises_promise pr ON pr.key = 'dispute:' || d.id"
)


def dispute(number: int) -> DisputeView:
    """Return one dispute; raises `UnknownDispute`."""
    found = _views(by_hand.rows(f"SELECT {_COLUMNS}{_FROM} WHERE d.id = %s", [number]))
    if not found:
        raise UnknownDispute(worded("There is no dispute {dispute}.", dispute=number), details={"dispute": number})
    return found[0]


def disputes_of(pursuits: Collection[int]) -> list[DisputeView]:
    """Return every dispute about any of these hand-overs, the newest first."""
    question = disputes_question(pursuits)
    return question.read([list(row) for row in by_hand.rows(question.sql, question.values)])[::-1]


def disputes_question(pursuits: Collection[int]) -> by_hand.Question[list[DisputeView]]:
    """Return what `disputes_of` asks, the oldest first, to be asked with other things."""
    wanted = by_hand.one_of("d.pursuit_id", pursuits)
    return by_hand.Question(f"SELECT {_COLUMNS}{_FROM} WHERE {wanted}", tuple(pursuits), _MANY, _views, order=(0,))


def open_disputes(*, decided_by: int | None = None, raised_by: int | None = None, limit: int = 5) -> OpenDisputes:
    """Return those that wait for an answer, the oldest first; of one who gave the outcome, or who contests it."""
    narrowed, values = "", list[int]()
    for column, user in (("d.decided_by_id", decided_by), ("d.raised_by_id", raised_by)):
        if user is not None:
            narrowed += f" AND {column} = %s"
            values.append(user)
    sql = (
        f"SELECT {_COLUMNS}, count(*) OVER () AS total{_FROM} WHERE d.answer = ''{narrowed}"  # constants
        " ORDER BY d.raised_at, d.id LIMIT %s"
    )
    found = by_hand.rows(sql, [*values, limit])
    return OpenDisputes(tuple(_views(found)), int(found[0][-1]) if found else 0)


def disputes(*, is_open: bool | None = None, before: int | None = None, limit: int = 50) -> list[DisputeView]:
    """Return the next disputes, the newest first.

    is_open   only those that wait, or only those that are answered; None: all
    before    the number of the last one seen
    """
    wanted, values = ["TRUE"], list[int]()
    if is_open is not None:
        wanted.append("d.answer = ''" if is_open else "d.answer <> ''")
    if before is not None:
        wanted.append("d.id < %s")
        values.append(before)
    sql = f"SELECT {_COLUMNS}{_FROM} WHERE {' AND '.join(wanted)} ORDER BY d.id DESC LIMIT %s"  # constants
    return _views(by_hand.rows(sql, [*values, limit]))


def _views(rows: Iterable[Sequence[Any]]) -> list[DisputeView]:
    return [_view(row) for row in rows]


def _view(row: Sequence[Any]) -> DisputeView:
    return DisputeView(
        id=row[0],
        pursuit=row[1],
        number=row[2],
        contested=row[3],
        outcome=Outcome(row[4]),
        outcome_reason=row[5],
        decided_by=row[6],
        decided_at=by_hand.moment(row[7]),
        team=row[8],
        reason=Contest(row[9]),
        words=row[10],
        raised_by=row[11],
        raised_at=by_hand.moment(row[12]),
        ruling=Ruling(row[13]),
        answer_words=row[14],
        answered_by=row[15],
        answered_at=by_hand.moment_if_any(row[16]),
        entry=row[17],
        answered_entry=row[18],
        pact_version=row[19],
        person=row[20],
        name=row[21] or row[22] or "",
        company=row[23] or "",
        promise=row[24],
        due_at=by_hand.moment_if_any(row[25]),
        offered_at=by_hand.moment_if_any(row[26]),
    )
