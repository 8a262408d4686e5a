"""The collector without a database, for recorded bodies and for recording them."""

import asyncio
import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from leadpact.engagement.rules import clean
from leadpact.engagement.rules_body import read_body
from leadpact.engagement.types import Cleaned, SourceKind, SourceView
from leadpact.ledger.inbox import Arrival
from leadpact.web.collect.app import Collector
from leadpact.web.collect.group import GroupCommit
from leadpact.web.collect.keys import KeyRing
from leadpact.web.collect.limits import Limits
from leadpact.web.collect.sightings import Sightings
from leadpact.web.collect.turned_away import TurnedAway
from tests.clients.ledger import Recorded, of_verdict

BODIES = Path(__file__).parent / "bodies"
SERVER_KEY, BROWSER_KEY = "lps_of_a_server", "lpb_in_the_page"
SHOP = SourceView(1, "shop", SourceKind.SERVER)
SITE = SourceView(2, "site", SourceKind.BROWSER, ("https://www.example.com",))
KEPT_HEADERS = ("authorization", "content-type", "content-encoding", "origin", "user-agent", "x-write-key")


@dataclass(frozen=True)
class Sent:
    """A request as a client sent it, and when it came; `body` in base64."""

    at: str
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: str


@dataclass
class Shelf:
    """An inbox in memory."""

    arrivals: list[Arrival] = field(default_factory=list)

    def store(self, arrivals: Sequence[Arrival]) -> None:
        self.arrivals += arrivals

    def recorded(self) -> list[Recorded]:
        """Return what the drain would record; all of it must be fit to be."""
        found = []
        for arrival in self.arrivals:
            read = read_body(arrival.body)
            assert isinstance(read, tuple), read
            source = SHOP if arrival.source == SHOP.id else SITE
            verdict = clean(*read[:1], source, arrival.received_at, read[1])
            assert isinstance(verdict, Cleaned), (read, verdict)
            found.append(of_verdict(*read, verdict, arrival.received_at))
        return found


def collector_for(
    shelf: Shelf, *, origin: str = SITE.origins[0], clock: Callable[[], datetime] | None = None
) -> Collector:
    site = SourceView(SITE.id, SITE.name, SITE.kind, (origin,))
    return Collector(
        lambda: GroupCommit(shelf.store, on_stored=lambda: None),
        KeyRing({SERVER_KEY: SHOP, BROWSER_KEY: site}.get, lambda: frozenset(site.origins), {origin: site}.get),
        clock or (lambda: datetime.now(UTC)),
        limits=Limits(0),
        sightings=Sightings(lambda seen: None),
        turned_away=TurnedAway(lambda counted: None),
    )


def replay(name: str, shelf: Shelf) -> list[tuple[int, dict[str, str], bytes]]:
    """Send the recorded requests of a client; return (status, headers, body) of each answer."""
    requests = [Sent(**each) for each in json.loads((BODIES / f"{name}.json").read_text(encoding="utf-8"))]
    return send_all(requests, shelf)


def send_all(requests: Sequence[Sent], shelf: Shelf) -> list[tuple[int, dict[str, str], bytes]]:
    origin = next((each.headers["origin"] for each in requests if "origin" in each.headers), SITE.origins[0])

    async def run() -> list[tuple[int, dict[str, str], bytes]]:
        collector = collector_for(shelf, origin=origin, clock=lambda: datetime.fromisoformat(now))
        found = []
        try:
            for each in requests:
                now = each.at
                found.append(await _ask(collector, each))
            return found
        finally:
            collector.close()

    return asyncio.run(run())


async def _ask(collector: Collector, sent: Sent) -> tuple[int, dict[str, str], bytes]:
    body, said = base64.b64decode(sent.body), []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    async def send(message: Any) -> None:
        said.append(message)

    scope = {
        "type": "http",
        "method": sent.method,
        "path": sent.path,
        "query_string": sent.query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in sent.headers.items()],
        "client": ("192.0.2.7", 4711),
        "scheme": "https",
    }
    await collector(scope, receive, send)
    headers = {name.decode(): value.decode() for name, value in said[0]["headers"]}
    return said[0]["status"], headers, said[1]["body"]


def keep(name: str, calls: object, sent: Sequence[Sent]) -> None:
    """Write what a client sent, beside what it was asked to send."""
    BODIES.mkdir(exist_ok=True)
    said = [asdict(each) for each in sent]
    (BODIES / f"{name}.json").write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
    (BODIES / f"{name}.plan.json").write_text(json.dumps(calls) + "\n", encoding="utf-8")
