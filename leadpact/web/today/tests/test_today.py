"""Today shows each role what needs it now, in place, and both teams the same numbers."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leadpact.base.money import Money
from leadpact.engagement import actions as engagement
from leadpact.engagement.types import SourceKind
from leadpact.flow import answering, clock, promising, qualifying
from leadpact.handover import reads as handover
from leadpact.ledger.actions import append_one
from leadpact.ledger.types import NewEntry
from leadpact.team import actions as team
from leadpact.team.types import SYSTEM, Role, UserFields
from leadpact.web.tests.acting import browser_of, reads_well, words_of
from tests import cast
from tests.cast import Cast, utc

pytestmark = pytest.mark.django_db

NOW = utc("2026-03-03 10:00")  # a Tuesday; the company is in London, where it is 10:00 too
EVERYBODY = ["ann", "hanna", "mia", "milo", "olga", "edda", "pat"]


@pytest.fixture
def company(monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return cast.found()


def only_ann_sells(company: Cast) -> None:
    for who in (company.ben, company.cat):
        team.change_user(
            who, UserFields("Away", (Role.SALES_REP,), company.sales, 0, is_active=True), by=SYSTEM, now=NOW
        )


def offered(email: str, at: str) -> int:
    """Let somebody ask for contact and be offered; returns the offer."""
    person = cast.ask(email, utc(at))
    cast.sweep(utc(at))
    running = handover.pursuit_of(person)
    assert running is not None
    return handover.offers_of(running.id)[0].id


def page_of(user: int) -> str:
    return words_of(browser_of(user).get("/"))


@pytest.mark.parametrize("who", EVERYBODY)
def test_on_the_first_day_every_role_is_told_what_to_do_next(company: Cast, who: str) -> None:
    page = browser_of(getattr(company, who)).get("/")
    assert page.status_code == 200
    # Whoever sets up sees the first steps where the others see what their places are for.
    assert ("begin-card" if who == "olga" else 'class="empty"') in page.content.decode()
    assert "Nothing waits for you." in words_of(page) or who == "edda"
    assert reads_well(page)


def test_the_offer_that_runs_out_first_comes_first_and_is_answered_in_place(company: Cast) -> None:
    only_ann_sells(company)
    offered("zoe@acme.example", "2026-03-03 09:30")  # 4 working hours: until 13:30
    offered("yan@bolt.example", "2026-03-02 16:00")  # 1.5 h on Monday, 2.5 h on Tuesday: until 11:30
    client = browser_of(company.ann)
    text = words_of(client.get("/"))
    assert "2 offers wait for your answer, the first until today 11:30." in text
    assert text.index("yan@bolt.example") < text.index("Then 1 more offer") < text.index("zoe@acme.example")
    first = re.search(r'action="(/offers/\d+/accept/)"', client.get("/").content.decode())
    assert first is not None
    back = client.post(first[1], {"back": "today"})
    assert back.headers["Location"] == "/"
    after = words_of(client.get("/"))
    assert "1 offer waits for your answer until today 13:30." in after
    assert after.index("Follow up") < after.index("yan@bolt.example")


def test_an_offer_is_rejected_with_a_reason_in_place(company: Cast) -> None:
    only_ann_sells(company)
    offer = offered("zoe@acme.example", "2026-03-03 09:30")
    client = browser_of(company.ann)
    assert f'action="/offers/{offer}/reject/"' in client.get("/").content.decode()
    back = client.post(f"/offers/{offer}/reject/", {"reason": "wrong_person", "note": "", "back": "today"})
    assert back.headers["Location"] == "/"
    assert "Ann rejected" not in page_of(company.mia)  # a rejected lead is nobody's any more
    assert "Sales rejected zoe@acme.example, acme.example Wrong person" in page_of(company.mia)


def test_what_somebody_promised_comes_by_due_moment_and_says_what_is_past_due(company: Cast) -> None:
    only_ann_sells(company)
    offer = offered("zoe@acme.example", "2026-02-02 09:30")
    answering.accept(offer, by=company.by(company.ann), now=utc("2026-02-02 10:00"))
    promising.sweep(now=NOW)
    text = page_of(company.ann)
    # Three attempts within 10 days of 2 February: to the midnight that ends the 12th.
    assert "attempts past due by" in text
    assert "1 promise is past due." in text
    assert "Log a call" in text


def test_that_somebody_is_late_is_for_them_and_their_head_alone(company: Cast) -> None:
    only_ann_sells(company)
    offered("zoe@acme.example", "2026-03-02 09:30")  # until 13:30 that day
    promising.sweep(now=NOW)
    assert "Your team 1 lead past due" in page_of(company.hanna)
    assert "Ann answer past due" in page_of(company.hanna)
    for who in (company.mia, company.milo, company.edda, company.olga):
        text = page_of(who)
        assert "past due" not in text
        assert "1 was missed" not in text or "Ann" not in text.partition("1 was missed")[2][:80]


def test_both_teams_read_the_same_promises_and_numbers_in_the_same_words(company: Cast) -> None:
    only_ann_sells(company)
    offer = offered("zoe@acme.example", "2026-03-02 09:30")
    answering.accept(offer, by=company.by(company.ann), now=utc("2026-03-02 10:00"))
    offered("yan@bolt.example", "2026-03-02 10:00")  # until 14:00, not answered
    promising.sweep(now=NOW)

    def shared(user: int) -> tuple[str, str]:
        text = page_of(user)
        numbers = text.partition("The five numbers in March")[2].partition("Promises in March")[0]
        return numbers, text.partition("Promises in March")[2].partition("You You kept")[0].partition(
            "The pact Version"
        )[0]

    assert (
        shared(company.ann)
        == shared(company.mia)
        == shared(company.hanna)
        == shared(company.edda)[:0] + shared(company.ann)
    )
    numbers, promises = shared(company.mia)
    assert "1 Qualified leads 2" in numbers
    # Kept: both offers by marketing, one answer by sales; missed: the other answer.
    assert "Offer within 4 working hours of the act 100 % All 2 that were due were kept" in promises
    assert "Answer within 4 working hours 50 % 1 of 2 kept, 1 was missed" in promises
    assert "You kept 1 of 2 promises." in page_of(company.ann)
    assert "You kept" not in page_of(company.mia)


def test_a_promise_opens_to_its_rows(company: Cast) -> None:
    only_ann_sells(company)
    offered("zoe@acme.example", "2026-03-02 09:30")
    client = browser_of(company.mia)
    links = re.findall(r'class="figure[^"]*" href="([^"]+)"', client.get("/").content.decode())
    assert len(links) == 5 + 5  # the five numbers, and the five promises of the default pact
    for link in links:
        assert client.get(link.replace("&amp;", "&")).status_code == 200


def test_marketing_reads_what_became_of_each_lead(company: Cast) -> None:
    only_ann_sells(company)
    ann = company.by(company.ann)
    offer = offered("zoe@acme.example", "2026-03-02 09:30")
    pursuit = answering.accept(offer, by=ann, now=utc("2026-03-02 10:00"))
    qualifying.open_deal(
        pursuit.id, amount=Money(4_800_000, "GBP"), next_step="Demo", next_step_on=date(2026, 3, 3), by=ann,
        now=utc("2026-03-02 12:00"),
    )  # fmt: skip
    offered("yan@bolt.example", "2026-03-03 09:00")
    text = page_of(company.mia)
    assert "What became of your leads" in text
    assert "Ann opened a deal with zoe@acme.example, acme.example over £48,000" in text
    assert "yan@bolt.example, bolt.example was offered to Ann" in text
    assert text.index("yan@bolt") < text.index("Ann opened a deal")  # the newest first
    assert "Since yesterday something became of 1 lead handed over." in text
    assert "Deals to move 1 deal with a step that is due" in page_of(company.ann)
    assert "Deals to move" not in text


def test_an_admin_is_told_what_to_put_right(company: Cast) -> None:
    engagement.create_source("Website", SourceKind.BROWSER, by=SYSTEM, now=NOW)
    facts = {"file": "leads.csv", "refused": 3}
    append_one(NewEntry("import.finished", NOW - timedelta(days=1), facts=facts), by=SYSTEM, now=NOW)
    text = page_of(company.olga)
    assert "The key Website has never sent anything" in text
    assert "leads.csv 3 rows were refused." in text
    assert "2 things want to be put right." in text
    assert "never sent" not in page_of(company.mia)


def test_a_lead_nobody_is_free_for_stands_in_the_queue_and_can_be_accepted_from_it(company: Cast) -> None:
    only_ann_sells(company)
    for who in (company.ann, company.hanna):
        team.add_absence(who, NOW - timedelta(days=9), NOW + timedelta(days=9), by=SYSTEM, now=NOW)
    offer = offered("zoe@acme.example", "2026-03-03 09:30")
    for who in (company.ann, company.hanna):
        page = browser_of(who).get("/").content.decode()
        assert "In the queue" in page
        assert f"/offers/{offer}/accept/" in page
    for who in (company.olga, company.milo):
        page = browser_of(who).get("/").content.decode()
        assert "In the queue" in page
        assert "/accept/" not in page


def test_a_partner_sees_their_own_and_no_numbers(company: Cast) -> None:
    only_ann_sells(company)
    offered("zoe@acme.example", "2026-03-03 09:30")
    text = page_of(company.pat)
    assert "zoe@acme.example" not in text
    assert "Promises in" not in text
    assert "five numbers" not in text


def test_several_hats_see_all_of_it(company: Cast) -> None:
    only_ann_sells(company)
    roles = (Role.SALES_REP, Role.MARKETER, Role.REVENUE_OPERATIONS)
    team.change_user(company.ann, UserFields("Ann", roles, company.sales, 50, is_active=True), by=SYSTEM, now=NOW)
    offered("zoe@acme.example", "2026-03-03 09:30")
    engagement.create_source("Website", SourceKind.BROWSER, by=SYSTEM, now=NOW)
    text = page_of(company.ann)
    places = [text.index(title) for title in ("First", "To put right", "What became of your leads")]
    assert places == sorted(places)


def test_the_sidebar_counts_what_needs_me_before_the_day_ends(company: Cast) -> None:
    only_ann_sells(company)
    ann = company.by(company.ann)
    offered("yan@bolt.example", "2026-03-03 09:30")
    pursuit = answering.accept(offered("zoe@acme.example", "2026-03-03 09:00"), by=ann, now=NOW)
    qualifying.open_deal(pursuit.id, amount=None, next_step="Call", next_step_on=date(2026, 3, 3), by=ann, now=NOW)
    page = browser_of(company.ann).get("/leads/").content.decode()
    counts = re.findall(r"<span>(\w+)</span>\s*<span class=\"nav-count\">(\d+)", page)
    # One offer, and one step due today; the promises on the deal run for days yet.
    assert counts == [("Today", "2"), ("Leads", "1"), ("Deals", "1")]


def all_hats(company: Cast) -> int:
    team.change_user(
        company.olga, UserFields("Olga", tuple(Role), company.sales, 50, is_active=True), by=SYSTEM, now=NOW
    )
    return company.olga


def queries_of(user: int) -> int:
    client = browser_of(user)
    client.get("/")
    with CaptureQueriesContext(connection) as seen:
        assert client.get("/").status_code == 200
    return len(seen)


def test_today_asks_as_often_for_many_leads_as_for_few(company: Cast) -> None:
    only_ann_sells(company)
    hats = all_hats(company)
    engagement.create_source("Website", SourceKind.BROWSER, by=SYSTEM, now=NOW)
    users = {who: getattr(company, who) for who in EVERYBODY} | {"every hat": hats}

    def grow(first: int, last: int) -> None:
        for number in range(first, last):
            cast.ask(f"p{number}@crowd{number}.example", NOW - timedelta(hours=20, minutes=number))
        cast.sweep(NOW - timedelta(hours=19))

    grow(0, 3)
    few = {who: queries_of(user) for who, user in users.items()}
    grow(3, 30)
    many = {who: queries_of(user) for who, user in users.items()}
    assert few == many
    assert max(many.values()) <= 12, many


def test_when_sales_owes_an_answer_marketing_sees_until_it_is_past_due(company: Cast) -> None:
    only_ann_sells(company)
    offered("zoe@acme.example", "2026-03-03 09:30")  # until 13:30
    offered("yan@bolt.example", "2026-03-02 10:00")  # until 14:00 the day before
    became = page_of(company.mia).partition("What became of your leads")[2]
    assert "answer due in 3 h 30 min (today 13:30)" in became
    assert "yan@bolt.example, bolt.example was offered to Ann" in became
    assert "waits for an answer" in became
    assert "answer past due by" in page_of(company.hanna).partition("What became of the leads")[2]


def test_only_what_does_not_stand_on_the_page_by_itself_is_told_as_new(company: Cast) -> None:
    only_ann_sells(company)
    offered("zoe@acme.example", "2026-03-03 09:30")
    assert "New for you" not in page_of(company.ann)
    team.notify(company.ann, "mention:1", "mention", "Mia named you in a comment.", "/tokens/", now=NOW)
    assert "New for you 2 notices Mia named you in a comment." in page_of(company.ann)
