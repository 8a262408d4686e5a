"""Clients of two collectors that send a set number of events, and everything again until they are told 200.

Some send what was stored once more, now and then to the other collector; twins send the same batches to both
collectors at once.  What they send is drawn from a seed, so it is known beforehand what must be in the ledger.
"""

import base64
import http.client
import json
import random
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

CLIENTS: Final = 10
TWINS: Final = 2  # pairs of them that send the same
BATCHES: Final = (1, 5, 40, 80)
PAUSE: Final = (0.1, 0.5)  # seconds between two batches: the load is to last while things break
USERS: Final = 300
ASKS: Final = 150  # one event in so many is a contact form
PATHS: Final = ("/", "/pricing", "/docs", "/product")

type Event = Mapping[str, Any]


@dataclass
class Crowd:
    """`answers`: how many requests ended in which status; 0: no answer came."""

    ports: Sequence[int]
    key: str
    events_a_client: int
    accepted: set[str] = field(default_factory=set)
    answers: dict[int, int] = field(default_factory=dict)
    resent: int = 0

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._seeds = [max(n, 2 * TWINS - 1) if n >= 2 * TWINS else n // 2 for n in range(CLIENTS)]
        self._threads = [
            threading.Thread(target=self._client, args=(number, seed), daemon=True)
            for number, seed in enumerate(self._seeds)
        ]

    def all_events(self) -> dict[str, Event]:
        """Return what they have sent in the end, by message id."""
        return {
            event["messageId"]: event
            for seed in set(self._seeds)
            for batch in batches(seed, self.events_a_client)
            for event in batch
        }

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def is_done(self) -> bool:
        return not any(thread.is_alive() for thread in self._threads)

    def _client(self, number: int, seed: int) -> None:
        chance = random.Random(number)
        place = number % len(self.ports)
        for batch in batches(seed, self.events_a_client):
            while (status := self._post(self.ports[place], batch)) != 200:
                place = (place + 1) % len(self.ports)
                time.sleep(0.1 if status else 0.3)
            with self._lock:
                self.accepted.update(event["messageId"] for event in batch)
            time.sleep(chance.uniform(*PAUSE))
            if chance.random() < 0.1:
                self.resent += self._post(chance.choice(self.ports), batch) == 200

    def _post(self, port: int, batch: Sequence[Event]) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        secret = base64.b64encode(f"{self.key}:".encode()).decode()
        headers = {"Authorization": f"Basic {secret}", "Content-Type": "application/json"}
        try:
            connection.request("POST", "/v1/batch", json.dumps({"batch": batch}), headers)
            answer = connection.getresponse()
            answer.read()
            status = answer.status
        except (OSError, http.client.HTTPException):
            status = 0
        finally:
            connection.close()
        with self._lock:
            self.answers[status] = self.answers.get(status, 0) + 1
        return status


def batches(seed: int, count: int) -> list[list[Event]]:
    """Return all that the clients with this seed send, in order."""
    chance, found, number = random.Random(f"crowd {seed}"), list[list[Event]](), 0
    while number < count:
        size = min(chance.choice(BATCHES), count - number)
        found.append([_event(f"{seed}-{number + n}", chance) for n in range(size)])
        number += size
    return found


def _event(message: str, chance: random.Random) -> Event:
    user = chance.randrange(USERS)
    said = {"messageId": message, "userId": f"user-{user}"}
    if chance.randrange(ASKS) == 0:
        traits = {"email": f"p{user}@firm{user}.example", "name": f"Jo Doe {user}"}
        asked = {"type": "track", "event": "form.submitted", "properties": {"form": "contact"}}
        return {**said, **asked, "context": {"traits": traits}}
    path = chance.choice(PATHS)
    return {**said, "type": "page", "properties": {"path": path, "url": f"https://www.example.com{path}"}}
