"""Which source a write key belongs to, and which pages may use it; kept in memory for a few seconds.

A new key works at once, since only keys that were found are remembered; a revoked one ends within five seconds.
"""

import asyncio
import base64
import binascii
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.db import Error as DatabaseError
from django.db import close_old_connections

from leadpact.engagement import reads
from leadpact.engagement.types import SourceView
from leadpact.web.collect.answers import unavailable

SECONDS_KEPT = 4.0  # a revoked key must end within five
MAX_KEPT = 10_000
MAX_KEY = 200


type _Asked = tuple[Callable[[str], SourceView | None], str]


@dataclass(frozen=True)
class _Found:
    source: SourceView
    asked_at: float


class KeyRing:
    """One for a process; asked from its event loop only.

    source_by_key     asks the database which source a key belongs to
    browser_origins   asks it where pages with a browser key may live; None: anywhere
    source_of_page    asks it which browser key is for pages of an origin
    """

    def __init__(
        self,
        source_by_key: Callable[[str], SourceView | None] = reads.source_by_key,
        browser_origins: Callable[[], frozenset[str] | None] = reads.browser_origins,
        source_of_page: Callable[[str], SourceView | None] = reads.source_of_page,
        *,
        seconds_kept: float = SECONDS_KEPT,
    ) -> None:
        self._source_by_key, self._browser_origins = source_by_key, browser_origins
        self._source_of_page = source_of_page
        self._seconds_kept = seconds_kept
        self._kept: dict[str, _Found] = {}
        self._pages: dict[str, _Found] = {}  # by origin
        self._asking: dict[_Asked, asyncio.Future[SourceView | None]] = {}
        self._origins: frozenset[str] | None = frozenset()
        self._origins_asked_at = float("-inf")
        # One thread, so one database connection, however many unknown keys arrive.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="keys")

    def known(self, key: str) -> SourceView | None:
        """Return the source when it was asked for within the last seconds; else `find` has to."""
        return self._fresh(self._kept, key)

    async def find(self, key: str) -> SourceView | None:
        """Return the key's source, None when there is none; raises `Refused` (503) when nobody can tell."""
        return await self._find(key, self._source_by_key, self._kept)

    async def find_of_page(self, origin: str) -> SourceView | None:
        """Return the source of pages of this origin, for clients that know of no key; raises `Refused` (503)."""
        return self._fresh(self._pages, origin) or await self._find(origin, self._source_of_page, self._pages)

    def _fresh(self, kept: dict[str, _Found], key: str) -> SourceView | None:
        found = kept.get(key)
        return found.source if found and time.monotonic() - found.asked_at < self._seconds_kept else None

    async def _find(
        self, key: str, ask: Callable[[str], SourceView | None], kept: dict[str, _Found]
    ) -> SourceView | None:
        if not key or len(key) > MAX_KEY:
            return None
        asked = (ask, key)
        if asked not in self._asking:  # fifty requests with one key ask once
            asking = asyncio.ensure_future(self._ask(lambda: ask(key)))
            self._asking[asked] = asking
            asking.add_done_callback(lambda _: self._asking.pop(asked, None))
        source = await asyncio.shield(self._asking[asked])
        if source is None:
            kept.pop(key, None)
        elif key in kept or len(kept) < MAX_KEPT:
            kept[key] = _Found(source, time.monotonic())
        return source

    async def is_page_allowed(self, origin: str) -> bool:
        """Say whether some browser key may be used on pages of this origin: asked before a key is sent."""
        if time.monotonic() - self._origins_asked_at >= self._seconds_kept:
            self._origins = await self._ask(self._browser_origins)
            self._origins_asked_at = time.monotonic()
        return self._origins is None or origin in self._origins

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _ask[Answer](self, question: Callable[[], Answer]) -> Answer:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, _with_fresh_connection, question)
        except DatabaseError as error:
            raise unavailable("The write key cannot be looked up now.") from error


def key_of_headers(authorization: bytes, write_key: bytes) -> str:
    """Return the key of `Authorization: Basic key:` or `Bearer key`, else of `X-Write-Key`; "" for none."""
    scheme, _, rest = authorization.strip().partition(b" ")
    rest = rest.strip()
    if scheme.lower() == b"basic":
        try:
            return base64.b64decode(rest).partition(b":")[0].decode()
        except (binascii.Error, UnicodeDecodeError):
            return ""
    if scheme.lower() == b"bearer":
        return rest.decode("ascii", "replace")
    return write_key.strip().decode("ascii", "replace")


def _with_fresh_connection[Answer](question: Callable[[], Answer]) -> Answer:
    close_old_connections()
    try:
        return question()
    finally:
        close_old_connections()
