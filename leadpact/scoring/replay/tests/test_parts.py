"""A history cut into parts and put together again is replayed as the whole is: what an outside engine does."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import numpy as np
import pytest

from leadpact.pact.document import default_pact_text, parse_pact
from leadpact.pact.types import Pact
from leadpact.scoring.replay.generating import generate
from leadpact.scoring.replay.history import columns_of_folder, people_of_folder
from leadpact.scoring.replay.parts import Asked, columns_of_part
from leadpact.scoring.replay.run import replay
from leadpact.scoring.replay.shapes import Shapes
from leadpact.scoring.replay.spark import ACT, FACT, PERSON, RESET, part_of
from leadpact.scoring.replay.types import Columns, Engine, Intervals, Mode
from leadpact.scoring.replay.wanted import wanted_of

PACT = parse_pact(default_pact_text())
OF_COMPANIES = replace(PACT, engagement=tuple(replace(score, account=True) for score in PACT.engagement))
AS_OF = datetime(2026, 10, 1, tzinfo=UTC)
WHYS = ("cooled", "recycled", "rejected")
PARTS = 3
ROWS = f"""
CREATE TABLE rows AS
WITH who AS (SELECT DISTINCT person, coalesce(company, 0) AS company FROM 'FOLDER/persons.parquet')
SELECT {ACT} AS what, p.person, coalesce(p.company, 0) AS company, identity, epoch_us(happened_at) AS at,
       epoch_us(recorded_at) AS recorded, number,
       entry IN (FROM 'FOLDER/voids.parquet') AS void, '' AS name, '' AS value
FROM 'FOLDER/segments/*.parquet' JOIN shapes USING (kind, facts) JOIN 'FOLDER/persons.parquet' p USING (identity)
UNION ALL SELECT {PERSON}, person, company, 0, 0, 0, 0, false, '', '' FROM who
UNION ALL
SELECT {FACT}, person, company, 0, epoch_us(happened_at), file_row_number, 0, false, name, value
FROM read_parquet('FOLDER/facts.parquet', file_row_number = true) JOIN who USING (person)
UNION ALL
SELECT {RESET}, person, company, 0, epoch_us(happened_at), 0, list_position({list(WHYS)}, why) - 1, false, '', ''
FROM 'FOLDER/resets.parquet' JOIN who USING (person)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("history")
    generate(made, events=3_000, persons=120, seed=3, pact=PACT)
    return made


def parts_of(folder: Path, pact: Pact, *, accounts: bool) -> list[Columns]:
    """Return columns of each part: rows in no order, those of one person (or company) together."""
    wanted = wanted_of([pact])
    shapes = Shapes(wanted)
    with duckdb.connect() as database:
        told = database.sql(f"SELECT DISTINCT kind, facts FROM '{folder}/segments/*.parquet'").fetchall()
        rows = [[kind, facts, shapes.number(kind, json.loads(facts))] for kind, facts in told]
        database.execute("CREATE TABLE shapes (kind VARCHAR, facts VARCHAR, number INTEGER)")
        database.executemany("INSERT INTO shapes VALUES (?, ?, ?)", rows)
        database.execute(ROWS.replace("FOLDER", str(folder)))
        asked = Asked(tuple(shapes.known), WHYS, wanted.facts, accounts=accounts, knows_when=True)
        key = "if(company > 0, company, person)" if accounts else "person"
        sql = f'SELECT * FROM rows WHERE ({key}) % {PARTS} = ? ORDER BY hash(person, "at", value, identity)'
        found = [database.execute(sql, [part]).fetchnumpy() for part in range(PARTS)]
    return [
        columns_of_part(part_of({name: np.asarray(values) for name, values in one.items()}), asked) for one in found
    ]


def together(found: list[Intervals]) -> list[tuple[int, ...]]:
    columns = [(one.persons, one.since, one.until, one.ended_by_points) for one in found]
    return sorted(row for one in columns for row in zip(*(array.tolist() for array in one), strict=True))


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("pact", [PACT, OF_COMPANIES], ids=["own points", "points of the company"])
@pytest.mark.parametrize("known_at", [None, datetime(2026, 4, 1, 12, tzinfo=UTC)], ids=["now", "then"])
def test_parts_are_replayed_as_the_whole(folder: Path, pact: Pact, mode: Mode, known_at: datetime | None) -> None:
    def replayed(columns: Columns) -> Intervals:
        return replay(pact, columns, mode=mode, as_of=AS_OF, known_at=known_at, engine=Engine.PLAIN).intervals

    accounts = pact is OF_COMPANIES
    whole = columns_of_folder(folder, pacts=[pact], accounts=accounts)
    parts = parts_of(folder, pact, accounts=accounts)
    assert sum(len(part.persons) for part in parts) == len(whole.persons)
    assert sum(len(part.times) for part in parts) == len(whole.times)
    said = together([replayed(whole)])
    assert len(said) > 5
    assert together([replayed(part) for part in parts]) == said


def test_a_folder_tells_who_is_in_it_without_their_acts(folder: Path) -> None:
    whole, people = columns_of_folder(folder, pacts=[PACT]), people_of_folder(folder)

    def resets(columns: Columns) -> list[tuple[int, int, str]]:
        owners = np.repeat(columns.persons, np.diff(columns.reset_offsets)).tolist()
        whys = [columns.whys[why] for why in columns.reset_whys.tolist()]
        return list(zip(owners, columns.reset_times.tolist(), whys, strict=True))

    assert people.persons.tolist() == whole.persons.tolist()
    assert resets(people) == resets(whole) != []
    assert len(people.times) == 0


def test_of_two_facts_of_one_moment_the_later_place_holds() -> None:
    rows = {
        "what": np.array([FACT, PERSON, FACT, FACT]),
        "person": np.array([4, 4, 4, 9]),  # nobody knows person 9
        "company": np.zeros(4, np.int64),
        "identity": np.zeros(4, np.int64),
        "at": np.array([1_000_000, 0, 1_000_000, 1_000_000]),
        "recorded": np.array([8, 0, 7, 9]),
        "number": np.zeros(4, np.int32),
        "void": np.zeros(4, bool),
        "name": np.array(["person.country", "", "person.country", "person.country"], dtype=object),
        "value": np.array(['"DE"', "", '"FR"', '"IN"'], dtype=object),
    }
    asked = Asked((), (), {"person.country": True}, accounts=False, knows_when=False)
    columns = columns_of_part(part_of(rows), asked)
    assert [columns.states[state] for state in columns.fact_states] == [{"person.country": "DE"}]
    assert columns.fact_times.tolist() == [1_000_000]
