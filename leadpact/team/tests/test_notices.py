"""What users are told, once; and their mails, at most once, whatever breaks."""

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.test import override_settings

from conftest import Home
from leadpact.team import actions, reads
from leadpact.team.models import MailState, Notice
from leadpact.team.types import SYSTEM, MailReport, Role, UserFields

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
MAIL = ("New lead: Acme", "Answer by 16:00.\n")


class Sink:
    """A real SMTP server: keeps what it took, or answers as it is told."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.answer = "250 OK"
        self.drops = 0  # how many connections to break off

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        if self.drops:
            self.drops -= 1
            transport = server.transport
            assert isinstance(transport, asyncio.Transport)
            transport.abort()
        if self.answer.startswith("250"):
            content = envelope.content if isinstance(envelope.content, bytes) else b""
            message = message_from_bytes(content, policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.taken.append(message)
        return self.answer


@contextmanager
def listening() -> Iterator[tuple[Sink, int]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield sink, port
    finally:
        controller.stop()


def through(port: int) -> override_settings:
    backend = "django.core.mail.backends.smtp.EmailBackend"
    options = {"host": "127.0.0.1", "port": port, "timeout": 2}
    return override_settings(MAILERS={"default": {"BACKEND": backend, "OPTIONS": options}})


@pytest.fixture
def sink() -> Iterator[Sink]:
    with listening() as (sink, port), through(port):
        yield sink


@pytest.fixture
def rep(db: None) -> int:
    return actions.create_user("rep@acme.test", "a long and odd sentence", by=SYSTEM, now=NOW)


def tell(user: int, key: str = "offer:1", mail: tuple[str, str] | None = MAIL) -> bool:
    return actions.notify(user, key, "offer", "Acme waits for you.", "/leads/1/", mail=mail, now=NOW)


def states() -> list[str]:
    return list(Notice.objects.order_by("pk").values_list("mail_state", flat=True))


def test_one_key_tells_a_user_once(rep: int) -> None:
    assert tell(rep)
    assert not tell(rep)
    assert reads.unread_count(rep) == 1
    assert [notice.text for notice in reads.notices(rep)] == ["Acme waits for you."]
    assert actions.mark_read(rep, now=NOW) == 1
    assert reads.unread_count(rep) == 0
    assert not tell(rep)


def test_a_due_mail_is_sent_once_and_says_what_it_should(rep: int, sink: Sink) -> None:
    tell(rep)
    assert actions.send_due_mail(NOW) == MailReport(sent=1)
    assert actions.send_due_mail(NOW) == MailReport()
    assert states() == [MailState.SENT]
    (mail,) = sink.taken
    assert (mail["To"], mail["Subject"]) == ("rep@acme.test", "New lead: Acme")
    assert mail["Message-ID"].startswith("<notice-")
    assert mail.get_content().strip() == "Answer by 16:00."


def test_several_mails_go_over_one_connection_each_to_its_own_user(rep: int, sink: Sink) -> None:
    other = actions.create_user("head@acme.test", None, by=SYSTEM, now=NOW)
    for number in range(3):
        tell(rep, f"offer:{number}")
        tell(other, f"offer:{number}")
    assert actions.send_due_mail(NOW) == MailReport(sent=6)
    assert sorted(mail["To"] for mail in sink.taken) == ["head@acme.test"] * 3 + ["rep@acme.test"] * 3


def test_a_notice_of_a_kind_that_nobody_wants_by_mail_sends_none(rep: int, sink: Sink) -> None:
    actions.notify(rep, "joined:1", "joined", "Acme waits for you.", now=NOW)
    assert actions.send_due_mail(NOW) == MailReport()
    assert sink.taken == []


def test_somebody_who_left_is_written_no_mail(rep: int, sink: Sink) -> None:
    actions.create_user("root@acme.test", None, roles=[Role.REVENUE_OPERATIONS], by=SYSTEM, now=NOW)
    actions.change_user(rep, UserFields("Rep", (), None, 50, is_active=False), by=SYSTEM, now=NOW)
    tell(rep)
    assert actions.send_due_mail(NOW) == MailReport()
    assert sink.taken == []


def test_no_server_puts_the_mail_off_and_it_goes_later(rep: int) -> None:
    with listening() as (_sink, port):
        pass  # now nobody listens there
    tell(rep)
    with through(port):
        assert actions.send_due_mail(NOW) == MailReport(put_off=1)
        assert actions.send_due_mail(NOW) == MailReport()  # not before a minute has passed
    with listening() as (sink, port), through(port):
        assert actions.send_due_mail(NOW + timedelta(minutes=1)) == MailReport(sent=1)
        assert len(sink.taken) == 1


@pytest.mark.parametrize(
    ("answer", "report", "state"),
    [
        ("550 no such user", MailReport(refused=1), MailState.REFUSED),
        ("451 come again", MailReport(put_off=1), MailState.DUE),
    ],
)
def test_the_servers_no_is_for_good_or_for_now(
    rep: int, sink: Sink, answer: str, report: MailReport, state: MailState
) -> None:
    sink.answer = answer
    tell(rep)
    assert actions.send_due_mail(NOW) == report
    assert states() == [state]
    sink.answer = "250 OK"
    actions.send_due_mail(NOW + timedelta(hours=2))
    assert len(sink.taken) == (1 if state is MailState.DUE else 0)


def test_a_connection_that_breaks_in_the_middle_is_unknown_and_never_sent_again(rep: int, sink: Sink) -> None:
    tell(rep)
    sink.drops = 1
    assert actions.send_due_mail(NOW) == MailReport(unknown=1)
    assert states() == [MailState.UNKNOWN]
    assert actions.send_due_mail(NOW + timedelta(days=30)) == MailReport()
    assert len(sink.taken) == 1  # the one that may have arrived


def test_after_a_broken_connection_the_next_mail_gets_a_new_one(rep: int, sink: Sink) -> None:
    tell(rep, "offer:1")
    tell(rep, "offer:2")
    sink.drops = 1
    assert actions.send_due_mail(NOW) == MailReport(sent=1, unknown=1)
    assert states() == [MailState.UNKNOWN, MailState.SENT]


CHILD = """
from datetime import UTC, datetime
from leadpact.site.cli import set_up_django
set_up_django()
from leadpact.team import actions, reads
from leadpact.team.models import Notice
from leadpact.team.types import SYSTEM
now = datetime(2026, 3, 3, 12, int("{minute}"), tzinfo=UTC)
if "{make}":
    from django.core.management import call_command
    call_command("migrate", verbosity=0)
    rep = actions.create_user("rep@acme.test", None, by=SYSTEM, now=now)
    actions.notify(rep, "k", "offer", "t", mail=("Subject", "Body"), now=now)
print(actions.send_due_mail(now), Notice.objects.get().mail_state)
"""


@pytest.mark.long_on_postgresql
@pytest.mark.parametrize(
    ("point", "arrived"),
    [
        ("mail.claimed", 0),  # killed before the server was spoken to
        ("mail.sent", 1),  # killed after the server had taken it
    ],
)
def test_who_is_killed_while_sending_leaves_a_mail_that_is_never_sent_again(
    home: Home, point: str, arrived: int
) -> None:
    with listening() as (sink, port):
        home.path.mkdir()
        env = {**home.env, "LEADPACT_SMTP_HOST": "127.0.0.1", "LEADPACT_SMTP_PORT": str(port)}

        def run(minute: int, *, make: bool, fault: str = "") -> subprocess.CompletedProcess[str]:
            code = CHILD.format(minute=minute, make="yes" if make else "")
            command = [sys.executable, "-c", code]
            return subprocess.run(
                command, env={**env, "LEADPACT_FAULT": fault}, capture_output=True, text=True, check=False, timeout=120
            )

        assert run(0, make=True, fault=point).returncode == -9
        at_once = run(1, make=False)
        assert at_once.stdout.split()[-1] == "sending", at_once.stderr
        later = run(30, make=False)
        assert later.stdout.strip() == f"{MailReport(unknown=1)} unknown", later.stderr
        assert len(sink.taken) == arrived


MANY = """
import sys
from datetime import UTC, datetime
from leadpact.site.cli import set_up_django
set_up_django()
from leadpact.team import actions
from leadpact.team.types import SYSTEM
now = datetime(2026, 3, 3, 12, tzinfo=UTC)
if "make" in sys.argv:
    from django.core.management import call_command
    call_command("migrate", verbosity=0)
    rep = actions.create_user("rep@acme.test", None, by=SYSTEM, now=now)
    for n in range(40):
        actions.notify(rep, str(n), "offer", "t", mail=(f"Subject {n}", "Body"), now=now)
else:
    sys.stdin.readline()
    print(actions.send_due_mail(now).sent)
"""


def test_two_senders_at_once_send_each_mail_once(home: Home) -> None:
    with listening() as (sink, port):
        home.path.mkdir()
        env = {**home.env, "LEADPACT_SMTP_HOST": "127.0.0.1", "LEADPACT_SMTP_PORT": str(port)}
        command = [sys.executable, "-c", MANY]
        subprocess.run([*command, "make"], env=env, check=True)
        senders = [
            subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(2)
        ]
        sent = [int(sender.communicate(timeout=120)[0]) for sender in _together(senders)]
        assert sum(sent) == 40
        assert sorted(str(mail["Subject"]) for mail in sink.taken) == sorted(f"Subject {n}" for n in range(40))


def _together(senders: list["subprocess.Popen[str]"]) -> list["subprocess.Popen[str]"]:
    """Both are up before either is told to begin."""
    time.sleep(2)
    for sender in senders:
        assert sender.stdin is not None
        sender.stdin.write("go\n")
        sender.stdin.flush()
    return senders
