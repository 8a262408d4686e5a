"""The sample company's campaigns: what each costs, when it runs, whom it brings and how good they are."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Final

from leadpact.base.money import Money
from leadpact.capture import actions as capture
from leadpact.capture.types import NewCost
from leadpact.team.types import SYSTEM, Actor

CURRENCY: Final = "GBP"
WEEKEND: Final = 0.22  # of a working day's visitors
SEASON: Final = (0.9, 1.0, 1.15, 1.0, 1.05, 1.0, 0.75, 0.7, 1.15, 1.2, 1.2, 0.65)  # January to December
LONG: Final = timedelta(days=16)  # how long before a webinar people register


@dataclass(frozen=True)
class SampleCampaign:
    """One campaign, or those who come without one ("" as name).

    draws    visitors a day while it runs, by day
    is_known how likely a visitor says who they are
    worth    how likely those are real buyers
    cost     pounds a day while it runs
    """

    name: str
    channel: str
    source: str
    medium: str
    draws: Callable[[date], float]
    is_known: float
    worth: float
    cost: Callable[[date], float]


def _always(amount: float) -> Callable[[date], float]:
    return lambda day: amount


def _between(first: tuple[int, int], last: tuple[int, int], amount: float) -> Callable[[date], float]:
    """Every year from one (month, day) to another."""
    return lambda day: amount if first <= (day.month, day.day) <= last else 0.0


@lru_cache(maxsize=4_096)
def webinar_on(day: date) -> str:
    """Return the webinar held on a day, "" for none: on the second Tuesday of every other month, and in June."""
    if day.weekday() != 1 or not 8 <= day.day <= 14:
        return ""
    if day.month == 6:
        return "Calibration on a page"
    return "ISO 17025 audits without paper" if day.month % 2 else ""


@lru_cache(maxsize=4_096)
def next_webinar(after: date, *, name: str = "") -> date:
    """Return the day of the next webinar, of that name where one is given."""
    day = after + timedelta(days=1)
    while not (webinar_on(day) and name in ("", webinar_on(day))):
        day += timedelta(days=1)
    return day


def _before(name: str, amount: float) -> Callable[[date], float]:
    """People register in the two weeks before each webinar of that name."""
    return lambda day: amount if next_webinar(day - timedelta(days=1), name=name) - day <= LONG else 0.0


ISO: Final = "ISO 17025 audits without paper"
PAGE: Final = "Calibration on a page"
CAMPAIGNS: Final = (
    SampleCampaign("", "", "", "", _always(7.2), 0.078, 0.45, _always(0)),
    SampleCampaign("Calibration software", "paid search", "google", "cpc", _always(7.7), 0.112, 0.50, _always(86)),
    SampleCampaign("Buyer's guide to calibration software", "content", "newsletter", "content", _always(3.1), 0.34,
                   0.36, _always(39)),
    SampleCampaign(ISO, "webinar", "linkedin", "webinar", _before(ISO, 3.6), 0.76, 0.70, _before(ISO, 95)),
    SampleCampaign(PAGE, "webinar", "newsletter", "webinar", _before(PAGE, 4.5), 0.78, 0.66, _before(PAGE, 220)),
    SampleCampaign("Sensor Fair Nuremberg", "event", "expo", "event", _between((5, 5), (5, 7), 38), 0.96, 0.28,
                   _between((5, 5), (5, 7), 9_400)),
    SampleCampaign("Measure & Test Expo", "event", "expo", "event", _between((11, 4), (11, 5), 40), 0.96, 0.40,
                   _between((11, 4), (11, 5), 5_900)),
    SampleCampaign("Paper audits cost you", "paid social", "linkedin", "paid_social", _between((3, 1), (5, 31), 5.0),
                   0.13, 0.14, _between((3, 1), (5, 31), 210)),
    SampleCampaign("Audit season", "paid social", "linkedin", "paid_social", _between((11, 2), (12, 15), 4.0),
                   0.15, 0.25, _between((11, 2), (12, 15), 330)),
    SampleCampaign("Free template giveaway", "paid social", "facebook", "paid_social",
                   _between((1, 8), (2, 20), 7.0), 0.30, 0.05, _between((1, 8), (2, 20), 120)),
    SampleCampaign("Nordcal referral", "partner", "nordcal", "referral", _always(0.26), 0.9, 0.62, _always(0)),
)  # fmt: skip


def draws_on(campaign: SampleCampaign, day: date) -> float:
    """Return how many visitors a campaign brings on a day, at scale 1."""
    return campaign.draws(day) * SEASON[day.month - 1] * (WEEKEND if day.weekday() > 4 else 1.2)


def record(*, by: Actor, now: datetime) -> None:
    """Make the campaigns; harmless the second time."""
    for each in CAMPAIGNS:
        if each.name:
            capture.create_campaign(each.name, channel=each.channel, by=by, now=now)


def spend(monday: date, *, seed: int, since: date, now: datetime) -> None:
    """Record what the campaigns cost in the week before a Monday, give or take a tenth; nothing before `since`."""
    rng = Random(f"{seed}:cost:{monday}")  # noqa: S311  # a sample company, not a secret
    week = [day for day in (monday - timedelta(days=n) for n in range(7, 0, -1)) if day >= since]
    costs = []
    for each in CAMPAIGNS:
        pounds = sum(each.cost(day) for day in week)
        if each.name and pounds:
            campaign = capture.create_campaign(each.name, by=SYSTEM, now=now)
            amount = Money(round(pounds * rng.uniform(90, 110)), CURRENCY)
            costs.append(NewCost(campaign.id, week[-1], amount, external=f"sample:{each.name}:{monday}"))
    if costs:
        capture.record_costs(costs, by=SYSTEM, now=now)
