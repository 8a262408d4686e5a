"""From a stranger on a site to closed business on a page, in a real browser; the team uses the keyboard alone."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

import pytest
from playwright.sync_api import Browser, Locator, expect
from playwright.sync_api import Page as Tab

from conftest import Home
from tests.browsing.looking import chromium
from tests.collector.running import RunningServer, at_exit_kill, free_port

PASSWORD: Final = "correct horse battery"  # of the users of this test
MOST_TABS: Final = 90
SECONDS: Final = 20
PAGE: Final = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Calibra</title>
<script async src="{server}/t.js" data-key="{key}" data-consent="given"></script>
<h1>Prices</h1><a href="{server}/f/contact/">Talk to us</a>"""


class _Site(BaseHTTPRequestHandler):
    def __init__(self, text: str, *others: object) -> None:
        self.text = text
        super().__init__(*others)  # type: ignore[arg-type]  # what the server of the library hands over

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(self.text.encode())

    def log_message(self, *said: object) -> None:
        pass


@pytest.fixture
def server(home: Home) -> Iterator[RunningServer]:
    home.run("init", "--company", "Calibra", "--zone", "Europe/Berlin", "--currency", "EUR")
    for email, name, role, team in (
        ("tom@calibra.example", "Tom Okafor", "sales_rep", "Sales"),
        ("priya@calibra.example", "Priya Raman", "head_of_marketing", "Marketing"),
    ):
        words = ("--email", email, "--name", name, "--role", role, "--team", team, "--password-stdin")
        home.run("user", "create", *words, text=PASSWORD)
    running = RunningServer(home)
    running.start()
    yield running
    at_exit_kill(running)


@pytest.fixture
def site(home: Home, server: RunningServer) -> Iterator[str]:
    url = f"http://127.0.0.1:{free_port()}"
    key = home.run("writekey", "create", "site", "--kind", "browser", "--origin", url).stdout.strip()
    text = PAGE.format(server=server.url, key=key)
    serving = ThreadingHTTPServer(("127.0.0.1", int(url.rpartition(":")[2])), partial(_Site, text))
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    yield url
    serving.shutdown()
    serving.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@dataclass
class Typist:
    """Somebody without a mouse, counting what they press and type."""

    tab: Tab
    pressed: int = 0
    typed: int = 0

    def reach(self, wanted: Locator) -> Locator:
        """Move the focus to it by the Tab key, as somebody does who sees where the focus is."""
        expect(wanted).to_be_visible(timeout=SECONDS * 1_000)
        for _ in range(MOST_TABS):
            if wanted.evaluate("(each) => each === document.activeElement"):
                outline = "(each) => ['outlineStyle', 'boxShadow'].map((name) => getComputedStyle(each)[name])"
                assert wanted.evaluate(outline) != ["none", "none"], "one does not see where the focus is"
                return wanted
            self.tab.keyboard.press("Tab")
        raise AssertionError(f"{wanted} is not reached by the keyboard")

    def press(self, wanted: Locator, key: str = "Enter") -> None:
        self.reach(wanted)
        self.tab.keyboard.press(key)
        self.pressed += 1

    def type(self, wanted: Locator, text: str) -> None:
        self.reach(wanted)
        self.tab.keyboard.press("ControlOrMeta+a")
        self.tab.keyboard.type(text)
        self.typed += len(text)

    def log_in(self, url: str, email: str) -> None:
        self.tab.goto(f"{url}/login/")
        self.type(self.tab.locator("input[name=login]"), email)
        self.type(self.tab.locator("input[name=password]"), PASSWORD)
        self.press(self.tab.locator("main button[type=submit], main form button").last)
        expect(self.tab.locator("h1")).to_contain_text("Today")
        self.pressed = self.typed = 0


# What calls itself a headless browser is judged a machine.
PERSON = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"


def visit_and_ask(browser: Browser, site: str) -> None:
    tab = browser.new_context(user_agent=PERSON).new_page()
    with tab.expect_response(lambda answer: "/v1/batch" in answer.url and answer.ok, timeout=SECONDS * 1_000):
        tab.goto(f"{site}/pricing?utm_campaign=autumn&utm_source=search&utm_medium=cpc")
    tab.get_by_role("link", name="Talk to us").click()
    tab.fill("input[name=name]", "Hannah Reyes")
    tab.fill("input[name=email]", "hannah.reyes@northgate.example")
    tab.fill("textarea[name=message]", "Please call me.")
    tab.locator("main input[type=checkbox]").first.check()
    tab.locator("main form button").click()
    expect(tab.locator("h1")).to_contain_text("Thank")
    tab.context.close()


def test_a_visitor_becomes_a_number_and_the_team_needs_no_mouse(
    browser: Browser, server: RunningServer, site: str
) -> None:
    visit_and_ask(browser, site)
    tom = Typist(browser.new_context().new_page())
    tom.log_in(server.url, "tom@calibra.example")
    offered = tom.tab.get_by_role("button", name="Accept lead")
    for _ in range(SECONDS):
        if offered.count():
            break
        tom.tab.wait_for_timeout(500)
        tom.tab.reload()
    tom.press(offered)
    expect(tom.tab.locator("main")).to_contain_text("Hannah Reyes")
    lead = tom.tab.locator("main").get_by_role("link", name="Hannah Reyes").first
    if lead.count():
        tom.press(lead)
    expect(tom.tab.locator("main")).to_contain_text("pricing", timeout=SECONDS * 1_000)  # what was done before the form
    tom.press(tom.tab.locator("summary", has_text="Open a deal"))
    form = tom.tab.locator("details[open] form")
    tom.type(form.locator("input[name=amount]"), "48000")
    tom.press(form.get_by_role("button", name="Open deal"))
    tom.press(tom.tab.get_by_role("link", name="Open the deal"))
    tom.press(tom.tab.locator("summary", has_text="Won"))
    tom.press(tom.tab.get_by_role("button", name="Mark as won"))
    expect(tom.tab.locator("main")).to_contain_text("€48,000")
    print(f"from the offer to the deal that is won: {tom.pressed} presses, {tom.typed} letters typed")
    assert tom.pressed <= 6
    assert tom.typed == len("48000"), "only the amount was typed"
    priya = Typist(browser.new_context().new_page())
    priya.log_in(server.url, "priya@calibra.example")
    priya.press(priya.tab.get_by_role("link", name="Loop", exact=True))
    number = priya.tab.locator('[data-key="inbound_closed"]')
    expect(number).to_contain_text("€48,000")
    priya.press(number.locator('a[href*="/loop/inbound_closed/"]').first)
    expect(priya.tab.locator("main")).to_contain_text("€48,000")
    priya.press(priya.tab.locator('main a[href*="/deals/"]').first)
    expect(priya.tab.locator("h1")).to_contain_text("northgate")
