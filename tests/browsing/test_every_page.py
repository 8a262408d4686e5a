"""Every page, in both themes: nothing that is in anybody's way or looks wrong, as far as a machine can tell."""

from collections.abc import Iterator
from typing import Any, Final

import pytest
import requests
from axe_playwright_python.base import AXE_SCRIPT as AXE
from playwright.sync_api import Browser

from tests.browsing.addresses import Page, everywhere, log_in, pages
from tests.browsing.gallery import BY_OTHER_WAYS
from tests.browsing.looking import Looker, chromium, entered
from tests.browsing.sample import LOGINS, PASSWORD

# What differs between the themes is colour alone.
ONLY_COLOUR: Final[dict[str, Any]] = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
WIDE: Final = 1440
NARROW: Final = 390
ALL: Final[dict[str, Any]] = {"resultTypes": ["violations"]}
SHOWN: Final = "main tbody tr, main li, main dd, main article, main input:not([type=hidden]), main textarea, main p"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def sessions(sample_url: str) -> dict[str, requests.Session]:
    return {login: log_in(sample_url, login, PASSWORD) for login in LOGINS}


@pytest.fixture(scope="module")
def found(sample_url: str, sessions: dict[str, requests.Session]) -> list[Page]:
    return everywhere(sample_url, sessions)


def test_links_lead_to_every_page(found: list[Page]) -> None:
    assert [page for page in found if page.status >= 400] == []
    assert {each.address for each in pages()} - {page.address for page in found} - BY_OTHER_WAYS == set(), (
        "no link leads there"
    )


def test_no_page_is_in_anybodys_way(
    browser: Browser, sample_url: str, sessions: dict[str, requests.Session], found: list[Page]
) -> None:
    wrong: dict[str, list[str]] = {}
    seen: set[str] = set()
    for login, session in sessions.items():
        context = entered(browser, sample_url, session, WIDE, "light")
        looker = Looker(context)
        for page in (each for each in found if each.login == login and not each.leads_on):
            looker.turn(WIDE, "light")
            looker.open(sample_url + page.url)
            heading = looker.tab.locator("h1").all_inner_texts()
            assert len(heading) == 1, f"{page.url} has {heading} for a heading"
            assert heading[0].strip(), f"{page.url} has an empty heading"
            assert "/login/" not in looker.tab.url, f"{page.url} led to the log-in"
            assert looker.tab.locator(SHOWN).count(), f"{page.url} shows nothing"
            seen.add(heading[0])
            faults = looker.wrong() + violations(looker, ALL)
            looker.turn(NARROW, "dark")
            faults += [f"dark and narrow: {each}" for each in looker.wrong() + violations(looker, ONLY_COLOUR)]
            if faults:
                wrong[f"{login} {page.url}"] = faults
        context.close()
    assert not wrong, "\n".join(f"{where}: {what}" for where, what in wrong.items())
    assert len(seen) > len({page.address for page in found}) * 0.7, "pages have headings of their own"


def violations(looker: Looker, options: dict[str, Any]) -> list[str]:
    if not looker.tab.evaluate("() => 'axe' in window"):
        looker.tab.evaluate(AXE)
    found: Any = looker.tab.evaluate("async (options) => (await axe.run(options)).violations", options)
    return [
        f"{each['id']}: {node['target']} {node.get('failureSummary', '')}"
        for each in found
        for node in each["nodes"][:3]
    ]
