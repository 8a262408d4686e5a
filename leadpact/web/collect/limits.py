"""How fast one write key may send: a bucket that fills steadily and is emptied by events.

A key in a page can be read by anybody; this keeps whoever floods with it from filling the disk.  The buckets are
in memory, one set for a process: a restart fills them.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from leadpact.web.collect.answers import too_fast

SECONDS_SAVED = 10  # how long a silent key saves up: a nightly batch may come at once


@dataclass
class _Bucket:
    events: float
    looked_at: float


class Limits:
    """Used from one event loop.

    per_second  events a key may send a second in the long run; 0: as many as it likes
    """

    def __init__(self, per_second: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second, self._most, self._clock = per_second, per_second * SECONDS_SAVED, clock
        self._buckets: dict[int, _Bucket] = {}

    def take(self, source: int, events: int) -> None:
        """Count these events; raises `Refused` (429) with the seconds to wait, and then counts nothing.

        A full bucket lets any batch through: one larger than the bucket would else never be taken.
        """
        if not self._per_second:
            return
        now = self._clock()
        bucket = self._buckets.get(source)
        if bucket is None:
            bucket = self._buckets[source] = _Bucket(self._most, now)
        left = min(self._most, bucket.events + (now - bucket.looked_at) * self._per_second)
        if events > left and left < self._most:
            wanted = min(events, self._most) - left
            raise too_fast(max(1, math.ceil(wanted / self._per_second)))
        bucket.events, bucket.looked_at = left - events, now
