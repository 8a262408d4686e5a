"""What users are told: in the app at once, by mail from a due row.

A mail goes due -> sending -> sent.  Claiming is a compare-and-set of its own, committed before the
server is spoken to; whoever dies between that and the answer leaves the mail in `sending`, and it becomes
`unknown`: perhaps it arrived, so it is never sent again by itself.
"""

import smtplib
from collections import Counter
from datetime import datetime, timedelta
from enum import Enum

from django.core.mail import EmailMessage, mailers
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, transaction

from leadpact.ledger import by_hand, faults
from leadpact.team.models import MailState, Notice, User
from leadpact.team.types import MailReport

LONGEST_SENDING = timedelta(minutes=10)  # the connection's own timeout is far below
_LONGEST_WAIT = timedelta(hours=1)


class _Outcome(Enum):
    SENT = "sent"
    REFUSED = "refused"
    PUT_OFF = "put_off"
    UNKNOWN = "unknown"


def notify(
    user_id: int, key: str, kind: str, text: str, url: str = "", *, mail: tuple[str, str] | None = None, now: datetime
) -> bool:
    """Tell one user one thing, once per `key`; `mail` is (subject, body).  False where they were told before."""
    if by_hand.rows("SELECT 1 FROM team_notice WHERE user_id = %s AND key = %s", [user_id, key]):
        return False
    is_active = User.objects.filter(pk=user_id, is_active=True).exists()
    state = MailState.DUE if mail and is_active else MailState.NONE
    subject, body = mail or ("", "")
    row = Notice(user_id=user_id, key=key, kind=kind, text=text, url=url, created_at=now, mail_state=state)
    row.mail_subject, row.mail_body = " ".join(subject.split())[:300], body
    row.mail_due_at = now if state is MailState.DUE else None
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # somebody told them between the look and the insert
        if not Notice.objects.filter(user_id=user_id, key=key).exists():
            raise
        return False
    return True


def mark_read(user_id: int, notice_ids: list[int] | None = None, *, now: datetime) -> int:
    """Note that the user has read these notices, or all of theirs; returns how many were unread."""
    unread = Notice.objects.filter(user_id=user_id, read_at=None)
    if notice_ids is not None:
        unread = unread.filter(pk__in=notice_ids)
    return unread.update(read_at=now)


def send_due_mail(now: datetime, *, limit: int = 100) -> MailReport:
    """Send the mails that are due, one by one, on one connection.  Must not run inside a transaction."""
    stuck = Notice.objects.filter(mail_state=MailState.SENDING, mail_claimed_at__lt=now - LONGEST_SENDING)
    due = Notice.objects.filter(mail_state=MailState.DUE, mail_due_at__lte=now)
    if not _is_any_due(now):  # spares an idle installation the writing lock
        return MailReport()
    with transaction.atomic(durable=True):
        given_up = stuck.update(mail_state=MailState.UNKNOWN)
    counts = Counter({_Outcome.UNKNOWN: given_up})
    mailer: BaseEmailBackend | None = None
    for notice in due.select_related("user").order_by("mail_due_at", "pk")[:limit]:
        if not _claim(notice, now):
            continue
        mailer = mailer or mailers.default
        outcome = _send(notice, mailer)
        if outcome is _Outcome.UNKNOWN:
            mailer = None  # the connection may be broken: the next mail gets a new one
        _note(notice, outcome, now)
        counts[outcome] += 1
    if mailer is not None:
        _close(mailer)
    return MailReport(**{outcome.value: counts[outcome] for outcome in _Outcome})


def _is_any_due(now: datetime) -> bool:
    sql = (
        "SELECT 1 FROM team_notice WHERE mail_state = %s AND mail_due_at <= %s"
        " OR mail_state = %s AND mail_claimed_at < %s LIMIT 1"
    )
    states = MailState.DUE.value, MailState.SENDING.value
    return bool(by_hand.rows(sql, [states[0], now, states[1], now - LONGEST_SENDING]))


def _claim(notice: Notice, now: datetime) -> bool:
    with transaction.atomic(durable=True):
        claimed = Notice.objects.filter(pk=notice.pk, mail_state=MailState.DUE).update(
            mail_state=MailState.SENDING, mail_claimed_at=now, mail_attempts=notice.mail_attempts + 1
        )
    faults.reach("mail.claimed")
    return claimed == 1


def _send(notice: Notice, mailer: BaseEmailBackend) -> _Outcome:
    message = EmailMessage(notice.mail_subject, notice.mail_body, to=[notice.user.email])
    # The same mail always has the same id: whoever looks at a mail server's log can tell.
    message.extra_headers["Message-ID"] = f"<notice-{notice.pk}@{_sender_domain(message)}>"
    try:
        mailer.open()
    except OSError:  # of which every error of smtplib is one; nothing was handed over yet
        return _Outcome.PUT_OFF
    try:
        mailer.send_messages([message])
    except smtplib.SMTPRecipientsRefused as refused:
        return _judge(next(iter(refused.recipients.values()))[0])
    except smtplib.SMTPResponseException as refused:
        return _judge(refused.smtp_code)
    except OSError:  # it broke off in the middle
        return _Outcome.UNKNOWN
    faults.reach("mail.sent")
    return _Outcome.SENT


def _judge(code: int) -> _Outcome:
    """The server answered, so it holds nothing: 5xx is for good (RFC 5321, 4.2.1), the rest for now."""
    return _Outcome.REFUSED if 500 <= code < 600 else _Outcome.PUT_OFF


def _note(notice: Notice, outcome: _Outcome, now: datetime) -> None:
    claimed = Notice.objects.filter(pk=notice.pk, mail_state=MailState.SENDING)
    if outcome is _Outcome.PUT_OFF:
        wait = min(timedelta(minutes=1) * 2 ** min(notice.mail_attempts, 6), _LONGEST_WAIT)
        claimed.update(mail_state=MailState.DUE, mail_due_at=now + wait)
    elif outcome is _Outcome.SENT:
        claimed.update(mail_state=MailState.SENT, mail_sent_at=now)
    else:
        claimed.update(mail_state=MailState(outcome.value))


def _close(mailer: BaseEmailBackend) -> None:
    try:
        mailer.close()
    except OSError:  # every mail has its outcome already
        return


def _sender_domain(message: EmailMessage) -> str:
    return message.from_email.rpartition("@")[2].strip("> ") or "localhost"
