"""How fast one write key may send."""

import json

import pytest

from leadpact.web.collect.answers import Refused
from leadpact.web.collect.app import Collector
from leadpact.web.collect.limits import Limits
from leadpact.web.collect.tests.client import Answer, Shelf, basic, call
from leadpact.web.collect.tests.test_collector import EVENT, talk


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_a_key_may_use_up_ten_seconds_at_once_and_then_its_rate() -> None:
    clock = Clock()
    limits = Limits(5, clock=clock)
    for _ in range(50):
        limits.take(1, 1)
    with pytest.raises(Refused) as refused:
        limits.take(1, 1)
    assert refused.value.status == 429
    clock.seconds += 1
    for _ in range(5):
        limits.take(1, 1)
    with pytest.raises(Refused):
        limits.take(1, 1)


def test_the_wait_that_is_told_is_enough() -> None:
    clock = Clock()
    limits = Limits(5, clock=clock)
    limits.take(1, 48)
    with pytest.raises(Refused) as refused:
        limits.take(1, 20)  # 2 are left; 18 more take 3.6 s
    assert refused.value.headers == ((b"retry-after", b"4"),)
    clock.seconds += 4
    limits.take(1, 20)


def test_a_batch_larger_than_the_bucket_is_taken_once_the_bucket_is_full_and_paid_for_afterwards() -> None:
    clock = Clock()
    limits = Limits(5, clock=clock)
    limits.take(1, 200)
    clock.seconds += 20  # what is owed is 150; 100 are paid
    with pytest.raises(Refused) as refused:
        limits.take(1, 1)
    assert refused.value.headers == ((b"retry-after", b"11"),)  # 50 owed and the 1, at 5 a second: 10.2 s


def test_what_one_key_sends_does_not_slow_another_down_and_zero_is_no_limit() -> None:
    limits = Limits(5, clock=Clock())
    limits.take(1, 50)
    limits.take(2, 50)
    Limits(0, clock=Clock()).take(1, 10**9)


def test_a_client_that_is_too_fast_is_told_when_to_come_again_and_nothing_of_it_is_stored() -> None:
    batch = json.dumps({"batch": [EVENT] * 30}).encode()

    async def conversation(collector: Collector) -> list[Answer]:
        return [
            await call(collector, "/v1/batch", batch, basic(key)) for key in ("server-key", "server-key", "browser-key")
        ]

    shelf = Shelf()
    first, second, other = talk(shelf, conversation, limits=Limits(5, clock=Clock()))
    assert (first.status, second.status, other.status) == (200, 429, 200)
    assert (second.json["code"], second.headers["retry-after"]) == ("too_fast", "2")
    assert len(shelf.arrivals) == 60
