"""Natural group commit: while one group is being written the next one fills.  No timer to tune.

One thread writes; a request is answered when the group its events went into is on disk.
"""

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence

from leadpact.ledger.inbox import Arrival
from leadpact.web.collect.answers import busy

MAX_PENDING_EVENTS = 40_000  # about a second of writing
MAX_PENDING_BYTES = 64 * 1024 * 1024

type Written = asyncio.Future[None]
type _Group = tuple[list[Arrival], Written, int]


class GroupCommit:
    """Used from one event loop.  `store` returns when the arrivals are on disk; it runs in the writing thread."""

    def __init__(
        self,
        store: Callable[[Sequence[Arrival]], None],
        *,
        on_stored: Callable[[], None],
        max_pending: int = MAX_PENDING_EVENTS,
    ) -> None:
        self._store, self._on_stored, self._max_pending = store, on_stored, max_pending
        self._groups: queue.SimpleQueue[_Group | None] = queue.SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._filling: list[Arrival] = []
        self._filling_bytes = 0
        self._written: Written | None = None
        self._is_writing = False
        self._pending_events = self._pending_bytes = 0
        self._thread = threading.Thread(target=self._write_groups, name="collector-writer", daemon=True)
        self._thread.start()

    def put(self, arrivals: Sequence[Arrival]) -> Written:
        """Return a future that is done once the arrivals are on disk; raises `Refused` (429) when too many wait."""
        size = sum(len(arrival.body) for arrival in arrivals)
        too_many = self._pending_events + len(arrivals) > self._max_pending
        if self._pending_events and (too_many or self._pending_bytes + size > MAX_PENDING_BYTES):
            raise busy()
        self._pending_events += len(arrivals)
        self._pending_bytes += size
        self._filling.extend(arrivals)
        self._filling_bytes += size
        if self._written is None:
            self._written = self._loop.create_future()
            if not self._is_writing:
                # Not at once: requests read in this very turn of the loop come into the same group.
                self._loop.call_soon(self._hand_over)
        return self._written

    def close(self) -> None:
        """Let the writing thread end after what it has; events still filling were never answered."""
        self._groups.put(None)
        self._thread.join(timeout=5)

    def _hand_over(self) -> None:
        if self._is_writing or self._written is None:
            return
        self._is_writing = True
        self._groups.put((self._filling, self._written, self._filling_bytes))
        self._filling, self._written, self._filling_bytes = [], None, 0

    def _write_groups(self) -> None:
        while (group := self._groups.get()) is not None:
            arrivals, written, size = group
            failure: Exception | None = None
            try:
                self._store(arrivals)
            except Exception as error:  # noqa: BLE001  # a worker's loop: the requests that wait are told
                failure = error
            if self._loop.is_closed():
                return
            self._loop.call_soon_threadsafe(self._finish, written, len(arrivals), size, failure)

    def _finish(self, written: Written, events: int, size: int, failure: Exception | None) -> None:
        self._pending_events -= events
        self._pending_bytes -= size
        self._is_writing = False
        self._hand_over()
        if failure is not None:
            written.set_exception(failure)
            return
        written.set_result(None)
        self._on_stored()
