"""What waits on everybody's Today when somebody begins to look at the sample company.

In the last hours before the present leads ask each rep for a call, and nobody has answered yet; another has waited
too long, as has what marketing contests; and a lead they work is about to cool.  All by the same actions as on any
other day, at moments counted back in working time: a sample begun on a Sunday night finds the same as one begun on
a Thursday morning.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from leadpact.base.working_time import Calendar, elapsed, is_open
from leadpact.capture import reads as capture
from leadpact.capture import touches
from leadpact.engagement.types import Json
from leadpact.flow import answering, arrival, capturing, following, qualifying
from leadpact.flow.capturing import Submission
from leadpact.flow.simulating import names
from leadpact.flow.simulating.colleagues import Rep
from leadpact.flow.simulating.heads import MARKETER, Heads
from leadpact.flow.simulating.marketers import unreadable
from leadpact.flow.simulating.prospects import ZONE
from leadpact.handover import disputed
from leadpact.handover import reads as handover
from leadpact.handover.types import Stage
from leadpact.pact import reads as pacts
from leadpact.pact.reviews import dispute_term
from leadpact.people import actions as people
from leadpact.people import reads as known
from leadpact.people.types import Identifier, IdentityKind, Purpose
from leadpact.pipeline import reads as deals
from leadpact.promises.rules import due
from leadpact.team import reads as teams
from leadpact.team.types import SYSTEM
from leadpact.worklist import reads as worklist
from leadpact.worklist import urgent
from leadpact.worklist.types import LeadFilter, Sort
from leadpact.worklist.urgent import Asking as Asked
from leadpact.worklist.urgent import Part

STEP: Final = timedelta(minutes=5)
PROMISED: Final = timedelta(hours=4)  # the pact's promise to answer
# What is left of it: for each rep one due soon, and one that is so once the first is past due.
LEFT: Final = timedelta(minutes=60)
LEFT_LATER: Final = timedelta(minutes=180)
APART: Final = timedelta(minutes=13)  # from rep to rep
PAST: Final = timedelta(hours=6)
FEW_POINTS: Final = 20_000  # in thousandths: less than what lets a lead cool
MOST_TRIES: Final = 60
FIRST: Final = {"Tom Okafor": "Hannah Reyes"}  # the lead that everybody meets is Tom's
TWICE: Final = "Gillian Webb"  # known by two addresses
WROTE: Final = (
    "Does it write results back to SAP QM, or do we export?",
    "We have 1,900 instruments on three sites and an audit in March. Please call me.",
    "Can you show this on Tuesday?",
    "What does it cost for 600 instruments?",
)
# A webinar and a stand at a fair carry a lead over the line; four days before they stop counting it is about to cool.
LAST_MONTH: Final = (
    (timedelta(days=27), "webinar.attended", {"webinar": "ISO 17025 audits without paper", "minutes": 44}),
    (timedelta(days=26), "event.attended", {"event": "Regional user day"}),
)


@dataclass(frozen=True)
class Asking:
    """Somebody asks one rep's side for a call."""

    at: datetime
    rep: Rep
    place: int


def plan(reps: list[Rep], *, since: datetime, now: datetime) -> list[Asking]:
    """Return who is asked and when, so that each rep has an answer due soon and another past due."""
    calendar = teams.calendar_of_team(None)
    found = []
    for place, rep in enumerate(reps):
        left = LEFT + place * APART
        wanted = PROMISED - left, PROMISED - LEFT_LATER, PAST + timedelta(hours=place)
        for turn, used in enumerate(wanted):
            at = working_time_before(now, used, calendar)
            if at >= since:
                found.append(Asking(at, rep, place + turn * len(reps)))
    return sorted(found, key=lambda each: each.at)


def contested_at(now: datetime) -> datetime:
    """Return the latest moment at work at which what marketing contests has waited too long by now."""
    calendar, within = teams.calendar_of_team(None), dispute_term(pacts.in_force(now).pact).amount
    at = working_time_before(now, STEP, calendar)
    while due(at, within, calendar) >= now or not is_open(at, calendar):
        at -= STEP
    return at


def ask(asking: Asking, *, now: datetime) -> bool:
    """Let somebody nobody works ask for a call; whose company it is decides who is offered them."""
    found = next(_free(asking), None)
    if found is None:
        return False
    name, email, company, number = found
    if number is None:
        domain = email.partition("@")[2]
        number = people.find_or_create_company(company, domain, by=SYSTEM, now=now)
    if number is not None:
        people.set_company_owner(number, asking.rep.user, by=SYSTEM, now=now)
    form = next(each for each in capture.forms() if each.key == "contact")
    wanted = {"name": name, "email": email, "company": company, "message": WROTE[asking.place % len(WROTE)]}
    values = {each.name: wanted[each.name] for each in form.fields if each.name in wanted}
    agreed = {Purpose(purpose): _newest(Purpose(purpose)) for purpose in form.purposes}
    sent = Submission(values=values, agreed=agreed, message_id=f"sample-ask-{asking.rep.user}-{now.isoformat()}")
    capturing.submit(form, sent, now=now)
    return True


def cool(rep: Rep, lender: Rep, *, now: datetime) -> bool:
    """See that a lead the rep works is about to cool; returns whether anything arrived for it.

    lender  takes a lead early and hands it on to a partner, who may not take one
    """
    if urgent.waiting([Part.COOLING], Asked(me=rep.user, queues=(), up=0, now=now)):
        return False
    email = _taken_early(rep, lender if rep.is_partner else rep, now)
    if email is None:
        return False
    arrival.accept([_late(rep, email, *act, now=now) for act in LAST_MONTH], channel="sample", now=now)
    return True


def leave_to_do(heads: Heads, rep: Rep, *, now: datetime) -> None:
    """See that marketing waits for an answer, that somebody is known twice, and that an event is held back."""
    day = now.astimezone(ZONE).date()
    arrival.accept([unreadable(day), _twin(now)], channel="sample", now=now)
    contest(heads, rep, now=now)


def contest(heads: Heads, rep: Rep, *, now: datetime) -> None:
    """See that something the marketer contests waits for an answer."""
    marketer = heads.people[MARKETER]
    if disputed.open_disputes(raised_by=marketer).total:
        return
    turned_down = LeadFilter(stage=Stage.RECYCLED)
    for line in worklist.lines(turned_down, sort=Sort.LAST_ACT, limit=MOST_TRIES).lines:
        for pursuit in handover.pursuits_of(line.person):
            raised = heads.contest(pursuit.id, now) if pursuit.first_touch.campaign is not None else None
            if raised is not None and raised.raised_by == marketer:
                return
    _turn_one_down(heads, rep, now)


def _turn_one_down(heads: Heads, rep: Rep, now: datetime) -> None:
    """Let a rep turn down somebody a campaign brought, and marketing contest it."""
    for _, email, _, _ in islice(_free(Asking(now, rep, 0)), MOST_TRIES):
        person = known.person_by(Identifier(IdentityKind.EMAIL, email))
        line = worklist.line(person) if person is not None else None
        if line is None or handover.pursuits_of(line.person) or not _came_by_campaign(line.person):
            continue
        taken = answering.pull(line.person, by=rep.by, now=now)
        reason = pacts.pact_of(taken.pact_version).disqualify_reasons[0]
        qualifying.disqualify(taken.id, reason.code, note="Writes a thesis.", by=rep.by, now=now)
        heads.contest(taken.id, now)
        return


def _came_by_campaign(person: int) -> bool:
    came = touches.first_of_each(known.identities_of(person))
    return any(each.campaign_key for each in came.values())


def _twin(now: datetime) -> Json:
    """Somebody we know writes from another address of the same company: nobody but a human can tell."""
    one = next(each for each in names.NOTED if each.name == TWICE)
    given, family = one.name.lower().split()
    return {
        "type": "track",
        "event": "form.submitted",
        "messageId": f"sample-twin-{TWICE}",
        "timestamp": (now - timedelta(hours=1)).isoformat(),
        "properties": {"form": "download"},
        "context": {
            "traits": {
                "email": f"{given[0]}.{family}@{names.domain_of(one.company)}",
                "name": one.name,
                "company": one.company,
            }
        },
    }


def _late(rep: Rep, email: str, before: timedelta, kind: str, properties: Json, *, now: datetime) -> Json:
    return {
        "type": "track",
        "event": kind,
        "messageId": f"sample-late-{rep.user}-{kind}-{now.isoformat()}",
        "timestamp": (now - before).isoformat(),
        "properties": properties,
        "context": {"traits": {"email": email}},
    }


def _taken_early(rep: Rep, taker: Rep, now: datetime) -> str | None:
    """Let a rep work somebody with few points whom nobody had yet; returns the address."""
    for _, email, _, company in islice(_free(Asking(now, rep, 0), Sort.LAST_ACT), MOST_TRIES):
        person = known.person_by(Identifier(IdentityKind.EMAIL, email))
        line = worklist.line(person) if person is not None else None
        if line is None or line.score > FEW_POINTS or handover.pursuits_of(line.person):
            continue
        if company is not None:
            people.set_company_owner(company, taker.user, by=SYSTEM, now=now)
        taken = answering.pull(line.person, by=taker.by, now=now)
        following.log_activity(line.person, "call.made", note="Left a message.", by=taker.by, now=now)
        if taker is not rep:
            following.hand_on(taken.id, rep.user, by=taker.by, now=now)
        return email
    return None


def _free(asking: Asking, sort: Sort = Sort.SCORE) -> Iterator[tuple[str, str, str, int | None]]:
    """Yield name, address, company and its number of those nobody works, the noted first."""
    noted = sorted(names.NOTED, key=lambda each: each.name != FIRST.get(asking.rep.who.name))
    if asking.rep.who.name not in FIRST:
        noted = [each for each in noted if each.name not in FIRST.values()]
    for each in noted:
        email = names.address_of(each.name, each.company)
        number = known.company_by_domain(names.domain_of(each.company))
        person = known.person_by(Identifier(IdentityKind.EMAIL, email))
        if _nobody_works(person, number):
            yield each.name, email, each.company, number
    for stage in (Stage.LEAD, Stage.CONTACT, Stage.RECYCLED):
        for line in worklist.lines(LeadFilter(stage=stage), sort=sort, limit=100).lines:
            if line.email and line.name and _nobody_works(line.person, line.company):
                yield line.name, line.email, line.company_name, line.company


def _nobody_works(person: int | None, company: int | None) -> bool:
    if person is not None and handover.active_of_person(person) is not None:
        return False
    if company is None:
        return True
    has_deal = deals.open_of_company(company) or deals.customers([company])
    return not has_deal and handover.active_of_company(company) is None


def _newest(purpose: Purpose) -> int:
    text = known.consent_text(purpose)
    return text.version if text is not None else 1


def working_time_before(now: datetime, amount: timedelta, calendar: Calendar) -> datetime:
    """Return the last moment at work before which at least so much working time is left until `now`."""
    at = now.replace(second=0, microsecond=0)
    while elapsed(at, now, calendar) < amount or not is_open(at, calendar):
        at -= STEP
    return at
