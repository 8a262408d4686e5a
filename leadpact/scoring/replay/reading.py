"""Histories become columns: for small bases and tests.  Large ones are read from segments."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from leadpact.base.criteria import Facts, Value
from leadpact.scoring.replay.types import Bytes, Columns, Longs, Shape
from leadpact.scoring.rules_days import micros
from leadpact.scoring.types import Act, FactChange, History

type Changes = Iterable[tuple[int, str, Value]]  # moment, name, value; by moment, of one instant the holding one last


@dataclass(frozen=True)
class Run:
    """Acts of one identity, in any order."""

    acts: Sequence[Act]
    by_account: bool = False


def columns_of(histories: Mapping[int, History]) -> Columns:
    """Return the histories as columns: each person has one run of their own acts and one of their colleagues'."""
    return columns_of_runs({person: (_runs(history), history) for person, history in histories.items()})


def columns_of_runs(found: Mapping[int, tuple[Sequence[Run], History]]) -> Columns:
    """Do as `columns_of` with the acts in runs as given, not as the history has them."""
    made = _Making()
    for person in sorted(found):
        runs, history = found[person]
        made.add(person, runs, history)
    return made.columns()


def states_of(changes: Changes) -> list[tuple[int, Facts]]:
    """Return the whole state from each moment on: one for each moment at which anything is said."""
    states: list[tuple[int, Facts]] = []
    state: dict[str, Value] = {}
    for at, name, value in changes:
        state[name] = value
        known = {one: state[one] for one in sorted(state) if state[one] is not None}
        if states and states[-1][0] == at:
            states[-1] = at, known
        else:
            states.append((at, known))
    return states


def key_of(facts: Facts) -> Hashable:
    """Return what tells facts apart: 5, "5" and yes are three values."""
    return tuple((name, type(facts[name]).__name__, facts[name]) for name in sorted(facts))


def bits_of(flags: Sequence[bool]) -> Bytes:
    """Return one bit a flag, lowest first."""
    return np.packbits(np.asarray(flags, np.uint8), bitorder="little")


def longs(numbers: Sequence[int]) -> Longs:
    return np.asarray(numbers, np.int64)


@dataclass
class _Numbered[T]:
    """Distinct things, numbered as they come."""

    key: Callable[[T], Hashable]
    things: list[T] = field(default_factory=list)
    numbers: dict[Hashable, int] = field(default_factory=dict)

    def number(self, thing: T) -> int:
        number = self.numbers.setdefault(self.key(thing), len(self.things))
        if number == len(self.things):
            self.things.append(thing)
        return number


class _Making:
    """Columns while they grow."""

    def __init__(self) -> None:
        self.persons, self.times, self.shapes = list[int](), list[int](), list[int]()
        self.run_offsets, self.fact_offsets, self.reset_offsets = [0], [0], [0]
        self.run_starts, self.run_ends, self.run_by_account = list[int](), list[int](), list[int]()
        self.fact_times, self.fact_states = list[int](), list[int]()
        self.reset_times, self.reset_whys = list[int](), list[int]()
        self.known_shapes = _Numbered[Shape](lambda shape: (shape.kind, key_of(shape.properties)))
        self.states = _Numbered[Facts](key_of)
        self.whys = _Numbered[str](lambda why: why)

    def add(self, person: int, runs: Sequence[Run], history: History) -> None:
        self.persons.append(person)
        for run in runs:
            self._add_run(run)
        self.run_offsets.append(len(self.run_starts))
        for at, state in states_of(_changes(history.facts)):
            self.fact_times.append(at)
            self.fact_states.append(self.states.number(state))
        self.fact_offsets.append(len(self.fact_times))
        for at, why in sorted((micros(reset.happened_at), reset.why) for reset in history.resets):
            self.reset_times.append(at)
            self.reset_whys.append(self.whys.number(why))
        self.reset_offsets.append(len(self.reset_times))

    def _add_run(self, run: Run) -> None:
        self.run_starts.append(len(self.times))
        self.run_by_account.append(int(run.by_account))
        for act in sorted(run.acts, key=lambda act: act.happened_at):
            self.times.append(micros(act.happened_at))
            self.shapes.append(self.known_shapes.number(Shape(act.kind, act.properties)))
        self.run_ends.append(len(self.times))

    def columns(self) -> Columns:
        return Columns(
            persons=longs(self.persons),
            run_offsets=longs(self.run_offsets),
            run_starts=longs(self.run_starts),
            run_ends=longs(self.run_ends),
            run_by_account=np.asarray(self.run_by_account, np.uint8),
            times=longs(self.times),
            shapes=np.asarray(self.shapes, np.int32),
            voids=bits_of([False] * len(self.times)),
            recorded=None,
            known_shapes=tuple(self.known_shapes.things),
            fact_offsets=longs(self.fact_offsets),
            fact_times=longs(self.fact_times),
            fact_states=np.asarray(self.fact_states, np.int32),
            states=tuple(self.states.things),
            reset_offsets=longs(self.reset_offsets),
            reset_times=longs(self.reset_times),
            reset_whys=np.asarray(self.reset_whys, np.int8),
            whys=tuple(self.whys.things),
        )


def _runs(history: History) -> list[Run]:
    own = [act for act in history.acts if not act.by_account]
    others = [act for act in history.acts if act.by_account]
    return [Run(own), Run(others, by_account=True)] if others else [Run(own)]


def _changes(facts: Iterable[FactChange]) -> Changes:
    ordered = sorted(facts, key=lambda fact: (micros(fact.happened_at), fact.key, repr(fact.value)))
    return ((micros(fact.happened_at), fact.name, fact.value) for fact in ordered)
