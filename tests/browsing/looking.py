"""Pages in Debian's Chromium: what a person would see that is wrong, and pictures of it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal, cast

import requests
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, sync_playwright
from playwright.sync_api import Page as Tab

CHROMIUM: Final = next((each for each in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(each).exists()), "")
QUIET: Final = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
                "--disable-sync", "--no-first-run")  # fmt: skip
Theme = Literal["light", "dark"]
# Words that only come from a mistake, and one of something in the plural.
BAD_WORDS: Final = re.compile(
    r"\bNone\b(?! of)|\bNaN\b|\bundefined\b|\(s\)|\{\{|\{%|%\(\w+\)s"
    r"|(?<![\d,.])1 (?:leads|deals|persons|people|companies|campaigns|days|hours|offers|points|events|visits|pages)\b"
)

SIDEWAYS: Final = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Text that is cut off by its own box, without dots that say so and a way to read the rest.
CLIPPED: Final = """() => {
  const found = [];
  for (const box of document.querySelectorAll('body *')) {
    const style = getComputedStyle(box);
    if (!['hidden', 'clip'].includes(style.overflowX)) continue;
    if (box.closest('.visually-hidden, [hidden], svg, dialog:not([open])')) continue;
    if (box.clientWidth <= 2 || box.scrollWidth <= box.clientWidth + 1) continue;
    const says = [...box.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!says) continue;
    if (style.textOverflow === 'ellipsis' && box.closest('[title], a, .crumbs, [aria-label="You are here"]')) continue;
    found.push(box.tagName.toLowerCase() + '.' + box.className + ': ' + box.textContent.trim().slice(0, 60));
  }
  return found.slice(0, 5);
}"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window; it sends nothing anywhere by itself."""
    assert CHROMIUM, "install Debian's chromium package"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


def entered(browser: Browser, base: str, session: requests.Session | None, width: int, theme: Theme) -> BrowserContext:
    """Return a window of its own, logged in as that session is."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme, reduced_motion="reduce")
    if session is not None:
        cookies = [{"name": each.name, "value": each.value or "", "url": base} for each in session.cookies]
        context.add_cookies(cast(Any, cookies))
    return context


class Looker:
    """One tab that notes what the console says."""

    def __init__(self, context: BrowserContext) -> None:
        self.tab: Tab = context.new_page()
        self.said: list[str] = []
        self.tab.on("console", self._hear)
        self.tab.on("pageerror", lambda error: self.said.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and "status of 404" not in message.text:
            self.said.append(message.text)

    def open(self, url: str) -> None:
        self.said.clear()
        self.tab.goto(url, wait_until="load")

    def turn(self, width: int, theme: Theme) -> None:
        """Be another window, the page staying as it is."""
        self.tab.set_viewport_size({"width": width, "height": 900})
        self.tab.emulate_media(color_scheme=theme)

    def wrong(self) -> list[str]:
        """Return what is wrong with the page as it stands."""
        found = [f"console: {each}" for each in self.said]
        sideways = self.tab.evaluate(SIDEWAYS)
        if sideways > 0:
            found.append(f"scrolls sideways by {sideways} px")
        found += [f"clipped text in {each}" for each in self.tab.evaluate(CLIPPED)]
        text = str(self.tab.evaluate("() => document.title + ' ' + document.body.innerText"))
        found += [f"says {each[0]!r} in {_around(text, each)!r}" for each in BAD_WORDS.finditer(text)][:3]
        return found


def _around(text: str, found: re.Match[str]) -> str:
    return " ".join(text[max(0, found.start() - 30) : found.end() + 30].split())
