"""The few numbers of a pact that people try out: both marks, and how long an act counts."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from leadpact.pact.types import POINT, EngagementScore, Pact, Window, WindowMode

MOST_DAYS: Final = 730


@dataclass(frozen=True)
class Numbers:
    """Marks in milli-points; `days` None: there is not one calendar window alone, so there is nothing to set."""

    up: int
    down: int
    days: int | None = None


def numbers_of(pact: Pact) -> Numbers:
    found = _window_of(pact)
    return Numbers(pact.ready.up, pact.ready.down, found[1].days if found else None)


def adjusted(pact: Pact, numbers: Numbers) -> Pact:
    """Return the pact with these numbers; its digest stays that of the document it came from."""
    ready = replace(pact.ready, up=numbers.up, down=numbers.down)
    found = _window_of(pact)
    if found is None or numbers.days is None:
        return replace(pact, ready=ready)
    place, window = found
    scores = list(pact.engagement)
    scores[place] = replace(scores[place], ageing=replace(window, days=numbers.days))
    return replace(pact, ready=ready, engagement=tuple(scores))


def adjusted_text(text: str, pact: Pact, numbers: Numbers) -> str:
    """Return the document of the pact with these numbers; nothing else in it changes, notes and spaces included."""
    root = YAML(typ="safe", pure=True).compose(text)
    wanted: list[tuple[tuple[str | int, ...], str]] = []
    before = numbers_of(pact)
    if numbers.up != before.up:
        wanted.append((("ready", "up"), _points(numbers.up)))
    if numbers.down != before.down:
        wanted.append((("ready", "down"), _points(numbers.down)))
    if numbers.days is not None and numbers.days != before.days:
        wanted.append((_window_path(root), str(numbers.days)))
    spots = [(_at(root, path), value) for path, value in wanted]
    for node, value in sorted(spots, key=lambda spot: spot[0].start_mark.index, reverse=True):
        text = text[: node.start_mark.index] + value + text[node.end_mark.index :]
    return text


def _window_of(pact: Pact) -> tuple[int, Window] | None:
    """Return the one calendar window of the pact and the place of its score."""
    if len(pact.engagement) != 1:
        return None
    [score] = pact.engagement
    return (0, score.ageing) if _is_calendar(score) and isinstance(score.ageing, Window) else None


def _is_calendar(score: EngagementScore) -> bool:
    return isinstance(score.ageing, Window) and score.ageing.mode is WindowMode.CALENDAR


def _window_path(root: Node) -> tuple[str | int, ...]:
    scores = _at(root, ("scores",))
    for place in range(len(scores.value)):
        held = [key.value for key, _value in _at(root, ("scores", place)).value]
        if "window" in held:
            return ("scores", place, "window", "days")
    raise ValueError("the document has no window")


def _at(node: Node, path: tuple[str | int, ...]) -> Node:
    for key in path:
        if isinstance(node, SequenceNode) and isinstance(key, int):
            node = node.value[key]
        elif isinstance(node, MappingNode):
            node = next(value for name, value in node.value if isinstance(name, ScalarNode) and name.value == key)
    return node


def _points(milli: int) -> str:
    return f"{(Decimal(milli) / POINT).normalize():f}"
