"""The search: what it finds and by what, and that nobody finds what they may not see."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leadpact.capture import actions as capture
from leadpact.flow import clock
from leadpact.people import actions as people
from leadpact.pipeline import actions as pipeline
from leadpact.team.types import SYSTEM
from leadpact.web.search import commands
from leadpact.web.tests.acting import browser_of, reads_well, words_of
from leadpact.worklist import actions as worklist
from leadpact.worklist import finding
from tests import cast
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Cast:
    return cast.found()


def known(email: str, name: str) -> int:
    person = cast.person(email, name=name)
    worklist.refresh([person], now=clock.now())
    return person


def labels(client: object, text: str) -> dict[str, list[str]]:
    answer = client.get("/search.json", {"q": text})  # type: ignore[attr-defined]  # a test client
    assert answer.status_code == 200
    return {group["key"]: [hit["label"] for hit in group["hits"]] for group in answer.json()["groups"]}


@pytest.mark.parametrize(
    "text",
    [
        "gill",  # how the first name begins
        "WEBB",  # how the family name begins, in any case
        "gillian w",  # two beginnings
        "webb gill",  # the other way round
        "g.webb@har",  # how the address begins
        "webb harcourt",  # a further word anywhere in the line
    ],
)
def test_a_person_is_found_by_how_a_name_or_the_address_begins(company: Cast, text: str) -> None:
    known("g.webb@harcourt.example", "Gillian Webb")
    known("h.reyes@northgate.example", "Hannah Reyes")
    assert [line.name for line in finding.beginning(text)] == ["Gillian Webb"]


@pytest.mark.parametrize("text", ["illian", "ebb", "nobody", "", " ", "%", "_", "webb northgate", "\x00"])
def test_nobody_is_found_by_the_middle_of_a_word_or_by_signs(company: Cast, text: str) -> None:
    known("g.webb@harcourt.example", "Gillian Webb")
    assert finding.beginning(text) == []


def test_persons_companies_deals_campaigns_pages_and_actions_are_found(company: Cast) -> None:
    known("g.webb@harcourt.example", "Harriet Webb")
    firm = people.find_or_create_company("Harcourt Valves", by=SYSTEM, now=clock.now())
    pipeline.open_deal(title="Harcourt gauges", company=firm, owner=company.ann, next_step="Call", by=SYSTEM,
                       now=clock.now())  # fmt: skip
    capture.create_campaign("Harbour fair", by=SYSTEM, now=clock.now())
    found = labels(browser_of(company.mia), "har")
    assert found["persons"] == ["Harriet Webb"]
    assert "Harcourt Valves" in found["companies"]
    assert found["deals"] == ["Harcourt gauges"]
    assert labels(browser_of(company.mia), "pact")["pages"][0] == "Pact"
    assert "Open a deal" in labels(browser_of(company.ann), "open")["actions"]
    assert "actions" not in labels(browser_of(company.mia), "open")  # marketing opens no deals
    page = browser_of(company.mia).get("/search/?q=har")
    assert reads_well(page)
    for word in ("Harriet Webb", "Harcourt Valves", "Harcourt gauges"):
        assert word in words_of(page)


def test_a_partner_finds_only_what_is_theirs(company: Cast) -> None:
    known("g.webb@harcourt.example", "Gillian Webb")
    own = known("greta@pump.example", "Greta Pump")
    people.set_owner(own, company.pat, by=SYSTEM, now=clock.now())
    worklist.refresh([own], now=clock.now())
    people.find_or_create_company("Greenfield", by=SYSTEM, now=clock.now())
    pipeline.open_deal(title="Great deal", owner=company.ann, next_step="Call", by=SYSTEM, now=clock.now())
    capture.create_campaign("Great fair", by=SYSTEM, now=clock.now())
    found = labels(browser_of(company.pat), "g")
    assert found["persons"] == ["Greta Pump"]
    assert "companies" not in found
    assert "deals" not in found
    assert "campaigns" not in found
    assert "Pact" not in labels(browser_of(company.pat), "").get("pages", [])
    assert "Gillian" not in words_of(browser_of(company.pat).get("/search/?q=gill"))


def test_what_is_typed_is_shown_as_it_is(company: Cast) -> None:
    page = browser_of(company.ann).get("/search/", {"q": "<b>&%_'\""})
    assert page.status_code == 200
    assert "<b>&%_" not in page.content.decode()
    assert "Nothing is called so" in words_of(page)
    assert browser_of(company.ann).get("/search/").status_code == 200


def test_a_search_among_forty_costs_as_many_queries_as_among_three(company: Cast) -> None:
    client = browser_of(company.ann)
    counts = []
    for many in (3, 40):
        for each in range(many):
            known(f"anna{each}@firm{many}{each}.example", f"Anna Number{each}")
            pipeline.open_deal(title=f"Anna {many} {each}", owner=company.ann, next_step="Call", by=SYSTEM,
                               now=clock.now() - timedelta(days=1))  # fmt: skip
        for path in ("/search/?q=anna", "/search.json?q=anna"):
            client.get(path)
            with CaptureQueriesContext(connection) as seen:
                assert client.get(path).status_code == 200
            counts.append(len(seen))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 12


@pytest.mark.parametrize("who", ["mia", "ann", "hanna", "pat", "olga", "edda"])
def test_every_page_and_action_that_is_offered_opens(company: Cast, who: str) -> None:
    client = browser_of(getattr(company, who))
    groups = client.get("/search.json").json()["groups"]
    hits = [hit for group in groups for hit in group["hits"]]
    assert len(hits) > 8
    urls = {hit["url"] for hit in hits}
    shut = {url for url in urls if client.get(url).status_code not in (200, 302)}
    assert shut == set()


def test_every_command_leads_to_a_place_that_is_there() -> None:
    for each in (*commands.PAGES, *commands.ACTIONS):
        assert reverse(each.route)
