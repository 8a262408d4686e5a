"""The list of leads: who sees what, page by page, at the same cost however many there are."""

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import cast as of_type

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leadpact.flow import clock
from leadpact.handover import reads as handover
from leadpact.people import actions as people
from leadpact.people.types import PersonFields
from leadpact.team.types import SYSTEM
from leadpact.web.tests.acting import browser_of, reads_well, words_of
from leadpact.worklist import actions as worklist
from leadpact.worklist import keeping
from leadpact.worklist import reads as lines
from tests import cast
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Cast:
    return cast.found()


def contacts(count: int, *, start: int = 0) -> None:
    """So many persons with names Person 0000, 0001, ... ; scores of 0, so that only their number orders them."""
    made = [
        people.create_person(
            PersonFields(name=f"Person {number:04}", email=f"p{number}@crowd{number}.example"), [],
            by=SYSTEM, now=cast.FOUNDED, happened_at=cast.FOUNDED,
        ).person
        for number in range(start, start + count)
    ]  # fmt: skip
    worklist.refresh(made, now=cast.FOUNDED)


def names_on(text: str) -> list[str]:
    return re.findall(r"<bdi>(Person \d{4})</bdi></a>", text)


def queries_of(user: int, path: str) -> int:
    client = browser_of(user)
    client.get(path)  # the pact is parsed once per process
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


@pytest.mark.parametrize("who", ["ann", "mia", "olga", "pat"])
@pytest.mark.parametrize("view", ["all", "ready", "offered", "mine", "engaged", "cooling", "back"])
def test_every_view_of_the_empty_list_says_what_to_do_next(company: Cast, who: str, view: str) -> None:
    page = browser_of(getattr(company, who)).get(f"/leads/?view={view}")
    assert page.status_code == 200
    assert 'class="empty"' in page.content.decode()
    assert reads_well(page)


@pytest.mark.parametrize("who", ["olga", "ann", "pat"])
def test_many_leads_cost_as_many_queries_as_few(company: Cast, who: str) -> None:
    """With a view open, columns of one's own and a filter by campaign: all that a page can ask for."""
    user = getattr(company, who)
    view = keeping.keep("Mine", "view=all&min=0&sort=name", by=company.by(user), now=cast.FOUNDED)
    keeping.choose_columns(["campaign", "due", "owner", "type"], by=company.by(user))
    paths = ["/leads/?view=all", f"/leads/?saved={view.id}&view=all&sort=due&columns=campaign,due", "/leads/?q=person"]
    paths += ["/leads/?view=engaged", "/leads/?view=all&within=7&sort=name"]
    contacts(3)
    at_three = [queries_of(user, path) for path in paths]
    contacts(37, start=3)
    assert [queries_of(user, path) for path in paths] == at_three
    assert max(at_three) <= 12


def test_the_list_says_how_many_are_ready_and_how_many_past_due(company: Cast) -> None:
    contacts(3)
    client = browser_of(company.hanna)
    words = words_of(client.get("/leads/?view=all"))
    assert "3 leads here." in words
    assert "ready for sales." not in words
    long_ago = clock.now() - timedelta(days=30)
    for name in ("ada", "grace"):
        cast.ask(f"{name}@northgate-{name}.example", long_ago)
        cast.sweep(long_ago)
    assert "5 leads here. 2 are ready for sales. 2 are past due." in words_of(client.get("/leads/?view=all"))
    assert "2 leads here. 2 are past due." in words_of(client.get("/leads/?view=ready"))
    assert "past due" not in words_of(browser_of(company.olga).get("/leads/?view=all"))  # not hers to know


@pytest.mark.long
def test_a_thousand_leads_cost_as_many_queries_as_ten(company: Cast) -> None:
    contacts(10)
    at_ten = queries_of(company.olga, "/leads/?view=all")
    contacts(990, start=10)
    assert queries_of(company.olga, "/leads/?view=all") == at_ten <= 12


def test_pages_go_by_key_and_show_everybody_once(company: Cast) -> None:
    contacts(120)
    client, found, url = browser_of(company.mia), list[str](), "/leads/?sort=name"
    for shown in (50, 50, 20):
        text = client.get(url).content.decode()
        assert len(names_on(text)) == shown
        found += names_on(text)
        following = re.search(r'href="(\?[^"]*after=[^"]+)" rel="next"', text)
        url = "/leads/" + following[1].replace("&amp;", "&") if following else ""
    assert url == ""
    assert found == [f"Person {number:04}" for number in range(120)]


def test_a_lead_added_meanwhile_shifts_no_page(company: Cast) -> None:
    contacts(60, start=10)
    client = browser_of(company.mia)
    first = client.get("/leads/?sort=name").content.decode()
    contacts(5)  # before everybody on the first page
    following = re.search(r'href="(\?[^"]*after=[^"]+)" rel="next"', first)
    assert following is not None
    second = client.get("/leads/" + following[1].replace("&amp;", "&")).content.decode()
    assert names_on(second) == [f"Person {number:04}" for number in range(60, 70)]


def test_a_place_that_nobody_gave_is_an_error_with_a_next_step(company: Cast) -> None:
    page = browser_of(company.mia).get("/leads/?after=nonsense")
    assert page.status_code == 400
    assert reads_well(page)


def head_link(text: str, label: str) -> str:
    found = re.search(rf'<a href="([^"]+)">{label}', text)
    assert found is not None
    return "/leads/" + found[1].replace("&amp;", "&")


def test_a_click_on_a_head_sorts_and_another_turns_the_order_round(company: Cast) -> None:
    contacts(3)
    client = browser_of(company.mia)
    text = client.get("/leads/?view=all&min=0").content.decode()
    for expected, direction in [((0, 1, 2), "ascending"), ((2, 1, 0), "descending"), ((0, 1, 2), "ascending")]:
        text = client.get(head_link(text, "Lead")).content.decode()
        assert names_on(text) == [f"Person {number:04}" for number in expected]
        assert f'aria-sort="{direction}"' in text
    assert 'href="?view=all&amp;sort=name"' in text  # the chip of the score, without it: the order stays


def test_columns_are_chosen_once_and_remembered_for_whoever_chose_them(company: Cast) -> None:
    contacts(1)
    client = browser_of(company.mia)
    assert "What is due" in client.get("/leads/?view=all").content.decode().partition("<thead")[2]
    sent = {"column": ["email", "score", "nonsense"], "query": "view=all&after=x"}
    assert client.post("/leads/columns/", sent)["Location"] == "/leads/?view=all"
    text = client.get("/leads/?view=all").content.decode()
    heads = re.sub(r"<[^>]+>", " ", "<" + text.partition("<thead")[2].partition("</thead")[0]).split()
    assert heads == ["Lead", "Score,", "7", "days", "E-mail"]
    assert "p0@crowd0.example" in text.partition("<tbody")[2]
    assert "What is due" in browser_of(company.olga).get("/leads/?view=all").content.decode().partition("<thead")[2]
    named = client.get("/leads/?view=all&columns=stage").content.decode().partition("<thead")[2]
    assert "Stage" in named.partition("</thead")[0]
    assert "E-mail" not in named.partition("</thead")[0]


def test_the_last_act_and_the_campaign_narrow_page_and_spreadsheet_alike(company: Cast) -> None:
    now = clock.now()
    cast.act("old@old-corp.example", "page.viewed", now - timedelta(days=20), path="/", utm_campaign="Spring mail")
    old = cast.ask("old@old-corp.example", now - timedelta(days=19))
    cast.act("new@new-corp.example", "page.viewed", now - timedelta(days=2), path="/")
    cast.sweep(now)
    worklist.rebuild(now=now)
    line = lines.line(old)
    assert line is not None
    client = browser_of(company.mia)
    for query, there, gone in [
        ("within=7", "new@new-corp.example", "old@old-corp.example"),
        (f"campaign={line.campaign}", "old@old-corp.example", "new@new-corp.example"),
        ("type=inbound+request", "old@old-corp.example", "new@new-corp.example"),
    ]:
        page, sheet = client.get(f"/leads/?{query}").content.decode(), text_of(client.get(f"/leads.csv?{query}"))
        assert there in page, query
        assert there in sheet, query
        assert gone not in page, query
        assert gone not in sheet, query
    words = words_of(client.get(f"/leads/?within=7&campaign={line.campaign}"))
    assert "in 7 days" in words
    assert "Spring mail" in words


def test_most_engaged_this_month_and_not_yet_ready_is_a_view_of_its_own(company: Cast) -> None:
    now = clock.now()
    cast.act("b@b-corp.example", "page.viewed", now, path="/pricing")
    for _ in range(2):
        cast.act("a@a-corp.example", "asset.downloaded", now, asset="paper")
    cast.ask("ready@c-corp.example", now)
    cast.act("past@d-corp.example", "asset.downloaded", now - timedelta(days=40), asset="paper")
    cast.sweep(now)
    worklist.rebuild(now=now)
    text = browser_of(company.mia).get("/leads/?view=engaged").content.decode()
    assert "Most engaged this month, not yet ready" in text
    assert re.findall(r"/leads/\d+/\" title=\"([^\"]+)\"", text) == ["a@a-corp.example", "b@b-corp.example"]


def test_fields_left_empty_leave_the_address(company: Cast) -> None:
    client = browser_of(company.mia)
    assert client.get("/leads/?stage=&owner=me&min=")["Location"] == "/leads/?owner=me"
    assert client.get("/leads/?stage=")["Location"] == "/leads/?view=all"


def test_filters_stand_in_the_address_and_can_be_taken_away(company: Cast) -> None:
    contacts(3)
    text = browser_of(company.mia).get("/leads/?q=person+0001&stage=contact").content.decode()
    assert names_on(text) == ["Person 0001"]
    assert 'href="?stage=contact"' in text  # the chip of the search, without it
    assert "No lead is like that" in browser_of(company.mia).get("/leads/?q=nobody-at-all").content.decode()


@pytest.mark.parametrize("query", ["stage=nonsense", "owner=x", "min=-5", "min=9999999999999", "view=no", "sort=no"])
def test_what_the_address_says_and_nobody_understands_is_left_out(company: Cast, query: str) -> None:
    contacts(2)
    page = browser_of(company.mia).get(f"/leads/?{query}")
    assert page.status_code == 200


def test_an_offer_shows_in_the_view_of_whom_it_waits_for(company: Cast) -> None:
    cast.ask("hannah@northgate.example", clock.now() - timedelta(minutes=5))
    cast.sweep(clock.now())
    offer = next(o for user in (company.ann, company.ben, company.cat) for o in handover.open_offers_to(user))
    assert offer.user is not None
    page = browser_of(offer.user).get("/leads/?view=offered")
    assert "1 offer waits for your answer." in words_of(page)
    assert "answer due in" in words_of(page)
    assert reads_well(page)
    other = next(user for user in (company.ann, company.ben) if user != offer.user)
    assert "Nothing waits for your answer" in words_of(browser_of(other).get("/leads/?view=offered"))


def test_a_partner_sees_own_leads_only_on_page_search_and_spreadsheet(company: Cast) -> None:
    contacts(3)
    mine = cast.person("own@partnerlead.example", name="Partner Lead")
    people.set_owner(mine, company.pat, by=SYSTEM, now=cast.FOUNDED)
    worklist.refresh([mine], now=cast.FOUNDED)
    client = browser_of(company.pat)
    for url in ("/leads/", "/leads/?q=person"):
        assert names_on(client.get(url).content.decode()) == []
    assert "Partner Lead" in client.get("/leads/").content.decode()
    sheet = text_of(client.get("/leads.csv"))
    assert "Partner Lead" in sheet
    assert "Person 0" not in sheet


def text_of(response: object) -> str:
    return b"".join(of_type("Iterable[bytes]", response)).decode()


def test_the_spreadsheet_is_the_whole_list_and_runs_nothing(company: Cast) -> None:
    contacts(60)
    cast.person("evil@formula.example", name='=HYPERLINK("http://evil.example")')
    worklist.rebuild(now=cast.FOUNDED)
    lines = text_of(browser_of(company.mia).get("/leads.csv?sort=name")).splitlines()
    assert len(lines) == 1 + 61
    assert any(line.startswith("\"'=HYPERLINK") for line in lines)
    filtered = text_of(browser_of(company.mia).get("/leads.csv?q=person+0007")).splitlines()
    assert len(filtered) == 2
