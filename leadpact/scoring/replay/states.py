"""Dated facts as columns: from each moment on, which of the distinct states holds of a person.

Only facts that some pact names are told apart, of the others only when the first became known (the history begins
then); where pacts ask no more than whether a fact is known, its value is not kept.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leadpact.base.criteria import Facts, Value
from leadpact.scoring.replay.reading import states_of
from leadpact.scoring.replay.shapes import text_of
from leadpact.scoring.rules_days import micros
from leadpact.scoring.types import FactChange

type Longs = NDArray[np.int64]
type Ints = NDArray[np.int32]


@dataclass
class States:
    """By person and moment; `states` are places in the list `known`."""

    persons: Longs
    times: Longs
    states: Ints
    known: list[Facts]
    numbers: dict[str, int]

    @classmethod
    def of(cls, known: list[Facts]) -> "States":
        """Begin with nobody, and with the states that are known already."""
        numbers = {text_of(state): number for number, state in enumerate(known)}
        return cls(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int32), known, numbers)

    def put(self, changes: Mapping[int, Iterable[FactChange]], wanted: Mapping[str, bool]) -> None:
        """Put what is known of some persons in the place of what was known of them."""
        self.take_out(changes)
        news = self._rows(((person, changes[person]) for person in sorted(changes)), wanted)
        places = np.searchsorted(self.persons, news[:, 0])
        self.persons = np.insert(self.persons, places, news[:, 0])
        self.times = np.insert(self.times, places, news[:, 1])
        self.states = np.insert(self.states, places, news[:, 2].astype(np.int32))

    def put_in_order(self, changes: Iterable[tuple[int, Iterable[FactChange]]], wanted: Mapping[str, bool]) -> None:
        """Begin with what is known of persons, who come in order."""
        news = self._rows(changes, wanted)
        self.persons, self.times, self.states = news[:, 0], news[:, 1], news[:, 2].astype(np.int32)

    def _rows(self, changes: Iterable[tuple[int, Iterable[FactChange]]], wanted: Mapping[str, bool]) -> Longs:
        flat: list[int] = []
        for person, some in changes:
            for at, state in projected(some, wanted):
                flat += (person, at, self._number(state))
        return np.asarray(flat, np.int64).reshape(-1, 3)

    def take_out(self, persons: Iterable[int]) -> None:
        """Forget what was known of some persons."""
        gone = np.asarray(sorted(persons), np.int64)
        stays = ~np.isin(self.persons, gone)
        self.persons, self.times, self.states = self.persons[stays], self.times[stays], self.states[stays]

    def _number(self, state: Facts) -> int:
        key = text_of(state)
        found = self.numbers.get(key)
        if found is None:
            found = self.numbers[key] = len(self.known)
            self.known.append(state)
        return found


def projected(changes: Iterable[FactChange], wanted: Mapping[str, bool]) -> Iterator[tuple[int, Facts]]:
    """Yield the states that pacts tell apart, each from its moment on, and the first moment anything was known."""
    ordered = sorted(changes, key=lambda one: (micros(one.happened_at), one.key, repr(one.value)))
    if not ordered:
        return
    named = [
        (micros(one.happened_at), one.name, _kept(one.value, whole=wanted[one.name]))
        for one in ordered
        if one.name in wanted
    ]
    before: Facts | None = None
    first = micros(ordered[0].happened_at)
    if not named or named[0][0] > first:
        before = {}
        yield first, before
    for at, state in states_of(named):
        if state != before or text_of(state) != text_of(before):  # 1 and True are two states
            yield at, state
        before = state


def _kept(value: Value, *, whole: bool) -> Value:
    return value if whole or value is None else True
