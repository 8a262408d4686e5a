"""Whose history a replay reads, and what really happened to them: this installation's, or a folder's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from pathlib import Path
from typing import TYPE_CHECKING, Final

import duckdb

from leadpact.base.errors import BadInput
from leadpact.base.wording import worded
from leadpact.flow.replaying.months import OTHER, REJECTED, WON, Real, real_of
from leadpact.handover.results import Result, handed_over
from leadpact.pact.types import Pact
from leadpact.people import survivors
from leadpact.scoring.replay import cache, history
from leadpact.scoring.rules_days import micros

if TYPE_CHECKING:
    from leadpact.scoring.replay.types import Columns

RESULTS: Final = {Result.WON: WON, Result.REJECTED: REJECTED, Result.OTHER: OTHER}
_AT_ONCE: Final = 5_000
_OUTCOMES: Final = """
SELECT person, epoch_us(handed_over_at), outcome, row_number() OVER (ORDER BY handed_over_at, person)
FROM read_parquet($file)
"""


class NoHistory(BadInput):
    """The folder holds no history."""

    code = "no_history"
    what_to_do = worded("Give a folder that `leadpact generate` or `leadpact export history` made.")


@dataclass(frozen=True)
class Past:
    """Everybody's history as columns, and the real hand-overs."""

    columns: "Columns"
    real: Real


def here(pacts: Sequence[Pact], *, now: datetime) -> Past:
    """Return this installation's past; `pacts` are those to be replayed, which say what must be read."""
    accounts = any(score.account for pact in pacts for score in pact.engagement)
    return Past(cache.open_columns(now=now, pacts=pacts, accounts=accounts), real_here())


def real_here() -> Real:
    """Return every hand-over so far, each on the row that stands for its person now."""
    found = list(handed_over())
    into: dict[int, int] = {}
    for some in batched({each.person for each in found}, _AT_ONCE):
        into |= survivors.survivors(some)
    return real_of([(into[each.person], micros(each.at), RESULTS[each.result], each.pursuit) for each in found])


def of_folder(folder: Path, pacts: Sequence[Pact]) -> Past:
    """Return the past that a self-contained folder holds.  Raises `NoHistory`."""
    if not (folder / "persons.parquet").is_file():
        raise NoHistory(worded("{folder} is no folder with a history.", folder=folder))
    accounts = any(score.account for pact in pacts for score in pact.engagement)
    return Past(history.columns_of_folder(folder, pacts=pacts, accounts=accounts), real_of_folder(folder))


def of_folder_without_acts(folder: Path) -> Past:
    """Return the past of a folder for an engine that reads the acts itself.  Raises `NoHistory`."""
    if not (folder / "persons.parquet").is_file():
        raise NoHistory(worded("{folder} is no folder with a history.", folder=folder))
    return Past(history.people_of_folder(folder), real_of_folder(folder))


def real_of_folder(folder: Path) -> Real:
    """Return the real hand-overs that a folder tells of; where it tells of none, none."""
    file = folder / "outcomes.parquet"
    if not file.is_file():
        return real_of([])
    with duckdb.connect() as database:
        rows = database.execute(_OUTCOMES, {"file": str(file)}).fetchall()
    known = {result.value: code for result, code in RESULTS.items()}
    return real_of([(person, at, known.get(outcome or "", OTHER), number) for person, at, outcome, number in rows])
