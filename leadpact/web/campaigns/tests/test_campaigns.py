"""What campaigns cost and brought, down to the rows; planning, costs and links."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leadpact.base.money import Money
from leadpact.capture import actions as capture
from leadpact.capture import reads
from leadpact.flow import answering, arrival, clock, following, qualifying, selling
from leadpact.handover import reads as handover
from leadpact.ledger.inbox import open_inbox
from leadpact.loop import campaigns as figures
from leadpact.loop.reads import period_of
from leadpact.people import reads as people
from leadpact.people.types import Identifier, IdentityKind
from leadpact.team.types import SYSTEM, user_actor
from leadpact.web.tests.acting import browser_of, reads_well, words_of
from leadpact.worklist import actions as worklist
from tests import cast
from tests.cast import Cast, utc

pytestmark = pytest.mark.django_db

AT = utc("2026-03-03 10:00")


@pytest.fixture
def house() -> Cast:
    return cast.found()


def come(email: str, campaign: str, *, form: str = "download") -> int:
    """Let somebody come by a campaign's link and fill in a form, as the collector takes it in."""
    who: dict[str, object] = {"anonymousId": f"of-{email}", "context": {"traits": {"email": email}}}
    visit = {"type": "page", "properties": {"path": "/", "utm_campaign": campaign, "utm_source": "fair"}, **who}
    sent = {"type": "track", "event": "form.submitted", "properties": {"form": form}, **who}
    arrival.accept([visit, sent], channel="test", now=AT)
    arrival.drain(open_inbox(), now=AT)
    cast.sweep(AT)
    person = people.person_by(Identifier(IdentityKind.EMAIL, email))
    assert person is not None
    worklist.refresh([person], now=AT)
    return person


def win(person: int) -> None:
    pursuit = handover.pursuit_of(person)
    assert pursuit is not None
    assert pursuit.owner is not None
    by, later = user_actor(pursuit.owner), AT + timedelta(hours=1)
    offer = handover.open_offer_of(pursuit.id)
    assert offer is not None
    answering.accept(offer.id, by=by, now=later)
    following.log_activity(person, "call.made", by=by, now=later)
    deal = qualifying.open_deal(pursuit.id, amount=Money(900_00, "GBP"), next_step="Demo", by=by, now=later)
    selling.win(deal.id, by=by, now=AT + timedelta(days=10))


def test_a_campaign_shows_what_it_cost_and_brought_and_each_figure_opens(house: Cast) -> None:
    fair = capture.create_campaign("Fair", by=SYSTEM, now=AT)
    capture.record_cost(fair.id, AT.date(), Money(250_00, "GBP"), by=SYSTEM, now=AT)
    come("reader@firm.example", "Fair")
    win(come("buyer@works.example", "fair", form="contact"))
    come("other@else.example", "Another", form="contact")
    now = AT + timedelta(days=20)
    found = figures.overview(period_of("2026", now=now), now=now)
    by_name = {line.campaign.name if line.campaign else "": line for line in found.lines}
    assert set(by_name) == {"Fair", "Another"}
    line = by_name["Fair"]
    assert (line.costs, line.leads, line.ready, line.won) == ((Money(250_00, "GBP"),), 2, 1, 1)
    assert (line.value, line.pursuits, line.decided, line.ripe) == ((Money(900_00, "GBP"),), 1, 1, 0)
    assert line == figures.line_of(fair, period_of("2026", now=now), now=now)
    assert (found.together.leads, found.together.won) == (3, 1)
    browser = browser_of(house.milo)
    for what, rows in {"leads": 2, "ready": 1, "accepted": 1, "deals": 1, "won": 1, "value": 1, "cost": 1}.items():
        page = browser.get(f"/campaigns/{fair.id}/rows/{what}/?period=2026")
        assert len(page.context["rows"]) == rows, what
        assert reads_well(page)
        sheet = browser.get(f"/campaigns/{fair.id}/rows/{what}.csv?period=2026")
        assert len(sheet.getvalue().splitlines()) == rows + 1, what
    assert page.context["sum"] == "£250"
    assert browser.get(f"/campaigns/{fair.id}/rows/secrets/").status_code == 404


def test_a_name_that_only_links_know_counts_once_somebody_plans_it(house: Cast) -> None:
    person = come("reader@firm.example", "Spring")
    period = period_of("2026", now=AT)
    assert [row["person"] for row in figures.leads(None, period).rows] == [person]
    spring = capture.create_campaign("Spring", by=SYSTEM, now=AT)
    assert [row["person"] for row in figures.leads(spring.id, period).rows] == [person]
    assert figures.leads(None, period).rows == ()


def test_a_hand_over_is_ripe_once_it_is_older_than_four_of_five_won_deals_took(house: Cast) -> None:
    come("buyer@works.example", "Fair", form="contact")
    fair = reads.campaign_by_name("Fair")
    assert fair is not None
    for days, ripe in ((180, 0), (181, 1)):  # no deal was won yet: the usual 180 days
        now = AT + timedelta(days=days)
        assert figures.ripening_at(now) == figures.Ripening(180, 0)
        assert figures.line_of(fair, period_of("all", now=now), now=now).ripe == ripe


def test_pages_of_leads_hold_everybody_once(house: Cast) -> None:
    persons = {come(f"p{number}@firm{number}.example", "Fair") for number in range(5)}
    fair = capture.create_campaign("Fair", by=SYSTEM, now=AT)
    seen: list[object] = []
    after: str | None = None
    for _page in range(3):
        page = figures.leads(fair.id, period_of("2026", now=AT), after=after, limit=2)
        seen += [row["person"] for row in page.rows]
        after = page.next
    assert (len(seen), set(seen), after) == (5, persons, None)


def test_the_pages_read_well_and_ask_no_more_for_more_rows(house: Cast) -> None:
    browser, counted = browser_of(house.mia), dict[str, set[int]]()
    for number in range(12):
        come(f"p{number}@firm{number}.example", f"Campaign {number}")
        named = capture.create_campaign(f"Campaign {number}", by=SYSTEM, now=AT)
        capture.record_cost(named.id, AT.date(), Money(number, "GBP"), by=SYSTEM, now=AT)
        if number in {2, 11}:
            for address in ("/campaigns/?period=all", "/campaigns/papers/", "/campaigns/mails/", "/campaigns/links/"):
                with CaptureQueriesContext(connection) as asked:
                    page = browser.get(address)
                assert page.status_code == 200
                assert reads_well(page), words_of(page)
                counted.setdefault(address, set()).add(len(asked))
    assert {address: len(numbers) for address, numbers in counted.items()} == dict.fromkeys(counted, 1)
    assert max(max(numbers) for numbers in counted.values()) <= 12, counted


def test_the_record_reads_well_whatever_there_is(house: Cast) -> None:
    browser = browser_of(house.mia)
    empty = capture.create_campaign("Nothing yet", by=SYSTEM, now=AT)
    assert reads_well(browser.get(f"/campaigns/{empty.id}/"))
    come("reader@firm.example", "Fair")
    fair = capture.create_campaign("Fair", channel="trade fair", by=SYSTEM, now=AT)
    capture.record_cost(fair.id, AT.date(), Money(250_00, "GBP"), by=SYSTEM, now=AT)
    capture.record_cost(fair.id, AT.date(), Money(10_00, "EUR"), by=SYSTEM, now=AT)
    with CaptureQueriesContext(connection) as asked:
        page = browser.get(f"/campaigns/{fair.id}/")
    assert reads_well(page)
    assert "1 lead, 0 won" in words_of(page)
    assert len(asked) <= 15
    assert browser.get("/campaigns/987654/").status_code == 404


def test_a_marketer_plans_a_campaign_and_writes_down_what_it_cost(house: Cast) -> None:
    browser = browser_of(house.mia)
    said = {"name": "Fair", "channel": "trade fair", "starts_on": "2026-05-05", "ends_on": "2026-05-07", "note": ""}
    address = browser.post("/campaigns/new/", said)["Location"]
    fair = reads.campaign_by_name("Fair")
    assert fair is not None
    assert browser.post("/campaigns/new/", said).status_code == 400  # there is one already
    cost = {"on": "2026-05-06", "amount": "1,250.50", "currency": "gbp"}
    assert browser.post(f"{address}costs/", cost).status_code == 302
    assert browser.post(f"{address}costs/", {**cost, "amount": "lots"}).status_code == 400
    (kept,), _next = reads.costs_of(fair.id)
    assert kept.amount == Money(1250_50, "GBP")
    assert "1250.50" in browser.get(f"/campaigns/costs/{kept.id}/").content.decode()
    assert browser.post(f"/campaigns/costs/{kept.id}/", {**cost, "amount": "900"}).status_code == 302
    assert reads.cost(kept.id).amount == Money(900_00, "GBP")
    assert browser.post(f"{address}edit/", {**said, "name": "Big fair"}).status_code == 302
    assert reads.campaign(fair.id).name == "Big fair"


def test_a_link_is_made_and_says_which_campaign_it_counts_for(house: Cast) -> None:
    browser = browser_of(house.ann)
    capture.create_campaign("Fair", by=SYSTEM, now=AT)
    said = {"address": "https://ours.example/a?b=1", "utm_campaign": "Fair", "utm_source": "badge"}
    page = browser.get("/campaigns/links/", said)
    assert page.context["made"] == "https://ours.example/a?b=1&utm_source=badge&utm_campaign=Fair"
    assert "It counts for the campaign Fair" in words_of(page)
    assert browser.get("/campaigns/links/", {**said, "address": "javascript:alert(1)"}).context["made"] == ""


def test_the_list_as_a_spreadsheet_has_a_line_for_each_campaign(house: Cast) -> None:
    fair = capture.create_campaign("=Fair", by=SYSTEM, now=clock.now())
    capture.record_cost(fair.id, clock.now().date(), Money(250_00, "GBP"), by=SYSTEM, now=clock.now())
    lines = browser_of(house.milo).get("/campaigns.csv").getvalue().decode().splitlines()
    assert lines[1].startswith("'=Fair,,250.00,GBP,0,")


def test_partners_see_no_campaigns(house: Cast) -> None:
    assert browser_of(house.pat).get("/campaigns/").status_code == 403
    assert Client().get("/campaigns/").status_code == 302
