"""Those of the sample company who sell: how quick each is, how they decide, what they say."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Final, TypedDict

from leadpact.base.money import Money
from leadpact.base.working_time import deadline
from leadpact.capture import reads as capture
from leadpact.flow.simulating.campaigns import CAMPAIGNS, CURRENCY
from leadpact.flow.simulating.founding import COLLEAGUES, Colleague
from leadpact.flow.simulating.prospects import ZONE
from leadpact.handover.types import OfferView, PursuitView
from leadpact.pact.types import Reason
from leadpact.pipeline.types import LostReason
from leadpact.team import reads as teams
from leadpact.team.types import Actor, Role, user_actor

LOST: Final = (
    LostReason.PRICING, LostReason.COMPETITION, LostReason.BUDGET, LostReason.MISSING_FEATURES,
    LostReason.NO_DECISION_MAKER, LostReason.UNRESPONSIVE, LostReason.LONG_CYCLE, LostReason.POOR_FIT,
)  # fmt: skip
CONTACTS: Final = (
    ("call.made", "Nobody there, left a message."),
    ("call.made", "Talked for ten minutes; they compare two vendors."),
    ("call.made", "Wants to know whether results go back to SAP QM. They do."),
    ("call.made", "Asked to call again next week, after their audit."),
    ("sales_mail.sent", "Sent the integration sheet."),
    ("sales_mail.sent", "Sent three dates for a demo."),
    ("meeting.held", "Online, with quality and production."),
)  # fmt: skip
IN_A_DEAL: Final = (
    ("call.made", "Went through the open questions on data export."),
    ("call.made", "Finance wants the price for three sites."),
    ("sales_mail.sent", "Sent the answers to their security questions."),
    ("sales_mail.sent", "Sent the offer again with the changed terms."),
    ("meeting.held", "Demo, five people from two sites."),
    ("meeting.held", "Met the quality director; she decides, finance signs."),
)  # fmt: skip
STEPS: Final = (
    "Call about the audit", "Demo with quality and production", "Walk through the offer", "Talk about terms",
    "Purchase order expected",
)  # fmt: skip
SAID: Final = "See the call of today."
UNKNOWN_WORTH: Final = 0.45


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

    @property
    def is_partner(self) -> bool:
        return Role.PARTNER in self.who.roles

    def luck(self, about: str) -> Random:
        return Random(f"{self.seed}:{self.user}:{about}")  # noqa: S311  # a sample company, not a secret

    def answers_at(self, offer: OfferView) -> datetime:
        """Return when an offer is answered, in this rep's own time."""
        hours = self.luck(f"answer:{offer.id}").lognormvariate(0, 0.6) * self.who.answers_after_hours
        waits = timedelta(seconds=round(max(0.05, hours) * 3600))
        return deadline(offer.offered_at, waits, teams.calendar_of_team(offer.team))

    def next_at_work(self, after: datetime, days: float, about: str) -> datetime:
        """Return a moment of a working day about so many days later."""
        luck = self.luck(f"when:{about}")
        day = (after + timedelta(days=days * luck.uniform(0.5, 1.5))).astimezone(ZONE).date()
        while day.weekday() > 4:
            day += timedelta(days=1)
        moment = datetime.combine(day, time(9, 10), ZONE) + timedelta(minutes=luck.randrange(480))
        if moment > after:
            return moment.astimezone(UTC)
        return self.next_at_work(after + timedelta(days=1), 0.0, about)


def reps(people_by_name: dict[str, int], seed: int) -> list[Rep]:
    return [Rep(people_by_name[one.name], one, seed) for one in COLLEAGUES if one.answers_after_hours]


@dataclass(frozen=True)
class Judgement:
    """How likely a lead is a real buyer: by the campaign it came by, which the reps cannot see."""

    by_campaign: dict[int, float]

    @staticmethod
    def made() -> "Judgement":
        worth = {each.name: each.worth for each in CAMPAIGNS}
        return Judgement({each.id: worth.get(each.name, UNKNOWN_WORTH) for each in capture.campaigns()})

    def worth_of(self, pursuit: PursuitView) -> float:
        return self.by_campaign.get(pursuit.first_touch.campaign or 0, UNKNOWN_WORTH)


def amount_of(rep: Rep, pursuit: int | None) -> Money:
    """Return what a deal is worth a year: most £20,000 to £80,000, a few far more."""
    pounds = min(190_000, max(9_000, rep.luck(f"amount:{pursuit}").lognormvariate(10.55, 0.55)))
    return Money(round(pounds / 100) * 100 * 100, CURRENCY)


def what_it_needs(reason: Reason, now: datetime) -> Needs:
    """A reason may want a day to come back on, or a word of explanation."""
    found: Needs = {"note": SAID if reason.needs == "note" else ""}
    if reason.needs == "date":
        found["until"] = (now + timedelta(days=60)).date()
    return found
