"""A hosted form through HTTP: whoever sends it reaches sales, with what they agreed to."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from pytest_django.fixtures import Settings

from leadpact.capture import actions as capture
from leadpact.engagement import reads as engagement
from leadpact.engagement.types import Outcome
from leadpact.flow import arrival, clock
from leadpact.handover import reads as handover
from leadpact.handover.types import Stage
from leadpact.ledger import inbox
from leadpact.ledger import reads as ledger
from leadpact.people import actions as people
from leadpact.people import reads as known
from leadpact.people.types import Identifier, IdentityKind, Purpose
from leadpact.team.types import SYSTEM
from tests import cast

pytestmark = pytest.mark.django_db(transaction=connection.vendor == "postgresql")

HANNAH = {
    "name": "Hannah Reyes",
    "email": "Hannah@Northgate-Instruments.example",
    "message": "Does it write results back?",
    "once": "press-1",
}


@pytest.fixture(autouse=True)
def company(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.INBOX_FILE = tmp_path / "inbox.sqlite3"
    opened = inbox.open_inbox()
    cast.found()
    capture.ensure_default_forms(by=SYSTEM, now=cast.FOUNDED)
    people.add_consent_text(Purpose.MAIL, "You may write to me about gauges.", by=SYSTEM, now=cast.FOUNDED)
    yield
    opened.close()


def drain() -> dict[Outcome, int]:
    return arrival.drain(inbox.open_inbox(), now=clock.now()).outcomes


def person() -> int | None:
    return known.person_by(Identifier(IdentityKind.EMAIL, "hannah@northgate-instruments.example"))


def test_the_page_shows_the_fields_and_the_wording_and_sets_no_cookie(client: Client) -> None:
    page = client.get("/f/contact/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "What can we do for you?" in text
    assert "You may write to me about gauges." in text
    assert not page.cookies


def test_who_sends_it_is_offered_to_sales(client: Client) -> None:
    sent = client.post("/f/contact/?utm_source=google&utm_medium=cpc&utm_campaign=spring", HANNAH)
    assert (sent.status_code, sent.headers["Location"]) == (302, "/f/contact/thanks/")
    assert "Thank you" in client.get("/f/contact/thanks/").content.decode()
    assert drain() == {Outcome.RECORDED: 1}
    cast.sweep(clock.now())
    who = person()
    assert who is not None
    pursuit = handover.pursuit_of(who)
    assert pursuit is not None
    assert pursuit.stage is Stage.OFFERED
    entry = ledger.entries_of(known.identities_of(who), kinds=["form.submitted"])[0]
    assert (entry.facts["form"], entry.facts["utm_campaign"]) == ("contact", "spring")
    assert known.person(who).name == "Hannah Reyes"


def test_consent_is_kept_with_the_version_that_was_shown(client: Client) -> None:
    shown = {**HANNAH, "agree_mail": "on", "agree_mail_version": "1"}
    people.add_consent_text(Purpose.MAIL, "A newer wording.", by=SYSTEM, now=clock.now())
    assert client.post("/f/contact/", shown).status_code == 302
    drain()
    who = person()
    assert who is not None
    said = known.consents_of(who)[Purpose.MAIL]
    assert (said.given, said.text_version, said.source) == (True, 1, "form:contact")
    assert known.may_mail(who)


def test_without_the_tick_nothing_is_agreed_to(client: Client) -> None:
    client.post("/f/contact/", {**HANNAH, "agree_mail_version": "1"})
    drain()
    who = person()
    assert who is not None
    assert known.consents_of(who) == {}
    assert not known.may_mail(who)


def test_a_wording_that_never_was_is_refused_and_nothing_is_written(client: Client) -> None:
    page = client.post("/f/contact/", {**HANNAH, "agree_mail": "on", "agree_mail_version": "99"})
    assert page.status_code == 400
    assert drain() == {}
    assert person() is None


def test_a_suppressed_address_may_ask_but_gets_no_mail(client: Client) -> None:
    people.suppress("hannah@northgate-instruments.example", "complained", by=SYSTEM, now=cast.FOUNDED)
    client.post("/f/contact/", {**HANNAH, "agree_mail": "on", "agree_mail_version": "1"})
    drain()
    cast.sweep(clock.now())
    who = person()
    assert who is not None
    pursuit = handover.pursuit_of(who)
    assert pursuit is not None
    assert pursuit.stage is Stage.OFFERED
    assert not known.may_mail(who)


def test_pressing_twice_is_one_submission_and_writing_anew_is_another(client: Client) -> None:
    client.post("/f/contact/", HANNAH)
    client.post("/f/contact/", HANNAH)
    client.post("/f/contact/", {**HANNAH, "message": "One more thing."})
    assert drain() == {Outcome.RECORDED: 2, Outcome.DUPLICATE: 1}


def test_the_same_person_is_never_turned_away(client: Client) -> None:
    for day in range(3):
        assert client.post("/f/contact/", {**HANNAH, "once": f"day-{day}"}).status_code == 302
    assert drain() == {Outcome.RECORDED: 3}


def test_what_is_missing_is_said_and_the_rest_is_kept(client: Client) -> None:
    page = client.post("/f/contact/", {**HANNAH, "email": "not an address"})
    text = page.content.decode()
    assert page.status_code == 400
    assert 'id="id_email_error"' in text
    assert "Does it write results back?" in text
    assert drain() == {}


def test_a_robot_is_thanked_counted_and_kept_out(client: Client) -> None:
    sent = client.post("/f/contact/", {**HANNAH, "website": "http://spam.example"})
    assert sent.status_code == 302
    assert drain() == {}
    assert engagement.counts()[Outcome.DROPPED] == 1
    assert person() is None


def test_a_flood_from_one_network_is_slowed_down(client: Client) -> None:
    answers = [client.post("/f/contact/", {**HANNAH, "once": str(n)}).status_code for n in range(31)]
    assert answers == [302] * 30 + [429]


def test_a_closed_form_says_so_and_an_unknown_one_is_not_there(client: Client) -> None:
    capture.close_form("contact", by=SYSTEM, now=clock.now())
    assert client.get("/f/contact/").status_code == 410
    assert client.post("/f/contact/", HANNAH).status_code == 410
    assert client.get("/f/nowhere/").status_code == 404


def test_right_to_left_and_long_names_arrive_whole(client: Client) -> None:
    name = "محمد بن موسى الخوارزمي"
    client.post("/f/contact/", {**HANNAH, "name": name})
    drain()
    who = person()
    assert who is not None
    assert known.person(who).name == name
