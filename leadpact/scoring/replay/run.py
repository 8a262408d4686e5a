"""The one way in: a pact, everybody's columns, a mode and a moment become intervals of readiness."""

import logging
import time
from datetime import datetime
from pathlib import Path

from leadpact.pact.types import Pact
from leadpact.scoring.replay.compiling import is_compiled, kernel_folder, load
from leadpact.scoring.replay.counting import replay_by_kernel
from leadpact.scoring.replay.plain import replay_plainly
from leadpact.scoring.replay.types import Columns, Engine, Mode, Replayed
from leadpact.scoring.rules_days import micros

THREADS = 2
_log = logging.getLogger(__name__)


def replay(
    pact: Pact,
    columns: Columns,
    *,
    mode: Mode,
    as_of: datetime,
    known_at: datetime | None = None,
    engine: Engine | None = None,
    threads: int = THREADS,
) -> Replayed:
    """Return when each person would have been ready under the pact, had it always been in force.

    as_of     acts, facts and resets after it are left out
    known_at  also leave out acts recorded after it; needs columns that say when each act was recorded
    engine    None: the kernel if it was compiled before, else the plain form, so that nothing is compiled here

    Source: docs/reference/replay.md.
    """
    began = time.perf_counter()
    if known_at is not None and columns.recorded is None:
        raise ValueError("these columns do not say when an act was recorded")
    known = None if known_at is None else micros(known_at)
    folder = kernel_folder()
    chosen = engine or _engine(folder)
    if chosen is Engine.KERNEL and folder is not None:
        kernel = load(folder)
        found, skipped = replay_by_kernel(kernel, pact, columns, mode, micros(as_of), known, threads=threads)
    else:
        found, skipped = replay_plainly(pact, columns, mode, micros(as_of), known), 0
    return Replayed(found, len(columns.times), len(columns.persons), skipped, time.perf_counter() - began, chosen)


def _engine(folder: Path | None) -> Engine:
    if folder is not None and is_compiled(folder):
        return Engine.KERNEL
    _log.warning("the replay kernel is not compiled: taking the plain form; `leadpact init` compiles it")
    return Engine.PLAIN
