"""A past by person: who did something at all, and when each would have been ready for the first time."""

from datetime import datetime

import numpy as np

from leadpact.flow.replaying import rehearsing
from leadpact.flow.replaying.history import Past
from leadpact.flow.replaying.rehearsing import Span
from leadpact.pact.types import Pact
from leadpact.scoring.replay.types import Mode
from leadpact.scoring.rules_days import moment_of


def who_did_something(past: Past) -> set[int]:
    """Return the persons with any act."""
    columns = past.columns
    before = np.concatenate([[0], np.cumsum(columns.run_ends - columns.run_starts)])[columns.run_offsets]
    return set(columns.persons[before[1:] > before[:-1]].tolist())


def first_ready(past: Past, pact: Pact, *, now: datetime) -> dict[int, datetime]:
    """Return when each person would have been ready for the first time, as lived."""
    found = rehearsing.run(past, pact, mode=Mode.AS_LIVED, span=Span(now)).intervals
    persons, places = np.unique(found.persons, return_index=True)  # by person and moment: the first is the earliest
    times = found.since[places]
    return {person: moment_of(at) for person, at in zip(persons.tolist(), times.tolist(), strict=True)}
