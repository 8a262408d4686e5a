"""The worker: runs whatever is due, step after step, again and again.

A step takes what is due, does a bounded part of it and says whether there was anything to do.  Each step is
safe to run at any time and beside another worker.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections, connection

from leadpact.flow import (
    arrival,
    erasing,
    judging,
    looking_back,
    offering,
    promising,
    retaining,
    reviewing,
    sending_back,
    unsubscribing,
)
from leadpact.flow import sending as mailing
from leadpact.flow.replaying import preparing
from leadpact.ledger import actions as ledger
from leadpact.ledger import partitions, waking
from leadpact.ledger.inbox import open_inbox
from leadpact.ledger.segments import catalogue, compacting, sealing
from leadpact.scoring import looks
from leadpact.team import answers, sending

IDLE_SECONDS: Final = 1.0  # how late a due row may be looked at when nothing wakes the worker
STOP_SECONDS: Final = 5.0

log = logging.getLogger(__name__)


class Did(IntEnum):
    """What a run of a step came to; a step may say it by a bool."""

    NOTHING = 0
    SOMETHING = 1
    ALL_IT_MAY = 2  # there is likely more


@dataclass(frozen=True)
class Step:
    """`run(now)` says whether it did something; `every` is the shortest time from one run to the next.

    waits  of a step that takes long: says whether there is anything, and then it runs beside the others
    times  how often it runs in one round, as long as it did all it may
    """

    name: str
    run: Callable[[datetime], bool | Did]
    every: timedelta = timedelta(0)
    waits: Callable[[datetime], bool] | None = None
    times: int = 1


def _drain(now: datetime) -> Did:
    return _did(arrival.drain(open_inbox(), now=now).taken, arrival.AT_ONCE)


def _sequence(now: datetime) -> bool:
    return ledger.sequence() > 0


def _offer(now: datetime) -> Did:
    swept = offering.sweep(now=now)
    return max(_did(swept.judged, offering.AT_ONCE), Did(swept.did_something))


def _did(number: int, most: int) -> Did:
    return Did.ALL_IT_MAY if number >= most else Did(number > 0)


def _miss(now: datetime) -> bool:
    return promising.sweep(now=now) > 0


def _review(now: datetime) -> bool:
    return reviewing.remind(now=now)


def _mail(now: datetime) -> bool:
    return sending.send_due_mail(now).sent > 0


def _send(now: datetime) -> bool:
    return mailing.step(now)


def _seal(now: datetime) -> bool:
    enough, age = settings.SEGMENT_ROWS, settings.SEGMENT_AGE
    return sealing.seal(now=now, min_rows=enough, max_age=age, folder=Path(settings.SEGMENTS)) is not None


def _compact(now: datetime) -> bool:
    folder = Path(settings.SEGMENTS)
    removed = catalogue.remove_retired(folder, now=now, grace=settings.SEGMENT_GRACE)
    return bool(compacting.compact(now=now, folder=folder)) or bool(removed)


def _erase(now: datetime) -> bool:
    return erasing.step(now)


def _lay_out(now: datetime) -> bool:
    return partitions.make_ahead() > 0


def _count(now: datetime) -> bool:
    """Have SQLite see how much tables that grew hold now: it chooses its ways by that.  PostgreSQL does by itself."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA analysis_limit = 400")  # entries of an index that are looked at
            cursor.execute("PRAGMA optimize = 0x1fffe")  # every table that grew tenfold
    return False


def _forget(now: datetime) -> bool:
    return answers.forget(now) > 0


STEPS: Final[tuple[Step, ...]] = (
    Step("drain", _drain, times=4),  # whoever comes again in what waits is judged once: some seconds' work at most
    Step("sequence", _sequence),
    Step("judge", judging.step),  # before the score is looked at: a machine's hits earn nothing
    Step("send back", sending_back.step),  # before promises are found missed
    Step("offer", _offer, times=8),
    Step("promises", _miss),
    Step("review", _review, every=timedelta(minutes=10)),
    Step("mail", _mail),
    Step("sending", _send),
    Step("ask", unsubscribing.ask, every=timedelta(seconds=10)),
    Step("seal", _seal, every=timedelta(minutes=1)),
    Step("partitions", _lay_out, every=timedelta(minutes=10)),
    Step("forget", _forget, every=timedelta(minutes=10)),  # answers of the API hold personal data
    Step("erase", _erase, waits=erasing.is_any_open),  # part by part, also what a kill or a busy file cut short
    Step("retain", retaining.step, every=timedelta(minutes=5)),
    Step("visitors", retaining.visitors, every=timedelta(hours=1)),
    Step("look back", looking_back.step, every=timedelta(seconds=2), waits=looks.is_any_due),
    Step("columns", preparing.step, every=timedelta(seconds=1), waits=preparing.is_asked),
    Step("count", _count, every=timedelta(minutes=10)),
    Step("compact", _compact, every=timedelta(minutes=10)),
)


def run_once(*, now: datetime, steps: tuple[Step, ...] = STEPS) -> bool:
    """Run every step once; return whether any did something.  A step that fails ends it: for commands and tests."""
    did = [_in_a_row(step, lambda step: step.run(now)) for step in steps]
    return any(did)


def _in_a_row(step: Step, run: Callable[[Step], bool | Did]) -> bool:
    for turn in range(step.times):
        did = run(step)
        if did is not Did.ALL_IT_MAY:
            return bool(did) or turn > 0
    return True


class Worker:
    """The steps in a thread of their own.  A step that fails is logged and tried again in the next round."""

    def __init__(self, clock: Callable[[], datetime], steps: tuple[Step, ...] = STEPS) -> None:
        self._clock, self._steps = clock, steps
        self._last_run: dict[str, datetime] = {}
        self._awake, self._stopping = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._is_cut_off = False
        self._asides: dict[str, threading.Thread] = {}

    def start(self) -> None:
        # A daemon: when the process must end, a transaction cut short is as if it had not begun.
        self._thread = threading.Thread(target=self.run, name="worker", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Say that something is due now; cheap, from any thread."""
        self._awake.set()

    def stop(self) -> None:
        """End after the step that runs now; waits for it a few seconds."""
        self._stopping.set()
        self._awake.set()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)

    def run(self) -> None:
        """Run until `stop`."""
        with waking.listening(self.wake):
            while not self._stopping.is_set():
                self._awake.clear()
                if not self._round():
                    self._awake.wait(IDLE_SECONDS)
        close_old_connections()

    def _round(self) -> bool:
        if self._is_cut_off and not self._reaches_database():
            return False
        did = False
        for step in self._steps:
            did |= _in_a_row(step, self._guarded)
            if self._is_cut_off:  # the other steps would find the same
                return False
        return did

    def _reaches_database(self) -> bool:
        """Say whether the database answers, and say in the log when that changes."""
        was_cut_off = self._is_cut_off
        connection.close()
        try:
            connection.ensure_connection()
        except (OperationalError, InterfaceError) as error:
            self._is_cut_off = True
            if not was_cut_off:
                log.warning("the database cannot be reached; due work waits until it is back: %s", error)
            return False
        self._is_cut_off = False
        if was_cut_off:
            log.warning("the database is back; due work goes on")
        return True

    def _guarded(self, step: Step) -> bool | Did:
        now = self._clock()
        last = self._last_run.get(step.name)
        if self._stopping.is_set() or (last is not None and now - last < step.every):
            return False
        self._last_run[step.name] = now
        try:
            return step.run(now) if step.waits is None else self._aside(step, now)
        except (OperationalError, InterfaceError):  # cut off, or a lock that was waited for too long
            if self._reaches_database():
                log.exception("step %s failed; it is tried again", step.name)
            else:
                self._last_run.pop(step.name)
            return False
        except Exception:  # the worker's loop: the other steps go on, this one is tried again
            log.exception("step %s failed; it is tried again", step.name)
            close_old_connections()
            return False

    def _aside(self, step: Step, now: datetime) -> bool:
        """Run a step that takes long in a thread of its own, where it has anything to do and does not run already."""
        running = self._asides.get(step.name)
        if (running is not None and running.is_alive()) or step.waits is None or not step.waits(now):
            return False
        aside = threading.Thread(target=_alone, args=(step, now), name=step.name, daemon=True)
        self._asides[step.name] = aside
        aside.start()
        return True


def _alone(step: Step, now: datetime) -> None:
    try:
        step.run(now)
    except Exception:  # as in the loop: it is tried again
        log.exception("step %s failed; it is tried again", step.name)
    finally:
        connection.close()
