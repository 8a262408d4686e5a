"""The tracker in a real browser, on a site of its own: what it sends, and what it leaves on the device."""

import json
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from leadpact.engagement.types import Cleaned, Counted, Json, Verdict, Why
from leadpact.people.types import Identifier, IdentityKind
from tests.collector.site import Site, site_and_collector

CHROMIUM = shutil.which("chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
SIGNAL = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => true})"

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def running() -> Iterator[Site]:
    with site_and_collector() as site:
        yield site


@pytest.fixture
def site(running: Site) -> Site:
    running.shelf.arrivals.clear()
    running.shelf.failure = None
    return running


@pytest.fixture
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    yield context
    context.close()


def on_device(page: Page) -> list[Any]:
    """Everything the site can find again on this device."""
    kept = page.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
    databases = page.evaluate("indexedDB.databases().then(all => all.length)")
    return [*kept, *[None] * databases, *page.context.cookies()]


def visitor_id(page: Page) -> str:
    found = [cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "ajs_anonymous_id"]
    assert len(found) == 1
    return found[0]


def counted(path: str, campaign: str = "", why: Why = Why.NO_CONSENT) -> Counted:
    return Counted(why, path, campaign)


def recorded(found: tuple[Json, Verdict]) -> Cleaned:
    assert isinstance(found[1], Cleaned), found
    return found[1]


def go_within(page: Page, address: str, title: str) -> None:
    """As an application of one page does: first the address, then what stands there."""
    page.evaluate(f"history.pushState(null, '', '{address}'); document.title = '{title}'")


def test_before_consent_pages_are_counted_and_the_device_stays_empty(site: Site, visitor: BrowserContext) -> None:
    page = visitor.new_page()
    page.goto(f"{site.url}/ask/pricing?utm_campaign=spring&email=hannah@northgate.example")
    ((event, verdict),) = site.shelf.wait_for(1)
    assert verdict == counted("/ask/pricing", "spring")
    assert "northgate" not in json.dumps(event)
    assert not {"anonymousId", "userId", "messageId", "timestamp"} & set(event)
    go_within(page, "/ask/features", "Features")
    assert [verdict for _, verdict in site.shelf.wait_for(1)] == [counted("/ask/features")]
    page.evaluate("leadpact('track', 'Watched'); leadpact('identify', {email: 'hannah@northgate.example'})")
    page.fill("input[type=email]", "hannah@northgate.example")
    page.click("button")
    assert [verdict for _, verdict in site.shelf.wait_for(1)] == [counted("/ask/thanks")]
    assert on_device(page) == []


def test_after_consent_the_visitor_is_known_again_until_they_take_it_back(site: Site, visitor: BrowserContext) -> None:
    page = visitor.new_page()
    page.goto(f"{site.url}/ask/pricing?utm_source=news&utm_campaign=spring", referer="https://search.example/")
    site.shelf.wait_for(1)
    page.evaluate("leadpact('consent', true)")
    agreed, first = site.shelf.wait_for(2)
    assert recorded(agreed).kind == "client.leadpact consent"
    assert recorded(agreed).facts == {"given": True}
    anonymous = (Identifier(IdentityKind.ANONYMOUS, visitor_id(page)),)
    assert recorded(first).identifiers == anonymous
    assert recorded(first).facts == {
        "path": "/ask/pricing",
        "url": f"{site.url}/ask/pricing",
        "title": "Page /ask/pricing",
        "referrer": "https://search.example/",
        "utm_source": "news",
        "utm_campaign": "spring",
        "campaign": "spring",
    }
    page.goto(f"{site.url}/ask/cases")  # a page anew: consent and visitor are still known
    go_within(page, "/ask/cases/1", "Case 1")
    loaded, within = site.shelf.wait_for(2)
    assert recorded(loaded).identifiers == recorded(within).identifiers == anonymous
    shown = recorded(within).facts
    assert (shown["path"], shown["title"], shown["referrer"]) == ("/ask/cases/1", "Case 1", f"{site.url}/ask/cases")

    page.fill("input[type=email]", "hannah@northgate.example")
    page.fill("input[name=name]", "Hannah Weber")
    page.fill("input[type=password]", "not for others")
    page.click("button")
    said, thanks = site.shelf.wait_for(2)
    assert recorded(said).kind == "client.identify"
    assert recorded(said).traits == {"email": "hannah@northgate.example", "name": "Hannah Weber"}
    assert recorded(said).identifiers == (Identifier(IdentityKind.EMAIL, "hannah@northgate.example"), *anonymous)
    assert recorded(thanks).facts["path"] == "/ask/thanks"

    page.evaluate("leadpact('consent', false)")
    (withdrawn,) = site.shelf.wait_for(1)
    assert recorded(withdrawn).identifiers == anonymous
    assert recorded(withdrawn).facts["given"] is False
    assert on_device(page) == []
    page.goto(f"{site.url}/ask/later")
    assert [verdict for _, verdict in site.shelf.wait_for(1)] == [counted("/ask/later")]
    assert on_device(page) == []


def test_a_browser_that_asks_for_privacy_is_counted_whatever_the_site_says(site: Site, visitor: BrowserContext) -> None:
    visitor.add_init_script(SIGNAL)
    page = visitor.new_page()
    page.goto(f"{site.url}/given/pricing")
    assert [verdict for _, verdict in site.shelf.wait_for(1)] == [counted("/given/pricing")]
    page.evaluate("leadpact('consent', true)")
    go_within(page, "/given/features", "Features")
    assert [verdict for _, verdict in site.shelf.wait_for(1)] == [counted("/given/features")]
    assert on_device(page) == []


def test_a_site_that_only_counts_keeps_to_it(site: Site, visitor: BrowserContext) -> None:
    page = visitor.new_page()
    page.goto(f"{site.url}/never/pricing")
    page.evaluate("leadpact('consent', true)")
    assert [verdict for _, verdict in site.shelf.wait_for(1)] == [counted("/never/pricing")]
    assert on_device(page) == []


def test_what_cannot_be_sent_now_is_sent_later_and_once(site: Site, visitor: BrowserContext) -> None:
    page = visitor.new_page()
    site.shelf.fail()
    refused = site.shelf.refused
    with page.expect_response("**/v1/batch") as answer:
        page.goto(f"{site.url}/given/pricing")
    assert (answer.value.status, site.shelf.refused) == (503, refused + 1)
    site.shelf.failure = None
    agreed, shown = site.shelf.wait_for(2)  # a site that asks by itself tells it with the first page
    assert (recorded(agreed).facts, recorded(shown).facts["path"]) == ({"given": True}, "/given/pricing")

    visitor.set_offline(True)
    page.evaluate("for (let number = 0; number < 60; number++) leadpact('track', 'Looked', { number })")
    assert page.evaluate("JSON.parse(localStorage.leadpact).length") == 50  # the oldest ten are given up
    visitor.set_offline(False)
    events = site.shelf.wait_for(50)
    assert [event["properties"] for event, _ in events] == [{"number": number} for number in range(10, 60)]
    assert {recorded(one).kind for one in events} == {"client.Looked"}
    assert len({recorded(one).message for one in events}) == 50


def test_what_was_done_last_on_a_page_arrives_though_the_page_is_left_at_once(
    site: Site, visitor: BrowserContext
) -> None:
    page = visitor.new_page()
    page.goto(f"{site.url}/given/pricing")
    site.shelf.wait_for(2)
    page.evaluate("leadpact('track', 'Left'); location.href = '/ask/next'")
    left, arrived = site.shelf.wait_for(2)
    assert recorded(left).kind == "client.Left"
    assert recorded(arrived).facts["path"] == "/ask/next"  # what they agreed to on one page holds on the other
    page.evaluate("leadpact('consent', false)")
    (withdrawn,) = site.shelf.wait_for(1)
    assert recorded(withdrawn).facts["given"] is False
    page.evaluate("leadpact('page'); location.href = '/ask/last'")  # counted only, so kept nowhere for later
    assert {verdict for _, verdict in site.shelf.wait_for(2)} == {counted("/ask/next"), counted("/ask/last")}
