"""The page of a snippet: what to put into a site, and whether the site is seen."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leadpact.engagement import actions as engagement
from leadpact.engagement import reads
from leadpact.engagement.types import Outcome, Sighting, SourceKind, Why
from leadpact.flow import clock
from leadpact.team.types import SYSTEM
from leadpact.web.tests.acting import browser_of, reads_well, words_of
from tests import cast

pytestmark = pytest.mark.django_db

SITE, SHOP = "https://www.example.com", "https://shop.example.com"


@pytest.fixture
def client() -> Client:
    return browser_of(cast.found().olga)


def key(kind: SourceKind = SourceKind.BROWSER, *origins: str) -> int:
    engagement.create_source(f"{kind} key", kind, origins=origins, by=SYSTEM, now=clock.now())
    return reads.write_keys()[0].id


def test_the_snippet_names_the_key_and_how_consent_is_asked(client: Client) -> None:
    site = key()
    page = client.get(f"/settings/keys/{site}/tracker/")
    shown = f"src=&quot;http://testserver/t.js&quot; data-key=&quot;{reads.public_key(site)}&quot; data-consent=&quot;"
    assert shown + "ask&quot;" in page.content.decode()
    given = client.get(f"/settings/keys/{site}/tracker/?consent=given").content.decode()
    assert shown + "given&quot;" in given
    assert shown + "ask&quot;" in client.get(f"/settings/keys/{site}/tracker/?consent=what").content.decode()
    assert reads_well(page)


def test_a_site_that_was_never_seen_says_what_to_look_at(client: Client) -> None:
    words = words_of(client.get(f"/settings/keys/{key()}/tracker/"))
    assert "Not yet." in words
    assert "Content-Security-Policy" in words


def test_a_seen_site_a_refused_one_and_what_became_of_events_stand_in_the_live_part(client: Client) -> None:
    site, now = key(SourceKind.BROWSER, SITE), clock.now()
    engagement.note_sightings([Sighting(site, SITE, False, now), Sighting(site, SHOP, True, now - timedelta(days=3))])
    hour = now.replace(minute=0, second=0, microsecond=0)
    engagement.count({(site, hour, Outcome.COUNTED, Why.NO_CONSENT): 7, (site, hour, Outcome.RECORDED, None): 1}, {})
    answer = client.get(f"/settings/keys/{site}/seen/")
    words = words_of(answer)
    assert "Yes, we see it." in words
    assert f"{SITE} just now" in words
    assert f"{SHOP} refused: not among the sites of this key" in words
    assert "7 counted, not followed: no consent" in words
    assert "1 recorded" in words
    assert "<html" not in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"


def test_a_refused_site_is_allowed_with_one_button(client: Client) -> None:
    site = key(SourceKind.BROWSER, SITE)
    engagement.note_sightings([Sighting(site, SHOP, True, clock.now())])
    assert f'value="{SITE}\n{SHOP}"' in client.get(f"/settings/keys/{site}/tracker/").content.decode()
    answer = client.post(f"/settings/keys/{site}/origins/", {"origins": f"{SITE}\n{SHOP}"})
    assert answer["Location"] == f"/settings/keys/{site}/tracker/"
    written = reads.write_key(site)
    assert written is not None
    assert written.origins == (SITE, SHOP)


def test_what_is_no_origin_is_said_beside_the_field_and_nothing_changes(client: Client) -> None:
    site = key(SourceKind.BROWSER, SITE)
    answer = client.post(f"/settings/keys/{site}/origins/", {"origins": "example"})
    assert answer.status_code == 400
    assert "example cannot be an origin" in words_of(answer)
    written = reads.write_key(site)
    assert written is not None
    assert written.origins == (SITE,)


def test_only_browser_keys_have_a_snippet(client: Client) -> None:
    server = key(SourceKind.SERVER)
    for page in ("tracker", "seen"):
        assert client.get(f"/settings/keys/{server}/{page}/").status_code == 404
        assert client.get(f"/settings/keys/987654/{page}/").status_code == 404
    assert client.post(f"/settings/keys/{server}/origins/", {"origins": ""}).status_code == 404


def test_more_sites_and_reasons_cost_no_more_queries(client: Client) -> None:
    site, now = key(SourceKind.BROWSER, SITE), clock.now()
    hour = now.replace(minute=0, second=0, microsecond=0)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/settings/keys/{site}/tracker/").status_code == 200
        return len(asked)

    engagement.note_sightings([Sighting(site, SITE, False, now)])
    one = queries()
    engagement.note_sightings([Sighting(site, f"https://{n}.example", n % 2 == 0, now) for n in range(40)])
    engagement.count({(site, hour, Outcome.QUARANTINED, why): 1 for why in Why}, {})
    assert queries() == one <= 12


def test_a_revoked_key_says_so(client: Client) -> None:
    site = key()
    engagement.revoke_source(site, by=SYSTEM, now=clock.now())
    assert "This key is revoked" in words_of(client.get(f"/settings/keys/{site}/tracker/"))
