"""The collector's answers: what a client library sees for good and for bad input."""

import asyncio
import gzip
import json
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial

import pytest
from django.db import OperationalError

from leadpact.base.wording import worded
from leadpact.engagement.rules_body import read_body
from leadpact.engagement.types import Json, Request, SourceKind, SourceView
from leadpact.ledger.errors import InboxUnavailable
from leadpact.ledger.inbox import Arrival
from leadpact.web.collect import bodies, keys
from leadpact.web.collect.app import Collector
from leadpact.web.collect.group import GroupCommit
from leadpact.web.collect.keys import KeyRing
from leadpact.web.collect.limits import Limits
from leadpact.web.collect.sightings import Sightings
from leadpact.web.collect.tests.client import Answer, Shelf, basic, call
from leadpact.web.collect.turned_away import TurnedAway

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
SERVER = SourceView(1, "shop", SourceKind.SERVER)
BROWSER = SourceView(2, "site", SourceKind.BROWSER, ("https://www.example.com",))
KEYS = {"server-key": SERVER, "browser-key": BROWSER}
EVENT = {"type": "track", "event": "Looked", "anonymousId": "a", "messageId": "m"}
ONE = json.dumps(EVENT).encode()
BATCH = json.dumps({"batch": [EVENT], "sentAt": "2026-03-10T12:00:00Z"}).encode()

type Conversation[Result] = Callable[[Collector], Awaitable[Result]]


class KnownKeys(KeyRing):
    """A key ring whose database is a dictionary."""

    async def find(self, key: str) -> SourceView | None:
        return KEYS.get(key)

    async def find_of_page(self, origin: str) -> SourceView | None:
        return BROWSER if origin in BROWSER.origins else None

    async def is_page_allowed(self, origin: str) -> bool:
        return origin in BROWSER.origins


def talk[Result](
    shelf: Shelf, conversation: Conversation[Result], max_pending: int = 20_000, limits: Limits | None = None
) -> Result:
    def open_group() -> GroupCommit:
        return GroupCommit(shelf.store, on_stored=lambda: None, max_pending=max_pending)

    async def run() -> Result:
        collector = Collector(
            open_group,
            KnownKeys(),
            lambda: NOW,
            limits=limits or Limits(0),
            sightings=Sightings(lambda seen: None),
            turned_away=TurnedAway(lambda counted: None),
        )
        try:
            return await conversation(collector)
        finally:
            collector.close()

    return asyncio.run(run())


def post(shelf: Shelf, path: str, body: bytes | Sequence[bytes], headers: dict[str, str] | None = None) -> Answer:
    return talk(shelf, lambda collector: call(collector, path, body, headers))


def events_of(shelf: Shelf) -> list[tuple[Json, Request]]:
    found = []
    for arrival in shelf.arrivals:
        read = read_body(arrival.body)
        assert isinstance(read, tuple)
        found.append(read)
    return found


@pytest.mark.parametrize(
    ("path", "type_said"),
    [
        ("/v1/track", "track"),
        ("/v1/identify", "identify"),
        ("/v1/page", "page"),
        ("/v1/screen", "screen"),
        ("/v1/group", "group"),
        ("/v1/alias", "alias"),
        ("/v1/t", "track"),
    ],
)
def test_a_single_event_is_stored_with_the_type_of_its_path(path: str, type_said: str) -> None:
    shelf = Shelf()
    answer = post(shelf, path, b' {"anonymousId": "a"} ', basic("server-key"))
    assert (answer.status, answer.body) == (200, b'{"success":true}')
    assert events_of(shelf) == [({"anonymousId": "a"}, Request(type=type_said))]
    assert [(one.source, one.received_at) for one in shelf.arrivals] == [(1, NOW)]


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/import"])
def test_a_batch_gives_its_time_and_context_to_its_events(path: str) -> None:
    shelf = Shelf()
    body = {"batch": [EVENT, {**EVENT, "messageId": "n"}], "sentAt": "2026-03-10T12:00:00Z", "context": {"a": 1}}
    assert post(shelf, path, json.dumps(body).encode(), basic("server-key")).status == 200
    request = Request(sent_at="2026-03-10T12:00:00Z", context={"a": 1})
    assert events_of(shelf) == [(EVENT, request), ({**EVENT, "messageId": "n"}, request)]


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (basic("server-key"), BATCH),
        ({"authorization": "Bearer server-key"}, BATCH),
        ({"x-write-key": "server-key"}, BATCH),
        ({}, BATCH[:-1] + b', "writeKey": "server-key"}'),
        ({"content-type": "text/plain"}, BATCH[:-1] + b', "writeKey": "server-key"}'),
        ({**basic("server-key"), "content-type": "application/x-www-form-urlencoded"}, gzip.compress(BATCH)),
        ({**basic("server-key"), "content-encoding": "gzip"}, gzip.compress(BATCH)),
        ({**basic("server-key"), "content-encoding": "gzip"}, BATCH),  # says gzip, is not
        (basic("server-key"), gzip.compress(BATCH[:20]) + gzip.compress(BATCH[20:])),  # gzip in two members
    ],
)
def test_what_the_client_libraries_send_is_understood(headers: dict[str, str], body: bytes) -> None:
    shelf = Shelf()
    assert post(shelf, "/v1/batch", body, headers).status == 200
    assert [event for event, _ in events_of(shelf)] == [EVENT]


@pytest.mark.parametrize(
    ("headers", "body", "status", "code"),
    [
        (basic("server-key"), b"{", 400, "bad_json"),
        (basic("server-key"), b"", 400, "bad_json"),
        (basic("server-key"), b"[]", 400, "bad_json"),
        (basic("server-key"), b'{"no": "batch"}', 400, "bad_json"),
        (basic("server-key"), b'{"batch": {"type": "track"}}', 400, "bad_json"),
        (basic("server-key"), b'{"batch": [{"a": ' + b"[" * 9999, 400, "bad_json"),
        (basic("server-key"), b'{"batch": [' + b"[" * 9999 + b"]" * 9999 + b"]}", 400, "bad_json"),
        (basic("server-key"), b"\x1f\x8bnot gzip at all", 400, "bad_json"),
        (basic("server-key"), gzip.compress(BATCH)[:-4], 400, "bad_json"),  # cut off
        (basic("nobody"), BATCH, 401, "wrong_key"),
        ({}, BATCH, 401, "wrong_key"),
        ({"authorization": "Basic !!!"}, BATCH, 401, "wrong_key"),
        ({"authorization": "Basic /w=="}, BATCH, 401, "wrong_key"),  # not UTF-8 under the base64
        ({**basic("server-key"), "content-length": "8388609"}, BATCH, 413, "too_large"),
        (basic("server-key"), gzip.compress(b" " * (8 * 1024 * 1024 + 1)), 413, "too_large"),
        (basic("server-key"), b'{"batch": [' + b"1," * 600_000 + b"1]}", 413, "too_large"),
        (basic("server-key"), b'{"batch": [' + b"{}," * 20_000 + b"{}]}", 413, "too_large"),
        ({**basic("browser-key"), "origin": "https://evil.example"}, BATCH, 403, "origin_not_allowed"),
    ],
)
def test_bad_input_is_refused_with_a_code_and_stores_nothing(
    headers: dict[str, str], body: bytes, status: int, code: str
) -> None:
    shelf = Shelf()
    answer = post(shelf, "/v1/batch", body, headers)
    assert (answer.status, answer.json["code"]) == (status, code)
    assert set(answer.json) >= {"message", "what_to_do"}
    assert shelf.arrivals == []


def test_a_body_of_the_limit_is_taken_and_one_byte_more_is_not() -> None:
    fits = BATCH + b" " * (bodies.MAX_BODY_BYTES - len(BATCH))
    assert post(Shelf(), "/v1/batch", [fits[:100], fits[100:]], basic("server-key")).status == 200
    assert post(Shelf(), "/v1/batch", [fits, b" "], basic("server-key")).status == 413


def test_a_gzip_bomb_is_inflated_no_further_than_the_limit() -> None:
    inner = gzip.compress(b"0" * 200_000_000, 9)
    began = time.process_time()
    assert post(Shelf(), "/v1/batch", inner, basic("server-key")).status == 413
    assert time.process_time() - began < 1


def test_one_bad_event_does_not_fail_its_batch_and_is_kept_as_it_came() -> None:
    shelf = Shelf()
    body = b'{"batch": [5, null, {"type": 7}, "\xff", {}, ' + ONE + b"]}"
    assert post(shelf, "/v1/batch", body, basic("server-key")).status == 200
    assert [one.body for one in shelf.arrivals] == [b"5", b"null", b'{"type": 7}', b'"\xff"', b"{}", ONE]


def test_an_empty_batch_is_a_success() -> None:
    assert post(Shelf(), "/v1/batch", b'{"batch": []}', basic("server-key")).status == 200


def test_what_names_the_visitor_comes_along_for_a_browser_key_only() -> None:
    seen = {"user-agent": "Browser/1", "sec-gpc": "1"}
    shelf = Shelf()
    post(shelf, "/v1/page", b'{"anonymousId": "a"}', {**basic("browser-key"), **seen})
    post(shelf, "/v1/page", b'{"anonymousId": "a"}', {**basic("server-key"), **seen})
    assert [request for _, request in events_of(shelf)] == [
        Request(type="page", ip="192.0.2.7", agent="Browser/1", gpc=True),
        Request(type="page"),
    ]


def test_a_page_of_an_allowed_origin_may_send_and_read_the_answer() -> None:
    origin = {"origin": "https://www.example.com"}
    answer = post(Shelf(), "/v1/batch", BATCH, {**basic("browser-key"), **origin})
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (200, origin["origin"])
    preflight = talk(Shelf(), lambda one: call(one, "/v1/batch", b"", origin, "OPTIONS"))
    assert preflight.headers["access-control-allow-origin"] == origin["origin"]
    assert "authorization" in preflight.headers["access-control-allow-headers"]
    stranger = talk(Shelf(), lambda one: call(one, "/v1/batch", b"", {"origin": "https://evil.example"}, "OPTIONS"))
    assert stranger.status == 403
    assert "access-control-allow-origin" not in stranger.headers


def test_a_page_is_fetched_with_post_alone() -> None:
    answer = talk(Shelf(), lambda one: call(one, "/v1/batch", b"", {}, "GET"))
    assert (answer.status, answer.json["code"], answer.headers["allow"]) == (405, "wrong_method", "POST, OPTIONS")


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1/", "/v1/batch/", "/v1/track/1"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_address_the_collector_does_not_have_is_told_as_json(path: str, method: str) -> None:
    answer = talk(Shelf(), lambda one: call(one, path, BATCH, basic("server-key"), method))
    assert (answer.status, answer.json["code"]) == (404, "no_such_address")
    assert answer.headers["content-type"] == "application/json"


def test_a_storage_fault_is_answered_with_try_again_and_the_next_request_with_200() -> None:
    async def conversation(collector: Collector) -> tuple[Answer, Answer]:
        shelf.failure = InboxUnavailable(worded("The disk is full."))
        first = await call(collector, "/v1/batch", BATCH, basic("server-key"))
        shelf.failure = None
        return first, await call(collector, "/v1/batch", BATCH, basic("server-key"))

    shelf = Shelf()
    failed, stored = talk(shelf, conversation)
    assert (failed.status, failed.headers["retry-after"], stored.status) == (503, "5", 200)
    assert len(shelf.arrivals) == 1


def test_nobody_is_answered_before_the_group_is_written_and_the_next_group_fills_meanwhile() -> None:
    may_write = threading.Event()

    class SlowShelf(Shelf):
        def store(self, arrivals: Sequence[Arrival]) -> None:
            assert may_write.wait(5)
            super().store(arrivals)

    async def conversation(collector: Collector) -> list[bool]:
        first = asyncio.create_task(call(collector, "/v1/track", ONE, basic("server-key")))
        await asyncio.sleep(0.05)
        others = [asyncio.create_task(call(collector, "/v1/track", ONE, basic("server-key"))) for _ in range(30)]
        await asyncio.sleep(0.05)
        before = [task.done() for task in (first, *others)]
        may_write.set()
        assert {(await task).status for task in (first, *others)} == {200}
        return before

    shelf = SlowShelf()
    assert talk(shelf, conversation) == [False] * 31
    assert [len(written) for written in shelf.groups] == [1, 30]


def test_too_many_waiting_events_are_answered_with_429_and_when_to_try_again() -> None:
    may_write = threading.Event()

    class SlowShelf(Shelf):
        def store(self, arrivals: Sequence[Arrival]) -> None:
            assert may_write.wait(5)
            super().store(arrivals)

    async def conversation(collector: Collector) -> Answer:
        waiting = [asyncio.create_task(call(collector, "/v1/track", ONE, basic("server-key"))) for _ in range(2)]
        await asyncio.sleep(0.05)
        refused = await call(collector, "/v1/track", ONE, basic("server-key"))
        may_write.set()
        assert [(await task).status for task in waiting] == [200, 200]
        return refused

    refused = talk(SlowShelf(), conversation, max_pending=2)
    assert (refused.status, refused.json["code"], refused.headers["retry-after"]) == (429, "busy", "1")


def test_a_client_that_goes_away_takes_nobody_with_it() -> None:
    async def conversation(collector: Collector) -> Answer:
        gone = asyncio.create_task(call(collector, "/v1/track", ONE, basic("server-key")))
        staying = asyncio.create_task(call(collector, "/v1/track", ONE, basic("server-key")))
        await asyncio.sleep(0)
        gone.cancel()
        return await staying

    assert talk(Shelf(), conversation).status == 200


class Database:
    """Stands for the table of keys: counts questions, forgets a key, fails."""

    def __init__(self) -> None:
        self.keys, self.questions, self.failure = dict(KEYS), 0, False

    def source_by_key(self, plain: str) -> SourceView | None:
        self.questions += 1
        if self.failure:
            raise OperationalError("gone")
        return self.keys.get(plain)


def with_database[Result](
    conversation: Callable[[Database, Collector], Awaitable[Result]], seconds_kept: float = keys.SECONDS_KEPT
) -> Result:
    async def run() -> Result:
        shelf, database = Shelf(), Database()
        ring = KeyRing(database.source_by_key, frozenset, seconds_kept=seconds_kept)
        group = partial(GroupCommit, shelf.store, on_stored=lambda: None)
        seen = Sightings(lambda seen: None)
        collector = Collector(
            group, ring, lambda: NOW, limits=Limits(0), sightings=seen, turned_away=TurnedAway(lambda counted: None)
        )
        try:
            return await conversation(database, collector)
        finally:
            collector.close()

    return asyncio.run(run())


async def status(collector: Collector, key: str) -> int:
    return (await call(collector, "/v1/batch", BATCH, basic(key))).status


def test_a_key_is_looked_up_once_for_many_requests() -> None:
    async def conversation(database: Database, collector: Collector) -> int:
        await asyncio.gather(*(status(collector, "server-key") for _ in range(50)))
        await status(collector, "server-key")
        return database.questions

    assert with_database(conversation) == 1


def test_a_new_key_works_at_once() -> None:
    async def conversation(database: Database, collector: Collector) -> list[int]:
        before = await status(collector, "new-key")
        database.keys["new-key"] = SERVER
        return [before, await status(collector, "new-key")]

    assert with_database(conversation) == [401, 200]


def test_a_revoked_key_ends_within_five_seconds() -> None:
    assert keys.SECONDS_KEPT < 5

    async def conversation(database: Database, collector: Collector) -> list[int]:
        first = await status(collector, "server-key")
        del database.keys["server-key"]
        await asyncio.sleep(0.06)
        return [first, await status(collector, "server-key")]

    assert with_database(conversation, seconds_kept=0.05) == [200, 401]


def test_a_database_that_is_gone_is_never_a_4xx() -> None:
    async def conversation(database: Database, collector: Collector) -> list[int]:
        database.failure = True
        first = await status(collector, "server-key")
        database.failure = False
        return [first, await status(collector, "server-key")]

    assert with_database(conversation) == [503, 200]
