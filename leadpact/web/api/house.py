"""Our own side: who works here, in which teams, the settings, forms, write keys, and one's views of the list."""

from datetime import datetime

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema

from leadpact.capture import reads as capture
from leadpact.engagement import actions as engagement
from leadpact.engagement import reads as arrivals
from leadpact.engagement.types import KeyView
from leadpact.team import reads as team
from leadpact.web.api.access import Bearer
from leadpact.web.api.paging import Paged, some_of
from leadpact.web.leads.reach import sees_everybody
from leadpact.web.shell.access import actor_of, member_of, now_of, settings_of
from leadpact.worklist import keeping

router = Router()


class User(Schema):
    """`capacity`: open leads they can work well."""

    id: int
    name: str
    email: str
    roles: list[str]
    team: int | None
    capacity: int
    is_active: bool


class UserPage(Schema):
    items: list[User]
    next: str | None


class Team(Schema):
    """`calendar`: its working hours by name; empty: the company's usual ones."""

    id: int
    name: str
    side: str
    calendar: str
    head: int | None


class TeamPage(Schema):
    items: list[Team]
    next: str | None


class Settings(Schema):
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


class Form(Schema):
    """`key`: the value of `form` of what is sent by it; `purposes`: what consent it asks for."""

    slug: str
    key: str
    title: str
    fields: list[str]
    purposes: list[str]
    created_at: datetime
    is_open: bool


class FormPage(Schema):
    items: list[Form]
    next: str | None


class Key(Schema):
    """`prefix` tells keys apart; the rest of a key is shown once, when it is made."""

    id: int
    name: str
    kind: str
    prefix: str
    origins: list[str]
    created_at: datetime
    is_revoked: bool


class KeyPage(Schema):
    items: list[Key]
    next: str | None


class SavedView(Schema):
    """`query`: filters and order, as the address of the list writes them."""

    id: int
    name: str
    owner: int
    query: str
    columns: list[str]
    is_shared: bool
    changed_at: datetime


class SavedViewPage(Schema):
    items: list[SavedView]
    next: str | None


@router.get("/users", auth=Bearer("settings.see"), response=UserPage, summary="Who works here")
def users(request: HttpRequest, wanted: Query[Paged]) -> UserPage:
    page = some_of(team.users(), lambda each: (each.id,), int, asked=wanted)
    items = [
        User(
            id=each.id, name=each.name, email=each.email, roles=sorted(each.roles), team=each.team,
            capacity=each.capacity, is_active=each.is_active,
        )
        for each in page.items
    ]  # fmt: skip
    return UserPage(items=items, next=page.next)


@router.get("/teams", auth=Bearer("settings.see"), response=TeamPage, summary="Teams")
def teams(request: HttpRequest, wanted: Query[Paged]) -> TeamPage:
    page = some_of(team.teams(), lambda each: (each.id,), int, asked=wanted)
    items = [
        Team(id=each.id, name=each.name, side=each.side.value, calendar=each.calendar, head=each.head)
        for each in page.items
    ]
    return TeamPage(items=items, next=page.next)


@router.get("/settings", auth=Bearer("settings.see"), response=Settings, summary="The company's settings")
def settings(request: HttpRequest) -> Settings:
    ours = settings_of(request)
    return Settings(
        name=ours.name, zone=ours.zone.key, currency=ours.currency,
        fiscal_year_start_month=ours.fiscal_year_start_month, week_start=ours.week_start,
        postal_address=ours.postal_address, own_domains=list(ours.own_domains),
        competitor_domains=list(ours.competitor_domains), deal_stages=list(ours.deal_stages),
        individual_performance_open=ours.individual_performance_open,
    )  # fmt: skip


@router.get("/forms", auth=Bearer("settings.see"), response=FormPage, summary="Hosted forms")
def forms(request: HttpRequest, wanted: Query[Paged]) -> FormPage:
    page = some_of(capture.forms(), lambda each: (each.id,), int, asked=wanted)
    items = [
        Form(
            slug=each.slug, key=each.key, title=each.title, fields=[field.name for field in each.fields],
            purposes=list(each.purposes), created_at=each.created_at, is_open=each.is_open,
        )
        for each in page.items
    ]  # fmt: skip
    return FormPage(items=items, next=page.next)


@router.get("/keys", auth=Bearer("key.manage"), response=KeyPage, summary="Write keys, the newest first")
def keys(request: HttpRequest, wanted: Query[Paged]) -> KeyPage:
    page = some_of(arrivals.write_keys(), lambda each: (each.id,), int, asked=wanted, downwards=True)
    return KeyPage(items=[_key(each) for each in page.items], next=page.next)


@router.post(
    "/keys/{row:key_id}/revoke", auth=Bearer("key.manage"), response=Key, summary="Let a key open nothing more"
)
def revoke_key(request: HttpRequest, key_id: int) -> Key:
    """What it sent stays.  Harmless the second time."""
    if arrivals.write_key(key_id) is None:
        raise Http404
    engagement.revoke_source(key_id, by=actor_of(request), now=now_of(request))
    found = arrivals.write_key(key_id)
    assert found is not None, "a revoked key is kept"
    return _key(found)


@router.get("/views", auth=Bearer("lead.see"), response=SavedViewPage, summary="Saved views of the list of leads")
def views(request: HttpRequest, wanted: Query[Paged]) -> SavedViewPage:
    """One's own, and for everybody inside the shared ones."""
    member = member_of(request)
    kept = keeping.kept_for(member.id, is_one_of_us=sees_everybody(member))
    page = some_of(kept.views, lambda each: (each.id,), int, asked=wanted)
    items = [
        SavedView(
            id=each.id, name=each.name, owner=each.owner, query=each.query, columns=list(each.columns),
            is_shared=each.is_shared, changed_at=each.changed_at,
        )
        for each in page.items
    ]  # fmt: skip
    return SavedViewPage(items=items, next=page.next)


def _key(view: KeyView) -> Key:
    return Key(
        id=view.id, name=view.name, kind=view.kind.value, prefix=view.prefix, origins=list(view.origins),
        created_at=view.created_at, is_revoked=view.is_revoked,
    )  # fmt: skip
