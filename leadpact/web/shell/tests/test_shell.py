"""The way in, the way out, and what everybody meets."""

import gzip
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from leadpact.team import actions, reads
from leadpact.team.notices import notify
from leadpact.team.types import SYSTEM
from leadpact.web.shell.assets import STYLES

PASSWORD = "correct horse battery"
NOW = datetime(2026, 11, 19, 9, 20, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def rep() -> int:
    actions.ensure_defaults(by=SYSTEM, now=NOW)
    return actions.create_user("tom@example.com", PASSWORD, name="Tom Okafor", roles=["sales_rep"], by=SYSTEM, now=NOW)


def log_in(client: Client, email: str = "tom@example.com", password: str = PASSWORD) -> int:
    return client.post("/login/", {"login": email, "password": password}).status_code


def test_who_is_not_logged_in_is_sent_to_log_in_and_then_on(client: Client, rep: int) -> None:
    assert client.get("/tokens/").headers["Location"] == "/login/?next=/tokens/"
    sent_on = client.post("/login/", {"login": "tom@example.com", "password": PASSWORD, "next": "/tokens/"})
    assert sent_on.headers["Location"] == "/tokens/"


def test_a_wrong_password_is_said_and_keeps_the_address(client: Client, rep: int) -> None:
    page = client.post("/login/", {"login": "tom@example.com", "password": "wrong"})
    assert page.status_code == 200
    assert 'value="tom@example.com"' in page.content.decode()
    assert "not correct" in page.content.decode()


def test_guessing_passwords_is_stopped(client: Client, rep: int) -> None:
    for _ in range(6):
        log_in(client, password="guess")
    page = client.post("/login/", {"login": "tom@example.com", "password": PASSWORD})
    assert page.status_code in (200, 429)
    assert client.get("/tokens/").status_code == 302  # not even the right password gets in now


def test_nobody_signs_up_by_themselves(client: Client) -> None:
    assert client.get("/signup/").status_code == 404


def test_logging_out_ends_the_session(client: Client, rep: int) -> None:
    log_in(client)
    assert client.get("/tokens/").status_code == 200
    client.post("/logout/")
    assert client.get("/tokens/").status_code == 302


def test_the_styles_of_every_page_are_one_file_that_browsers_keep(client: Client, rep: int) -> None:
    page = client.get("/login/").content.decode()
    (address,) = re.findall(r'rel="stylesheet" href="([^"]+)"', page)
    kept = Client().get(address)
    assert (kept.status_code, kept["Content-Type"]) == (200, "text/css; charset=utf-8")
    assert kept["Cache-Control"] == "public, max-age=31536000, immutable"
    # One after the other, as the cascade wants them, nothing left out.
    folder = Path(str(finders.find("css")))
    assert kept.content == b"\n".join((folder / f"{name}.css").read_bytes() for name in STYLES)
    assert kept.content.startswith((folder / "tokens.css").read_bytes())
    packed = Client().get(address, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.content) == kept.content
    # A page of yesterday asks for yesterday's.
    assert Client().get("/styles.css?v=yesterday")["Cache-Control"] == "no-cache"


def test_no_page_needs_an_inline_style_or_script(client: Client, rep: int) -> None:
    log_in(client)
    for url in ("/tokens/", "/notices/", "/password/", "/nowhere/"):
        page = client.get(url)
        policy = page.headers["Content-Security-Policy"]
        assert "unsafe-inline" not in policy
        assert "script-src 'self'" in policy
        text = page.content.decode()
        assert " style=" not in text
        assert "<style" not in text
        assert "<script>" not in text


def test_the_theme_is_chosen_and_unchosen(client: Client, rep: int) -> None:
    log_in(client)
    back = client.post("/theme/", {"theme": "dark", "back": "/tokens/"})
    assert back.headers["Location"] == "/tokens/"
    assert 'data-theme="dark"' in client.get("/tokens/").content.decode()
    client.post("/theme/", {"theme": ""})
    assert "data-theme" not in client.get("/tokens/").content.decode()


def test_the_theme_never_sends_anybody_elsewhere(client: Client) -> None:
    for elsewhere in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        assert client.post("/theme/", {"theme": "dark", "back": elsewhere}).headers["Location"] == "/"


def test_notices_are_counted_until_they_are_read(client: Client, rep: int) -> None:
    notify(rep, "offer:1", "offer", "Hannah Reyes is offered to you", "/leads/1/", mail=None, now=NOW)
    log_in(client)
    page = client.get("/notices/").content.decode()
    assert "Hannah Reyes is offered to you" in page
    assert 'class="bell-count">1' in page
    client.post("/notices/")
    assert "bell-count" not in client.get("/notices/").content.decode()


def test_following_a_notice_reads_it_and_anothers_is_not_there(client: Client, rep: int) -> None:
    notify(rep, "offer:1", "offer", "Hannah Reyes is offered to you", "/tokens/", mail=None, now=NOW)
    other = actions.create_user("ines@example.com", PASSWORD, roles=["head_of_sales"], by=SYSTEM, now=NOW)
    notify(other, "offer:2", "offer", "Dev Patel is offered to you", "/tokens/", mail=None, now=NOW)
    mine, theirs = reads.notices(rep)[0].id, reads.notices(other)[0].id
    log_in(client)
    assert client.get(f"/notices/{mine}/").headers["Location"] == "/tokens/"
    assert reads.unread_count(rep) == 0
    assert client.get(f"/notices/{theirs}/").status_code == 404
    assert reads.unread_count(other) == 1


def test_a_token_is_shown_once_and_can_be_revoked_by_its_owner_alone(client: Client, rep: int) -> None:
    log_in(client)
    made = client.post("/tokens/", {"name": "Reports"}).content.decode()
    assert 'class="secret">lp_' in made
    assert "lp_" not in client.get("/tokens/").content.decode()
    other = actions.create_user("ines@example.com", PASSWORD, roles=["head_of_sales"], by=SYSTEM, now=NOW)
    theirs = actions.create_token(other, name="Theirs", by=SYSTEM, now=NOW)
    assert client.post(f"/tokens/{reads.tokens(other)[0].id}/revoke/").status_code == 400
    assert reads.user_of_token(theirs) is not None
    client.post(f"/tokens/{reads.tokens(rep)[0].id}/revoke/")
    assert reads.tokens(rep)[0].is_revoked
