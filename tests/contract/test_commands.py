"""What scripts outside rely on: keys, exit codes, and exactly one document on stdout."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from conftest import Home
from tests.contract.asking import refused, said

pytestmark = pytest.mark.long_on_postgresql

PASSWORD = "correct horse battery\n"  # of a user of this test's own installation
IMPORTED = {
    "rows", "created", "updated", "unchanged", "refused", "errors", "mapping", "ignored", "encoding", "delimiter",
    "kind", "would_offer",
}  # fmt: skip
FILES = {
    "persons": ("Name,Email,Company\nAda,ada@p.example,P Ltd\n", 1, 0),
    "companies": ("Company,Domain\nQ Ltd,q.example\n", 1, 0),
    "leads": ("Lead ID,Email,Lead Owner,Status\n1,lead@p.example,Somebody,New\n2,,,\n3,no address,,New\n", 2, 1),
    "deals": ("Deal ID,Deal Name,Deal Stage,Amount\n7,Big,Negotiation,\"1,200.00 EUR\"\n8,Gone,Won,5 EUR\n", 1, 1),
    "costs": ("Campaign,Date,Cost\nSpring,2026-01-05,10.50 EUR\nSpring,soon,1 EUR\n", 1, 1),
    "attendance": ("Email,Join Time,Minutes,Webinar\nolive@p.example,2026-01-05 10:00,30,Intro\n", 1, 0),
    "events": (
        "email,event,happened_at\nerik@p.example,page.viewed,2026-01-05T10:00:00Z\n"
        "erik@p.example,deal.won,2026-01-05T10:00:00Z\nerik@p.example,page.viewed,2999-01-05T10:00:00Z\n", 1, 2,
    ),
    "unsubscribes": ("Email,Unsubscribed At\ngone@p.example,2026-01-05 10:00\n", 1, 0),
}  # fmt: skip
LOOKED_AT = ("leads", "events")


def files_of(home: Home) -> dict[str, str]:
    found = (path for path in home.path.rglob("*") if path.is_file())
    return {str(path.relative_to(home.path)): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def looked_at(home: Home, file: Path, kind: str) -> Any:
    """Return what a dry run says, which leaves every byte as it was."""
    before = files_of(home)
    look = said(home, "import", str(file), "--kind", kind, "--dry-run")
    assert files_of(home) == before
    return look


@pytest.mark.parametrize("kind", FILES)
def test_every_kind_of_file_adds_up_and_a_second_time_changes_nothing(home: Home, tmp_path: Path, kind: str) -> None:
    text, created, bad = FILES[kind]
    file = tmp_path / "file.csv"
    file.write_text(text)
    look = looked_at(home, file, kind) if kind in LOOKED_AT else None
    done = said(home, "import", str(file), "--kind", kind)
    assert set(done) >= IMPORTED
    counts = ("rows", "created", "updated", "unchanged", "refused", "would_offer", "mapping", "errors")
    if look is not None:
        assert {name: look[name] for name in counts} == {name: done[name] for name in counts}
    assert done["rows"] == done["created"] + done["updated"] + done["unchanged"] + done["refused"]
    assert (done["created"], done["refused"], done["kind"]) == (created, bad, kind)
    for error in done["errors"]:
        assert set(error) == {"row", "field", "code", "message"}
        assert error["row"] >= 2
    again = said(home, "import", str(file), "--kind", kind)
    assert (again["created"], again["updated"], again["refused"]) == (0, 0, bad)
    assert again["unchanged"] == done["rows"] - bad


def test_undated_rows_stay_as_they_are_when_they_come_again(home: Home, tmp_path: Path) -> None:
    leads, persons = tmp_path / "leads.csv", tmp_path / "persons.csv"
    leads.write_text("Lead ID,Email,Lead Owner,Campaign,Source,Status\n91,u@undated.example,Jo,Walk-in,Fair,New\n")
    persons.write_text("Name,Email,Last Changed\nGrace,grace@undated.example,2024-02-01 10:00:00\n")
    for file in (leads, persons):
        assert said(home, "import", str(file))["created"] == 1
        again = said(home, "import", str(file))
        assert (again["unchanged"], again["updated"]) == (1, 0), file


def test_users_tokens_and_keys_are_made_and_refused_with_codes(home: Home) -> None:
    words = ("user", "create", "--email", "rep@ours.example", "--role", "sales_rep", "--password-stdin")
    assert refused(home, *words, text="short\n") == (2, "weak_password")
    assert said(home, *words, text=PASSWORD)["roles"] == ["sales_rep"]
    assert refused(home, *words, text=PASSWORD) == (3, "user_exists")
    token = home.run("token", "create", "--email", "REP@ours.example").stdout
    assert token.startswith("lp_")
    assert len(token.split()) == 1
    assert said(home, "token", "create", "--email", "rep@ours.example")["token"] != token.strip()
    assert refused(home, "token", "create", "--email", "nobody@ours.example") == (2, "no_such_user")
    key = said(home, "writekey", "create", "json", "--kind", "browser", "--origin", "https://www.ours.example")["key"]
    assert key.startswith("lpb_")
    assert refused(home, "writekey", "create", "json", "--kind", "browser")[0] == 3


@pytest.mark.parametrize(
    ("words", "ends"),
    [
        (("no-such-command",), (2, "bad_option")),
        (("person", "show", "--email", "not an address"), (2, "no_such_person")),
        (("import", "no-such-file.csv"), (2, "no_such_file")),
        (("import", "no-such-file.csv", "--kind", "wishes"), (2, "bad_option")),
        (("import", "no-such-file.csv", "--map", "nothing"), (2, "bad_mapping")),
        (("demo", "--port", "0"), (2, "bad_option")),
        (("pact", "check", "no-such-file.yaml"), (2, "unreadable_file")),
        (("report", "five", "--period", "soon"), (2, "bad_period")),
    ],
)
def test_what_cannot_be_done_ends_with_its_code_and_one_document(
    home: Home, words: tuple[str, ...], ends: tuple[int, str]
) -> None:
    assert refused(home, *words) == ends


def test_the_pact_in_force_is_the_default_one_in_the_companys_zone_and_checks_well(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "pact.yaml"
    file.write_text(home.run("pact", "show", "--yaml").stdout)
    assert said(home, "pact", "check", str(file))["ok"] is True
    text = file.read_text()
    assert text.count("up: 50") == 1
    file.write_text(text.replace("up: 50", "up: 20"))  # down stays 25, above it
    assert refused(home, "pact", "check", str(file)) == (2, "pact_has_errors")
