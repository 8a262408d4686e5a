"""What can be asked of promises."""

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from functools import lru_cache

from django.db.models import Count

from leadpact.base.wording import worded
from leadpact.base.working_time import Calendar, parse_calendar
from leadpact.ledger import by_hand
from leadpact.promises import rules
from leadpact.promises.errors import UnknownPromise
from leadpact.promises.models import Promise
from leadpact.promises.types import Clock, PromiseState, PromiseView, Receipt

_AT_ONCE = 5_000


def promise(id_or_key: int | str) -> PromiseView:
    """Return one promise; raises `UnknownPromise`."""
    chosen = {"pk": id_or_key} if isinstance(id_or_key, int) else {"key": id_or_key}
    row = Promise.objects.filter(**chosen).first()
    if row is None:
        raise UnknownPromise(
            worded("There is no promise {promise}.", promise=id_or_key), details={"promise": id_or_key}
        )
    return view_of(row)


def is_any_overdue(now: datetime) -> bool:
    """Say whether a sweep would find a promise missed; asked first, it spares the writing lock."""
    sql = "SELECT 1 FROM promises_promise WHERE state = %s AND due_at < %s LIMIT 1"
    return bool(by_hand.rows(sql, [PromiseState.OPEN.value, now]))


def open_of(about: str) -> list[PromiseView]:
    """Return the promises about a thing whose clock runs: open, or missed and not done yet; by due moment."""
    return open_of_many([about]).get(about, [])


def open_of_many(abouts: Collection[str]) -> dict[str, list[PromiseView]]:
    """Return `open_of` for many things at once; things without any are left out."""
    asked, found = list(abouts), dict[str, list[PromiseView]]()
    for first in range(0, len(asked), _AT_ONCE):
        rows = Promise.objects.filter(
            about__in=asked[first : first + _AT_ONCE],
            state__in=[PromiseState.OPEN, PromiseState.MISSED],
            closed_at=None,
        )
        for row in rows.order_by("due_at", "pk"):
            found.setdefault(row.about, []).append(view_of(row))
    return found


def all_of(about: str) -> list[PromiseView]:
    """Return every promise about a thing, whatever became of it, in the order they were made."""
    return [view_of(row) for row in Promise.objects.filter(about=about).order_by("made_at", "pk")]


def all_of_many(abouts: Collection[str]) -> list[PromiseView]:
    """Return every promise about any of several things, in the order they were made."""
    rows = Promise.objects.filter(about__in=list(abouts)).order_by("made_at", "pk") if abouts else ()
    return [view_of(row) for row in rows]


def all_of_many_question(abouts: Collection[str]) -> by_hand.Question[list[PromiseView]]:
    """Return what `all_of_many` asks, to be asked with other things."""
    return by_hand.question_of(Promise.objects.filter(about__in=list(abouts)), _in_order)


def _in_order(rows: Iterable[Promise]) -> list[PromiseView]:
    return [view_of(row) for row in sorted(rows, key=lambda row: (row.made_at, row.pk))]


def of_key(key: str) -> PromiseView | None:
    """Return the promise with that key, or None."""
    row = Promise.objects.filter(key=key).first()
    return None if row is None else view_of(row)


def neglected_by_user(kind: str, since: datetime, until: datetime) -> dict[int, int]:
    """Return how many promises of a kind, due in [since, until), each user has missed and not done yet."""
    rows = (
        Promise.objects.filter(
            kind=kind, state=PromiseState.MISSED, closed_at=None, due_at__gte=since, due_at__lt=until
        )
        .exclude(owed_by_user=None)
        .values_list("owed_by_user")
        .annotate(number=Count("pk"))
    )
    return {user: number for user, number in rows if user is not None}


def due_between(since: datetime, until: datetime) -> list[PromiseView]:
    """Return the promises due in [since, until), whatever became of them, by due moment."""
    rows = Promise.objects.filter(due_at__gte=since, due_at__lt=until).order_by("due_at", "pk")
    return [view_of(row) for row in rows]


def clock(promise: PromiseView, now: datetime) -> Clock:
    """Return the time used and left on a promise's clock; it stands still once the promise is closed."""
    return rules.clock(promise.made_at, promise.due_at, promise.closed_at, promise.amount, promise.calendar, now)


def receipt(promise_id: int, *, now: datetime | None = None) -> Receipt:
    """Return how the time of a promise was counted, up to when it was closed.

    For one that is not closed: up to `now`, or without it up to the due moment, which shows how that was found.
    """
    return receipt_of(promise(promise_id), now=now)


def receipt_of(found: PromiseView, *, now: datetime | None = None) -> Receipt:
    """Do as `receipt` for a promise that was read already."""
    until = max(found.closed_at or now or found.due_at, found.made_at)
    lines = rules.receipt_lines(found.made_at, until, found.amount, found.calendar)
    used = rules.used(found.made_at, until, found.amount, found.calendar)
    return Receipt(promise=found, until=until, used=used, lines=lines)


def view_of(row: Promise) -> PromiseView:
    """Return a row as other packages see it."""
    return PromiseView(
        id=row.pk,
        key=row.key,
        kind=row.kind,
        owed_by_side=row.owed_by_side,
        owed_by_user=row.owed_by_user_id,
        owed_by_team=row.owed_by_team_id,
        owed_to_side=row.owed_to_side,
        about=row.about,
        pact_version=row.pact_version,
        amount=row.terms["amount"],
        calendar=_calendar(json.dumps(row.terms["calendar"], sort_keys=True)),
        made_at=row.made_at,
        due_at=row.due_at,
        state=PromiseState(row.state),
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        worked_seconds=row.worked_seconds,
        count=row.terms["count"],
        progress=row.progress,
        reason=row.reason,
        was_missed=row.missed_entry is not None,
        made_entry=row.made_entry,
        closed_entry=row.closed_entry,
    )


@lru_cache(maxsize=256)
def _calendar(document: str) -> Calendar:
    return parse_calendar(json.loads(document))
