"""What the page Today asks: the five numbers and the promises of a period at once, what became, what to put right."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from leadpact.base.money import Money
from leadpact.base.query_file import QueryFile, read_query
from leadpact.loop import reads, running
from leadpact.loop.types import Ask, Cell, Number, Period, Row, Sum
from leadpact.team.types import CompanySettings

FOLDER: Final = Path(__file__).parent / "today_sql"


@dataclass(frozen=True)
class Kept:
    """How many promises of one kind that one side made were due, and how many of them it kept."""

    side: str
    kind: str
    kept: int
    due: int


@dataclass(frozen=True)
class Summary:
    """The same for everybody who may see it; `mine` are one user's own promises."""

    five: tuple[Number, ...]
    promises: tuple[Kept, ...]
    mine: tuple[Kept, ...]


@dataclass(frozen=True)
class Became:
    """A lead that was handed over, and the last thing that became of it.

    is_rejected   given back by whoever it was offered to, without being worked
    due_at        until when an answer to the open offer was promised
    """

    pursuit: int
    stage: str
    happened_at: datetime
    person: int | None
    name: str
    company: str
    campaign: str
    type: str
    owner: int | None
    owner_name: str
    owner_team: int | None
    owner_side: str | None
    reason: str
    note: str
    recycle_until: date | None
    is_rejected: bool
    offered_at: datetime | None
    due_at: datetime | None
    deal: int | None
    deal_stage: str
    amount: Money | None


@dataclass(frozen=True)
class NextStep:
    """An open deal with a step that is due, or without one."""

    deal: int
    title: str
    company: str
    stage: str
    amount: Money | None
    next_step: str
    next_step_on: date | None
    owner: int | None
    owner_name: str


@dataclass(frozen=True)
class PutRight:
    """Events held back for a reason, an import that refused rows, or a key that never sent anything.

    what  held, import or key
    name  the reason, the file, or the key's name
    n     how many events or rows
    """

    what: str
    name: str
    n: int
    happened_at: datetime


def summary(
    period: Period, *, me: int, now: datetime, visible_owners: Collection[int] | None, ours: CompanySettings
) -> Summary:
    """Return the five numbers and how both sides kept their promises, in one look at the database."""
    five = [Ask(key, period, by=(reads.REPORTS[key].by,)) for key in reads.FIVE]
    by_whom = Ask("promises", period, by=("side", "kind", "owner"))
    *found, promised = reads.look([*five, by_whom], now=now, visible_owners=visible_owners)
    numbers = [reads.number_of(ask, sums, ours.currency) for ask, sums in zip(five, found, strict=True)]
    mine = [each for each in promised if each.parts[2] == str(me)]
    return Summary(tuple(numbers), _by_kind(promised), _by_kind(mine))


def became(*, since: datetime, visible_owners: Collection[int] | None) -> tuple[Became, ...]:
    """Return the latest of what became of leads handed over, the newest first, at most a dozen."""
    params = {"since": since, "visible_owners": _owners(visible_owners)}
    return tuple(_became(row) for row in running.rows(query("became"), params))


def next_steps(*, before: date, visible_owners: Collection[int] | None) -> tuple[tuple[NextStep, ...], int]:
    """Return the first deals whose next step lies before a day or is missing, and how many there are up to 100."""
    params = {"until_day": before, "visible_owners": _owners(visible_owners)}
    rows = running.rows(query("next_steps"), params)
    return tuple(_step(row) for row in rows), _number(rows[0]["total"]) if rows else 0


def to_put_right(*, since: datetime) -> tuple[PutRight, ...]:
    """Return what could not be taken in, and keys that never sent anything."""
    rows = running.rows(query("to_put_right"), {"since": since})
    return tuple(
        PutRight(str(row["what"]), _named(row), _number(row["n"]), _moment(row["happened_at"])) for row in rows
    )


@lru_cache(maxsize=8)
def query(name: str) -> QueryFile:
    return read_query(FOLDER / f"{name}.sql")


def _by_kind(sums: Sequence[Sum]) -> tuple[Kept, ...]:
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for each in sums:
        key = str(each.parts[0]), str(each.parts[1])
        kept, due = found.get(key, (0, 0))
        found[key] = kept + each.value, due + each.n
    return tuple(Kept(side, kind, kept, due) for (side, kind), (kept, due) in sorted(found.items()))


def _became(row: Row) -> Became:
    assert row["recycle_until"] is None or isinstance(row["recycle_until"], date)
    return Became(
        pursuit=_number(row["pursuit"]),
        stage=str(row["stage"]),
        happened_at=_moment(row["happened_at"]),
        person=_number_if_any(row["person"]),
        name=str(row["name"] or row["email"] or ""),
        company=str(row["company"] or ""),
        campaign=str(row["campaign"] or ""),
        type=str(row["type"]),
        owner=_number_if_any(row["owner"]),
        owner_name=str(row["owner_name"] or ""),
        owner_team=_number_if_any(row["owner_team"]),
        owner_side=None if row["owner_side"] is None else str(row["owner_side"]),
        reason=str(row["reason"] or ""),
        note=str(row["note"] or ""),
        recycle_until=row["recycle_until"],
        is_rejected=row["is_rejected"] == 1,
        offered_at=None if row["offered_at"] is None else _moment(row["offered_at"]),
        due_at=None if row["due_at"] is None else _moment(row["due_at"]),
        deal=_number_if_any(row["deal"]),
        deal_stage=str(row["deal_stage"] or ""),
        amount=_money(row),
    )


def _named(row: Row) -> str:
    name = str(row["name"] or "")
    return name.replace("_", " ") if row["what"] == "held" else name


def _step(row: Row) -> NextStep:
    assert row["next_step_on"] is None or isinstance(row["next_step_on"], date)
    return NextStep(
        deal=_number(row["deal"]),
        title=str(row["title"]),
        company=str(row["company"] or ""),
        stage=str(row["stage"]),
        amount=_money(row),
        next_step=str(row["next_step"] or ""),
        next_step_on=row["next_step_on"],
        owner=_number_if_any(row["owner"]),
        owner_name=str(row["owner_name"] or ""),
    )


def _money(row: Mapping[str, Cell]) -> Money | None:
    minor = _number_if_any(row["amount_minor"])
    return None if minor is None else Money(minor, str(row["currency"]))


def _owners(visible: Collection[int] | None) -> str | None:
    return None if visible is None else f",{','.join(map(str, visible))},"


def _number(cell: Cell) -> int:
    assert isinstance(cell, int)
    return cell


def _number_if_any(cell: Cell) -> int | None:
    return None if cell is None else _number(cell)


def _moment(cell: Cell) -> datetime:
    assert isinstance(cell, datetime)
    return cell
