"""What the collector answers: exactly 200 with a small body, or an error a client library understands.

Clients drop what is answered with 4xx and try again after 429 and 5xx: nothing temporary is ever a 4xx but 429.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

type Scope = dict[str, Any]
type Receive = Callable[[], Awaitable[Mapping[str, Any]]]
type Send = Callable[[Mapping[str, Any]], Awaitable[None]]
type Header = tuple[bytes, bytes]

SUCCESS = b'{"success":true}'
_SUCCESS_HEADERS: list[Header] = [(b"content-type", b"application/json"), (b"content-length", b"16")]


@dataclass(frozen=True)
class Reply:
    """An answer other than the usual one."""

    body: bytes
    content_type: bytes = b"application/json"
    status: int = 200
    headers: tuple[Header, ...] = ()


def as_json(document: object, headers: tuple[Header, ...] = ()) -> Reply:
    return Reply(msgspec.json.encode(document), headers=headers)


@dataclass(eq=False)
class Refused(Exception):  # noqa: N818  # reads as a statement where it is raised
    """A request the collector does not take."""

    status: int
    code: str
    message: str
    what_to_do: str
    headers: tuple[Header, ...] = ()


def wrong_key(message: str) -> Refused:
    return Refused(401, "wrong_key", message, "Send a write key as the user of Basic authorization.")


def wrong_page() -> Refused:
    return Refused(
        401,
        "wrong_key",
        "No browser key is for pages of this origin.",
        "Add the site to the origins of a browser key, under Settings.",
    )


def bad_json(message: str) -> Refused:
    return Refused(400, "bad_json", message, "Send JSON as the Segment HTTP API describes it.")


def too_large(message: str) -> Refused:
    return Refused(413, "too_large", message, "Send smaller batches.")


def busy() -> Refused:
    return Refused(429, "busy", "More is arriving than can be written.", "Send it again.", ((b"retry-after", b"1"),))


def too_fast(seconds: int) -> Refused:
    return Refused(
        429,
        "too_fast",
        "This write key sends more events than it may.",
        f"Send it again in {seconds} s; LEADPACT_EVENTS_PER_SECOND says how many a key may send.",
        ((b"retry-after", b"%d" % seconds),),
    )


def no_such_path() -> Refused:
    return Refused(404, "no_such_address", "The collector has no such address.", "See the guide to clients.")


def wrong_method() -> Refused:
    return Refused(405, "wrong_method", "Events are posted.", "Use POST.", ((b"allow", b"POST, OPTIONS"),))


def only_fetched() -> Refused:
    return Refused(405, "wrong_method", "Nothing is taken here.", "Use GET.", ((b"allow", b"GET, HEAD, OPTIONS"),))


def unavailable(message: str) -> Refused:
    return Refused(503, "unavailable", message, "Send it again.", ((b"retry-after", b"5"),))


async def answer_success(send: Send, headers: Sequence[Header] = ()) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [*_SUCCESS_HEADERS, *headers]})
    await send({"type": "http.response.body", "body": SUCCESS})


async def answer(send: Send, reply: Reply, headers: Sequence[Header] = ()) -> None:
    first = [(b"content-type", reply.content_type), (b"content-length", b"%d" % len(reply.body))]
    every = [*first, *reply.headers, *headers]
    await send({"type": "http.response.start", "status": reply.status, "headers": every})
    await send({"type": "http.response.body", "body": reply.body})


async def answer_refused(send: Send, refused: Refused, headers: Sequence[Header] = ()) -> None:
    document = {
        "success": False,
        "code": refused.code,
        "message": refused.message,
        "what_to_do": refused.what_to_do,
        "details": {},
    }
    await answer_json(send, refused.status, document, (*refused.headers, *headers))


async def answer_json(send: Send, status: int, document: object, headers: Sequence[Header] = ()) -> None:
    body = msgspec.json.encode(document, enc_hook=str)  # an error's words know more than their text
    first = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": [*first, *headers]})
    await send({"type": "http.response.body", "body": body})
