"""Writing a mail, choosing who gets it, and what the pages say of it."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leadpact.flow import clock, sending, unsubscribing
from leadpact.nurture import actions, reads
from leadpact.nurture.types import Audience, Draft, MailingState, MailingView
from leadpact.people import actions as people
from leadpact.people.types import Purpose
from leadpact.team import actions as team
from leadpact.team import reads as teams
from leadpact.team.types import SYSTEM, user_actor
from leadpact.web.tests.acting import browser_of, reads_well, words_of
from leadpact.worklist import actions as worklist
from leadpact.worklist.types import View
from tests import cast
from tests.cast import FOUNDED, Cast

pytestmark = pytest.mark.django_db

WORDS = {"subject": "News for {company}", "body": "Hello {first name|there},\n\nsee https://x.example/", "campaign": ""}


@pytest.fixture
def house() -> Cast:
    return cast.found()


def agree(email: str) -> int:
    person = cast.person(email)
    people.give_consent(
        person, Purpose.MAIL, text_version=None, source="test", happened_at=FOUNDED, by=SYSTEM, now=FOUNDED
    )
    worklist.refresh([person], now=FOUNDED)
    return person


def written(house: Cast, *persons: int) -> MailingView:
    audience = Audience(persons=persons)
    return actions.draft(
        Draft("News", "Hello {first name}"), audience=audience, by=user_actor(house.mia), now=clock.now()
    )


def has_address() -> None:
    team.change_settings(replace(teams.settings(), postal_address="1 Gauge Lane"), by=SYSTEM, now=FOUNDED)


def test_a_marketer_writes_chooses_and_sends(house: Cast) -> None:
    browser = browser_of(house.mia)
    agree("yes@firm.example")
    page = browser.post("/campaigns/mails/new/", WORDS)["Location"]
    shown = browser.get(page)
    assert "Nobody is chosen yet" in words_of(shown)
    assert "the company's postal address is not set" in shown.content.decode().replace("&#x27;", "'")
    assert "Send to" not in words_of(shown)
    refused = browser.post(f"{page}send/", follow=True)
    assert "postal address is missing" in words_of(refused)
    has_address()
    candidates = browser.get(f"{page}persons/?q=firm")
    assert "1 of 1 person may be written to" in words_of(candidates)
    assert browser.post(f"{page}persons/?q=firm").status_code == 302
    shown = browser.get(page)
    assert "Send to 1 person" in words_of(shown)
    assert reads_well(shown)
    assert browser.post(f"{page}send/").status_code == 302
    (mailing,), _next = reads.mailings()
    assert (mailing.state, mailing.started_by) == (MailingState.CHOOSING, house.mia)
    assert browser.post(f"{page}edit/", WORDS).status_code == 400  # it is on its way
    assert "Stop sending" in words_of(browser.get(page))
    assert browser.post(f"{page}stop/").status_code == 302
    assert reads.mailing(mailing.id).state is MailingState.STOPPED


def test_who_may_not_be_written_to_is_shown_with_the_reason_and_can_be_left_out(house: Cast) -> None:
    browser, yes, never = browser_of(house.mia), agree("yes@firm.example"), cast.person("never@firm.example")
    worklist.refresh([never], now=FOUNDED)
    mailing = written(house, yes, never)
    page = browser.get(f"/campaigns/mails/{mailing.id}/persons/")
    assert "never agreed to mails from us" in words_of(page)
    assert "1 of 2 persons may be written to" in words_of(page)
    address = f"/campaigns/mails/{mailing.id}/persons/?person={yes}&person={never}"
    browser.post(address, {"without": [str(yes)]})
    kept = reads.mailing(mailing.id).audience
    assert kept is not None
    assert (kept.persons, kept.without) == ((yes, never), (yes,))
    assert browser.get(f"/campaigns/mails/{mailing.id}/persons/?stage=nothing&min=x&campaign=9").status_code == 200


@pytest.mark.parametrize("view", list(View))
def test_each_ready_made_view_can_be_chosen(house: Cast, view: View) -> None:
    mailing = written(house, agree("yes@firm.example"))
    page = browser_of(house.mia).get(f"/campaigns/mails/{mailing.id}/persons/?view={view.value}")
    assert page.status_code == 200
    assert reads_well(page)


def test_the_text_is_shown_as_text_whatever_it_says(house: Cast) -> None:
    hostile = actions.draft(
        Draft("<script>1</script>", "<script>alert(1)</script> [a](https://x.example/?a=<b>)"),
        by=user_actor(house.mia), now=clock.now(),
    )  # fmt: skip
    page = browser_of(house.mia).get(f"/campaigns/mails/{hostile.id}/").content.decode()
    assert "<script>alert" not in page
    assert "<script>1" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(
    ("field", "text"), [("body", "Hello {surname}"), ("body", "[a](javascript:x)"), ("subject", "")]
)
def test_what_cannot_be_sent_is_said_beside_the_field_and_nothing_is_lost(house: Cast, field: str, text: str) -> None:
    answer = browser_of(house.mia).post("/campaigns/mails/new/", {**WORDS, field: text})
    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    assert reads.mailings()[0] == []


def test_sales_sees_mails_and_sends_none(house: Cast) -> None:
    mailing = written(house, agree("yes@firm.example"))
    browser = browser_of(house.ann)
    assert browser.get(f"/campaigns/mails/{mailing.id}/").status_code == 200
    for deed in ("send", "test", "stop", "go-on"):
        assert browser.post(f"/campaigns/mails/{mailing.id}/{deed}/").status_code == 403
    assert reads.mailing(mailing.id).state is MailingState.DRAFT


def test_the_page_of_a_sent_mail_asks_no_more_for_more_recipients(house: Cast) -> None:
    has_address()
    counts = []
    for many in (3, 40):
        persons = [agree(f"p{number}@firm{many}.example") for number in range(many)]
        mailing = written(house, *persons)
        sending.start(mailing.id, by=user_actor(house.mia), now=FOUNDED)
        sending.choose_more(reads.mailing(mailing.id), now=FOUNDED)
        browser = browser_of(house.mia)
        with CaptureQueriesContext(connection) as asked:
            page = browser.get(f"/campaigns/mails/{mailing.id}/")
        assert reads_well(page)
        assert len(page.context["lines"]) == many
        counts.append(len(asked))
        sheet = browser.get(f"/campaigns/mails/{mailing.id}/recipients.csv")
        assert len(sheet.getvalue().splitlines()) == many + 1
    assert counts[0] == counts[1] <= 12, counts


def test_the_list_of_mails_as_a_spreadsheet(house: Cast) -> None:
    written(house, agree("yes@firm.example"))
    lines = browser_of(house.ann).get("/campaigns/mails.csv").getvalue().decode().splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("News,Draft,")


def test_the_links_that_mails_carry_are_addresses_of_ours() -> None:
    assert reverse("unsubscribe", args=["token"]) == f"{unsubscribing.UNSUBSCRIBE}token/"
    assert reverse("mail_click", args=["token"]) == f"{sending.CLICK}token/"


def test_links_that_are_not_ours_end_on_a_page_and_too_many_of_them_wait(house: Cast) -> None:
    answers = [Client().get("/m/u/made-up/").status_code for _try in range(61)]
    assert answers == [404] * 60 + [429]
