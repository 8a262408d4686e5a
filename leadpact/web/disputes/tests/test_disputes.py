"""Disputes at the browser: raised on the lead's page, answered on their own, told on Today, listed and exported."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leadpact.flow import answering, clock, disputing, qualifying
from leadpact.handover import disputed
from leadpact.handover import reads as handed
from leadpact.handover.disputed import Contest, DisputeView, Ruling
from leadpact.handover.types import PursuitView, Stage
from leadpact.pact import actions as pacts
from leadpact.pact.document import default_pact_text
from leadpact.team.types import SYSTEM
from leadpact.web.tests.acting import browser_of, reads_well, words_of
from tests import cast
from tests.cast import Cast

pytestmark = pytest.mark.django_db

HANNAH = "hannah@northgate.example"
MOST = 12


@pytest.fixture
def company() -> Cast:
    return cast.found()


def rejected(company: Cast, email: str = HANNAH) -> PursuitView:
    now = clock.now()
    person = cast.ask(email, now - timedelta(hours=2))
    cast.sweep(now - timedelta(hours=2))
    lead = handed.active_of_person(person)
    assert lead is not None
    offer = handed.offers_of(lead.id)[0]
    by = company.by(offer.user or company.hanna)
    return answering.reject(offer.id, "too_small", note="12 people", by=by, now=now - timedelta(hours=1))


def contested(company: Cast, email: str = HANNAH) -> DisputeView:
    lead = rejected(company, email)
    by = company.by(company.milo)
    return disputing.contest(lead.id, Contest.AS_AGREED, "40 by the register", by=by, now=clock.now())


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_the_head_of_marketing_contests_on_the_page_of_the_lead(company: Cast) -> None:
    lead = rejected(company)
    client, address = browser_of(company.milo), f"/leads/{lead.persons[0]}/"
    assert "Contest the outcome" in words_of(client.get(address))
    sent = {"reason": "as_agreed", "words": "40 people by the register"}
    answer = client.post(f"{address}dispute/", sent, follow=True)
    words = words_of(answer)
    assert "Marketing contests this" in words
    assert "Rejected: Too small for us. It was as agreed , Milo: 40 people by the register" in words
    assert "Contest the outcome" not in words
    assert reads_well(answer)


def test_without_words_the_form_says_so_and_keeps_what_was_chosen(company: Cast) -> None:
    lead = rejected(company)
    answer = browser_of(company.milo).post(f"/leads/{lead.persons[0]}/dispute/", {"reason": "news", "words": " "})
    assert answer.status_code == 400
    assert b'value="news" class' in answer.content or b'value="news" ' in answer.content
    assert disputed.disputes() == []


@pytest.mark.parametrize(("who", "status"), [("mia", 403), ("ann", 403), ("hanna", 403), ("edda", 403), ("pat", 403)])
def test_nobody_else_contests_a_lead_that_came_by_no_campaign(company: Cast, who: str, status: int) -> None:
    lead = rejected(company)
    client = browser_of(getattr(company, who))
    sent = {"reason": "other", "words": "It was."}
    assert client.post(f"/leads/{lead.persons[0]}/dispute/", sent).status_code == status
    assert "Contest the outcome" not in words_of(client.get(f"/leads/{lead.persons[0]}/"))


def test_a_lead_that_is_worked_given_back_or_pulled_shows_no_button(company: Cast) -> None:
    now = clock.now()
    person = cast.ask(HANNAH, now - timedelta(hours=2))
    cast.sweep(now - timedelta(hours=2))
    lead = handed.active_of_person(person)
    assert lead is not None
    by, client = company.by(lead.owner or 0), browser_of(company.milo)
    answering.accept(handed.offers_of(lead.id)[0].id, by=by, now=now)
    assert "Contest the outcome" not in words_of(client.get(f"/leads/{person}/"))
    qualifying.recycle(lead.id, "no_decision_maker", by=by, now=now)
    assert "Contest the outcome" not in words_of(client.get(f"/leads/{person}/"))
    assert client.post(f"/leads/{person}/dispute/", {"reason": "other", "words": "No"}).status_code == 400


def test_the_head_of_sales_answers_and_the_lead_is_offered_again(company: Cast) -> None:
    found = contested(company)
    client, address = browser_of(company.hanna), f"/disputes/{found.id}/"
    page = client.get(address)
    assert "12 people" in words_of(page)  # what sales said when it rejected the lead
    assert "Your answer" in words_of(page)
    assert reads_well(page)
    answer = client.post(f"{address}answer/", {"ruling": "taken_back", "words": "You are right."}, follow=True)
    assert "Answered; the lead is offered again." in answer.content.decode()
    assert handed.pursuit(found.pursuit).stage is Stage.OFFERED
    story = words_of(browser_of(company.milo).get(f"/leads/{found.person}/"))
    assert "Milo contests what became of the lead: It was as agreed" in story
    assert "Hanna answered the dispute: Taken back" in story
    assert "rejected the lead: Too small for us" in story  # nothing is rewritten


def test_who_may_not_answer_sees_no_form_and_is_refused(company: Cast) -> None:
    found = contested(company)
    for user in (company.milo, company.mia, company.edda, company.olga):
        client = browser_of(user)
        assert "Your answer" not in words_of(client.get(f"/disputes/{found.id}/"))
        sent = {"ruling": "upheld", "words": "No."}
        assert client.post(f"/disputes/{found.id}/answer/", sent).status_code == 403
    assert browser_of(company.pat).get(f"/disputes/{found.id}/").status_code == 403
    assert disputed.dispute(found.id).is_open


def test_one_that_is_not_there_is_not_found(company: Cast) -> None:
    client = browser_of(company.hanna)
    assert client.get("/disputes/99/").status_code == 404
    assert client.post("/disputes/99/answer/", {"ruling": "upheld", "words": "No."}).status_code == 404


def test_today_tells_both_heads_and_the_executive_and_whom_it_concerns(company: Cast) -> None:
    found = contested(company)
    rejector = found.decided_by
    for user in (company.hanna, company.milo, company.edda, company.olga):
        words = words_of(browser_of(user).get("/"))
        assert "Open disputes" in words
        assert "northgate.example" in words
    assert "Contested by marketing" in words_of(browser_of(rejector or 0).get("/"))
    others = {company.ann, company.ben, company.cat} - {rejector}
    for user in (*others, company.mia, company.pat):
        words = words_of(browser_of(user).get("/"))
        assert "Contested by marketing" not in words
        assert "What you contest" not in words
    disputing.answer(found.id, Ruling.UPHELD, "No.", by=company.by(company.hanna), now=clock.now())
    assert "Open disputes" not in words_of(browser_of(company.hanna).get("/"))
    assert "Marketing contests nothing" in words_of(browser_of(company.edda).get("/"))


def test_today_says_that_the_day_of_the_review_is_past_and_after_a_new_version_when_it_is(company: Cast) -> None:
    # In force since 5 January 2026, to be looked at again three months later; a version of today sets the next day.
    clients = [browser_of(user) for user in (company.edda, company.hanna, company.milo)]
    for client in clients:
        words = words_of(client.get("/"))
        assert "Its review has been due since Sun 5 Apr" in words
        assert "The pact is to be looked at again." in words
    now = clock.now()
    version = pacts.propose(default_pact_text().replace("Default pact", "Pact of today"), by=SYSTEM, now=now)
    pacts.put_in_force(version.number, since=now, by=SYSTEM, now=now)
    for client in clients:
        words = words_of(client.get("/"))
        assert "Both heads look at it again" in words
        assert "The pact is to be looked at again." not in words


def test_the_list_shows_what_waits_and_what_was_answered(company: Cast) -> None:
    first, second = contested(company), contested(company, "otto@other.example")
    disputing.answer(first.id, Ruling.UPHELD, "Six instruments.", by=company.by(company.hanna), now=clock.now())
    client = browser_of(company.edda)
    waiting = words_of(client.get("/disputes/"))
    assert "1 outcome that marketing contests waits for an answer of sales" in waiting
    assert f"Dispute {second.id}, hand-over" in waiting
    assert f"Dispute {first.id}, hand-over" not in waiting
    assert "The outcome stands" in words_of(client.get("/disputes/?show=answered"))
    assert reads_well(client.get("/disputes/?show=all"))
    assert client.get("/disputes/?show=nonsense&after=x").status_code == 200
    assert browser_of(company.pat).get("/disputes/").status_code == 403


def test_the_spreadsheet_says_all_of_them(company: Cast) -> None:
    found = contested(company)
    disputing.answer(found.id, Ruling.UPHELD, "=1+1", by=company.by(company.hanna), now=clock.now())
    response = browser_of(company.milo).get("/disputes.csv?show=all")
    head, row = b"".join(response).decode("utf-8-sig").splitlines()
    assert head.startswith("Dispute,Hand-over,Person,Company,Outcome,Reason")
    assert "Rejected,Too small for us" in row
    assert "The outcome stands,'=1+1,Hanna" in row


def test_the_pages_ask_no_more_of_many(company: Cast) -> None:
    one = contested(company)
    pages = {
        "/disputes/": company.hanna,
        f"/disputes/{one.id}/": company.hanna,
        f"/leads/{one.person}/": company.milo,
    }
    few = {address: queries(browser_of(user), address) for address, user in pages.items()}
    today = {user: queries(browser_of(user), "/") for user in (company.hanna, company.milo, company.edda)}
    for number in range(5):
        contested(company, f"p{number}@firm{number}.example")
    assert {address: queries(browser_of(user), address) for address, user in pages.items()} == few
    assert {user: queries(browser_of(user), "/") for user in today} == today
    assert max(*few.values(), *today.values()) <= MOST


def test_a_marketer_who_may_contest_asks_no_more_than_twelve_times(company: Cast) -> None:
    lead = rejected(company)
    assert queries(browser_of(company.mia), f"/leads/{lead.persons[0]}/") <= MOST
