"""The columns of this installation: made from segments and tables, kept beside them, and brought up to date.

Everything here can be made anew at any time; `open_columns` does so by itself where something is missing, damaged, of
another ledger, or not made for what a pact asks.  How it is kept: docs/reference/replay-cache.md.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from leadpact.base.criteria import Facts
from leadpact.ledger import actions as ledger
from leadpact.ledger.reads import last_position
from leadpact.pact import reads as pacts_known
from leadpact.pact.types import Pact
from leadpact.scoring.replay.building import build, refresh, unusable
from leadpact.scoring.replay.composing import bits_at, counts_of, offsets_of, runs_of, with_accounts
from leadpact.scoring.replay.keeping import everybody_of, load_shapes, load_states
from leadpact.scoring.replay.store import Mark, Store
from leadpact.scoring.replay.types import Columns, Shape
from leadpact.scoring.replay.wanted import Wanted, wanted_of, wanted_of_document

NOTHING: Final = Wanted()
_TRIES: Final = 5


@dataclass(frozen=True)
class Freshness:
    """What bringing the columns up to date came to; `anew`: they were made from the beginning, and why."""

    position: int
    acts: int
    added: int
    anew: str = ""


def open_columns(
    *,
    now: datetime,
    folder: Path | None = None,
    pacts: Iterable[Pact] = (),
    accounts: bool | None = None,
    fresh: bool = True,
) -> Columns:
    """Return everybody's history as columns mapped into memory.

    pacts     documents that are no version yet, whose properties and facts must be told apart too
    accounts  also what others of a person's company did; None: if any version or draft has an account score
    fresh     bring them up to date first; else take them as they are, if they are there
    """
    store = Store(folder or Path(settings.REPLAY))
    asked = [*_versions(), *pacts]
    if accounts is None:
        accounts = any(score.account for pact in asked for score in pact.engagement)
    mark = store.mark()
    if fresh or mark is None or not wanted_of_document(mark.said["wanted"]).covers(wanted_of(asked)):
        bring_up_to_date(now=now, folder=store.folder, pacts=asked)
    for _ in range(_TRIES):
        mark = store.mark()
        try:
            if mark is not None:
                return columns_in(store, mark, accounts=accounts)
        except FileNotFoundError:  # another process has set a later mark meanwhile
            continue
    raise FileNotFoundError(f"The columns in {store.folder} go as fast as they come.")


def unread(pacts: Iterable[Pact] = ()) -> int:
    """Return how many entries must be read before the columns answer for these pacts: all, where none do so now."""
    mark, until = Store(Path(settings.REPLAY)).mark(), last_position()
    return until if mark is None or unusable(mark, wanted(pacts), until) else until - mark.said["position"]


def wanted(pacts: Iterable[Pact] = ()) -> Wanted:
    """Return what columns must tell apart: for every version, and for documents that are none yet."""
    return wanted_of([*_versions(), *pacts])


def bring_up_to_date(
    *,
    now: datetime,
    folder: Path | None = None,
    pacts: Iterable[Pact] = (),
    also: Wanted = NOTHING,
    anew: bool = False,
    tell: Callable[[int], None] = lambda share: None,
) -> Freshness:
    """Take what happened since into the columns, or make them from the beginning.

    also  what must be told apart besides
    tell  is told how much is done, in per cent, where they are made from the beginning
    """
    store = Store(folder or Path(settings.REPLAY))
    while ledger.sequence():
        pass
    asked = wanted(pacts).joined(also)
    with store.alone():
        mark = store.mark()
        before = mark.rows if mark is not None else 0
        why = "asked for" if anew else refresh(store, mark, asked, now=now)
        if why:
            build(store, _everything_wanted(mark, asked), now=now, tell=tell)
        found = store.mark()
    if found is None:
        raise FileNotFoundError(f"The columns in {store.folder} were removed while they were made.")
    return Freshness(found.said["position"], found.rows, found.rows - (0 if why else before), why)


def _everything_wanted(mark: Mark | None, wanted: Wanted) -> Wanted:
    """What was asked for once is asked for again: a draft that is being tried must not make the columns twice."""
    return wanted if mark is None else wanted.joined(wanted_of_document(mark.said["wanted"]))


def _versions() -> list[Pact]:
    return [pacts_known.pact_of(version.number) for version in pacts_known.versions()]


def columns_in(store: Store, mark: Mark, *, accounts: bool) -> Columns:
    """Return what a store holds under a mark."""
    small: dict[str, Any] = {name: store.small(mark, name) for name in mark.files if not name.endswith("known")}
    persons = small["persons"]
    runs = runs_of(persons, small["runs"], everybody_of(small))
    if accounts:
        runs = with_accounts(persons, runs, everybody_of(small))
    return Columns(
        persons=persons,
        run_offsets=runs.offsets,
        run_starts=runs.starts,
        run_ends=runs.ends,
        run_by_account=runs.by_account,
        times=store.long(mark, "times"),
        shapes=store.long(mark, "shapes"),
        voids=bits_at(small["voids"], mark.rows),
        recorded=store.long(mark, "recorded"),
        known_shapes=_shapes(store.folder, mark.generation, mark.files["shapes_known"]),
        fact_offsets=offsets_of(counts_of(persons, small["fact_persons"])),
        fact_times=small["fact_times"],
        fact_states=small["fact_states"],
        states=_states(store.folder, mark.generation, mark.files["states_known"]),
        reset_offsets=offsets_of(counts_of(persons, small["reset_persons"])),
        reset_times=small["reset_times"],
        reset_whys=small["reset_whys"],
        whys=tuple(mark.said["whys"]),
    )


@lru_cache(maxsize=4)
def _shapes(folder: Path, generation: str, name: str) -> tuple[Shape, ...]:
    return tuple(load_shapes(folder / generation / name))


@lru_cache(maxsize=4)
def _states(folder: Path, generation: str, name: str) -> tuple[Facts, ...]:
    return tuple(load_states(folder / generation / name))
