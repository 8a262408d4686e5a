"""Query files: one `.sql` file, one question, with a header that says what it counts.

-- answered_in_time
-- Question: How often does sales answer an offered lead before the promised time?
-- Grain:    one row per team
-- Reads:    ledger, kinds lead.offered, lead.accepted
-- Params:   $since, $until   timestamptz, half-open [since, until)
-- Columns:  team text, offered bigint
-- Counts:   accepting and rejecting both count as an answer.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from leadpact.base.errors import BadInput
from leadpact.base.wording import worded

KEYS: Final = ("Question", "Grain", "Reads", "Params", "Columns", "Counts")
_KEY_LINE: Final = re.compile(rf"({'|'.join(KEYS)}):\s*(.*)")
_PARAMS_LINE: Final = re.compile(r"(\$\w+(?:\s*,\s*\$\w+)*)\s+([a-z_]+(?:\[\])?)\s*,?\s*(.*)", re.DOTALL)
# In this order: what must be passed over first, then a parameter.
_TOKEN: Final = re.compile(
    r"""(?P<passed>'(?:[^']|'')*' | "(?:[^"]|"")*" | --[^\n]* | /\*.*?\*/ | \$\$.*?\$\$)
      | (?<![\w$])\$(?P<name>[A-Za-z_]\w*)""",
    re.DOTALL | re.VERBOSE,
)


class BadQueryFile(BadInput):
    """A query file whose header is missing, incomplete or untrue."""

    code = "bad_query_file"
    what_to_do = worded("Begin the file with its name and the lines {keys}.", keys=", ".join(KEYS))


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter: its name without `$`, its SQL type, what it means."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the answer, with its SQL type."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class QueryFile:
    """One question and the SQL that answers it; parameters are written `$name`."""

    name: str
    question: str
    grain: str
    reads: str
    params: tuple[Param, ...]
    columns: tuple[Column, ...]
    counts: str
    sql: str


def read_query(path: Path) -> QueryFile:
    """Read a query file; raises `BadQueryFile` when its header is not true."""
    return parse_query(path.read_text(encoding="utf-8"), name=path.stem)


def parse_query(text: str, *, name: str) -> QueryFile:
    """Read a query file from its text; `name` is what its first line must say."""
    lines = text.splitlines()
    header = list(_header(lines))
    if not header or header[0].strip() != name:
        raise _bad(name, f"the first line is not '-- {name}'")
    fields = _fields(name, header[1:])
    for key in KEYS:
        if not fields.get(key):
            raise _bad(name, f"the line {key} is missing")
    query = QueryFile(
        name=name,
        question=_one_line(fields["Question"]),
        grain=_one_line(fields["Grain"]),
        reads=_one_line(fields["Reads"]),
        params=tuple(_params(name, fields["Params"])),
        columns=tuple(_columns(name, fields["Columns"])),
        counts=_one_line(fields["Counts"]),
        sql="\n".join(lines[len(header) :]).strip().removesuffix(";").rstrip(),
    )
    _check_params(query)
    return query


def _bad(name: str, what: str) -> BadQueryFile:
    return BadQueryFile(worded("{name}.sql: {what}.", name=name, what=what), details={"file": f"{name}.sql"})


def _header(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if not line.startswith("--"):
            return
        yield line[2:]


def _fields(name: str, header: list[str]) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    key = ""
    for line in header:
        found = _KEY_LINE.fullmatch(line.strip())
        if found:
            key = found[1]
            if key in fields:
                raise _bad(name, f"the line {key} stands twice")
            fields[key] = [found[2]] if found[2] else []
        elif line.strip() and not key:
            raise _bad(name, f"{line.strip()!r} belongs to no line of the header")
        elif line.strip():
            fields[key].append(line.strip())
    return fields


def _one_line(lines: list[str]) -> str:
    return " ".join(lines)


def _params(name: str, lines: list[str]) -> Iterator[Param]:
    """Yield the parameters: `$a, $b  type, meaning`, continued until a line begins with `$` again."""
    if lines == ["none"]:
        return
    starts: list[str] = []
    for line in lines:
        if line.startswith("$"):
            starts.append(line)
        elif starts:
            starts[-1] += f" {line}"
        else:
            raise _bad(name, f"Params: {line!r} is neither a parameter nor none")
    for text in starts:
        found = _PARAMS_LINE.fullmatch(text)
        if found is None:
            raise _bad(name, f"Params: {text!r} is not '$name type, meaning'")
        for param in found[1].split(","):
            yield Param(param.strip().removeprefix("$"), found[2], found[3].strip())


def _columns(name: str, lines: list[str]) -> Iterator[Column]:
    for text in re.split(r",\s*(?![^(]*\))", _one_line(lines).rstrip(".")):
        column, _, kind = text.strip().partition(" ")
        if not re.fullmatch(r"[a-z_]\w*", column) or not kind.strip():
            raise _bad(name, f"Columns: {text.strip()!r} is not 'name type'")
        yield Column(column, kind.strip())


def _check_params(query: QueryFile) -> None:
    if not query.sql:
        raise _bad(query.name, "there is no SQL below the header")
    declared = {param.name for param in query.params}
    used = {found["name"] for found in _TOKEN.finditer(query.sql) if found["name"]}
    if declared != used:
        names = ", ".join(f"${name}" for name in sorted(declared ^ used))
        raise _bad(query.name, f"Params and SQL disagree about {names}")
    for listed in ([param.name for param in query.params], [column.name for column in query.columns]):
        if len(listed) != len(set(listed)):
            raise _bad(query.name, "a name in Params or Columns stands twice")


def to_dbapi(query: QueryFile) -> str:
    """Return the SQL with `%(name)s` for `$name`, as Django's cursors and psycopg take it.

    A `$` in a string or comment stays; every other `%` is doubled, also there,
    because drivers look for `%` everywhere.
    """
    pieces: list[str] = []
    at = 0
    for found in _TOKEN.finditer(query.sql):
        pieces.append(query.sql[at : found.start()].replace("%", "%%"))
        pieces.append(f"%({found['name']})s" if found["name"] else found[0].replace("%", "%%"))
        at = found.end()
    return "".join(pieces) + query.sql[at:].replace("%", "%%")
