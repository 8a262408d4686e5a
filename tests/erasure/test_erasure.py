"""Somebody who stands in every store is found in each before an erasure, and in none after it."""

import json
import subprocess
import sys
from fnmatch import fnmatch
from typing import Any

import pytest

from conftest import Home
from leadpact.flow import stores
from tests.erasure.person import COLLEAGUE, EMAIL
from tests.erasure.reading import files_speaking, parquet_values, speaking, tables

# Where they stand before: the test is worth nothing without it.
STORES = {
    "ledger_entry", "people_person", "people_identity", "people_fact", "engagement_quarantined",
    "engagement_trace", "handover_pursuit",
    "handover_activity", "handover_dispute", "capture_grant", "nurture_recipient", "worklist_leadline",
    "worklist_savedview", "team_notice", "team_keptanswer", "django_session", "segments", "replay", "uploads",
}  # fmt: skip
FAULTS = (
    "erase:asked", "erase:drained", "erase:uploads", "erase:in-tables", "erase:in-ledger", "erase:committed",
    "erase:after-write", "erase:after-rename", "erase:after-catalogue", "erase:segments", "erase:replay",
    "erase:overwritten",
)  # fmt: skip


def live(home: Home, what: str = "build") -> str:
    done = subprocess.run(  # our own program
        [sys.executable, "-m", "tests.erasure.world", what], env=home.env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def of_others(home: Home) -> dict[str, list[Any]]:
    """The colleague's rows, and the counts that must not move."""
    held = tables(home)
    person = next(row["id"] for row in held["people_person"] if row["email"] == COLLEAGUE)
    mine = [row["id"] for row in held["people_identity"] if row["person_id"] == person]
    entries = [row for row in held["ledger_entry"] if row["identity"] in mine and row["kind"] != "note.added"]
    return {
        "person": [row for row in held["people_person"] if row["id"] == person],
        "identities": [row for row in held["people_identity"] if row["id"] in mine],
        "facts": [row for row in held["people_fact"] if row["person_id"] == person],
        "entries": entries,
        "line": [row for row in held["worklist_leadline"] if row["person_id"] == person],
        "standing": [row for row in held["scoring_standing"] if row["person_id"] == person],
        "digests": [row["digest"] for row in held["ledger_entry"]],
        "kinds": [(row["id"], row["kind"], str(row["happened_at"])) for row in held["ledger_entry"]],
        "pursuits": [(row["id"], row["number"], row["stage"], row["pact_version"]) for row in held["handover_pursuit"]],
        "members": held["handover_pursuitperson"],
        "stages": held["handover_stagedate"],
    }


def whole(home: Home) -> bool:
    return bool(json.loads(home.run("ledger", "verify", "--json").stdout)["ok"])


def unlisted(home: Home) -> set[str]:
    """What lies in the home and is not in the list of stores."""
    places = [place.name for place in stores.PLACES]
    return {file.name for file in home.path.iterdir() if not any(fnmatch(file.name, place) for place in places)}


def test_an_erased_person_is_in_no_store_and_everybody_else_is_as_before(home: Home) -> None:
    home.install()
    live(home)
    before, others = speaking(home), of_others(home)
    assert unlisted(home) == set()
    wanted = STORES if home.env["DATABASE_URL"] else STORES | {"search index"}
    assert wanted <= before, wanted - before
    # Why bytes alone prove nothing: the reader finds the address in Parquet, a search of the files does not.
    assert any(EMAIL in str(value) for value in parquet_values(home.path / "segments"))
    assert not any(name.startswith("segments/") for name in files_speaking(home.path))

    done = json.loads(home.run("person", "erase", "--email", EMAIL, "--json").stdout)

    assert done["done_at"]
    # The receipt names every table they stood in, and the two looks after it found nothing.
    receipt = done["receipt"]
    assert {name for name in before if "_" in name} - {"people_suppression", "worklist_words"} <= set(receipt["stores"])
    assert (receipt["left"], receipt["uploads"], receipt["faults"]) == ({}, 1, 0)
    assert receipt["rewritten"] > 0
    assert speaking(home) == set()
    assert files_speaking(home.path) == set()
    after = of_others(home)
    for what in others:
        assert after[what][: len(others[what])] == others[what], what
    assert whole(home)
    assert any("others.csv" in str(file) for file in (home.path / "uploads").rglob("*"))


@pytest.mark.long
@pytest.mark.parametrize("fault", FAULTS)
def test_an_erasure_that_was_killed_is_finished_later(home: Home, fault: str) -> None:
    home.install()
    live(home)
    killed = Home(home.path, {**home.env, "LEADPACT_FAULT": fault}, home.pattern)
    done = killed.run("person", "erase", "--email", EMAIL, "--yes", check=False)
    assert done.returncode != 0
    home.run("person", "erased", "--finish")
    assert speaking(home) == set()
    assert files_speaking(home.path) == set()
    assert whole(home)


@pytest.mark.long
def test_whoever_comes_back_after_an_erasure_is_somebody_new(home: Home) -> None:
    home.install()
    live(home)
    former = json.loads(home.run("person", "show", "--email", EMAIL, "--json").stdout)["id"]
    home.run("person", "erase", "--email", EMAIL, "--yes")
    assert int(live(home, "again")) != former
    story = json.loads(home.run("person", "show", "--email", EMAIL, "--json").stdout)["timeline"]
    assert {entry["kind"] for entry in story} <= {
        "person.created",
        "identity.linked",
        "person.changed",
        "form.submitted",
    }
    assert whole(home)


@pytest.mark.long
def test_what_is_handed_out_about_a_person_is_all_theirs_and_nobody_elses(home: Home) -> None:
    home.install()
    live(home)
    document = home.run("person", "export", "--email", EMAIL).stdout
    held = json.loads(document)["tables"]
    assert STORES - {"segments", "replay", "uploads", "worklist_savedview", "team_keptanswer", "django_session"} <= set(
        held
    )
    assert COLLEAGUE not in document
