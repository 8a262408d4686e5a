"""Mails about notices: sent from due rows, at most once each.

A mail goes due -> sending -> sent.  Claiming is a compare-and-set of its own, committed before the
server is spoken to; whoever dies between that and the answer leaves the mail in `sending`, and it becomes
`unknown`: perhaps it arrived, so it is never sent again by itself.  Notices that are gathered into one mail
are claimed together and share its fate.
"""

import smtplib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum

from django.conf import settings
from django.core.mail import EmailMessage, mailers
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils.translation import ngettext

from leadpact.ledger import by_hand, faults
from leadpact.team import choices, reads, rules
from leadpact.team.models import MailState, Notice
from leadpact.team.types import MailReport

LONGEST_SENDING = timedelta(minutes=10)  # the connection's own timeout is far below
_LONGEST_WAIT = timedelta(hours=1)


class _Outcome(Enum):
    SENT = "sent"
    REFUSED = "refused"
    PUT_OFF = "put_off"
    UNKNOWN = "unknown"


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
        claimed = [] if _waits(notice, now) else _claim(notice, now)
        if not claimed:
            continue
        mailer = mailer or mailers.default
        outcome = _send(claimed, mailer)
        if outcome is _Outcome.UNKNOWN:
            mailer = None  # the connection may be broken: the next mail gets a new one
        _note(claimed, outcome, now)
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


def _waits(notice: Notice, now: datetime) -> bool:
    """Put a mail off that came due in its user's quiet hours: a second try, or hours chosen since."""
    chosen = choices.choices_of(notice.user)
    if chosen.quiet is None:
        return False
    due_at = rules.after_quiet_hours(now, chosen.quiet, chosen.zone or reads.settings().zone)
    if due_at > now:
        Notice.objects.filter(pk=notice.pk, mail_state=MailState.DUE).update(mail_due_at=due_at)
    return due_at > now


def _claim(notice: Notice, now: datetime) -> list[Notice]:
    """Claim a mail, with it all that are gathered into it; nothing where somebody was faster."""
    with transaction.atomic(durable=True):
        rows = Notice.objects.filter(pk=notice.pk)
        if notice.mail_is_gathered:
            rows = Notice.objects.filter(user=notice.user_id, mail_is_gathered=True, mail_due_at__lte=now)
            rows.filter(mail_state=MailState.DUE).exclude(read_at=None).update(mail_state=MailState.NONE)
        due = rows.filter(mail_state=MailState.DUE).select_for_update(skip_locked=True, of=("self",))
        claimed = list(due.select_related("user").order_by("pk"))
        Notice.objects.filter(pk__in=[each.pk for each in claimed]).update(
            mail_state=MailState.SENDING, mail_claimed_at=now, mail_attempts=notice.mail_attempts + 1
        )
    faults.reach("mail.claimed")
    return claimed


def _message(claimed: Sequence[Notice]) -> EmailMessage:
    first, number = claimed[0], len(claimed)
    subject, body = first.mail_subject, first.mail_body
    if number > 1:
        subject = ngettext("%(number)s notice", "%(number)s notices", number) % {"number": number}
        body = "\n\n".join(f"{each.text}\n{settings.BASE_URL}{each.url}" for each in claimed)
    message = EmailMessage(subject, body, to=[first.user.email])
    # The same mail always has the same id: whoever looks at a mail server's log can tell.
    message.extra_headers["Message-ID"] = f"<notice-{first.pk}@{_sender_domain(message)}>"
    return message


def _send(claimed: Sequence[Notice], mailer: BaseEmailBackend) -> _Outcome:
    message = _message(claimed)
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


def _note(sent: Sequence[Notice], outcome: _Outcome, now: datetime) -> None:
    claimed = Notice.objects.filter(pk__in=[each.pk for each in sent], mail_state=MailState.SENDING)
    if outcome is _Outcome.PUT_OFF:
        wait = min(timedelta(minutes=1) * 2 ** min(sent[0].mail_attempts, 6), _LONGEST_WAIT)
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
