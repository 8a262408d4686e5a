"""Handing mails to the mail server, over one connection for many; says of each what came of it."""

import binascii
import secrets
import smtplib
from collections.abc import Mapping
from email.header import Header
from email.utils import formataddr, formatdate
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


class ReadyMail(EmailMultiAlternatives):
    """A mail whose bytes are written by hand: the library takes longer to write one than a server to take it."""

    def __init__(self, mail: Rendered, *, to: str, sender: str, headers: Mapping[str, str]) -> None:
        address = settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].strip("> ")
        super().__init__(" ".join(mail.subject.split()), mail.text, from_email=formataddr((sender, address)), to=[to])
        self.attach_alternative(mail.html, "text/html")
        self.extra_headers.update(headers)

    def message(self, **_asked: object) -> "Written":  # type: ignore[override]  # all that backends ask of it is here
        html = str(self.alternatives[0][0])
        return Written(self._head(), str(self.body), html)

    def _head(self) -> dict[str, str]:
        return {
            "From": self.from_email,
            "To": self.to[0],
            "Subject": encoded(str(self.subject)),
            "Date": formatdate(usegmt=True),
            **self.extra_headers,
        }


class Written:
    """The bytes of a mail: the same words as plain text and as HTML."""

    def __init__(self, head: Mapping[str, str], text: str, html: str) -> None:
        self._head, self._text, self._html = head, text, html

    def as_bytes(self, **_asked: object) -> bytes:
        for name, value in self._head.items():
            if not value.isascii() or not value.isprintable():
                raise ValueError(f"{name} cannot stand in the head of a mail")
        mark = f"=_{secrets.token_hex(12)}"
        head = "".join(f"{name}: {value}\r\n" for name, value in self._head.items())
        head += f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="{mark}"\r\n'
        parts = b"".join(_part(mark, kind, text) for kind, text in (("plain", self._text), ("html", self._html)))
        return head.encode() + b"\r\n" + parts + f"--{mark}--\r\n".encode()


def message_of(mail: Rendered, *, to: str, sender: str, key: str, unsubscribe_url: str = "") -> EmailMultiAlternatives:
    """Return a mail as it leaves.

    sender           what stands as the name of who writes
    key              makes its Message-ID, the same for the same mail: whoever looks at a server's log can tell
    unsubscribe_url  one click there ends our mails (RFC 8058); "" for a test to ourselves
    """
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    headers = {"Message-ID": f"<{key}@{domain}>"}
    if unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return ReadyMail(mail, to=to, sender=sender, headers=headers)


def encoded(text: str) -> str:
    """Return a text as it may stand in the head of a mail, on one line (RFC 2047)."""
    if text.isascii() and text.isprintable():
        return text
    return Header(text, "utf-8", maxlinelen=10_000).encode(linesep="")


def _part(mark: str, kind: str, text: str) -> bytes:
    head = (
        f"--{mark}\r\nContent-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    lines = text.replace("\r\n", "\n").replace("\n", "\r\n").encode()
    return head.encode() + binascii.b2a_qp(lines, istext=True) + b"\r\n"


def _judge(code: int) -> Outcome:
    """The server answered, so it holds nothing."""
    return Outcome.REFUSED if code in _FOR_GOOD else Outcome.PUT_OFF
