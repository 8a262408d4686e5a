"""What identifies somebody, and what does not.

A value that many people share would make one giant person of them, so two kinds of it are kept apart:
values that nobody has (`null`, `test@`, `noreply@`) identify nobody, and a mailbox that many read
(`info@`) stands for itself alone: nothing is ever linked to it.
"""

import unicodedata
from functools import lru_cache
from hashlib import blake2b
from typing import Final, NamedTuple

from leadpact.base.text import FREE_MAIL_DOMAINS, BadEmail, normalise_email, registrable_domain
from leadpact.people.types import Identifier, IdentityKind

LONGEST_VALUE: Final = 320
LONGEST_SOURCE: Final = 60
SHARED_DEVICE: Final = "shared_device"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Compared without spaces: "(not set)" is written "(notset)" here.
NOBODYS_IDS: Final = _words(
    """0 -1 00000000-0000-0000-0000-000000000000 - . ? * anonymous admin default demo empty false guest id n/a na nan
    nil none null (none) (null) (notset) not_set notset [objectobject] object root string system test tester testing
    true undefined unknown user userid user_id username anonymousid anonymous_id xxx placeholder example"""
)
NOBODYS_MAILBOXES: Final = _words(
    """noreply no-reply no_reply donotreply do-not-reply do_not_reply dontreply mailer-daemon null none undefined
    unknown nobody"""
)
SHARED_MAILBOXES: Final = _words(
    """info information office contact kontakt contacto contato hello hallo hi mail email admin administrator sales
    verkauf vertrieb support help helpdesk service team enquiries inquiries enquiry marketing webmaster hostmaster
    postmaster abuse billing accounts accounting invoice invoices rechnung buchhaltung finance hr jobs careers press
    presse media reception secretary sekretariat test tester testing"""
)
_ORDER: Final = {kind: place for place, kind in enumerate(IdentityKind)}


class Key(NamedTuple):
    """One identifier, normalised: equal keys are one identity."""

    kind: IdentityKind
    source: str
    value: str

    @property
    def is_anonymous(self) -> bool:
        return self.kind is IdentityKind.ANONYMOUS

    @property
    def is_shared_mailbox(self) -> bool:
        return self.kind is IdentityKind.EMAIL and _mailbox(self.value) in SHARED_MAILBOXES


def key_of(identifier: Identifier) -> Key | None:
    """Return the normalised identifier; None for a value that identifies nobody."""
    if identifier.kind is IdentityKind.EMAIL:
        return _email_key(identifier.value)
    value = _plain(identifier.value)
    if not value or value.casefold().replace(" ", "") in NOBODYS_IDS:
        return None
    if len(value) > LONGEST_VALUE:
        value = "blake2b:" + blake2b(value.encode(), digest_size=32).hexdigest()
    return Key(identifier.kind, _plain(identifier.source)[:LONGEST_SOURCE], value)


def keys_of(identifiers: tuple[Identifier, ...]) -> list[Key]:
    """Return what identifies, strongest first, each once."""
    found = {key: None for each in identifiers if (key := key_of(each)) is not None}
    return sorted(found, key=lambda key: _ORDER[key.kind])


def company_domain(email: str) -> str | None:
    """Return the domain that stands for a company; None for free mail and addresses of no company."""
    return _company_domain(email.rpartition("@")[2])


@lru_cache(maxsize=100_000)
def _company_domain(domain: str) -> str | None:
    if domain in FREE_MAIL_DOMAINS:
        return None
    registrable = registrable_domain(domain)
    return None if registrable is None or registrable in FREE_MAIL_DOMAINS else registrable


@lru_cache(maxsize=20_000)
def _email_key(text: str) -> Key | None:
    try:
        address = normalise_email(text)
    except BadEmail:
        return None
    if _mailbox(address) in NOBODYS_MAILBOXES:
        return None
    return Key(IdentityKind.EMAIL, "", address)


def _mailbox(address: str) -> str:
    return address.partition("@")[0].partition("+")[0]


def _plain(text: str) -> str:
    """Without what a database refuses or an eye cannot see: control characters and half surrogates."""
    if text.isascii() and text.isprintable():
        return text.strip()
    whole = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode())
    return "".join(letter for letter in whole if letter.isprintable()).strip()
