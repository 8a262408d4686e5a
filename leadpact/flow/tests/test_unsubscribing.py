"""A human's "no more mails" is obeyed at once; what looks like a machine's waits for the person's own word."""

from datetime import timedelta

import pytest
from django.test import Client

from leadpact.flow import arrival, judging, sending, unsubscribing
from leadpact.flow.tests.test_sending import LATER, Sink, agree, house, mail_to, only_recipient, send, sink
from leadpact.flow.unsubscribing import Answer, Press
from leadpact.ledger import actions as entries
from leadpact.ledger import reads as ledger
from leadpact.ledger.inbox import open_inbox
from leadpact.nurture import reads, tokens
from leadpact.people import reads as known
from tests.cast import Cast

__all__ = ["house", "sink"]
pytestmark = pytest.mark.django_db(transaction=True)

READ = LATER + timedelta(minutes=5)
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def sent(house: Cast, *, follow: bool = False) -> tuple[int, int, str]:
    """Send a mail; returns the person, the recipient and the token of their link."""
    person = agree("yes@firm.example", follow=follow)
    recipient = only_recipient(send(mail_to(house, person), house))
    return person, recipient, tokens.unsubscribe_token(recipient)


@pytest.mark.parametrize(
    ("press", "seconds", "answer"),
    [
        (Press("Mozilla/5.0 Firefox/130"), 300, Answer.DONE),
        (Press("Mozilla/5.0 Firefox/130"), 1, Answer.HELD),  # within three seconds of the sending
        (Press("BarracudaCentral/1.0"), 300, Answer.HELD),
        (Press("BarracudaCentral/1.0", is_one_click=True), 300, Answer.HELD),
        (Press("Mozilla/5.0 Firefox/130", "104.47.1.1"), 300, Answer.HELD),
        (Press("", "66.249.80.1", is_one_click=True), 300, Answer.DONE),  # a provider's machine presses for its reader
        (Press("Googlebot/2.1 (Google-Unsubscribe)", is_one_click=True), 300, Answer.DONE),
        (Press("", is_one_click=True), 1, Answer.HELD),  # nobody has read it yet
    ],
)
def test_who_is_obeyed_and_who_is_asked(house: Cast, sink: Sink, press: Press, seconds: int, answer: Answer) -> None:
    person, recipient, token = sent(house)
    assert unsubscribing.unsubscribe(token, press, now=LATER + timedelta(seconds=seconds)) is answer
    assert known.may_mail(person) is (answer is Answer.HELD)
    held = reads.recipient(recipient)
    assert held is not None
    assert held.is_held is (answer is Answer.HELD)


def test_a_held_one_is_asked_once_and_obeyed_when_confirmed(house: Cast, sink: Sink) -> None:
    person, recipient, token = sent(house)
    unsubscribing.unsubscribe(token, Press("Barracuda"), now=READ)
    assert unsubscribing.ask(READ)
    assert not unsubscribing.ask(READ)
    assert [message["To"] for message in sink.taken] == ["yes@firm.example"] * 2
    body = sink.taken[-1].get_body(("plain",))
    assert body is not None
    assert f"/m/u/{token}/" in body.get_content()
    tally = reads.tallies([reads.recipient(recipient).mailing])  # type: ignore[union-attr]  # it is there
    assert [each.held for each in tally.values()] == [1]
    confirming = Press("Barracuda", is_confirming=True)
    assert unsubscribing.unsubscribe(token, confirming, now=READ + timedelta(seconds=1)) is Answer.HELD
    assert known.may_mail(person)
    assert unsubscribing.unsubscribe(token, confirming, now=READ + timedelta(minutes=1)) is Answer.DONE
    assert not known.may_mail(person)


def test_whoever_followed_the_hidden_link_is_not_obeyed_and_a_human_later_is(
    house: Cast, sink: Sink, client: Client
) -> None:
    person, recipient, token = sent(house, follow=True)
    html = sink.taken[0].get_body(("html",))
    assert html is not None
    trap = tokens.click_token(recipient, sending.TRAP)
    assert f"/m/c/{trap}/" in html.get_content()
    clicked = sending.destination(trap)
    assert sending.note_click(clicked, agent="Mozilla/5.0 Safari", ip="203.0.113.7", now=READ)
    arrival.drain(open_inbox(), now=READ)
    assert unsubscribing.unsubscribe(token, Press("Mozilla/5.0 Safari"), now=READ) is Answer.HELD
    entries.sequence()
    assert judging.step(READ)
    (hit,) = [each for each in ledger.entries_of(known.identities_of(person)) if each.kind == "mail.clicked"]
    (void,) = [each for each in ledger.entries_of(known.identities_of(person)) if each.kind == "event.voided"]
    assert (void.facts["entry"], void.facts["reason"]) == (hit.id, "bot:trap")
    later = READ + timedelta(minutes=10)
    assert unsubscribing.unsubscribe(token, Press("Mozilla/5.0 Safari"), now=later) is Answer.DONE


def test_a_machines_click_takes_no_humans_place(house: Cast, sink: Sink) -> None:
    person, recipient, _token = sent(house, follow=True)
    clicked = sending.destination(tokens.click_token(recipient, 0))
    for seconds, agent in ((1, "Mozilla/5.0 Safari"), (200, "Mozilla/5.0 Safari")):
        sending.note_click(clicked, agent=agent, now=LATER + timedelta(seconds=seconds))
    arrival.drain(open_inbox(), now=READ)
    entries.sequence()
    judging.step(READ)
    found = [each for each in ledger.entries_of(known.identities_of(person)) if each.kind == "mail.clicked"]
    assert len(found) == 2
    held = reads.recipient(recipient)
    assert held is not None
    assert held.clicked_at == LATER + timedelta(seconds=200)


def test_the_page_asks_again_where_it_held(house: Cast, sink: Sink, client: Client) -> None:
    person, _recipient, token = sent(house)
    answer = client.post(f"/m/u/{token}/", headers={"user-agent": "Proofpoint URL Defense"})
    assert (answer.status_code, "Was that you?" in answer.content.decode()) == (200, True)
    assert known.may_mail(person)
    assert 'name="confirm"' in client.get(f"/m/u/{token}/").content.decode()
