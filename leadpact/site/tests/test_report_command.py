"""`leadpact report` on an installation of its own: one JSON document, whatever is asked."""

import json

import pytest

from conftest import Home
from leadpact.loop.catalogue import FIVE

pytestmark = pytest.mark.long_on_postgresql


def test_the_contract_of_report(home: Home) -> None:
    early = home.run("report", "five", "--json", check=False)
    assert (early.returncode, json.loads(early.stdout)["code"]) == (3, "not_ready")
    home.install()
    five = json.loads(home.run("report", "five", "--json").stdout)
    assert set(five) == {"period", "numbers"}
    assert set(five["period"]) == {"since", "until", "zone"}
    assert [number["key"] for number in five["numbers"]] == list(FIVE)
    for number in five["numbers"]:
        assert {"key", "value", "unit", "currency", "n", "basis", "definition"} <= set(number)
        assert number["definition"]
        assert json.loads(home.run("report", number["key"], "--rows", "--json").stdout) == []
    narrowed = home.run("report", "promises", "--where", "side=sales", "--where", "kind=answer", "--json")
    kept = json.loads(narrowed.stdout)["numbers"][0]
    assert (kept["value"], kept["n"], kept["added"], kept["interval"]) == (None, 0, 0, None)
    for name in ("pipeline_moves", "stages_reached"):
        assert json.loads(home.run("report", name, "--rows", "--json").stdout) == []
    funnel = json.loads(home.run("report", "funnel", "--json").stdout)
    assert all(set(step) == {"stage", "reached", "now"} for step in funnel)
    assert [step["stage"] for step in funnel][2:5] == ["lead", "ready", "offered"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("report", "six", "--json"), "bad_option"),
        (("report", "five", "--period", "soon", "--json"), "bad_period"),
        (("report", "five", "--since", "2026-02-30", "--json"), "bad_time"),
        (("report", "campaigns", "--where", "type=content", "--json"), "no_such_column"),
        (("report", "campaigns", "--where", "type", "--json"), "bad_option"),
        (("report", "five", "--since", "2026-03-02", "--until", "2026-03-02", "--json"), "bad_period"),
        (("report", "five", "--since", "2026-03-02T10:00Z", "--json"), "bad_period"),
    ],
)
def test_bad_input_ends_with_2_and_says_what_to_do(home: Home, words: tuple[str, ...], code: str) -> None:
    home.install()
    done = home.run(*words, check=False)
    said = json.loads(done.stdout)
    assert (done.returncode, said["code"]) == (2, code)
    assert said["what_to_do"]
