"""The unmodified segment-analytics-python against a real server, which is stopped in the middle."""

import random
import signal
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from segment.analytics.client import Client

from conftest import Home
from tests.collector.running import RunningServer, drained, recorded_events

EVENTS = 500
PERSONS = 20


def send(client: Client, number: int, rnd: random.Random) -> dict[str, Any]:
    """Let the client send one event of any type; return the message as the client put it together."""
    user = f"user-{number % PERSONS}"
    happened = datetime(2026, 3, 1, 8, 0, tzinfo=UTC) + timedelta(seconds=number)
    said = {"n": number, "price": 19.9, "text": "Grüße, 東京 \u202b", "list": [1, None, {"deep": True}], "no": False}
    common: dict[str, Any] = {"timestamp": happened, "context": {"ip": "192.0.2.1", "campaign": {"name": "spring"}}}
    calls = (
        lambda: client.identify(user, {"name": f"Jo {number}", "plan": "a"}, **common),
        lambda: client.track(user, f"Did Something {number % 7}", said, **common),
        lambda: client.page(user, "Docs", "Pricing", {**said, "url": "https://x.example/a?b=c"}, **common),
        lambda: client.screen(user, "App", "Home", said, **common),
        lambda: client.group(user, f"group-{number % 3}", {"name": "Acme"}, **common),
        lambda: client.alias(f"before-{user}", user, **common),
    )
    was_queued, message = calls[number % len(calls) if number < 60 else rnd.randrange(len(calls))]()
    assert was_queued
    return dict(message)


def send_all(url: str, key: str, *, gzip: bool, stop_and_start: Any) -> list[dict[str, Any]]:
    """Send all events while the server is stopped and started again; return after the client's flush."""
    failures: list[object] = []
    client = Client(
        key, host=url, gzip=gzip, upload_size=20, upload_interval=0.05, on_error=lambda error, _: failures.append(error)
    )
    rnd, messages = random.Random(7), []
    breaking = threading.Thread(target=stop_and_start)
    for number in range(EVENTS):
        messages.append(send(client, number, rnd))
        time.sleep(0.002)
        if number == EVENTS // 3:
            breaking.start()
    breaking.join()
    client.flush()
    client.join()
    assert failures == []
    return messages


@pytest.mark.long_on_postgresql
@pytest.mark.parametrize(
    ("gzip", "how", "seconds"),
    [
        pytest.param(False, signal.SIGKILL, 2, id="plain-killed"),
        pytest.param(True, signal.SIGTERM, 2, id="gzip-stopped", marks=pytest.mark.long),
        pytest.param(False, signal.SIGTERM, 20, id="plain-stopped-20s", marks=pytest.mark.long),
        pytest.param(True, signal.SIGKILL, 20, id="gzip-killed-20s", marks=pytest.mark.long),
    ],
)
def test_500_events_arrive_once_equal_and_in_order_though_the_server_stops(
    ready_home: Home, server: RunningServer, server_key: str, gzip: bool, how: signal.Signals, seconds: int
) -> None:
    def stop_and_start() -> None:
        server.stop(how)
        time.sleep(seconds)
        server.start()

    server.start()
    sent = send_all(server.url, server_key, gzip=gzip, stop_and_start=stop_and_start)
    assert server.stop() == 0
    totals = drained(ready_home)

    found = recorded_events(ready_home)
    assert len(sent) == EVENTS
    by_id = {event["messageId"]: event for event in found}
    assert len(by_id) == len(found) == EVENTS  # each once
    assert {event["type"] for event in found} == {"identify", "track", "page", "screen", "group", "alias"}
    for message in sent:
        context = {name: value for name, value in message.get("context", {}).items() if name != "ip"}  # kept apart
        assert by_id[message["messageId"]] == message | ({"context": context} if context else {})  # field by field
    for person in range(PERSONS):
        user = f"user-{person}"
        mine = [event["messageId"] for event in found if event["userId"] == user]
        assert mine == [message["messageId"] for message in sent if message["userId"] == user]
    assert totals["recorded"] == EVENTS
    assert totals["conflict"] == totals["quarantined"] == totals["dropped"] == totals["counted"] == 0
    assert totals["received"] == totals["recorded"] + totals["duplicate"]
