"""Speaks ASGI to the collector, without a socket."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leadpact.ledger.inbox import Arrival
from leadpact.web.collect.app import Collector


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def basic(key: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()}


async def call(
    collector: Collector,
    path: str,
    body: bytes | Sequence[bytes] = b"",
    headers: Mapping[str, str] | None = None,
    method: str = "POST",
    query: bytes = b"",
) -> Answer:
    """Send one request; a list of bodies arrives in parts."""
    parts = [body] if isinstance(body, bytes) else list(body)
    messages: list[dict[str, object]] = [
        {"type": "http.request", "body": part, "more_body": number < len(parts) - 1}
        for number, part in enumerate(parts)
    ]
    sent: list[Mapping[str, Any]] = []

    async def receive() -> Mapping[str, object]:
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def send(message: Mapping[str, Any]) -> None:
        sent.append(message)

    raw = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
    scope = {"type": "http", "method": method, "path": path, "query_string": query, "headers": raw}
    scope["client"] = ("192.0.2.7", 4711)
    await collector(scope, receive, send)
    found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], found, b"".join(message.get("body", b"") for message in sent[1:]))


class Shelf:
    """A store that keeps arrivals in memory, can be held up and can fail: the edge the collector writes to."""

    def __init__(self) -> None:
        self.groups: list[list[Arrival]] = []
        self.failure: Exception | None = None

    def store(self, arrivals: Sequence[Arrival]) -> None:
        if self.failure:
            raise self.failure
        self.groups.append(list(arrivals))

    @property
    def arrivals(self) -> list[Arrival]:
        return [arrival for group in self.groups for arrival in group]
