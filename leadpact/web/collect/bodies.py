"""The bytes of a request: read with a bound, inflated with a bound, taken apart into events."""

import base64
import binascii
import re
import zlib
from dataclasses import dataclass
from urllib.parse import parse_qs

import msgspec

from leadpact.engagement.types import Format
from leadpact.web.collect.answers import Receive, Refused, bad_json, too_large
from leadpact.web.collect.routes import Route

MAX_BODY_BYTES = 8 * 1024 * 1024
MAX_EVENTS = 20_000
# Bounds what a small body can become: eight million bytes of `1,1,1` would be four million events.
MAX_COMMAS = 600_000
GZIP_MAGIC = b"\x1f\x8b"
_FIELD_DATA = re.compile(rb"(?:^|&)data=")


class _Batch(msgspec.Struct, gc=False):
    batch: list[msgspec.Raw]
    writeKey: object = None  # noqa: N815  # the sender's spelling
    sentAt: object = None  # noqa: N815
    context: object = None


class _Single(msgspec.Struct, gc=False):
    writeKey: object = None  # noqa: N815


class _Token(msgspec.Struct, gc=False):
    token: object = None


class _PostHog(msgspec.Struct, gc=False):
    """A batch, or one event with its token beside it or among its properties."""

    api_key: object = None
    token: object = None
    sent_at: object = None
    batch: list[msgspec.Raw] | None = None
    properties: msgspec.Raw = msgspec.Raw()


_decode_batch = msgspec.json.Decoder(_Batch).decode
_decode_single = msgspec.json.Decoder(_Single).decode
_decode_posthog = msgspec.json.Decoder(_PostHog).decode
_decode_token = msgspec.json.Decoder(_Token).decode
_decode_list = msgspec.json.Decoder(list[msgspec.Raw]).decode


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


def unwrap(body: bytes) -> bytes:
    """Return the JSON of a form's field `data`, where a browser that may send nothing else wrapped it so.

    In there it is plain, base64, or base64 of gzip.
    """
    if body[:1] in (b"{", b"[", b"") or not _FIELD_DATA.search(body):
        return body
    data = parse_qs(body.decode("latin-1"), max_num_fields=20, encoding="utf-8").get("data", [""])[0].strip()
    if data[:1] in ("{", "["):
        return data.encode()
    try:
        # A plus that was not escaped has become a space on the way.
        return inflate(base64.b64decode(data.replace(" ", "+") + "=" * (-len(data) % 4), validate=True))
    except (binascii.Error, ValueError) as error:
        raise bad_json("The field data is neither JSON nor base64.") from error


def take_apart(body: bytes, route: Route) -> Sent:
    """Return the events of the body; one bad event is the drain's business, broken JSON is refused whole."""
    if body.count(b",") > MAX_COMMAS:
        raise too_large(f"The body holds more than {MAX_COMMAS} values.")
    try:
        if route.format is Format.POSTHOG:
            return _posthog(body)
        return _batch(body) if route.is_batch else _single(body)
    except msgspec.ValidationError as error:
        raise bad_json(f"The body is not shaped as it should be: {error}.") from error
    except RecursionError as error:
        raise bad_json("The body is nested too deep.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise bad_json(f"The body is not JSON: {error}.") from error


def _batch(body: bytes) -> Sent:
    found = _decode_batch(body)
    return Sent(_events(found.batch), _text(found.writeKey), found.sentAt, found.context)


def _posthog(body: bytes) -> Sent:
    body = body.strip()
    if body.startswith(b"["):
        events = _events(_decode_list(body))
        return Sent(events, _token(events))
    found = _decode_posthog(body)
    events = [body] if found.batch is None else _events(found.batch)
    return Sent(events, _text(found.api_key) or _text(found.token) or _token(events), found.sent_at)


def _token(events: list[bytes]) -> str:
    """Return the key as the first event that is one carries it: all of a body have the same."""
    for raw in events:
        try:
            found = _decode_posthog(raw)
            inner = _decode_token(found.properties) if bytes(found.properties) else _Token()
        except msgspec.DecodeError:
            continue
        if key := _text(found.api_key) or _text(found.token) or _text(inner.token):
            return key
    return ""


def _events(found: list[msgspec.Raw]) -> list[bytes]:
    if len(found) > MAX_EVENTS:
        raise too_large(f"The batch holds {len(found)} events; the limit is {MAX_EVENTS}.")
    return [bytes(raw) for raw in found]


def _single(body: bytes) -> Sent:
    return Sent([body.strip()], _text(_decode_single(body).writeKey))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _over_limit() -> Refused:
    return too_large(f"The body is larger than {MAX_BODY_BYTES} bytes.")
