"""Who works here, in which teams, how much they can take, and when they are away."""

from datetime import date, datetime, time, timedelta
from typing import Annotated

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import Http404, HttpRequest
from ninja import Field, Query, Router, Schema
from pydantic import AfterValidator

from leadpact.team import actions
from leadpact.team import reads as team
from leadpact.team.errors import NoSuchTeam, NoSuchUser
from leadpact.team.types import Member, Role, Side, TeamView, UserFields
from leadpact.web.api.access import Bearer
from leadpact.web.api.offers import Body
from leadpact.web.api.paging import Paged, some_of
from leadpact.web.shell.access import actor_of, now_of, settings_of

router = Router()


def an_address(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        raise ValueError("it is no mail address") from None
    return text


Number = Annotated[int, Field(ge=1, le=10**9)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Roles = Annotated[list[Role], Field(max_length=len(Role))]
Capacity = Annotated[int, Field(ge=0, le=10_000, description="Open leads they can work well; nobody is offered more.")]
Password = Annotated[str, Field(min_length=1, max_length=200, description="Never kept as it is.")]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2999, 12, 31))]


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


class NewUser(Body):
    """They log in with the address and the password, which they can change."""

    email: Annotated[str, Field(max_length=254), AfterValidator(an_address)]
    password: Password
    name: Name
    roles: Annotated[Roles, Field(min_length=1)]
    team: Number | None = None
    capacity: Capacity = 50


class UserChange(Body):
    """What is left out stays.  `is_active` false: they log in no more, and nothing of what they did is lost."""

    name: Name | None = None
    roles: Roles | None = None
    team: Number | None = None
    capacity: Capacity | None = None
    is_active: bool | None = None


class NewPassword(Body):
    password: Password


class Absence(Schema):
    """Away on [since, until)."""

    id: int
    since: datetime
    until: datetime


class Absences(Schema):
    items: list[Absence]


class Away(Body):
    """Whole days in the company's zone, the last one included."""

    first_day: Day
    last_day: Day


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


class NewTeam(Body):
    name: Annotated[str, Field(min_length=1, max_length=120)]
    side: Side
    calendar: Annotated[str, Field(max_length=80, description="Working hours by name; empty: the usual ones.")] = ""


class Head(Body):
    head: Annotated[int | None, Field(ge=1, le=10**9, description="A user; null: nobody.")]


@router.get("/users", auth=Bearer("settings.see"), response=UserPage, summary="Who works here")
def users(request: HttpRequest, wanted: Query[Paged]) -> UserPage:
    page = some_of(team.users(), lambda each: (each.id,), int, asked=wanted)
    return UserPage(items=[_user(each) for each in page.items], next=page.next)


@router.post("/users", auth=Bearer("user.manage"), response=User, summary="Add somebody who works here")
def add_user(request: HttpRequest, said: NewUser) -> User:
    number = actions.create_user(
        said.email, said.password, name=said.name, roles=said.roles, team=said.team, capacity=said.capacity,
        by=actor_of(request), now=now_of(request),
    )  # fmt: skip
    return _user(team.user(number))


@router.post("/users/{row:user_id}/change", auth=Bearer("user.manage"), response=User, summary="Change roles or team")
def change_user(request: HttpRequest, user_id: int, said: UserChange) -> User:
    known = _member(user_id)
    kept = {name: value for name, value in said.model_dump(exclude_unset=True).items() if value is not None}
    wanted = UserFields(
        name=kept.get("name", known.name), roles=tuple(kept.get("roles", known.roles)),
        team=said.team if "team" in said.model_fields_set else known.team,
        capacity=kept.get("capacity", known.capacity), is_active=kept.get("is_active", known.is_active),
    )  # fmt: skip
    actions.change_user(known.id, wanted, by=actor_of(request), now=now_of(request))
    return _user(team.user(known.id))


@router.post("/users/{row:user_id}/password", auth=Bearer("user.manage"), response=User, summary="Set a new password")
def set_password(request: HttpRequest, user_id: int, said: NewPassword) -> User:
    """Every session of theirs ends."""
    known = _member(user_id)
    actions.set_password(known.id, said.password, by=actor_of(request), now=now_of(request))
    return _user(known)


@router.get(
    "/users/{row:user_id}/absences", auth=Bearer("user.manage"), response=Absences, summary="When they are away"
)
def absences(request: HttpRequest, user_id: int) -> Absences:
    return _absences(_member(user_id).id)


@router.post(
    "/users/{row:user_id}/absences", auth=Bearer("user.manage"), response=Absences, summary="They will be away"
)
def add_absence(request: HttpRequest, user_id: int, said: Away) -> Absences:
    """They get no offers then."""
    known, zone = _member(user_id), settings_of(request).zone
    since = datetime.combine(said.first_day, time(), zone)
    until = datetime.combine(said.last_day + timedelta(days=1), time(), zone)
    actions.add_absence(known.id, since, until, by=actor_of(request), now=now_of(request))
    return _absences(known.id)


@router.post(
    "/users/{row:user_id}/absences/{row:absence_id}/remove",
    auth=Bearer("user.manage"),
    response=Absences,
    summary="They will be there after all",
)
def remove_absence(request: HttpRequest, user_id: int, absence_id: int) -> Absences:
    """Harmless where it is gone already."""
    known = _member(user_id)
    if absence_id in {each.id for each in team.absences(known.id)}:
        actions.remove_absence(absence_id, by=actor_of(request), now=now_of(request))
    return _absences(known.id)


@router.get("/teams", auth=Bearer("settings.see"), response=TeamPage, summary="Teams")
def teams(request: HttpRequest, wanted: Query[Paged]) -> TeamPage:
    page = some_of(team.teams(), lambda each: (each.id,), int, asked=wanted)
    return TeamPage(items=[_team(each) for each in page.items], next=page.next)


@router.post("/teams", auth=Bearer("settings.edit"), response=Team, summary="Make a team")
def add_team(request: HttpRequest, said: NewTeam) -> Team:
    number = actions.create_team(
        said.name, said.side, calendar=said.calendar, by=actor_of(request), now=now_of(request)
    )  # fmt: skip
    return _team(team.team(number))


@router.post("/teams/{row:team_id}/head", auth=Bearer("settings.edit"), response=Team, summary="Name its head")
def set_head(request: HttpRequest, team_id: int, said: Head) -> Team:
    try:
        team.team(team_id)
    except NoSuchTeam:
        raise Http404 from None
    actions.set_head(team_id, said.head, by=actor_of(request), now=now_of(request))
    return _team(team.team(team_id))


def _member(user_id: int) -> Member:
    try:
        return team.user(user_id)
    except NoSuchUser:
        raise Http404 from None


def _user(member: Member) -> User:
    return User(
        id=member.id, name=member.name, email=member.email, roles=sorted(member.roles), team=member.team,
        capacity=member.capacity, is_active=member.is_active,
    )  # fmt: skip


def _team(view: TeamView) -> Team:
    return Team(id=view.id, name=view.name, side=view.side.value, calendar=view.calendar, head=view.head)


def _absences(user: int) -> Absences:
    return Absences(items=[Absence(id=each.id, since=each.since, until=each.until) for each in team.absences(user)])
