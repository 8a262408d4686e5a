"""Keeping the lines true: refreshed in the transaction of their cause, and made anew from what they are made of."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from itertools import batched
from typing import Final

from django.db import transaction

from leadpact.base.text import fold, truncate
from leadpact.capture import touches
from leadpact.capture.touches import Came
from leadpact.engagement import reads as engagement
from leadpact.engagement.types import ActRow
from leadpact.handover import reads as handover
from leadpact.handover.types import PursuitView, Stage
from leadpact.ledger import by_hand
from leadpact.people import reads as people
from leadpact.people.types import PersonView
from leadpact.promises import reads as promises
from leadpact.promises.types import PromiseView
from leadpact.scoring import reads as scoring
from leadpact.scoring.types import StandingView
from leadpact.worklist.models import LeadLine
from leadpact.worklist.rules import detail_of, family_of, owner_of, stage_for

type _Line = dict[str, str | int | date | None]  # of a LeadLine; making the object takes longer than writing it

_AT_ONCE: Final = 500
_TABLE: Final = LeadLine._meta.db_table
_COLUMNS: Final = [str(field.column) for field in LeadLine._meta.fields]  # the person first


def refresh(persons: Collection[int], *, now: datetime) -> int:
    """Make the lines of these persons as the tables behind them stand; return how many there are.

    A person that was merged into another loses the line, and the survivor's is made anew.
    """
    written = 0
    with transaction.atomic(savepoint=False):
        for some in batched(sorted(set(persons)), _AT_ONCE):
            written += _refresh(some)
    return written


def rebuild(*, now: datetime) -> int:
    """Make every line anew and drop those that belong to nobody; return how many there are."""
    written, last = 0, 0
    while numbers := people.person_ids(after=last, limit=_AT_ONCE):
        written += refresh(numbers, now=now)
        with transaction.atomic():
            LeadLine.objects.filter(person__gt=last, person__lt=numbers[-1]).exclude(person__in=numbers).delete()
        last = numbers[-1]
    LeadLine.objects.filter(person__gt=last).delete()
    return written


def _refresh(asked: Collection[int]) -> int:
    found = people.persons(asked)
    views = {view.id: view for view in found.values() if not view.is_erased}
    lines = _made_anew(views)
    gone = {row for view in views.values() for row in view.merged} | (set(asked) - set(views))
    if gone:
        LeadLine.objects.filter(pk__in=gone).delete()
    # In the order of numbers, so that two transactions never wait for each other.
    by_hand.put(_TABLE, _COLUMNS, ([line[name] for name in _COLUMNS] for line in lines))
    return len(lines)


def _made_anew(views: Mapping[int, PersonView]) -> list[_Line]:
    standings = scoring.standings(views)
    pursuits = handover.latest_of({view.id: view.merged for view in views.values()})
    due = promises.open_of_many({pursuit.about for pursuit in pursuits.values() if pursuit.is_active})
    identities = [identity for view in views.values() for identity in view.identities]
    acts, came = engagement.last_acts(identities), touches.first_of_each(identities)
    made = []
    for number in sorted(views):
        view, pursuit = views[number], pursuits.get(number)
        theirs = [acts[identity] for identity in view.identities if identity in acts]
        last = max(theirs, key=lambda act: (act.happened_at, act.key), default=None)
        owed = due.get(pursuit.about, []) if pursuit else []
        known = [(came[identity].happened_at, identity) for identity in view.identities if identity in came]
        first = came[min(known)[1]] if known else Came(view.created_at, "")
        made.append(_line(view, standings.get(number), pursuit, owed, last, first))
    return made


def _line(
    view: PersonView,
    standing: StandingView | None,
    pursuit: PursuitView | None,
    owed: Collection[PromiseView],
    last: ActRow | None,
    first: Came,
) -> _Line:
    lead_since = standing.lead_since if standing else None
    next_due = min(owed, key=lambda each: (each.due_at, each.id), default=None)
    return {
        "person_id": view.id,
        "name": truncate(view.name, 300),
        "email": view.email,
        "company": view.company,
        "company_name": view.company_name,
        "search": " ".join(filter(None, (fold(view.name), fold(view.email), fold(view.company_name)))),
        "name_key": truncate(fold(view.name or view.email), 120),
        "family_key": family_of(view.name),
        "email_key": truncate(fold(view.email), 120),
        "stage": stage_for(is_known=view.is_known, standing=standing, pursuit=pursuit).value,
        "score": standing.score if standing else 0,
        "score_week_ago": standing.score_week_ago if standing else 0,
        "falls_at": standing.falls_at if standing else None,
        "below_down_at": standing.below_down_at if standing else None,
        "owner": owner_of(view.owner, pursuit),
        "team": pursuit.team if pursuit else None,
        "pursuit": pursuit.id if pursuit else None,
        "due_at": next_due.due_at if next_due else None,
        "due_what": next_due.kind if next_due else "",
        "last_act_at": last.happened_at if last else None,
        "last_act_kind": last.kind if last else "",
        "last_act_detail": detail_of(last.kind, dict(last.properties)) if last else "",
        "type": pursuit.type.value if pursuit else "",
        "title": view.title,
        "company_key": truncate(fold(view.company_name), 120) or None,
        "campaign": pursuit.first_touch.campaign if pursuit else None,
        "channel": pursuit.first_touch.channel if pursuit else "",
        "recycle_until": pursuit.recycle_until if pursuit and pursuit.stage is Stage.RECYCLED else None,
        "lead_since": lead_since,
        "began_at": lead_since or view.created_at,
        "came_at": first.happened_at,
        "came_by": first.campaign_key,
    }
