"""How an entry becomes bytes: plain JSON that survives both databases, its digest, and the chain.

SQLite keeps JSON as the text it was given.  PostgreSQL reorders keys, writes numbers its own way and refuses
U+0000.  A digest must come out the same from both, so values are made plain before they are stored and are
digested in one canonical form: sorted keys, no spaces, whole numbers without a point.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Final

from leadpact.base.wording import worded
from leadpact.ledger.errors import Unstorable
from leadpact.ledger.types import Json

SALT_BYTES: Final = 16
DIGEST_BYTES: Final = 32
FIRST_CHAIN: Final = bytes(DIGEST_BYTES)
DEEPEST: Final = 64
LARGEST: Final = 10**309  # a little more than any float; PostgreSQL and Python read this many digits

_REFUSED: Final = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL stores neither
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def plain(value: Json, depth: int = 0) -> Json:
    """Return `value` as both databases give it back; raises `Unstorable`."""
    if type(value) is str and value.isascii() and "\0" not in value:  # nearly all
        return value
    if value is None or value is True or value is False:
        return value
    if isinstance(value, str):
        return _plain_text(value)
    if isinstance(value, int | float):
        return _plain_number(value)
    if depth >= DEEPEST:
        raise Unstorable(worded("The entry is nested more than {levels} levels deep.", levels=DEEPEST))
    if isinstance(value, Mapping):
        return {_plain_key(key): plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, depth + 1) for item in value]
    raise Unstorable(worded("A {kind} is not plain JSON.", kind=type(value).__name__))


def canonical(value: Json) -> str:
    """Return the one text of a plain value, the same before and after the database."""
    return _ENCODER.encode(value)


def microseconds(moment: datetime) -> int:
    """Return a moment as whole microseconds since 1970; raises `ValueError` for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("the ledger needs aware datetimes")
    return (moment - _EPOCH) // _MICROSECOND


def digest(salt: bytes, head: Sequence[int | str | None], facts: str, personal: str) -> bytes:
    """Return the digest of an entry; once the salt is gone, nobody can guess the content back from it.

    head  kind, both times in microseconds, identity, about, by, caused_by, source, message and content in hex
    """
    text = f"{canonical(head)}{facts}{personal}"
    # surrogatepass: a forged row may hold what `plain` never lets in, and is to be found, not to crash.
    return blake2b(salt + text.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).digest()


def link(before: bytes, entry_digest: bytes) -> bytes:
    """Return the link of the chain after `before`; it runs over digests only, so erasure leaves it whole."""
    return blake2b(before + entry_digest, digest_size=DIGEST_BYTES).digest()


def _plain_key(key: object) -> str:
    if not isinstance(key, str):
        raise Unstorable(worded("A key must be text, not {kind}.", kind=type(key).__name__))
    return _plain_text(key)


def _plain_text(text: str) -> str:
    return _REFUSED.sub("\ufffd", str(text))  # str(): an enum's member becomes its value


def _plain_number(number: float) -> int | float:
    if isinstance(number, float):
        if not math.isfinite(number):
            raise Unstorable(worded("{number} is not a number JSON can hold.", number=number))
        if not number.is_integer():
            return number
    whole = int(number)
    if abs(whole) > LARGEST:
        raise Unstorable(worded("A number has more than 309 digits."))
    return whole
