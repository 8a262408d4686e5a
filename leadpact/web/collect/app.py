"""The collector's ASGI application.  Its order: bound, inflate, take apart, key, origin, inbox, 200."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from leadpact.engagement.rules_body import add_request
from leadpact.engagement.types import SourceView
from leadpact.ledger.errors import InboxUnavailable
from leadpact.ledger.inbox import Arrival
from leadpact.web.collect.answers import (
    Header,
    Receive,
    Refused,
    Scope,
    Send,
    answer_refused,
    answer_success,
    no_such_path,
    unavailable,
    wrong_key,
    wrong_method,
)
from leadpact.web.collect.bodies import DisconnectedError, Sent, inflate, read_all, take_apart
from leadpact.web.collect.group import GroupCommit
from leadpact.web.collect.keys import KeyRing, key_of_headers
from leadpact.web.collect.limits import Limits
from leadpact.web.collect.sightings import Sightings

PREFIX = "/v1/"  # every address under it is the collector's
# The type a path stands for; "" is a batch.  The short ones are those of the browser library.
PATHS: dict[str, str] = {
    **{f"/v1/{name}": name for name in ("track", "identify", "page", "screen", "group", "alias")},
    "/v1/batch": "",
    "/v1/import": "",
    "/v1/b": "",
    "/v1/t": "track",
    "/v1/i": "identify",
    "/v1/p": "page",
    "/v1/s": "screen",
    "/v1/g": "group",
    "/v1/a": "alias",
}
_NOTHING = b""


@dataclass(slots=True)
class _Seen:
    """The headers the collector reads."""

    authorization: bytes = _NOTHING
    write_key: bytes = _NOTHING
    origin: bytes = _NOTHING
    agent: bytes = _NOTHING
    length: int = 0
    gpc: bool = False


class Collector:
    """Takes the requests of one process.

    open_group      called on the event loop, at the first request
    honours_signal  Global Privacy Control: whoever sends it is counted and not followed
    """

    def __init__(
        self,
        open_group: Callable[[], GroupCommit],
        keys: KeyRing,
        clock: Callable[[], datetime],
        *,
        limits: Limits,
        sightings: Sightings,
        honours_signal: bool = True,
    ) -> None:
        self._open_group, self._keys, self._clock = open_group, keys, clock
        self._limits, self._sightings, self._honours_signal = limits, sightings, honours_signal
        self._group: GroupCommit | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        seen = _read_headers(scope["headers"])
        if scope["method"] == "OPTIONS":
            await self._answer_preflight(seen, send)
            return
        headers: list[Header] = _cors(seen.origin) if seen.origin else []
        try:
            await self._take(scope, seen, receive)
        except Refused as refused:
            await answer_refused(send, refused, headers)
        except InboxUnavailable as error:
            await answer_refused(send, unavailable(error.message), headers)
        except DisconnectedError:
            return
        else:
            await answer_success(send, headers)

    def close(self) -> None:
        self._keys.close()
        self._sightings.close()
        if self._group is not None:
            self._group.close()

    async def _take(self, scope: Scope, seen: _Seen, receive: Receive) -> None:
        path_type = PATHS.get(scope["path"])
        if path_type is None:
            raise no_such_path()
        if scope["method"] != "POST":
            raise wrong_method()
        body = inflate(await read_all(receive, seen.length))
        sent = take_apart(body, is_batch=not path_type)
        key = key_of_headers(seen.authorization, seen.write_key) or sent.key
        source = self._keys.known(key) or await self._keys.find(key)
        if source is None:
            raise wrong_key("This write key is unknown or revoked." if key else "There is no write key.")
        now = self._clock()
        if source.is_browser and seen.origin:
            self._check_origin(source, seen.origin, now)
        if not sent.events:
            return
        self._limits.take(source.id, len(sent.events))
        if self._group is None:
            self._group = self._open_group()
        seen.gpc = seen.gpc and self._honours_signal
        arrivals = _arrivals(sent, _request(sent, path_type, source, seen, scope), source, now)
        # Shielded: a request that is given up must not cancel the group it shares with others.
        await asyncio.shield(self._group.put(arrivals))

    def _check_origin(self, source: SourceView, origin: bytes, now: datetime) -> None:
        is_refused = bool(source.origins) and origin.decode("latin-1").lower() not in source.origins
        self._sightings.note(source.id, origin, now, is_refused=is_refused)
        if is_refused:
            raise Refused(
                403,
                "origin_not_allowed",
                "This browser key may not be used on this page's origin.",
                "Add the origin to the key, or use the key made for this site.",
            )

    async def _answer_preflight(self, seen: _Seen, send: Send) -> None:
        origin = seen.origin.decode("latin-1").lower()
        try:
            allowed = bool(origin) and await self._keys.is_page_allowed(origin)
        except Refused as refused:
            await answer_refused(send, refused)
            return
        headers = [(b"content-length", b"0"), *(_cors(seen.origin) if allowed else [])]
        await send({"type": "http.response.start", "status": 204 if allowed else 403, "headers": headers})
        await send({"type": "http.response.body", "body": b""})


def _arrivals(sent: Sent, request: dict[str, object], source: SourceView, received_at: datetime) -> Sequence[Arrival]:
    return [Arrival(source.id, received_at, add_request(raw, request) if request else raw) for raw in sent.events]


def _request(sent: Sent, path_type: str, source: SourceView, seen: _Seen, scope: Scope) -> dict[str, object]:
    """Return what the drain must know of the request; of a server's nothing is kept that names a machine."""
    request: dict[str, object] = {"type": path_type, "sentAt": sent.sent_at, "context": sent.context}
    if source.is_browser:
        client = scope.get("client")
        request.update(ip=client[0] if client else "", agent=seen.agent.decode("latin-1")[:400], gpc=seen.gpc)
    return {name: value for name, value in request.items() if value}


def _read_headers(headers: Sequence[Header]) -> _Seen:
    seen = _Seen()
    for name, value in headers:
        if name == b"authorization":
            seen.authorization = value
        elif name == b"x-write-key":
            seen.write_key = value
        elif name == b"origin":
            seen.origin = value
        elif name == b"user-agent":
            seen.agent = value
        elif name == b"content-length":
            seen.length = int(value) if value.isdigit() else 0
        elif name == b"sec-gpc":
            seen.gpc = value.strip() == b"1"
    return seen


def _cors(origin: bytes) -> list[Header]:
    return [
        (b"access-control-allow-origin", origin),
        (b"access-control-allow-credentials", b"true"),
        (b"access-control-allow-methods", b"POST, OPTIONS"),
        (b"access-control-allow-headers", b"authorization, content-type, content-encoding, x-write-key, anonymousid"),
        (b"access-control-max-age", b"600"),
        (b"vary", b"Origin"),
    ]
