"""Unmodified clients for servers against a real one that is away for 20 seconds in the middle."""

from pathlib import Path

import pytest

from conftest import Home
from tests.clients.comparing import POSTHOG, SEGMENT, differences
from tests.clients.ledger import recorded
from tests.clients.plan import EVENTS, SERVER_CALLS, plan_of
from tests.clients.processes import Sender
from tests.collector.running import RunningServer, drained

pytestmark = [pytest.mark.long, pytest.mark.sqlite_only]  # what a database makes of events, other tests say


@pytest.mark.parametrize(
    ("sender", "form"),
    [
        pytest.param(Sender("segment", is_node=False), SEGMENT, id="segment-python"),
        pytest.param(Sender("segment", is_node=True), SEGMENT, id="segment-node"),
        pytest.param(Sender("rudder", is_node=False), SEGMENT, id="rudderstack-python"),
        pytest.param(Sender("rudder", is_node=True), SEGMENT, id="rudderstack-node"),
        pytest.param(Sender("posthog", is_node=False), POSTHOG, id="posthog-python"),
        pytest.param(Sender("posthog", is_node=True), POSTHOG, id="posthog-node"),
    ],
)
def test_500_events_arrive_once_and_field_by_field_though_the_server_is_away_for_20_seconds(
    ready_home: Home, server: RunningServer, server_key: str, sender: Sender, form: str, tmp_path: Path
) -> None:
    calls = plan_of(SERVER_CALLS)
    server.start()
    sender.send_while_away(calls, server, server_key, tmp_path)
    assert server.stop() == 0
    totals = drained(ready_home)

    found = recorded(ready_home)
    assert differences(calls, found, form) == []
    assert (len(found), totals["recorded"]) == (EVENTS, EVENTS)
    assert totals["conflict"] == totals["quarantined"] == totals["dropped"] == totals["counted"] == 0
    assert totals["received"] == totals["recorded"] + totals["duplicate"]
