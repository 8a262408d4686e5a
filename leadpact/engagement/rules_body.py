"""The body of an arrival: one event as JSON, with what the collector saw beside it under `_request`."""

import re
from collections.abc import Mapping
from hashlib import blake2b
from typing import cast

import msgspec

from leadpact.engagement.types import Format, Json, Quarantine, Request, Why

REQUEST = "_request"
MAX_EVENT_BYTES = 1024 * 1024
MAX_DEPTH = 40
# Changes from one try to the next though the event is the same.
TRANSPORT = ("sentAt", "sent_at", "writeKey", "_metadata")

_LONG_NUMBER = re.compile(rb"\d{300}")  # the ledger keeps numbers of up to 309 digits
_decode = msgspec.json.Decoder().decode
_encode_sorted = msgspec.json.Encoder(order="deterministic").encode


def add_request(raw: bytes, request: Mapping[str, object]) -> bytes:
    """Return the event with `request` beside it; the event itself stays as its sender wrote it.

    The last of two equal keys counts, so a sender cannot pass off a `_request` of its own.
    What is not an object is returned unchanged: the drain quarantines it.
    """
    if not raw.startswith(b"{") or not raw.endswith(b"}"):
        return raw
    comma = b"" if raw[1:-1].strip() == b"" else b","
    return b"".join((raw[:-1], comma, b'"', REQUEST.encode(), b'":', msgspec.json.encode(request), b"}"))


def read_body(body: bytes) -> tuple[Json, Request] | Quarantine:
    """Return the event and what came beside it, or why it cannot be read."""
    if len(body) > MAX_EVENT_BYTES:
        return Quarantine(Why.TOO_LARGE_EVENT, f"{len(body)} bytes; the limit is {MAX_EVENT_BYTES}")
    try:
        event = _decode(body)
    except RecursionError:
        return Quarantine(Why.TOO_DEEP, f"nested deeper than {MAX_DEPTH} levels")
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return Quarantine(Why.BAD_JSON, str(error))
    if not isinstance(event, dict):
        return Quarantine(Why.NOT_AN_OBJECT, f"an event is an object, this is {_name_of(event)}")
    if _is_deeper_than(event, MAX_DEPTH):
        return Quarantine(Why.TOO_DEEP, f"nested deeper than {MAX_DEPTH} levels")
    if _LONG_NUMBER.search(body) and _has_long_number(event):
        return Quarantine(Why.BAD_JSON, "a number has 300 digits or more")
    if b"\\u0000" in body:
        event = cast("Json", _without_nul(event))
    return event, _request_of(event.pop(REQUEST, None))


def content_of(event: Json) -> bytes:
    """Return the digest of what the client said: equal for two tries of one event."""
    said = {key: value for key, value in event.items() if key not in TRANSPORT}
    return blake2b(_encode_sorted(said), digest_size=16).digest()


def message_of(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=16).digest()


def _request_of(value: object) -> Request:
    if not isinstance(value, dict):
        return Request()
    context, said = value.get("context"), value.get("format")
    return Request(
        format=Format(said) if said in set(Format) else Format.SEGMENT,
        type=str(value.get("type") or ""),
        sent_at=value.get("sentAt"),
        context=context if isinstance(context, dict) else {},
        ip=str(value.get("ip") or ""),
        agent=str(value.get("agent") or ""),
        gpc=bool(value.get("gpc")),
        device=str(value.get("device") or ""),
    )


def _is_deeper_than(value: object, levels: int) -> bool:
    layer = [value]
    for _ in range(levels):
        layer = [inner for outer in layer for inner in _inside(outer)]
        if not layer:
            return False
    return True


def _inside(value: object) -> list[object]:
    found = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [inner for inner in found if isinstance(inner, dict | list)]


def _has_long_number(value: object) -> bool:
    if isinstance(value, dict | list):
        return any(_has_long_number(inner) for inner in (value.values() if isinstance(value, dict) else value))
    return isinstance(value, int) and abs(value) >= 10**299


def _without_nul(value: object) -> object:
    """PostgreSQL holds no NUL in text; it becomes the replacement character on both databases."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, list):
        return [_without_nul(inner) for inner in value]
    if isinstance(value, dict):
        return {str(_without_nul(key)): _without_nul(inner) for key, inner in value.items()}
    return value


def _name_of(value: object) -> str:
    names = {type(None): "null", bool: "true or false", str: "a text", list: "a list"}
    return names.get(type(value), "a number")
