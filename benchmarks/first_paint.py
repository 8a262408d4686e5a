"""When the main pages first paint in Chromium, and what a page weighs: of the sample company, served from this machine.

    python -m benchmarks.first_paint [--home HOME] [--scale 0.1] [--times 5]

Cold: a browser that has never been here; warm: the same page again.  Bytes are those of the bodies as they travel.
"""

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext

from conftest import own_home
from tests.browsing.addresses import log_in, walked
from tests.browsing.gallery import served
from tests.browsing.looking import chromium, entered
from tests.browsing.sample import PASSWORD, make_sample

LOGIN: Final = "ines@truemark.example"
PAGES: Final = {
    "today": "/", "leads": "/leads/?view=all", "lead": "/leads/<int:person_id>/", "companies": "/companies/",
    "company": "/companies/<int:company_id>/", "deals": "/deals/", "board": "/deals/board/",
    "deal": "/deals/<int:deal_id>/", "campaigns": "/campaigns/", "campaign": "/campaigns/<int:campaign_id>/",
    "pact": "/pact/", "loop": "/loop/", "promises": "/loop/promises/", "settings": "/settings/",
}  # fmt: skip
MEASURED: Final = """() => {
  const page = performance.getEntriesByType('navigation')[0];
  const paint = Object.fromEntries(performance.getEntriesByType('paint').map((each) => [each.name, each.startTime]));
  const rest = performance.getEntriesByType('resource');
  const sum = (some) => some.reduce((all, each) => all + each.transferSize, 0);
  return {
    paint: paint['first-contentful-paint'] ?? null, answer: page.responseStart, loaded: page.loadEventEnd,
    html: page.transferSize, whole: page.decodedBodySize, rest: sum(rest), requests: rest.length + 1,
    scripts: sum(rest.filter((each) => each.initiatorType === 'script')),
    styles: sum(rest.filter((each) => /\\.css/.test(each.name))),
  };
}"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="a sample company that is there already; it is copied")
    parser.add_argument("--scale", type=float, default=0.1)
    parser.add_argument("--times", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="leadpact-") as folder, chromium() as browser:
        home = own_home(Path(folder) / "sample", "")
        if asked.home:
            shutil.copytree(asked.home, home.path)
        else:
            make_sample(home, scale=asked.scale)
        with served(home) as server:
            found = measured(browser, server.url, asked.times)
    print(json.dumps(found, indent=1))
    return 0


def measured(browser: Browser, base: str, times: int) -> dict[str, Any]:
    session = log_in(base, LOGIN, PASSWORD)
    known = {page.address: page.url for page in walked(base, {LOGIN: session})}
    pages = {}
    for name, address in PAGES.items():
        url = known.get(address, address)
        cold, warm = [], []
        for _time in range(times):
            context = entered(browser, base, session, 1440, "light")
            cold.append(_once(context, base + url))
            warm.append(_once(context, base + url))
            context.close()
        pages[name] = {"cold": _said(cold), "warm": _said(warm)}
    paints = [each["cold"]["first_paint_ms"] for each in pages.values()]
    return {"benchmark": "first_paint", "times": times, "slowest_cold_first_paint_ms": max(paints), "pages": pages}


def _once(context: BrowserContext, url: str) -> dict[str, float]:
    tab = context.new_page()
    tab.goto(url, wait_until="load")
    tab.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length > 0")
    found: dict[str, float] = tab.evaluate(MEASURED)
    tab.close()
    return found


def _said(runs: list[dict[str, float]]) -> dict[str, int]:
    def middle(key: str) -> int:
        return round(median(run[key] for run in runs))

    return {
        "first_paint_ms": middle("paint"), "first_byte_ms": middle("answer"), "loaded_ms": middle("loaded"),
        "html_bytes": middle("html"), "html_bytes_unpacked": middle("whole"), "styles_bytes": middle("styles"),
        "scripts_bytes": middle("scripts"), "bytes": middle("html") + middle("rest"), "requests": middle("requests"),
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
