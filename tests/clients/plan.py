"""What each client is asked to send: the same calls for all, and what the ledger must hold afterwards, worked by hand.

A plan is a list of calls as JSON, since clients in three languages read it.
"""

import random
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

EVENTS = 500
PERSONS = 20
SERVER_CALLS = ("track", "page", "identify", "screen", "group", "alias")
BROWSER_CALLS = ("track", "page", "identify")
PAGE_URL = "https://shop.example/pricing?utm_campaign=spring&utm_source=news&token=secret#top"
# The same page as facts know it: without what may name somebody.
PAGE_FACTS = {
    "url": "https://shop.example/pricing",
    "path": "/pricing",
    "title": "Pricing",
    "referrer": "https://search.example/",
    "utm_campaign": "spring",
    "utm_source": "news",
    "campaign": "spring",
}

type Call = dict[str, Any]


def plan_of(calls: Sequence[str], *, events: int = EVENTS, first: datetime | None = None) -> list[Call]:
    """Return calls of every kind in a mixed order; `first`: when the first event happened, each a second later."""
    rnd = random.Random(7)
    first = first or datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
    kinds = [calls[number % len(calls) if number < 60 else rnd.randrange(len(calls))] for number in range(events)]
    return [_call(number, kind, first + timedelta(seconds=number), rnd) for number, kind in enumerate(kinds)]


def plan_of_page(calls: Sequence[str]) -> list[Call]:
    """One visitor, who says who they are at the twentieth call."""
    found = plan_of(calls)
    for call in found:
        call["user"] = "user-1"
        if call["n"] < 20 and call["call"] == "identify":
            call["call"] = "track"
    found[20]["call"] = "identify" if "identify" in calls else found[20]["call"]
    return found


def _call(number: int, kind: str, happened_at: datetime, rnd: random.Random) -> Call:
    user = f"user-{number % PERSONS}"
    return {
        "n": number,
        "call": kind,
        "id": str(uuid.UUID(int=rnd.getrandbits(128), version=4)),
        "at": happened_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "user": user,
        "before": f"device-{number % PERSONS}",
        "event": f"Did Something {number % 7}",
        "properties": {
            "n": number,
            "price": 19.9,
            "text": "Grüße, 東京 \u202b 👋",
            "list": [1, None, {"deep": True}],
            "no": False,
        },
        "page": {"url": PAGE_URL, "path": "/pricing", "title": "Pricing", "referrer": "https://search.example/"},
        "traits": {"name": f"Jo {number}", "plan": "a", "email": f"{user}@acme.example"},
        "group": f"group-{number % 3}",
        "company": {"name": "Acme", "employees": number},
    }


def kind_of(call: Call) -> str:
    said = call["call"]
    if said == "page":
        return "page.viewed"
    return f"client.{call['event']}" if said == "track" else f"client.{said}"
