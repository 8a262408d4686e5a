"""Where the next page of a list begins: the sort values of the last row shown, as a text that fits in a URL.

A page number shifts when a row comes or goes; the values of the last row do not.
"""

import base64
import binascii
import json
from datetime import date, datetime
from typing import Final

from leadpact.base.errors import BadInput
from leadpact.base.wording import worded

type Place = tuple[int | str, ...]

LONGEST: Final = 2_000


class BadCursor(BadInput):
    """Text that is no place in this list."""

    code = "bad_cursor"
    what_to_do = worded("Begin at the first page again.")


def encode(*values: int | str | date | datetime) -> str:
    """Return the place after a row with these sort values; dates and moments as ISO texts."""
    plain = [value.isoformat() if isinstance(value, date) else value for value in values]
    written = json.dumps(plain, separators=(",", ":"), ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(written).rstrip(b"=").decode()


def decode(text: str, *kinds: type[int] | type[str]) -> Place:
    """Return the sort values a place was made of; raises `BadCursor` unless they are of these kinds."""
    try:
        if len(text) > LONGEST:
            raise ValueError("too long")
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise BadCursor(worded("The list has no such place.")) from error
    if not isinstance(values, list) or [type(value) for value in values] != list(kinds):
        raise BadCursor(worded("The list has no such place."))
    if any(isinstance(value, int) and abs(value) >= 2**63 for value in values):
        raise BadCursor(worded("The list has no such place."))
    return tuple(values)
