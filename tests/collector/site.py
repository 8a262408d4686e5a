"""A customer's site and the collector on two ports, without a database: what a browser sends is kept in memory."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import uvicorn

from leadpact.base.wording import worded
from leadpact.engagement.rules import clean
from leadpact.engagement.rules_body import read_body
from leadpact.engagement.types import Json, SourceKind, SourceView, Verdict
from leadpact.ledger.errors import InboxUnavailable
from leadpact.ledger.inbox import Arrival
from leadpact.web.collect.answers import Receive, Scope, Send
from leadpact.web.collect.app import Collector
from leadpact.web.collect.group import GroupCommit
from leadpact.web.collect.keys import KeyRing
from leadpact.web.collect.limits import Limits
from leadpact.web.collect.sightings import Sightings
from leadpact.web.collect.turned_away import TurnedAway
from leadpact.web.tracker.script import script
from tests.collector.running import free_port, wait_until

KEY = "lpb_in_the_page"
PAGE = """<!doctype html><meta charset="utf-8"><title>Page {path}</title>
<script async src="{home}/t.js" data-key="{key}" data-consent="{mode}"></script>
<form data-leadpact action="/{mode}/thanks"><input type="email" name="work_mail"><input name="name">
<input type="password" name="secret"><button>Send</button></form>"""


@dataclass
class Shelf:
    """The inbox of this test; `failure` makes it refuse."""

    source: SourceView
    arrivals: list[Arrival] = field(default_factory=list)
    failure: Exception | None = None
    refused: int = 0

    def store(self, arrivals: Sequence[Arrival]) -> None:
        if self.failure:
            self.refused += 1
            raise self.failure
        self.arrivals += arrivals

    def fail(self) -> None:
        self.failure = InboxUnavailable(worded("The disk is full."))

    def events(self) -> list[tuple[Json, Verdict]]:
        """What arrived, each with what the drain would make of it."""
        found = []
        for arrival in self.arrivals:
            read = read_body(arrival.body)
            assert isinstance(read, tuple), read
            event, request = read
            found.append((event, clean(event, self.source, arrival.received_at, request)))
        return found

    def wait_for(self, events: int) -> list[tuple[Json, Verdict]]:
        wait_until(lambda: len(self.arrivals) >= events, 5, f"{events} events; {len(self.arrivals)} came")
        time.sleep(0.05)  # one too many would come right behind
        assert len(self.arrivals) == events
        found = self.events()
        self.arrivals.clear()
        return found


@dataclass(frozen=True)
class Site:
    url: str
    shelf: Shelf


@contextmanager
def site_and_collector() -> Iterator[Site]:
    home_port, site_port = free_port(), free_port()
    # Another site than the collector's, also by name: what a browser keeps from one it does not send to the other.
    url, home = f"http://localhost:{site_port}", f"http://127.0.0.1:{home_port}"
    shelf = Shelf(SourceView(1, "site", SourceKind.BROWSER, (url,)))

    async def site(scope: Scope, receive: Receive, send: Send) -> None:
        mode = scope["path"].split("/")[1]
        text = PAGE.format(path=scope["path"], home=home, key=KEY, mode=mode)
        await _answer(send, text.encode(), b"text/html; charset=utf-8")

    with _served(_leadpact(shelf), home_port), _served(lambda: site, site_port):
        yield Site(url, shelf)


type _App = Callable[[Scope, Receive, Send], Any]


def _leadpact(shelf: Shelf) -> Callable[[], _App]:
    def make() -> _App:
        collector = Collector(
            lambda: GroupCommit(shelf.store, on_stored=lambda: None),
            KeyRing({KEY: shelf.source}.get, lambda: frozenset(shelf.source.origins)),
            lambda: datetime.now(UTC),
            limits=Limits(0),
            sightings=Sightings(lambda seen: None),
            turned_away=TurnedAway(lambda counted: None),
        )

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["path"] == "/t.js":
                await _answer(send, script(honours_signal=True).plain, b"text/javascript")
            else:
                await collector(scope, receive, send)

        return app

    return make


async def _answer(send: Send, body: bytes, content_type: bytes) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", content_type)]})
    await send({"type": "http.response.body", "body": body})


@contextmanager
def _served(make: Callable[[], _App], port: int) -> Iterator[None]:
    listening = socket.create_server(("127.0.0.1", port))
    config = uvicorn.Config(make(), lifespan="off", log_config=None, access_log=False, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])), daemon=True)
    thread.start()
    wait_until(lambda: server.started, 5, "the server")
    yield
    server.should_exit = True
    thread.join(5)
    listening.close()
