"""A part of a history as another engine hands it over: rows in any order become the columns of some persons.

Nothing here knows the tables: executors of other engines have none.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leadpact.scoring.replay.composing import Runs, bits_at, counts_of, offsets_of, with_others
from leadpact.scoring.replay.states import States
from leadpact.scoring.replay.types import Columns, Shape
from leadpact.scoring.rules_days import moment_of
from leadpact.scoring.types import FactChange

type Array = NDArray[Any]
type Longs = NDArray[np.int64]


@dataclass(frozen=True)
class Part:
    """Some persons, whole: everything of theirs is here, and with accounts everything of their companies' people.

    persons, companies  ascending, each once; 0: no company
    acts                persons, identities, times, recorded, shapes, voids
    facts               persons, times, places, names, values (JSON); of one moment the later place holds
    resets              persons, times, whys
    """

    persons: Longs
    companies: Longs
    acts: Mapping[str, Array]
    facts: Mapping[str, Array]
    resets: Mapping[str, Array]


@dataclass(frozen=True)
class Asked:
    """What the numbers in a part mean, and what of it matters.

    wanted       facts by name, as in `Wanted`
    accounts     also what others of a person's company did
    knows_when   whether `recorded` says when acts were recorded
    """

    shapes: tuple[Shape, ...]
    whys: tuple[str, ...]
    wanted: Mapping[str, bool]
    accounts: bool
    knows_when: bool


def columns_of_part(part: Part, asked: Asked) -> Columns:
    """Return the part as columns: to the kernel the same as these persons' places in the columns of everybody."""
    acts = _only_of(part.persons, part.acts)
    acts = _ordered(acts, ("persons", "identities", "times"))
    runs = _runs(part.persons, acts)
    if asked.accounts:
        runs = with_others(part.persons, runs, *_colleagues(part.persons, part.companies))
    states = _states(_ordered(_only_of(part.persons, part.facts), ("persons", "times", "places")), asked.wanted)
    resets = _ordered(_only_of(part.persons, part.resets), ("persons", "times"))
    return Columns(
        persons=part.persons,
        run_offsets=runs.offsets,
        run_starts=runs.starts,
        run_ends=runs.ends,
        run_by_account=runs.by_account,
        times=acts["times"],
        shapes=acts["shapes"].astype(np.int32),
        voids=bits_at(np.flatnonzero(acts["voids"]), len(acts["times"])),
        recorded=acts["recorded"] if asked.knows_when else None,
        known_shapes=asked.shapes,
        fact_offsets=offsets_of(counts_of(part.persons, states.persons)),
        fact_times=states.times,
        fact_states=states.states,
        states=tuple(states.known),
        reset_offsets=offsets_of(counts_of(part.persons, resets["persons"])),
        reset_times=resets["times"],
        reset_whys=resets["whys"].astype(np.int8),
        whys=asked.whys,
    )


def _only_of(persons: Longs, rows: Mapping[str, Array]) -> Mapping[str, Array]:
    known = np.isin(rows["persons"], persons)
    return rows if known.all() else {name: values[known] for name, values in rows.items()}


def _ordered(rows: Mapping[str, Array], by: tuple[str, ...]) -> Mapping[str, Array]:
    order = np.lexsort([rows[name] for name in reversed(by)])
    return {name: values[order] for name, values in rows.items()}


def _runs(persons: Longs, acts: Mapping[str, Array]) -> Runs:
    owners, identities = acts["persons"], acts["identities"]
    is_first = np.r_[True, (owners[1:] != owners[:-1]) | (identities[1:] != identities[:-1])][: len(owners)]
    starts = np.flatnonzero(is_first).astype(np.int64)
    ends = np.r_[starts[1:], len(owners)][: len(starts)].astype(np.int64)
    return Runs(offsets_of(counts_of(persons, owners[starts])), starts, ends, np.zeros(len(starts), np.uint8))


def _colleagues(persons: Longs, companies: Longs) -> tuple[Longs, Longs]:
    """Return pairs (person, somebody else of the same company)."""
    employed = np.flatnonzero(companies > 0)
    members = employed[np.argsort(companies[employed], kind="stable")]
    first = np.searchsorted(companies[members], companies[employed], "left")
    sizes = np.searchsorted(companies[members], companies[employed], "right") - first
    asked = np.repeat(employed, sizes)
    mates = members[np.arange(len(asked)) - np.repeat(np.cumsum(sizes) - sizes, sizes) + np.repeat(first, sizes)]
    return persons[asked[mates != asked]], persons[mates[mates != asked]]


def _states(facts: Mapping[str, Array], wanted: Mapping[str, bool]) -> States:
    states = States.of([])
    rows = zip(*(facts[name].tolist() for name in ("persons", "times", "names", "values")), strict=True)
    people = ((person, list(_changes(some))) for person, some in groupby(rows, key=lambda row: row[0]))
    states.put_in_order(people, wanted)
    return states


def _changes(rows: Iterator[tuple[int, int, str, str]]) -> Iterator[FactChange]:
    for place, (_, at, name, value) in enumerate(rows):
        yield FactChange(name, json.loads(value), moment_of(at), f"{place:09d}")
