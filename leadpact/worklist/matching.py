"""Which lines a filter lets through, as conditions of the database."""

from datetime import UTC, timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet

from leadpact.base.text import fold
from leadpact.handover.types import Stage
from leadpact.worklist.models import LeadLine
from leadpact.worklist.rules import month_began
from leadpact.worklist.types import LeadFilter, View

SOON: Final = timedelta(days=7)
_NOT_READY: Final = (Stage.CONTACT, Stage.LEAD, Stage.RECYCLED, Stage.COOLED)


def matching(wanted: LeadFilter, visible_owners: tuple[int, ...] | None) -> QuerySet[LeadLine]:
    """Return the lines that a filter lets through, in no order; `visible_owners` None: everybody's."""
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
        "campaign": wanted.campaign,
        "score__gte": wanted.min_score,
        "last_act_at__gte": wanted.acted_since,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value is not None})
    for word in fold(wanted.search).replace("\x00", "").split():
        rows = rows.filter(search__contains=word)
    return rows if wanted.view is None else rows.filter(_of_view(wanted.view, wanted))


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
    if wanted.now is None or wanted.zone is None:
        raise ValueError("this month depends on now and on the zone")
    since = month_began(wanted.now, wanted.zone).astimezone(UTC)
    return Q(stage__in=_NOT_READY, score__gt=0, last_act_at__gte=since)
