"""Links that tell us where somebody came from: the five utm words put into an address.  Pure."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from leadpact.base.wording import Worded, worded
from leadpact.capture.errors import BadLink

UTM: Final = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
LONGEST: Final = 2_000


def tagged(address: str, words: Mapping[str, str]) -> str:
    """Return the address with the utm words in its query; what it says already stays, an own utm word is replaced.

    Raises `BadLink` for what is no http or https address, and without a source.
    """
    try:
        parts = urlsplit(address.strip())
        host = parts.hostname or ""
    except ValueError as error:  # such as http://[
        raise _bad("address", worded("This is no web address.")) from error
    if parts.scheme not in {"http", "https"} or not host or len(address) > LONGEST:
        raise _bad("address", worded("A web address begins with https:// and names a site."))
    said = {name: " ".join(words.get(name, "").split()) for name in UTM}
    if not said["utm_source"]:
        raise _bad("utm_source", worded("Say where the link will stand."))
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in UTM]
    query = urlencode([*kept, *((name, value) for name, value in said.items() if value)])
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", query, parts.fragment))


def _bad(field: str, message: Worded) -> BadLink:
    return BadLink(message, details={"field": field})
