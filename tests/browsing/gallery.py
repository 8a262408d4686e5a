"""Photographs every page in both themes at three widths, and fails where something looks wrong.

    python -m tests.browsing.gallery [--scale 0.1] [--into gallery] [--home HOME] [--only WORDS] [--quick]

On the sample company, and on an installation where nothing is there yet.  Every page of docs/reference/addresses.csv
must be reached by links.  Sideways scroll, clipped text, a message of the console or of the content security policy,
and words that come from mistakes fail; wrong.json in the folder says where.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import requests
from playwright.sync_api import Browser

from conftest import Home, own_home
from tests.browsing.addresses import Page, everywhere, log_in, pages
from tests.browsing.looking import Looker, Theme, chromium, entered
from tests.browsing.sample import LOGINS, PASSWORD, add_by_hand, add_long_names, make_empty, make_sample
from tests.collector.running import RunningServer, at_exit_kill

WIDTHS: Final = (1440, 1024, 390)
THEMES: Final[tuple[Theme, ...]] = ("light", "dark")
QUICK: Final[tuple[tuple[int, Theme], ...]] = ((1440, "light"), (390, "dark"))
# Reached by a mail, a visitor or a moment's state, not by a link of a page.
BY_OTHER_WAYS: Final = {
    "/f/<slug:slug>/thanks/", "/login/inactive/", "/import/<slug:token>/", "/import/<slug:token>/result/", "/login/",
    "/download/<str:token>/", "/download/<str:token>/file/", "/m/c/<str:token>/", "/m/u/<str:token>/",
    "/settings/keys/<int:source_id>/seen/", "/password/set/",
}  # fmt: skip


@contextmanager
def served(home: Home) -> Iterator[RunningServer]:
    server = RunningServer(home, workers="none")
    server.start()
    yield server
    at_exit_kill(server)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", default=0.1, type=float)
    parser.add_argument("--into", default="gallery", type=Path)
    parser.add_argument("--home", type=Path, help="a sample company that is there already; it is copied")
    parser.add_argument("--only", default="", help="only pages whose address contains this")
    parser.add_argument("--quick", action="store_true", help="only 1440 px in light and 390 px in dark")
    asked = parser.parse_args()
    ways = QUICK if asked.quick else tuple((width, theme) for width in WIDTHS for theme in THEMES)
    shutil.rmtree(asked.into, ignore_errors=True)
    asked.into.mkdir(parents=True)
    wrong: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory(prefix="leadpact-") as folder, chromium() as browser:
        sample, empty = (own_home(Path(folder) / name, "") for name in ("sample", "empty"))
        if asked.home:
            shutil.copytree(asked.home, sample.path)
        else:
            make_sample(sample, scale=asked.scale)
        add_long_names(sample)
        make_empty(empty)
        with served(sample) as server:
            wrong |= photographed(browser, server.url, LOGINS, asked.into, asked.only, ways, is_whole=True)
        with served(empty) as server:
            wrong |= photographed(
                browser, server.url, ("first@empty.example",), asked.into, asked.only, ways, is_whole=False
            )
    (asked.into / "wrong.json").write_text(json.dumps(wrong, indent=1, ensure_ascii=False))
    for name, found in wrong.items():
        print(name, *found, sep="\n   ")
    print(f"{len(list(asked.into.glob('*.png')))} pictures, {len(wrong)} with something wrong")
    return int(bool(wrong))


def photographed(
    browser: Browser,
    base: str,
    logins: tuple[str, ...],
    into: Path,
    only: str,
    ways: tuple[tuple[int, Theme], ...],
    *,
    is_whole: bool,
) -> dict[str, list[str]]:
    """Photograph every page as those people see it; return what is wrong, by picture."""
    sessions = {login: log_in(base, login, PASSWORD) for login in logins}
    if is_whole:
        add_by_hand(base, sessions[logins[0]])
    found = [page for page in everywhere(base, sessions) if only in page.address]
    wrong: dict[str, list[str]] = {}
    if is_whole and not only:
        missing = {each.address for each in pages()} - {page.address for page in found} - BY_OTHER_WAYS
        wrong |= {f"no link leads to {address}": [] for address in missing}
    wrong |= {f"a link led {page.login} to {page.url}": [str(page.status)] for page in found if page.status >= 400}
    found = [page for page in found if not page.leads_on]
    found += [Page(logins[0], path, "error") for path in ("/leads/987654321/", "/nothing-here/") if not only]
    for width, theme in ways:
        for login, session in sessions.items():
            own = [page for page in found if page.login == login]
            wrong |= _photographed(browser, base, session, own, (width, theme, into))
    return wrong


def _photographed(
    browser: Browser,
    base: str,
    session: requests.Session,
    found: list[Page],
    how: tuple[int, Theme, Path],
) -> dict[str, list[str]]:
    width, theme, into = how
    wrong = {}
    context = entered(browser, base, session, width, theme)
    looker = Looker(context)
    for page in found:
        looker.open(f"{base}{page.url}")
        name = f"{page.name}-{width}-{theme}"
        looker.tab.screenshot(path=into / f"{name}.png", full_page=True)
        if seen := looker.wrong():
            wrong[name] = seen
    context.close()
    return wrong


if __name__ == "__main__":
    os.environ.pop("DATABASE_URL", None)
    sys.exit(main())
