"""The collector's ASGI application.  Its order: bound, inflate, take apart, key, origin, inbox, 200."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from leadpact.engagement.rules_body import add_request
from leadpact.engagement.types import Away, Format, SourceView
from leadpact.ledger.errors import InboxUnavailable
from leadpact.ledger.inbox import Arrival
from leadpact.web.collect import mautic
from leadpact.web.collect.answers import (
    Header,
    Receive,
    Refused,
    Reply,
    Scope,
    Send,
    answer,
    answer_refused,
    answer_success,
    no_such_path,
    only_fetched,
    unavailable,
    wrong_key,
    wrong_method,
    wrong_page,
)
from leadpact.web.collect.bodies import DisconnectedError, Sent, inflate, read_all, take_apart, unwrap
from leadpact.web.collect.group import GroupCommit
from leadpact.web.collect.keys import KeyRing, key_of_headers
from leadpact.web.collect.limits import Limits, Room
from leadpact.web.collect.routes import DEVICE, FLAGS, ROUTES, Route, config_key, settings_key
from leadpact.web.collect.sightings import Sightings
from leadpact.web.collect.told import posthog_config, posthog_flags, segment_settings
from leadpact.web.collect.turned_away import TurnedAway

_NOTHING = b""
_ALLOWED_HEADERS = b"authorization, content-type, content-encoding, x-write-key, anonymousid"
_HEADER_NAMES = re.compile(rb"[\w, -]{1,500}")


@dataclass(slots=True)
class _Seen:
    """The headers the collector reads."""

    authorization: bytes
    write_key: bytes
    origin: bytes
    agent: bytes
    length: int
    gpc: bool


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
        turned_away: TurnedAway,
        room: Room | None = None,
        honours_signal: bool = True,
    ) -> None:
        self._open_group, self._keys, self._clock = open_group, keys, clock
        self._limits, self._sightings, self._honours_signal = limits, sightings, honours_signal
        self._turned_away, self._room = turned_away, room or Room()
        self._group: GroupCommit | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = dict(scope["headers"])
        seen = _read_headers(found)
        seen.gpc = seen.gpc and self._honours_signal
        if scope["method"] == "OPTIONS":
            await self._answer_preflight(seen, found.get(b"access-control-request-headers", _NOTHING), send)
            return
        headers: list[Header] = _cors(seen.origin) if seen.origin else []
        try:
            with self._room_for(seen, found):
                reply = await self._reply(scope, seen, found, receive)
        except Refused as refused:
            await answer_refused(send, _as_its_client_takes_it(refused, scope["path"]), headers)
        except InboxUnavailable as error:
            await answer_refused(send, unavailable(error.message), headers)
        except DisconnectedError:
            return
        else:
            await (answer(send, reply, headers) if reply else answer_success(send, headers))

    def lately(self) -> dict[Away, int]:
        """Return how many requests were turned away in the last minute; from any thread."""
        return self._turned_away.lately()

    def close(self) -> None:
        self._keys.close()
        self._sightings.close()
        self._turned_away.close()
        if self._group is not None:
            self._group.close()

    def _room_for(self, seen: _Seen, found: Mapping[bytes, bytes]) -> AbstractContextManager[None]:
        try:
            return self._room.of(seen.length, is_unannounced=b"transfer-encoding" in found)
        except Refused:
            self._turned_away.tell(Away.BUSY)
            raise

    async def _reply(self, scope: Scope, seen: _Seen, found: Mapping[bytes, bytes], receive: Receive) -> Reply | None:
        """Take the events or tell what was asked; None is the usual success."""
        path, method = scope["path"], scope["method"]
        route = ROUTES.get(path)
        if route is None:
            return await self._tell(scope, seen, found)
        if method != "POST" and not (route.fetches and method == "GET"):
            raise wrong_method()
        body = await read_all(receive, seen.length) if method == "POST" else _NOTHING
        if route.format in (Format.MAUTIC, Format.MAUTIC_FORM):
            return await self._take_form(scope, route, body, seen, found)
        sent = take_apart(unwrap(inflate(body)), route)
        key = key_of_headers(seen.authorization, seen.write_key) or sent.key
        source = await self._source(key)
        await self._put(sent, _request(sent, route, source, seen, scope), source, seen)
        return None

    async def _take_form(
        self, scope: Scope, route: Route, body: bytes, seen: _Seen, found: Mapping[bytes, bytes]
    ) -> Reply:
        """Take what a page written for Mautic sends.  It knows of no key: the page's origin says whose it is."""
        visit = mautic.read_visit(route, inflate(body), scope["query_string"], found)
        key = key_of_headers(seen.authorization, seen.write_key) or visit.sent.key
        source = await (self._source(key) if key else self._source_of_page(visit.origin))
        seen.origin = visit.origin.encode("latin-1", "replace")
        visit = visit if not seen.gpc else visit.without_device()
        request = {**_request(visit.sent, route, source, seen, scope), "device": visit.device}
        await self._put(visit.sent, request, source, seen)
        return mautic.reply_to(visit, source.origins)

    async def _tell(self, scope: Scope, seen: _Seen, found: Mapping[bytes, bytes]) -> Reply:
        """Answer what a client asks before it sends."""
        path, method = scope["path"], scope["method"]
        if path in FLAGS:
            return posthog_flags()
        segment, (posthog, is_script) = settings_key(path), config_key(path)
        if not (segment or posthog or path == DEVICE):
            raise no_such_path()
        if method not in ("GET", "HEAD"):
            raise only_fetched()
        if path == DEVICE:
            return mautic.device_reply(found, is_signal_honoured=self._honours_signal)
        await self._source(segment or posthog)  # a wrong key is told here, where somebody looks
        if posthog:
            return posthog_config(posthog, is_script=is_script)
        host = found.get(b"host", _NOTHING).decode("latin-1")
        return segment_settings(segment, scheme=scope.get("scheme", "http"), host=host)

    async def _source(self, key: str) -> SourceView:
        source = self._keys.known(key) or await self._keys.find(key)
        if source is None:
            raise wrong_key("This write key is unknown or revoked." if key else "There is no write key.")
        return source

    async def _source_of_page(self, origin: str) -> SourceView:
        source = await self._keys.find_of_page(origin) if origin else None
        if source is None:
            raise wrong_page()
        return source

    async def _put(self, sent: Sent, request: dict[str, object], source: SourceView, seen: _Seen) -> None:
        """Return once the events are on disk."""
        now = self._clock()
        if source.is_browser and seen.origin:
            self._check_origin(source, seen.origin, now)
        if not sent.events:
            return
        with self._turned_away.watching(source.id, len(sent.events), now):
            self._limits.take(source.id, len(sent.events), source.events_per_second)
            if self._group is None:
                self._group = self._open_group()
            # Shielded: a request that is given up must not cancel the group it shares with others.
            await asyncio.shield(self._group.put(_arrivals(sent, request, source, now)))

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

    async def _answer_preflight(self, seen: _Seen, wanted: bytes, send: Send) -> None:
        origin = seen.origin.decode("latin-1").lower()
        try:
            allowed = bool(origin) and await self._keys.is_page_allowed(origin)
        except Refused as refused:
            await answer_refused(send, refused)
            return
        headers = [(b"content-length", b"0"), *(_cors(seen.origin, wanted) if allowed else [])]
        await send({"type": "http.response.start", "status": 204 if allowed else 403, "headers": headers})
        await send({"type": "http.response.body", "body": b""})


def _arrivals(sent: Sent, request: dict[str, object], source: SourceView, received_at: datetime) -> Sequence[Arrival]:
    return [Arrival(source.id, received_at, add_request(raw, request) if request else raw) for raw in sent.events]


def _request(sent: Sent, route: Route, source: SourceView, seen: _Seen, scope: Scope) -> dict[str, object]:
    """Return what the drain must know of the request; of a server's nothing is kept that names a machine."""
    request: dict[str, object] = {
        "format": route.format.value,
        "type": route.type,
        "sentAt": sent.sent_at,
        "context": sent.context,
    }
    if source.is_browser:
        client = scope.get("client")
        request.update(ip=client[0] if client else "", agent=seen.agent.decode("latin-1")[:400], gpc=seen.gpc)
    return {name: value for name, value in request.items() if value}


def _as_its_client_takes_it(refused: Refused, path: str) -> Refused:
    """PostHog's browser library drops what is answered with 429 as it does with any other 4xx."""
    route = ROUTES.get(path)
    if refused.status == 429 and route is not None and route.format is Format.POSTHOG:
        return Refused(503, refused.code, refused.message, refused.what_to_do, refused.headers)
    return refused


def _read_headers(found: Mapping[bytes, bytes]) -> _Seen:
    length = found.get(b"content-length", _NOTHING)
    return _Seen(
        authorization=found.get(b"authorization", _NOTHING),
        write_key=found.get(b"x-write-key", _NOTHING),
        origin=found.get(b"origin", _NOTHING),
        agent=found.get(b"user-agent", _NOTHING),
        length=int(length) if length.isdigit() else 0,
        gpc=found.get(b"sec-gpc", _NOTHING).strip() == b"1",
    )


def _cors(origin: bytes, wanted: bytes = _NOTHING) -> list[Header]:
    """`wanted`: headers a page asks to send; none of them lets it do more than the key does."""
    return [
        (b"access-control-allow-origin", origin),
        (b"access-control-allow-credentials", b"true"),
        (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
        (b"access-control-allow-headers", wanted if _HEADER_NAMES.fullmatch(wanted) else _ALLOWED_HEADERS),
        (b"access-control-max-age", b"600"),
        (b"vary", b"Origin"),
    ]
