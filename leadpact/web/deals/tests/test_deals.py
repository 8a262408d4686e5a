"""Deals: who sees and changes which, what a change does, and that lists, sums and spreadsheets agree."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leadpact.base.money import Money
from leadpact.flow import answering, clock, qualifying
from leadpact.handover import reads as handover
from leadpact.handover.types import Stage
from leadpact.ledger import reads as ledger
from leadpact.people import reads as people
from leadpact.pipeline import actions, reads
from leadpact.pipeline.types import DealState
from leadpact.team import reads as team
from leadpact.team.types import SYSTEM
from leadpact.web.tests.acting import browser_of, reads_well, words_of
from tests import cast
from tests.cast import Cast

pytestmark = pytest.mark.django_db

GBP = "GBP"


@pytest.fixture
def company() -> Cast:
    return cast.found()


def open_deal(owner: int | None, title: str = "Gauges", minor: int | None = 4_800_000, currency: str = "EUR") -> int:
    amount = None if minor is None else Money(minor, currency)
    return actions.open_deal(
        title=title, amount=amount, currency=currency, owner=owner, next_step="Call", by=SYSTEM,
        now=clock.now() - timedelta(days=3),
    ).id  # fmt: skip


def from_a_lead(company: Cast) -> tuple[int, int, int]:
    """A deal that came of an offered and accepted lead: the deal, the person, and who owns it."""
    now = clock.now()
    person = cast.ask("hannah@northgate.example", now - timedelta(minutes=5))
    cast.sweep(now)
    pursuit = handover.active_of_person(person)
    assert pursuit is not None
    offer = handover.open_offer_of(pursuit.id)
    assert offer is not None
    assert offer.user is not None
    answering.accept(offer.id, by=company.by(offer.user), now=clock.now())
    deal = qualifying.open_deal(
        pursuit.id, amount=None, currency="EUR", next_step="Demo", by=company.by(offer.user), now=clock.now()
    )
    return deal.id, person, offer.user


@pytest.mark.parametrize("who", ["ann", "mia", "hanna", "milo", "olga", "edda"])
def test_everybody_inside_sees_every_deal(company: Cast, who: str) -> None:
    deal = open_deal(company.ann)
    for path in ("/deals/", f"/deals/{deal}/"):
        page = browser_of(getattr(company, who)).get(path)
        assert page.status_code == 200
        assert reads_well(page)
        assert "Gauges" in words_of(page)


def test_for_a_partner_somebody_elses_deal_is_not_there(company: Cast) -> None:
    other, own = open_deal(company.ann, "Secret"), open_deal(company.pat, "Ours")
    pat = browser_of(company.pat)
    listed = words_of(pat.get("/deals/"))
    assert "Ours" in listed
    assert "Secret" not in listed
    assert "1 deal here" in listed
    assert "Secret" not in b"".join(pat.get("/deals.csv?view=all").streaming_content).decode()  # type: ignore[attr-defined]  # streamed
    assert pat.get(f"/deals/{other}/").status_code == 404
    assert pat.get(f"/deals/{own}/").status_code == 200
    for deed in ("win", "lose", "reopen", "move", "amount", "next-step", "owner", "persons"):
        assert pat.post(f"/deals/{other}/{deed}/", {"amount": "1"}).status_code == 404
    assert reads.deal(other).state is DealState.OPEN


def test_only_the_owner_their_head_and_operations_change_a_deal(company: Cast) -> None:
    deal = open_deal(company.ann)
    for somebody in (company.ben, company.mia, company.milo, company.edda):
        assert browser_of(somebody).post(f"/deals/{deal}/win/", {"amount": "9"}).status_code == 403
        assert "Mark as won" not in words_of(browser_of(somebody).get(f"/deals/{deal}/"))
    for somebody in (company.ann, company.hanna, company.olga):
        assert browser_of(somebody).post(f"/deals/{deal}/next-step/", {"next_step": "Ask"}).status_code == 302
    assert reads.deal(deal).next_step == "Ask"


def test_a_deal_that_is_not_there_is_not_there(company: Cast) -> None:
    assert browser_of(company.ann).get("/deals/999999/").status_code == 404
    assert browser_of(company.ann).post("/deals/999999/win/").status_code == 404


def test_a_won_deal_makes_the_lead_a_customer_and_can_be_reopened(company: Cast) -> None:
    deal, person, owner = from_a_lead(company)
    client = browser_of(owner)
    assert client.post(f"/deals/{deal}/win/", {"amount": "€48,000"}).status_code == 302
    page = client.get(f"/deals/{deal}/")
    assert "€48,000" in words_of(page)
    assert "won the deal over €48,000" in words_of(page)
    assert reads_well(page)
    pursuit = handover.pursuit_of(person)
    assert pursuit is not None
    assert pursuit.stage is Stage.CUSTOMER
    assert client.post(f"/deals/{deal}/reopen/", {"reason": "They called back."}).status_code == 302
    assert reads.deal(deal).state is DealState.OPEN
    words = words_of(client.get(f"/deals/{deal}/"))
    assert "They called back." in words
    assert "reopened the deal" in words


def test_what_is_won_needs_an_amount_and_what_was_written_is_kept(company: Cast) -> None:
    deal = open_deal(company.ann, minor=None)
    client = browser_of(company.ann)
    for said in ("", "a lot", "-5"):
        page = client.post(f"/deals/{deal}/win/", {"amount": said, "closed_at": "2026-02-01"})
        assert page.status_code == 400
        assert 'id="win_amount_error"' in page.content.decode() or 'id="win_closed_at_error"' in page.content.decode()
        assert 'value="2026-02-01"' in page.content.decode()
    assert reads.deal(deal).is_open


def test_a_deal_is_lost_for_one_of_the_reasons_only(company: Cast) -> None:
    deal = open_deal(company.ann)
    client = browser_of(company.ann)
    assert client.post(f"/deals/{deal}/lose/", {"reason": "", "note": "Too slow for them"}).status_code == 400
    page = client.post(f"/deals/{deal}/lose/", {"reason": "weather", "note": "Too slow for them"})
    assert page.status_code == 400
    assert "Too slow for them" in page.content.decode()
    said = {"reason": "competition", "note": "Too slow for them"}
    assert client.post(f"/deals/{deal}/lose/", said).status_code == 302
    words = words_of(client.get(f"/deals/{deal}/"))
    assert "Competition" in words
    assert "Too slow for them" in words
    again = client.post(f"/deals/{deal}/win/", {"amount": "1"})
    assert again.status_code == 400
    assert "Reopen the deal first." in words_of(again)


def test_moving_and_changing_the_amount_stand_in_the_story(company: Cast) -> None:
    deal = open_deal(company.ann)
    client = browser_of(company.ann)
    stage = reads.deal(deal).stage
    answer = client.post(f"/deals/{deal}/move/", {"stage": "nowhere"})
    assert answer.status_code == 400
    other = next(each for each in team.settings().deal_stages if each != stage)
    assert client.post(f"/deals/{deal}/move/", {"stage": other}).status_code == 302
    assert client.post(f"/deals/{deal}/amount/", {"amount": "52.000,50"}).status_code == 302
    page = client.get(f"/deals/{deal}/")
    assert f"Ann moved the deal to {other}" in words_of(page)
    assert "Ann set the amount to €52,000.50" in words_of(page)
    assert "€48,000 from" in words_of(page)
    assert client.post(f"/deals/{deal}/amount/", {"amount": ""}).status_code == 302
    assert reads.deal(deal).amount is None


def test_persons_take_part_with_a_role_and_leave_again(company: Cast) -> None:
    deal, person, owner = from_a_lead(company)
    other = cast.person("joan@northgate.example", name="Joan Petrie")
    client = browser_of(owner)
    said = {f"role_{person}": "decides", "add": str(other), "add_role": "signs"}
    assert client.post(f"/deals/{deal}/persons/", said).status_code == 302
    assert dict(reads.deal(deal).persons) == {person: "decides", other: "signs"}
    words = words_of(client.get(f"/deals/{deal}/"))
    assert "Joan Petrie" in words
    assert "changed who takes part in the deal" in words
    assert (
        client.post(f"/deals/{deal}/persons/", {f"role_{person}": "decides", f"out_{other}": "on"}).status_code == 302
    )
    assert dict(reads.deal(deal).persons) == {person: "decides"}
    stranger = cast.person("eve@elsewhere.example")
    assert client.post(f"/deals/{deal}/persons/", {"add": str(stranger)}).status_code == 400
    assert people.person(stranger).id not in dict(reads.deal(deal).persons)


def test_a_deal_goes_to_somebody_who_sells(company: Cast) -> None:
    deal = open_deal(company.ann)
    assert browser_of(company.hanna).post(f"/deals/{deal}/owner/", {"owner": company.mia}).status_code == 400
    assert browser_of(company.hanna).post(f"/deals/{deal}/owner/", {"owner": company.ben}).status_code == 302
    assert reads.deal(deal).owner == company.ben
    assert "Hanna gave the deal to Ben" in words_of(browser_of(company.mia).get(f"/deals/{deal}/"))


def test_the_sum_of_the_list_is_that_of_its_rows_with_each_currency_for_itself(company: Cast) -> None:
    open_deal(company.ann, "One", 4_800_000)
    open_deal(company.ben, "Two", 1_250_050)
    open_deal(company.ben, "Three", 300_000, GBP)
    open_deal(company.ben, "Four", None)
    won = open_deal(company.ann, "Five", 999_900)
    actions.win(won, by=SYSTEM, now=clock.now())
    words = words_of(browser_of(company.mia).get("/deals/"))
    assert "4 deals here, worth €60,500.50 and £3,000 ." in words
    assert "Of 1 the amount is not known yet." in words
    assert "1 deal here, worth €9,999 ." in words_of(browser_of(company.mia).get("/deals/?view=won"))
    assert "1 deal here, worth €48,000 ." in words_of(browser_of(company.ann).get("/deals/?view=mine"))
    assert "No deal is like that" in words_of(browser_of(company.ann).get("/deals/?q=nothing"))


def test_a_spreadsheet_of_deals_has_every_row_and_runs_no_formula(company: Cast) -> None:
    open_deal(company.ann, "=HYPERLINK(1)")
    for number in range(60):
        open_deal(company.ann, f"Deal {number}")
    answer = browser_of(company.mia).get("/deals.csv")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]  # streamed
    assert len(text.strip().splitlines()) == 62
    assert "'=HYPERLINK(1)" in text
    assert "48000.00,EUR,Ann" in text


def test_a_list_of_sixty_deals_costs_as_many_queries_as_one_of_three(company: Cast) -> None:
    client = browser_of(company.mia)

    def queries() -> int:
        client.get("/deals/")
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/deals/").status_code == 200
        return len(seen)

    for number in range(3):
        open_deal(company.ann, f"Deal {number}")
    few = queries()
    for number in range(60):
        open_deal(company.ben, f"More {number}")
    assert queries() == few <= 12
    assert "50 of 63 deals" in words_of(client.get("/deals/"))


def test_a_day_says_the_end_of_that_day_in_the_company_zone(company: Cast) -> None:
    deal = open_deal(company.ann)
    yesterday = (clock.now() - timedelta(days=1)).date()
    answer = browser_of(company.ann).post(f"/deals/{deal}/win/", {"amount": "1", "closed_at": yesterday.isoformat()})
    assert answer.status_code == 302
    closed = reads.deal(deal).closed_at
    assert closed is not None
    assert closed.date() == yesterday
    entry = ledger.entries_about(f"deal:{deal}", newest_first=True, limit=1)[0]
    assert entry.happened_at == closed
