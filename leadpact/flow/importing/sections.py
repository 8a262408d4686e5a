"""Reports in blocks (Zoom): a block about the webinar, then one of people under a header of its own."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from leadpact.flow.importing.fields import FIELD_OF, flat
from leadpact.flow.importing.types import Cells, Kind, Row

_PEOPLE: Final = ("user name original name", "name original name")
_GUESTS: Final = "attendee details"
_ENDS: Final = ("details", "attended", "grand totals", "confidential information", "copyright", "report generated")
_ABOUT: Final = {
    "topic": "topic",
    "webinar id": "id",
    "meeting id": "id",
    "actual start time": "start",
    "start time": "start",
}


@dataclass(frozen=True)
class Section:
    """The block that lists the people who came: its header, and what the report says of the whole."""

    header: Row
    kind: Kind
    about: dict[str, str] = field(default_factory=dict)


def section_of(rows: Sequence[Row]) -> Section | None:
    """Return the block of attendees of a report in blocks; None for a plain table."""
    headers = [row for row in rows if {flat(cell) for cell in row.cells}.intersection(_PEOPLE)]
    if not headers:
        return None
    titles = {row.number: flat(row.cells[0]) for row in rows if row.cells}
    guests = [row for row in headers if titles.get(row.number - 1, "") == _GUESTS]
    return Section((guests or headers)[-1], Kind.ATTENDANCE, _about(rows))


def _about(rows: Sequence[Row]) -> dict[str, str]:
    for row, below in itertools.pairwise(rows):
        names = [_ABOUT.get(flat(cell)) for cell in row.cells]
        if "topic" in names and "id" in names:
            return {name: cell for name, cell in zip(names, below.cells, strict=False) if name and cell}
    return {}


def is_footer(cells: Cells) -> bool:
    """Say whether a row is the end of a report or the title of its next block, not a row of the table."""
    written = [cell for cell in cells if cell]
    if len(written) != 1 or not cells[0]:
        return False
    words = flat(cells[0])
    return (words not in FIELD_OF and words.endswith(_ENDS[:2])) or words.startswith(_ENDS[2:])
