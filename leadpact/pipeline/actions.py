"""What can be done with a deal: open it, move it, put an amount on it, win, lose and reopen it.

Every verb is harmless the second time and writes how the deal stands from then on as a row of its history.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from leadpact.base.money import Money
from leadpact.base.text import fold, truncate
from leadpact.base.wording import worded
from leadpact.ledger.actions import append_one
from leadpact.ledger.types import Json, NewEntry
from leadpact.pipeline import rules
from leadpact.pipeline.errors import AmountMissing, BadDeal, MovedSince, UnknownDeal
from leadpact.pipeline.former import record_former, record_former_stage
from leadpact.pipeline.models import Deal, DealPerson, DealStage
from leadpact.pipeline.reads import deal as read_deal
from leadpact.pipeline.types import DealState, DealView, Verb
from leadpact.team.reads import settings
from leadpact.team.types import Actor

__all__ = [
    "change_amount",
    "lose",
    "move",
    "open_deal",
    "record_former",
    "record_former_stage",
    "reopen",
    "set_next_step",
    "set_owner",
    "set_persons",
    "undo_move",
    "win",
]


@dataclass(frozen=True)
class _Change:
    """One entry about a deal, and when what it says was true."""

    kind: str
    happened_at: datetime
    by: Actor
    now: datetime
    caused_by: int | None


def open_deal(
    *,
    title: str,
    company: int | None = None,
    pursuit: int | None = None,
    amount: Money | None = None,
    currency: str = "",
    stage: str = "",
    owner: int | None = None,
    next_step: str = "",
    next_step_on: date | None = None,
    persons_with_roles: Sequence[tuple[int, str]] = (),
    inbound: bool = False,
    opened_at: datetime | None = None,
    by: Actor,
    now: datetime,
    caused_by: int | None = None,
) -> DealView:
    """Open a deal at a stage of the settings, the first for "".

    amount    None: not known yet; then `currency` is the one expected, the company's own for ""
    inbound   the pursuit began by the person's own act (`PursuitView.is_inbound`)

    Raises `BadDeal`, `UnknownStage`, `UnknownCurrency`, `BadMoment`.
    """
    name = _title(title)
    rules.check_amount(amount)
    opened = opened_at or now
    rules.check_moment(opened, since=opened, now=now)
    ours = settings()
    known = amount or Money(0, currency or ours.currency)  # Money refuses what is no currency
    with transaction.atomic():
        row = Deal.objects.create(
            title=name,
            search=fold(name),
            company_id=company,
            pursuit=pursuit,
            stage=rules.stage_of(stage, ours.deal_stages),
            amount_minor=None if amount is None else amount.minor,
            currency=known.currency,
            owner_id=owner,
            next_step=_text(next_step, 300),
            next_step_on=next_step_on,
            opened_at=opened,
            inbound=inbound,
        )
        persons = _write_persons(row, persons_with_roles)
        change = _Change("deal.opened", opened, by, now, caused_by)
        facts = {
            "company": company, "pursuit": pursuit, "owner": owner, "inbound": inbound, "persons": persons,
        }  # fmt: skip
        _write(row, change, facts, personal={"title": name})
    return read_deal(row.pk)


def move(
    deal: int,
    stage: str,
    *,
    happened_at: datetime | None = None,
    by: Actor,
    now: datetime,
    caused_by: int | None = None,
) -> DealView:
    """Put an open deal at another stage; raises `UnknownStage`, `DealClosed`, `BadMoment`."""
    with transaction.atomic():
        row = _locked(deal)
        rules.state_after(DealState(row.state), Verb.MOVE)
        wanted, before = rules.stage_of(stage or "?", settings().deal_stages), row.stage
        if wanted != before:
            row.stage = wanted
            change = _Change("deal.stage_changed", _moment(row, happened_at, now), by, now, caused_by)
            _save(row, change, {"from": before})
    return read_deal(deal)


def undo_move(deal: int, entry: int, *, by: Actor, now: datetime) -> DealView:
    """Put a deal back to where it stood before its last change, which was the move of this entry.

    The move stays in the history, and so does the way back.  Raises `MovedSince` for any other entry, `DealClosed`.
    """
    with transaction.atomic():
        row = _locked(deal)
        rules.state_after(DealState(row.state), Verb.MOVE)
        last = list(row.history.order_by("-happened_at", "-pk")[:2])
        if len(last) < 2 or last[0].entry != entry or last[0].stage == last[1].stage:
            raise MovedSince(worded("The deal has changed since that move."), details={"deal": deal, "entry": entry})
        wanted, before = rules.stage_of(last[1].stage, settings().deal_stages), row.stage
        row.stage = wanted
        _save(row, _Change("deal.stage_changed", now, by, now, entry), {"from": before, "undoes": entry})
    return read_deal(deal)


def change_amount(
    deal: int,
    amount: Money | None,
    *,
    happened_at: datetime | None = None,
    by: Actor,
    now: datetime,
    caused_by: int | None = None,
) -> DealView:
    """Put an amount on an open deal, None: not known after all; raises `BadDeal`, `DealClosed`, `BadMoment`."""
    with transaction.atomic():
        row = _locked(deal)
        rules.state_after(DealState(row.state), Verb.CHANGE)
        if _put_amount(row, amount):
            change = _Change("deal.amount_changed", _moment(row, happened_at, now), by, now, caused_by)
            _save(row, change, {})
    return read_deal(deal)


def win(
    deal: int,
    *,
    amount: Money | None = None,
    closed_at: datetime | None = None,
    by: Actor,
    now: datetime,
    caused_by: int | None = None,
) -> DealView:
    """Say that a deal is won, for `amount` where that was not known before or changed at the end.

    Raises `AmountMissing` while nobody has said what it was sold for, `DealClosed` for one that was lost,
    `BadMoment`.
    """
    with transaction.atomic():
        row = _locked(deal)
        after = rules.state_after(DealState(row.state), Verb.WIN)
        if after != row.state:
            if amount is not None:
                _put_amount(row, amount)
            if row.amount_minor is None:
                raise AmountMissing(worded("The amount of the deal is not known yet."), details={"deal": deal})
            _close(row, after, _Change("deal.won", _moment(row, closed_at, now), by, now, caused_by))
    return read_deal(deal)


def lose(
    deal: int,
    *,
    reason: str,
    note: str = "",
    closed_at: datetime | None = None,
    by: Actor,
    now: datetime,
    caused_by: int | None = None,
) -> DealView:
    """Say that a deal is lost and why; raises `ReasonMissing`, `DealClosed` for one that was won, `BadMoment`."""
    why = rules.reason_of(reason)
    with transaction.atomic():
        row = _locked(deal)
        after = rules.state_after(DealState(row.state), Verb.LOSE)
        if after != row.state:
            row.reason, row.note = why.value, _text(note, 4_000)
            _close(row, after, _Change("deal.lost", _moment(row, closed_at, now), by, now, caused_by))
    return read_deal(deal)


def reopen(deal: int, *, reason: str = "", by: Actor, now: datetime, caused_by: int | None = None) -> DealView:
    """Open a won or lost deal again, at the stage where it was; its history keeps that it was closed."""
    with transaction.atomic():
        row = _locked(deal)
        after = rules.state_after(DealState(row.state), Verb.REOPEN)
        if after != row.state:
            facts = {"was": row.state, "was_closed_at": row.closed_at.isoformat() if row.closed_at else None}
            row.state, row.closed_at, row.reason = after, None, ""
            why = {"reason": _text(reason, 4_000)} if reason else None
            _save(row, _Change("deal.reopened", now, by, now, caused_by), facts, personal=why)
    return read_deal(deal)


def set_next_step(deal: int, next_step: str, on: date | None, *, by: Actor, now: datetime) -> DealView:
    """Say what comes next and on which day; raises `DealClosed`."""
    step = _text(next_step, 300)
    with transaction.atomic():
        row = _locked(deal)
        rules.state_after(DealState(row.state), Verb.CHANGE)
        if (row.next_step, row.next_step_on) != (step, on):
            row.next_step, row.next_step_on = step, on
            row.save(update_fields=["next_step", "next_step_on"])
            facts = {"deal": deal, "field": "next_step", "on": on.isoformat() if on else None}
            entry = NewEntry("deal.changed", now, about=f"deal:{deal}", facts=facts, personal={"next_step": step})
            append_one(entry, by=by, now=now)
    return read_deal(deal)


def set_owner(deal: int, owner: int | None, *, by: Actor, now: datetime) -> DealView:
    """Give a deal to another user, whether it is open or closed."""
    with transaction.atomic():
        row = _locked(deal)
        if row.owner_id != owner:
            facts = {"deal": deal, "field": "owner", "old": row.owner_id, "new": owner}
            row.owner_id = owner
            row.save(update_fields=["owner"])
            append_one(NewEntry("deal.changed", now, about=f"deal:{deal}", facts=facts), by=by, now=now)
    return read_deal(deal)


def set_persons(deal: int, persons_with_roles: Sequence[tuple[int, str]], *, by: Actor, now: datetime) -> DealView:
    """Say who takes part in a deal and in which role, in place of those named before."""
    with transaction.atomic():
        row = _locked(deal)
        before = dict(row.persons.values_list("person", "role"))
        if before != {person: _text(role, 60) for person, role in persons_with_roles}:
            row.persons.all().delete()
            now_there = _write_persons(row, persons_with_roles)
            facts = {"deal": deal, "field": "persons", "old": sorted(before), "new": now_there}
            append_one(NewEntry("deal.changed", now, about=f"deal:{deal}", facts=facts), by=by, now=now)
    return read_deal(deal)


def _locked(deal: int) -> Deal:
    row = Deal.objects.select_for_update().filter(pk=deal).first()
    if row is None:
        raise UnknownDeal(worded("There is no deal {deal}.", deal=deal), details={"deal": deal})
    return row


def _title(title: str) -> str:
    name = _text(title, 300)
    if not name:
        raise BadDeal(worded("A deal needs a title."), details={"field": "title"})
    return name


def _text(text: str, length: int) -> str:
    return truncate(text.replace("\x00", "").strip(), length)


def _moment(row: Deal, wanted: datetime | None, now: datetime) -> datetime:
    """Return when a change happened: not before the one recorded last, so that the newest row is how it stands."""
    moment = wanted or now
    last = row.history.order_by("-happened_at", "-pk").values_list("happened_at", flat=True).first()
    rules.check_moment(moment, since=last or row.opened_at, now=now)
    return moment


def _put_amount(row: Deal, amount: Money | None) -> bool:
    """Put the amount on the row and say whether it is another one."""
    rules.check_amount(amount)
    minor, currency = (amount.minor, amount.currency) if amount else (None, row.currency)
    if (row.amount_minor, row.currency) == (minor, currency):
        return False
    row.amount_minor, row.currency = minor, currency
    return True


def _close(row: Deal, state: DealState, change: _Change) -> None:
    row.state, row.closed_at = state, change.happened_at
    facts = {"reason": row.reason} if state is DealState.LOST else {}
    personal = {"note": row.note} if state is DealState.LOST and row.note else None
    _save(row, change, facts, personal=personal)


def _save(row: Deal, change: _Change, facts: dict[str, Json], *, personal: dict[str, Json] | None = None) -> None:
    row.save()
    _write(row, change, facts, personal=personal)


def _write(row: Deal, change: _Change, facts: dict[str, Json], *, personal: dict[str, Json] | None = None) -> None:
    """Write the entry and how the deal stands from then on."""
    stands = {
        "deal": row.pk, "stage": row.stage, "state": str(row.state),
        "amount_minor": row.amount_minor, "currency": row.currency,
    }  # fmt: skip
    new = NewEntry(
        change.kind,
        change.happened_at,
        about=f"deal:{row.pk}",
        facts={**stands, **facts},
        personal=personal,
        caused_by=change.caused_by,
    )
    entry = append_one(new, by=change.by, now=change.now)
    DealStage.objects.create(
        deal=row,
        stage=row.stage,
        state=str(row.state),
        amount_minor=row.amount_minor,
        currency=row.currency,
        happened_at=change.happened_at,
        entry=entry,
    )


def _write_persons(row: Deal, persons_with_roles: Sequence[tuple[int, str]]) -> list[int]:
    roles = {person: _text(role, 60) for person, role in persons_with_roles}
    DealPerson.objects.bulk_create(
        [DealPerson(deal=row, person_id=person, role=role) for person, role in roles.items()]
    )
    return sorted(roles)
