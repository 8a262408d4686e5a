"""Where browser keys are used, and what can be said of a key again."""

from datetime import UTC, datetime, timedelta

import pytest

from leadpact.base.errors import LeadpactError
from leadpact.engagement import actions, reads
from leadpact.engagement.errors import BadOrigin, UnknownSource
from leadpact.engagement.types import Arrivals, Outcome, Sighting, SourceKind, Why
from leadpact.team.types import SYSTEM

NOW = datetime(2026, 3, 10, 12, 20, tzinfo=UTC)
SITE, SHOP = "https://www.example.com", "https://shop.example.com"

pytestmark = pytest.mark.django_db


def create(kind: SourceKind = SourceKind.BROWSER, *origins: str) -> tuple[int, str]:
    plain = actions.create_source(f"a {kind} key", kind, origins=origins, by=SYSTEM, now=NOW)
    source = reads.source_by_key(plain)
    assert source is not None
    return source.id, plain


def test_a_browser_key_can_be_shown_again_and_a_server_key_cannot() -> None:
    browser, plain = create()
    server, _secret = create(SourceKind.SERVER)
    assert reads.public_key(browser) == plain
    assert reads.public_key(server) == ""


def test_each_origin_is_there_once_with_its_last_use_the_newest_first() -> None:
    key, _ = create()
    later = NOW + timedelta(minutes=1)
    actions.note_sightings([Sighting(key, SITE, False, NOW), Sighting(key, SHOP, True, NOW)])
    actions.note_sightings([Sighting(key, SITE, False, later)])
    assert reads.sightings(key) == [Sighting(key, SITE, False, later), Sighting(key, SHOP, True, NOW)]


def test_of_origins_somebody_invents_the_newest_fifty_are_kept() -> None:
    key, _ = create()
    for number in range(60):
        seen = Sighting(key, f"https://{number}.example", False, NOW + timedelta(seconds=number))
        actions.note_sightings([seen])
    assert [one.origin for one in reads.sightings(key)] == [f"https://{n}.example" for n in range(59, 9, -1)]


def test_allowing_a_site_takes_back_what_was_refused() -> None:
    key, plain = create(SourceKind.BROWSER, SITE)
    actions.note_sightings([Sighting(key, SITE, False, NOW), Sighting(key, SHOP, True, NOW)])
    actions.set_origins(key, [SITE, SHOP + "/"], by=SYSTEM, now=NOW)
    source = reads.source_by_key(plain)
    assert source is not None
    assert source.origins == (SITE, SHOP)
    assert [one.origin for one in reads.sightings(key)] == [SITE]


@pytest.mark.parametrize(
    ("origin", "kind", "expected"),
    [("www.example.com", SourceKind.BROWSER, BadOrigin), (SITE, SourceKind.SERVER, BadOrigin)],
)
def test_what_cannot_be_an_origin_is_refused(origin: str, kind: SourceKind, expected: type[LeadpactError]) -> None:
    key, _ = create(kind)
    with pytest.raises(expected):
        actions.set_origins(key, [origin], by=SYSTEM, now=NOW)
    with pytest.raises(UnknownSource):
        actions.set_origins(key + 1000, [], by=SYSTEM, now=NOW)


def test_what_became_of_a_keys_events_is_added_up_since_an_hour() -> None:
    key, _ = create()
    hour = NOW.replace(minute=0)
    before = hour - timedelta(hours=1)
    counted = (Outcome.COUNTED, Why.NO_CONSENT)
    actions.count({(key, hour, Outcome.RECORDED, None): 2, (key, before, Outcome.RECORDED, None): 3}, {})
    actions.count({(key, hour, *counted): 4, (key + 1, hour, *counted): 9}, {})
    assert reads.arrivals_of(key, since=NOW) == [
        Arrivals(Outcome.COUNTED, Why.NO_CONSENT, 4),
        Arrivals(Outcome.RECORDED, None, 2),
    ]
    assert reads.arrivals_of(key, since=before)[0] == Arrivals(Outcome.RECORDED, None, 5)
