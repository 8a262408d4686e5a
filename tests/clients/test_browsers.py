"""Unmodified browser libraries in Chromium against a real server that is away for 20 seconds in the middle.

A browser library dates and names its events itself: what it said is read back by the number each call carries.
"""

import time
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page

from conftest import Home
from tests.clients.comparing import MAUTIC, POSTHOG, SEGMENT, as_said, differences
from tests.clients.ledger import recorded
from tests.clients.plan import EVENTS, Call, plan_of_page
from tests.clients.processes import SECONDS_AWAY
from tests.clients.site import CHROMIUM, page_of, site
from tests.collector.running import RunningServer, drained, query

pytestmark = [
    pytest.mark.long,
    pytest.mark.sqlite_only,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine"),
]
SECONDS_TO_ARRIVE = 240
# PostHog's library gives up a request after three refused connections, 18 seconds at the least: what is sent before
# this moment would be given up just before the server is back.
SECONDS_BEFORE_SENDING_ON = 4.0
# PostHog's library drops what is more than ten events a second in the long run.
MILLISECONDS_APART = {SEGMENT: 30, POSTHOG: 105, MAUTIC: 30}


def arrived(home: Home) -> int:
    return int(query(home, "SELECT count(*) FROM ledger_entry WHERE message IS NOT NULL")[0][0])


def wait_for(home: Home, events: int) -> None:
    until = time.monotonic() + SECONDS_TO_ARRIVE
    while arrived(home) < events:
        assert time.monotonic() < until, f"{arrived(home)} of {events} events came"
        time.sleep(0.5)


def send_while_away(page: Page, calls: list[Call], server: RunningServer, home: Home, milliseconds: int) -> None:
    third = len(calls) // 3
    page.evaluate("([calls, milliseconds]) => send(calls, milliseconds)", [calls[:third], milliseconds])
    wait_for(home, third)
    server.stop()
    stopped = time.monotonic()
    time.sleep(SECONDS_BEFORE_SENDING_ON)
    page.evaluate("([calls, milliseconds]) => void send(calls, milliseconds)", [calls[third:], milliseconds])
    time.sleep(max(0.0, SECONDS_AWAY - (time.monotonic() - stopped)))
    server.start()
    wait_for(home, len(calls))


@pytest.mark.parametrize("form", [SEGMENT, POSTHOG])
def test_500_events_of_a_page_arrive_once_and_field_by_field_though_the_server_is_away_for_20_seconds(
    ready_home: Home, server: RunningServer, form: str
) -> None:
    calls = plan_of_page(("track", "page", "identify"))
    with site() as origin:
        key = ready_home.run("writekey", "create", "site", "--kind", "browser", "--origin", origin).stdout.strip()
        server.start()
        began = datetime.now(UTC)
        with page_of(origin, form, server.url, key) as page:
            send_while_away(page, calls, server, ready_home, MILLISECONDS_APART[form])
        ended = datetime.now(UTC)
    assert server.stop() == 0
    totals = drained(ready_home)

    found = recorded(ready_home)
    others = as_said(calls, found, form)
    mine = [one for one in found if one not in others]
    assert differences(calls, mine, form, is_browser=True) == []
    assert len(mine) == EVENTS
    assert all(began <= one.happened_at <= ended for one in mine)
    assert {one.raw.get("event") for one in others} <= {"$pageview", "$pageleave", "$web_vitals", "$opt_in"}
    assert len({one.identities for one in mine}) == 1  # one visitor: what a public key says of them is a claim
    assert mine[0].identities[0][0] == "anonymous"
    assert totals["conflict"] == totals["quarantined"] == totals["dropped"] == totals["counted"] == 0
    assert totals["received"] == totals["recorded"] + totals["duplicate"]


def test_500_page_views_for_mautic_arrive_once_and_field_by_field_though_the_server_is_away_for_20_seconds(
    ready_home: Home, server: RunningServer
) -> None:
    """With the script we serve as /mtc.js: Mautic's own is no package, and gives up what is refused twice."""
    calls = plan_of_page(("page",))
    with site() as origin:
        ready_home.run("writekey", "create", "site", "--kind", "browser", "--origin", origin)
        server.start()
        began = datetime.now(UTC)
        # The page names no key: its origin says whose it is.
        with page_of(origin, "mautic", server.url, "", needs_modules=False) as page:
            send_while_away(page, calls, server, ready_home, MILLISECONDS_APART[MAUTIC])
            wait_for(ready_home, EVENTS + 1)
            page.fill("[name='mauticform[email]']", "hannah@northgate.example")
            page.click("button")
            page.wait_for_url("**/thanks**")
            wait_for(ready_home, EVENTS + 2)
        ended = datetime.now(UTC)
    assert server.stop() == 0
    totals = drained(ready_home)

    found = recorded(ready_home)
    others = as_said(calls, found, MAUTIC)
    mine = [one for one in found if one not in others]
    assert differences(calls, mine, MAUTIC, is_browser=True) == []
    assert len(mine) == EVENTS
    assert all(began <= one.happened_at <= ended for one in mine)
    assert [one.kind for one in others] == ["page.viewed", "form.submitted"]
    assert others[1].facts["form"] == "contact"
    assert others[1].raw["fields"]["email"] == "hannah@northgate.example"
    assert len({one.identities for one in found}) == 1  # the form's mail address is a claim
    assert totals == {**dict.fromkeys(totals, 0), "received": EVENTS + 2, "recorded": EVENTS + 2}
