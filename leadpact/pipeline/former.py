"""Deals as another system recorded them: written once, and changed only where that system says something else now.

Their entries carry when it was true there, `as_recorded_by`, and that we learned it later.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import batched
from typing import Final

from django.db import transaction

from leadpact.base.text import fold, truncate
from leadpact.base.wording import worded
from leadpact.ledger.actions import append, append_one
from leadpact.ledger.types import Json, NewEntry
from leadpact.pipeline import rules
from leadpact.pipeline.errors import BadDeal, BadMoment, UnknownDeal
from leadpact.pipeline.models import Deal, DealPerson, DealStage
from leadpact.pipeline.types import DealState, FormerDeal, Recorded
from leadpact.team.reads import settings
from leadpact.team.types import Actor

RECORDED_BY: Final = "former system"
_AT_ONCE: Final = 2_000
_CLOSED: Final = {DealState.WON: "deal.won", DealState.LOST: "deal.lost"}


def record_former(deals: Sequence[FormerDeal], *, by: Actor, now: datetime) -> list[tuple[int, Recorded]]:
    """Record deals of a former system and return, in order, the number of each and what was done.

    One that is known by its `external` changes where it differs; the same again changes nothing.  What is
    recorded here about a deal since stays, unless the former system says something else.  A title, company,
    pursuit, owner or amount that it does not say any more is left as it is.

    Raises `BadDeal`, `BadMoment`; nothing is written then.
    """
    for deal in deals:
        _check(deal, now)
    done: dict[str, tuple[int, Recorded]] = {}
    with transaction.atomic():
        known = _known([deal.external for deal in deals])
        fresh = {deal.external: deal for deal in deals if deal.external not in known}
        for number, deal in _create(list(fresh.values()), by=by, now=now):
            done[deal.external] = (number, Recorded.CREATED)
        found = []
        for deal in deals:
            if deal.external in known:
                found.append((known[deal.external].pk, _update(known[deal.external], deal, by=by, now=now)))
            else:
                found.append(done[deal.external])
    return found


def record_former_stage(deal: int, stage: str, happened_at: datetime, *, by: Actor, now: datetime) -> bool:
    """Note that a deal was put at a stage as a former system recorded it; False when that is noted already."""
    with transaction.atomic():
        row = Deal.objects.select_for_update().filter(pk=deal).first()
        if row is None:
            raise UnknownDeal(worded("There is no deal {deal}.", deal=deal), details={"deal": deal})
        if row.history.filter(stage=_stage(stage), happened_at=happened_at).exists():
            return False
        if happened_at > now:
            raise BadMoment(worded("{moment} lies in the future.", moment=happened_at.isoformat()))
        before = row.history.filter(happened_at__lte=happened_at).order_by("-happened_at", "-pk").first()
        state = before.state if before else DealState.OPEN.value
        minor, currency = (before.amount_minor, before.currency) if before else (row.amount_minor, row.currency)
        facts = {
            "deal": deal, "stage": _stage(stage), "state": state, "amount_minor": minor, "currency": currency,
            "as_recorded_by": RECORDED_BY,
        }  # fmt: skip
        new = NewEntry("deal.stage_changed", happened_at, about=f"deal:{deal}", facts=facts)
        DealStage.objects.create(
            deal=row, stage=_stage(stage), state=state, amount_minor=minor, currency=currency,
            happened_at=happened_at, entry=append_one(new, by=by, now=now),
        )  # fmt: skip
    return True


def _check(deal: FormerDeal, now: datetime) -> None:
    if not deal.external or len(deal.external) > 120:
        raise BadDeal(worded("A former system's deal needs its number there."), details={"field": "external"})
    rules.check_amount(deal.amount)
    if (deal.state is DealState.OPEN) != (deal.closed_at is None):
        raise BadDeal(
            worded("A deal that is won or lost has a day on which it closed."), details={"field": "closed_at"}
        )
    for moment in (deal.opened_at, deal.closed_at, *(when for _, when in deal.stages)):
        if moment is not None and moment > now:
            raise BadMoment(
                worded("{moment} lies in the future.", moment=moment.isoformat()), details={"external": deal.external}
            )
    if deal.closed_at is not None and deal.closed_at < deal.opened_at:
        raise BadMoment(worded("The deal closed before it was opened."), details={"external": deal.external})


def _known(externals: Sequence[str]) -> dict[str, Deal]:
    found: dict[str, Deal] = {}
    for some in batched(externals, _AT_ONCE):
        rows = Deal.objects.select_for_update().filter(external__in=some).prefetch_related("persons", "history")
        found.update({row.external or "": row for row in rows})
    return found


def _create(deals: Sequence[FormerDeal], *, by: Actor, now: datetime) -> Iterator[tuple[int, FormerDeal]]:
    ours = settings()
    first = ours.deal_stages[0] if ours.deal_stages else ""
    rows = Deal.objects.bulk_create([_row(deal, first, ours.currency) for deal in deals])
    history = [stands for row, deal in zip(rows, deals, strict=True) for stands in _history(row, deal, first)]
    _write(history, by=by, now=now)
    DealPerson.objects.bulk_create(
        DealPerson(deal=row, person_id=person, role=truncate(role, 60))
        for row, deal in zip(rows, deals, strict=True)
        for person, role in dict(deal.persons).items()
    )
    for row, deal in zip(rows, deals, strict=True):
        yield row.pk, deal


def _row(deal: FormerDeal, first: str, currency: str) -> Deal:
    stages = rules.in_order(deal.stages)
    title = _title(deal)
    return Deal(
        title=title,
        search=fold(title),
        company_id=deal.company,
        pursuit=deal.pursuit,
        stage=_stage(stages[-1][0]) if stages else first,
        state=deal.state.value,
        amount_minor=deal.amount.minor if deal.amount else None,
        currency=deal.amount.currency if deal.amount else currency,
        owner_id=deal.owner,
        opened_at=deal.opened_at,
        closed_at=deal.closed_at,
        reason=truncate(deal.reason, 60),
        inbound=deal.inbound,
        external=deal.external,
    )


type _Stands = tuple[DealStage, str, dict[str, Json], dict[str, Json] | None]


def _history(row: Deal, deal: FormerDeal, first: str) -> Iterator[_Stands]:
    """Yield how the deal stood from when on, from its opening to its close."""
    stages = rules.in_order(deal.stages)
    begins = stages and stages[0][1] <= deal.opened_at
    opening = stages.pop(0)[0] if begins else first
    facts = {
        "company": row.company_id, "pursuit": row.pursuit, "owner": row.owner_id, "inbound": row.inbound,
        "persons": sorted(dict(deal.persons)),
    }  # fmt: skip
    yield _stood(row, opening, DealState.OPEN, deal.opened_at), "deal.opened", facts, {"title": row.title}
    for stage, happened_at in stages:
        yield _stood(row, stage, DealState.OPEN, happened_at), "deal.stage_changed", {}, None
    if deal.closed_at is not None:
        why = {"reason": row.reason} if deal.state is DealState.LOST else {}
        last = max([deal.closed_at, *(when for _, when in stages)])
        yield _stood(row, row.stage, deal.state, last), _CLOSED[deal.state], why, None


def _stood(row: Deal, stage: str, state: DealState, happened_at: datetime) -> DealStage:
    return DealStage(
        deal=row, stage=_stage(stage), state=state.value, amount_minor=row.amount_minor, currency=row.currency,
        happened_at=happened_at,
    )  # fmt: skip


def _write(history: Sequence[_Stands], *, by: Actor, now: datetime) -> None:
    entries = [
        NewEntry(
            kind,
            stands.happened_at,
            about=f"deal:{stands.deal_id}",
            facts={
                "deal": stands.deal_id, "stage": stands.stage, "state": stands.state,
                "amount_minor": stands.amount_minor, "currency": stands.currency,
                "as_recorded_by": RECORDED_BY, **facts,
            },
            personal=personal,
        )
        for stands, kind, facts, personal in history
    ]  # fmt: skip
    for (stands, *_), entry in zip(history, append(entries, by=by, now=now) if entries else [], strict=True):
        stands.entry = entry
    DealStage.objects.bulk_create([stands for stands, *_ in history])


def _update(row: Deal, deal: FormerDeal, *, by: Actor, now: datetime) -> Recorded:
    changes = [*_newly_told(row, deal), *_new_stages(row, deal, now), *_new_end(row, deal)]
    if not changes:
        return Recorded.UNCHANGED
    row.save()
    _write([change for change in changes if change is not None], by=by, now=now)
    return Recorded.UPDATED


def _newly_told(row: Deal, deal: FormerDeal) -> Iterator[_Stands | None]:
    """Put what the former system says otherwise now on the row; yield a change, None for one without history."""
    title = _title(deal)
    told = {"company_id": deal.company, "pursuit": deal.pursuit, "owner_id": deal.owner}
    if row.title != title:
        row.title, row.search = title, fold(title)
        yield None
    for name, value in told.items():
        if value is not None and getattr(row, name) != value:
            setattr(row, name, value)
            yield None
    if row.inbound != deal.inbound:
        row.inbound = deal.inbound
        yield None
    if deal.amount is not None and (row.amount_minor, row.currency) != (deal.amount.minor, deal.amount.currency):
        row.amount_minor, row.currency = deal.amount.minor, deal.amount.currency
        latest = max((each.happened_at for each in row.history.all()), default=row.opened_at)
        yield _stood(row, row.stage, DealState(row.state), latest), "deal.amount_changed", {}, None
    there = {each.person_id for each in row.persons.all()}
    for person, role in deal.persons:
        if person not in there:
            there.add(person)
            DealPerson.objects.create(deal=row, person_id=person, role=truncate(role, 60))
            yield None


def _new_stages(row: Deal, deal: FormerDeal, now: datetime) -> Iterator[_Stands]:
    noted = {(each.stage, each.happened_at) for each in row.history.all()}
    if not deal.is_dated:
        for stage in {_stage(stage) for stage, _guessed in deal.stages} - {stage for stage, _when in noted}:
            row.stage = stage
            yield _stood(row, stage, DealState.OPEN, deal.closed_at or now), "deal.stage_changed", {}, None
        return
    for stage, happened_at in rules.in_order(deal.stages):
        if (_stage(stage), max(happened_at, row.opened_at)) not in noted and (_stage(stage), happened_at) not in noted:
            if all(happened_at >= when for _, when in noted):
                row.stage = _stage(stage)
            yield _stood(row, stage, DealState.OPEN, happened_at), "deal.stage_changed", {}, None


def _new_end(row: Deal, deal: FormerDeal) -> Iterator[_Stands]:
    if deal.state is DealState.OPEN or (row.state, row.closed_at) == (deal.state.value, deal.closed_at):
        return
    row.state, row.closed_at, row.reason = deal.state.value, deal.closed_at, truncate(deal.reason, 60)
    why = {"reason": row.reason} if deal.state is DealState.LOST else {}
    closed_at = deal.closed_at or row.opened_at
    yield _stood(row, row.stage, deal.state, closed_at), _CLOSED[deal.state], why, None


def _title(deal: FormerDeal) -> str:
    return truncate(deal.title.replace("\x00", "").strip(), 300) or deal.external


def _stage(stage: str) -> str:
    return truncate(stage.strip(), 60)
