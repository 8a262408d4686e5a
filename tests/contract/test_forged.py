"""What a stranger with the public key of a page can do to somebody who is known: nothing."""

import json
from pathlib import Path
from typing import Any

import pytest

from conftest import Home
from tests.collector.running import RunningServer, drained, query, wait_until
from tests.contract.asking import said, send

pytestmark = pytest.mark.long_on_postgresql

ADA = "ada@customer.example"
ASKS = {"form": "contact"}


def show(home: Home, email: str) -> dict[str, Any]:
    shown: dict[str, Any] = said(home, "person", "show", "--email", email)
    return shown


def test_a_public_key_that_claims_a_customers_address_gives_no_points_no_merge_and_no_change(
    home: Home, server: RunningServer, tmp_path: Path
) -> None:
    people = tmp_path / "people.csv"
    people.write_text("Name,Email,Phone\nAda Known,ada@customer.example,+44 1\n")
    assert said(home, "import", str(people))["created"] == 1
    public = home.run("writekey", "create", "site", "--kind", "browser").stdout.strip()
    ours = home.run("writekey", "create", "shop", "--kind", "server").stdout.strip()
    before = show(home, ADA)
    forged: list[tuple[str, dict[str, object]]] = [
        ("/v1/identify", {"anonymousId": "x", "traits": {"email": ADA, "name": "Hacked", "phone": "0", "title": "X"}}),
        ("/v1/identify", {"userId": "x", "anonymousId": "x", "traits": {"email": ADA.upper()}}),
        ("/v1/alias", {"userId": ADA, "previousId": "x"}),
        ("/v1/page", {"anonymousId": "x", "properties": {"path": "/pricing"}, "context": {"traits": {"email": ADA}}}),
        ("/v1/track", {"anonymousId": "x", "event": "form.submitted", "properties": {**ASKS, "email": ADA}}),
        ("/v1/track", {"userId": ADA, "event": "webinar.attended", "context": {"traits": {"email": ADA}}}),
        ("/v1/group", {"anonymousId": "x", "groupId": "g", "traits": {"name": "Hacked", "domain": "customer.example"}}),
    ]
    for path, event in forged:
        send(server, path, event, public)
    # somebody who truly asks, behind them: once that is offered, all before it has been judged
    send(server, "/v1/identify", {"userId": "u1", "traits": {"email": "true@asker.example"}}, ours)
    send(server, "/v1/track", {"userId": "u1", "event": "form.submitted", "properties": ASKS}, ours)
    assert drained(home)["received"] == len(forged) + 2
    wait_until(lambda: query(home, "SELECT 1 FROM handover_offer"), 60, "the offer")
    assert show(home, "true@asker.example")["ready"] is True
    assert show(home, ADA) == before
    assert (before["name"], before["score"], before["ready"]) == ("Ada Known", 0, False)


def test_counts_add_up_and_the_ledger_is_whole_whatever_was_sent(home: Home, server: RunningServer) -> None:
    key = home.run("writekey", "create", "odd", "--kind", "server").stdout.strip()
    before = drained(home)
    odd: list[dict[str, object]] = [
        {"event": "deal.won", "userId": "u"},
        {"event": "lead.qualified", "userId": "u"},
        {"event": "a" * 500, "userId": "u"},
        {"event": "x", "userId": "null"},
        {"event": "x"},
        {"event": "x", "userId": "u", "timestamp": "9999-99-99"},
        {"event": "x", "userId": "u", "timestamp": "2999-01-01T00:00:00Z", "unknown": {"deep": [1, {"a": None}]}},
        {"event": "webinar.attended", "userId": "u", "properties": {"webinar": "=cmd()", "minutes": "many"}},
    ]
    for event in odd:
        send(server, "/v1/track", event, key)
    after = drained(home)
    grown = {name: after[name] - before[name] for name in after}
    assert set(after) == {"received", "recorded", "duplicate", "conflict", "quarantined", "dropped", "counted"}
    assert grown["received"] == len(odd) == sum(grown.values()) - grown["received"]
    assert (grown["quarantined"], grown["recorded"]) == (6, 2)
    stats = said(home, "ledger", "stats")
    assert {name: stats[name] for name in ("received", "stored", "duplicates", "quarantined", "undrained")} == {
        "received": after["received"],
        "stored": after["recorded"],
        "duplicates": after["duplicate"],
        "quarantined": after["quarantined"],
        "undrained": 0,
    }
    assert said(home, "ledger", "verify")["ok"] is True


def test_addresses_are_one_person_however_written_and_a_plus_address_is_another(
    home: Home, server: RunningServer, tmp_path: Path
) -> None:
    key = home.run("writekey", "create", "names", "--kind", "server").stdout.strip()
    people = tmp_path / "people.csv"
    people.write_text("Name,Email\nבני ישראל,beni@bücher.example\n,NoName@Xcorp.example\n", encoding="utf-8")
    assert said(home, "import", str(people))["created"] == 2
    for number, email in enumerate(["beni@xn--bcher-kva.example", "noname@xCORP.example", "noname+news@xcorp.example"]):
        send(server, "/v1/identify", {"userId": f"n{number}", "traits": {"email": email}}, key)
    drained(home)
    hebrew, nameless = show(home, "Beni@BÜCHER.example"), show(home, "NONAME@xcorp.example")
    assert hebrew["name"] == "בני ישראל"
    assert nameless["name"] == ""
    for shown in (hebrew, nameless):
        assert "client.identify" in [entry["kind"] for entry in shown["timeline"]]
    other = show(home, "noname+news@xcorp.example")
    assert other["id"] != nameless["id"]
    assert json.dumps(hebrew, ensure_ascii=False).count("בני") == 1
    again = said(home, "import", str(people))
    assert (again["unchanged"], again["created"], again["updated"], again["refused"]) == (2, 0, 0, 0)
