"""The sample company itself: who works there, its settings, its campaigns and its pact."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from leadpact.engagement import actions as engagement
from leadpact.engagement import reads as engaged
from leadpact.engagement.types import SourceKind
from leadpact.flow import agreeing
from leadpact.flow.simulating import campaigns
from leadpact.team import actions as team
from leadpact.team import reads as teams
from leadpact.team.types import SYSTEM, CompanySettings, Role, Side, user_actor

ZONE: Final = "Europe/London"
DOMAIN: Final = "truemark.example"
SITE: Final = "Web site"


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


def found(*, password: str | None, since: datetime, now: datetime) -> None:
    """Set the company up as of `since`; harmless the second time."""
    team.ensure_defaults(by=SYSTEM, now=since)
    settings = teams.settings()
    wanted = CompanySettings(
        name="Truemark Calibration",
        zone=settings.zone,
        currency=campaigns.CURRENCY,
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
    campaigns.record(by=user_actor(people()["Jonas Lind"]), now=since)  # who planned one may contest for its leads
    if SITE not in {key.name for key in engaged.write_keys()}:
        origins = (f"https://www.{DOMAIN}",)
        engagement.create_source(SITE, SourceKind.BROWSER, origins=origins, by=SYSTEM, now=since)


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
