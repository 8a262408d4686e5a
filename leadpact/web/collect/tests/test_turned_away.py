"""What is turned away: told to come again, counted, and nothing of it stored."""

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import OperationalError

from leadpact.base.wording import worded
from leadpact.engagement.types import Away
from leadpact.engagement.types import TurnedAway as Counted
from leadpact.ledger.errors import InboxUnavailable
from leadpact.ledger.inbox import Arrival
from leadpact.web.collect import group as groups
from leadpact.web.collect.answers import Refused
from leadpact.web.collect.app import Collector
from leadpact.web.collect.group import GroupCommit
from leadpact.web.collect.limits import Limits, Room
from leadpact.web.collect.sightings import Sightings
from leadpact.web.collect.tests.client import Answer, Shelf, basic, call
from leadpact.web.collect.tests.test_collector import BATCH, EVENT, NOW, KnownKeys
from leadpact.web.collect.turned_away import TurnedAway

HOUR = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def talk[Result](
    store: Callable[[Sequence[Arrival]], None],
    conversation: Callable[[Collector], Awaitable[Result]],
    kept: list[Counted],
    *,
    max_pending: int = 20_000,
    room: Room | None = None,
    per_second: int = 0,
) -> Result:
    async def run() -> Result:
        collector = Collector(
            lambda: GroupCommit(store, on_stored=lambda: None, max_pending=max_pending),
            KnownKeys(),
            lambda: NOW,
            limits=Limits(per_second),
            sightings=Sightings(lambda seen: None),
            turned_away=TurnedAway(kept.extend),
            room=room,
        )
        try:
            return await conversation(collector)
        finally:
            collector.close()

    return asyncio.run(run())


def batch(events: int) -> bytes:
    return json.dumps({"batch": [EVENT] * events}).encode()


class Slow:
    """A disk that writes nothing before it may."""

    def __init__(self) -> None:
        self.may, self.stored = threading.Event(), 0

    def store(self, arrivals: Sequence[Arrival]) -> None:
        self.may.wait(10)
        self.stored += len(arrivals)


async def overload(collector: Collector, slow: Slow, size: int, times: int) -> list[Answer]:
    asked = [
        asyncio.ensure_future(call(collector, "/v1/batch", batch(size), basic("server-key"))) for _ in range(times)
    ]
    await asyncio.sleep(0.05)
    slow.may.set()
    return list(await asyncio.gather(*asked))


def test_what_would_go_over_the_bound_of_events_is_told_to_come_again_and_then_lands() -> None:
    slow, kept = Slow(), list[Counted]()

    async def conversation(collector: Collector) -> list[Answer]:
        return [*await overload(collector, slow, 30, 5), *await overload(collector, slow, 30, 2)]

    answers = talk(slow.store, conversation, kept, max_pending=100)
    assert sorted(answer.status for answer in answers[:5]) == [200, 200, 200, 429, 429]
    refused = [answer for answer in answers if answer.status == 429]
    assert {answer.headers["retry-after"] for answer in refused} == {"1"}
    assert {answer.json["code"] for answer in refused} == {"busy"}
    assert [answer.status for answer in answers[5:]] == [200, 200]  # sent again
    assert slow.stored == 150
    assert kept == [Counted(1, HOUR, Away.BUSY, 2, 60)]


def test_bytes_are_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "MAX_PENDING_BYTES", 4_000)
    slow, kept = Slow(), list[Counted]()
    answers = talk(slow.store, lambda collector: overload(collector, slow, 20, 4), kept)
    assert sorted(answer.status for answer in answers) == [200, 200, 429, 429]  # about 1,500 bytes each


@pytest.mark.parametrize("failure", [InboxUnavailable(worded("The disk is full."))])
def test_a_fault_of_the_disk_is_a_503_with_whole_seconds_and_what_comes_after_it_lands(failure: Exception) -> None:
    shelf, kept = Shelf(), list[Counted]()

    async def conversation(collector: Collector) -> list[Answer]:
        shelf.failure = failure
        first = await call(collector, "/v1/batch", BATCH, basic("server-key"))
        shelf.failure = None
        assert collector.lately() == {Away.UNAVAILABLE: 1}
        return [first, await call(collector, "/v1/batch", BATCH, basic("server-key"))]

    failed, landed = talk(shelf.store, conversation, kept)
    assert (failed.status, failed.json["code"], failed.headers["retry-after"]) == (503, "unavailable", "5")
    assert landed.status == 200
    assert len(shelf.arrivals) == 1
    assert kept == [Counted(1, HOUR, Away.UNAVAILABLE, 1, 1)]


def test_what_is_being_read_is_bounded_and_one_request_always_fits() -> None:
    room = Room(1_000)
    with room.of(5_000):  # alone: larger than the room, and taken
        with pytest.raises(Refused) as refused:
            room.of(1)
        assert (refused.value.status, refused.value.headers) == (429, ((b"retry-after", b"1"),))
    with room.of(600), room.of(400), pytest.raises(Refused):
        room.of(1)
    with room.of(1), pytest.raises(Refused):
        room.of(0, is_unannounced=True)  # may become as large as any


def test_a_request_for_which_there_is_no_room_is_not_read() -> None:
    slow, kept = Slow(), list[Counted]()
    headers = {**basic("server-key"), "content-length": "600"}

    async def conversation(collector: Collector) -> list[int]:
        first = asyncio.ensure_future(call(collector, "/v1/batch", BATCH, headers))
        await asyncio.sleep(0.02)
        second = await call(collector, "/v1/batch", BATCH, headers)
        assert collector.lately() == {Away.BUSY: 1}
        slow.may.set()
        return [(await first).status, second.status]

    assert talk(slow.store, conversation, kept, room=Room(1_000)) == [200, 429]
    assert slow.stored == 1


def test_counts_are_kept_until_they_can_be_written() -> None:
    written: list[Counted] = []
    tries = iter([OperationalError("locked"), None])

    def keep(counted: Sequence[Counted]) -> None:
        if failure := next(tries, None):
            raise failure
        written.extend(counted)

    async def run() -> None:
        turned_away = TurnedAway(keep, seconds_gathered=0.02)
        for events in (3, 4):
            with pytest.raises(InboxUnavailable), turned_away.watching(1, events, NOW):
                raise InboxUnavailable(worded("down"))
        for _ in range(200):
            await asyncio.sleep(0.01)
            if written:
                break
        turned_away.close()

    asyncio.run(run())
    assert written == [Counted(1, HOUR, Away.UNAVAILABLE, 2, 7)]


def test_a_refusal_that_is_the_senders_own_fault_is_not_turned_away() -> None:
    kept: list[Counted] = []
    answer: Any = talk(Shelf().store, lambda collector: call(collector, "/v1/batch", b"{", basic("server-key")), kept)
    assert answer.status == 400
    assert kept == []
