"""What was turned away: counted for the page of a key, and what the health check says of the last minute.

Gathered in memory and written every other second at most, by a thread of its own.  While it cannot be written it is
kept, and tried again: when the database is down, it is just then that much is turned away.
"""

import asyncio
import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from django.db import Error as DatabaseError
from django.db import close_old_connections

from leadpact.engagement import actions
from leadpact.engagement.types import Away
from leadpact.engagement.types import TurnedAway as Counted
from leadpact.ledger.errors import InboxUnavailable
from leadpact.ledger.inbox import hour_of
from leadpact.web.collect.answers import Refused

SECONDS_GATHERED: Final = 2.0
SECONDS_TOLD: Final = 60.0  # how long the health check speaks of it
MOST_TOLD: Final = 1_000
_REASONS: Final[Mapping[str, Away]] = {each.value: each for each in Away}

type _Place = tuple[int, datetime, Away]

_log = logging.getLogger(__name__)


class TurnedAway:
    """One for a process; used from its event loop only, `lately` from any thread."""

    def __init__(
        self,
        keep: Callable[[Sequence[Counted]], None] = actions.note_turned_away,
        *,
        seconds_gathered: float = SECONDS_GATHERED,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keep, self._seconds_gathered, self._clock = keep, seconds_gathered, clock
        self._requests: Counter[_Place] = Counter()
        self._events: Counter[_Place] = Counter()
        self._later: asyncio.TimerHandle | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="turned-away")
        self._told: deque[tuple[float, Away]] = deque(maxlen=MOST_TOLD)

    @contextmanager
    def watching(self, source: int, events: int, now: datetime) -> Iterator[None]:
        """Count the events of a request as turned away when it is told to come again."""
        try:
            yield
        except Refused as refused:
            if reason := _REASONS.get(refused.code):
                self._note(source, events, now, reason)
            raise
        except InboxUnavailable:
            self._note(source, events, now, Away.UNAVAILABLE)
            raise

    def tell(self, reason: Away) -> None:
        """Let the health check know of a request whose source nobody knows, since it was not read."""
        self._told.append((self._clock(), reason))

    def lately(self) -> dict[Away, int]:
        """Return how many requests were turned away in the last minute, at most `MOST_TOLD`."""
        since = self._clock() - SECONDS_TOLD
        return dict(Counter(reason for moment, reason in list(self._told) if moment >= since))

    def close(self) -> None:
        """Write what is gathered, once more."""
        if self._later is not None:
            self._later.cancel()
            self._later = None
        if gathered := self._gathered():
            self._thread.submit(_written, self._keep, gathered)
        self._thread.shutdown(wait=True)

    def _note(self, source: int, events: int, now: datetime, reason: Away) -> None:
        place = source, hour_of(now), reason
        self._requests[place] += 1
        self._events[place] += events
        self.tell(reason)
        self._wait()

    def _wait(self) -> None:
        if self._later is None:
            self._later = asyncio.get_running_loop().call_later(self._seconds_gathered, self._write)

    def _write(self) -> None:
        self._later = None
        gathered, loop = self._gathered(), asyncio.get_running_loop()
        self._requests, self._events = Counter(), Counter()

        def write() -> None:
            if not _written(self._keep, gathered) and not loop.is_closed():
                loop.call_soon_threadsafe(self._take_back, gathered)

        self._thread.submit(write)

    def _take_back(self, gathered: Sequence[Counted]) -> None:
        for one in gathered:
            self._requests[one.source, one.hour, one.why] += one.requests
            self._events[one.source, one.hour, one.why] += one.count
        self._wait()

    def _gathered(self) -> list[Counted]:
        return [Counted(*place, requests, self._events[place]) for place, requests in self._requests.items()]


def _written(keep: Callable[[Sequence[Counted]], None], gathered: Sequence[Counted]) -> bool:
    close_old_connections()
    try:
        keep(gathered)
    except DatabaseError:
        _log.warning("what was turned away could not be written; it is tried again", exc_info=True)
        return False
    finally:
        close_old_connections()
    return True
