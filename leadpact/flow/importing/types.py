"""A file on its way in, as values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

type Cells = tuple[str, ...]
type Progress = Callable[[int], None]  # told how many rows are done


class Kind(StrEnum):
    """What a row of the file is."""

    PERSONS = "persons"
    COMPANIES = "companies"
    LEADS = "leads"
    DEALS = "deals"
    COSTS = "costs"
    ATTENDANCE = "attendance"
    EVENTS = "events"
    UNSUBSCRIBES = "unsubscribes"


class Intent(StrEnum):
    """Whether a row is taken in as it was, or is a response that sales is to hear of."""

    HISTORY = "history"
    NEW = "new"
    MIXED = "mixed"  # of a file as a whole only


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class Options:
    """How to read a file; "" and None: found out.

    maps       (header, field); an empty field leaves the column out
    source     the system the file comes from: its numbers for people, leads and deals are its own
    dates      "dmy" or "mdy", for dates such as 03/04/2026
    about      the webinar or event, where the file does not name it
    confirmed  more than fifty offers are meant
    """

    kind: Kind | None = None
    intent: Intent | None = None
    maps: tuple[tuple[str, str], ...] = ()
    source: str = "import"
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    zone: str = ""
    currency: str = ""
    dates: str = ""
    about: str = ""
    confirmed: bool = False


@dataclass(frozen=True)
class Row:
    """One row below the headers; `number` as a spreadsheet shows it."""

    number: int
    cells: Cells


@dataclass(frozen=True)
class RowError:
    """Why a row was refused; `field` is the header of the column, "" for the row as a whole."""

    row: int
    field: str
    code: str
    message: str


@dataclass(frozen=True)
class Warned:
    """Something odd that was taken in nonetheless: how often, and in which row first (0: the file)."""

    code: str
    message: str
    count: int
    row: int


@dataclass(frozen=True)
class Layout:
    """What a file is, found out before a row is taken in.

    headers    as in the file; of two that are equal the later is called "Name (2)"
    mapping    header -> field; those left out are `ignored`
    about      what the file says above its headers: topic, id and start of a webinar
    encoding, delimiter   None for a workbook
    """

    kind: Kind
    headers: Cells
    mapping: Mapping[str, str]
    ignored: Cells
    header_row: int
    encoding: str | None
    delimiter: str | None
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    """What an import came to, or would come to.  rows = created + updated + unchanged + refused, always."""

    file: str
    sha256: str
    kind: Kind
    intent: Intent
    newest: datetime | None
    rows: int
    created: int
    updated: int
    unchanged: int
    refused: int
    would_offer: int
    errors: tuple[RowError, ...]
    warnings: tuple[Warned, ...]
    mapping: Mapping[str, str]
    ignored: Cells
    encoding: str | None
    delimiter: str | None
    is_rehearsal: bool


@dataclass(frozen=True)
class Preview:
    """A file looked at: how it was understood, its first rows, and what an import would come to."""

    layout: Layout
    first_rows: tuple[Row, ...]
    report: Report
