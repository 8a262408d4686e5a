"""The settings: who may see and change them, and that what is wrong is said beside its field."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from leadpact.capture import actions as capture_actions
from leadpact.capture import reads as capture
from leadpact.engagement import reads as engagement
from leadpact.people import reads as people
from leadpact.people.types import Purpose
from leadpact.team import actions, reads
from leadpact.team.types import SYSTEM, Role

NOW = datetime(2026, 11, 19, 9, 20, tzinfo=UTC)
PASSWORD = "correct horse battery"
pytestmark = [pytest.mark.django_db, pytest.mark.long_on_postgresql]

SEE = {Role.HEAD_OF_MARKETING, Role.HEAD_OF_SALES, Role.REVENUE_OPERATIONS, Role.EXECUTIVE}
COMPANY = {
    "name": "Gauge & Sons",
    "zone": "Europe/Berlin",
    "currency": "eur",
    "fiscal_year_start_month": "4",
    "week_start": "1",
    "own_domains": "gauge.example\n\ngauge.example\n",
    "competitor_domains": "",
    "deal_stages": "Need confirmed\nProposal",
    "postal_address": "Kantstr. 1\nBerlin",
}


@pytest.fixture(autouse=True)
def defaults() -> None:
    actions.ensure_defaults(by=SYSTEM, now=NOW)


def somebody(role: Role) -> int:
    email = f"{role.value}@example.com"
    return actions.create_user(email, PASSWORD, name="Some Body", roles=[role], by=SYSTEM, now=NOW)


def as_role(client: Client, role: Role) -> Client:
    from django.contrib.auth import get_user_model

    client.force_login(get_user_model().objects.get(pk=somebody(role)))
    return client


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("path", ["", "people/", "teams/", "hours/", "forms/"])
def test_settings_are_seen_by_heads_executives_and_operations(client: Client, role: Role, path: str) -> None:
    page = as_role(client, role).get(f"/settings/{path}")
    assert page.status_code == (200 if role in SEE else 403)
    assert "None" not in page.content.decode()


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(
    "path", ["change/", "people/add/", "teams/add/", "hours/set/", "keys/add/", "forms/add/", "forms/wording/"]
)
def test_settings_are_changed_by_operations_alone(client: Client, role: Role, path: str) -> None:
    page = as_role(client, role).post(f"/settings/{path}", {})
    assert page.status_code == (400 if role is Role.REVENUE_OPERATIONS else 403)


def test_the_company_is_changed_and_the_lines_are_cleaned(client: Client) -> None:
    page = as_role(client, Role.REVENUE_OPERATIONS).post("/settings/change/", COMPANY)
    assert page.status_code == 302
    held = reads.settings()
    assert (held.name, str(held.zone), held.currency, held.fiscal_year_start_month) == (
        "Gauge & Sons", "Europe/Berlin", "EUR", 4,
    )  # fmt: skip
    assert held.own_domains == ("gauge.example",)
    assert held.deal_stages == ("Need confirmed", "Proposal")


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("currency", "XYZ", "There is no such currency."),
        ("own_domains", "not a domain", "own_domains"),
        ("deal_stages", "", "This field is required."),
        ("zone", "Mars/Olympus", "Select a valid choice"),
    ],
)
def test_what_is_wrong_with_the_company_is_said_and_nothing_is_lost(
    client: Client, field: str, value: str, says: str
) -> None:
    before = reads.settings()
    page = as_role(client, Role.REVENUE_OPERATIONS).post("/settings/change/", {**COMPANY, field: value})
    assert page.status_code == 400
    text = page.content.decode()
    assert says in text
    assert "Gauge &amp; Sons" in text
    assert reads.settings() == before


def test_a_person_is_added_and_may_log_in(client: Client) -> None:
    team = reads.teams()[0].id
    said = {"name": "Tom Okafor", "email": "tom@example.com", "password": PASSWORD, "roles": ["sales_rep"]}
    as_role(client, Role.REVENUE_OPERATIONS).post(
        "/settings/people/add/", {**said, "team": str(team), "capacity": "20"}
    )
    tom = reads.user_by_email("tom@example.com")
    assert (tom.name, tom.roles, tom.team, tom.capacity) == ("Tom Okafor", frozenset({Role.SALES_REP}), team, 20)
    other = Client()
    assert other.post("/login/", {"login": "tom@example.com", "password": PASSWORD}).status_code == 302


def test_a_weak_password_is_refused_beside_its_field(client: Client) -> None:
    said = {"name": "Tom", "email": "tom@example.com", "password": "short", "roles": ["sales_rep"], "capacity": "20"}
    page = as_role(client, Role.REVENUE_OPERATIONS).post("/settings/people/add/", said)
    assert page.status_code == 400
    assert 'id="id_password_error"' in page.content.decode()


def test_the_last_one_who_runs_it_cannot_be_shut_out(client: Client) -> None:
    as_role(client, Role.REVENUE_OPERATIONS)
    me = reads.user_by_email("revenue_operations@example.com")
    page = client.post(f"/settings/people/{me.id}/change/", {"name": "Me", "roles": ["marketer"], "capacity": "5"})
    assert page.status_code == 400
    assert "last active user" in page.content.decode()


def test_an_absence_lasts_from_the_first_to_the_end_of_the_last_day(client: Client) -> None:
    tom = somebody(Role.SALES_REP)
    as_role(client, Role.REVENUE_OPERATIONS).post(
        f"/settings/people/{tom}/away/", {"first_day": "2026-12-24", "last_day": "2026-12-24"}
    )
    away = reads.absences(tom)
    # Europe/London in winter is UTC: one whole day.
    assert (away[0].since, away[0].until) == (datetime(2026, 12, 24, tzinfo=UTC), datetime(2026, 12, 25, tzinfo=UTC))
    page = client.post(f"/settings/people/{tom}/away/", {"first_day": "2026-12-24", "last_day": "2026-12-20"})
    assert page.status_code == 400
    client.post(f"/settings/people/{tom}/away/{away[0].id}/remove/")
    assert reads.absences(tom) == []


def test_hours_are_edited_as_a_text_and_a_bad_one_is_explained(client: Client) -> None:
    as_role(client, Role.REVENUE_OPERATIONS)
    text = 'zone: Europe/Berlin\nweek:\n  mon: ["09:00-12:30", "13:30-17:00"]\nclosed: [2026-12-24]\n'
    assert client.post("/settings/hours/set/", {"name": "Berlin", "document": text}).status_code == 302
    assert reads.calendars()["Berlin"]["closed"] == ["2026-12-24"]
    assert "13:30-17:00" in client.get("/settings/hours/?name=Berlin").content.decode()
    for bad in ("zone: [", "nothing", "zone: Mars/Olympus\nweek: {}", 'zone: Europe/Berlin\nweek: {mon: ["17-9"]}'):
        page = client.post("/settings/hours/set/", {"name": "Berlin", "document": bad})
        assert page.status_code == 400, bad
        assert 'id="id_document_error"' in page.content.decode()
    assert reads.calendars()["Berlin"]["closed"] == ["2026-12-24"]


def test_a_write_key_is_shown_once_and_revoked(client: Client) -> None:
    as_role(client, Role.REVENUE_OPERATIONS)
    page = client.post("/settings/keys/add/", {"name": "Web site", "kind": "browser", "origins": "https://a.example"})
    assert page.headers["Cache-Control"] == "no-store"
    key = engagement.write_keys()[0]
    assert f'class="secret">{key.prefix}' in page.content.decode()
    assert 'class="secret"' not in client.get("/settings/keys/").content.decode()
    client.post(f"/settings/keys/{key.id}/revoke/")
    assert engagement.write_keys()[0].is_revoked
    refused = client.post("/settings/keys/add/", {"name": "Web", "kind": "server", "origins": "https://a.example"})
    assert refused.status_code == 400


def test_a_form_is_made_and_its_page_is_there_until_it_is_closed(client: Client) -> None:
    as_role(client, Role.REVENUE_OPERATIONS)
    said = {"title": "Price list", "slug": "price-list", "key": "download", "fields_asked": ["name", "message"]}
    assert client.post("/settings/forms/add/", {**said, "purposes": ["mail"]}).status_code == 302
    assert [each.name for each in capture.form("price-list").fields] == ["email", "name", "message"]
    assert client.get("/f/price-list/").status_code == 200
    again = client.post("/settings/forms/add/", said)
    assert again.status_code == 400
    assert 'id="id_slug_error"' in again.content.decode()
    client.post("/settings/forms/price-list/close/")
    assert client.get("/f/price-list/").status_code == 410


def test_a_new_wording_is_a_new_version_and_stands_on_the_form(client: Client) -> None:
    as_role(client, Role.REVENUE_OPERATIONS)
    capture_actions.ensure_default_forms(by=SYSTEM, now=NOW)
    for text in ("You may write to me.", "You and your partners may write to me."):
        said = {"purpose": "mail", "text": text, "names_partners": "on" if "partners" in text else ""}
        assert client.post("/settings/forms/wording/", said).status_code == 302
    held = people.consent_text(Purpose.MAIL)
    assert held is not None
    assert (held.version, held.names_partners) == (2, True)
    assert "You and your partners may write to me." in client.get("/f/contact/").content.decode()
