"""Records what the clients send, for the tests that replay it: `python -m tests.clients.record [CLIENT …]`."""

import asyncio
import base64
import json
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn

from leadpact.site.cli import set_up_django

set_up_django()

from leadpact.web.tracker.script import FOR_MAUTIC, script  # noqa: E402
from tests.clients.plan import SERVER_CALLS, Call, plan_of, plan_of_page  # noqa: E402
from tests.clients.processes import Sender  # noqa: E402
from tests.clients.site import page_of, site  # noqa: E402
from tests.clients.taking import BROWSER_KEY, KEPT_HEADERS, SERVER_KEY, Sent, Shelf, collector_for, keep  # noqa: E402
from tests.collector.running import wait_until  # noqa: E402

EVENTS = 36
SENDERS = {
    f"{name}-{'node' if is_node else 'python'}": Sender(name, is_node)
    for name in ("segment", "rudder", "posthog")
    for is_node in (False, True)
}
PAGES = ("segment", "posthog", "mautic")


class Recorder:
    """Keeps each request that may bring events, and lets the collector answer."""

    def __init__(self, origin: str) -> None:
        self.sent: list[Sent] = []
        self.shelf = Shelf()
        self._origin = origin
        self._collector: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self._collector = self._collector or collector_for(self.shelf, origin=self._origin)
        parts: list[bytes] = []
        received_at = datetime.now(UTC).isoformat()

        async def hear() -> Any:
            message = await receive()
            parts.append(message.get("body", b""))
            return message

        if scope["path"] == "/mtc.js":
            body = script(FOR_MAUTIC, honours_signal=True).plain
            await send(
                {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/javascript")]}
            )
            await send({"type": "http.response.body", "body": body})
            return
        await self._collector(scope, hear, send)
        if scope["method"] == "POST":
            found = {name.decode(): value.decode() for name, value in scope["headers"]}
            headers = {name: found[name] for name in KEPT_HEADERS if name in found}
            text = base64.b64encode(b"".join(parts)).decode()
            self.sent.append(Sent(received_at, "POST", scope["path"], scope["query_string"].decode(), headers, text))


@contextmanager
def recording(origin: str = "https://www.example.com") -> Iterator[tuple[Recorder, str]]:
    listening = socket.create_server(("127.0.0.1", 0))
    recorder = Recorder(origin)
    config = uvicorn.Config(recorder, lifespan="off", log_config=None, access_log=False, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])), daemon=True).start()
    wait_until(lambda: server.started, 10, "the server")
    yield recorder, f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True


def record_sender(name: str) -> None:
    calls = plan_of(SERVER_CALLS, events=EVENTS)
    with recording() as (recorder, url), tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "plan.json"
        file.write_text(json.dumps(calls), encoding="utf-8")
        assert SENDERS[name].start(file, url, SERVER_KEY, 5).wait(60) == 0
        keep(name, calls, recorder.sent)


def record_page(name: str) -> None:
    calls: list[Call] = plan_of_page(("page",) if name == "mautic" else ("track", "page", "identify"))[:EVENTS]
    with site() as origin, recording(origin) as (recorder, url):
        with page_of(origin, name, url, BROWSER_KEY, needs_modules=name != "mautic") as page:
            page.on("console", lambda said: print(said.text))
            page.evaluate("([calls]) => send(calls, 5)", [calls])
            wait_until(lambda: len(recorder.shelf.arrivals) >= EVENTS, 60, f"{EVENTS} events")
            time.sleep(1)
            if name == "mautic":
                page.fill("[name='mauticform[email]']", "hannah@northgate.example")
                page.fill("[name='mauticform[f_name]']", "Hannah Weber")
                page.fill("[name='mauticform[message]']", "Bitte um ein Angebot")
                page.click("button")
                page.wait_for_url("**/thanks**")
        keep(f"{name}-page", calls, recorder.sent)


if __name__ == "__main__":
    for wanted in sys.argv[1:] or [*SENDERS, *(f"{name}-page" for name in PAGES)]:
        record_sender(wanted) if wanted in SENDERS else record_page(wanted.removesuffix("-page"))
        print(wanted, flush=True)
