"""Who we are, who works here, when, and who is who by token."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from leadpact.base import working_time
from leadpact.base.wording import worded
from leadpact.ledger import by_hand
from leadpact.team import models
from leadpact.team.errors import NoSuchCalendar, NoSuchTeam, NoSuchUser
from leadpact.team.policy import Subject
from leadpact.team.secrets import digest_of
from leadpact.team.types import (
    AbsenceView,
    CompanySettings,
    Holder,
    Member,
    NoticePage,
    NoticeView,
    Role,
    Side,
    Steps,
    TeamView,
    TokenView,
)

USUAL_CALENDAR = "Mon to Fri 09:00-17:30"
USUAL_STAGES = ("Need confirmed", "Demo", "Proposal", "Negotiation")

_HEADS: Mapping[Side, Role] = {
    Side.MARKETING: Role.HEAD_OF_MARKETING,
    Side.SALES: Role.HEAD_OF_SALES,
    Side.PARTNER: Role.HEAD_OF_SALES,
}


def settings() -> CompanySettings:
    """Return the company's settings; the usual ones before anybody has set any."""
    rows = by_hand.rows(
        "SELECT name, zone, currency, fiscal_year_start_month, week_start, postal_address, own_domains,"
        " competitor_domains, deal_stages, individual_performance_open FROM team_company ORDER BY id LIMIT 1"
    )
    return settings_from(rows[0] if rows else None)


def settings_from(row: Sequence[Any] | None) -> CompanySettings:
    """Return the settings that a row holds, its columns in the order of `settings`; None: nobody has set any."""
    return _settings(*(_usual() if row is None else row))


def _settings(
    name: str, zone: str, currency: str, fiscal_month: int, week_start: int, postal_address: str,
    own_domains: str, competitor_domains: str, deal_stages: str, is_open: int,
) -> CompanySettings:  # fmt: skip
    return CompanySettings(
        name=name,
        zone=ZoneInfo(zone),
        currency=currency,
        fiscal_year_start_month=fiscal_month,
        week_start=week_start,
        postal_address=postal_address,
        own_domains=tuple(by_hand.document(own_domains)),
        competitor_domains=tuple(by_hand.document(competitor_domains)),
        deal_stages=tuple(by_hand.document(deal_stages)),
        individual_performance_open=bool(is_open),
    )


def _usual() -> tuple[Any, ...]:
    row = models.Company(deal_stages=list(USUAL_STAGES))
    lists = (json.dumps(each) for each in (row.own_domains, row.competitor_domains, row.deal_stages))
    return (
        row.name, row.zone, row.currency, row.fiscal_year_start_month, row.week_start, row.postal_address, *lists,
        row.individual_performance_open,
    )  # fmt: skip


def steps_question() -> by_hand.Question[Steps]:
    """Ask what was noted of the steps of the first hour."""
    return by_hand.Question(
        "SELECT CAST(steps_done AS text), CAST(steps_left_out AS text) FROM team_company", (), 2,
        lambda rows: Steps(*(frozenset(by_hand.document(each)) for each in rows[0])) if rows else Steps(),
    )  # fmt: skip


def hours_question() -> by_hand.Question[list[dict[str, object]]]:
    """Ask for every calendar's document, by name."""
    return by_hand.Question(
        "SELECT name, CAST(document AS text) FROM team_calendar", (), 2,
        lambda rows: [dict(by_hand.document(row[1])) for row in rows], order=(0,),
    )  # fmt: skip


def user(user_id: int) -> Member:
    """Return one user, active or not; raises `NoSuchUser`."""
    found = _members("u.id = %s", [user_id])
    if not found:
        raise NoSuchUser(worded("There is no user {user}.", user=user_id), details={"user": user_id})
    return found[0]


def user_by_email(email: str) -> Member:
    """Return the user with that address, however it is written; raises `NoSuchUser`."""
    number = models.User.objects.filter(email__iexact=email.strip()).values_list("pk", flat=True).first()
    if number is None:
        raise NoSuchUser(worded("There is no user {email}.", email=email), details={"email": email})
    return user(number)


def users() -> list[Member]:
    """Return everybody, active or not, by name."""
    return _members("u.id IS NOT NULL", [])


def members(*, side: Side | str | None = None, team: int | None = None) -> list[Member]:
    """Return the active users of a side's teams, of one team, or all."""
    return [
        each
        for each in users()
        if each.is_active and (side is None or each.side == side) and (team is None or each.team == team)
    ]


def heads(side: Side | str) -> list[int]:
    """Return the active heads of a side, by role; partners' head is the head of sales."""
    role = _HEADS[Side(side)]
    return [each.id for each in users() if each.is_active and role in each.roles]


def teams(side: Side | str | None = None) -> list[TeamView]:
    """Return the teams, the oldest first."""
    rows = models.Team.objects.select_related("calendar").order_by("pk")
    return [_team(row) for row in rows if side is None or row.side == side]


def names_question() -> by_hand.Question[dict[int, str]]:
    """Ask how each team is called, by number."""
    return by_hand.Question("SELECT id, name FROM team_team", (), 2, lambda found: dict(found))  # type: ignore[arg-type]


def team(team_id: int) -> TeamView:
    """Return one team; raises `NoSuchTeam`."""
    row = models.Team.objects.select_related("calendar").filter(pk=team_id).first()
    if row is None:
        raise NoSuchTeam(worded("There is no team {team}.", team=team_id), details={"team": team_id})
    return _team(row)


def team_by_name(name: str) -> TeamView:
    """Return the team of that name; raises `NoSuchTeam`."""
    row = models.Team.objects.select_related("calendar").filter(name__iexact=name.strip()).first()
    if row is None:
        raise NoSuchTeam(worded("There is no team {name}.", name=repr(name)), details={"team": name})
    return _team(row)


def calendar(name: str = USUAL_CALENDAR) -> working_time.Calendar:
    """Return working hours by name; raises `NoSuchCalendar`."""
    document = models.Calendar.objects.filter(name=name).values_list("document", flat=True).first()
    if document is None:
        raise NoSuchCalendar(worded("There is no calendar {name}.", name=repr(name)), details={"calendar": name})
    return _parsed(json.dumps({**document, "name": name}, sort_keys=True))


def calendars() -> dict[str, dict[str, object]]:
    """Return every calendar's document by name."""
    return dict(models.Calendar.objects.order_by("name").values_list("name", "document"))


def calendar_of_team(team_id: int | None) -> working_time.Calendar:
    """Return the team's working hours, the company's usual ones for a team without any of its own."""
    return calendar((team(team_id).calendar if team_id is not None else "") or USUAL_CALENDAR)


def is_absent(user_id: int, at: datetime) -> bool:
    """Say whether the user is away at that moment."""
    return models.Absence.objects.filter(user=user_id, since__lte=at, until__gt=at).exists()


def absent(at: datetime) -> frozenset[int]:
    """Return everybody who is away at that moment."""
    rows = models.Absence.objects.filter(since__lte=at, until__gt=at)
    return frozenset(rows.values_list("user", flat=True))


def absences(user_id: int) -> list[AbsenceView]:
    """Return a user's absences, the newest first."""
    rows = models.Absence.objects.filter(user=user_id).order_by("-since", "-pk")
    return [AbsenceView(row.pk, row.user_id, row.since, row.until) for row in rows]


def user_of_token(plain: str) -> Member | None:
    """Return the active user whose token this is; None for an unknown or revoked one."""
    found = holder_of(plain)
    return None if found is None else found.member


def holder_of(plain: str) -> Holder | None:
    """Return whose token this is and what it was made for; None for an unknown or revoked one."""
    good = models.Token.objects.filter(digest=digest_of(plain), revoked_at=None, user__is_active=True)
    row = good.values_list("pk", "user", "scopes").first()
    return None if row is None else Holder(row[0], user(row[1]), tuple(row[2]))


def tokens(user_id: int) -> list[TokenView]:
    """Return a user's tokens, revoked ones too, the newest first."""
    rows = models.Token.objects.filter(user=user_id).order_by("-pk")
    return [
        TokenView(
            row.pk,
            row.user_id,
            row.name,
            row.created_at,
            row.revoked_at is not None,
            row.last_used_at,
            tuple(row.scopes),
        )
        for row in rows
    ]


def unread_count(user_id: int) -> int:
    """Return how many notices the user has not read."""
    return models.Notice.objects.filter(user=user_id, read_at=None, in_app=True).count()


def unread(user_id: int, *, limit: int = 50) -> list[NoticeView]:
    """Return what the user has not read yet, the newest first."""
    return _notices(models.Notice.objects.filter(user=user_id, read_at=None, in_app=True), limit)


def notices(user_id: int, *, limit: int = 50) -> list[NoticeView]:
    """Return what the user was told, the newest first."""
    return _notices(models.Notice.objects.filter(user=user_id, in_app=True), limit)


def read_notices(user_id: int, *, before: int | None = None, limit: int = 50) -> NoticePage:
    """Return a page of what the user has read, the newest first; `before`: where an earlier page ended."""
    rows = models.Notice.objects.filter(user=user_id, in_app=True).exclude(read_at=None)
    found = _notices(rows if before is None else rows.filter(pk__lt=before), limit + 1)
    shown = found[:limit]
    return NoticePage(tuple(shown), shown[-1].id if len(found) > limit else None)


def notice_page(user_id: int, *, is_unread: bool = False, before: int | None = None, limit: int = 50) -> NoticePage:
    """Return a page of what the user was told, the newest first; `before`: where an earlier page ended."""
    rows = models.Notice.objects.filter(user=user_id, in_app=True)
    rows = rows.filter(read_at=None) if is_unread else rows
    found = _notices(rows if before is None else rows.filter(pk__lt=before), limit + 1)
    shown = found[:limit]
    return NoticePage(tuple(shown), shown[-1].id if len(found) > limit else None)


def notice(user_id: int, notice_id: int) -> NoticeView | None:
    """Return one notice of the user's own."""
    return next(iter(_notices(models.Notice.objects.filter(user=user_id, pk=notice_id, in_app=True), 1)), None)


def _notices(rows: QuerySet[models.Notice], limit: int) -> list[NoticeView]:
    return [
        NoticeView(row.pk, row.kind, row.text, row.url, row.created_at, row.read_at is not None)
        for row in rows.order_by("-pk")[:limit]
    ]


def subject_of(kind: str, *, owner: int | None, team_id: int | None, consent: bool = False) -> Subject:
    """Return the policy's subject for a thing of an owner and a team; the owner's team where none is given."""
    if team_id is None and owner is not None:
        team_id = models.User.objects.filter(pk=owner).values_list("team", flat=True).first()
    side = models.Team.objects.filter(pk=team_id).values_list("side", flat=True).first() if team_id else None
    return Subject(kind, owner=owner, team=team_id, side=side, person_consent_names_partners=consent)


def performance_of(user_id: int) -> Subject:
    """Return the policy's subject for how one user performs, with what the settings open."""
    member = user(user_id)
    return Subject(
        "performance",
        owner=user_id,
        team=member.team,
        side=member.side,
        performance_is_open=settings().individual_performance_open,
    )


MEMBER: Final = "u.id, u.name, u.email, u.roles, u.team_id, u.capacity, u.is_active, t.side, l.id"
MEMBERS: Final = (
    "team_user u LEFT JOIN team_team t ON t.id = u.team_id LEFT JOIN team_team l ON l.head_id = u.id"  # those they lead
)


def _members(wanted: str, values: list[by_hand.Value]) -> list[Member]:
    """Read users with their teams and those they lead, by name: asked on every page and for every offer."""
    sql = f"SELECT {MEMBER} FROM {MEMBERS} WHERE {wanted} ORDER BY u.name, u.id"  # noqa: S608  # constants
    return members_from(by_hand.rows(sql, values))


def members_from(rows: Iterable[Sequence[Any]]) -> list[Member]:
    """Return the users that rows of `MEMBER` tell of, in the order they came; one row for each team they lead."""
    found: dict[int, Sequence[Any]] = {}
    leads: dict[int, set[int]] = {}
    for *row, led in rows:
        found[row[0]] = row
        leads.setdefault(row[0], set()).update(() if led is None else {led})
    return [_member(*row, leads=frozenset(leads[number])) for number, row in found.items()]


def _member(
    number: int, name: str, email: str, roles: str, team: int | None, capacity: int, is_active: int, side: str | None,
    *, leads: frozenset[int],
) -> Member:  # fmt: skip
    return Member(
        id=number,
        name=name,
        email=email,
        roles=frozenset(Role(role) for role in by_hand.document(roles)),
        team=team,
        capacity=capacity,
        is_active=bool(is_active),
        side=Side(side) if side else None,
        leads_teams=leads,
    )


def _team(row: models.Team) -> TeamView:
    name = row.calendar.name if row.calendar else ""
    return TeamView(row.pk, row.name, Side(row.side), name, row.head_id)


@lru_cache(maxsize=64)
def _parsed(document: str) -> working_time.Calendar:
    return working_time.parse_calendar(json.loads(document))
