"""What the page of one thing may ask of the database: as much with a long past as with a short one, and never more."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leadpact.capture import actions as capture
from leadpact.flow import answering, clock, following, qualifying
from leadpact.handover import reads as handover
from leadpact.people import reads as people
from leadpact.team.types import SYSTEM
from leadpact.web.tests.acting import browser_of
from tests import cast
from tests.cast import Cast

pytestmark = pytest.mark.django_db

HANNAH = "hannah@northgate.example"
MOST = 12


@pytest.fixture
def company() -> Cast:
    return cast.found()


def handed_over(company: Cast) -> dict[str, int]:
    """Hannah asked, somebody accepted and opened a deal: every page there is of her."""
    now = clock.now()
    person = cast.ask(HANNAH, now - timedelta(hours=2))
    cast.act("mate@northgate.example", "page.viewed", now - timedelta(hours=3), path="/pricing")
    cast.sweep(now - timedelta(hours=2))
    running = handover.active_of_person(person)
    assert running is not None
    assert running.owner is not None
    by = company.by(running.owner)
    answering.accept(handover.offers_of(running.id)[0].id, by=by, now=now)
    deal = qualifying.open_deal(running.id, amount=None, currency="GBP", next_step="Demo", by=by, now=now)
    firm = people.person(person).company
    assert firm is not None
    campaign = capture.create_campaign("Fair", by=SYSTEM, now=now).id
    return {"leads": person, "companies": firm, "deals": deal.id, "campaigns": campaign}


def visits(start: int, end: int) -> None:
    now = clock.now()
    for hour in range(start, end):
        cast.act(HANNAH, "page.viewed", now - timedelta(hours=hour), path=f"/blog/{hour}")
        cast.act(f"mate{hour}@northgate.example", "page.viewed", now - timedelta(hours=hour), path="/pricing")
    cast.sweep(now)


@pytest.mark.parametrize("who", ["mia", "ann"])
def test_the_page_of_one_thing_asks_no_more_of_a_long_past(company: Cast, who: str) -> None:
    pages = handed_over(company)
    client = browser_of(getattr(company, who))

    def queries() -> dict[str, int]:
        found = {}
        for area, number in pages.items():
            client.get(f"/{area}/{number}/")
            with CaptureQueriesContext(connection) as seen:
                assert client.get(f"/{area}/{number}/").status_code == 200
            found[area] = len(seen)
        return found

    visits(1, 3)
    few = queries()
    visits(3, 30)
    assert queries() == few
    assert {area: number for area, number in few.items() if number > MOST} == {}


def test_a_partner_asks_no_more_than_the_others(company: Cast) -> None:
    pages, now = handed_over(company), clock.now()
    running = handover.pursuit_of(pages["leads"])
    assert running is not None
    following.hand_on(running.id, company.pat, by=company.by(company.hanna), now=now)
    client, found = browser_of(company.pat), {}
    for area in ("leads", "companies", "deals"):
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"/{area}/{pages[area]}/").status_code == 200
        found[area] = len(seen)
    assert {area: number for area, number in found.items() if number > MOST} == {}


def test_an_offered_lead_asks_no_more_of_the_one_who_shall_answer(company: Cast) -> None:
    now = clock.now()
    person = cast.ask(HANNAH, now - timedelta(hours=2))
    cast.sweep(now - timedelta(hours=2))
    running = handover.active_of_person(person)
    assert running is not None
    assert running.owner is not None
    client = browser_of(running.owner)
    client.get(f"/leads/{person}/")  # the first look is written down
    with CaptureQueriesContext(connection) as seen:
        assert "Accept" in client.get(f"/leads/{person}/").content.decode()
    assert len(seen) <= MOST


@pytest.mark.parametrize("who", ["mia", "ann"])
def test_lists_with_costly_filters_keep_to_the_limit(company: Cast, who: str) -> None:
    pages = handed_over(company)
    visits(1, 3)
    client = browser_of(getattr(company, who))
    firm, campaign = pages["companies"], pages["campaigns"]
    found = {}
    for path in (
        "/companies/?sort=score&q=north",
        "/companies/?sort=score&view=deals&q=north",
        f"/leads/?view=all&company={firm}&campaign={campaign}&within=7&q=han&sort=due&columns=campaign,due,owner",
        "/deals/?q=north&sort=amount",
        "/deals/board/?q=north",
        f"/campaigns/{campaign}/rows/leads/",
        "/campaigns/",
        "/campaigns/mails/",
        "/search/?q=north",
        "/notices/",
    ):
        client.get(path)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200, path
        found[path] = len(seen)
    assert {path: number for path, number in found.items() if number > MOST} == {}
