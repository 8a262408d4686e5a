"""How a script outside asks: by command and by HTTP, and what every answer must look like."""

import base64
import json
import urllib.request
from typing import Any

from conftest import Home
from tests.collector.running import RunningServer

ERROR_KEYS = {"code", "message", "what_to_do", "details"}


def said(home: Home, *words: str, text: str | None = None) -> Any:
    """Return the one JSON document of a command that went well."""
    done = home.run(*words, "--json", text=text)
    return only_document(done.stdout)


def refused(home: Home, *words: str, text: str | None = None) -> tuple[int, str]:
    """Return how a command ended that was to fail, and its code; the error is whole and alone on stdout."""
    done = home.run(*words, "--json", text=text, check=False)
    document = only_document(done.stdout)
    assert set(document) >= ERROR_KEYS, document
    assert document["message"]
    assert document["what_to_do"]
    assert "Traceback" not in done.stderr
    return done.returncode, document["code"]


def only_document(stdout: str) -> Any:
    assert stdout.endswith("\n")
    assert stdout.count("\n") == 1, f"more than one document: {stdout[:500]!r}"
    return json.loads(stdout)


def send(server: RunningServer, path: str, event: dict[str, object], key: str) -> None:
    """Post one event as a client does; it is taken."""
    login = base64.b64encode(f"{key}:".encode()).decode()
    headers = {"Content-Type": "application/json", "Authorization": f"Basic {login}"}
    request = urllib.request.Request(server.url + path, json.dumps(event).encode(), headers)
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert answer.status == 200
