"""What is taken out is what is in the ledger: acts as a table, and a history that replays as the installation does."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from leadpact.engagement import actions as engagement
from leadpact.flow.exporting import export_events, export_history
from leadpact.ledger.actions import append_one, sequence
from leadpact.ledger.types import NewEntry
from leadpact.pact.document import default_pact_text, parse_pact
from leadpact.people import actions as people
from leadpact.people.types import Identifier, IdentityKind
from leadpact.scoring.replay.cache import open_columns
from leadpact.scoring.replay.history import columns_of_folder
from leadpact.scoring.replay.tests.test_cache import Life, said
from leadpact.team.types import SYSTEM
from tests.cast import act, ask, found, person, sweep, utc

pytestmark = pytest.mark.django_db

NOON = utc("2026-02-03 12:00")
DEFAULT = parse_pact(default_pact_text())  # the pact in force: what it asks of acts must be told apart


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.REPLAY = tmp_path / "replay"


def rows(file: Path) -> list[tuple[Any, ...]]:
    sql = "SELECT event, person, identity, kind, epoch(happened_at), epoch(recorded_at), void, properties FROM '{}'"
    with duckdb.connect() as database:
        return database.execute(sql.replace("{}", str(file))).fetchall()


def test_an_act_is_a_row_with_whose_it_is_whether_it_counts_and_what_scoring_reads(tmp_path: Path) -> None:
    found()
    whom = person("a@firm.example")
    seen = people.recognise(
        [Identifier(IdentityKind.EMAIL, "a@firm.example")], happened_at=NOON, trusted=True, by=SYSTEM, now=NOON
    )
    personal = {"raw": {"properties": {"machine": True, "message": "other"}}, "ip": "192.0.2.7"}
    opened = NewEntry("mail.opened", NOON, seen.identity, facts={"message": "m-1"}, personal=personal)
    first = append_one(opened, by=SYSTEM, now=utc("2026-02-03 13:00"))
    second = act("a@firm.example", "page.viewed", utc("2026-02-04 12:00"), path="/")
    engagement.void(second, "bot", by=SYSTEM, now=utc("2026-02-05 12:00"))
    sequence()
    file = tmp_path / "events.parquet"
    assert export_events(file) == 2
    assert rows(file) == [
        (first, whom, seen.identity, "mail.opened", NOON.timestamp(), NOON.timestamp() + 3600, False,
         '{"machine":true,"message":"m-1"}'),
        (second, whom, seen.identity, "page.viewed", NOON.timestamp() + 86400, NOON.timestamp() + 86400, True,
         '{"path":"/"}'),
    ]  # fmt: skip
    assert [entry.name for entry in tmp_path.glob("events*")] == ["events.parquet"]


def test_days_and_kinds_narrow_what_is_taken_out(tmp_path: Path) -> None:
    found()
    person("a@firm.example")
    for day in (3, 4, 5):
        act("a@firm.example", "page.viewed", utc(f"2026-02-0{day} 12:00"), path="/")
    sequence()
    file = tmp_path / "events.parquet"
    assert export_events(file, since=utc("2026-02-04 12:00"), until=utc("2026-02-05 12:00")) == 1
    assert export_events(file, kinds=["pact.in_force", "person.created"]) == 2
    assert {row[3] for row in rows(file)} == {"pact.in_force", "person.created"}
    assert export_events(file, kinds=["webinar.attended"]) == 0
    assert rows(file) == []


@pytest.mark.parametrize("seed", [3, 4, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(5, 10))])
def test_an_exported_history_has_the_same_columns(seed: int, settings: Any, tmp_path: Path) -> None:
    found()
    life = Life(seed, Path(settings.SEGMENTS))
    for _ in range(40):
        life.step()
    export_history(tmp_path / "out", now=life.at)
    for accounts in (False, True):
        own = said(open_columns(now=life.at, accounts=accounts))
        told = said(columns_of_folder(tmp_path / "out", accounts=accounts, pacts=[DEFAULT]))
        assert {who: (acts, resets) for who, (acts, _, resets) in told.items()} == {
            who: (acts, resets) for who, (acts, _, resets) in own.items()
        }


def test_an_exported_history_tells_what_came_of_each_hand_over(tmp_path: Path) -> None:
    found()
    person("a@firm.example")
    whom = ask("a@firm.example", NOON)
    sweep(NOON)
    export_history(tmp_path / "out", now=NOON)
    with duckdb.connect() as database:
        sql = f"SELECT person, epoch(handed_over_at), outcome FROM '{tmp_path / 'out' / 'outcomes.parquet'}'"
        assert database.execute(sql).fetchall() == [(whom, NOON.timestamp(), "other")]
