"""The bytes of a request: read with a bound, inflated with a bound, taken apart into events."""

import zlib
from dataclasses import dataclass

import msgspec

from leadpact.web.collect.answers import Receive, Refused, bad_json, too_large

MAX_BODY_BYTES = 8 * 1024 * 1024
MAX_EVENTS = 20_000
# Bounds what a small body can become: eight million bytes of `1,1,1` would be four million events.
MAX_COMMAS = 600_000
GZIP_MAGIC = b"\x1f\x8b"


class _Batch(msgspec.Struct, gc=False):
    batch: list[msgspec.Raw]
    writeKey: object = None  # noqa: N815  # the sender's spelling
    sentAt: object = None  # noqa: N815
    context: object = None


class _Single(msgspec.Struct, gc=False):
    writeKey: object = None  # noqa: N815


_decode_batch = msgspec.json.Decoder(_Batch).decode
_decode_single = msgspec.json.Decoder(_Single).decode


@dataclass(frozen=True)
class Sent:
    """What a request brought.  `events` are as their sender wrote them."""

    events: list[bytes]
    key: str = ""
    sent_at: object = None
    context: object = None


class DisconnectedError(Exception):
    """The client went away before its request was whole."""


async def read_all(receive: Receive, announced: int) -> bytes:
    """Return the body; raises `Refused` (413) as soon as it is too large, `DisconnectedError`."""
    if announced > MAX_BODY_BYTES:
        raise _over_limit()
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise DisconnectedError
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MAX_BODY_BYTES:
            raise _over_limit()
        if not message.get("more_body"):
            return parts[0] if len(parts) == 1 else b"".join(parts)


def inflate(body: bytes) -> bytes:
    """Return the body, unpacked if it is gzip: told by its first bytes, since clients forget to say so."""
    if not body.startswith(GZIP_MAGIC):
        return body
    parts, left = [], MAX_BODY_BYTES
    while body:
        stream = zlib.decompressobj(wbits=31)
        try:
            parts.append(stream.decompress(body, left + 1))
        except zlib.error as error:
            raise bad_json("The body begins as gzip and is not.") from error
        left -= len(parts[-1])
        if left < 0:
            raise _over_limit()
        if not stream.eof:
            raise bad_json("The gzip body is cut off.")
        body = stream.unused_data
    return b"".join(parts)


def take_apart(body: bytes, *, is_batch: bool) -> Sent:
    """Return the events of the body; one bad event is the drain's business, broken JSON is refused whole."""
    if body.count(b",") > MAX_COMMAS:
        raise too_large(f"The body holds more than {MAX_COMMAS} values.")
    try:
        return _batch(body) if is_batch else _single(body)
    except msgspec.ValidationError as error:
        raise bad_json(f"The body is not shaped as it should be: {error}.") from error
    except RecursionError as error:
        raise bad_json("The body is nested too deep.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise bad_json(f"The body is not JSON: {error}.") from error


def _batch(body: bytes) -> Sent:
    found = _decode_batch(body)
    if len(found.batch) > MAX_EVENTS:
        raise too_large(f"The batch holds {len(found.batch)} events; the limit is {MAX_EVENTS}.")
    return Sent([bytes(raw) for raw in found.batch], _text(found.writeKey), found.sentAt, found.context)


def _single(body: bytes) -> Sent:
    return Sent([body.strip()], _text(_decode_single(body).writeKey))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _over_limit() -> Refused:
    return too_large(f"The body is larger than {MAX_BODY_BYTES} bytes.")
