"""Handing mails to the mail server, over one connection for many; says of each what came of it."""

import smtplib
from email.utils import formataddr
from types import TracebackType
from typing import Final, Self

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, mailers
from django.core.mail.backends.base import BaseEmailBackend

from leadpact.ledger.faults import reach
from leadpact.nurture.types import Outcome, Rendered

_FOR_GOOD: Final = range(500, 600)  # RFC 5321, 4.2.1


class Hand:
    """One connection to the mail server, opened for the first mail and anew after it broke."""

    def __init__(self) -> None:
        self._mailer: BaseEmailBackend | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._mailer is not None:
            try:
                self._mailer.close()
            except OSError:  # every mail has its outcome already
                return

    def give(self, message: EmailMultiAlternatives) -> Outcome:
        """Hand one mail over; never raises for what the server says or does."""
        try:
            mailer = self._mailer or mailers.default
            mailer.open()
            self._mailer = mailer
        except OSError:  # of which every error of smtplib is one; nothing was handed over yet
            self._mailer = None
            return Outcome.PUT_OFF
        try:
            mailer.send_messages([message])
        except ValueError:  # an address that no server would understand; found before the server heard of it
            return Outcome.REFUSED
        except smtplib.SMTPRecipientsRefused as refused:
            return _judge(next(iter(refused.recipients.values()))[0])
        except smtplib.SMTPResponseException as refused:
            return _judge(refused.smtp_code)
        except OSError:  # it broke off in the middle
            self._mailer = None
            return Outcome.UNKNOWN
        reach("mailing.handed")
        return Outcome.SENT


def message_of(mail: Rendered, *, to: str, sender: str, key: str, unsubscribe_url: str = "") -> EmailMultiAlternatives:
    """Return a mail as it leaves.

    sender           what stands as the name of who writes
    key              makes its Message-ID, the same for the same mail: whoever looks at a server's log can tell
    unsubscribe_url  one click there ends our mails (RFC 8058); "" for a test to ourselves
    """
    address = settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].strip("> ")
    message = EmailMultiAlternatives(
        " ".join(mail.subject.split()), mail.text, from_email=formataddr((sender, address)), to=[to]
    )
    message.attach_alternative(mail.html, "text/html")
    headers = message.extra_headers
    headers["Message-ID"] = f"<{key}@{address.rpartition('@')[2] or 'localhost'}>"
    if unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return message


def _judge(code: int) -> Outcome:
    """The server answered, so it holds nothing."""
    return Outcome.REFUSED if code in _FOR_GOOD else Outcome.PUT_OFF
