"""What pages show once somebody does something: dialogs, menus, forms with faults, and pages that say no.

Each is asserted to be really there, then looked at by axe in both themes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
import requests
from django.template.loader import get_template
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from conftest import own_home
from tests.browsing.addresses import log_in, walked
from tests.browsing.gallery import served
from tests.browsing.looking import Looker, Theme, chromium, entered
from tests.browsing.sample import LOGINS, PASSWORD, make_empty
from tests.browsing.test_every_page import ALL, ONLY_COLOUR, violations

pytestmark = pytest.mark.long

THEMES: Final[tuple[Theme, ...]] = ("light", "dark")
OLGA, TOM, INES = "olga@truemark.example", "tom@truemark.example", "ines@truemark.example"
Do = Callable[[Tab], None]


@dataclass(frozen=True)
class State:
    """Whoever opens `path` and does that sees `shown`."""

    login: str
    path: str
    do: Do
    shown: str
    width: int = 1440


def menu(name: str) -> tuple[Do, str]:
    """Open what a button opens; it is there once the browser says it is open."""
    return lambda tab: tab.locator(f'[popovertarget="{name}"]').first.click(), f"#{name}:popover-open"


def fold(words: str) -> Do:
    """Open a fold by its words."""
    return lambda tab: tab.locator("summary", has_text=words).first.click()


def after(*doings: Do) -> Do:
    """One after the other."""

    def do(tab: Tab) -> None:
        for each in doings:
            each(tab)

    return do


def send_empty(button: str) -> Do:
    """Send a form with nothing in it, past what the browser itself would say."""

    def do(tab: Tab) -> None:
        form = tab.locator("form", has=tab.locator("button", has_text=button)).first
        form.evaluate(
            """(form) => {
              form.noValidate = true;
              for (const field of form.elements) {
                if (field.matches('textarea, input:not([type=hidden], [type=checkbox], [type=radio], [type=file])'))
                  field.value = '';
              }
            }"""
        )
        with tab.expect_navigation():
            form.locator("button", has_text=button).first.evaluate("(button) => button.form.requestSubmit(button)")

    return do


def send_with(field: str, value: str, button: str) -> Do:
    """Send a form with one value that is wrong."""

    def do(tab: Tab) -> None:
        form = tab.locator("form", has=tab.locator(f'[name="{field}"]')).filter(has_text=button).first
        form.evaluate("(form) => { form.noValidate = true; }")
        form.locator(f'[name="{field}"]').first.evaluate("(field, value) => { field.value = value; }", value)
        with tab.expect_navigation():
            form.locator("button", has_text=button).first.evaluate("(button) => button.form.requestSubmit(button)")

    return do


def commands(text: str) -> Do:
    def do(tab: Tab) -> None:
        tab.keyboard.press("Control+k")
        tab.locator("#commands[open] input").fill(text)
        tab.wait_for_timeout(400)

    return do


def card_menu(tab: Tab) -> None:
    tab.locator(".deal [popovertarget]").first.click()


def close_deal(how: str) -> Do:
    def do(tab: Tab) -> None:
        card_menu(tab)
        tab.locator(f'.menu:popover-open [data-closes="{how}"]').click()

    return do


def pick_leads(tab: Tab) -> None:
    for box in tab.locator("tbody .pick input").all()[:2]:
        box.check()


def send_back(tab: Tab) -> None:
    pick_leads(tab)
    with tab.expect_navigation():
        tab.locator(".bulk button", has_text="Send back").click()


def comment(tab: Tab) -> None:
    tab.locator("#comments textarea[name=text]").last.fill("They want a date.")
    with tab.expect_navigation():
        tab.locator("#comments button", has_text="Comment").click()
    tab.locator("#comments summary", has_text="Change").last.click()


def at_first(link: str, then: Do) -> Do:
    def do(tab: Tab) -> None:
        with tab.expect_navigation():
            tab.locator(link).first.click()
        then(tab)

    return do


LEAD, DEAL, COMPANY = "tbody .main-cell a", "tbody .main-cell a", "tbody .main-cell a"
FAULTS: Final = ".error-summary, .error"
WRITTEN: Final = "details[open] input:not([type=hidden])"
OPENED: Final = {
    "user menu": State(TOM, "/", *menu("user-menu")),
    "more areas on a phone": State(TOM, "/", *menu("more-areas"), 390),
    "filters of leads": State(TOM, "/leads/?view=all", *menu("filters")),
    "filters of leads on a phone": State(TOM, "/leads/?view=all", *menu("filters"), 390),
    "columns of leads": State(TOM, "/leads/?view=all", *menu("columns")),
    "save a view": State(TOM, "/leads/?view=all", *menu("save-view")),
    "saved views": State(TOM, "/leads/?view=all", *menu("saved-views")),
    "filters of companies": State(OLGA, "/companies/", *menu("filters")),
    "filters of deals": State(OLGA, "/deals/", *menu("filters")),
    "filters of the board": State(OLGA, "/deals/board/", *menu("filters")),
    "days of the loop": State(OLGA, "/loop/", *menu("days")),
    "filters of the loop": State(OLGA, "/loop/", *menu("filters")),
    "more actions of a lead": State(
        INES, "/leads/?view=all", at_first(LEAD, menu("more-actions")[0]),
        menu("more-actions")[1],
    ),
    "menu of a card": State(INES, "/deals/board/", card_menu, ".menu:popover-open"),
    "won, from the board": State(INES, "/deals/board/", close_deal("win"), 'dialog[data-dialog="win"][open]'),
    "lost, from the board": State(INES, "/deals/board/", close_deal("lose"), 'dialog[data-dialog="lose"][open]'),
    "commands with findings": State(TOM, "/", commands("deals"), "#commands[open] [role=option]"),
    "commands without": State(TOM, "/", commands("qqqqzzzz"), "#commands[open]"),
    "commands on a phone": State(TOM, "/search/?q=zzzzqqq", lambda _tab: None, "main .empty", 390),
    "some leads chosen": State(INES, "/leads/?view=all", pick_leads, ".bulk b[data-count]"),
    "send leads back": State(INES, "/leads/?view=all", send_back, "main form button.primary"),
    "a comment to be changed": State(
        TOM, "/leads/?view=mine", at_first(LEAD, comment),
        "#comments details[open] textarea",
    ),
    "rejecting an offer": State(
        TOM, "/leads/?view=offered", at_first(LEAD, fold("Reject with a reason")),
        "details[open] button.danger",
    ),
    "moving a deal": State(INES, "/deals/", at_first(DEAL, fold("Move to another stage")), "details[open] select"),
    "winning a deal": State(INES, "/deals/", at_first(DEAL, fold("Won")), "#won[open] button.primary"),
    "losing a deal": State(INES, "/deals/", at_first(DEAL, fold("Lost")), "#lost[open] button.danger"),
    "naming a company": State(OLGA, "/companies/", at_first(COMPANY, fold("Change name and facts")), WRITTEN),
    "how it is counted": State(OLGA, "/loop/", fold("How is this counted?"), "details.counted[open]"),
    "adding a person": State(OLGA, "/settings/people/", fold("Add a person"), WRITTEN),
}  # fmt: skip
FAULTY: Final = {
    "log-in": State("", "/login/", send_with("login", "nobody@truemark.example", "Log in"), FAULTS),
    "a lead without anything": State(OLGA, "/leads/new/", send_empty("Add lead"), FAULTS),
    "a deal's amount": State(
        INES, "/deals/", at_first(DEAL, after(fold("Change the amount"), send_with("amount", "a lot", "amount"))),
        FAULTS,
    ),
    "settings without a name": State(OLGA, "/settings/", send_empty("Save settings"), FAULTS),
    "a person without an address": State(
        OLGA, "/settings/people/", after(fold("Add a person"), send_empty("Add person")),
        FAULTS,
    ),
    "a team without a name": State(OLGA, "/settings/teams/", send_empty("Add team"), FAULTS),
    "hours that nobody can read": State(
        OLGA, "/settings/hours/",
        send_with("document", "week: [", "Save hours"), FAULTS,
    ),
    "a key without a name": State(OLGA, "/settings/keys/", send_empty("Make the key"), FAULTS),
    "an import without a file": State(OLGA, "/import/", send_empty("Look at the file"), FAULTS),
    "a campaign without a name": State(OLGA, "/campaigns/new/", send_empty("Plan"), FAULTS),
    "a link without an address": State(
        OLGA, "/campaigns/links/", send_with("address", "no address", "Make the link"),
        FAULTS,
    ),
    "a paper without a file": State(OLGA, "/campaigns/papers/new/", send_empty("Offer"), FAULTS),
    "a mail without words": State(OLGA, "/campaigns/mails/new/", send_empty("Keep the draft"), FAULTS),
    "a pact that is no pact": State(
        OLGA, "/pact/propose/", send_with("text", "version: 1\nready: 3\n", "Check"), ".checks.remarks, .error-summary"
    ),
    "one of two quiet hours": State(TOM, "/notices/preferences/", send_with("quiet_since", "20:00", "Save"), FAULTS),
    "a token without a name": State(TOM, "/tokens/", send_empty("token"), FAULTS),
    "a password that is wrong": State(TOM, "/password/", send_empty("password"), FAULTS),
    "a form for visitors": State("", "/f/contact/", send_empty("Send"), FAULTS),
}  # fmt: skip
REFUSED: Final = {
    "what a role may not": (TOM, "/settings/start/", 403),
    "a lead that is not there": (TOM, "/leads/987654321/", 404),
    "an address of nothing": (TOM, "/nothing-here/", 404),
    "a place in a list that is none": (OLGA, "/leads/?view=all&after=nonsense", 400),
    "a period that is none": (OLGA, "/loop/?period=sometime", 400),
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def sessions(sample_url: str) -> dict[str, requests.Session]:
    return {login: log_in(sample_url, login, PASSWORD) for login in (OLGA, TOM, INES)}


@pytest.mark.parametrize("name", [*OPENED, *FAULTY])
def test_what_somebody_opens_or_gets_wrong_is_in_nobodys_way(
    browser: Browser, sample_url: str, sessions: dict[str, requests.Session], name: str
) -> None:
    state = {**OPENED, **FAULTY}[name]
    wrong: list[str] = []
    for theme in THEMES:
        context = entered(browser, sample_url, sessions.get(state.login), state.width, theme)
        looker = Looker(context)
        looker.open(sample_url + state.path)
        state.do(looker.tab)
        looker.tab.locator(state.shown).first.wait_for(state="visible", timeout=10_000)
        wrong += [f"{theme}: {fault}" for fault in faults_of(looker, theme)]
        context.close()
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", REFUSED)
def test_a_page_that_says_no_says_it_to_everybody(
    browser: Browser, sample_url: str, sessions: dict[str, requests.Session], name: str
) -> None:
    login, path, status = REFUSED[name]
    for theme in THEMES:
        context = entered(browser, sample_url, sessions[login], 1440, theme)
        looker = Looker(context)
        answer = looker.tab.goto(sample_url + path)
        assert answer
        assert answer.status == status
        assert looker.tab.locator("h1").inner_text().strip()
        assert looker.tab.locator("main a, main button").count(), "there is a way on"
        assert not faults_of(looker, theme)
        context.close()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("template", ["500.html", "429.html"])
def test_what_a_broken_or_tired_server_shows_can_be_read(
    browser: Browser, sample_url: str, template: str, theme: Theme
) -> None:
    """Nobody can break the server from outside, so its page is put in its place."""
    text = get_template(template).render({})
    context = entered(browser, sample_url, None, 390, theme)
    looker = Looker(context)
    looker.tab.route("**/broken/", lambda route: route.fulfill(status=500, content_type="text/html", body=text))
    looker.tab.goto(f"{sample_url}/broken/")
    assert looker.tab.locator("h1").inner_text().strip()
    size = looker.tab.locator("h1").evaluate("(head) => getComputedStyle(head).fontFamily")
    assert "system-ui" in size, "it looks like one of ours"
    assert not faults_of(looker, theme)
    context.close()


@pytest.mark.parametrize("theme", THEMES)
def test_where_nothing_is_yet_no_page_is_in_anybodys_way(browser: Browser, tmp_path: Path, theme: Theme) -> None:
    home = own_home(tmp_path / "empty", "")
    make_empty(home)
    wrong: dict[str, list[str]] = {}
    empty = 0
    with served(home) as server:
        login = "first@empty.example"
        session = log_in(server.url, login, PASSWORD)
        context = entered(browser, server.url, session, 390 if theme == "dark" else 1440, theme)
        looker = Looker(context)
        for page in (each for each in walked(server.url, {login: session}) if not each.leads_on):
            looker.open(server.url + page.url)
            empty += bool(looker.tab.locator("main .empty").count())
            if faults := faults_of(looker, theme):
                wrong[page.url] = faults
        context.close()
    assert empty >= 8, "an empty place says what it is for"
    assert not wrong, "\n".join(f"{where}: {what}" for where, what in wrong.items())


def faults_of(looker: Looker, theme: Theme) -> list[str]:
    heard = [each for each in looker.wrong() if "status of 4" not in each and "status of 5" not in each]
    return heard + violations(looker, ONLY_COLOUR if theme == "dark" else ALL)


def test_all_who_are_named_here_belong_to_the_sample() -> None:
    named = {state.login for state in (*OPENED.values(), *FAULTY.values())} - {""}
    assert named <= set(LOGINS)
