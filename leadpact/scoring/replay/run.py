"""The one way in: a pact, everybody's columns, a mode and a moment become intervals of readiness."""

import time
from datetime import datetime

from leadpact.pact.types import Pact
from leadpact.scoring.replay.plain import replay_plainly
from leadpact.scoring.replay.types import Columns, Engine, Mode, Replayed
from leadpact.scoring.rules_days import micros


def replay(pact: Pact, columns: Columns, *, mode: Mode, as_of: datetime, known_at: datetime | None = None) -> Replayed:
    """Return when each person would have been ready under the pact, had it always been in force.

    as_of     acts, facts and resets after it are left out
    known_at  also leave out acts recorded after it; needs columns that say when each act was recorded
    """
    began = time.perf_counter()
    if known_at is not None and columns.recorded is None:
        raise ValueError("these columns do not say when an act was recorded")
    known = None if known_at is None else micros(known_at)
    intervals = replay_plainly(pact, columns, mode, micros(as_of), known)
    return Replayed(
        intervals=intervals,
        events=len(columns.times),
        persons=len(columns.persons),
        skipped=0,
        seconds=time.perf_counter() - began,
        engine=Engine.PLAIN,
    )
