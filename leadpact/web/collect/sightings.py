"""On which sites browser keys were just used: what the page of a key shows live.

Gathered in memory and written every other second at most, by a thread of its own: a request never waits for it,
and when it cannot be written nothing but that page is the poorer.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from django.db import Error as DatabaseError
from django.db import close_old_connections

from leadpact.engagement import actions
from leadpact.engagement.types import Sighting

SECONDS_GATHERED = 2.0
MAX_GATHERED = 200
MAX_ORIGIN = 200

_log = logging.getLogger(__name__)


class Sightings:
    """One for a process; used from its event loop only."""

    def __init__(
        self,
        keep: Callable[[Sequence[Sighting]], None] = actions.note_sightings,
        *,
        seconds_gathered: float = SECONDS_GATHERED,
    ) -> None:
        self._keep, self._seconds_gathered = keep, seconds_gathered
        self._gathered: dict[tuple[int, str], Sighting] = {}
        self._later: asyncio.TimerHandle | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sightings")

    def note(self, source: int, origin: bytes, now: datetime, *, is_refused: bool) -> None:
        place = (source, origin.decode("latin-1").lower())
        if len(origin) > MAX_ORIGIN or (place not in self._gathered and len(self._gathered) >= MAX_GATHERED):
            return
        self._gathered[place] = Sighting(*place, is_refused, now)
        if self._later is None:
            self._later = asyncio.get_running_loop().call_later(self._seconds_gathered, self._write)

    def close(self) -> None:
        if self._later is not None:
            self._later.cancel()
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _write(self) -> None:
        gathered, self._gathered, self._later = list(self._gathered.values()), {}, None
        self._thread.submit(_write_down, self._keep, gathered)


def _write_down(keep: Callable[[Sequence[Sighting]], None], gathered: Sequence[Sighting]) -> None:
    close_old_connections()
    try:
        keep(gathered)
    except DatabaseError:
        _log.warning("where browser keys were used could not be written", exc_info=True)
    finally:
        close_old_connections()
