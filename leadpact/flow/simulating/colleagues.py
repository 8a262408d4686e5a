"""What the sample company's own people do: answer, call, open deals, win and lose them.

They act on what is open at the moment, so a day that was cut short is taken up where it stands.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Final, TypedDict

from leadpact.base.errors import BadState
from leadpact.base.money import Money
from leadpact.base.working_time import elapsed
from leadpact.flow import answering, following, qualifying, selling
from leadpact.flow.simulating.founding import CAMPAIGNS, COLLEAGUES, CURRENCY, Colleague
from leadpact.handover import reads as handover
from leadpact.handover.types import OfferView, PursuitView, Stage
from leadpact.pact import reads as pacts
from leadpact.pact.types import Reason
from leadpact.pipeline import reads as deals
from leadpact.pipeline.types import DealView, LostReason
from leadpact.team import reads as teams
from leadpact.team.types import Actor, user_actor

LOST: Final = (
    LostReason.PRICING, LostReason.COMPETITION, LostReason.BUDGET, LostReason.MISSING_FEATURES,
    LostReason.NO_DECISION_MAKER, LostReason.UNRESPONSIVE,
)  # fmt: skip
CONTACTS: Final = (
    ("call.made", "Nobody there, left a message."),
    ("call.made", "Talked for ten minutes; they compare two vendors."),
    ("sales_mail.sent", "Sent the integration sheet."),
    ("meeting.held", "Online, with quality and production."),
)
STEPS: Final = ("Call about the audit", "Demo with quality and production", "Send the offer", "Talk about terms")


class Needs(TypedDict, total=False):
    note: str
    until: date


@dataclass(frozen=True)
class Rep:
    """One who sells.  `seed` makes what they do the same each time."""

    user: int
    who: Colleague
    seed: int

    @property
    def by(self) -> Actor:
        return user_actor(self.user)

    def luck(self, about: str) -> Random:
        return Random(f"{self.seed}:{self.user}:{about}")  # noqa: S311  # a sample company, not a secret


def reps(people_by_name: dict[str, int], seed: int) -> list[Rep]:
    return [Rep(people_by_name[one.name], one, seed) for one in COLLEAGUES if one.answers_after_hours]


def work(rep: Rep, partner: Rep, *, now: datetime, first_of_day: bool, leaves_since: datetime) -> None:
    """Do what is due for one rep at one moment of a working day.

    partner       who is handed what came by the partner's own campaign
    leaves_since  offers made from then on are mostly left for whoever looks at the sample
    """
    for offer in handover.open_offers_to(rep.user):
        if offer.offered_at < leaves_since or rep.luck(f"leave:{offer.id}").random() < 0.25:
            with suppress(BadState):  # somebody who looks at the sample was faster, and acts today
                _answer(rep, offer, now)
    if not first_of_day:
        return
    for pursuit in handover.active_of_owner(rep.user):
        with suppress(BadState):  # as above
            _go_on(rep, partner, pursuit, now)


def _go_on(rep: Rep, partner: Rep, pursuit: PursuitView, now: datetime) -> None:
    if pursuit.stage is Stage.WORKING and rep is not partner and pursuit.first_touch.channel == "partner":
        following.hand_on(pursuit.id, partner.user, by=rep.by, now=now)
    elif pursuit.stage is Stage.WORKING:
        _follow_up(rep, pursuit, now)
    elif pursuit.stage is Stage.DEAL:
        for deal in deals.of_pursuit(pursuit.id):
            if deal.is_open:
                _sell(rep, deal, now)


def _answer(rep: Rep, offer: OfferView, now: datetime) -> None:
    luck = rep.luck(f"answer:{offer.id}")
    waits = timedelta(hours=luck.lognormvariate(0, 0.7) * rep.who.answers_after_hours)
    if elapsed(offer.offered_at, now, teams.calendar_of_team(offer.team)) < waits:
        return
    if offer.opened_at is None:
        answering.open_offer(offer.id, by=rep.by, now=now)
    pursuit = handover.pursuit(offer.pursuit)
    if luck.random() < 0.08 + 0.45 * (1 - worth_of(pursuit)):
        reason = luck.choice(pacts.pact_of(pursuit.pact_version).reject_reasons)
        answering.reject(offer.id, reason.code, **_what_it_needs(reason, now), by=rep.by, now=now)
        return
    answering.accept(offer.id, by=rep.by, now=now)


def _follow_up(rep: Rep, pursuit: PursuitView, now: datetime) -> None:
    """Call every other day; after a few tries open a deal, give the lead back, or end it."""
    luck = rep.luck(f"follow:{pursuit.id}:{now.date()}")
    person = pursuit.persons[0]
    tries = handover.attempts_since(pursuit.id, pursuit.began_at)
    if luck.random() < 0.55:
        kind, note = luck.choice(CONTACTS)
        following.log_activity(person, kind, note=note, by=rep.by, now=now)
        tries += 1
    wanted = rep.luck(f"tries:{pursuit.id}").randrange(2, 6)
    if tries < wanted:
        return
    fate = rep.luck(f"fate:{pursuit.id}").random()
    pact = pacts.pact_of(pursuit.pact_version)
    if fate < 0.15 + 0.55 * worth_of(pursuit):
        amount = Money(rep.luck(f"amount:{pursuit.id}").randrange(80, 960) * 10_000, CURRENCY)
        known = amount if luck.random() < 0.85 else None
        ahead = (now + timedelta(days=7)).date()
        qualifying.open_deal(pursuit.id, amount=known, currency=CURRENCY, next_step=STEPS[0], next_step_on=ahead,
                             by=rep.by, now=now)  # fmt: skip
    elif fate < 0.80:
        reason = luck.choice(pact.recycle_reasons)
        qualifying.recycle(pursuit.id, reason.code, **_what_it_needs(reason, now), by=rep.by, now=now)
    else:
        reason = luck.choice(pact.disqualify_reasons)
        qualifying.disqualify(pursuit.id, reason.code, note="Said so on the phone.", by=rep.by, now=now)


def _sell(rep: Rep, deal: DealView, now: datetime) -> None:
    """About once a week a deal moves on, and in the end it is won or lost."""
    luck = rep.luck(f"sell:{deal.id}:{now.date()}")
    if luck.random() > 0.22:
        return
    stages = teams.settings().deal_stages
    place = stages.index(deal.stage) if deal.stage in stages else 0
    if place + 1 < len(stages) and luck.random() < 0.8:
        selling.move(deal.id, stages[place + 1], by=rep.by, now=now)
        ahead = (now + timedelta(days=luck.randrange(3, 15))).date()
        selling.set_next_step(deal.id, STEPS[min(place + 1, 3)], ahead, by=rep.by, now=now)
    elif rep.luck(f"won:{deal.id}").random() < 0.42:
        amount = deal.amount or Money(rep.luck(f"amount:{deal.id}").randrange(80, 960) * 10_000, CURRENCY)
        selling.win(deal.id, amount=amount, by=rep.by, now=now)
    else:
        selling.lose(deal.id, reason=luck.choice(LOST), by=rep.by, now=now)


def worth_of(pursuit: PursuitView) -> float:
    """How likely the lead is a real buyer: by the campaign it came by, which the reps cannot see."""
    worth = {each.channel: each.worth for each in CAMPAIGNS}
    return worth.get(pursuit.first_touch.channel, 0.5)


def _what_it_needs(reason: Reason, now: datetime) -> Needs:
    """A reason may want a day to come back on, or a word of explanation."""
    found: Needs = {"note": "See the call of today." if reason.needs == "note" else ""}
    if reason.needs == "date":
        found["until"] = (now + timedelta(days=60)).date()
    return found
