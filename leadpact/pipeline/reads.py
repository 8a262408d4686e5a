"""What can be asked of deals."""

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime
from itertools import batched
from typing import Any, Final

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    DateField,
    DateTimeField,
    F,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from leadpact.base import cursor
from leadpact.base.money import Money
from leadpact.base.text import fold
from leadpact.base.wording import worded
from leadpact.ledger import by_hand
from leadpact.pipeline.errors import UnknownDeal
from leadpact.pipeline.models import Deal, DealPerson, DealStage
from leadpact.pipeline.types import DealFilter, DealPage, DealSort, DealState, DealView, StageChange, Worth

ALL: Final = DealFilter()
_AT_ONCE: Final = 5_000  # values in one IN (...)
_NEVER: Final = date(9999, 12, 31)
_LONG_AGO: Final = datetime(1, 1, 2, tzinfo=UTC)


def deal(number: int) -> DealView:
    """Return one deal; raises `UnknownDeal`."""
    found = _views(Deal.objects.filter(pk=number))
    if not found:
        raise UnknownDeal(worded("There is no deal {deal}.", deal=number), details={"deal": number})
    return found[0]


def deals(
    wanted: DealFilter = ALL,
    *,
    sort: DealSort = DealSort.NEXT_STEP,
    after: str | None = None,
    limit: int = 50,
    visible_owners: tuple[int, ...] | None = None,
) -> DealPage:
    """Return one page of deals, beginning after a place that an earlier page named; raises `BadCursor`.

    visible_owners  only deals of these users; None: everybody's
    """
    rows = matching(wanted, visible_owners).annotate(sorted_by=_SORTED_BY[sort])
    descends = sort is not DealSort.NEXT_STEP
    if after is not None:
        value, number = _place(after, sort)
        beyond = {"sorted_by__lt" if descends else "sorted_by__gt": value}
        rows = rows.filter(Q(**beyond) | Q(sorted_by=value, pk__lt=number))
    found = list(
        rows.order_by("-sorted_by" if descends else "sorted_by", "-pk").prefetch_related("persons")[: limit + 1]
    )
    shown = found[:limit]
    following = None
    if len(found) > limit:
        following = cursor.encode(_sort_value(shown[-1]), shown[-1].pk)
    return DealPage(tuple(view_of(row) for row in shown), following)


def count(wanted: DealFilter = ALL, *, visible_owners: tuple[int, ...] | None = None) -> int:
    """Return how many deals there are."""
    return matching(wanted, visible_owners).count()


def worth(wanted: DealFilter = ALL, *, visible_owners: tuple[int, ...] | None = None) -> list[Worth]:
    """Return what deals are worth together, one sum for each currency, those not known yet last."""
    rows = matching(wanted, visible_owners).annotate(
        known=Case(When(amount_minor=None, then=None), default=F("currency"), output_field=CharField(null=True))
    )
    found = rows.order_by().values("known").annotate(deals=Count("pk"), minor=Sum("amount_minor"))
    return [
        Worth(row["deals"], None if row["known"] is None else Money(int(row["minor"]), row["known"]))
        for row in sorted(found, key=lambda row: (row["known"] is None, row["known"] or ""))
    ]


def of_company(company: int) -> list[DealView]:
    """Return a company's deals, the newest first."""
    return _views(Deal.objects.filter(company=company))


def open_of_company(company: int) -> list[DealView]:
    """Return a company's open deals, the newest first."""
    return _views(Deal.objects.filter(company=company, state=DealState.OPEN))


def open_of_companies(companies: Collection[int]) -> dict[int, DealView]:
    """Return the newest open deal of each of these companies; those without any are left out."""
    deals = _views(Deal.objects.filter(company__in=companies, state=DealState.OPEN)) if companies else []
    return {deal.company: deal for deal in reversed(deals) if deal.company is not None}


def of_pursuit(pursuit: int) -> list[DealView]:
    """Return the deals a pursuit led to, the newest first."""
    return _views(Deal.objects.filter(pursuit=pursuit))


def beside_question(company: int | None, pursuit: int) -> by_hand.Question[list[DealView]]:
    """Return what `of_company` asks, for a lead without a company `of_pursuit`, to be asked with other things."""
    mine = Deal.objects.filter(pursuit=pursuit) if company is None else Deal.objects.filter(company=company)
    return by_hand.question_of(_with_persons(mine), lambda found: _together(sorted(found, key=_newest_last)[::-1]))


def of_persons(persons: Collection[int]) -> list[DealView]:
    """Return the deals that any of these persons takes part in, the newest first."""
    numbers = DealPerson.objects.filter(person__in=persons).values("deal")
    return _views(Deal.objects.filter(pk__in=numbers))


def by_external(external: str) -> DealView | None:
    """Return the deal another system calls so, or None."""
    row = Deal.objects.filter(external=external).prefetch_related("persons").first()
    return None if row is None else view_of(row)


def owners_of_open_deals(companies: Collection[int]) -> dict[int, int | None]:
    """Return, of these companies, those with an open deal and who owns the newest one."""
    found: dict[int, int | None] = {}
    for some in batched(companies, _AT_ONCE):
        rows = Deal.objects.filter(company__in=some, state=DealState.OPEN).order_by("opened_at", "pk")
        found.update({company: owner for company, owner in rows.values_list("company", "owner") if company is not None})
    return found


def customers(companies: Collection[int]) -> set[int]:
    """Return those of the companies that ever bought."""
    found: set[int] = set()
    for some in batched(companies, _AT_ONCE):
        rows = Deal.objects.filter(company__in=some, state=DealState.WON)
        found.update(company for company in rows.values_list("company", flat=True) if company is not None)
    return found


def customer_persons(persons: Collection[int]) -> set[int]:
    """Return those of the persons who took part in a deal that was won."""
    found: set[int] = set()
    for some in batched(persons, _AT_ONCE):
        rows = DealPerson.objects.filter(person__in=some, deal__state=DealState.WON)
        found.update(rows.values_list("person", flat=True))
    return found


def stage_history(number: int) -> list[StageChange]:
    """Return how a deal stood from when on, the oldest first."""
    rows = DealStage.objects.filter(deal=number).order_by("happened_at", "pk")
    return [
        StageChange(row.stage, DealState(row.state), _money(row.amount_minor, row.currency), row.happened_at, row.entry)
        for row in rows
    ]


def view_of(row: Deal, persons: tuple[tuple[int, str], ...] | None = None) -> DealView:
    """Return a row as other packages see it; `persons` where the caller knows them, or needs none."""
    if persons is None:
        persons = tuple(sorted((each.person_id, each.role) for each in row.persons.all()))
    return DealView(
        id=row.pk,
        title=row.title,
        company=row.company_id,
        pursuit=row.pursuit,
        stage=row.stage,
        state=DealState(row.state),
        amount=_money(row.amount_minor, row.currency),
        currency=row.currency,
        owner=row.owner_id,
        next_step=row.next_step,
        next_step_on=row.next_step_on,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        reason=row.reason,
        note=row.note,
        inbound=row.inbound,
        external=row.external,
        persons=persons,
    )


def _views(rows: QuerySet[Deal]) -> list[DealView]:
    """Read deals with their persons in one query: one row for each person."""
    return _together(_with_persons(rows).order_by("-opened_at", "-pk"))


def _with_persons(rows: QuerySet[Deal]) -> QuerySet[Any]:
    """Return a row for each person of each deal, `person` and `role` beside it."""
    return rows.annotate(person=F("persons__person"), role=F("persons__role"))


def _together(joined: Iterable[Any]) -> list[DealView]:
    """Make one deal of its rows, in the order of the rows."""
    found: dict[int, Deal] = {}
    persons: dict[int, list[tuple[int, str]]] = {}
    for row in joined:
        found[row.pk] = row
        mine = persons.setdefault(row.pk, [])
        if row.person is not None:
            mine.append((row.person, row.role))
    return [view_of(row, tuple(sorted(persons[number]))) for number, row in found.items()]


def _newest_last(row: Deal) -> tuple[datetime, int]:
    return row.opened_at, row.pk


def _money(minor: int | None, currency: str) -> Money | None:
    return None if minor is None else Money(minor, currency)


def matching(wanted: DealFilter, visible_owners: tuple[int, ...] | None) -> QuerySet[Deal]:
    """Return the deals that a filter lets through, in no order; `visible_owners` None: everybody's."""
    rows = Deal.objects.all()
    if visible_owners is not None:
        rows = rows.filter(owner__in=visible_owners)
    exact = {
        "state": wanted.state,
        "stage": wanted.stage or None,
        "owner": wanted.owner,
        "company": wanted.company,
        "inbound": wanted.inbound,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value is not None})
    for word in fold(wanted.search).replace("\x00", "").split():
        rows = rows.filter(search__contains=word)
    return rows


_SORTED_BY: Final[dict[DealSort, Any]] = {
    DealSort.NEXT_STEP: Coalesce(F("next_step_on"), Value(_NEVER), output_field=DateField()),
    DealSort.NEWEST: F("opened_at"),
    DealSort.LARGEST: Coalesce(F("amount_minor"), Value(-1), output_field=BigIntegerField()),
    DealSort.CLOSED: Coalesce(F("closed_at"), Value(_LONG_AGO), output_field=DateTimeField()),
}


def _sort_value(row: Any) -> int | date | datetime:
    value: int | date | datetime = row.sorted_by
    return value


def _place(after: str, sort: DealSort) -> tuple[int | date | datetime, int]:
    value, number = cursor.decode(after, int if sort is DealSort.LARGEST else str, int)
    return _read(value, sort), int(number)


def _read(value: int | str, sort: DealSort) -> int | date | datetime:
    try:
        if sort is DealSort.NEXT_STEP:
            return date.fromisoformat(str(value))
        if sort in {DealSort.NEWEST, DealSort.CLOSED}:
            return datetime.fromisoformat(str(value)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise cursor.BadCursor(worded("The list has no such place.")) from error
    return int(value)


def titles(numbers: Iterable[int]) -> dict[int, str]:
    """Return the titles of deals by number."""
    found: dict[int, str] = {}
    for some in batched(numbers, _AT_ONCE):
        found.update(Deal.objects.filter(pk__in=some).values_list("pk", "title"))
    return found
