"""The board of deals: what each stage counts and adds up, moving and undoing, and opening a deal by hand."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leadpact.base.money import Money
from leadpact.flow import answering, clock, opening, qualifying
from leadpact.handover import reads as handover
from leadpact.handover.types import Stage
from leadpact.people import actions as people
from leadpact.people import listing
from leadpact.pipeline import actions, board, reads
from leadpact.pipeline.types import DealFilter, DealState, Lane
from leadpact.team import reads as team
from leadpact.team.types import SYSTEM
from leadpact.web.deals.board import Column, _likely
from leadpact.web.tests.acting import browser_of, reads_well, words_of
from tests import cast
from tests.cast import Cast

pytestmark = pytest.mark.django_db

STAGES = ("Need confirmed", "Demo", "Proposal", "Negotiation")


@pytest.fixture
def company() -> Cast:
    return cast.found()


def open_deal(owner: int | None, title: str, minor: int | None = 4_800_000, currency: str = "EUR", *, stage: str = "",
              days: int = 3) -> int:  # fmt: skip
    amount = None if minor is None else Money(minor, currency)
    return actions.open_deal(
        title=title, amount=amount, currency=currency, owner=owner, next_step="Call", stage=stage, by=SYSTEM,
        now=clock.now() - timedelta(days=days),
    ).id  # fmt: skip


def test_each_stage_counts_its_deals_and_adds_up_each_currency_for_itself(company: Cast) -> None:
    open_deal(company.ann, "One", 4_800_000)
    open_deal(company.ben, "Two", 1_250_050)
    open_deal(company.ben, "Three", 300_000, "GBP")
    open_deal(company.ben, "Four", None)
    open_deal(company.ann, "Five", 700_000, stage="Proposal")
    won = open_deal(company.ann, "Six", 999_900)
    actions.win(won, by=SYSTEM, now=clock.now())
    lanes = {lane.stage: lane for lane in board.lanes(DealFilter(state=DealState.OPEN), STAGES, each=2)}
    first = lanes["Need confirmed"]
    assert (first.count, first.amounts, first.unknown) == (4, (Money(6_050_050, "EUR"), Money(300_000, "GBP")), 1)
    assert [deal.title for deal in first.deals] == ["One", "Two"]
    assert (lanes["Proposal"].count, lanes["Demo"].count) == (1, 0)
    page = browser_of(company.mia).get("/deals/board/")
    assert reads_well(page)
    words = words_of(page)
    assert "5 open deals worth €67,500.50 and £3,000 ." in words
    assert "Need confirmed 4" in words
    assert "Six" not in words


def test_a_stage_that_the_settings_name_no_more_comes_first_while_deals_stand_there(company: Cast) -> None:
    deal = open_deal(company.ann, "Old", stage="Demo")
    lanes = board.lanes(DealFilter(state=DealState.OPEN), ("Need confirmed", "Proposal"))
    assert [lane.stage for lane in lanes] == ["Demo", "Need confirmed", "Proposal"]
    assert [each.id for each in lanes[0].deals] == [deal]


def test_a_move_on_the_board_is_undone_once_and_stays_in_the_history(company: Cast) -> None:
    deal = open_deal(company.ann, "Gauges")
    client = browser_of(company.ann)
    said = {"stage": "Proposal", "on": "board", "query": "view=mine"}
    answer = client.post(f"/deals/{deal}/move/", said)
    assert answer.headers["Location"] == "/deals/board/?view=mine"
    entry = reads.stage_history(deal)[-1].entry
    page = client.get("/deals/board/")
    assert "Gauges moved from Need confirmed to Proposal." in words_of(page)
    assert f'action="/deals/{deal}/undo-move/{entry}/"' in page.content.decode()
    assert browser_of(company.ben).post(f"/deals/{deal}/undo-move/{entry}/").status_code == 403
    assert client.post(f"/deals/{deal}/undo-move/{entry}/").status_code == 302
    assert [change.stage for change in reads.stage_history(deal)] == ["Need confirmed", "Proposal", "Need confirmed"]
    again = client.post(f"/deals/{deal}/undo-move/{entry}/")
    assert again.status_code == 409
    assert "move it by hand" in words_of(again)


def test_a_move_is_not_undone_once_something_else_has_happened(company: Cast) -> None:
    deal = open_deal(company.ann, "Gauges")
    client = browser_of(company.ann)
    client.post(f"/deals/{deal}/move/", {"stage": "Demo"})
    entry = reads.stage_history(deal)[-1].entry
    client.post(f"/deals/{deal}/amount/", {"amount": "7"})
    assert client.post(f"/deals/{deal}/undo-move/{entry}/").status_code == 409
    assert reads.deal(deal).stage == "Demo"


def test_only_who_may_change_a_deal_has_its_menu(company: Cast) -> None:
    deal = open_deal(company.ann, "Gauges")
    mark = f'data-deal="{deal}"'
    assert mark in browser_of(company.ann).get("/deals/board/").content.decode()
    assert mark in browser_of(company.hanna).get("/deals/board/").content.decode()
    for somebody in (company.ben, company.mia, company.edda):
        page = browser_of(somebody).get("/deals/board/").content.decode()
        assert mark not in page
        assert "Gauges" in page
    assert "Gauges" not in browser_of(company.pat).get("/deals/board/").content.decode()


def test_a_deal_is_opened_at_a_company_that_is_found_or_made(company: Cast) -> None:
    ann = browser_of(company.ann)
    assert "Add the company" in words_of(ann.get("/deals/new/?q=Harcourt"))
    made = ann.post("/deals/new/company/", {"name": "Harcourt Valves"})
    (firm,) = listing.page().companies
    assert made.headers["Location"] == f"/deals/new/?company={firm.id}"
    assert "Harcourt Valves" in words_of(ann.get("/deals/new/?q=harc"))
    form = ann.get(made.headers["Location"])
    assert reads_well(form)
    said = {"title": "Gauges", "amount": "48,000", "next_step": "", "owner": str(company.ann)}
    refused = ann.post(f"/deals/new/{firm.id}/", said)
    assert refused.status_code == 400
    assert "Gauges" in refused.content.decode()
    assert ann.post(f"/deals/new/{firm.id}/", {**said, "next_step": "Call"}).status_code == 302
    (deal,) = reads.of_company(firm.id)
    assert (deal.title, deal.amount, deal.owner, deal.inbound) == (
        "Gauges",
        Money(4_800_000, team.settings().currency),
        company.ann,
        False,
    )
    assert ann.post(f"/deals/new/{firm.id}/", {**said, "next_step": "Call", "owner": company.ben}).status_code == 400
    assert browser_of(company.mia).get("/deals/new/").status_code == 403


def test_a_partner_opens_deals_at_companies_of_theirs_alone(company: Cast) -> None:
    own = people.find_or_create_company("Ours", by=SYSTEM, now=clock.now())
    other = people.find_or_create_company("Secret Ltd", by=SYSTEM, now=clock.now())
    assert own is not None
    people.set_company_owner(own, company.pat, by=SYSTEM, now=clock.now())
    pat = browser_of(company.pat)
    assert "Secret" not in words_of(pat.get("/deals/new/?q=secret"))
    assert "Ours" in words_of(pat.get("/deals/new/"))
    assert pat.post("/deals/new/company/", {"name": "Secret Ltd"}).status_code == 404
    said = {"title": "Gauges", "next_step": "Call", "owner": str(company.pat)}
    assert pat.post(f"/deals/new/{other}/", said).status_code == 404
    assert pat.post(f"/deals/new/{own}/", said).status_code == 302


def test_a_deal_of_who_works_the_lead_there_becomes_its_outcome(company: Cast) -> None:
    now = clock.now()
    person = cast.ask("hannah@northgate.example", now - timedelta(minutes=5))
    cast.sweep(now)
    pursuit = handover.active_of_person(person)
    assert pursuit is not None
    offer = handover.open_offer_of(pursuit.id)
    assert offer is not None
    assert offer.user is not None
    assert pursuit.company is not None
    answering.accept(offer.id, by=company.by(offer.user), now=now)
    deal = opening.open_deal(
        pursuit.company, amount=None, currency="EUR", owner=offer.user, next_step="Demo",
        by=company.by(offer.user), now=clock.now(),
    )  # fmt: skip
    assert (deal.pursuit, deal.inbound) == (pursuit.id, True)
    assert handover.pursuit(pursuit.id).stage is Stage.DEAL
    again = qualifying.open_deal(pursuit.id, amount=None, next_step="x", by=SYSTEM, now=clock.now())
    assert again.id == deal.id


def test_the_story_of_a_deal_tells_what_its_persons_did_and_who(company: Cast) -> None:
    deal = open_deal(company.ann, "Gauges")
    for email in ("joan@harcourt.example", "adil@harcourt.example"):
        cast.person(email)
        cast.act(email, "page.viewed", clock.now() - timedelta(hours=2), path="/pricing")
    joan, adil = (cast.person(email) for email in ("joan@harcourt.example", "adil@harcourt.example"))
    actions.set_persons(deal, [(joan, "signs"), (adil, "")], by=SYSTEM, now=clock.now())
    page = browser_of(company.ann).get(f"/deals/{deal}/")
    words = words_of(page)
    assert reads_well(page)
    assert "Deal opened" in words
    told = re.findall(r'<div class="detail">(.*?)</div>', page.content.decode())
    named = {name for line in told for name in re.findall(r"<bdi>(.*?)</bdi>", line)}
    assert named == {"Joan", "Adil"}  # one line of what both did
    actions.set_persons(deal, [(joan, "")], by=SYSTEM, now=clock.now())
    alone = browser_of(company.ann).get(f"/deals/{deal}/").content.decode()
    assert "pricing" in alone
    assert '<div class="detail"><a' not in alone  # of one alone nobody needs to say who it was


def test_a_board_of_sixty_deals_costs_as_many_queries_as_one_of_three(company: Cast) -> None:
    client = browser_of(company.ann)
    counts = []
    for many in (3, 60):
        for number in range(many):
            open_deal(company.ann, f"Deal {many} {number}", stage=STAGES[number % 4])
        client.get("/deals/board/")
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/deals/board/").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 12


def test_what_is_likely_is_each_stage_times_its_share_to_whole_hundreds() -> None:
    def column(amount: Money, won_percent: int | None) -> Column:
        return Column(Lane("Demo", (), 1, (amount,), 0), (), won_percent, None, is_former=False)

    euros, pounds = column(Money(10_000_00, "EUR"), 29), column(Money(7_130_00, "GBP"), 40)
    assert _likely([euros, pounds]) == (Money(2_900_00, "EUR"), Money(2_900_00, "GBP"))  # 2,852 pounds
    assert _likely([euros, column(Money(1_00, "GBP"), None)]) == ()  # nobody can say of one stage


def test_the_sidebar_opens_the_board_until_somebody_chose_the_table(company: Cast) -> None:
    client = browser_of(company.ann)
    entry = re.compile(r'<a class="nav-item[^"]*" href="([^"]+)"[^>]* title="Deals">')

    def address() -> str:
        found = entry.search(client.get("/tokens/").content.decode())
        assert found
        return found[1]

    assert address() == "/deals/board/"
    client.get("/deals/")
    assert address() == "/deals/board/", "only a choice is kept"
    client.get("/deals/?as=table")
    assert address() == "/deals/"
    client.get("/deals/board/?as=board")
    assert address() == "/deals/board/"
    assert re.search(r'href="/deals/board/" aria-current="page" title="Deals"', client.get("/deals/").content.decode())
