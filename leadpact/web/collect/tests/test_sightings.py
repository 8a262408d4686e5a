"""Where browser keys were just used, as the page of a key shows it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from leadpact.engagement.types import Sighting
from leadpact.web.collect.app import Collector
from leadpact.web.collect.group import GroupCommit
from leadpact.web.collect.limits import Limits
from leadpact.web.collect.sightings import MAX_GATHERED, Sightings
from leadpact.web.collect.tests.client import Shelf, basic, call
from leadpact.web.collect.tests.test_collector import BROWSER, NOW, ONE, KnownKeys
from leadpact.web.collect.turned_away import TurnedAway

SITE, STRANGER = "https://www.example.com", "https://evil.example"


def gathered(work: Callable[[Sightings], Awaitable[None]]) -> list[list[Sighting]]:
    written: list[list[Sighting]] = []

    def keep(seen: Sequence[Sighting]) -> None:
        written.append(list(seen))

    async def run() -> None:
        sightings = Sightings(keep, seconds_gathered=0.05)
        await work(sightings)
        await asyncio.sleep(0.15)
        sightings.close()

    asyncio.run(run())
    return written


def test_the_site_a_key_is_used_on_and_the_one_that_may_not_use_it_are_both_noted_once() -> None:
    async def work(sightings: Sightings) -> None:
        def open_group() -> GroupCommit:
            return GroupCommit(Shelf().store, on_stored=lambda: None)

        collector = Collector(
            open_group,
            KnownKeys(),
            lambda: NOW,
            limits=Limits(0),
            sightings=sightings,
            turned_away=TurnedAway(lambda counted: None),
        )
        for key, origin in (
            ("browser-key", SITE),
            ("browser-key", SITE),
            ("browser-key", STRANGER),
            ("server-key", STRANGER),
        ):
            await call(collector, "/v1/track", ONE, {**basic(key), "origin": origin})

    (written,) = gathered(work)
    assert written == [Sighting(BROWSER.id, SITE, False, NOW), Sighting(BROWSER.id, STRANGER, True, NOW)]


def test_origins_somebody_invents_have_an_end() -> None:
    async def work(sightings: Sightings) -> None:
        for number in range(MAX_GATHERED + 50):
            sightings.note(1, b"https://%d.example" % number, datetime(2026, 3, 10, tzinfo=UTC), is_refused=False)
        sightings.note(1, b"https://" + b"x" * 300, datetime(2026, 3, 10, tzinfo=UTC), is_refused=False)

    (written,) = gathered(work)
    assert len(written) == MAX_GATHERED
