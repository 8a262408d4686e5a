"""The board of deals and the dialog of commands in a real browser: by keys, by mouse, and without scripts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Locator, expect
from playwright.sync_api import Page as Tab

from tests.browsing.addresses import log_in
from tests.browsing.looking import Looker, chromium, entered
from tests.browsing.sample import PASSWORD

pytestmark = pytest.mark.long

LOGIN = "olga@truemark.example"  # may change every deal


@pytest.fixture(scope="module")
def context(sample_url: str) -> Iterator[BrowserContext]:
    with chromium() as browser:
        yield entered(browser, sample_url, log_in(sample_url, LOGIN, PASSWORD), 1440, "light")


@pytest.fixture
def board(context: BrowserContext, sample_url: str) -> Iterator[Looker]:
    looker = Looker(context)
    looker.open(f"{sample_url}/deals/board/")
    yield looker
    assert looker.said == []
    looker.tab.close()


def lane_of(tab: Tab, card: str) -> str:
    return tab.locator(".lane", has=tab.locator(f"#{card}")).get_attribute("data-stage") or ""


def undo(tab: Tab) -> None:
    with tab.expect_navigation():
        tab.get_by_role("button", name="Undo").click()


def test_a_card_is_moved_by_keys_and_keeps_the_focus(board: Looker) -> None:
    tab = board.tab
    card = tab.locator(".movable").first.get_attribute("id") or ""
    tab.locator(f"#{card} a").first.focus()
    home = lane_of(tab, card)
    key = "ArrowRight" if tab.locator(".lane").last.get_attribute("data-stage") != home else "ArrowLeft"
    for pressed in ("m", key, "Escape"):
        tab.keyboard.press(pressed)
    assert lane_of(tab, card) == home
    tab.keyboard.press("m")
    tab.keyboard.press(key)
    with tab.expect_navigation():
        tab.keyboard.press("Enter")
    assert lane_of(tab, card) != home
    expect(tab.locator(f"#{card} a").first).to_be_focused()
    undo(tab)
    assert lane_of(tab, card) == home


def _other_lane(tab: Tab, home: str) -> Locator:
    return tab.locator(f".lane[data-stage]:not([data-stage='{home}'])").first


def test_a_card_is_dragged_by_mouse_to_a_stage_and_to_the_end(board: Looker) -> None:
    tab = board.tab
    card = tab.locator(".movable").first.get_attribute("id") or ""
    home = lane_of(tab, card)
    to = _other_lane(tab, home).bounding_box()
    assert to
    tab.locator(f"#{card}").hover(position={"x": 30, "y": 40})
    tab.mouse.down()
    tab.mouse.move(to["x"] + 40, to["y"] + 60, steps=8)
    with tab.expect_navigation():
        tab.mouse.up()
    assert lane_of(tab, card) != home
    undo(tab)
    tab.locator(f"#{card}").hover(position={"x": 30, "y": 40})
    tab.mouse.down()
    tab.mouse.move(200, 500, steps=4)
    tab.mouse.move(200, 870, steps=4)
    tab.mouse.up()
    expect(tab.get_by_role("dialog", name="Won:")).to_be_visible()
    tab.keyboard.press("Escape")
    assert lane_of(tab, card) == home


def test_without_scripts_the_menu_moves_a_card(context: BrowserContext, sample_url: str) -> None:
    browser = context.browser
    assert browser
    plain = browser.new_context(java_script_enabled=False, storage_state=context.storage_state())
    tab = plain.new_page()
    tab.goto(f"{sample_url}/deals/board/")
    tab.locator("button[popovertarget^=menu-]").first.click()
    tab.locator("[popover] button[name=stage]:visible").first.click()
    expect(tab.get_by_role("button", name="Undo")).to_be_visible()
    tab.get_by_role("button", name="Undo").click()
    expect(tab.get_by_text("is back at")).to_be_visible()
    plain.close()


def test_commands_open_anywhere_go_where_one_says_and_give_the_focus_back(board: Looker, sample_url: str) -> None:
    tab = board.tab
    tab.locator(".deal a").first.focus()
    tab.keyboard.press("Control+k")
    field = tab.get_by_role("combobox", name="Search or go to")
    expect(field).to_be_focused()
    expect(tab.get_by_role("option", name="Today")).to_be_visible()
    tab.keyboard.press("Escape")
    expect(tab.locator(".deal a").first).to_be_focused()
    tab.keyboard.press("Control+k")
    with tab.expect_response(lambda answer: "q=working%20h" in answer.url or "q=working+h" in answer.url):
        tab.keyboard.type("working h")
    chosen = tab.get_by_role("option", name="Working hours")
    expect(chosen).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    with tab.expect_navigation():
        tab.keyboard.press("Enter")
    assert tab.url == f"{sample_url}/settings/hours/"
    tab.keyboard.press("/")
    tab.keyboard.type("har")
    with tab.expect_navigation():
        tab.keyboard.press("Enter")
    assert tab.url == f"{sample_url}/search/?q=har"
