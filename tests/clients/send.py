"""Sends a plan with one of the Python clients: `python -m tests.clients.send CLIENT PLAN URL KEY MILLISECONDS`.

Only the host and, where its own patience is shorter than a restart, the number of tries are set.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.clients.plan import Call

type Send = Callable[[Call], object]
type Finish = Callable[[], None]


def segment(url: str, key: str) -> tuple[Send, Finish]:
    from segment.analytics.client import Client

    client = Client(key, host=url)

    def send(call: Call) -> None:
        _check(_segment_like(client, call)[0])

    return send, lambda: (client.flush(), client.join(), None)[-1]


def rudder(url: str, key: str) -> tuple[Send, Finish]:
    from rudderstack.analytics.client import Client

    client = Client(key, host=url)

    def send(call: Call) -> None:
        _check(_segment_like(client, call)[0])

    return send, lambda: (client.flush(), client.join(), None)[-1]


def _segment_like(client: Any, call: Call) -> Any:
    at: dict[str, Any] = {"timestamp": datetime.fromisoformat(call["at"]), "message_id": call["id"]}
    user, properties, page = call["user"], call["properties"], {**call["properties"], **call["page"]}
    calls: dict[str, Callable[[], Any]] = {
        "identify": lambda: client.identify(user, call["traits"], **at),
        "track": lambda: client.track(user, call["event"], properties, **at),
        "page": lambda: client.page(user, "Docs", "Pricing", page, **at),
        "screen": lambda: client.screen(user, "App", "Home", properties, **at),
        "group": lambda: client.group(user, call["group"], call["company"], **at),
        "alias": lambda: client.alias(call["before"], user, **at),
    }
    return calls[call["call"]]()


def posthog(url: str, key: str) -> tuple[Send, Finish]:
    from posthog import Posthog

    # Three tries within seven seconds is what it does of its own accord.
    client = Posthog(key, host=url, max_retries=10, flush_at=20, flush_interval=0.5)

    def send(call: Call) -> None:
        at: dict[str, Any] = {"timestamp": datetime.fromisoformat(call["at"]), "uuid": call["id"]}
        user, properties, page = call["user"], call["properties"], call["page"]
        seen = {"$current_url": page["url"], "$pathname": page["path"], "title": page["title"]}
        calls: dict[str, Callable[[], Any]] = {
            "identify": lambda: client.set(distinct_id=user, properties=call["traits"], **at),
            "track": lambda: client.capture(call["event"], distinct_id=user, properties=properties, **at),
            "page": lambda: client.capture(
                "$pageview",
                distinct_id=user,
                properties={**properties, **seen, "$referrer": page["referrer"]},
                **at,
            ),
            "screen": lambda: client.capture("$screen", distinct_id=user, properties=properties, **at),
            "group": lambda: client.group_identify("company", call["group"], call["company"], distinct_id=user, **at),
            "alias": lambda: client.alias(call["before"], user, **at),
        }
        _check(calls[call["call"]]())

    return send, client.shutdown


CLIENTS = {"segment": segment, "rudder": rudder, "posthog": posthog}


def _check(queued: object) -> None:
    if not queued:
        raise SystemExit("the client took an event not up")


def main(name: str, plan: str, url: str, key: str, milliseconds: str) -> None:
    calls: list[Call] = json.loads(Path(plan).read_text(encoding="utf-8"))
    send, finish = CLIENTS[name](url, key)
    for number, call in enumerate(calls):
        send(call)
        if number == len(calls) // 3:
            print("a third is sent", flush=True)
        time.sleep(int(milliseconds) / 1000)
    finish()
    print("sent", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
