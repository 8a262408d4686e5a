"""Rows that are leads: of the past a hand-over with its stages and its cost, of today a response to be scored."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from leadpact.base.money import Money
from leadpact.base.text import fold, truncate
from leadpact.capture import actions as capture
from leadpact.capture.types import NewCost
from leadpact.flow.importing import acts, persons
from leadpact.flow.importing.acts import Act
from leadpact.flow.importing.lines import Line, digest_of
from leadpact.flow.importing.persons import Person
from leadpact.flow.importing.types import Outcome
from leadpact.flow.importing.values import day_in
from leadpact.flow.importing.work import Recipe, Work, Written, check_past
from leadpact.handover import former
from leadpact.handover.types import FirstTouch, RecordedPursuit, Stage
from leadpact.pact.types import LeadType
from leadpact.people.former import FoundPerson
from leadpact.people.types import Identifier, IdentityKind

LONGEST_NUMBER: Final = 60
_STAGES: Final = (
    (Stage.CUSTOMER, r"won|sold|sale done|customer|closed converted|closed won|converted|purchased"),
    (Stage.DISQUALIFIED, r"disqualified|unqualified|junk|spam|bad lead|invalid|not a fit"),
    (Stage.RECYCLED, r"recycled|nurture|nurturing|on hold|later"),
    (Stage.LOST, r"lost|closed lost|closed not converted|not converted|dead|rejected"),
    (
        Stage.LEAD,
        r"|new|open|open not contacted|lead|contacted|attempted.*|did not connect|no answer|not contacted|raw|fresh",
    ),
)
_BY_PARTNER: Final = re.compile(r"partner|reseller|distributor")
_BY_SALES: Final = re.compile(r"cold call.*|outbound.*|prospecting|sales.? own|self generated")


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead as a row tells of it; `act` for one of today, which goes the way of every response."""

    row: int
    external: str
    person: Person
    began_at: datetime
    is_dated: bool
    ended_at: datetime | None
    stage: Stage
    stages: tuple[tuple[str, datetime], ...]
    lead_type: LeadType
    channel: str
    campaign: str
    reason: str
    cost: Money | None
    cost_external: str
    act: Act | None


def external_of(source: str, number: str) -> str:
    """Return the name under which a lead of another system is known here."""
    short = number if len(number) <= LONGEST_NUMBER else digest_of(number)
    return f"{truncate(source, 40)}:lead:{short}"


def _read(line: Line, work: Work) -> Lead:
    began = line.moment("lead_date")
    check_past(line, began, "lead_date", work.now)
    number = line.text("lead_id")
    named = (Identifier(IdentityKind.CRM, f"lead:{number}", work.form.source),) if number else ()
    person = persons.person_of(line, work, since=began, else_named=named)
    stages = line.stages()
    for _stage, moment in stages:
        check_past(line, moment, "", work.now)
    cost, ended = line.money("cost"), line.moment("ended_at")
    check_past(line, ended, "ended_at", work.now)
    if cost is not None and cost.minor < 0:
        line.refuse("cost", "bad_cost", "A cost is never below nothing.")
    if cost is not None and not (line.text("campaign") or line.text("channel")):
        line.refuse("cost", "cost_of_nothing", "The row has a cost, but neither campaign nor channel.")
    line.check()
    assert person is not None, "a row without a person is refused"
    moments = [moment for _stage, moment in stages]
    said = [began] if began else [*moments, *([ended] if ended else [])]
    since = min(said, default=work.now)
    channel = truncate(line.text("channel"), 80)
    external = external_of(work.form.source, number or f"row:{line.digest('cost', 'status', 'owner')}")
    return Lead(
        row=line.number,
        external=external,
        person=person,
        began_at=since,
        is_dated=bool(said),
        ended_at=ended,
        stage=_stands(line, stages),
        stages=_dated(since, stages, ended, has_date=began is not None),
        lead_type=_type(channel),
        channel=channel,
        campaign=line.text("campaign"),
        reason=line.text("reason"),
        cost=cost,
        cost_external=f"{external}:cost",
        act=acts.of_lead(line, person, since, external) if work.is_new(began) else None,
    )


def _stands(line: Line, stages: Sequence[tuple[str, datetime]]) -> Stage:
    words = " ".join(re.sub(r"[^\w]|_", " ", fold(line.text("status"))).split())
    there = {stage for stage, _moment in stages}
    if not words:
        if "customer" in there:
            return Stage.CUSTOMER
        if line.text("reason") or line.text("ended_at"):
            return Stage.LOST
        return Stage.WORKING if there - {"contacted"} else Stage.LEAD
    return next((stage for stage, pattern in _STAGES if re.fullmatch(pattern, words)), Stage.WORKING)


def _dated(
    since: datetime, stages: Sequence[tuple[str, datetime]], ended: datetime | None, *, has_date: bool
) -> tuple[tuple[str, datetime], ...]:
    first = [("lead", since)] if has_date or stages else []
    last = [("lost", ended)] if ended is not None else []
    return (*first, *stages, *last)


def _type(channel: str) -> LeadType:
    words = fold(channel)
    if _BY_SALES.fullmatch(words):
        return LeadType.SALES
    return LeadType.PARTNER if _BY_PARTNER.search(words) and "referral" in words else LeadType.INBOUND


def _write(leads: Sequence[Lead], work: Work) -> list[Written]:
    found = persons.record([each.person for each in leads], work)
    pairs = [(each, who) for each, who in zip(leads, found, strict=True) if who is not None]
    done = _hand_over([pair for pair in pairs if pair[0].act is None], work)
    done |= acts.record([(each.row, each.act, who) for each, who in pairs if each.act is not None], work)
    costs = _costs([each for each, _who in pairs], work)
    answers = []
    for each, who in zip(leads, found, strict=True):
        if who is None:
            answers.append(persons.nobody(each.row))
            continue
        parts = {done[each.row], costs.get(each.row, Outcome.UNCHANGED), Outcome(who.what.value)}
        what = done[each.row] if done[each.row] is Outcome.CREATED else _sum_of(parts)
        answers.append(Written(what, (who.person,), has_acted=each.act is not None))
    return answers


def _sum_of(parts: set[Outcome]) -> Outcome:
    return Outcome.UNCHANGED if parts == {Outcome.UNCHANGED} else Outcome.UPDATED


def _hand_over(pairs: Sequence[tuple[Lead, FoundPerson]], work: Work) -> dict[int, Outcome]:
    told = [_pursuit(each, who, work) for each, who in pairs]
    identities = {who.person: who.identity for _each, who in pairs}
    done = former.record_former(told, identities=identities, by=work.by, now=work.now)
    return {each.row: Outcome(what.value) for (each, _who), (_id, what) in zip(pairs, done, strict=True)}


def _pursuit(lead: Lead, who: FoundPerson, work: Work) -> RecordedPursuit:
    campaign = work.campaign(lead.campaign, lead.channel) if lead.campaign else None
    return RecordedPursuit(
        external=lead.external,
        company=who.company,
        persons=(who.person,),
        type=lead.lead_type,
        pact_version=work.pact_version,
        stage=lead.stage,
        owner=lead.person.owner,
        began_at=lead.began_at,
        ended_at=lead.ended_at,
        stages=lead.stages,
        first_touch=FirstTouch(lead.began_at, campaign, lead.channel),
        reason=lead.reason,
        is_dated=lead.is_dated,
    )


def _costs(leads: Sequence[Lead], work: Work) -> dict[int, Outcome]:
    having = [(each, each.cost) for each in leads if each.cost is not None]
    costs = [
        NewCost(
            work.campaign(each.campaign, each.channel), day_in(each.began_at, work.form.zone), cost, each.cost_external
        )
        for each, cost in having
    ]
    done = capture.record_costs(costs, by=work.by, now=work.now) if costs else []
    return {each.row: Outcome(what.value) for (each, _cost), what in zip(having, done, strict=True)}


RECIPE: Final = Recipe(_read, _write, ("lead_date",))
