"""The company's own settings and working hours."""

from dataclasses import replace
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from pydantic import AfterValidator

from leadpact.base.currencies import is_currency
from leadpact.team import actions
from leadpact.team import reads as team
from leadpact.team.types import CompanySettings
from leadpact.web.api.access import Bearer
from leadpact.web.api.offers import Body
from leadpact.web.api.paging import Paged, some_of
from leadpact.web.shell.access import actor_of, now_of, settings_of

router = Router()


def a_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("there is no such time zone; one is Europe/Berlin")
    return name


def a_currency(code: str) -> str:
    if not is_currency(code):
        raise ValueError("there is no such currency; one is EUR")
    return code


Zone = Annotated[str, Field(max_length=80), AfterValidator(a_zone)]
Currency = Annotated[str, Field(max_length=3), AfterValidator(a_currency)]
Lines = Annotated[list[Annotated[str, Field(min_length=1, max_length=253)]], Field(max_length=1000)]


class Settings(Schema):
    """Offers are never made for our own people and competitors: those of `own_domains` and `competitor_domains`."""

    name: str
    zone: str
    currency: str
    fiscal_year_start_month: int
    week_start: int
    postal_address: str
    own_domains: list[str]
    competitor_domains: list[str]
    deal_stages: list[str]
    individual_performance_open: bool


class SettingsChange(Body):
    """What is left out stays.  `week_start`: 1 is Monday; `deal_stages` in order, won and lost come by themselves."""

    name: Annotated[str, Field(min_length=1, max_length=200)] = ""
    zone: Zone = "UTC"
    currency: Currency = "EUR"
    fiscal_year_start_month: Annotated[int, Field(ge=1, le=12)] = 1
    week_start: Annotated[int, Field(ge=1, le=7)] = 1
    postal_address: Annotated[str, Field(max_length=1000)] = ""
    own_domains: Lines = []
    competitor_domains: Lines = []
    deal_stages: Annotated[list[Annotated[str, Field(min_length=1, max_length=120)]], Field(max_length=50)] = []
    individual_performance_open: bool = False


class Hours(Schema):
    """Working hours: a day is a list of spans, as `monday: [["09:00", "17:30"]]`, or left out."""

    name: str
    document: dict[str, Any]


class HoursPage(Schema):
    items: list[Hours]
    next: str | None


class NewHours(Body):
    """Of that name, or in place of those; deadlines already given stay."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    document: Annotated[dict[str, Any], Field(description="As GET /hours tells it.", max_length=50)]


@router.get("/settings", auth=Bearer("settings.see"), response=Settings, summary="The company's settings")
def settings(request: HttpRequest) -> Settings:
    return _told(settings_of(request))


@router.post("/settings", auth=Bearer("settings.edit"), response=Settings, summary="Change the company's settings")
def change_settings(request: HttpRequest, said: SettingsChange) -> Settings:
    new: dict[str, Any] = said.model_dump(exclude_unset=True)
    new = {name: tuple(dict.fromkeys(value)) if isinstance(value, list) else value for name, value in new.items()}
    if "zone" in new:
        new["zone"] = ZoneInfo(new["zone"])
    actions.change_settings(replace(settings_of(request), **new), by=actor_of(request), now=now_of(request))
    return _told(team.settings())


@router.get("/hours", auth=Bearer("settings.see"), response=HoursPage, summary="Working hours by name")
def hours(request: HttpRequest, wanted: Query[Paged]) -> HoursPage:
    page = some_of(team.calendars().items(), lambda each: (each[0],), str, asked=wanted)
    return HoursPage(items=[Hours(name=name, document=document) for name, document in page.items], next=page.next)


@router.post("/hours", auth=Bearer("settings.edit"), response=Hours, summary="Say when a side works")
def set_hours(request: HttpRequest, said: NewHours) -> Hours:
    name = said.name.strip()
    actions.set_calendar(name, said.document, by=actor_of(request), now=now_of(request))
    return Hours(name=name, document=team.calendars()[name])


def _told(ours: CompanySettings) -> Settings:
    return Settings(
        name=ours.name, zone=ours.zone.key, currency=ours.currency,
        fiscal_year_start_month=ours.fiscal_year_start_month, week_start=ours.week_start,
        postal_address=ours.postal_address, own_domains=list(ours.own_domains),
        competitor_domains=list(ours.competitor_domains), deal_stages=list(ours.deal_stages),
        individual_performance_open=ours.individual_performance_open,
    )  # fmt: skip
