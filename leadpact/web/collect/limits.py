"""How fast one write key may send, and how much may be read at once.

A key in a page can be read by anybody; a bucket that fills steadily and is emptied by events keeps whoever floods with
it from filling the disk.  The buckets are in memory, one set for a process: a restart fills them.
"""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from leadpact.web.collect.answers import busy, too_fast
from leadpact.web.collect.bodies import MAX_BODY_BYTES

SECONDS_SAVED = 10  # how long a silent key saves up: a nightly batch may come at once
MAX_READING_BYTES = 128 * 1024 * 1024


@dataclass
class _Bucket:
    events: float
    looked_at: float


class Limits:
    """Used from one event loop.

    per_second  events a key may send a second in the long run where nothing else is said of it; 0: as many as it likes
    """

    def __init__(self, per_second: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second, self._clock = per_second, clock
        self._buckets: dict[int, _Bucket] = {}

    def take(self, source: int, events: int, per_second: int | None = None) -> None:
        """Count these events; raises `Refused` (429) with the seconds to wait, and then counts nothing.

        A full bucket lets any batch through: one larger than the bucket would else never be taken.
        """
        rate = self._per_second if per_second is None else per_second
        if not rate:
            return
        now, most = self._clock(), rate * SECONDS_SAVED
        bucket = self._buckets.get(source)
        if bucket is None:
            bucket = self._buckets[source] = _Bucket(most, now)
        left = min(most, bucket.events + (now - bucket.looked_at) * rate)
        if events > left and left < most:
            wanted = min(events, most) - left
            raise too_fast(max(1, math.ceil(wanted / rate)))
        bucket.events, bucket.looked_at = left - events, now


class Room:
    """Bounds what lies in memory of requests that are being read.  Used from one event loop."""

    def __init__(self, most_bytes: int = MAX_READING_BYTES) -> None:
        self._most, self._taken = most_bytes, 0

    def of(self, announced: int, *, is_unannounced: bool = False) -> AbstractContextManager[None]:
        """Keep room for a body while it is dealt with; raises `Refused` (429) at once when there is none.

        is_unannounced  it comes in pieces, so that it may become as large as any
        """
        size = MAX_BODY_BYTES if is_unannounced else min(announced, MAX_BODY_BYTES)
        if self._taken and self._taken + size > self._most:
            raise busy()
        return self._kept(size)

    @contextmanager
    def _kept(self, size: int) -> Iterator[None]:
        self._taken += size
        try:
            yield
        finally:
            self._taken -= size
