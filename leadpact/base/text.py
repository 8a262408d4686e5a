"""Text as people type it: addresses, domains, moments, and a folded form to compare by."""

import ipaddress
import re
import unicodedata
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import idna
from email_validator import EmailSyntaxError, validate_email
from publicsuffixlist import PublicSuffixList

from leadpact.base.errors import BadInput
from leadpact.base.wording import worded

FREE_MAIL_DOMAINS: Final = frozenset(
    line.strip()
    for line in (Path(__file__).parent / "free_mail_domains.txt").read_text(encoding="ascii").splitlines()
    if line.strip() and not line.startswith("#")
)
EARLIEST_YEAR: Final = 1900
LATEST_YEAR: Final = 2199
LONGEST_EMAIL: Final = 254  # octets, RFC 5321 4.5.3.1
LONGEST_LOCAL_PART: Final = 64
# What word processors and web pages leave at the ends of a copied address.
_INVISIBLE: Final = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
# The bulk of all addresses; whatever does not match takes the full check.
_PLAIN_EMAIL: Final = re.compile(
    r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:(?!xn--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}"
)


class BadEmail(BadInput):
    """Text that is no e-mail address."""

    code = "bad_email"
    what_to_do = worded("Write it as name@company.com.")


class BadTime(BadInput):
    """Text that is no moment, or a local time of nobody knows which zone."""

    code = "bad_time"
    what_to_do = worded("Write it as 2026-03-03T10:00+01:00, with the offset from UTC.")


def fold(text: str) -> str:
    """Return the form in which two texts are compared: NFC and casefolded."""
    if text.isascii():
        return text.lower()
    # Folding may take a character apart again ("ǰ"), hence NFC on both sides.
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def truncate(text: str, length: int) -> str:
    """Return at most `length` characters, the last an ellipsis if any had to go."""
    if len(text) <= length:
        return text
    kept = max(length - 1, 0)
    while kept and (unicodedata.combining(text[kept]) or "\u200d" in text[kept - 1 : kept + 1]):
        kept -= 1  # never between a letter and its accent, nor inside a joined emoji
    return (text[:kept].rstrip() + "…")[:length]


def normalise_email(text: str) -> str:
    """Return the form of an address by which persons are told apart; not the one to write to.

    Casefolded and NFC, an international domain in its ASCII form, spaces and
    invisible signs around it gone.  A plus-address stays another address than
    the one without: two people may share a mailbox.  Raises `BadEmail`.
    """
    written = _bare(text)
    lowered = written.lower()
    if len(lowered) <= LONGEST_EMAIL and lowered.find("@") <= LONGEST_LOCAL_PART and _PLAIN_EMAIL.fullmatch(lowered):
        return lowered
    local, _, domain = written.rpartition("@")
    try:
        # Without the library's refusal of .test and .local: such addresses occur inside companies.
        ascii_domain = _ascii_domain(domain)
        checked = validate_email(
            f"{local}@{ascii_domain}", check_deliverability=False, globally_deliverable=False, test_environment=True
        )
    except (EmailSyntaxError, idna.IDNAError) as error:
        raise BadEmail(
            worded("{text} is no e-mail address.", text=repr(truncate(text, 80))), details={"email": text}
        ) from error
    normal = f"{fold(checked.local_part)}@{ascii_domain}"
    if "." not in ascii_domain or ascii_domain.rpartition(".")[2].isdigit():
        raise BadEmail(worded("{text} has no full domain.", text=repr(truncate(text, 80))), details={"email": text})
    if len(local.encode()) > LONGEST_LOCAL_PART:  # the library sees to the whole
        raise BadEmail(
            worded("{text} is too long for an e-mail address.", text=repr(truncate(text, 80))), details={"email": text}
        )
    return normal


def _bare(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip(_INVISIBLE + " \t\r\n\u00a0\u3000")


def _ascii_domain(domain: str) -> str:
    if domain.isascii() and "xn--" not in domain.lower():
        return domain.lower()
    # UTS 46 without its transitional rules, as browsers do: straße.de is not strasse.de.
    return idna.encode(domain, uts46=True).decode("ascii")


def mail_domain(email: str) -> str:
    """Return the domain of an address, in ASCII; raises `BadEmail`."""
    return normalise_email(email).rpartition("@")[2]


def registrable_domain(host_or_email: str) -> str | None:
    """Return the domain somebody could register, in ASCII: "acme.co.uk" for "mail.acme.co.uk".

    None for what belongs to nobody in particular ("co.uk"), an IP address, a
    name without a dot, or text that is no domain.  Names under which a
    provider lets customers open their own count as suffixes ("github.io").
    """
    host = _bare(host_or_email).rpartition("@")[2].rstrip(".")
    if "." not in host or _is_ip_address(host):
        return None
    try:
        ascii_host = _ascii_domain(host)
        idna.encode(ascii_host, uts46=True)  # refuses what no name server knows: spaces, empty labels
    except idna.IDNAError:
        return None
    return _public_suffixes().privatesuffix(ascii_host)


def _is_ip_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


@lru_cache(maxsize=1)
def _public_suffixes() -> PublicSuffixList:
    return PublicSuffixList()  # the list in the wheel; nothing is fetched


def parse_moment(text: str, zone: ZoneInfo | None = None) -> datetime:
    """Read an ISO 8601 moment and return it in UTC.

    A text without offset is read in `zone`, and refused when that is None; a
    date alone means its midnight.  A local time that comes twice means the
    first.  Raises `BadTime`, also for years before 1900 and after 2199.
    """
    written = text.strip()
    try:
        moment = datetime.fromisoformat(written.upper())
    except ValueError as error:
        raise BadTime(worded("{text} is no time.", text=repr(truncate(written, 80))), details={"time": text}) from error
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        advice = worded("Use a year from {first} to {last}.", first=EARLIEST_YEAR, last=LATEST_YEAR)
        raise BadTime(worded("{text} is too far away.", text=repr(written)), what_to_do=advice, details={"time": text})
    if moment.tzinfo is None:
        if zone is None:
            raise BadTime(worded("{text} has no offset from UTC.", text=repr(written)), details={"time": text})
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(UTC)
