"""The sample company itself: who works there, what it spends on campaigns, what its pact says."""

from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import Final

from leadpact.base.money import Money
from leadpact.capture import actions as capture
from leadpact.capture.types import NewCost
from leadpact.flow import agreeing
from leadpact.team import actions as team
from leadpact.team import reads as teams
from leadpact.team.types import SYSTEM, CompanySettings, Role, Side

ZONE: Final = "Europe/London"
CURRENCY: Final = "GBP"
DOMAIN: Final = "truemark.example"


@dataclass(frozen=True)
class Colleague:
    """Somebody who logs in; `answers_after_hours` is how long they usually leave an offer, in working hours."""

    name: str
    roles: tuple[Role, ...]
    team: str
    answers_after_hours: float = 0.0

    @property
    def email(self) -> str:
        return f"{self.name.split()[0].lower()}@{DOMAIN}"


COLLEAGUES: Final = (
    Colleague("Tom Okafor", (Role.SALES_REP,), "Sales", 0.7),
    Colleague("Ines Duarte", (Role.HEAD_OF_SALES, Role.SALES_REP), "Sales", 1.6),
    Colleague("Karl Brandt", (Role.SALES_REP,), "Sales", 4.8),
    Colleague("Priya Raman", (Role.HEAD_OF_MARKETING,), "Marketing"),
    Colleague("Jonas Lind", (Role.MARKETER,), "Marketing"),
    Colleague("Mira Solberg", (Role.PARTNER,), "Nordcal Partners", 3.0),
    Colleague("Olga Petrova", (Role.REVENUE_OPERATIONS,), ""),
    Colleague("Helen Marsh", (Role.EXECUTIVE,), ""),
)


@dataclass(frozen=True)
class SampleCampaign:
    """`pull` is its share of the prospects, `worth` how likely they are real buyers, `cost` pounds a week."""

    name: str
    channel: str
    source: str
    medium: str
    pull: float
    worth: float
    cost: int


CAMPAIGNS: Final = (
    SampleCampaign("Calibration software", "paid search", "google", "cpc", 0.24, 0.55, 900),
    SampleCampaign("ISO 17025 audits without paper", "webinar", "linkedin", "webinar", 0.18, 0.80, 450),
    SampleCampaign("Buyer's guide", "content", "newsletter", "email", 0.22, 0.40, 250),
    SampleCampaign("Measure & Test Expo", "event", "expo", "event", 0.10, 0.65, 1_100),
    SampleCampaign("Free template giveaway", "paid social", "facebook", "paid_social", 0.20, 0.08, 700),
    SampleCampaign("Nordcal referral", "partner", "nordcal", "referral", 0.06, 0.60, 0),
)


def found(*, password: str | None, since: datetime, now: datetime) -> None:
    """Set the company up as of `since`; harmless the second time."""
    team.ensure_defaults(by=SYSTEM, now=since)
    settings = teams.settings()
    wanted = CompanySettings(
        name="Truemark Calibration",
        zone=settings.zone,
        currency=CURRENCY,
        fiscal_year_start_month=4,
        week_start=1,
        postal_address="Truemark Calibration Ltd, 4 Foundry Yard, Leeds LS1 4AB, United Kingdom",
        own_domains=(DOMAIN,),
        competitor_domains=("gaugeworks.example",),
        deal_stages=settings.deal_stages,
        individual_performance_open=False,
    )
    if settings != wanted:
        team.change_settings(wanted, by=SYSTEM, now=since)
    if "Nordcal Partners" not in {each.name for each in teams.teams()}:
        team.create_team("Nordcal Partners", Side.PARTNER, by=SYSTEM, now=since)
    _employ(password, since)
    agreeing.set_up(zone=ZONE, since=since, by=SYSTEM, now=since)
    for each in CAMPAIGNS:
        capture.create_campaign(each.name, channel=each.channel, by=SYSTEM, now=since)


def people() -> dict[str, int]:
    """Return the company's people by name."""
    known = {member.email: member.id for member in teams.users()}
    return {one.name: known[one.email] for one in COLLEAGUES}


def _employ(password: str | None, since: datetime) -> None:
    teams_by_name = {each.name: each.id for each in teams.teams()}
    known = {member.email: member.id for member in teams.users()}
    for one in COLLEAGUES:
        if one.email not in known:
            known[one.email] = team.create_user(
                one.email,
                password,
                name=one.name,
                roles=one.roles,
                team=teams_by_name.get(one.team),
                by=SYSTEM,
                now=since,
            )
    team.set_head(teams_by_name["Sales"], people()["Ines Duarte"], by=SYSTEM, now=since)
    team.set_head(teams_by_name["Marketing"], people()["Priya Raman"], by=SYSTEM, now=since)


def spend(day: date, *, seed: int, now: datetime) -> None:
    """Record what the campaigns cost in the week that ends on `day`, give or take a fifth."""
    rng = Random(f"{seed}:cost:{day}")  # noqa: S311  # a sample company, not a secret
    costs = [
        NewCost(
            capture.create_campaign(each.name, by=SYSTEM, now=now).id,
            day,
            Money(round(each.cost * rng.uniform(80, 120)), CURRENCY),
            external=f"sample:{each.name}:{day}",
        )
        for each in CAMPAIGNS
        if each.cost
    ]
    capture.record_costs(costs, by=SYSTEM, now=now)
