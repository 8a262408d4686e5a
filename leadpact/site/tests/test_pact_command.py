"""`leadpact pact` from outside: what scripts rely on."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from conftest import Home
from leadpact.pact.actions import propose, put_in_force
from leadpact.pact.document import default_pact_text, parse_pact
from leadpact.pact.errors import NoPact, NoSuchVersion
from leadpact.pact.source import LONGEST
from leadpact.site.commands.pact import UnreadableFile, check_text, pact, read_pact_file
from leadpact.team.types import SYSTEM

DEFAULT = default_pact_text()


def check(text: str, tmp_path: Path) -> tuple[int, dict[str, Any]]:
    file = tmp_path / "pact.yaml"
    file.write_text(text, "utf-8")
    done = CliRunner().invoke(pact, ["check", str(file), "--json"])
    return done.exit_code, json.loads(done.stdout)


def test_the_default_pact_is_shown_as_it_is_written_and_checks_well(tmp_path: Path) -> None:
    shown = CliRunner().invoke(pact, ["show", "--default", "--yaml"])
    assert (shown.exit_code, shown.stdout) == (0, DEFAULT)
    code, checked = check(shown.stdout, tmp_path)
    assert code == 0
    assert (checked["ok"], checked["errors"], checked["warnings"]) == (True, [], [])
    assert checked["digest"] == parse_pact(DEFAULT).digest
    assert "A lead is ready for sales from 50 points on." in checked["sentences"]
    assert "code" not in checked


def test_a_pact_that_cannot_be_meant_ends_with_2_and_says_why(tmp_path: Path) -> None:
    code, checked = check(DEFAULT.replace("down: 25 ", "down: 75 "), tmp_path)
    assert (code, checked["ok"], checked["code"]) == (2, False, "pact_has_errors")
    (error,) = checked["errors"]
    assert error["code"] == "down_above_up"
    assert DEFAULT.splitlines()[error["line"] - 1].strip().startswith("down: 25")
    assert error["message"].startswith("A lead would be ready from 50 points on, but cool under 75")
    assert error["what_to_do"]
    assert checked["sentences"], "the sentences show what was meant"


def test_a_kind_that_is_no_act_is_found(tmp_path: Path) -> None:
    code, checked = check(DEFAULT.replace("kind: video.watched\n", "kind: deal.won\n"), tmp_path)
    assert (code, [error["code"] for error in checked["errors"]]) == (2, ["unknown_kind"])


def test_a_text_with_faults_ends_with_2_and_lists_them_all(tmp_path: Path) -> None:
    code, checked = check(DEFAULT.replace("up: 50 ", "up: many ").replace("format: 1", "format: 3"), tmp_path)
    assert (code, checked["ok"], checked["code"]) == (2, False, "bad_pact")
    assert [error["path"] for error in checked["errors"]] == ["format", "ready.up"]
    assert all(set(error) == {"code", "path", "line", "message", "what_to_do"} for error in checked["errors"])
    assert (checked["sentences"], checked["digest"]) == ([], None)


def test_warnings_do_not_stop_a_pact(tmp_path: Path) -> None:
    code, checked = check(DEFAULT.replace("caps: {day: 10}", "caps: {day: 4}"), tmp_path)
    assert (code, checked["ok"]) == (0, True)
    assert [warning["code"] for warning in checked["warnings"]] == ["cap_below_act"]


def test_without_json_people_read_sentences(tmp_path: Path) -> None:
    file = tmp_path / "pact.yaml"
    file.write_text(DEFAULT.replace("down: 25 ", "down: 75 "), "utf-8")
    done = CliRunner().invoke(pact, ["check", str(file)])
    assert done.exit_code == 2
    assert "It cools when it falls under 75 points." in done.stdout
    assert done.stderr.startswith("error, line ")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", "name: Käse".encode("latin-1")])
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "pact.yaml"
    file.write_bytes(content)
    with pytest.raises(UnreadableFile, match="no text in UTF-8"):
        read_pact_file(file)


def test_a_file_of_a_windows_editor_is_read(tmp_path: Path) -> None:
    file = tmp_path / "pact.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + DEFAULT.replace("\n", "\r\n").encode())
    assert parse_pact(read_pact_file(file)).digest == parse_pact(DEFAULT).digest


@pytest.mark.parametrize("letter", ["a", "é", "€", "😀"])
def test_ten_megabytes_are_refused_as_too_long_whatever_the_letters(tmp_path: Path, letter: str) -> None:
    file = tmp_path / "pact.yaml"
    file.write_text("#" + letter * (10_000_000 // len(letter.encode())), "utf-8")
    checked = check_text(read_pact_file(file))
    assert f"at most {LONGEST:,} characters" in checked["message"]


def test_the_default_pact_as_json_has_exact_points_and_sentences() -> None:
    done = CliRunner().invoke(pact, ["show", "--default", "--json"])
    shown = json.loads(done.stdout)
    assert shown["version"] is None
    assert shown["document"]["ready"]["up"] == 50
    assert shown["document"]["scores"][0]["rules"][1]["where"] == {"path": {"starts_with": "/pricing"}}
    assert shown["sentences"]


def test_two_pacts_cannot_be_shown_at_once() -> None:
    done = CliRunner().invoke(pact, ["show", "--default", "--version", "1"])
    assert done.exit_code == 2
    assert "one of --default and --version" in done.stderr


def test_the_program_itself_prints_one_document_and_ends_with_2(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "pact.yaml"
    file.write_text(DEFAULT.replace("down: 25 ", "down: 75 "), "utf-8")
    done = home.run("pact", "check", str(file), "--json", check=False)
    assert done.returncode == 2
    assert json.loads(done.stdout)["errors"][0]["code"] == "down_above_up"
    done = home.run("pact", "check", str(tmp_path / "none.yaml"), "--json", check=False)
    assert done.returncode == 2
    assert set(json.loads(done.stdout)) == {"code", "message", "what_to_do", "details"}
    assert not home.path.exists(), "reading a pact makes no installation"


def test_without_an_installation_there_is_no_pact_in_force_to_show(home: Home) -> None:
    done = home.run("pact", "show", "--json", check=False)
    assert done.returncode == 3
    assert json.loads(done.stdout)["what_to_do"]


@pytest.mark.django_db
def test_the_pact_in_force_and_any_version_can_be_shown() -> None:
    nothing = CliRunner().invoke(pact, ["show"])
    assert isinstance(nothing.exception, NoPact)
    now = datetime(2026, 3, 3, tzinfo=UTC)
    strict = DEFAULT.replace("up: 50 ", "up: 60 ")
    propose(DEFAULT, by=SYSTEM, now=now)
    propose(strict, by=SYSTEM, now=now)
    put_in_force(1, since=now, by=SYSTEM, now=now)
    shown = json.loads(CliRunner().invoke(pact, ["show", "--json"]).stdout)
    assert (shown["version"], shown["in_force_since"]) == (1, ["2026-03-03T00:00:00+00:00"])
    assert CliRunner().invoke(pact, ["show"]).stdout == DEFAULT
    assert CliRunner().invoke(pact, ["show", "--version", "2"]).stdout == strict
    assert isinstance(CliRunner().invoke(pact, ["show", "--version", "3"]).exception, NoSuchVersion)
