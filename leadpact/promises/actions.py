"""What can be done with a promise: make it, keep it, get on with it, waive it, withdraw it, find it missed.

Every verb is harmless the second time.  A change of state is a compare-and-set, so that of a sweep and an
answer that meet at the due moment exactly one wins.
"""

from datetime import datetime
from typing import Final

from django.db import transaction

from leadpact.base.wording import worded
from leadpact.base.working_time import Calendar
from leadpact.ledger.actions import append_one
from leadpact.ledger.types import Json, NewEntry
from leadpact.promises import rules, terms
from leadpact.promises.errors import PromiseSettled, ReasonMissing, UnknownPromise
from leadpact.promises.models import Promise
from leadpact.promises.reads import view_of
from leadpact.promises.types import PromiseState, PromiseView
from leadpact.team.types import SYSTEM, Actor

_SETTLED: Final = {
    PromiseState.KEPT: worded("The promise was kept already."),
    PromiseState.WITHDRAWN: worded("The promise was withdrawn already."),
}


def make(
    key: str,
    kind: str,
    *,
    owed_by_side: str,
    owed_by_user: int | None,
    owed_by_team: int | None,
    owed_to_side: str,
    about: str,
    pact_version: int,
    amount: str,
    calendar_name: str,
    calendar: Calendar,
    count: int | None,
    starts_at: datetime,
    by: Actor,
    now: datetime,
    caused_by: int | None = None,
) -> PromiseView:
    """Make a promise whose clock runs from `starts_at`; the same key again returns the promise already made.

    Raises `BadAmount` for an amount that is no amount, `NoWorkingTime` for a calendar that never opens.
    """
    with transaction.atomic():
        found = Promise.objects.filter(key=key).first()
        if found is not None:
            return view_of(found)
        due_at = rules.due(starts_at, amount, calendar)
        facts = {
            "key": key, "promise": kind, "owed_by": owed_by_side, "user": owed_by_user, "team": owed_by_team,
            "owed_to": owed_to_side, "amount": amount, "calendar": calendar_name, "count": count,
            "pact": pact_version, "due_at": due_at.isoformat(),
        }  # fmt: skip
        entry = NewEntry("promise.made", starts_at, about=about, facts=facts, caused_by=caused_by)
        row = Promise(
            key=key,
            kind=kind,
            owed_by_side=owed_by_side,
            owed_by_user_id=owed_by_user,
            owed_by_team_id=owed_by_team,
            owed_to_side=owed_to_side,
            about=about,
            pact_version=pact_version,
            terms=terms.freeze(amount, calendar, count),
            made_at=starts_at,
            due_at=due_at,
            made_entry=append_one(entry, by=by, now=now),
        )
        row.save(force_insert=True)
        return view_of(row)


def keep(promise: int | str, *, at: datetime, by: Actor, now: datetime, caused_by: int | None = None) -> PromiseView:
    """Say that what was promised was done at `at`: kept, or missed and done late.

    A promise already found missed stays missed; when it was done and the time it took are noted.
    A promise that is settled stays as it is.  Raises `UnknownPromise`.
    """
    with transaction.atomic():
        row = _locked(promise)
        if row.state == PromiseState.OPEN and rules.is_past_due(row.due_at, at):
            _miss(row, by=by, now=now)
            row.refresh_from_db()
        if row.state == PromiseState.OPEN:
            _keep_in_time(row, at=at, by=by, now=now, caused_by=caused_by)
        elif row.state == PromiseState.MISSED and row.closed_at is None:
            Promise.objects.filter(pk=row.pk, state=PromiseState.MISSED, closed_at=None).update(
                closed_at=at, closed_by=str(by), worked_seconds=_worked(row, at), closed_entry=caused_by
            )
        row.refresh_from_db()
        return view_of(row)


def progress(
    promise: int | str, *, done: int, at: datetime, by: Actor, now: datetime, caused_by: int | None = None
) -> PromiseView:
    """Say that it has been done `done` times in all by `at`; the promised count keeps the promise.

    A number, not a step, so that telling it twice is harmless; it never goes down.
    """
    with transaction.atomic():
        row = _locked(promise)
        Promise.objects.filter(pk=row.pk, closed_at=None, progress__lt=done).update(progress=done)
        if done >= (row.terms["count"] or 1):
            return keep(row.pk, at=at, by=by, now=now, caused_by=caused_by)
        row.refresh_from_db()
        return view_of(row)


def waive(promise: int | str, *, reason: str, by: Actor, now: datetime) -> PromiseView:
    """Excuse a promise that is open or missed, with a reason; it leaves the figures and is counted apart.

    Raises `ReasonMissing`, and `PromiseSettled` when it was kept or withdrawn.
    """
    if not reason.strip():
        raise ReasonMissing(worded("A waiver needs a reason."))
    with transaction.atomic():
        row = _locked(promise)
        if row.state == PromiseState.WAIVED:
            return view_of(row)
        entry = _entry(row, "promise.waived", now, personal={"reason": reason})
        waived = Promise.objects.filter(pk=row.pk, state__in=[PromiseState.OPEN, PromiseState.MISSED]).update(
            state=PromiseState.WAIVED,
            reason=reason,
            closed_at=row.closed_at or now,
            closed_by=str(by),
            worked_seconds=_worked(row, row.closed_at or now),
            closed_entry=append_one(entry, by=by, now=now),
        )
        if not waived:
            raise PromiseSettled(_SETTLED[PromiseState(row.state)], details={"promise": row.pk})
        row.refresh_from_db()
        return view_of(row)


def withdraw(promise: int | str, *, reason: str, by: Actor, now: datetime, caused_by: int) -> PromiseView:
    """Take back a promise nobody has kept, because what it was made for is gone; it leaves the figures.

    A missed one that was not done either leaves them too; `was_missed` still shows it, and it is counted apart.
    The entry that took the thing itself away (`caused_by`) speaks for it.
    """
    with transaction.atomic():
        row = _locked(promise)
        Promise.objects.filter(pk=row.pk, state__in=[PromiseState.OPEN, PromiseState.MISSED], closed_at=None).update(
            state=PromiseState.WITHDRAWN,
            reason=reason,
            closed_at=now,
            closed_by=str(by),
            worked_seconds=_worked(row, now),
            closed_entry=caused_by,
        )
        row.refresh_from_db()
        return view_of(row)


def hand_on(about: str, *, to_user: int | None, to_team: int | None) -> int:
    """Let somebody else of the same side owe the open promises about a thing; the clocks run on.

    The entry of the hand-over itself speaks for it.  Returns how many promises there were.
    """
    return (
        Promise.objects.filter(about=about, state=PromiseState.OPEN)
        .exclude(owed_by_side="marketing")
        .exclude(kind="dispute")  # the head's, whoever has the lead
        .update(owed_by_user=to_user, owed_by_team=to_team)
    )


def sweep(now: datetime, *, limit: int = 1_000, by: Actor = SYSTEM) -> list[PromiseView]:
    """Find the promises whose due moment has passed and return those that became missed by it, each once."""
    due = Promise.objects.filter(state=PromiseState.OPEN, due_at__lt=now).order_by("due_at", "pk")[:limit]
    missed = []
    for number in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            row = _locked(number)
            if row.state == PromiseState.OPEN and rules.is_past_due(row.due_at, now):
                _miss(row, by=by, now=now)
                row.refresh_from_db()
                missed.append(view_of(row))
    return missed


def _locked(promise: int | str) -> Promise:
    chosen = {"pk": promise} if isinstance(promise, int) else {"key": promise}
    row = Promise.objects.select_for_update().filter(**chosen).first()
    if row is None:
        raise UnknownPromise(worded("There is no promise {promise}.", promise=promise), details={"promise": promise})
    return row


def _miss(row: Promise, *, by: Actor, now: datetime) -> None:
    entry = append_one(_entry(row, "promise.missed", row.due_at), by=by, now=now)
    Promise.objects.filter(pk=row.pk, state=PromiseState.OPEN).update(state=PromiseState.MISSED, missed_entry=entry)


def _keep_in_time(row: Promise, *, at: datetime, by: Actor, now: datetime, caused_by: int | None) -> None:
    worked = _worked(row, at)
    entry = _entry(row, "promise.kept", at, caused_by=caused_by, more={"worked_seconds": worked})
    Promise.objects.filter(pk=row.pk, state=PromiseState.OPEN).update(
        state=PromiseState.KEPT,
        closed_at=at,
        closed_by=str(by),
        worked_seconds=worked,
        closed_entry=append_one(entry, by=by, now=now),
    )


def _entry(
    row: Promise,
    kind: str,
    happened_at: datetime,
    *,
    caused_by: int | None = None,
    more: dict[str, Json] | None = None,
    personal: dict[str, Json] | None = None,
) -> NewEntry:
    facts = {"key": row.key, "promise": row.kind, "owed_by": row.owed_by_side, "user": row.owed_by_user_id}
    return NewEntry(
        kind,
        happened_at,
        about=row.about,
        facts={**facts, **(more or {})},
        personal=personal,
        caused_by=caused_by or row.made_entry,
    )


def _worked(row: Promise, at: datetime) -> int:
    calendar = terms.calendar_of(row.terms)
    return rules.whole_seconds(rules.used(row.made_at, at, row.terms["amount"], calendar))
