"""A moment of the past on the page of a lead: as known then, beside what is known now, with what differs."""

from datetime import timedelta

import pytest
from django.test import Client

from leadpact.engagement import actions as engagement
from leadpact.flow import judging, merging
from leadpact.ledger import actions as ledger
from leadpact.ledger.types import NewEntry
from leadpact.people import reads as people
from leadpact.scoring import known
from leadpact.scoring.known import Cause
from leadpact.team.types import SYSTEM
from leadpact.web.tests.acting import browser_of
from tests import cast
from tests.cast import Cast, utc

pytestmark = pytest.mark.django_db

ANNA = "anna@north.example"
MONDAY = utc("2026-03-02 10:00")
FRIDAY = MONDAY + timedelta(days=4)


@pytest.fixture
def house(db: None) -> Cast:
    return cast.found()


@pytest.fixture
def browser(house: Cast) -> Client:
    return browser_of(house.milo)


def late(kind: str, happened: str, recorded: str, **facts: str) -> int:
    identity = people.identities_of(cast.person(ANNA))[0]
    return ledger.append_one(NewEntry(kind, utc(happened), identity, facts=facts), by=SYSTEM, now=utc(recorded))


def test_a_late_act_was_not_known_and_a_machines_was_taken_for_a_humans(house: Cast) -> None:
    person = cast.person(ANNA)
    bot = cast.act(ANNA, "page.viewed", MONDAY, path="/pricing")
    came = late("form.submitted", "2026-03-02 09:00", "2026-03-04 09:00", form="contact")
    engagement.void(bot, "bot:scanner", by=SYSTEM, now=FRIDAY)
    found = known.compare(person, MONDAY + timedelta(hours=1))
    assert [(each.cause, each.entry, each.since) for each in found.differences] == [
        (Cause.LATE, came, utc("2026-03-04 09:00")),
        (Cause.VOIDED, bot, FRIDAY),
    ]
    assert found.then is not None
    assert found.now is not None
    assert (found.then.is_ready, found.now.is_ready) == (False, True)


def test_what_was_merged_later_was_not_known_to_be_theirs(house: Cast) -> None:
    anna, other = cast.person(ANNA), cast.person("a.north@mail.example")
    cast.act("a.north@mail.example", "form.submitted", MONDAY, form="contact")
    merging.merge(anna, other, by=SYSTEM, now=FRIDAY)
    assert known.why(anna, MONDAY, MONDAY).score == 0
    assert known.why(other, MONDAY, MONDAY).is_ready
    assert [each.cause for each in known.compare(anna, MONDAY).differences if each.cause is not Cause.FACT] == [
        Cause.JOINED
    ]


def test_the_page_shows_both_and_why_they_differ(house: Cast, browser: Client) -> None:
    person = cast.person(ANNA)
    late("form.submitted", "2026-03-02 09:00", "2026-03-04 09:00", form="contact")
    page = browser.get(f"/leads/{person}/", {"then": "2026-03-02"}).content.decode()
    assert "As known then" in page
    assert "As we know now" in page
    assert "It arrived later" in page
    assert 'type="range"' in page


@pytest.mark.parametrize(
    "said", ["", "tomorrow", "2026-13-40", "0001-01-01", "9999-12-31", "2026-03-02T10:00:00+99:00"]
)
def test_a_moment_that_cannot_be_read_shows_today(house: Cast, browser: Client, said: str) -> None:
    person = cast.ask(ANNA, MONDAY)
    assert browser.get(f"/leads/{person}/", {"then": said, "day": "99999"}).status_code == 200


def test_a_machines_hit_is_struck_out_with_the_reason(house: Cast, browser: Client) -> None:
    person = cast.person(ANNA)
    hit = NewEntry(
        "page.viewed",
        MONDAY,
        people.identities_of(person)[0],
        facts={"path": "/x"},
        personal={"user_agent": "Barracuda"},
    )
    ledger.append_one(hit, by=SYSTEM, now=MONDAY)
    ledger.sequence()
    judging.step(MONDAY)
    page = browser.get(f"/leads/{person}/").content.decode()
    assert "Judged a machine: it calls itself a program that checks links" in page
    assert 'class="void"' in page
