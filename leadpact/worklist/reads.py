"""What lists, search, bulk actions and exports ask: lines, page by page."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db.models import F, Q, QuerySet

from leadpact.base import cursor
from leadpact.base.text import fold
from leadpact.engagement.kinds import kind_of
from leadpact.handover.types import Stage
from leadpact.worklist.models import LeadLine
from leadpact.worklist.types import LeadFilter, Line, Page, Sort, View

ALL: Final = LeadFilter()
SOON: Final = timedelta(days=7)
_NOT_READY: Final = (Stage.CONTACT, Stage.LEAD, Stage.RECYCLED, Stage.COOLED)
_COLUMN: Final = {
    Sort.SCORE: "score",
    Sort.LAST_ACT: "last_act_at",
    Sort.DUE: "due_at",
    Sort.COOLING: "below_down_at",
    Sort.NAME: "name_key",
}
_DESCENDS: Final = frozenset({Sort.SCORE, Sort.LAST_ACT})
_EMPTY: Final = ""  # in a place: the list has come to the lines without a value

type _Value = int | str | datetime


def line(person: int) -> Line | None:
    """Return one person's line, None for a person without one."""
    row = LeadLine.objects.filter(pk=person).first()
    return None if row is None else _line(row)


def lines(
    wanted: LeadFilter = ALL,
    *,
    sort: Sort = Sort.SCORE,
    after: str | None = None,
    limit: int = 50,
    visible_owners: tuple[int, ...] | None = None,
) -> Page:
    """Return one page of lines, beginning after a place that an earlier page named; raises `BadCursor`.

    visible_owners  only lines of these users; None: everybody's
    """
    rows = _matching(wanted, visible_owners)
    found = [*_from(rows, sort, after, limit + 1)]
    shown = found[:limit]
    following = _place_after(shown[-1], sort) if len(found) > limit else None
    return Page(tuple(_line(row) for row in shown), following)


def count(wanted: LeadFilter = ALL, *, visible_owners: tuple[int, ...] | None = None) -> int:
    """Return how many lines there are."""
    return _matching(wanted, visible_owners).count()


def every(
    wanted: LeadFilter = ALL, *, sort: Sort = Sort.SCORE, visible_owners: tuple[int, ...] | None = None
) -> Iterator[Line]:
    """Yield all lines, as an export writes them; memory stays flat."""
    after: str | None = None
    while True:
        page = lines(wanted, sort=sort, after=after, limit=1_000, visible_owners=visible_owners)
        yield from page.lines
        if page.next is None:
            return
        after = page.next


def _matching(wanted: LeadFilter, visible_owners: tuple[int, ...] | None) -> QuerySet[LeadLine]:
    rows = LeadLine.objects.all() if wanted.stage else LeadLine.objects.exclude(stage=Stage.ANONYMOUS)
    if visible_owners is not None:
        rows = rows.filter(owner__in=visible_owners)
    if wanted.nobodys:
        rows = rows.filter(owner=None)
    exact: dict[str, Any] = {
        "stage": wanted.stage,
        "owner": wanted.owner,
        "type": wanted.type or None,
        "company": wanted.company,
        "score__gte": wanted.min_score,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value is not None})
    for word in fold(wanted.search).replace("\x00", "").split():
        rows = rows.filter(search__contains=word)
    return rows if wanted.view is None else rows.filter(_of_view(wanted.view, wanted))


def _of_view(view: View, wanted: LeadFilter) -> Q:
    if view is View.READY:
        return Q(stage__in=[Stage.READY, Stage.OFFERED])
    if view is View.ENGAGED:
        return Q(stage__in=_NOT_READY, score__gt=0)
    if view is View.COOLING:
        if wanted.now is None:
            raise ValueError("what cools soon depends on now")
        return Q(below_down_at__gt=wanted.now, below_down_at__lte=wanted.now + SOON)
    if wanted.me is None:
        raise ValueError("whose leads are mine?")
    stages = [Stage.OFFERED] if view is View.OFFERED_TO_ME else [Stage.OFFERED, Stage.WORKING, Stage.DEAL]
    return Q(owner=wanted.me, stage__in=stages)


def _from(rows: QuerySet[LeadLine], sort: Sort, after: str | None, limit: int) -> Iterator[LeadLine]:
    """Yield the lines with a value in order, then those without: each part walks an index from its place on."""
    column, descends = _COLUMN[sort], sort in _DESCENDS
    value, person = (None, 0) if after is None else _place(after, sort)
    given = rows.exclude(**{f"{column}__isnull": True}).order_by(
        F(column).desc() if descends else F(column).asc(), "person"
    )
    taken = 0
    if value != _EMPTY:
        if value is not None:
            side = "lt" if descends else "gt"
            given = given.filter(**{f"{column}__{side}e": value}).filter(
                Q(**{f"{column}__{side}": value}) | Q(person__gt=person)
            )
        for row in given[:limit]:
            taken += 1
            yield row
        person = 0
    if taken < limit and sort not in {Sort.SCORE, Sort.NAME}:
        yield from rows.filter(**{column: None, "person__gt": person}).order_by("person")[: limit - taken]


def _place_after(row: LeadLine, sort: Sort) -> str:
    value: _Value | None = getattr(row, _COLUMN[sort])
    return cursor.encode(_EMPTY if value is None else _with_mark(value), row.person_id)


def _with_mark(value: _Value) -> int | str | datetime:
    return f"={value}" if isinstance(value, str) else value  # an empty name is not "without a value"


def _place(after: str, sort: Sort) -> tuple[_Value, int]:
    value, person = cursor.decode(after, int if sort is Sort.SCORE else str, int)
    if isinstance(value, int) or value == _EMPTY:
        return value, int(person)
    if sort is Sort.NAME:
        return value.removeprefix("="), int(person)
    try:
        return datetime.fromisoformat(value).astimezone(UTC), int(person)
    except (ValueError, OverflowError) as error:
        raise cursor.BadCursor("The list has no such place.") from error


def _line(row: LeadLine) -> Line:
    return Line(
        person=row.person_id,
        name=row.name,
        email=row.email,
        company=row.company,
        company_name=row.company_name,
        stage=Stage(row.stage),
        score=row.score,
        score_week_ago=row.score_week_ago,
        falls_at=row.falls_at,
        below_down_at=row.below_down_at,
        owner=row.owner,
        team=row.team,
        pursuit=row.pursuit,
        due_at=row.due_at,
        due_what=row.due_what,
        last_act_at=row.last_act_at,
        last_act=kind_of(row.last_act_kind).label if row.last_act_kind else "",
        last_act_kind=row.last_act_kind,
        last_act_detail=row.last_act_detail,
        type=row.type,
    )
