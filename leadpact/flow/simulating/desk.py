"""What the reps of the sample company have before them, in order of time: answers, calls, deals.

Each thing to do has its own moment, so an answer comes minutes or days after its offer as the rep is.  What lies on
the desk is read from what is open; a day that was cut short is taken up where it stands.
"""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from heapq import heappop, heappush
from typing import Final

from leadpact.base.errors import LeadpactError
from leadpact.flow import answering, following, qualifying, selling
from leadpact.flow.simulating.colleagues import (
    CONTACTS,
    IN_A_DEAL,
    LOST,
    STEPS,
    Judgement,
    Rep,
    amount_of,
    what_it_needs,
)
from leadpact.handover import reads as handover
from leadpact.handover.types import OfferView, PursuitView, Stage
from leadpact.pact import reads as pacts
from leadpact.people import actions as people
from leadpact.pipeline import reads as deals
from leadpact.pipeline.types import DealState, DealView
from leadpact.team import reads as teams

CHAMPION: Final = "Champion"
WON: Final = 0.36  # of the deals that ended
TOO_LONG: Final = timedelta(days=160)  # then a deal is lost, whatever they say


class What(StrEnum):
    ANSWER = "answer"
    GO_ON = "go on"


@dataclass
class Desk:
    """`leaves_since`: offers made from then on are mostly left for whoever looks at the sample."""

    reps: list[Rep]
    judgement: Judgement
    leaves_since: datetime
    _heap: list[tuple[datetime, int, What]] = field(default_factory=list)
    _planned: set[tuple[What, int]] = field(default_factory=set)
    _left: set[int] = field(default_factory=set)
    turned_down: list[int] = field(default_factory=list)  # hand-overs, until somebody takes them off

    def look(self, now: datetime) -> None:
        """Read what is open.  Once a week is enough: what the reps do themselves they know."""
        self._heap.clear()
        self._planned.clear()
        self.look_at_offers()
        for rep in self.reps:
            for pursuit in handover.active_of_owner(rep.user):
                if pursuit.stage in (Stage.WORKING, Stage.DEAL):
                    self._plan(rep, pursuit, now)

    def look_at_offers(self) -> None:
        for rep in self.reps:
            for offer in handover.open_offers_to(rep.user):
                if not self._is_left(rep, offer):
                    self._push(rep.answers_at(offer), offer.id, What.ANSWER)

    def leave(self, offers: Collection[int]) -> None:
        """Leave these offers to whoever looks at the sample."""
        self._left.update(offers)

    def leave_offered_since(self, moment: datetime) -> None:
        """Leave what was offered since then and is open to whoever looks at the sample."""
        for rep in self.reps:
            self.leave([each.id for each in handover.open_offers_to(rep.user) if each.offered_at >= moment])

    def work(self, since: datetime, until: datetime) -> None:
        """Do what is due up to `until`, each thing at its moment."""
        while self._heap and self._heap[0][0] <= until:
            due, number, what = heappop(self._heap)
            self._planned.discard((what, number))
            # Somebody who looks at the sample may have been faster, and acts today.
            with suppress(LeadpactError):
                self._do(what, number, max(due, since))

    def _is_left(self, rep: Rep, offer: OfferView) -> bool:
        late = offer.offered_at >= self.leaves_since and rep.luck(f"leave:{offer.id}").random() > 0.25
        return late or offer.id in self._left

    def _push(self, at: datetime, number: int, what: What) -> None:
        if (what, number) not in self._planned:
            self._planned.add((what, number))
            heappush(self._heap, (at, number, what))

    def _rep(self, user: int | None) -> Rep | None:
        return next((rep for rep in self.reps if rep.user == user), None)

    def _plan(self, rep: Rep, pursuit: PursuitView, now: datetime) -> None:
        days = 5.5 if pursuit.stage is Stage.DEAL else 1.4 * (1.8 if rep.who.answers_after_hours > 4 else 1.0)
        self._push(rep.next_at_work(now, days, f"{pursuit.id}:{now.date()}"), pursuit.id, What.GO_ON)

    def _do(self, what: What, number: int, now: datetime) -> None:
        if what is What.ANSWER:
            if number in self._left:
                return
            offer = handover.offer(number)
            rep = self._rep(offer.user)
            pursuit = self._answer(rep, offer, now) if rep is not None and offer.is_open else None
        else:
            lead = handover.pursuit(number)
            rep = self._rep(lead.owner)
            pursuit = self._go_on(rep, lead, now) if rep is not None else None
        if pursuit is not None and (rep := self._rep(pursuit.owner)) and pursuit.stage in (Stage.WORKING, Stage.DEAL):
            self._plan(rep, pursuit, now)

    def _answer(self, rep: Rep, offer: OfferView, now: datetime) -> PursuitView:
        luck = rep.luck(f"decides:{offer.id}")
        if offer.opened_at is None:
            answering.open_offer(offer.id, by=rep.by, now=now)
        pursuit = handover.pursuit(offer.pursuit)
        if luck.random() < 0.06 + 0.55 * (1 - self.judgement.worth_of(pursuit)):
            reason = luck.choice(pacts.pact_of(pursuit.pact_version).reject_reasons)
            self.turned_down.append(pursuit.id)
            return answering.reject(offer.id, reason.code, **what_it_needs(reason, now), by=rep.by, now=now)
        return answering.accept(offer.id, by=rep.by, now=now)

    def _go_on(self, rep: Rep, pursuit: PursuitView, now: datetime) -> PursuitView:
        if pursuit.stage is Stage.DEAL:
            for deal in deals.of_pursuit(pursuit.id):
                if deal.is_open:
                    self._sell(rep, deal, pursuit, now)
        elif pursuit.stage is Stage.WORKING:
            partner = next(one for one in self.reps if one.is_partner)
            if rep is not partner and pursuit.first_touch.channel == "partner":
                if pursuit.company is not None:
                    people.set_company_owner(pursuit.company, partner.user, by=rep.by, now=now)
                return following.hand_on(pursuit.id, partner.user, by=rep.by, now=now)
            self._follow_up(rep, pursuit, now)
        return handover.pursuit(pursuit.id)

    def _follow_up(self, rep: Rep, pursuit: PursuitView, now: datetime) -> None:
        """Call again and again; after a few tries open a deal, give the lead back, or end it."""
        luck = rep.luck(f"follow:{pursuit.id}:{now.date()}")
        if handover.attempts_since(pursuit.id, pursuit.began_at) < rep.luck(f"tries:{pursuit.id}").randrange(2, 6):
            kind, note = luck.choice(CONTACTS)
            following.log_activity(pursuit.persons[0], kind, note=note, by=rep.by, now=now)
        elif luck.random() < 0.5:  # thinks it over for some days
            self._decide(rep, pursuit, now)

    def _decide(self, rep: Rep, pursuit: PursuitView, now: datetime) -> None:
        luck, worth = rep.luck(f"fate:{pursuit.id}"), self.judgement.worth_of(pursuit)
        fate, pact = luck.random(), pacts.pact_of(pursuit.pact_version)
        if fate < 0.80 * worth:
            known = amount_of(rep, pursuit.id) if luck.random() < 0.85 else None
            ahead = (now + timedelta(days=7)).date()
            deal = qualifying.open_deal(pursuit.id, amount=known, currency="GBP", next_step=STEPS[0],
                                        next_step_on=ahead, roles=[(pursuit.persons[0], CHAMPION)],
                                        by=rep.by, now=now)  # fmt: skip
            if deal.company is not None:
                people.set_company_owner(deal.company, rep.user, by=rep.by, now=now)
        elif fate < 0.90:
            reason = luck.choice(pact.recycle_reasons)
            qualifying.recycle(pursuit.id, reason.code, **what_it_needs(reason, now), by=rep.by, now=now)
        else:
            reason = luck.choice(pact.disqualify_reasons)
            self.turned_down.append(pursuit.id)
            qualifying.disqualify(pursuit.id, reason.code, note="Said so on the phone.", by=rep.by, now=now)

    def _sell(self, rep: Rep, deal: DealView, pursuit: PursuitView, now: datetime) -> None:
        """Now and then a deal moves on, and in the end it is won or lost; some are lost on the way."""
        luck = rep.luck(f"sell:{deal.id}:{now.date()}")
        stages = teams.settings().deal_stages
        place = stages.index(deal.stage) if deal.stage in stages else 0
        ends_at = rep.luck(f"ends:{deal.id}").choices((1, 2, 3), (1, 1, 8))[0]
        ahead = (now + timedelta(days=luck.randrange(7, 18))).date()
        if now - deal.opened_at > TOO_LONG and place < ends_at:
            selling.lose(deal.id, reason=luck.choice(LOST), by=rep.by, now=now)
        elif luck.random() < 0.55:
            kind, note = luck.choice(IN_A_DEAL)
            following.log_activity(pursuit.persons[0], kind, note=note, by=rep.by, now=now)
            selling.set_next_step(deal.id, STEPS[min(place, len(STEPS) - 1)], ahead, by=rep.by, now=now)
        elif place < ends_at and place + 1 < len(stages):
            selling.move(deal.id, stages[place + 1], by=rep.by, now=now)
            selling.set_next_step(deal.id, STEPS[min(place + 1, len(STEPS) - 1)], ahead, by=rep.by, now=now)
        elif ends_at == 3 and self._wins(rep, deal, pursuit):
            selling.win(deal.id, amount=deal.amount or amount_of(rep, pursuit.id), by=rep.by, now=now)
        else:
            selling.lose(deal.id, reason=luck.choice(LOST), by=rep.by, now=now)

    def _wins(self, rep: Rep, deal: DealView, pursuit: PursuitView) -> bool:
        """Of those that ended so many are won, the likelier the better the lead was."""
        ended = [each for each in deals.deals(limit=500).deals if not each.is_open]
        won = sum(each.state is DealState.WON for each in ended)
        better = 3 * (self.judgement.worth_of(pursuit) - 0.45)
        return won < WON * (len(ended) + 1) + better + rep.luck(f"won:{deal.id}").uniform(-0.8, 0.8)
