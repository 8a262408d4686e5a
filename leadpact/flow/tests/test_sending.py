"""Mails to many: to those who agreed, once, through a real mail server, whatever breaks."""

import asyncio
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.test import Client, override_settings

from leadpact.flow import arrival, sending
from leadpact.ledger import reads as ledger
from leadpact.ledger.inbox import open_inbox
from leadpact.nurture import actions, reads, tokens
from leadpact.nurture import sends as nurture_sends
from leadpact.nurture.errors import MailingNotDraft, NoPostalAddress
from leadpact.nurture.types import Audience, Draft, MailingState, MailingView, Refusal, SendState
from leadpact.people import actions as people
from leadpact.people import reads as known
from leadpact.people.types import Identifier, IdentityKind, Purpose
from leadpact.team import actions as team
from leadpact.team import reads as teams
from leadpact.team.types import SYSTEM
from leadpact.worklist import actions as worklist
from tests import cast
from tests.cast import Cast, utc

pytestmark = pytest.mark.django_db(transaction=True)

NOW = utc("2026-03-03 10:00")
LATER = NOW + timedelta(minutes=1)


class Sink:
    """A real SMTP server: keeps what it took, or answers as it is told."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.connections = 0
        self.answer = "250 OK"
        self.drop_at = -1  # break the connection off instead of answering this mail

    async def handle_EHLO(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # as above
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        message = message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        if len(self.taken) == self.drop_at:
            transport = server.transport
            assert isinstance(transport, asyncio.Transport)
            transport.abort()
        if self.answer.startswith("250"):
            self.taken.append(message)
        return self.answer

    @property
    def to(self) -> list[str]:
        return sorted(message["To"] for message in self.taken)


@contextmanager
def listening() -> Iterator[Sink]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    options = {"host": "127.0.0.1", "port": port, "timeout": 2}
    mailer = {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}
    try:
        with override_settings(MAILERS={"default": mailer}):
            yield sink
    finally:
        controller.stop()


@pytest.fixture
def sink() -> Iterator[Sink]:
    with listening() as sink:
        yield sink


@pytest.fixture
def house() -> Cast:
    found = cast.found()
    has_address("1 Gauge Lane\nSheffield")
    return found


def has_address(text: str) -> None:
    team.change_settings(replace(teams.settings(), postal_address=text), by=SYSTEM, now=NOW)


def agree(email: str, *, follow: bool = False, name: str = "") -> int:
    """Make a lead who agreed to our mails; `follow`: and to our seeing what they click."""
    person = cast.person(email, name=name)
    for purpose in (Purpose.MAIL, Purpose.MAIL_TRACKING) if follow else (Purpose.MAIL,):
        people.give_consent(person, purpose, text_version=None, source="test", happened_at=NOW, by=SYSTEM, now=NOW)
    return person


def mail_to(
    house: Cast, *persons: int, subject: str = "News", body: str = "Hello {first name}, see https://x.example/guide"
) -> MailingView:
    worklist.refresh(persons, now=NOW)
    made = actions.draft(Draft(subject, body), by=house.by(house.mia), now=NOW)
    return actions.choose(made.id, Audience(persons=persons), by=house.by(house.mia), now=NOW)


def send(mailing: MailingView, house: Cast, *, now: datetime = LATER) -> MailingView:
    sending.start(mailing.id, by=house.by(house.mia), now=NOW)
    while sending.step(now):
        pass
    return reads.mailing(mailing.id)


def states(mailing: MailingView) -> dict[str, int]:
    return {state.value: n for state, n in reads.tallies([mailing.id])[mailing.id].counts.items()}


def kinds(mailing: MailingView, *wanted: str) -> list[str]:
    return sorted(each.kind for each in ledger.entries_about(mailing.about) if each.kind in wanted)


def only_recipient(mailing: MailingView) -> int:
    (found,), _next = reads.recipients(mailing.id)
    return found.id


def test_only_those_who_agreed_are_written_to_and_the_others_say_why(house: Cast, sink: Sink) -> None:
    yes, never = agree("yes@firm.example"), cast.person("never@firm.example")
    gone, closed = agree("gone@firm.example"), agree("closed@firm.example")
    people.withdraw_consent(gone, Purpose.MAIL, source="test", happened_at=LATER, by=SYSTEM, now=LATER)
    people.suppress("closed@firm.example", "bounced", by=SYSTEM, now=NOW)
    mailing = send(mail_to(house, yes, never, gone, closed), house)
    assert sink.to == ["yes@firm.example"]
    assert mailing.state is MailingState.DONE
    found, _next = reads.recipients(mailing.id)
    assert {each.person: each.reason for each in found} == {
        yes: None, never: Refusal.NO_CONSENT, gone: Refusal.WITHDRAWN, closed: Refusal.SUPPRESSED,
    }  # fmt: skip
    assert kinds(mailing, "mail.sent", "mail.refused") == ["mail.refused"] * 3 + ["mail.sent"]


def test_a_consent_withdrawn_after_the_choosing_still_counts(house: Cast, sink: Sink) -> None:
    person = agree("yes@firm.example")
    mailing = mail_to(house, person)
    sending.start(mailing.id, by=house.by(house.mia), now=NOW)
    assert sending.step(LATER)  # chosen
    people.withdraw_consent(person, Purpose.MAIL, source="test", happened_at=LATER, by=SYSTEM, now=LATER)
    while sending.step(LATER):
        pass
    assert sink.taken == []
    assert states(mailing) == {"refused": 1}


def test_a_mail_carries_what_the_law_and_the_mail_programs_ask_for(house: Cast, sink: Sink) -> None:
    mailing = send(mail_to(house, agree("hannah@firm.example", name="Hannah Webb")), house)
    (message,) = sink.taken
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = message["List-Unsubscribe"].strip(" <>")
    assert "/m/u/" in url
    assert message["Message-ID"] == f"<mail-{only_recipient(mailing)}@localhost>"
    for part in ("plain", "html"):
        body = message.get_body((part,))
        assert body is not None
        words = body.get_content()
        assert "Hello Hannah" in words
        assert "1 Gauge Lane" in words
        assert url in words
        assert "https://x.example/guide" in words  # a plain link: nobody agreed to be followed


def test_only_those_who_agreed_to_it_get_links_that_are_followed(house: Cast, sink: Sink, client: Client) -> None:
    person = agree("yes@firm.example", follow=True)
    mailing = send(mail_to(house, person), house)
    body = sink.taken[0].get_body(("plain",))
    assert body is not None
    assert "https://x.example/guide" not in body.get_content()
    path = "/m/c/" + body.get_content().partition("/m/c/")[2].split()[0]
    answer = client.get(path)
    assert (answer.status_code, answer["Location"]) == (302, "https://x.example/guide")
    client.get(path)  # again within the hour: the same click
    arrival.drain(open_inbox(), now=LATER)
    acts = [each for each in ledger.entries_of(known.identities_of(person)) if each.kind == "mail.clicked"]
    assert [dict(each.facts) for each in acts] == [{"message": "News", "link": "https://x.example/guide"}]
    assert reads.tallies([mailing.id])[mailing.id].clicked == 1


def test_a_link_leads_only_where_the_mail_itself_leads(house: Cast, sink: Sink, client: Client) -> None:
    send(mail_to(house, agree("yes@firm.example", follow=True)), house)
    good = tokens.click_token(1, 0)
    for bad in (
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        tokens.click_token(1, 7),
        tokens.unsubscribe_token(1),
        "x",
    ):
        assert client.get(f"/m/c/{bad}/?next=https://evil.example").status_code == 404


def test_following_the_link_asks_and_the_button_ends_the_mails(house: Cast, sink: Sink) -> None:
    person = agree("yes@firm.example")
    mailing = send(mail_to(house, person), house)
    path = f"/m/u/{tokens.unsubscribe_token(only_recipient(mailing))}/"
    browser = Client(enforce_csrf_checks=True)
    assert "yes@firm.example" in browser.get(path).content.decode()
    assert known.may_mail(person)  # a scanner that follows links changes nothing
    assert browser.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not known.may_mail(person)
    assert browser.post(path).status_code == 200  # the second time is harmless
    assert kinds(mailing, "mail.unsubscribed") == ["mail.unsubscribed"]


def test_without_a_postal_address_nothing_is_sent(house: Cast, sink: Sink) -> None:
    has_address(" ")
    mailing = mail_to(house, agree("yes@firm.example"))
    with pytest.raises(NoPostalAddress):
        sending.start(mailing.id, by=house.by(house.mia), now=NOW)
    assert reads.mailing(mailing.id).state is MailingState.DRAFT


def test_nothing_leaves_in_the_first_half_minute_and_a_stopped_mail_goes_on_for_the_rest(
    house: Cast, sink: Sink
) -> None:
    persons = [agree(f"p{number}@firm.example") for number in range(3)]
    mailing = mail_to(house, *persons)
    sending.start(mailing.id, by=house.by(house.mia), now=NOW)
    assert not sending.step(NOW + timedelta(seconds=29))
    actions.stop(mailing.id, by=house.by(house.mia), now=NOW)
    assert not sending.step(LATER)
    assert sink.taken == []
    actions.go_on(mailing.id, by=house.by(house.mia), now=LATER)
    while sending.step(LATER + timedelta(minutes=1)):
        pass
    assert len(sink.taken) == 3
    with pytest.raises(MailingNotDraft):
        actions.rewrite(mailing.id, Draft("Other", "words"), by=house.by(house.mia), now=LATER)


def test_many_mails_go_over_one_connection_and_one_address_gets_one(house: Cast, sink: Sink) -> None:
    persons = [agree(f"p{number}@firm.example") for number in range(30)]
    mailing = send(mail_to(house, *persons, *persons), house)
    assert sink.to == sorted(f"p{number}@firm.example" for number in range(30))
    assert sink.connections == 1
    assert states(mailing) == {"sent": 30}
    assert not sending.step(LATER + timedelta(days=1))


def test_what_broke_off_is_never_sent_again_and_the_rest_arrives(house: Cast, sink: Sink) -> None:
    persons = [agree(f"p{number}@firm.example") for number in range(4)]
    sink.drop_at = 1  # the server takes the second mail and is gone before it says so
    mailing = send(mail_to(house, *persons), house)
    for minutes in (11, 60, 600):
        while sending.step(LATER + timedelta(minutes=minutes)):
            pass
    assert states(mailing) == {"sent": 3, "unknown": 1}
    assert len(sink.taken) == 4  # the doubtful one did arrive, once
    assert len(set(sink.to)) == 4


def test_a_server_that_is_away_delays_and_one_that_says_no_ends_it(house: Cast, sink: Sink) -> None:
    mailing = mail_to(house, agree("yes@firm.example"))
    sink.answer = "451 later"
    send(mailing, house)
    assert states(mailing) == {"due": 1}
    sink.answer = "550 no such box"
    while sending.step(LATER + timedelta(minutes=5)):
        pass
    found, _next = reads.recipients(mailing.id)
    assert [(each.state, each.reason) for each in found] == [(SendState.REFUSED, Refusal.SERVER)]


class Killed(BaseException):
    """The process dies here; no handler of ours may see to anything after it."""


def test_a_death_between_the_server_and_the_note_never_sends_twice(
    house: Cast, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(pid: int, number: int) -> None:
        assert (pid, number) == (os.getpid(), signal.SIGKILL)
        raise Killed

    persons = [agree(f"p{number}@firm.example") for number in range(3)]
    mailing = mail_to(house, *persons)
    sending.start(mailing.id, by=house.by(house.mia), now=NOW)
    assert sending.step(LATER)  # chosen
    monkeypatch.setattr(os, "kill", die)
    monkeypatch.setenv("LEADPACT_FAULT", "mailing.handed")
    with pytest.raises(Killed):
        sending.step(LATER)
    monkeypatch.delenv("LEADPACT_FAULT")
    assert len(sink.taken) == 1
    assert not sending.step(LATER + timedelta(minutes=5))  # somebody may still be at it
    assert sending.step(LATER + nurture_sends.LONGEST_SENDING + timedelta(minutes=1))
    while sending.step(LATER + timedelta(days=1)):
        pass
    assert len(sink.taken) == 1
    assert states(mailing) == {"unknown": 3}
    assert reads.mailing(mailing.id).state is MailingState.DONE


def test_a_death_right_after_the_claim_sends_nothing_twice(
    house: Cast, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailing = mail_to(house, agree("yes@firm.example"))
    sending.start(mailing.id, by=house.by(house.mia), now=NOW)
    assert sending.step(LATER)
    monkeypatch.setattr(os, "kill", lambda pid, number: (_ for _ in ()).throw(Killed()))
    monkeypatch.setenv("LEADPACT_FAULT", "mailing.claimed")
    with pytest.raises(Killed):
        sending.step(LATER)
    monkeypatch.delenv("LEADPACT_FAULT")
    while sending.step(LATER + timedelta(days=1)):
        pass
    assert (sink.taken, states(mailing)) == ([], {"unknown": 1})


def test_a_test_goes_to_oneself_alone(house: Cast, sink: Sink) -> None:
    mailing = mail_to(house, agree("yes@firm.example"))
    sending.send_test(mailing, teams.user(house.mia), now=NOW)
    assert sink.to == ["mia@ours.example"]
    assert states(mailing) == {}


def test_the_same_person_by_two_addresses_that_were_merged_is_written_to_once(house: Cast, sink: Sink) -> None:
    one, two = agree("one@firm.example"), agree("two@firm.example")
    mailing = mail_to(house, one, two)
    sending.start(mailing.id, by=house.by(house.mia), now=NOW)
    assert sending.step(LATER)
    people.merge(one, two, happened_at=LATER, by=SYSTEM, now=LATER)
    while sending.step(LATER):
        pass
    assert sink.to == ["one@firm.example"]
    assert known.person_by(Identifier(IdentityKind.EMAIL, "two@firm.example")) == one
