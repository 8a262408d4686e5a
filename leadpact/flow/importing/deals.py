"""Rows that are deals, as another system recorded them; those that name a lead belong to its hand-over."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from leadpact.base.money import Money
from leadpact.base.text import fold, truncate
from leadpact.flow.importing import leads, persons
from leadpact.flow.importing.lines import Line, digest_of
from leadpact.flow.importing.persons import Person
from leadpact.flow.importing.types import Outcome
from leadpact.flow.importing.work import Recipe, Work, Written, check_past
from leadpact.handover import former
from leadpact.handover.former import KnownPursuit
from leadpact.people import actions as people
from leadpact.people.former import FoundPerson
from leadpact.pipeline import former as pipeline
from leadpact.pipeline.types import DealState, FormerDeal

_WON: Final = re.compile(r"(closed )?won|sold|sale done|closed won.*|customer|signed|completed")
_LOST: Final = re.compile(r"(closed )?lost|closed lost.*|dead|cancelled|rejected|abandoned")


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal as a row tells of it; `person` None: the row names nobody."""

    row: int
    external: str
    title: str
    company: str
    domain: str
    lead: str
    person: Person | None
    owner: int | None
    stage: str
    stages: tuple[tuple[str, datetime], ...]
    state: DealState
    opened_at: datetime | None
    closed_at: datetime | None
    amount: Money | None
    reason: str


def _read(line: Line, work: Work) -> Deal:
    number = line.text("deal_id")
    title = line.text("deal_name") or (number and f"Deal {number}")
    if not title:
        line.refuse("deal_id", "no_identity", "The row has neither a number nor a name of a deal.")
    opened, closed, state = _times(line, work)
    stages = line.stages()
    for _stage, moment in stages:
        check_past(line, moment, "", work.now)
    amount = line.money("amount")
    person = persons.person_of(line, work, since=opened or closed) if line.who() else None
    if person is None and line.text("owner"):
        work.owner(line.text("owner"), line.number)
    lead = line.text("lead_id")
    line.check()
    key = number or "row:" + digest_of(fold(title), fold(line.text("company")), str(opened or ""))
    source = truncate(work.form.source, 40)
    return Deal(
        row=line.number,
        external=f"{source}:deal:{key if len(key) <= leads.LONGEST_NUMBER else digest_of(key)}",
        title=title,
        company=line.text("company"),
        domain=line.text("domain"),
        lead=leads.external_of(work.form.source, lead) if lead else "",
        person=person,
        owner=person.owner if person else work.owner(line.text("owner"), line.number),
        stage=line.text("deal_stage"),
        stages=tuple(stages),
        state=state,
        opened_at=opened,
        closed_at=closed,
        amount=amount,
        reason=line.text("reason"),
    )


def _times(line: Line, work: Work) -> tuple[datetime | None, datetime | None, DealState]:
    """Return when the deal was opened and when it ended, and how; a day on which an open one is to close is no end."""
    opened, won = line.moment("opened_at"), line.moment("won_at")
    closes = line.moment("closed_at")
    words = " ".join(re.sub(r"[^\w]|_", " ", fold(line.text("deal_stage"))).split())
    state = DealState.OPEN
    if won is not None or _WON.fullmatch(words):
        state = DealState.WON
    elif _LOST.fullmatch(words):
        state = DealState.LOST
    closed = None if state is DealState.OPEN else won or closes
    if state is not DealState.OPEN and closed is None and not line.errors:
        line.refuse("closed_at", "missing_time", f"The deal is {state}, but the row does not say since when.")
    check_past(line, closed, "won_at" if won is not None else "closed_at", work.now)
    check_past(line, opened, "opened_at", work.now)
    if opened is not None and closed is not None and closed < opened:
        line.refuse("closed_at", "bad_moment", "The deal closed before it was opened.")
    return opened, closed, state


def _write(deals: Sequence[Deal], work: Work) -> list[Written]:
    naming = [each for each in deals if each.person is not None]
    found = persons.record([each.person for each in naming if each.person is not None], work)
    people_by_row = {each.row: who for each, who in zip(naming, found, strict=True)}
    pursuits = former.known([each.lead for each in deals if each.lead])
    told = [_told(each, people_by_row.get(each.row), pursuits.get(each.lead), work) for each in deals]
    done = pipeline.record_former(told, by=work.by, now=work.now)
    customers = _customers(deals, people_by_row, pursuits, work)
    return [
        _written(each, Outcome(what.value), people_by_row.get(each.row), is_news=each.row in customers)
        for each, (_id, what) in zip(deals, done, strict=True)
    ]


def _told(deal: Deal, who: FoundPerson | None, pursuit: KnownPursuit | None, work: Work) -> FormerDeal:
    if deal.lead and pursuit is None:
        work.warn(
            "unknown_lead", "Deals of leads that are not here yet; import the leads, then this file again.", deal.row
        )
    company = who.company if who else None
    if company is None and (deal.company or deal.domain):
        company = people.find_or_create_company(
            deal.company, deal.domain, by=work.by, now=work.now, happened_at=deal.opened_at or work.now
        )
    begun = pursuit.began_at if pursuit else None
    moments = [moment for moment in (deal.closed_at, *(at for _stage, at in deal.stages), work.now) if moment]
    opened = deal.opened_at or min(begun or moments[0], *moments)
    return FormerDeal(
        external=deal.external,
        title=deal.title,
        opened_at=opened,
        stages=deal.stages or (((deal.stage, deal.closed_at or opened),) if deal.stage else ()),
        state=deal.state,
        closed_at=deal.closed_at,
        reason=deal.reason if deal.state is DealState.LOST else "",
        amount=deal.amount,
        company=company or (pursuit.company if pursuit else None),
        pursuit=pursuit.id if pursuit else None,
        owner=deal.owner,
        inbound=pursuit.is_inbound if pursuit else False,
        persons=((who.person, ""),) if who else (),
        is_dated=bool(deal.stages),
    )


def _customers(
    deals: Sequence[Deal],
    people_by_row: dict[int, FoundPerson | None],
    pursuits: dict[str, KnownPursuit],
    work: Work,
) -> set[int]:
    """Note on the hand-overs of won deals that they led to a customer; returns the rows for which that was new."""
    won = {
        pursuits[each.lead].id: each
        for each in deals
        if each.state is DealState.WON and each.lead in pursuits and each.closed_at is not None
    }
    moments = {number: each.closed_at for number, each in won.items() if each.closed_at is not None}
    identities = {who.person: who.identity for who in people_by_row.values() if who is not None}
    news = former.became_customers(moments, identities=identities, by=work.by, now=work.now) if moments else set()
    return {won[number].row for number in news}


def _written(deal: Deal, what: Outcome, who: FoundPerson | None, *, is_news: bool) -> Written:
    if what is Outcome.UNCHANGED and (is_news or (who is not None and who.what.value != Outcome.UNCHANGED)):
        what = Outcome.UPDATED
    return Written(what, (who.person,) if who else ())


RECIPE: Final = Recipe(_read, _write, ("won_at", "closed_at", "opened_at"))
