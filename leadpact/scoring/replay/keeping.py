"""What is kept between two looks at the ledger, as arrays and documents of the store."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from leadpact.base.criteria import Facts
from leadpact.scoring.replay.states import States
from leadpact.scoring.replay.store import Array, Mark, Store
from leadpact.scoring.replay.types import Shape
from leadpact.scoring.replay.whois import Everybody

_WHO = ("identities", "holders", "rows", "merged", "companies", "stay_rows", "stay_companies")


def everybody_of(small: Mapping[str, Any]) -> Everybody:
    return Everybody(*(small[name] for name in _WHO))


def load_everybody(store: Store, mark: Mark) -> Everybody:
    return Everybody(*(np.asarray(store.small(mark, name)) for name in _WHO))


def of_everybody(who: Everybody) -> dict[str, Array]:
    return {name: getattr(who, name) for name in _WHO} | {"persons": who.persons()}


def keep_states(store: Store, mark: Mark, states: States, *, known_before: int | None = None) -> None:
    """Write the states; `known_before`: so many distinct ones were known, to be written only where there are more."""
    store.put(mark, {"fact_persons": states.persons, "fact_times": states.times, "fact_states": states.states})
    if known_before != len(states.known):
        store.put_document(mark, "states_known", states.known)


def load_states_of(store: Store, mark: Mark) -> States:
    found = States.of(store.document(mark, "states_known"))
    found.persons = np.asarray(store.small(mark, "fact_persons"))
    found.times = np.asarray(store.small(mark, "fact_times"))
    found.states = np.asarray(store.small(mark, "fact_states"))
    return found


def keep_shapes(store: Store, mark: Mark, known: list[Shape]) -> None:
    store.put_document(mark, "shapes_known", [[shape.kind, shape.properties] for shape in known])


def load_shapes(file: Path) -> list[Shape]:
    return [Shape(kind, properties) for kind, properties in json.loads(file.read_text(encoding="utf-8"))]


def load_states(file: Path) -> list[Facts]:
    found: list[Facts] = json.loads(file.read_text(encoding="utf-8"))
    return found
