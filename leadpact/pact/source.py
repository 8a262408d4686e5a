"""Reading the text of a pact: plain values, and the line each one stands on.

The text may come from anybody, so only what a pact needs is read: mappings,
lists and scalars.  Anchors, aliases and tags are refused before anything is
built from them.  Numbers keep their digits: 1.5 becomes `Decimal("1.5")`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from leadpact.base.wording import Worded, worded
from leadpact.pact.errors import BadPact
from leadpact.pact.types import Fault

LONGEST: Final = 100_000  # characters; the default pact has about 6,000
DEEPEST: Final = 12
_NUMBER: Final = re.compile(r"-?(0|[1-9]\d{0,17})(\.\d{1,9})?")
_WORDS: Final[dict[str, Any]] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip

type Key = str | int
type Path = tuple[Key, ...]


@dataclass
class Source:
    """The values of a document and the line (from 1) each path of keys stands on."""

    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """Return the line of `path`, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def shown(self, path: Path) -> str:
        """Return the path for people: list items by their name where they have one."""
        text, here = "", self.data
        for key in path:
            here = _step(here, key)
            if isinstance(key, int):
                text += f"[{item_name(here, key)}]"
            else:
                text += f".{key}" if text else key
        return text


def _step(here: Any, key: Key) -> Any:
    if isinstance(here, dict):
        return here.get(key)
    return here[key] if isinstance(here, list) and isinstance(key, int) and key < len(here) else None


def item_name(item: Any, index: int) -> str:
    """Return what a list item is called in a path: its name, code or promise, else its index."""
    if isinstance(item, dict):
        for key in ("name", "code", "promise", "type"):
            if isinstance(item.get(key), str):
                return str(item[key])
    return str(index)


def read_source(text: str) -> Source:
    """Read the text of a pact.

    Raises `BadPact` when the text is too long, is no YAML, is empty, nests too
    deep, or uses anchors, aliases, tags or one key twice.
    """
    if len(text) > LONGEST:
        raise _bad(
            1,
            worded("A pact has at most {most} characters, and this text has more.", most=f"{LONGEST:,}"),
            worded("Shorten it."),
        )
    try:
        source = _Reader(text).read()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = ", ".join(str(part) for part in (error.context, error.problem) if part)
        raise _bad(
            mark.line + 1 if mark else 1,
            worded("The text cannot be read as YAML: {problem}.", problem=problem),
            worded("Look at the line and the one above it: indentation, a missing quote or a missing colon."),
        ) from error
    except YAMLError as error:
        raise _bad(
            1, worded("The text has characters that YAML does not allow."), worded("Save it as plain UTF-8 text.")
        ) from error
    if source.faults:
        raise BadPact(source.faults)
    if not isinstance(source.data, dict):
        raise _bad(
            1, worded("A pact is a list of words, each with a colon behind it."), worded("Begin with `format: 1`.")
        )
    return source


def _bad(line: int, message: Worded, what_to_do: Worded) -> BadPact:
    return BadPact([Fault("", line, message, what_to_do)])


class _Reader:
    def __init__(self, text: str) -> None:
        self._events: Iterator[Event] = YAML(typ="safe", pure=True).parse(text)
        self._source = Source()

    def read(self) -> Source:
        for event in self._events:
            match event:
                case StreamStartEvent() | StreamEndEvent() | DocumentEndEvent():
                    continue
                case DocumentStartEvent():
                    self._begin(event)
                case _:
                    self._source.data = self._value(event, ())
        return self._source

    def _begin(self, event: DocumentStartEvent) -> None:
        line = event.start_mark.line + 1
        if self._source.data is not None:
            raise _bad(
                line, worded("A file holds one pact, and here a second one begins."), worded("Remove the line `---`.")
            )
        if event.tags:
            raise _bad(line, worded("A pact has no directives."), worded("Remove the line that begins with %."))

    def _value(self, event: Event, path: Path) -> Any:
        line = event.start_mark.line + 1
        self._source.lines.setdefault(path, line)
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None) is not None:
            raise _bad(line, worded("A pact has no anchors (&) and no aliases (*)."), worded("Write the values out."))
        if getattr(event, "tag", None) is not None:
            raise _bad(
                line, worded("A pact has no tags (!)."), worded("Remove the tag; write text in quotes if need be.")
            )
        if len(path) > DEEPEST:
            raise _bad(
                line,
                worded("This is nested more than {levels} deep.", levels=DEEPEST),
                worded("A pact needs fewer levels."),
            )
        match event:
            case ScalarEvent():
                return _scalar(event)
            case SequenceStartEvent():
                return self._items(path)
            case MappingStartEvent():
                return self._mapping(path)
        raise AssertionError(f"no value begins with {event!r}")

    def _items(self, path: Path) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            items.append(self._value(event, (*path, len(items))))
        return items

    def _mapping(self, path: Path) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        seen: set[str] = set()
        while not isinstance(event := next(self._events), MappingEndEvent):
            line = event.start_mark.line + 1
            if not isinstance(event, ScalarEvent) or event.anchor is not None or event.tag is not None:
                raise _bad(line, worded("A key must be a plain word."), worded("Write `word: value`."))
            key = str(event.value)
            if key in seen:
                shown = ".".join(map(str, (*path, key)))
                self._source.faults.append(
                    Fault(shown, line, worded("`{key}` stands here twice.", key=key), worded("Keep one of them."))
                )
            seen.add(key)
            self._source.lines[*path, key] = line
            value = self._value(next(self._events), (*path, key))
            if value is not None:  # `musts:` with nothing but notes under it says nothing
                mapping[key] = value
        return mapping


def _scalar(event: ScalarEvent) -> Any:
    """Return the value as YAML 1.2 reads it, save that only numbers written as in JSON are numbers."""
    text = str(event.value)
    if not event.implicit[0]:
        return text
    if text in _WORDS:
        return _WORDS[text]
    number = _NUMBER.fullmatch(text)
    if number is None:
        return text
    return Decimal(text) if number[2] else int(text)
