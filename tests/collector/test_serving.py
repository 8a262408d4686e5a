"""What scripts rely on: serve, healthz, writekey, drain, and bad input over a real connection."""

import gzip
import http.client
import json
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from conftest import Home
from tests.collector.running import RunningServer, drained, query

pytestmark = pytest.mark.long_on_postgresql


def ask(
    server: RunningServer, path: str, body: bytes = b"", headers: dict[str, str] | None = None, method: str = "POST"
) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text.startswith(b"{") else text
    finally:
        connection.close()


def test_serve_asks_for_init_first(home: Home) -> None:
    done = home.run("serve", "--port", "0", check=False)
    assert (done.returncode, done.stdout) == (3, "")
    assert "leadpact init" in done.stderr


def test_a_taken_port_ends_with_4_and_sigterm_ends_the_server_within_10_seconds(
    ready_home: Home, server: RunningServer
) -> None:
    server.start()
    second = ready_home.run("serve", "--port", str(server.port), check=False)
    assert (second.returncode, second.stdout) == (4, "")
    assert str(server.port) in second.stderr
    assert ask(server, "/healthz", method="GET") == (200, {"status": "ok"})
    began = time.monotonic()
    assert server.stop(signal.SIGTERM) == 0
    assert time.monotonic() - began < 10


def test_health_is_503_while_the_inbox_cannot_be_written_and_nothing_is_answered_with_200(
    ready_home: Home, server: RunningServer, server_key: str
) -> None:
    server.start()
    body = json.dumps({"event": "A", "userId": "u", "messageId": "m", "writeKey": server_key}).encode()
    break_inbox(ready_home)
    status, document = ask(server, "/healthz", method="GET")
    assert (status, document["code"]) == (503, "inbox_not_writable")
    assert ask(server, "/v1/track", body)[0] == 503
    mend_inbox(ready_home)
    assert ask(server, "/healthz", method="GET")[0] == 200
    assert ask(server, "/v1/track", body)[0] == 200
    server.stop()
    assert drained(ready_home)["received"] == 1


def break_inbox(home: Home) -> None:
    if home.env["DATABASE_URL"]:
        execute(home, "ALTER TABLE ledger_inbox RENAME TO ledger_inbox_away")
    else:
        inbox = home.path / "inbox.sqlite3"
        for file in home.path.glob("inbox.sqlite3*"):
            file.rename(file.with_name("away-" + file.name))
        inbox.mkdir()


def mend_inbox(home: Home) -> None:
    if home.env["DATABASE_URL"]:
        execute(home, "ALTER TABLE ledger_inbox_away RENAME TO ledger_inbox")
    else:
        (home.path / "inbox.sqlite3").rmdir()
        for file in home.path.glob("away-inbox.sqlite3*"):
            file.rename(file.with_name(file.name.removeprefix("away-")))


def execute(home: Home, sql: str) -> None:
    import psycopg

    with psycopg.connect(home.env["DATABASE_URL"]) as connection:
        connection.execute(sql.encode())


def test_health_is_503_when_the_tables_are_of_another_version(ready_home: Home, server: RunningServer) -> None:
    server.start()
    if ready_home.env["DATABASE_URL"]:
        execute(ready_home, "DELETE FROM django_migrations WHERE app = 'engagement'")
    else:
        import sqlite3

        with sqlite3.connect(ready_home.path / "leadpact.sqlite3") as connection:
            connection.execute("DELETE FROM django_migrations WHERE app = 'engagement'")
    status, document = ask(server, "/healthz", method="GET")
    assert (status, document["code"]) == (503, "not_migrated")


def test_bad_input_is_refused_or_counted_and_the_good_beside_it_is_recorded(
    ready_home: Home, server: RunningServer, server_key: str
) -> None:
    browser_key = ready_home.run(
        "writekey", "create", "site", "--kind", "browser", "--origin", "https://www.example.com"
    ).stdout.strip()
    server.start()  # the keys of before and after the start work alike
    late_key = ready_home.run("writekey", "create", "late", "--kind", "server").stdout.strip()
    good = {"type": "track", "event": "A", "userId": "u", "extra": {"unknown": ["field"]}}

    def batch(key: str, *events: object) -> bytes:
        return json.dumps({"writeKey": key, "batch": events, "unknown": 1}).encode()

    refused = [
        (b"{", 400, "bad_json"),
        (batch("lps_wrong", good), 401, "wrong_key"),
        (b" " * (8 * 1024 * 1024 + 1), 413, "too_large"),
        (gzip.compress(b"0" * 50_000_000), 413, "too_large"),  # a bomb
    ]
    for body, status, code in refused:
        answer_status, document = ask(server, "/v1/batch", body)
        assert (answer_status, document["code"]) == (status, code)
    assert ask(server, "/v1/batch", batch(browser_key, good), {"Origin": "https://evil.example"})[0] == 403

    taken = [
        batch(server_key, {**good, "messageId": "1"}, 5, {**good, "messageId": "2", "timestamp": "yesterday"}),
        batch(server_key, {**good, "messageId": "3", "event": "lead.qualified"}),
        batch(server_key, {**good, "messageId": "1"}, {**good, "messageId": "1", "event": "B"}),
        batch(browser_key, {**good, "messageId": "4", "event": "form.submitted"}),
        batch(browser_key, {"type": "page", "anonymousId": "a", "context": {"consent": {"web_tracking": False}}}),
        batch(late_key, {**good, "messageId": "5", "integrations": {"Leadpact": False}}),
    ]
    for body in taken:
        assert ask(server, "/v1/batch", body) == (200, {"success": True})
    server.stop()
    assert drained(ready_home) == {
        "received": 9,
        "recorded": 1,
        "duplicate": 1,
        "conflict": 1,
        "quarantined": 4,
        "dropped": 1,
        "counted": 1,
    }
    assert query(ready_home, "SELECT reason FROM engagement_quarantined ORDER BY reason") == [
        ("bad_time",),
        ("not_an_object",),
        ("reserved_kind",),
        ("reserved_kind",),
        ("same_id_other_content",),
    ]


def test_a_forged_identify_from_a_public_key_joins_no_two_known_persons(
    ready_home: Home, server: RunningServer, server_key: str
) -> None:
    browser_key = ready_home.run("writekey", "create", "site", "--kind", "browser", "--users-of", "shop").stdout.strip()
    server.start()

    def identify(key: str, user: str, email: str, anonymous: str) -> None:
        event = {"userId": user, "anonymousId": anonymous, "traits": {"email": email}, "writeKey": key}
        assert ask(server, "/v1/identify", json.dumps(event).encode())[0] == 200

    identify(server_key, "boss", "boss@acme.example", "device-1")
    identify(server_key, "jo", "jo@acme.example", "device-2")
    server.stop()
    drained(ready_home)
    whose = (
        "SELECT i.value, i.person_id FROM people_identity i WHERE i.strength = 'sure' AND i.kind IN ('user', 'email')"
    )
    before = sorted(query(ready_home, whose))
    assert len({person for _, person in before}) == 2
    server.start()
    identify(browser_key, "boss", "jo@acme.example", "device-3")
    server.stop()
    assert drained(ready_home)["recorded"] == 3
    assert sorted(query(ready_home, whose)) == before


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["writekey", "create", "shop", "--kind", "server"], 3),  # the name is taken
        (["writekey", "create", "x", "--kind", "server", "--origin", "https://a.example"], 2),
        (["writekey", "create", "x", "--kind", "phone"], 2),
    ],
)
def test_a_write_key_that_cannot_be_made_ends_with_its_code(
    ready_home: Home, server_key: str, words: list[str], code: int
) -> None:
    done = ready_home.run(*words, check=False)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr


def test_the_key_alone_is_printed(ready_home: Home) -> None:
    printed = ready_home.run("writekey", "create", "site", "--kind", "browser").stdout
    assert printed.count("\n") == 1
    assert printed.startswith("lpb_")
    assert Path(ready_home.path).stat().st_mode & 0o077 == 0
