"""How many events a second the score function judges on one core.

Each person's whole history is judged once, as the live scorer does when an act arrives: default pact, a mix of
acts as a busy site sees them.  `growth` tells the same with a tenth of the persons and with all of them.
"""

import argparse
import json
import random
import statistics
import time
from datetime import UTC, datetime, timedelta

from leadpact.base.criteria import Facts
from leadpact.pact.document import default_pact_text, parse_pact
from leadpact.pact.types import Pact
from leadpact.scoring.rules import judge
from leadpact.scoring.types import Act, FactChange, History

LIMIT = 50_000
EVENTS_A_PERSON = 30
NOW = datetime(2026, 6, 1, tzinfo=UTC)

MIX: list[tuple[int, str, Facts]] = [
    (55, "page.viewed", {"path": "/product"}),
    (8, "page.viewed", {"path": "/pricing"}),
    (14, "mail.opened", {}),
    (4, "mail.opened", {"machine": True}),
    (8, "mail.clicked", {"link": "/product"}),
    (5, "asset.downloaded", {"asset": "paper"}),
    (3, "video.watched", {"seconds": 60}),
    (1, "webinar.attended", {"webinar": "spring"}),
    (1, "event.attended", {"event": "fair"}),
    (1, "form.submitted", {"form": "contact"}),
]


def histories(persons: int, chance: random.Random) -> list[History]:
    """Return histories over half a year; a person's acts come in a few visits, as real ones do."""
    weights = [weight for weight, _, _ in MIX]
    found = []
    for person in range(persons):
        visits = [NOW - timedelta(seconds=chance.randrange(180 * 86_400)) for _ in range(EVENTS_A_PERSON // 5)]
        acts = []
        for number in range(EVENTS_A_PERSON):
            _, kind, properties = chance.choices(MIX, weights)[0]
            at = chance.choice(visits) + timedelta(seconds=chance.randrange(1800))
            acts.append(Act(number, f"{chance.getrandbits(64):016x}", kind, at, properties))
        facts = (FactChange("person.email", f"{person}@example.org", NOW - timedelta(days=180)),)
        found.append(History(tuple(acts), facts))
    return found


def events_a_second(pact: Pact, of: list[History]) -> float:
    started = time.process_time()
    for history in of:
        judge(pact, history, NOW)
    return sum(len(history.acts) for history in of) / (time.process_time() - started)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("n", nargs="?", type=int, default=300_000, help="events (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    pact = parse_pact(default_pact_text())
    started = time.process_time()
    full = histories(max(10, given.n // EVENTS_A_PERSON), random.Random(1))
    tenth = full[: len(full) // 10]
    small = statistics.median(events_a_second(pact, tenth) for _ in range(given.runs))
    large = statistics.median(events_a_second(pact, full) for _ in range(given.runs))
    figure = {
        "name": "score_function",
        "n": sum(len(history.acts) for history in full),
        "value": round(large),
        "unit": "events/s a core",
        "limit_value": LIMIT,
        "ratio": round(large / LIMIT, 2),
        "runs": given.runs,
        "db": None,
        "sqlite_version": None,
        "cpu_s": round(time.process_time() - started, 2),
        "growth": {"1x": round(small), "10x": round(large)},
    }
    print(json.dumps(figure))


if __name__ == "__main__":
    main()
