"""`init` and `ledger` as scripts use them."""

import json
import os
from pathlib import Path

import pytest

from conftest import Home

pytestmark = pytest.mark.long_on_postgresql


def test_init_makes_a_home_for_nobody_else_and_may_be_run_again(home: Home) -> None:
    first = json.loads(home.run("init", "--json").stdout)
    assert first["migrations_applied"] > 0
    assert home.path.stat().st_mode & 0o777 == 0o700
    key = home.path / "secret_key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert len(key.read_text()) >= 50
    before = key.read_text()
    second = json.loads(home.run("init", "--json").stdout)
    assert second["migrations_applied"] == 0
    assert key.read_text() == before
    assert [file.name for file in home.path.iterdir() if file.name.startswith("secret_key.")] == []


def test_a_home_that_cannot_be_made_is_said_so(home: Home, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    env = {**home.env, "LEADPACT_HOME": str(tmp_path / "file" / "home")}
    done = Home(tmp_path, env).run("init", "--json", check=False)
    assert done.returncode == 3
    assert json.loads(done.stdout)["code"] == "home_unusable"


def test_a_database_that_does_not_answer_is_said_so(home: Home) -> None:
    env = {**home.env, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    done = Home(home.path, env).run("init", "--json", check=False)
    assert done.returncode == 3
    assert json.loads(done.stdout)["code"] == "database_unreachable"


def test_the_ledger_commands_ask_for_init_first(home: Home) -> None:
    done = home.run("ledger", "stats", "--json", check=False)
    assert done.returncode == 3
    assert json.loads(done.stdout)["code"] == "not_ready"


def test_a_new_ledger_has_received_nothing_and_is_whole(home: Home) -> None:
    home.install()
    stats = json.loads(home.run("ledger", "stats", "--json").stdout)
    assert {name: stats[name] for name in ("received", "stored", "duplicates", "quarantined", "undrained")} == {
        "received": 0,
        "stored": 0,
        "duplicates": 0,
        "quarantined": 0,
        "undrained": 0,
    }
    found = json.loads(home.run("ledger", "verify", "--json").stdout)
    assert set(found) == {"ok", "entries", "positions", "segments", "unsequenced", "faults"}
    assert (found["ok"], found["faults"], found["segments"]) == (True, [], 0)
    # What `init` itself wrote down is all there is to seal.
    sealed = json.loads(home.run("ledger", "seal", "--json").stdout)
    assert sum(one["rows"] for one in sealed["sealed"]) == found["entries"]
    assert sealed["removed"] == []
    assert home.run("ledger", "verify", "--josn", check=False).returncode == 2


def test_segments_are_listed_compacted_and_rebuilt(home: Home, tmp_path: Path) -> None:
    home.install()
    home.run("ledger", "seal", "--json")
    home.run("writekey", "create", "one", "--json", check=False)
    (listed,) = json.loads(home.run("ledger", "segments", "--json").stdout)["segments"]
    assert (listed["from_position"], listed["generation"]) == (1, 0)
    assert json.loads(home.run("ledger", "compact", "--everything", "--json").stdout) == {"written": [], "removed": []}
    (home.path / "segments" / listed["name"]).unlink()
    (rebuilt,) = json.loads(home.run("ledger", "rebuild", "--json").stdout)["rebuilt"]
    assert (rebuilt["former"], rebuilt["rows"]) == (listed["name"], listed["rows"])
    assert json.loads(home.run("ledger", "verify", "--json").stdout)["ok"]


def test_histories_are_generated_and_taken_out(home: Home, tmp_path: Path) -> None:
    home.install()
    asked = [
        "generate",
        "--events",
        "3000",
        "--persons",
        "50",
        "--seed",
        "5",
        "--into",
        str(tmp_path / "made"),
        "--json",
    ]
    made = json.loads(home.run(*asked).stdout)
    assert (made["events"], made["persons"], made["seed"]) == (3000, 50, 5)
    again = home.run(*asked, check=False)
    assert (again.returncode, json.loads(again.stdout)["code"]) == (2, "folder_in_use")
    file = str(tmp_path / "events.parquet")
    taken = json.loads(home.run("export", "events", "--parquet", file, "--kinds", "settings.changed", "--json").stdout)
    assert taken["file"] == file
    out = json.loads(home.run("export", "history", "--into", str(tmp_path / "out"), "--json").stdout)
    assert out["acts"] == 0


def test_verify_ends_with_3_and_one_document_when_something_was_touched(home: Home) -> None:
    home.install()
    (home.path / "segments" / "stray.parquet").write_bytes(b"")
    done = home.run("ledger", "verify", "--json", check=False)
    assert done.returncode == 3
    found = json.loads(done.stdout)
    assert found["ok"] is False
    assert [(fault["code"], fault["where"]) for fault in found["faults"]] == [("segment_orphan", "stray.parquet")]


def test_an_inbox_that_is_a_folder_is_said_so(home: Home) -> None:
    if os.environ.get("DATABASE_URL"):
        return  # the inbox is a table there
    home.path.mkdir()
    (home.path / "inbox.sqlite3").mkdir()
    done = home.run("init", "--json", check=False)
    assert (done.returncode, json.loads(done.stdout)["code"]) == (3, "inbox_unavailable")
