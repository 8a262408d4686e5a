"""What the board and the companies ask of deals: lanes by stage, how long deals usually stay, what is worth what."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db.models import Count, F, QuerySet, Sum, Window
from django.db.models.functions import RowNumber

from leadpact.base.money import Money
from leadpact.pipeline import rules
from leadpact.pipeline.models import Deal, DealStage
from leadpact.pipeline.reads import matching, view_of
from leadpact.pipeline.types import DealFilter, DealState, DealView, Lane, Usual, Worth

LOOKED_BACK: Final = timedelta(days=730)
LOOKED_AT: Final = 2_000  # closed deals, the latest ones


def lanes(
    wanted: DealFilter,
    stages: Sequence[str],
    *,
    each: int = 40,
    visible_owners: tuple[int, ...] | None = None,
) -> list[Lane]:
    """Return the stages in order with their deals; stages that the settings name no more come first, while in use.

    each  how many deals of a stage are read, without their persons
    """
    rows = matching(wanted, visible_owners)
    by_amount = [F("amount_minor").desc(nulls_last=True), F("pk").desc()]
    place = Window(RowNumber(), partition_by=[F("stage")], order_by=by_amount)
    found = rows.annotate(place=place).filter(place__lte=each).order_by("stage", "place")
    held: dict[str, list[DealView]] = {}
    for row in found:
        held.setdefault(row.stage, []).append(view_of(row, ()))
    sums = rows.order_by().values("stage", "currency").annotate(
        deals=Count("pk"), known=Count("amount_minor"), minor=Sum("amount_minor")
    )  # fmt: skip
    parts: dict[str, list[tuple[int, int, Money | None]]] = {}
    for part in sums.order_by("stage", "currency"):
        worth = None if part["minor"] is None else Money(int(part["minor"]), part["currency"])
        parts.setdefault(part["stage"], []).append((part["deals"], part["known"], worth))
    former = sorted(stage for stage in held if stage not in stages)
    return [_lane(stage, held.get(stage, []), parts.get(stage, [])) for stage in (*former, *stages)]


def _lane(stage: str, deals: list[DealView], parts: list[tuple[int, int, Money | None]]) -> Lane:
    return Lane(
        stage=stage,
        deals=tuple(deals),
        count=sum(count for count, _known, _worth in parts),
        amounts=tuple(worth for _count, _known, worth in parts if worth is not None),
        unknown=sum(count - known for count, known, _worth in parts),
    )


def since_when(deals: Collection[int]) -> dict[int, datetime]:
    """Return since when each of these deals stands at its stage without a break."""
    return rules.since_when(_histories(DealStage.objects.filter(deal__in=deals)))


def usual(now: datetime) -> dict[str, Usual]:
    """Return by stage what became of the deals closed in the last two years, and how long they stayed there."""
    closed = Deal.objects.filter(state__in=[DealState.WON, DealState.LOST], closed_at__gte=now - LOOKED_BACK)
    latest = closed.order_by("-closed_at").values("pk")[:LOOKED_AT]
    return rules.usual(_histories(DealStage.objects.filter(deal__in=latest)))


def _histories(rows: QuerySet[DealStage]) -> dict[int, list[tuple[str, DealState, datetime]]]:
    found: dict[int, list[tuple[str, DealState, datetime]]] = {}
    values = rows.order_by("deal", "happened_at", "pk").values_list("deal", "stage", "state", "happened_at")
    for deal, stage, state, happened_at in values:
        found.setdefault(deal, []).append((stage, DealState(state), happened_at.astimezone(UTC)))
    return found


def named(text: str, *, limit: int, visible_owners: tuple[int, ...] | None = None) -> list[DealView]:
    """Return deals by any part of their titles, the newest first, without their persons."""
    rows = matching(DealFilter(search=text), visible_owners).order_by("-opened_at", "-pk")
    return [view_of(row, ()) for row in rows[:limit]]


def companies(state: DealState, *, visible_owners: tuple[int, ...] | None = None) -> QuerySet[Deal, int | None]:
    """Return the companies with a deal in a state, as a question for another package to ask within its own."""
    rows = matching(DealFilter(state=state), visible_owners).exclude(company=None)
    return rows.order_by().values_list("company", flat=True)


def worth_at(companies: Collection[int], *, visible_owners: tuple[int, ...] | None = None) -> dict[int, list[Worth]]:
    """Return what the open deals of companies are worth, one sum for each currency; those without one are left out."""
    if not companies:
        return {}
    rows = matching(DealFilter(state=DealState.OPEN), visible_owners).filter(company__in=companies).order_by()
    found: dict[int, list[Worth]] = {}
    sums = rows.values("company", "currency").annotate(deals=Count("pk"), minor=Sum("amount_minor"))
    for row in sums.order_by("company", "currency"):
        worth = None if row["minor"] is None else Money(int(row["minor"]), row["currency"])
        found.setdefault(row["company"], []).append(Worth(row["deals"], worth))
    return found
