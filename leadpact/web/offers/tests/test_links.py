"""Links in a mail that answer an offer: reading changes nothing, the button acts, and only for whom it was signed."""

from datetime import timedelta

import pytest
from django.test import Client

from leadpact.flow import clock
from leadpact.handover import links
from leadpact.handover import reads as handover
from leadpact.handover.links import LinkAction
from leadpact.handover.types import Answer
from leadpact.pact import reads as pacts
from leadpact.team import actions as team
from leadpact.team import reads as teams
from leadpact.team.types import SYSTEM, UserFields
from leadpact.web.tests.acting import reads_well, words_of
from tests import cast
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Cast:
    return cast.found()


def offered() -> tuple[int, int]:
    now = clock.now()
    who = cast.ask("hannah@northgate.example", now - timedelta(minutes=5))
    cast.sweep(now)
    running = handover.active_of_person(who)
    assert running is not None
    offer = handover.open_offer_of(running.id)
    assert offer is not None
    assert offer.user is not None
    return offer.id, offer.user


def link(offer: int, user: int, action: LinkAction) -> str:
    return f"/o/{links.sign(offer, user, action, now=clock.now())}/"


def test_following_the_link_asks_and_changes_nothing(company: Cast, client: Client) -> None:
    offer, user = offered()
    for action in LinkAction:
        page = client.get(link(offer, user, action))
        assert page.status_code == 200
        assert "hannah@northgate.example" in words_of(page)
        assert reads_well(page)
    held = handover.offer(offer)
    assert (held.answer, held.opened_at) == (Answer.OPEN, None)


def test_the_button_accepts_without_a_login(company: Cast, client: Client) -> None:
    offer, user = offered()
    page = client.post(link(offer, user, LinkAction.ACCEPT))
    assert "The lead is yours" in words_of(page)
    assert handover.offer(offer).answer is Answer.ACCEPTED
    assert "answered already" in words_of(client.get(link(offer, user, LinkAction.ACCEPT)))


def test_a_rejection_by_link_needs_its_reason_too(company: Cast, client: Client) -> None:
    offer, user = offered()
    url = link(offer, user, LinkAction.REJECT)
    assert client.post(url, {}).status_code == 400
    assert handover.offer(offer).answer is Answer.OPEN
    plain = next(reason for reason in pacts.in_force(clock.now()).pact.reject_reasons if reason.needs is None)
    assert client.post(url, {"reason": plain.code}).status_code == 200
    assert handover.offer(offer).answer is Answer.REJECTED


def test_later_by_link_reminds(company: Cast, client: Client) -> None:
    offer, user = offered()
    client.post(link(offer, user, LinkAction.LATER), {"in": "tomorrow"})
    assert handover.offer(offer).later_until is not None


def test_a_link_that_was_bent_or_is_old_is_refused(company: Cast, client: Client) -> None:
    offer, user = offered()
    url = link(offer, user, LinkAction.ACCEPT)
    assert client.post(url.replace("/o/", "/o/x")).status_code == 400
    old = links.sign(offer, user, LinkAction.ACCEPT, now=clock.now() - timedelta(days=31))
    refused = client.post(f"/o/{old}/")
    assert refused.status_code in (400, 409)
    assert handover.offer(offer).answer is Answer.OPEN


def test_a_link_of_somebody_who_left_answers_nothing(company: Cast, client: Client) -> None:
    offer, user = offered()
    member = teams.user(user)
    team.change_user(
        user, UserFields(member.name, tuple(member.roles), member.team, member.capacity, is_active=False),
        by=SYSTEM, now=clock.now(),
    )  # fmt: skip
    assert client.post(link(offer, user, LinkAction.ACCEPT)).status_code in (400, 409)
    assert handover.offer(offer).answer is Answer.OPEN
