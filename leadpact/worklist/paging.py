"""Lines in an order, from a place on: each part of a list walks an index, however deep the page."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from django.db.models import F, IntegerField, Q, QuerySet, Subquery, Value

from leadpact.base import cursor
from leadpact.base.wording import worded
from leadpact.handover.types import Stage
from leadpact.worklist.models import LeadLine
from leadpact.worklist.types import NEVER_EMPTY, Sort

_COLUMN: Final = {
    Sort.SCORE: "score",
    Sort.LAST_ACT: "last_act_at",
    Sort.DUE: "due_at",
    Sort.COOLING: "below_down_at",
    Sort.NAME: "name_key",
    Sort.COMPANY: "company_key",
}
_TEXTS: Final = frozenset({Sort.NAME, Sort.COMPANY})
_DESCENDS: Final = frozenset({Sort.SCORE, Sort.LAST_ACT})
WAITING: Final = (Stage.READY, Stage.OFFERED)
_EMPTY: Final = ""  # in a place: the list has come to the lines without a value

type _Value = int | str | datetime


class _HowMany(Subquery):
    """How many rows a query finds, asked along with other rows: the database answers it once, not once a row."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def page_from(
    rows: QuerySet[LeadLine],
    sort: Sort,
    *,
    after: str | None,
    limit: int,
    is_reversed: bool = False,
    count_to: int = 0,
    counted: QuerySet[LeadLine] | None = None,
    late_at: datetime | None = None,
    are_few: bool = False,
) -> Iterator[LeadLine]:
    """Yield the lines with a value in order, then those without; raises `BadCursor` for a place that is none.

    count_to   the first line says as `total` how many there are in all, counted so far; 0: nobody asks
    counted    the same lines, asked for in a way that counts them sooner
    late_at    the first line says as `ready` and `late` how many of them wait for sales, and are past due by then
    are_few    there are few rows, which are sooner sorted than met on a walk through all
    """
    how_many = _counted(rows if counted is None else counted, count_to, late_at) if count_to else {}
    column, descends = _COLUMN[sort], (sort in _DESCENDS) is not is_reversed
    value, person = (None, 0) if after is None else _place(after, sort)
    # Said so and not as an exclusion, or SQLite does not see that an index without the empty ones will do.
    given = rows.filter(**{f"{column}__isnull": False}).order_by(
        F(column).desc() if descends else F(column).asc(), "-person" if is_reversed else "person"
    )
    taken = 0
    if value != _EMPTY:
        if value is not None:
            side, next_person = "lt" if descends else "gt", "lt" if is_reversed else "gt"
            given = given.filter(**{f"{column}__{side}e": value}).filter(
                Q(**{f"{column}__{side}": value}) | Q(**{f"person__{next_person}": person})
            )
        for row in given.annotate(**how_many)[:limit]:
            taken += 1
            yield row
        person = 0
    if taken < limit and sort not in NEVER_EMPTY:
        order = F("person") + Value(0, IntegerField()) if are_few else F("person")  # no index has such an order
        empty = rows.filter(**{column: None, "person__gt": person}).order_by(order.asc())
        yield from (empty if taken else empty.annotate(**how_many))[: limit - taken]


def _counted(lines: QuerySet[LeadLine], most: int, late_at: datetime | None) -> dict[str, _HowMany]:
    asked = {"total": lines}
    if late_at is not None:
        # Few are past due: found first by themselves, whatever else the list is narrowed by.
        past_due = LeadLine.objects.filter(due_at__lt=late_at).values("pk")
        asked |= {"ready": lines.filter(stage__in=WAITING), "late": lines.filter(pk__in=past_due)}
    return {name: _HowMany(some.values("pk")[:most]) for name, some in asked.items()}


def place_after(row: LeadLine, sort: Sort) -> str:
    """Return where the list goes on after a line."""
    value: _Value | None = getattr(row, _COLUMN[sort])
    return cursor.encode(_EMPTY if value is None else _with_mark(value), row.person_id)


def _with_mark(value: _Value) -> int | str | datetime:
    return f"={value}" if isinstance(value, str) else value  # an empty name is not "without a value"


def _place(after: str, sort: Sort) -> tuple[_Value, int]:
    value, person = cursor.decode(after, int if sort is Sort.SCORE else str, int)
    if isinstance(value, int) or value == _EMPTY:
        return value, int(person)
    if sort in _TEXTS:
        return value.removeprefix("="), int(person)
    try:
        return datetime.fromisoformat(value).astimezone(UTC), int(person)
    except (ValueError, OverflowError) as error:
        raise cursor.BadCursor(worded("The list has no such place.")) from error
