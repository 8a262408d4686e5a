"""Which lines a filter lets through, as conditions of the database."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce

from leadpact.base.text import fold
from leadpact.handover.types import Stage
from leadpact.worklist.lookup import (
    SHORTEST,
    begins,
    joined,
    met_beginning,
    persons_at,
    persons_beginning,
    persons_since,
    persons_with,
)
from leadpact.worklist.models import LeadLine
from leadpact.worklist.rules import month_began
from leadpact.worklist.types import NEVER_EMPTY, LeadFilter, Sort, View

SOON: Final = timedelta(days=7)
_NOT_READY: Final = (Stage.CONTACT, Stage.LEAD, Stage.RECYCLED, Stage.COOLED)
_OTHERS: Final = tuple(stage for stage in Stage if stage not in _NOT_READY)


def matching(
    wanted: LeadFilter, visible_owners: tuple[int, ...] | None, *, order: Sort | None = None
) -> QuerySet[LeadLine]:
    """Return the lines that a filter lets through; `visible_owners` None: everybody's.

    order   in which they are wanted: where it knows nothing of a filter, ask first whether that lets only few through
    """
    rows = LeadLine.objects.all()
    if wanted.stage is not Stage.ANONYMOUS:
        rows = rows.exclude(stage=Stage.ANONYMOUS)
    if visible_owners is not None:
        rows = rows.filter(owner__in=visible_owners)
    if wanted.nobodys:
        # Most leads are nobody's: walking the list in its order finds them sooner than an index of owners would.
        rows = rows.alias(whose=Coalesce("owner", 0)).filter(whose=0)
    if wanted.type:
        rows = rows.filter(pursuit__isnull=False)  # as the index of types says it
    exact: dict[str, Any] = {
        "owner": wanted.owner,
        "type": wanted.type or None,
        "company": wanted.company,
        "campaign": wanted.campaign,
        "score__gte": wanted.min_score,
        "last_act_at__gte": wanted.acted_since,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value is not None})
    if words := _words(wanted):
        rows = _with_words(rows, words)
    elif order in NEVER_EMPTY and (since := _since(wanted)) is not None and (few := persons_since(since)) is not None:
        rows = rows.filter(person__in=few)
    if wanted.stage is not None:
        rows = _at(rows, wanted.stage, order)
    return rows if wanted.view is None else rows.filter(_of_view(wanted.view, wanted))


def _at(rows: QuerySet[LeadLine], stage: Stage, order: Sort | None) -> QuerySet[LeadLine]:
    """Return those at a stage.  In an order its index has not, a few are looked up, and many are met on the way."""
    if order in (None, Sort.SCORE) or connection.vendor != "sqlite":
        return rows.filter(stage=stage)
    few = persons_at(stage)
    return rows.alias(at=Coalesce("stage", Value(""))).filter(at=stage) if few is None else rows.filter(person__in=few)


def _since(wanted: LeadFilter) -> datetime | None:
    """Return from when on somebody must have done something to be let through."""
    asked = [wanted.acted_since] if wanted.acted_since is not None else []
    return max([*asked, _this_month(wanted)] if wanted.view is View.ENGAGED else asked, default=None)


def to_count(rows: QuerySet[LeadLine], wanted: LeadFilter) -> QuerySet[LeadLine]:
    """Return the same lines, asked for in the way that finds them soonest in any order."""
    rows = rows if wanted.stage is None else rows.filter(stage=wanted.stage)
    for word in _words(wanted):
        rows = rows if len(word) >= SHORTEST else rows.filter(begins(word))
    return joined(rows, _words(wanted))


def _words(wanted: LeadFilter) -> list[str]:
    return fold(wanted.search).replace("\x00", "").split()


def _with_words(rows: QuerySet[LeadLine], words: Sequence[str]) -> QuerySet[LeadLine]:
    """Return those in whose text all words stand; of a word of one or two letters, with which something begins."""
    few = [persons_with(words)]
    for word in words:
        if len(word) >= SHORTEST:
            rows = rows.filter(search__contains=word)
            continue
        few.append(persons_beginning(word))
        rows = met_beginning(rows, word)
    fewest = min((found for found in few if found is not None), key=len, default=None)
    return rows if fewest is None else rows.filter(person__in=fewest)


def _of_view(view: View, wanted: LeadFilter) -> Q:
    if view is View.READY:
        return Q(stage__in=[Stage.READY, Stage.OFFERED])
    if view is View.BACK:
        return Q(stage__in=[Stage.RECYCLED, Stage.COOLED])
    if view is View.ENGAGED:
        return _engaged(wanted)
    if view is View.COOLING:
        if wanted.now is None:
            raise ValueError("what cools soon depends on now")
        return Q(below_down_at__gt=wanted.now, below_down_at__lte=wanted.now + SOON)
    if wanted.me is None:
        raise ValueError("whose leads are mine?")
    stages = [Stage.OFFERED] if view is View.OFFERED_TO_ME else [Stage.OFFERED, Stage.WORKING, Stage.DEAL]
    return Q(owner=wanted.me, stage__in=stages)


def _engaged(wanted: LeadFilter) -> Q:
    # Most leads are not ready: said by the few stages that are, no index of stages is taken for it.
    return ~Q(stage__in=_OTHERS) & Q(score__gt=0, last_act_at__gte=_this_month(wanted))


def _this_month(wanted: LeadFilter) -> datetime:
    if wanted.now is None or wanted.zone is None:
        raise ValueError("this month depends on now and on the zone")
    return month_began(wanted.now, wanted.zone).astimezone(UTC)
