"""`leadpact replay` and `leadpact bench` as scripts read them."""

from pathlib import Path

from conftest import Home
from leadpact.pact.document import default_pact_text
from tests.contract.asking import said

KEYS = {
    "events", "persons", "seconds", "engine", "mode", "intervals", "skipped_share", "months", "missed", "against",
}  # fmt: skip


def test_a_replay_is_one_document_held_against_the_pact_in_force(home: Home, tmp_path: Path) -> None:
    draft = tmp_path / "draft.yaml"
    draft.write_text(default_pact_text().replace("up: 50", "up: 60"), encoding="utf-8")
    told = said(home, "replay", str(draft), "--mode", "what-if")
    assert set(told) == KEYS
    assert (told["engine"], told["mode"], told["persons"], told["months"]) == ("embedded", "what-if", 0, [])
    assert told["against"] == {
        "name": "Default pact", "handovers": 0, **dict.fromkeys(("both", "gained", "lost"), told["missed"]),
    }  # fmt: skip


def test_a_measurement_says_what_was_counted_and_in_what(home: Home) -> None:
    told = said(home, "bench", "live", "--events", "200")
    assert (told["name"], told["n"], told["unit"]) == ("live", 200, "events/s a core")
    assert told["value"] > 0
