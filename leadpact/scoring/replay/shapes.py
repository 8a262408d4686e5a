"""Shapes: what tells acts apart for a pact, each distinct (kind, scored properties) once, with a number.

A property is kept where a pact names it, and besides where it is a standard one of its kind with few values.  When
there are too many shapes for a table, those that no pact names are left out, the one with the most values first.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from leadpact.engagement.kinds import ACTS, standard_names
from leadpact.scoring.replay.types import Shape
from leadpact.scoring.replay.wanted import UNBOUNDED, Wanted

MOST_SHAPES: Final = 100_000
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))

type Properties = Mapping[str, Any]


@dataclass
class Shapes:
    """The table while it grows.  `dropped` are the names left out for having too many values, by kind."""

    wanted: Wanted
    dropped: dict[str, frozenset[str]] = field(default_factory=dict)
    known: list[Shape] = field(default_factory=list)
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    _kept: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def restored(cls, wanted: Wanted, dropped: Mapping[str, Iterable[str]], known: Iterable[Shape]) -> "Shapes":
        made = cls(wanted, {kind: frozenset(names) for kind, names in dropped.items()})
        for shape in known:
            made.numbers[shape.kind, text_of(shape.properties)] = len(made.known)
            made.known.append(shape)
        return made

    def number(self, kind: str, facts: Properties, besides: Properties | None = None) -> int:
        """Return the number of an act's shape, a new one if it is the first of its kind.

        besides  what the client said that is no standard property; the facts win
        """
        properties = {name: facts[name] for name in self.kept(kind) if name in facts}
        if besides:
            standard = standard_names(kind)
            for name in self.kept(kind):
                if name not in facts and name not in standard and name in besides:
                    properties[name] = besides[name]
        key = kind, text_of(properties)
        found = self.numbers.get(key)
        if found is None:
            found = self.numbers[key] = len(self.known)
            self.known.append(Shape(kind, properties))
        return found

    def kept(self, kind: str) -> tuple[str, ...]:
        """Return the names kept of a kind's properties."""
        found = self._kept.get(kind)
        if found is None:
            named = self.wanted.properties.get(kind, frozenset())
            usual = standard_names(kind) - UNBOUNDED if kind in ACTS else frozenset()
            found = self._kept[kind] = tuple(sorted(named | (usual - self.dropped.get(kind, frozenset()))))
        return found

    def coarser(self) -> "Shapes | None":
        """Return an empty table that leaves one more property out; None where every one left is named by a pact."""
        values: dict[tuple[str, str], set[str]] = {}
        for shape in self.known:
            for name in shape.properties.keys() - self.wanted.properties.get(shape.kind, frozenset()):
                values.setdefault((shape.kind, name), set()).add(text_of({"": shape.properties[name]}))
        if not values:
            return None
        kind, name = max(sorted(values), key=lambda key: len(values[key]))
        left_out = {**self.dropped, kind: self.dropped.get(kind, frozenset()) | {name}}
        return Shapes(self.wanted, left_out)


def text_of(properties: Properties) -> str:
    """Return the one text of properties: 5, "5" and true are three values."""
    return _ENCODER.encode(properties)
