"""What a file is and which column is what: guessed by its headers, and put right by what the user says."""

import re
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Final

from leadpact.base.text import truncate
from leadpact.base.wording import worded
from leadpact.flow.importing import sections
from leadpact.flow.importing.errors import BadMapping, EmptyFile, MissingColumn, NoHeader, UnknownColumns
from leadpact.flow.importing.fields import FACT, FIELDS, PROPERTY, READ_AS, STAGE, field_of, flat, place_of, stage_of
from leadpact.flow.importing.reading import Table, is_blank
from leadpact.flow.importing.types import Cells, Kind, Layout, Options, Row

_LOOKED_AT: Final = 60  # rows in which the headers are sought
_PREFIXED: Final = {
    FACT: frozenset({Kind.PERSONS, Kind.LEADS, Kind.COMPANIES, Kind.ATTENDANCE}),
    STAGE: frozenset({Kind.LEADS, Kind.DEALS}),
    PROPERTY: frozenset({Kind.EVENTS, Kind.ATTENDANCE, Kind.LEADS}),
}
_WHO: Final = frozenset({"person_id", "email", "name", "first_name", "last_name", "phone"})


def layout_of(table: Table, options: Options) -> Layout:
    """Find headers, kind and mapping; raises what is wrong with the file or with what was said of it."""
    rows = list(islice(table.rows(), _LOOKED_AT))
    section = sections.section_of(rows)
    header = section.header if section else _header(rows, options)
    headers = _named(header.cells)
    known = {name: field_of(_bare(name)) for name in headers}
    said = _said(options, headers)
    kind = options.kind or (section.kind if section else None) or _kind_of(headers, known, said)
    if kind is None:
        shown = [name for name in headers if name]
        message = worded(
            "No column says what a row is about; the columns are: {columns}.", columns=truncate(", ".join(shown), 300)
        )
        raise UnknownColumns(message, details={"columns": shown, "delimiter": table.delimiter})
    mapping = _mapping(kind, headers, known, said)
    _demand(kind, mapping, headers)
    return Layout(
        kind=kind,
        headers=headers,
        mapping=mapping,
        ignored=tuple(name for name in headers if name not in mapping),
        header_row=header.number,
        encoding=table.encoding,
        delimiter=table.delimiter,
        about={**(section.about if section else {}), **({"topic": options.about} if options.about else {})},
    )


def _header(rows: Sequence[Row], options: Options) -> Row:
    full = [row for row in rows if not is_blank(row.cells)]
    if not full:
        raise EmptyFile(worded("There is nothing in the file."))
    wanted = {flat(header) for header, _field in options.maps}

    def fit(row: Row) -> int:
        cells = [cell for cell in row.cells if cell]
        if any("@" in cell for cell in cells):
            return -1  # an address is data
        return sum(bool(field_of(cell)) or flat(cell) in wanted for cell in cells)

    if fit(full[0]) >= 1:
        return full[0]
    best = max(full[:20], key=lambda row: (fit(row), -row.number))
    if fit(best) >= 2:  # a report that says something else first
        return best
    if fit(full[0]) < 0 or _looks_like_data(full[0].cells):
        raise NoHeader(worded("The first row holds data, not the names of columns."), details={"row": full[0].number})
    return full[0]


def _looks_like_data(cells: Cells) -> bool:
    written = [cell for cell in cells if cell]
    return any(re.fullmatch(r"[\d\s.,:/+()-]+", cell) for cell in written)


def _named(cells: Cells) -> Cells:
    """Return the headers, each once: the second "Name" is "Name (2)", one without text "column 3"."""
    seen: dict[str, int] = {}
    names = []
    for place, cell in enumerate(cells, start=1):
        name = cell or f"column {place}"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(names)


def _bare(name: str) -> str:
    """A second column of a name is not guessed: two values cannot be one field."""
    return "" if re.search(r" \(\d+\)$", name) and field_of(name) == "" else name


def _said(options: Options, headers: Cells) -> dict[str, str]:
    by_word: dict[str, str] = {}
    for name in headers:
        by_word.setdefault(flat(name), name)
    said: dict[str, str] = {}
    for header, name in options.maps:
        found = header if header in headers else by_word.get(flat(header))
        if found is None:
            message = worded("There is no column {header} in the file.", header=repr(truncate(header, 80)))
            raise BadMapping(message, details={"header": header, "columns": list(headers)})
        said[found] = name.strip()
    return said


def _kind_of(headers: Cells, known: Mapping[str, str], said: Mapping[str, str]) -> Kind | None:
    has = {said.get(name, known[name]) for name in headers}
    words = " | ".join(flat(name) for name in headers)
    if "unsubscribed_at" in has:
        return Kind.UNSUBSCRIBES
    if has & {"joined_at", "attended"}:
        return Kind.ATTENDANCE
    if has & {"event"} and has & {"happened_at", "created_at"} and has & (_WHO | {"anonymous_id"}):
        return Kind.EVENTS
    if has & {"deal_id", "deal_name", "won_at"} or ({"amount", "deal_stage"} <= has):
        return Kind.DEALS
    if has & {"lead_id", "lead_date", "form"} and (has & _WHO or "lead_id" in has):
        return Kind.LEADS
    is_lead_list = (
        "lead status" in words
        or "lead owner" in words
        or ("campaign" in has and has & {"status", "channel", "created_at"})
    )
    if is_lead_list and has & _WHO and "lifecycle" not in has:
        return Kind.LEADS
    if has & {"cost", "amount"} and has & {"campaign", "channel"} and not has & {"email", "person_id"}:
        return Kind.COSTS
    if has & {"company", "domain"} and not has & _WHO:
        return Kind.COMPANIES
    if has & _WHO:
        return Kind.PERSONS
    return Kind.COMPANIES if "company" in has else None


def _mapping(kind: Kind, headers: Cells, known: Mapping[str, str], said: Mapping[str, str]) -> dict[str, str]:
    mapping: dict[str, str] = {}
    for header, name in said.items():
        if name:
            mapping[header] = _allowed(kind, name, header)
    taken = set(mapping.values())
    for as_read in (False, True):  # a column with a word of its own goes before one that is read as it
        for header in sorted(headers, key=place_of):
            if header in said or header in mapping:
                continue
            name = _guess(kind, header, known[header], as_read=as_read)
            if name and name not in taken:
                mapping[header] = name
                taken.add(name)
    return {header: mapping[header] for header in headers if header in mapping}


def _guess(kind: Kind, header: str, name: str, *, as_read: bool) -> str:
    if as_read:
        return READ_AS.get((kind, name), "")
    if name in FIELDS[kind] and (kind, name) not in READ_AS:
        return name
    if not name and kind in _PREFIXED[STAGE] and (stage := stage_of(header)):
        return STAGE + stage
    if not name and kind is Kind.EVENTS and flat(header) == header.replace("_", " ").strip():
        return PROPERTY + header.strip().replace(" ", "_")
    return name if kind is Kind.LEADS and name == "won_at" else ""


def _allowed(kind: Kind, name: str, header: str) -> str:
    for prefix, kinds in _PREFIXED.items():
        if name.startswith(prefix) and kind in kinds and name != prefix:
            rest = name.removeprefix(prefix).strip()
            return FACT + flat(rest).replace(" ", "_") if prefix == FACT else prefix + rest
    own = READ_AS.get((kind, name), name)
    if own in FIELDS[kind]:
        return own
    read = READ_AS.get((kind, field_of(name)), field_of(name))
    if read in FIELDS[kind]:
        return read
    message = worded(
        "{name} is no field of {kind}, so column {header} cannot be that.",
        name=repr(name),
        kind=kind,
        header=repr(truncate(header, 80)),
    )
    raise BadMapping(message, details={"field": name, "fields": [*FIELDS[kind], *_prefixes(kind)]})


def _prefixes(kind: Kind) -> list[str]:
    return [f"{prefix}NAME" for prefix, kinds in _PREFIXED.items() if kind in kinds]


_NEEDED: Final[dict[Kind, tuple[tuple[str, ...], ...]]] = {
    Kind.PERSONS: (tuple(sorted(_WHO)),),
    Kind.COMPANIES: (("company", "domain"),),
    Kind.LEADS: (("lead_id", *sorted(_WHO)),),
    Kind.DEALS: (("deal_id", "deal_name"),),
    Kind.COSTS: (("cost",), ("campaign", "channel"), ("happened_at",)),
    Kind.ATTENDANCE: (("email", "person_id", "name", "phone"),),
    Kind.EVENTS: (("event",), ("happened_at",), ("email", "person_id", "anonymous_id", "name", "phone")),
    Kind.UNSUBSCRIBES: (("email",),),
}


def _demand(kind: Kind, mapping: Mapping[str, str], headers: Cells) -> None:
    there = set(mapping.values())
    for any_of in _NEEDED[kind]:
        if not there.intersection(any_of):
            message = worded("A file of {kind} needs a column for {fields}.", kind=kind, fields=" or ".join(any_of))
            raise MissingColumn(message, details={"fields": list(any_of), "columns": list(headers)})
