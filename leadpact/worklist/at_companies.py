"""What the lines say of companies: who is there, how far the best of them is, and where most is going on."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from leadpact.base import cursor
from leadpact.base.wording import worded
from leadpact.handover.types import Stage
from leadpact.worklist.models import LeadLine
from leadpact.worklist.types import AtCompany, Line, Sort

WAITING: Final = (Stage.READY, Stage.OFFERED)
FEW: Final = 2_000  # companies whose lines are sooner sorted than met on the way
_COLUMN: Final = {Sort.SCORE: "score", Sort.LAST_ACT: "last_act_at"}


@dataclass(frozen=True)
class Busiest:
    """Companies in order and where the next ones begin; None: these were the last."""

    companies: tuple[int, ...]
    next: str | None


def at_companies(companies: Collection[int], *, visible_owners: tuple[int, ...] | None = None) -> dict[int, AtCompany]:
    """Return what the lines say of these companies; one without anybody is left out."""
    if not companies:
        return {}
    rows = _known(visible_owners).filter(company__in=companies).order_by().values("company")
    found = rows.annotate(
        persons=Count("pk"),
        waiting=Count("pk", filter=Q(stage__in=WAITING)),
        best=Max("score"),
        last=Max("last_act_at"),
    )
    return {
        row["company"]: AtCompany(row["persons"], row["waiting"], row["best"] or 0, _utc(row["last"]))
        for row in found
        if row["company"] is not None
    }


def counted(lines: Collection[Line]) -> AtCompany:
    """Return what these lines of one company say together, as `at_companies` does."""
    moments = [line.last_act_at for line in lines if line.last_act_at is not None]
    return AtCompany(
        persons=len(lines),
        waiting=sum(line.stage in WAITING for line in lines),
        best=max((line.score for line in lines), default=0),
        last_act_at=max(moments, default=None),
    )


def busiest(
    sort: Sort,
    *,
    after: str | None = None,
    limit: int = 50,
    within: QuerySet[Any, int] | None = None,
    visible_owners: tuple[int, ...] | None = None,
) -> Busiest:
    """Return companies by their best person's score, or by when somebody there last did something.

    Walks the index of the lines and keeps, of each company, the first line it meets, so that a page costs the
    same among ten companies and a hundred thousand.  Those where nobody ever did anything are left out.
    within  only these companies, by number

    Raises `BadCursor`.
    """
    column = _COLUMN[sort]
    lines = _known(visible_owners).exclude(company=None)
    lines = lines.filter(score__gt=0) if sort is Sort.SCORE else lines.exclude(last_act_at=None)
    if within is not None:
        few = list(within[: FEW + 1])
        many = Exists(within.filter(pk=OuterRef("company")))  # asked of each line that the walk meets
        lines = lines.filter(company__in=few) if len(few) <= FEW else lines.filter(many)
    higher = Q(**{f"{column}__gt": OuterRef(column)}) | Q(**{column: OuterRef(column), "pk__lt": OuterRef("pk")})
    first = lines.filter(~Exists(_known(visible_owners).filter(higher, company=OuterRef("company"))))
    if after is not None:
        value, person = _place(after, sort)
        first = first.filter(**{f"{column}__lte": value}).filter(Q(**{f"{column}__lt": value}) | Q(pk__gt=person))
    found = list(first.order_by(f"-{column}", "pk").values_list("company", column, "pk")[: limit + 1])
    shown = found[:limit]
    following = cursor.encode(*_said(*shown[-1][1:])) if len(found) > limit else None
    return Busiest(tuple(company for company, _value, _person in shown if company is not None), following)


def numbers(*, owner: int) -> QuerySet[LeadLine, int | None]:
    """Return the companies where a user has a lead, as a question for another package to ask within its own."""
    return _known((owner,)).exclude(company=None).order_by().values_list("company", flat=True)


def _known(visible_owners: tuple[int, ...] | None) -> QuerySet[LeadLine]:
    rows = LeadLine.objects.exclude(stage=Stage.ANONYMOUS)
    return rows if visible_owners is None else rows.filter(owner__in=visible_owners)


def _said(value: Any, person: int) -> tuple[int | datetime, int]:
    return (value if isinstance(value, int) else value.astimezone(UTC)), person


def _place(after: str, sort: Sort) -> tuple[int | datetime, int]:
    value, person = cursor.decode(after, int if sort is Sort.SCORE else str, int)
    if isinstance(value, int):
        return value, int(person)
    try:
        return datetime.fromisoformat(value).astimezone(UTC), int(person)
    except (ValueError, OverflowError) as error:
        raise cursor.BadCursor(worded("The list has no such place.")) from error


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)
