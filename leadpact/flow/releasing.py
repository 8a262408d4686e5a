"""Releasing: held-back events go the way of an arrival again, so that every rule holds as if they came now.

Each is counted where it was counted before: in the hour it came in, as something else.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from django.db import transaction

from leadpact.engagement import actions as engagement
from leadpact.engagement import held, holding
from leadpact.engagement import reads as engagement_reads
from leadpact.engagement.types import Held, HeldFilter, Outcome, Quarantine, State, Verdict, Why
from leadpact.flow.arrival import TRIES, Tally, verdict_on, write
from leadpact.ledger.draining import lock_drain
from leadpact.ledger.errors import MessageKnown
from leadpact.ledger.inbox import Arrival
from leadpact.team.types import Actor

AT_ONCE: Final = 500  # in one transaction, since others wait for it on SQLite
MOST: Final = 5_000  # in one call
BY_NAME: Final = (Why.RESERVED_KIND, Why.BAD_EVENT_NAME)  # what another name for an event can mend

type _Became = tuple[Outcome, Why | None, str]


@dataclass(frozen=True)
class Released:
    """What became of events that somebody let go.

    outcomes  of those that are not held back any more
    still     those that stay, and why
    left      True: there are more than one call takes
    """

    outcomes: Mapping[Outcome, int] = field(default_factory=dict)
    still: Mapping[int, tuple[Why, str]] = field(default_factory=dict)
    left: bool = False

    @property
    def released(self) -> int:
        return sum(self.outcomes.values())


@dataclass
class _Release(Tally):
    """Counts as a drain does, and remembers what became of each arrival, by its identity."""

    became: dict[int, _Became] = field(default_factory=dict)

    def add(self, arrival: Arrival, outcome: Outcome, why: Why | None = None) -> None:
        super().add(arrival, outcome, why)
        self.became[id(arrival)] = outcome, why, ""

    def hold(self, arrival: Arrival, outcome: Outcome, found: Quarantine) -> None:
        self.add(arrival, outcome, found.why)
        self.became[id(arrival)] = outcome, found.why, found.detail


def check(event: Held, text: str) -> Verdict:
    """Say what an event would be if it were `text`; nothing is written."""
    source = engagement_reads.sources({event.source}).get(event.source)
    return verdict_on(_arrival(event, text), source)


def mend(number: int, text: str, *, by: Actor, now: datetime) -> Released:
    """Release one event as `text`, which is the event as JSON with what the collector saw beside it."""
    return release([number], by=by, now=now, mended={number: text})


def release(numbers: Collection[int], *, by: Actor, now: datetime, mended: Mapping[int, str] | None = None) -> Released:
    """Let events go that are held back; harmless for those that are not any more.  At most `AT_ONCE` at once."""
    for _ in range(TRIES - 1):
        try:
            return _release(numbers, mended or {}, by, now)
        except MessageKnown:  # somebody recorded one of them meanwhile: now it is known
            continue
    return _release(numbers, mended or {}, by, now)


def release_matching(wanted: HeldFilter, *, by: Actor, now: datetime) -> Released:
    """Let go, the oldest first, what the filter matches, some at a time; at most `MOST`."""
    outcomes: Counter[Outcome] = Counter()
    still: dict[int, tuple[Why, str]] = {}
    wanted, after, tried = replace(wanted, state=State.HELD), 0, 0
    while tried < MOST and (numbers := held.numbers(wanted, after=after, limit=AT_ONCE)):
        done = release(numbers, by=by, now=now)
        outcomes.update(done.outcomes)
        still.update(done.still)
        after, tried = numbers[-1], tried + len(numbers)
    return Released(dict(outcomes), still, left=bool(held.numbers(wanted, after=after, limit=1)))


def map_and_release(source: int, name: str, kind: str, *, by: Actor, now: datetime) -> Released:
    """Say what a client's event name stands for, and let go all that is held back for that name.

    Raises `UnknownSource`, `BadMapping`.
    """
    engagement.map_name(source, name, kind, by=by, now=now)
    done = [
        release_matching(HeldFilter(source=source, why=why, name=name), by=by, now=now)
        for why in BY_NAME
    ]  # fmt: skip
    outcomes: Counter[Outcome] = Counter()
    for each in done:
        outcomes.update(each.outcomes)
    still = {number: reason for each in done for number, reason in each.still.items()}
    return Released(dict(outcomes), still, any(each.left for each in done))


def _release(numbers: Collection[int], mended: Mapping[int, str], by: Actor, now: datetime) -> Released:
    with transaction.atomic():
        lock_drain()
        events = holding.taken(numbers)
        if not events:
            return Released()
        arrivals = [_arrival(event, mended.get(event.id) or event.newest_body) for event in events]
        tally = _Release()
        write(arrivals, tally, now=now, but={event.id for event in events})
        became = {event.id: tally.became[id(arrival)] for event, arrival in zip(events, arrivals, strict=True)}
        for event in events:
            tally.counts[event.source, holding.hour_of(event), event.outcome, event.why] -= 1
        engagement.count(tally.counts, tally.visits)
        return _close(events, became, mended, by, now)


def _close(
    events: list[Held], became: Mapping[int, _Became], mended: Mapping[int, str], by: Actor, now: datetime
) -> Released:
    gone = {number: outcome for number, (outcome, _, _) in became.items() if outcome not in held.HELD}
    still = {
        number: (outcome, why, detail)
        for number, (outcome, why, detail) in became.items()
        if number not in gone and why is not None
    }
    known = {event.id: event for event in events}
    holding.let_go(gone, {number: text for number, text in mended.items() if number in gone}, now=now)
    changed = {n: new for n, new in still.items() if new != (known[n].outcome, known[n].why, known[n].detail)}
    holding.keep(changed, {number: text for number, text in mended.items() if number in still})
    outcomes: Counter[Outcome] = Counter(gone.values())
    if gone:
        facts = {"outcomes": {outcome.value: n for outcome, n in sorted(outcomes.items())}, "mended": sorted(mended)}
        holding.write_of([event for event in events if event.id in gone], "quarantine.released", facts, by=by, now=now)
    return Released(dict(outcomes), {number: (why, detail) for number, (_, why, detail) in still.items()})


def _arrival(event: Held, text: str) -> Arrival:
    return Arrival(event.source, event.received_at, text.encode(), event.channel)
