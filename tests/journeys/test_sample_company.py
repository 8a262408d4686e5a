"""The sample company of `make demo`: believable, the same for a seed, and never doubled."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from conftest import Home
from leadpact.flow.simulating import prospects

BEGAN = datetime(2026, 3, 1, tzinfo=UTC)


def lived(seed: int, scale: float = 1.0) -> list[dict[str, Any]]:
    return prospects.visits(seed, scale, BEGAN, BEGAN + timedelta(days=prospects.WAVE_DAYS), BEGAN)


def test_four_months_are_about_400_persons_and_12000_events_mostly_on_working_days() -> None:
    events = lived(7)
    assert len(prospects.wave(7, 1.0, 0, BEGAN)) == 400
    assert 9_000 <= len(events) <= 15_000
    days = [datetime.fromisoformat(event["timestamp"]).astimezone(ZoneInfo("Europe/London")) for event in events]
    assert sum(day.weekday() > 4 for day in days) / len(days) < 0.15
    most = [n for _, n in Counter(event["anonymousId"] for event in events).most_common()]
    assert sum(most[: len(most) // 10]) / len(events) >= 0.4  # a few look around for months


def test_a_seed_is_one_history_and_another_seed_another() -> None:
    assert lived(7, 0.1) == lived(7, 0.1)
    assert lived(7, 0.1) != lived(8, 0.1)
    assert len({event["messageId"] for event in lived(7)}) == len(lived(7))


def test_the_days_of_a_history_add_up_to_it() -> None:
    day = timedelta(days=1)
    days = [prospects.visits(7, 0.1, BEGAN + n * day, BEGAN + (n + 1) * day, BEGAN) for n in range(prospects.WAVE_DAYS)]
    assert sorted(event["messageId"] for events in days for event in events) == sorted(
        event["messageId"] for event in lived(7, 0.1)
    )


def test_the_demo_lives_up_to_now_and_a_later_start_does_not_double_it(home: Home) -> None:
    first = json.loads(home.run("demo", "--no-serve", "--scale", "0.03", "--json").stdout)
    stats = json.loads(home.run("ledger", "stats", "--json").stdout)
    assert first["days"] in {121, 122}
    assert (stats["received"], stats["stored"], stats["undrained"]) == (first["events"], first["events"], 0)
    assert json.loads(home.run("ledger", "verify", "--json").stdout)["ok"] is True
    again = json.loads(home.run("demo", "--no-serve", "--scale", "0.03", "--json").stdout)
    assert again["days"] == 1
    assert again["since"] == first["until"]
    later = json.loads(home.run("ledger", "stats", "--json").stdout)
    assert later["stored"] == first["events"] + again["events"]
    funnel = {row["stage"]: row["reached"] for row in json.loads(home.run("report", "funnel", "--json").stdout)}
    assert funnel["offered"] > 0


def test_the_demo_keeps_away_from_a_home_that_is_in_use(home: Home) -> None:
    home.install()
    home.run(
        "user",
        "create",
        "--email",
        "ann@ours.example",
        "--role",
        "sales_rep",
        "--password-stdin",
        text="a long one here",
    )
    refused = home.run("demo", "--no-serve", "--json", check=False)
    assert (refused.returncode, json.loads(refused.stdout)["code"]) == (3, "not_a_sample")
