"""Reading a self-contained history folder as columns, and writing this installation's own history as one."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from leadpact.ledger.segments.parquet import connect
from leadpact.pact.types import Pact
from leadpact.people import reads as people
from leadpact.people.everybody import rows_after
from leadpact.scoring.replay.acts import Sealed
from leadpact.scoring.replay.cache import columns_in, open_columns
from leadpact.scoring.replay.folder import FolderWriter, texts
from leadpact.scoring.replay.keeping import keep_shapes, keep_states, load_everybody, of_everybody
from leadpact.scoring.replay.parts import Asked, Part, columns_of_part
from leadpact.scoring.replay.shapes import Shapes
from leadpact.scoring.replay.states import States
from leadpact.scoring.replay.store import Mark, Store
from leadpact.scoring.replay.telling import changes_of
from leadpact.scoring.replay.types import Columns
from leadpact.scoring.replay.wanted import Wanted, wanted_of, wanted_of_document
from leadpact.scoring.replay.whois import NOTHING, Everybody
from leadpact.scoring.rules_days import micros, moment_of
from leadpact.scoring.types import FactChange

_AT_ONCE: Final = 4_000_000
_FACTS: Final = """
SELECT person, epoch_us(happened_at), name, value FROM read_parquet($file)
ORDER BY person, happened_at, file_row_number
""".replace("read_parquet($file)", "read_parquet($file, file_row_number = true)")
_RESETS: Final = """
SELECT person, epoch_us(happened_at) AS times, why FROM read_parquet($file) ORDER BY person, happened_at
"""

type Longs = NDArray[np.int64]


def columns_of_folder(folder: Path, *, pacts: Iterable[Pact] = (), accounts: bool | None = None) -> Columns:
    """Return the history in a folder as columns; they are kept in it, and made anew when the folder has changed.

    pacts     those that are to be replayed: what they ask about must be told apart
    accounts  as in `open_columns`
    """
    asked = list(pacts)
    store, wanted, source = Store(folder / "columns"), wanted_of(asked), _source(folder)
    with store.alone():
        mark = store.mark()
        if mark is None or mark.said["source"] != source:
            mark = _build(store, folder, wanted, source)
        elif not (known := wanted_of_document(mark.said["wanted"])).covers(wanted):
            mark = _build(store, folder, known.joined(wanted), source)
        if accounts is None:
            accounts = any(score.account for pact in asked for score in pact.engagement)
        return columns_in(store, mark, accounts=accounts)


def people_of_folder(folder: Path) -> Columns:
    """Return who is in a folder and how they were reset, without what they did: for where another engine reads that."""
    found = _read(folder, "persons", "SELECT DISTINCT person FROM read_parquet($file) ORDER BY person")
    resets = _read(folder, "resets", _RESETS)
    whys, numbers = np.unique(resets["why"].astype(str), return_inverse=True)
    of_resets = {"persons": resets["person"], "times": resets["times"], "whys": numbers}
    of_acts = dict.fromkeys(("persons", "identities", "times", "recorded", "shapes", "voids"), NOTHING)
    of_facts = dict.fromkeys(("persons", "times", "places", "names", "values"), NOTHING)
    part = Part(found["person"], np.zeros(len(found["person"]), np.int64), of_acts, of_facts, of_resets)
    return columns_of_part(part, Asked((), tuple(str(why) for why in whys), {}, accounts=False, knows_when=False))


def export_history(
    folder: Path, *, now: datetime, outcomes: Iterable[tuple[int, datetime, str, datetime | None]] = ()
) -> int:
    """Write this installation's history as a folder of its own; returns the number of acts.

    outcomes  of the real hand-overs: person, moment, won, rejected or other, and when it was known
    """
    columns = open_columns(now=now)
    store, mark = _own_store()
    writer = FolderWriter(folder, columns.known_shapes)
    runs = np.asarray(store.small(mark, "runs"))
    for part in _in_parts(runs):
        writer.segment(_acts(store, mark, part))
    who = load_everybody(store, mark)
    _write_persons(writer, who)
    _write_facts(writer, who)
    kept = {name: np.asarray(store.small(mark, name)) for name in ("reset_persons", "reset_times", "reset_whys")}
    whys = texts(columns.whys)[kept["reset_whys"]] if len(columns.whys) else texts([])
    writer.table("resets", {"person": kept["reset_persons"], "times": kept["reset_times"], "why": whys})
    _write_outcomes(writer, outcomes)
    writer.table("voids", {"entry": np.asarray(store.long(mark, "entries"))[np.asarray(store.small(mark, "voids"))]})
    writer.finish({"of": "an installation", "acts": writer.acts, "at": now.isoformat()})
    return writer.acts


def _own_store() -> tuple[Store, Mark]:
    from django.conf import settings

    store = Store(Path(settings.REPLAY))
    mark = store.mark()
    if mark is None:
        raise FileNotFoundError(f"The columns in {store.folder} were removed while they were read.")
    return store, mark


def _in_parts(runs: Longs) -> Iterator[Longs]:
    """Yield the runs by identity, so many at a time as make a file; an identity is never cut."""
    ordered = runs[np.argsort(runs[:, 0], kind="stable")]
    rows = np.cumsum(ordered[:, 2] - ordered[:, 1])
    part = rows // _AT_ONCE
    cuts = np.flatnonzero((part[1:] != part[:-1]) & (ordered[1:, 0] != ordered[:-1, 0])) + 1
    yield from (some for some in np.split(ordered, cuts) if len(some))


def _acts(store: Store, mark: Mark, runs: Longs) -> dict[str, NDArray[Any]]:
    sizes = runs[:, 2] - runs[:, 1]
    rows = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes) + np.repeat(runs[:, 1], sizes)
    long = {name: np.asarray(store.long(mark, name)[rows]) for name in ("times", "recorded", "entries", "shapes")}
    return long | {"identities": np.repeat(runs[:, 0], sizes)}


def _write_persons(writer: FolderWriter, who: Everybody) -> None:
    counts = who.holders > 0
    persons, companies = who.persons(), _companies(who)
    without = persons[~np.isin(persons, who.holders)]
    holders = np.r_[who.holders[counts], without]
    known = np.isin(holders, persons)
    identities = np.r_[who.identities[counts], np.zeros(len(without), np.int64)]
    company = companies[np.searchsorted(persons, holders[known])]
    writer.table("persons", {"identity": identities[known], "person": holders[known], "company": company})


def _companies(who: Everybody) -> Longs:
    """Return the company of each person; of merged rows, the first that has one counts."""
    own = np.array(who.companies[who.merged == 0])
    persons = who.persons()
    merged = {row for row, into, _ in rows_after(0) if into}
    for view in people.persons(merged).values():
        own[np.searchsorted(persons, view.id)] = view.company or 0
    return own


def _write_facts(writer: FolderWriter, who: Everybody) -> None:
    rows: list[tuple[int, str, str, int]] = []
    for changes in changes_of([int(one) for one in who.persons()]):
        for person, facts in changes.items():
            ordered = sorted(facts, key=lambda one: (micros(one.happened_at), one.key, repr(one.value)))
            rows += [(person, one.name, json.dumps(one.value), micros(one.happened_at)) for one in ordered]
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    writer.table(
        "facts",
        {
            "person": np.asarray(columns[0], np.int64),
            "name": texts(columns[1]),
            "value": texts(columns[2]),
            "times": np.asarray(columns[3], np.int64),
            "part": np.arange(len(rows)),
        },
    )


def _write_outcomes(writer: FolderWriter, outcomes: Iterable[tuple[int, datetime, str, datetime | None]]) -> None:
    rows = [(person, micros(at), outcome, micros(ended) if ended else 0) for person, at, outcome, ended in outcomes]
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    writer.table(
        "outcomes",
        {
            "person": np.asarray(columns[0], np.int64),
            "times": np.asarray(columns[1], np.int64),
            "outcome": texts(columns[2]),
            "ended": np.asarray(columns[3], np.int64),
        },
    )


def _source(folder: Path) -> str:
    """Return what tells one history from another: its files, their sizes and what it says of itself."""
    digest = hashlib.blake2b((folder / "history.json").read_bytes())
    for file in sorted(folder.glob("**/*.parquet")):
        digest.update(f"{file.relative_to(folder)} {file.stat().st_size}".encode())
    return digest.hexdigest()


def _build(store: Store, folder: Path, wanted: Wanted, source: str) -> Mark:
    mark, runs, voids = store.begin(), [np.zeros((0, 3), np.int64)], [NOTHING]
    gone = _read(folder, "voids", "SELECT entry FROM read_parquet($file)")["entry"]
    sealed = Sealed(sorted((folder / "segments").glob("*.parquet")), Shapes(wanted), spill=store.folder)
    for part in sealed.parts():
        voids.append(np.flatnonzero(np.isin(part.entries, gone)) + mark.rows)
        runs.append(part.runs(mark.rows))
        store.append(mark, {name: getattr(part, name) for name in ("times", "recorded", "entries", "shapes")})
    keep_shapes(store, mark, sealed.shapes.known)
    keep_states(store, mark, _states(folder, wanted))
    who, whys = _everybody(folder), _resets(store, mark, folder)
    store.put(mark, of_everybody(who) | {"runs": np.concatenate(runs), "voids": np.concatenate(voids)})
    mark.said = {"wanted": wanted.as_document(), "source": source, "whys": whys}
    store.set_mark(mark)
    return mark


def _everybody(folder: Path) -> Everybody:
    sql = "SELECT identity, person, coalesce(company, 0) AS company FROM read_parquet($file) ORDER BY identity"
    found = _read(folder, "persons", sql)
    rows, first = np.unique(found["person"], return_index=True)
    named = found["identity"] > 0
    return Everybody(
        identities=found["identity"][named],
        holders=found["person"][named],
        rows=rows,
        merged=np.zeros(len(rows), np.int64),
        companies=found["company"][first],
        stay_rows=NOTHING,
        stay_companies=NOTHING,
    )


def _resets(store: Store, mark: Mark, folder: Path) -> list[str]:
    found = _read(folder, "resets", _RESETS)
    whys, numbers = np.unique(found["why"].astype(str), return_inverse=True)
    arrays = {"reset_persons": found["person"], "reset_times": found["times"], "reset_whys": numbers.astype(np.int8)}
    store.put(mark, arrays)
    return [str(why) for why in whys]


def _states(folder: Path, wanted: Wanted) -> States:
    states = States.of([])
    with connect(folder) as engine:
        found = engine.execute(_FACTS, {"file": str(folder / "facts.parquet")})
        rows = ((row[0], row) for row in iter(found.fetchone, None))
        changes = (
            (person, [_change(place, row) for place, (_, row) in enumerate(some)])
            for person, some in groupby(rows, key=lambda one: one[0])
        )
        states.put_in_order(changes, wanted.facts)
    return states


def _change(place: int, row: tuple[int, int, str, str]) -> FactChange:
    return FactChange(row[2], json.loads(row[3]), moment_of(row[1]), f"{place:09d}")


def _read(folder: Path, name: str, sql: str) -> dict[str, NDArray[Any]]:
    with connect(folder) as engine:
        found: dict[str, NDArray[Any]] = engine.execute(sql, {"file": str(folder / f"{name}.parquet")}).fetchnumpy()
    return found
