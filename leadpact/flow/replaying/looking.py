"""Replays for whoever waits for a page: this installation's past kept open in the process, and the last answers too.

The past is brought up to date when it is older than some seconds, so what is shown is at most so old.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings

from leadpact.base.errors import BadState
from leadpact.base.wording import worded
from leadpact.flow.replaying import history, preparing, rehearsing
from leadpact.flow.replaying.history import Past
from leadpact.flow.replaying.rehearsing import Run, Span
from leadpact.flow.replaying.types import MonthRow, Rehearsal
from leadpact.ledger import reads as ledger
from leadpact.pact.adjusting import Numbers, numbers_of
from leadpact.pact.types import Pact
from leadpact.scoring.replay.compiling import is_compiled, kernel_folder
from leadpact.scoring.replay.types import Mode
from leadpact.scoring.replay.wanted import Wanted, wanted_of

FRESH_FOR: Final = 15.0  # seconds
FEW: Final = 5_000  # persons that are counted without the kernel while somebody waits
KEPT: Final = 12  # answers


class NotCompiledYet(BadState):
    """The kernel is not compiled, and there are too many persons to be counted without it."""

    code = "replay_not_compiled"
    what_to_do = worded(
        "Wait a minute and try again: a worker compiles it when it starts. `leadpact init` does so too."
    )


@dataclass(frozen=True)
class Looked:
    """What a page shows: the replay of a pact and of the one beside it, and both counted."""

    past: Past
    one: Run
    other: Run | None
    told: Rehearsal
    beside: tuple[MonthRow, ...]  # the months of the other


type Key = tuple[str, Numbers, Mode, Span]


@dataclass
class _Open:
    """A past in this process: what it was made for, as of when, and what was counted over it."""

    past: Past
    wanted: Wanted
    accounts: bool
    position: int
    at: float
    runs: "OrderedDict[Key, Run]"


_open: dict[Path, _Open] = {}
_lock = threading.Lock()


def look(pact: Pact, *, against: Pact | None, mode: Mode, span: Span, now: datetime) -> Looked:
    """Replay a pact over this installation's past, beside another one.  Raises `NotCompiledYet`, `NotReadYet`."""
    held = opened([pact] if against is None else [pact, against], now=now)
    one = _run(held, pact, mode, span)
    other = None if against is None else _run(held, against, mode, span)
    told = rehearsing.told(held.past, one, span=span, other=other)
    return Looked(held.past, one, other, told, () if other is None else rehearsing.months_of(other))


def past_of(pacts: Sequence[Pact], *, now: datetime) -> Past:
    """Return the past that these pacts can be replayed over, however long that takes.  Raises `NotCompiledYet`."""
    return opened(pacts, now=now, read=history.here).past


def _quickly(pacts: Sequence[Pact], *, now: datetime) -> Past:
    preparing.demand(pacts)
    return history.here(pacts, now=now)


def opened(pacts: Sequence[Pact], *, now: datetime, read: "Callable[..., Past]" = _quickly) -> _Open:
    folder, wanted = Path(settings.REPLAY), wanted_of(pacts)
    accounts = any(score.account for pact in pacts for score in pact.engagement)
    with _lock:
        held = _open.get(folder)
        if held is None or not held.wanted.covers(wanted) or accounts > held.accounts or _is_old(held):
            position = ledger.last_position()
            made = _Open(read(pacts, now=now), wanted, accounts, position, time.monotonic(), OrderedDict())
            if held is not None:  # what was asked for once is there still
                made.wanted = wanted.joined(held.wanted)
            _open.clear()
            _open[folder] = held = made
    persons = len(held.past.columns.persons)
    kernel = kernel_folder()
    if persons >= FEW and (kernel is None or not is_compiled(kernel)):
        raise NotCompiledYet(
            worded(
                "{persons} persons are too many to be counted while you wait, until the replay is compiled.",
                persons=f"{persons:,}",
            )
        )
    return held


def _is_old(held: _Open) -> bool:
    return time.monotonic() - held.at > FRESH_FOR and ledger.last_position() != held.position


def _run(held: _Open, pact: Pact, mode: Mode, span: Span) -> Run:
    """Replay, or return what was counted before: the pact beside it stays the same while a mark is dragged."""
    key = (pact.digest, numbers_of(pact), mode, span)
    found = held.runs.get(key)
    if found is None:
        found = rehearsing.run(held.past, pact, mode=mode, span=span)
        with _lock:
            held.runs[key] = found
            while len(held.runs) > KEPT:
                held.runs.popitem(last=False)
    return found
