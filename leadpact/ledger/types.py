"""What goes into the ledger and what comes out of it, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

type Json = Any  # a value JSON can hold: None, bool, int, float, str, list, mapping with text keys


class Acting(Protocol):
    """Who did it, as the team package names them; the ledger writes `str()` of it."""

    @property
    def kind(self) -> str: ...

    @property
    def id(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class NewEntry:
    """One thing to be written.

    about     the thing it belongs to: "deal:12", "pursuit:5", "company:7"; empty for none
    facts     what stays for ever: no names, no free text, nothing that points at a person
    personal  what erasure takes away
    source    with `message`, what makes a second arrival of the same event known
    content   digest of the event as it came, so that the same message with other content is seen
    """

    kind: str
    happened_at: datetime
    identity: int | None = None
    about: str = ""
    facts: Mapping[str, Json] = field(default_factory=dict)
    personal: Mapping[str, Json] | None = None
    caused_by: int | None = None
    source: int | None = None
    message: bytes | None = None
    content: bytes | None = None


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """One thing that was written; `personal` is None when there was none or it was erased."""

    id: int
    kind: str
    happened_at: datetime
    recorded_at: datetime
    identity: int | None
    about: str
    by: str
    caused_by: int | None
    facts: Mapping[str, Json]
    personal: Mapping[str, Json] | None


@dataclass(frozen=True, slots=True)
class Sequenced:
    """An entry and its place in the order readers follow; the first is 1 and none is left out."""

    position: int
    entry: StoredEntry


@dataclass(frozen=True, slots=True)
class Stats:
    """How much the ledger holds."""

    entries: int
    positions: int
    segments: int
    sealed: int  # entries that lie in segments
    undrained: int  # arrivals in the inbox that nobody has drained yet


@dataclass(frozen=True, slots=True)
class SegmentView:
    """A sealed file and what it holds; bounds are included.

    first_position   of its own rows, as is last_position
    from_position    of all files that were written together and share these positions, as is to_position
    first_identity   None where some rows hang on no identity; last_identity is None where all do
    generation       0: sealed; n: made by compacting files of the generation before
    """

    name: str
    sha256: str
    rows: int
    first_position: int
    last_position: int
    first_identity: int | None
    last_identity: int | None
    bytes: int
    generation: int
    from_position: int
    to_position: int


@dataclass(frozen=True, slots=True)
class Fault:
    """Something `verify` found; `where` names the entry, the position or the file."""

    code: str
    where: str
    message: str


@dataclass(frozen=True, slots=True)
class Checked:
    """How many entries were looked at, and how many were not as they should be."""

    entries: int
    faults: int


@dataclass(frozen=True, slots=True)
class Verification:
    """What `verify` came to.  `unsequenced` entries are whole, but have no position yet."""

    ok: bool
    entries: int
    positions: int
    segments: int
    unsequenced: int
    faults: tuple[Fault, ...]
