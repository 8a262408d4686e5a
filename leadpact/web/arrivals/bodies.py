"""The body of a held-back event as people read it: line by line, with what is wrong beside the line it stands in."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from leadpact.engagement.rules_body import REQUEST, add_request
from leadpact.engagement.types import Held, Quarantine, Verdict, Why

MOST_SHOWN: Final = 60_000  # characters; what is longer is shown from its beginning and not mended here
_FIELD_OF: Final[Mapping[Why, str]] = {
    Why.UNKNOWN_TYPE: "type",
    Why.NOT_FOR_BROWSER_KEYS: "type",
    Why.BAD_EVENT_NAME: "event",
    Why.RESERVED_KIND: "event",
    Why.BAD_MESSAGE_ID: "messageId",
    Why.SAME_ID_OTHER_CONTENT: "messageId",
    Why.BAD_TIME: "timestamp",
    Why.BAD_IDENTITY: "userId",
}
_SAID_FIRST: Final = ("originalTimestamp", "timestamp", "sentAt", "userId", "anonymousId", "previousId")
_AROUND: Final = f',"{REQUEST}":'


@dataclass(frozen=True)
class Parts:
    """`event`: what the sender wrote; `request`: what the collector saw beside it."""

    event: str
    request: Mapping[str, Any]

    @property
    def is_long(self) -> bool:
        return len(self.event) > MOST_SHOWN


@dataclass(frozen=True)
class Fault:
    """`line`: where it stands, from 1; 0 where no line can be named."""

    line: int
    message: str


@dataclass(frozen=True)
class Line:
    number: int
    text: str
    fault: str = ""


def parts_of(body: str) -> Parts:
    """Take the event and what came beside it apart, even where the event is no JSON."""
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        before, found, after = body.rpartition(_AROUND)
        request = _object(after[:-1]) if found and after.endswith("}}") else None
        return Parts(body, {}) if request is None else Parts(before + "}", request)
    if not isinstance(read, dict):
        return Parts(body, {})
    request = read.pop(REQUEST, None)
    return Parts(written(read), request if isinstance(request, dict) else {})


def joined(text: str, request: Mapping[str, Any]) -> str:
    """Return the body of an event that somebody mended, with what the collector saw beside it as it was."""
    raw = text.strip().encode()
    return (add_request(raw, request) if request else raw).decode()


def written(event: Mapping[str, Any]) -> str:
    """Return an event as the page of one shows it."""
    return json.dumps(event, indent=2, ensure_ascii=False)


def fault_in(text: str, verdict: Verdict) -> Fault | None:
    """Return what is wrong with the text, and where; None when it can be recorded as it is."""
    if not isinstance(verdict, Quarantine):
        return None
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return Fault(error.lineno, f"{error.msg}, at character {error.colno} of this line")
    except RecursionError:
        return Fault(0, verdict.detail)
    return Fault(_line_of(text, verdict.why, verdict.detail), verdict.detail)


def known_fault(event: Held, text: str) -> Fault:
    """Return the fault an event is held back for."""
    return fault_in(text, Quarantine(event.why, event.detail)) or Fault(0, event.detail)


def lines_of(text: str, fault: Fault | None) -> list[Line]:
    shown = text[:MOST_SHOWN].split("\n")
    return [
        Line(number, line, fault.message if fault and fault.line == number else "")
        for number, line in enumerate(shown, start=1)
    ]


def title_of(event: Held) -> str:
    """What a list calls the event: its name, else its type, else how it begins."""
    if event.name:
        return event.name
    parts = parts_of(event.body[:MOST_SHOWN])
    read = _object(parts.event)
    said = (read or {}).get("type") or parts.request.get("type")
    return said[:60] if isinstance(said, str) and said else " ".join(parts.event.split())[:60]


def _line_of(text: str, why: Why, detail: str) -> int:
    named = next((name for name in _SAID_FIRST if detail.startswith(name)), _FIELD_OF.get(why, ""))
    found = re.search(rf'^\s*(\{{\s*)?"{named}"\s*:', text, re.MULTILINE) if named else None
    if found is None:
        return 1
    return text.count("\n", 0, found.end()) + 1


def _object(text: str) -> dict[str, Any] | None:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None
