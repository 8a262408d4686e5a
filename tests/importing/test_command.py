"""The command `import`: one JSON document, a look that touches nothing, and a crash that loses nothing."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import Home

pytestmark = pytest.mark.long_on_postgresql

KEYS = {"rows", "created", "updated", "unchanged", "refused", "errors", "mapping", "ignored", "encoding", "delimiter"}


def digest(folder: Path) -> dict[str, str]:
    found = {str(path): "" for path in folder.rglob("*") if path.is_dir()}
    return found | {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()
    }


def people(folder: Path, number: int) -> Path:
    path = folder / "people.csv"
    rows = "".join(f"Person {n},p{n}@firm{n % 50}.example\n" for n in range(number))
    path.write_text(f"Name,Email\n{rows}", encoding="utf-8")
    return path


def test_a_dry_run_leaves_every_file_as_it_was_and_says_what_the_run_then_does(home: Home, tmp_path: Path) -> None:
    home.install()
    file = people(tmp_path, 30)
    before = digest(home.path)
    look = json.loads(home.run("import", str(file), "--dry-run", "--json").stdout)
    assert digest(home.path) == before
    done = json.loads(home.run("import", str(file), "--json").stdout)
    assert KEYS | {"kind", "would_offer", "intent"} <= look.keys() == done.keys()
    assert (look.pop("dry_run"), done.pop("dry_run")) == (True, False)
    assert look == done
    assert (done["rows"], done["created"], done["kind"]) == (30, 30, "persons")


def test_a_dry_run_beside_a_stopped_writers_log_touches_neither_database_nor_log(home: Home, tmp_path: Path) -> None:
    home.install()
    if home.env["DATABASE_URL"]:
        return  # the log is SQLite's; PostgreSQL rolls back
    # A writer that is killed leaves its log behind.
    program = (
        "import django, os; django.setup()\n"
        "from django.db import connection\n"
        'connection.cursor().execute("insert into people_company (name, name_key, created_at, facts) '
        "values ('A', 'a', '2026-01-01 00:00:00', '{}')\")\n"
        "os.kill(os.getpid(), 9)\n"
    )
    env = {**home.env, "DJANGO_SETTINGS_MODULE": "leadpact.site.settings"}
    subprocess.run([sys.executable, "-c", program], env=env, check=False)
    assert (home.path / "leadpact.sqlite3-wal").stat().st_size > 0
    before = digest(home.path)
    file = tmp_path / "companies.csv"
    file.write_text("Company\na\n", encoding="utf-8")
    look = json.loads(home.run("import", str(file), "--dry-run", "--json").stdout)
    assert digest(home.path) == before
    assert look["unchanged"] == 1, "what the log holds is known"


def test_errors_are_one_document_with_a_code(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "empty.csv"
    file.write_text("", encoding="utf-8")
    early = home.run("import", str(file), "--json", check=False)
    assert (early.returncode, json.loads(early.stdout)["code"]) == (3, "not_ready")
    home.install()
    for words, code in (
        ([str(file)], "empty_file"),
        ([str(tmp_path / "none.csv")], "no_such_file"),
        ([str(people(tmp_path, 2)), "--map", "Name"], "bad_mapping"),
        ([str(people(tmp_path, 2)), "--kind", "shoes"], "bad_option"),
    ):
        done = home.run("import", *words, "--json", check=False)
        assert (done.returncode, json.loads(done.stdout)["code"]) == (2, code)


def test_an_import_that_is_killed_leaves_whole_rows_and_the_next_run_finishes_it(home: Home, tmp_path: Path) -> None:
    home.install()
    file = people(tmp_path, 2_500)
    command = [str(Path(sys.executable).parent / "leadpact"), "import", str(file), "--json"]
    running = subprocess.Popen(command, env=home.env, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while entries(home) < 500 and time.monotonic() < deadline and running.poll() is None:
        time.sleep(0.05)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    done = json.loads(home.run("import", str(file), "--json").stdout)
    assert done["created"] + done["unchanged"] == done["rows"] == 2_500
    assert done["unchanged"] > 0
    again = json.loads(home.run("import", str(file), "--json").stdout)
    assert again["unchanged"] == 2_500
    assert json.loads(home.run("ledger", "verify", "--json").stdout)["ok"]


def entries(home: Home) -> int:
    found: int = json.loads(home.run("ledger", "stats", "--json").stdout)["entries"]
    return found
