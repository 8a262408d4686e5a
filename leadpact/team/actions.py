"""What is done on our own side: users, teams, calendars, absences, tokens, settings, notices."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from leadpact.base.errors import BadInput
from leadpact.base.text import normalise_email, registrable_domain
from leadpact.base.wording import verbatim, worded
from leadpact.base.working_time import parse_calendar
from leadpact.ledger.actions import append_one
from leadpact.ledger.types import NewEntry
from leadpact.team import models, reads, scoping
from leadpact.team.choices import choose_notices
from leadpact.team.errors import (
    BadAbsence,
    BadSettings,
    LastAdmin,
    NameTaken,
    NoSuchRole,
    NoSuchToken,
    NoSuchUser,
    UserExists,
    WeakPassword,
)
from leadpact.team.notices import mark_read, mark_unread, notify
from leadpact.team.secrets import digest_of, new_token
from leadpact.team.sending import send_due_mail
from leadpact.team.types import Actor, CompanySettings, Member, Role, Side, UserFields

__all__ = [
    "add_absence",
    "change_settings",
    "change_user",
    "choose_notices",
    "create_team",
    "create_token",
    "create_user",
    "ensure_defaults",
    "mark_read",
    "mark_unread",
    "note_token_used",
    "notify",
    "remove_absence",
    "revoke_token",
    "send_due_mail",
    "set_calendar",
    "set_head",
    "set_password",
    "set_roles",
]

NOTED_FOR = timedelta(hours=1)  # when a token was last used is kept to the hour
USUAL_WEEK = {day: ["09:00-17:30"] for day in ("mon", "tue", "wed", "thu", "fri")}


def ensure_defaults(*, by: Actor, now: datetime) -> None:
    """Make what every installation begins with, where it is missing: company, usual hours, a team of each side."""
    with transaction.atomic():
        stages = {"deal_stages": list(reads.USUAL_STAGES)}
        company, _is_new = models.Company.objects.get_or_create(pk=1, defaults=stages)
        if not models.Calendar.objects.filter(name=reads.USUAL_CALENDAR).exists():
            document = {"zone": company.zone, "week": USUAL_WEEK}
            set_calendar(reads.USUAL_CALENDAR, document, by=by, now=now)
        for name, side in (("Sales", Side.SALES), ("Marketing", Side.MARKETING)):
            if not models.Team.objects.filter(side=side).exists():
                create_team(name, side, calendar=reads.USUAL_CALENDAR, by=by, now=now)


def change_settings(wanted: CompanySettings, *, by: Actor, now: datetime) -> None:
    """Replace the company's settings; each field that changes is in the entry.  Raises `BadSettings`."""
    _check_settings(wanted)
    with transaction.atomic():
        before = _as_json(reads.settings())
        after = _as_json(wanted)
        models.Company.objects.update_or_create(pk=1, defaults=after)
        changed = {name: {"old": before[name], "new": after[name]} for name in after if before[name] != after[name]}
        if changed:
            append_one(NewEntry("settings.changed", now, about="settings", facts=changed), by=by, now=now)


def leave_out_step(step: str, *, is_left_out: bool, by: Actor, now: datetime) -> None:
    """Note that a step of the first hour is left out, or is to be done after all."""
    _note_step("steps_left_out", step, is_in=is_left_out, by=by, now=now)


def tick_step(step: str, *, is_done: bool = True, by: Actor, now: datetime) -> None:
    """Note that a step of the first hour is done where nothing else shows it, or that it is not."""
    _note_step("steps_done", step, is_in=is_done, by=by, now=now)


def _note_step(name: str, step: str, *, is_in: bool, by: Actor, now: datetime) -> None:
    with transaction.atomic():
        row, _is_new = models.Company.objects.get_or_create(pk=1)
        before = set(getattr(row, name))
        after = before | {step} if is_in else before - {step}
        if after != before:
            setattr(row, name, sorted(after))
            row.save(update_fields=[name])
            facts = {name: {"old": sorted(before), "new": sorted(after)}}
            append_one(NewEntry("settings.changed", now, about="settings", facts=facts), by=by, now=now)


def set_calendar(name: str, document: Mapping[str, object], *, by: Actor, now: datetime) -> None:
    """Make or replace working hours by name; raises `BadCalendar` or `BadRange`.  Deadlines already given stay."""
    if not name.strip():
        raise BadSettings(worded("A calendar needs a name."), details={"field": "name"})
    parse_calendar(document)
    plain = json.loads(json.dumps(document, default=str))  # YAML gives dates as dates
    with transaction.atomic():
        models.Calendar.objects.update_or_create(name=name.strip(), defaults={"document": plain})
        facts = {"calendar": name.strip(), "document": plain}
        append_one(NewEntry("calendar.changed", now, facts=facts), by=by, now=now)


def create_team(
    name: str, side: Side | str, *, calendar: str = "", head: int | None = None, by: Actor, now: datetime
) -> int:
    """Make a team of one side; without a calendar it keeps the company's usual hours.  Raises `NameTaken`."""
    if not name.strip():
        raise BadSettings(worded("A team needs a name."), details={"field": "name"})
    if calendar:
        reads.calendar(calendar)
    with transaction.atomic():
        if models.Team.objects.filter(name__iexact=name.strip()).exists():
            raise NameTaken(
                worded("There is a team {name} already.", name=repr(name.strip())), details={"team": name.strip()}
            )
        hours = models.Calendar.objects.filter(name=calendar).first() if calendar else None
        row = models.Team.objects.create(name=name.strip(), side=Side(side).value, calendar=hours, head_id=head)
        facts = {"side": row.side, "calendar": calendar, "head": head}
        append_one(NewEntry("team.created", now, about=f"team:{row.pk}", facts=facts), by=by, now=now)
    return row.pk


def set_head(team_id: int, user_id: int | None, *, by: Actor, now: datetime) -> None:
    """Name the head of a team, or nobody."""
    team = reads.team(team_id)
    if user_id is not None:
        reads.user(user_id)
    with transaction.atomic():
        models.Team.objects.filter(pk=team_id).update(head=user_id)
        facts = {"head": {"old": team.head, "new": user_id}}
        append_one(NewEntry("team.changed", now, about=f"team:{team_id}", facts=facts), by=by, now=now)


def create_user(
    email: str,
    password: str | None,
    *,
    name: str = "",
    roles: Sequence[Role | str] = (),
    team: int | None = None,
    capacity: int = 50,
    by: Actor,
    now: datetime,
) -> int:
    """Make a user who may log in; with `password` None only by another way than a password.

    Raises `BadEmail`, `NoSuchRole`, `NoSuchTeam`, `WeakPassword`, and `UserExists` for an address
    that somebody has, in whatever spelling.
    """
    address = normalise_email(email)
    known = _roles(roles)
    if team is not None:
        reads.team(team)
    if password is not None:
        _check_password(password, address, name)
    with transaction.atomic():
        if models.User.objects.filter(email__iexact=address).exists():
            raise UserExists(worded("There is a user {email} already.", email=address), details={"email": address})
        row = models.User(email=address, name=name.strip() or address.partition("@")[0])
        row.roles, row.team_id, row.capacity = [role.value for role in known], team, capacity
        row.set_password(password)
        row.save()
        facts = {"roles": row.roles, "team": team, "capacity": capacity}
        who = {"email": row.email, "name": row.name}
        entry = NewEntry("user.created", now, about=f"user:{row.pk}", facts=facts, personal=who)
        append_one(entry, by=by, now=now)
    return row.pk


def change_user(user_id: int, fields: UserFields, *, by: Actor, now: datetime) -> None:
    """Change what an admin may change of a user; raises `LastAdmin` where nobody could manage users after it."""
    known = _roles(fields.roles)
    if fields.team is not None:
        reads.team(fields.team)
    with transaction.atomic():
        row = models.User.objects.select_for_update().filter(pk=user_id).first()
        if row is None:
            raise NoSuchUser(worded("There is no user {user}.", user=user_id), details={"user": user_id})
        old = {"roles": row.roles, "team": row.team_id, "capacity": row.capacity, "is_active": row.is_active}
        old_name = row.name
        row.name = fields.name.strip() or row.name
        row.roles, row.team_id = [role.value for role in known], fields.team
        row.capacity, row.is_active = fields.capacity, fields.is_active
        row.save()
        _keep_an_admin()
        new = {"roles": row.roles, "team": row.team_id, "capacity": row.capacity, "is_active": row.is_active}
        facts = {key: {"old": old[key], "new": new[key]} for key in new if old[key] != new[key]}
        renamed = {"name": {"old": old_name, "new": row.name}} if old_name != row.name else None
        if facts or renamed:
            entry = NewEntry("user.changed", now, about=f"user:{row.pk}", facts=facts, personal=renamed)
            append_one(entry, by=by, now=now)


def set_roles(user_id: int, roles: Sequence[Role | str], *, by: Actor, now: datetime) -> None:
    """Replace a user's roles; raises `NoSuchRole` and `LastAdmin`."""
    member = reads.user(user_id)
    fields = UserFields(member.name, _roles(roles), member.team, member.capacity, member.is_active)
    change_user(user_id, fields, by=by, now=now)


def set_password(user_id: int, password: str, *, by: Actor, now: datetime) -> None:
    """Give a user a new password; every session of theirs ends.  Raises `WeakPassword`."""
    member = reads.user(user_id)
    _check_password(password, member.email, member.name)
    with transaction.atomic():
        row = models.User.objects.get(pk=user_id)
        row.set_password(password)
        row.save(update_fields=["password"])
        facts = {"password": "changed"}
        append_one(NewEntry("user.changed", now, about=f"user:{user_id}", facts=facts), by=by, now=now)


def add_absence(user_id: int, since: datetime, until: datetime, *, by: Actor, now: datetime) -> int:
    """Say that a user is away on [since, until): they get no offers then.  Raises `BadAbsence`."""
    if since.tzinfo is None or until.tzinfo is None or until <= since:
        raise BadAbsence(worded("The absence ends before it begins, or a time has no offset."))
    reads.user(user_id)
    with transaction.atomic():
        row = models.Absence.objects.create(user_id=user_id, since=since, until=until)
        facts = {"since": since.isoformat(), "until": until.isoformat()}
        append_one(NewEntry("absence.added", now, about=f"user:{user_id}", facts=facts), by=by, now=now)
    return row.pk


def remove_absence(absence_id: int, *, by: Actor, now: datetime) -> None:
    """Take an absence back; harmless where it is gone already."""
    with transaction.atomic():
        row = models.Absence.objects.filter(pk=absence_id).first()
        if row is None:
            return
        facts = {"since": row.since.isoformat(), "until": row.until.isoformat()}
        row.delete()
        append_one(NewEntry("absence.removed", now, about=f"user:{row.user_id}", facts=facts), by=by, now=now)


def create_token(user_id: int, *, name: str = "", scopes: Sequence[str] = scoping.ALL, by: Actor, now: datetime) -> str:
    """Make an API token that may do what its user may, and return it: the only time that it is shown.

    scopes  `read`, `write`, or verbs of the policy; they narrow what the user may.  Raises `BadScope`.
    """
    reads.user(user_id)
    plain, reach = new_token(), scoping.cleaned(scopes)
    with transaction.atomic():
        row = models.Token.objects.create(
            user_id=user_id, name=name.strip(), digest=digest_of(plain), scopes=list(reach), created_at=now
        )
        facts = {"token": row.pk, "scopes": list(reach)}
        entry = NewEntry("token.created", now, about=f"user:{user_id}", facts=facts)
        append_one(entry, by=by, now=now)
    return plain


def revoke_token(token_id: int, *, by: Actor, now: datetime) -> None:
    """End a token at once; harmless the second time.  Raises `NoSuchToken`."""
    with transaction.atomic():
        row = models.Token.objects.select_for_update().filter(pk=token_id).first()
        if row is None:
            raise NoSuchToken(worded("There is no token {token}.", token=token_id), details={"token": token_id})
        if row.revoked_at is not None:
            return
        row.revoked_at = now
        row.save(update_fields=["revoked_at"])
        entry = NewEntry("token.revoked", now, about=f"user:{row.user_id}", facts={"token": row.pk})
        append_one(entry, by=by, now=now)


def note_token_used(plain: str, *, now: datetime) -> None:
    """Keep when a token was last used, to the hour: one write an hour, not one a call."""
    used = models.Token.objects.filter(digest=digest_of(plain))
    used.filter(Q(last_used_at=None) | Q(last_used_at__lte=now - NOTED_FOR)).update(last_used_at=now)


def _roles(roles: Sequence[Role | str]) -> tuple[Role, ...]:
    try:
        return tuple(sorted({Role(role) for role in roles}))
    except ValueError as error:
        raise NoSuchRole(
            worded("There is no such role: {error}.", error=verbatim(str(error))),
            details={"roles": [str(r) for r in roles]},
        ) from error


def _check_password(password: str, email: str, name: str) -> None:
    try:
        validate_password(password, models.User(email=email, name=name))
    except ValidationError as error:
        raise WeakPassword(verbatim(" ".join(error.messages))) from error


def _keep_an_admin() -> None:
    active: list[Member] = reads.members()
    if not any(Role.REVENUE_OPERATIONS in member.roles for member in active):
        raise LastAdmin(worded("This is the last active user who may manage users."))


def _as_json(settings: CompanySettings) -> dict[str, object]:
    document = {**asdict(settings), "zone": str(settings.zone)}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in document.items()}


def _check_settings(wanted: CompanySettings) -> None:
    try:
        ZoneInfo(str(wanted.zone))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadSettings(worded("There is no zone {zone}.", zone=wanted.zone), details={"field": "zone"}) from error
    wrong = {
        "name": not wanted.name.strip(),
        "currency": not (len(wanted.currency) == 3 and wanted.currency.isascii() and wanted.currency.isupper()),
        "fiscal_year_start_month": not 1 <= wanted.fiscal_year_start_month <= 12,
        "week_start": not 1 <= wanted.week_start <= 7,
        "deal_stages": not wanted.deal_stages or len(set(wanted.deal_stages)) != len(wanted.deal_stages),
        "own_domains": not all(_is_domain(name) for name in wanted.own_domains),
        "competitor_domains": not all(_is_domain(name) for name in wanted.competitor_domains),
    }
    for field, is_wrong in wrong.items():
        if is_wrong:
            raise BadSettings(worded("The setting {field} cannot be like that.", field=field), details={"field": field})


def _is_domain(name: str) -> bool:
    try:
        return registrable_domain(name) is not None
    except BadInput:
        return False
