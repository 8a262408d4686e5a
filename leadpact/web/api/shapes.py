"""What the API answers with."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from ninja import Schema

from leadpact.base.money import Money
from leadpact.engagement.kinds import kind_of
from leadpact.handover.types import OfferView, PursuitView
from leadpact.ledger.types import StoredEntry
from leadpact.loop.documents import plain_number
from leadpact.pact.types import POINT
from leadpact.pipeline.types import DealView
from leadpact.promises.types import PromiseView
from leadpact.team.types import Member
from leadpact.web.leads.reach import line_for
from leadpact.worklist.types import Line

type Figure = int | float  # whole where it is whole


def points(milli: int) -> Figure:
    return milli // POINT if milli % POINT == 0 else milli / POINT


class Amount(Schema):
    """`value` in whole units of the currency."""

    value: Figure
    currency: str


def amount_of(money: Money | None) -> Amount | None:
    value = None if money is None else plain_number(money.minor, money.currency)
    return None if money is None or value is None else Amount(value=value, currency=money.currency)


class Named(Schema):
    id: int
    name: str


def named(member: Member | None) -> Named | None:
    return None if member is None else Named(id=member.id, name=member.name)


class LeadLine(Schema):
    """A lead as lists show it.  What they did last is left out for those who may not see every story."""

    person: int
    name: str
    email: str
    company: int | None
    company_name: str
    stage: str
    type: str
    score: Figure
    score_week_ago: Figure
    falls_at: datetime | None
    below_down_at: datetime | None
    owner: int | None
    team: int | None
    pursuit: int | None
    due_at: datetime | None
    due_what: str
    last_act_at: datetime | None
    last_act: str
    last_act_kind: str
    last_act_detail: str


class LeadPage(Schema):
    items: list[LeadLine]
    next: str | None


def lead_line(line: Line, member: Member) -> LeadLine:
    shown = line_for(line, member)
    return LeadLine(
        person=shown.person, name=shown.name, email=shown.email, company=shown.company,
        company_name=shown.company_name, stage=shown.stage.value, type=shown.type, score=points(shown.score),
        score_week_ago=points(shown.score_week_ago), falls_at=shown.falls_at, below_down_at=shown.below_down_at,
        owner=shown.owner, team=shown.team, pursuit=shown.pursuit, due_at=shown.due_at, due_what=shown.due_what,
        last_act_at=shown.last_act_at, last_act=shown.last_act, last_act_kind=shown.last_act_kind,
        last_act_detail=shown.last_act_detail,
    )  # fmt: skip


class Offer(Schema):
    """`answer`: accepted, rejected or withdrawn; empty while it is open."""

    id: int
    pursuit: int
    user: int | None
    team: int | None
    offered_at: datetime
    opened_at: datetime | None
    later_until: datetime | None
    answered_at: datetime | None
    answer: str
    reason: str
    note: str
    entry: int


def offer(view: OfferView) -> Offer:
    return Offer(
        id=view.id, pursuit=view.pursuit, user=view.user, team=view.team, offered_at=view.offered_at,
        opened_at=view.opened_at, later_until=view.later_until, answered_at=view.answered_at,
        answer=view.answer.value, reason=view.reason, note=view.note, entry=view.entry,
    )  # fmt: skip


class Promise(Schema):
    id: int
    kind: str
    owed_by_side: str
    owed_by_user: int | None
    owed_by_team: int | None
    made_at: datetime
    due_at: datetime
    state: str
    closed_at: datetime | None


def promise(view: PromiseView) -> Promise:
    return Promise(
        id=view.id, kind=view.kind, owed_by_side=view.owed_by_side, owed_by_user=view.owed_by_user,
        owed_by_team=view.owed_by_team, made_at=view.made_at, due_at=view.due_at, state=view.state.value,
        closed_at=view.closed_at,
    )  # fmt: skip


class Pursuit(Schema):
    """A hand-over of a company and its persons; `stages`: when it first reached each."""

    id: int
    number: int
    company: int | None
    persons: list[int]
    type: str
    stage: str
    owner: int | None
    team: int | None
    began_at: datetime
    ended_at: datetime | None
    pact_version: int
    recycle_until: date | None
    reason: str
    note: str
    stages: dict[str, datetime] = {}
    offers: list[Offer] = []
    promises: list[Promise] = []


def pursuit(
    view: PursuitView,
    *,
    stages: Mapping[str, datetime] | None = None,
    offers: list[OfferView] | None = None,
    promises: list[PromiseView] | None = None,
) -> Pursuit:
    return Pursuit(
        id=view.id, number=view.number, company=view.company, persons=list(view.persons), type=view.type.value,
        stage=view.stage.value, owner=view.owner, team=view.team, began_at=view.began_at, ended_at=view.ended_at,
        pact_version=view.pact_version, recycle_until=view.recycle_until, reason=view.reason, note=view.note,
        stages=dict(stages or {}), offers=[offer(each) for each in offers or ()],
        promises=[promise(each) for each in promises or ()],
    )  # fmt: skip


class TakingPart(Schema):
    person: int
    role: str


class Deal(Schema):
    id: int
    title: str
    company: int | None
    pursuit: int | None
    stage: str
    state: str
    amount: Amount | None
    owner: int | None
    next_step: str
    next_step_on: date | None
    opened_at: datetime
    closed_at: datetime | None
    reason: str
    note: str
    inbound: bool
    external: str | None
    persons: list[TakingPart]


class DealPage(Schema):
    items: list[Deal]
    next: str | None


def deal(view: DealView) -> Deal:
    return Deal(
        id=view.id, title=view.title, company=view.company, pursuit=view.pursuit, stage=view.stage,
        state=view.state.value, amount=amount_of(view.amount), owner=view.owner, next_step=view.next_step,
        next_step_on=view.next_step_on, opened_at=view.opened_at, closed_at=view.closed_at, reason=view.reason,
        note=view.note, inbound=view.inbound, external=view.external,
        persons=[TakingPart(person=person, role=role) for person, role in view.persons],
    )  # fmt: skip


class Entry(Schema):
    """One entry of the ledger; `points`: what it counts today, null for what earns none."""

    id: int
    kind: str
    label: str
    happened_at: datetime
    recorded_at: datetime
    by: str
    about: str
    caused_by: int | None
    facts: dict[str, Any]
    note: str
    points: Figure | None = None
    is_void: bool = False


def entry(found: StoredEntry, *, milli: int | None = None, is_void: bool = False) -> Entry:
    return Entry(
        id=found.id, kind=found.kind, label=_label(found.kind), happened_at=found.happened_at,
        recorded_at=found.recorded_at, by=found.by, about=found.about, caused_by=found.caused_by,
        facts=dict(found.facts), note=str((found.personal or {}).get("note") or ""),
        points=None if milli is None else points(milli), is_void=is_void,
    )  # fmt: skip


def _label(kind: str) -> str:
    try:
        return kind_of(kind).label
    except KeyError:
        return kind
