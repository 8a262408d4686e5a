"""Our own side: settings, users, teams, calendars, absences, tokens."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from leadpact.base.text import BadEmail
from leadpact.base.working_time import BadRange, deadline
from leadpact.ledger import reads as ledger
from leadpact.team import actions, models, reads
from leadpact.team.errors import (
    BadAbsence,
    BadSettings,
    LastAdmin,
    NameTaken,
    NoSuchCalendar,
    NoSuchRole,
    NoSuchTeam,
    NoSuchUser,
    UserExists,
    WeakPassword,
)
from leadpact.team.policy import may
from leadpact.team.types import SYSTEM, Role, Side, UserFields, user_actor

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
PASSWORD = "a long and odd sentence"


def make(email: str, *roles: Role, team: int | None = None) -> int:
    return actions.create_user(email, PASSWORD, roles=roles, team=team, by=SYSTEM, now=NOW)


def test_a_new_house_has_hours_stages_and_a_team_of_each_side() -> None:
    actions.ensure_defaults(by=SYSTEM, now=NOW)
    actions.ensure_defaults(by=SYSTEM, now=NOW)
    assert [(team.name, team.side) for team in reads.teams()] == [("Sales", "sales"), ("Marketing", "marketing")]
    assert reads.settings().deal_stages == ("Need confirmed", "Demo", "Proposal", "Negotiation")
    hours = reads.calendar_of_team(reads.team_by_name("sales").id)
    # Friday 6 March 2026, 16:30 in London (UTC): one hour to closing, three on Monday
    assert deadline(datetime(2026, 3, 6, 16, 30, tzinfo=UTC), timedelta(hours=4), hours) == datetime(
        2026, 3, 9, 12, tzinfo=UTC
    )


def test_a_team_without_hours_of_its_own_keeps_the_usual_ones() -> None:
    actions.ensure_defaults(by=SYSTEM, now=NOW)
    team = actions.create_team("Partners North", Side.PARTNER, by=SYSTEM, now=NOW)
    assert reads.calendar_of_team(team) == reads.calendar(reads.USUAL_CALENDAR)
    actions.set_calendar("Night", {"zone": "Europe/Berlin", "week": {"fri": ["22:00-06:00"]}}, by=SYSTEM, now=NOW)
    night = actions.create_team("Night shift", Side.SALES, calendar="Night", by=SYSTEM, now=NOW)
    assert reads.calendar_of_team(night).name == "Night"


def test_hours_that_cannot_be_are_refused_and_nothing_changes() -> None:
    actions.ensure_defaults(by=SYSTEM, now=NOW)
    bad = {"zone": "Europe/London", "week": {"mon": ["9-25"]}}
    with pytest.raises(BadRange):
        actions.set_calendar(reads.USUAL_CALENDAR, bad, by=SYSTEM, now=NOW)
    assert reads.calendar().week[0][0].opens == 9 * 60
    with pytest.raises(NoSuchCalendar):
        reads.calendar("never heard of")
    with pytest.raises(NoSuchCalendar):
        actions.create_team("X", Side.SALES, calendar="never heard of", by=SYSTEM, now=NOW)


def test_settings_are_kept_and_what_changed_is_in_the_ledger() -> None:
    before = reads.settings()
    actions.change_settings(replace(before, currency="EUR", zone=ZoneInfo("Europe/Berlin")), by=SYSTEM, now=NOW)
    assert reads.settings() == replace(before, currency="EUR", zone=ZoneInfo("Europe/Berlin"))
    (entry,) = ledger.entries_about("settings")
    assert entry.kind == "settings.changed"
    assert entry.facts == {
        "currency": {"old": "GBP", "new": "EUR"},
        "zone": {"old": "Europe/London", "new": "Europe/Berlin"},
    }


@pytest.mark.parametrize(
    "change",
    [
        {"currency": "euro"},
        {"currency": "eur"},
        {"fiscal_year_start_month": 13},
        {"week_start": 0},
        {"deal_stages": ()},
        {"deal_stages": ("Demo", "Demo")},
        {"own_domains": ("not a domain",)},
        {"name": "  "},
    ],
)
def test_settings_that_cannot_be_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(BadSettings) as refused:
        actions.change_settings(replace(reads.settings(), **change), by=SYSTEM, now=NOW)  # type: ignore[arg-type]  # wrong on purpose
    assert refused.value.details == {"field": next(iter(change))}


def test_a_user_may_have_several_roles_and_is_one_whatever_the_spelling() -> None:
    number = make("Mia@Acme.test", Role.SALES_REP, Role.REVENUE_OPERATIONS)
    member = reads.user_by_email("mia@ACME.test")
    assert member.id == number
    assert member.name == "mia"
    assert member.roles == {Role.SALES_REP, Role.REVENUE_OPERATIONS}
    assert models.User.objects.get(pk=number).check_password(PASSWORD)
    with pytest.raises(UserExists):
        make("MIA@acme.test")


@pytest.mark.parametrize(
    ("email", "password", "role", "error"),
    [
        ("not an address", PASSWORD, "marketer", BadEmail),
        ("a@acme.test", "short", "marketer", WeakPassword),
        ("a@acme.test", "password123", "marketer", WeakPassword),  # long enough, and on every list
        ("a@acme.test", PASSWORD, "boss", NoSuchRole),
    ],
)
def test_a_user_that_cannot_be_is_refused(email: str, password: str, role: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        actions.create_user(email, password, roles=[role], by=SYSTEM, now=NOW)
    assert reads.users() == []


def test_who_made_and_changed_a_user_is_in_the_ledger_and_their_name_can_be_erased() -> None:
    admin = make("root@acme.test", Role.REVENUE_OPERATIONS)
    rep = actions.create_user("rep@acme.test", PASSWORD, name="Rep", by=user_actor(admin), now=NOW)
    actions.set_roles(rep, [Role.SALES_REP], by=user_actor(admin), now=NOW)
    made, changed = ledger.entries_about(f"user:{rep}")
    assert (made.kind, made.by, made.personal) == (
        "user.created", f"user:{admin}", {"email": "rep@acme.test", "name": "Rep"},
    )  # fmt: skip
    assert "rep" not in str(made.facts)
    assert changed.facts == {"roles": {"old": [], "new": ["sales_rep"]}}


def test_the_last_who_may_manage_users_keeps_that_role() -> None:
    admin = make("root@acme.test", Role.REVENUE_OPERATIONS)
    with pytest.raises(LastAdmin):
        actions.set_roles(admin, [Role.EXECUTIVE], by=SYSTEM, now=NOW)
    gone = UserFields("Root", (Role.REVENUE_OPERATIONS,), None, 50, is_active=False)
    with pytest.raises(LastAdmin):
        actions.change_user(admin, gone, by=SYSTEM, now=NOW)
    assert reads.user(admin).roles == {Role.REVENUE_OPERATIONS}
    assert reads.user(admin).is_active


def test_teams_heads_and_members_are_found_by_side() -> None:
    actions.ensure_defaults(by=SYSTEM, now=NOW)
    sales, marketing = (team.id for team in reads.teams())
    make("root@acme.test", Role.REVENUE_OPERATIONS)
    rep = make("rep@acme.test", Role.SALES_REP, team=sales)
    head = make("head@acme.test", Role.HEAD_OF_SALES, team=sales)
    other = make("other@acme.test", Role.HEAD_OF_MARKETING, team=marketing)
    assert {member.id for member in reads.members(side=Side.SALES)} == {rep, head}
    assert [member.id for member in reads.members(team=marketing)] == [other]
    assert reads.heads(Side.SALES) == [head]
    assert reads.heads(Side.PARTNER) == [head]
    assert reads.heads(Side.MARKETING) == [other]
    actions.set_head(sales, rep, by=SYSTEM, now=NOW)
    assert reads.user(rep).leads_teams == {sales}
    gone = UserFields("Rep", (Role.SALES_REP,), sales, 50, is_active=False)
    actions.change_user(rep, gone, by=SYSTEM, now=NOW)
    assert {member.id for member in reads.members(side=Side.SALES)} == {head}


def test_an_unknown_user_or_team_is_an_error_that_names_it() -> None:
    with pytest.raises(NoSuchUser, match="77"):
        reads.user(77)
    with pytest.raises(NoSuchTeam, match="77"):
        make("a@acme.test", team=77)
    actions.create_team("Sales", Side.SALES, by=SYSTEM, now=NOW)
    with pytest.raises(NameTaken):
        actions.create_team(" sales ", Side.MARKETING, by=SYSTEM, now=NOW)


def test_away_means_from_the_first_moment_to_just_before_the_last() -> None:
    rep = make("rep@acme.test")
    absence = actions.add_absence(rep, NOW, NOW + timedelta(days=1), by=SYSTEM, now=NOW)
    assert not reads.is_absent(rep, NOW - timedelta(microseconds=1))
    assert reads.is_absent(rep, NOW)
    assert not reads.is_absent(rep, NOW + timedelta(days=1))
    assert reads.absent(NOW) == {rep}
    with pytest.raises(BadAbsence):
        actions.add_absence(rep, NOW, NOW, by=SYSTEM, now=NOW)
    actions.remove_absence(absence, by=SYSTEM, now=NOW)
    assert not reads.is_absent(rep, NOW)


def test_a_token_is_kept_as_a_digest_and_works_until_revoked() -> None:
    rep = make("rep@acme.test", Role.SALES_REP)
    plain = actions.create_token(rep, name="script", by=SYSTEM, now=NOW)
    assert plain.startswith("lp_")
    assert len(plain) > 40
    row = models.Token.objects.get()
    assert plain.encode() not in bytes(row.digest)
    found = reads.user_of_token(plain)
    assert found is not None
    assert may(found, "lead.see")
    assert reads.user_of_token(plain + "x") is None
    assert reads.user_of_token("") is None
    actions.revoke_token(row.pk, by=SYSTEM, now=NOW)
    actions.revoke_token(row.pk, by=SYSTEM, now=NOW)
    assert reads.user_of_token(plain) is None
    assert [entry.kind for entry in ledger.entries_about(f"user:{rep}")][1:] == ["token.created", "token.revoked"]


def test_a_token_of_somebody_who_left_opens_nothing() -> None:
    make("root@acme.test", Role.REVENUE_OPERATIONS)
    rep = make("rep@acme.test", Role.SALES_REP)
    plain = actions.create_token(rep, by=SYSTEM, now=NOW)
    actions.change_user(rep, UserFields("Rep", (Role.SALES_REP,), None, 50, is_active=False), by=SYSTEM, now=NOW)
    assert reads.user_of_token(plain) is None


def test_how_one_performs_is_asked_with_their_side_and_the_companys_word() -> None:
    actions.ensure_defaults(by=SYSTEM, now=NOW)
    sales = reads.team_by_name("Sales").id
    rep = make("rep@acme.test", Role.SALES_REP, team=sales)
    chief = make("chief@acme.test", Role.EXECUTIVE)
    head = make("head@acme.test", Role.HEAD_OF_SALES)
    subject = reads.performance_of(rep)
    assert may(reads.user(head), "performance.see_individual", subject)
    assert not may(reads.user(chief), "performance.see_individual", subject)
    actions.change_settings(replace(reads.settings(), individual_performance_open=True), by=SYSTEM, now=NOW)
    assert may(reads.user(chief), "performance.see_individual", reads.performance_of(rep))
