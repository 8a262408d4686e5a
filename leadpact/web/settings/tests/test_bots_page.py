"""Settings, Machines: what other rules would change, judging the past by them, and what they changed."""

from datetime import timedelta

import pytest

from leadpact.engagement import judging as verdicts
from leadpact.flow import clock, judging
from leadpact.ledger import actions as ledger
from leadpact.ledger.types import NewEntry
from leadpact.people import reads as people
from leadpact.web.tests.acting import browser_of, reads_well
from tests import cast
from tests.cast import Cast

pytestmark = pytest.mark.django_db

ANNA = "anna@north.example"


@pytest.fixture
def house(db: None) -> Cast:
    return cast.found()


def visited(agent: str, times: int = 1) -> None:
    identity, now = people.identities_of(cast.person(ANNA))[0], clock.now()
    for n in range(times):
        at = now - timedelta(minutes=5 + n)
        entry = NewEntry("page.viewed", at, identity, facts={"path": "/x"}, personal={"user_agent": agent})
        ledger.append_one(entry, by="system", now=at)
    ledger.sequence()
    judging.step(now)


def test_the_page_says_what_a_version_would_change_and_does_it(house: Cast) -> None:
    visited("curl/8", times=3)
    olga = browser_of(house.olga)
    page = olga.get("/settings/bots/?rules=2")
    assert reads_well(page)
    assert "What version 2 would change" in page.content.decode()
    assert [change.is_void for change in verdicts.preview(2)[0].changes] == [True] * 3
    assert olga.get("/settings/bots/would.csv?rules=2").getvalue().decode().count("machine") == 3
    assert olga.post("/settings/bots/judge/", {"rules": "2"}).status_code == 302
    assert "0 % done" in olga.get("/settings/bots/").content.decode()
    while judging.step(clock.now()):
        pass
    (done,) = verdicts.judgings()
    assert (done.voided, done.share) == (3, 100)
    assert "What the last one changed" in olga.get("/settings/bots/").content.decode()
    assert olga.get(f"/settings/bots/{done.id}/changes.csv").getvalue().decode().count("machine") == 3


def test_nobody_else_sees_or_does_it(house: Cast) -> None:
    for who in (house.mia, house.ann, house.pat):
        assert browser_of(who).get("/settings/bots/").status_code == 403
        assert browser_of(who).post("/settings/bots/judge/", {"rules": "2"}).status_code == 403
    assert verdicts.judgings() == []


@pytest.mark.parametrize("said", ["0", "99", "two", "999999999999999999999"])
def test_an_unknown_version_is_not_there(house: Cast, said: str) -> None:
    assert browser_of(house.olga).post("/settings/bots/judge/", {"rules": said}).status_code == 404
    assert browser_of(house.olga).get(f"/settings/bots/?rules={said}").status_code == 200
