"""A generated history is as large as asked, the same for the same seed, and lifelike where it matters for a replay."""

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from leadpact.pact.document import default_pact_text, parse_pact
from leadpact.scoring.replay import generating
from leadpact.scoring.replay.generating import DAY, Generated, generate
from leadpact.scoring.replay.history import columns_of_folder

PACT = parse_pact(default_pact_text())


def made(folder: Path, seed: int = 7, events: int = 20_000) -> Generated:
    return generate(folder, events=events, persons=500, seed=seed, pact=PACT)


def ask(folder: Path, sql: str) -> Any:
    with duckdb.connect() as database:
        return database.execute(sql.replace("FOLDER", str(folder))).fetchall()


def contents(folder: Path) -> list[Any]:
    names = ["segments/*", "persons", "facts", "resets", "outcomes", "voids"]
    sql = "SELECT bit_xor(hash(t)), count(*) FROM read_parquet('FOLDER/{}.parquet') AS t"
    return [ask(folder, sql.replace("{}", name)) for name in names]


def test_it_is_as_large_as_asked_and_the_same_for_the_same_seed(tmp_path: Path) -> None:
    one = made(tmp_path / "one")
    assert (one.events, one.persons) == (20_000, 500)
    assert made(tmp_path / "two") == one
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    made(tmp_path / "three", seed=8)
    assert contents(tmp_path / "one") != contents(tmp_path / "three")


def test_it_is_lifelike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generating, "ACTS_IN_A_FILE", 6_000)
    one = made(tmp_path)
    assert one.files > 2  # written part by part
    assert one.evaluated_share >= 0.3
    assert one.top_share > 0.05  # a hundredth does more than a twentieth: a power law
    assert 0.02 < one.late_share < 0.04
    late = "SELECT count(*) / 20000 FROM read_parquet('FOLDER/segments/*.parquet') WHERE {}"
    told = ask(tmp_path, late.replace("{}", "recorded_at - happened_at > INTERVAL 1 HOUR"))
    assert told[0][0] == pytest.approx(one.late_share)
    assert ask(tmp_path, late.replace("{}", "recorded_at < happened_at"))[0][0] == 0
    assert ask(tmp_path, "SELECT count(*) / 20000 FROM 'FOLDER/voids.parquet'")[0][0] == pytest.approx(one.void_share)
    sorted_by = "SELECT bool_and(identity >= b) FROM (SELECT identity, lag(identity, 1, 0) OVER () b FROM 'FOLDER/{}')"
    assert ask(tmp_path, sorted_by.replace("{}", "segments/00001.parquet")) == [(True,)]


def test_its_columns_hold_every_act_once_and_the_voids(tmp_path: Path) -> None:
    one = made(tmp_path)
    columns = columns_of_folder(tmp_path, pacts=[PACT])
    assert len(columns.times) == one.events
    assert int((columns.run_ends - columns.run_starts).sum()) == one.events
    assert int(np.unpackbits(columns.voids, bitorder="little").sum()) == round(one.void_share * one.events)
    assert len(columns.persons) == one.persons
    assert int(columns.times.max() - columns.times.min()) < 731 * DAY
    # Kept in the folder: opened again they are not made anew, and for another question they are.
    kept = (tmp_path / "columns" / "mark.json").read_text()
    columns_of_folder(tmp_path, pacts=[PACT])
    assert (tmp_path / "columns" / "mark.json").read_text() == kept
    text = default_pact_text().replace("{path: {starts_with: /pricing}}", "{title: {contains: prices}}")
    columns_of_folder(tmp_path, pacts=[parse_pact(text)])
    assert (tmp_path / "columns" / "mark.json").read_text() != kept
