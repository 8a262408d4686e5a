"""Arrival: from the inbox into the ledger, in one transaction of the main database.

received = recorded + duplicate + conflict + quarantined + dropped + counted, per source and hour, exactly.
"""

import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from leadpact.capture import touches
from leadpact.capture.types import Seen
from leadpact.engagement import actions as engagement
from leadpact.engagement import holding, traces
from leadpact.engagement import reads as engagement_reads
from leadpact.engagement.actions import CountKey, VisitKey
from leadpact.engagement.kinds import CONSENT_SAID
from leadpact.engagement.rules import clean
from leadpact.engagement.rules_body import read_body
from leadpact.engagement.types import (
    Cleaned,
    Counted,
    Dropped,
    HeldBack,
    Json,
    Outcome,
    Quarantine,
    SourceView,
    Verdict,
    Why,
)
from leadpact.flow import consenting
from leadpact.ledger import actions as ledger
from leadpact.ledger import reads as ledger_reads
from leadpact.ledger.draining import EVER, received, taken
from leadpact.ledger.errors import MessageKnown
from leadpact.ledger.faults import reach
from leadpact.ledger.inbox import Arrival, Inbox, hour_of, open_inbox
from leadpact.ledger.types import NewEntry
from leadpact.people import actions as people
from leadpact.people.types import Asked, Noted, Recognised
from leadpact.scoring import actions as scoring
from leadpact.team.types import SYSTEM, Actor

AT_ONCE = 1_000  # arrivals in one transaction: a second's work at most, since others wait for it on SQLite
TRIES = 3
OTHER_CONTENT = "an event with this message id and other content is recorded"
NOBODY = "none of its ids can name one person"

type _New = tuple[Arrival, Cleaned]
type _Message = tuple[int, bytes]  # source, message
type _Content = tuple[int, bytes, bytes]  # source, message, content


@dataclass(frozen=True)
class Drained:
    """How many arrivals one drain took, by outcome."""

    taken: int
    outcomes: dict[Outcome, int]


@dataclass(frozen=True)
class _Read:
    arrival: Arrival
    verdict: Verdict


@dataclass
class Tally:
    """What one drain writes beside the entries."""

    counts: Counter[CountKey] = field(default_factory=Counter)
    visits: Counter[VisitKey] = field(default_factory=Counter)
    held: list[HeldBack] = field(default_factory=list)

    def add(self, arrival: Arrival, outcome: Outcome, why: Why | None = None) -> None:
        self.counts[arrival.source, hour_of(arrival.received_at), outcome, why] += 1

    def hold(self, arrival: Arrival, outcome: Outcome, found: Quarantine) -> None:
        self.add(arrival, outcome, found.why)
        self.held.append(
            HeldBack(
                arrival.source,
                arrival.received_at,
                outcome,
                found.why,
                found.detail,
                arrival.body,
                found.message,
                found.content,
                arrival.channel,
            )
        )


def accept(events: Iterable[Json], *, channel: str, now: datetime) -> None:
    """Put events of our own pages into the inbox, as a trusted source; they are on disk when this returns.

    events    as a server key would send them: type, event, properties, traits, anonymousId ...
              A `messageId` makes a second submission of one form harmless.

    Raises `InboxUnavailable`.
    """
    source = engagement.own_source(now=now)
    bodies = [msgspec.json.encode({"messageId": uuid.uuid4().hex, **event}) for event in events]
    open_inbox().put([Arrival(source.id, now, body, channel) for body in bodies])


def drain(inbox: Inbox, *, now: datetime, limit: int = AT_ONCE) -> Drained:
    """Take up to `limit` arrivals out of the inbox and write what they come to; safe beside another drain."""
    for _ in range(TRIES - 1):
        try:
            return _drain_once(inbox, now, limit)
        except MessageKnown:  # somebody else recorded one of them meanwhile: now it is known
            continue
    return _drain_once(inbox, now, limit)


def totals() -> dict[str, int]:
    """Return how many arrivals were ever stored, by the inbox's own count, and what became of them."""
    stored, _waiting = received(open_inbox(), since=EVER)
    outcomes = {outcome.value: n for outcome, n in engagement_reads.counts().items()}
    return {"received": sum(stored.values()), **outcomes}


def _drain_once(inbox: Inbox, now: datetime, limit: int) -> Drained:
    tally = Tally()
    with taken(inbox, limit=limit) as arrivals:
        if arrivals:
            write(arrivals, tally, now=now)
            holding.hold_back(tally.held)
            engagement.count(tally.counts, tally.visits)
    outcomes: Counter[Outcome] = Counter()
    for (_, _, outcome, _), n in tally.counts.items():
        outcomes[outcome] += n
    return Drained(len(arrivals), dict(outcomes))


def write(arrivals: Sequence[Arrival], tally: Tally, *, now: datetime, but: Collection[int] = ()) -> None:
    """Write the entries that arrivals come to; all else is the tally's, for the caller to write in this transaction.

    but  held-back ones that these arrivals are themselves

    Raises `MessageKnown` when somebody else recorded one of them meanwhile; nothing is written then.
    """
    sources = engagement_reads.sources({arrival.source for arrival in arrivals})
    read = [_Read(arrival, verdict_on(arrival, sources.get(arrival.source))) for arrival in arrivals]
    new = _sort_out(read, tally, but)
    reach("drain:before-record")
    persons = _record(new, tally, now)
    reach("drain:after-record")
    if persons:
        scoring.mark_due(persons, at=now)


def verdict_on(arrival: Arrival, source: SourceView | None) -> Verdict:
    """Say what an arrival is and means, with nothing recorded known."""
    if source is None:
        return Quarantine(Why.UNKNOWN_SOURCE, f"there is no source number {arrival.source}")
    found = read_body(arrival.body)
    if isinstance(found, Quarantine):
        return found
    event, request = found
    return clean(event, source, arrival.received_at, request)


def _sort_out(read: Sequence[_Read], tally: Tally, but: Collection[int]) -> list[_New]:
    """Return what is to be recorded, each message once; the rest is counted and, where it must be, held back."""
    known, held = _known(read, but)
    new: list[_New] = []
    for one in read:
        arrival, verdict = one.arrival, one.verdict
        match verdict:
            case Dropped():
                tally.add(arrival, Outcome.DROPPED, verdict.why)
            case Counted():
                tally.add(arrival, Outcome.COUNTED, verdict.why)
                hour = hour_of(arrival.received_at)
                tally.visits[arrival.source, hour, verdict.path, verdict.campaign] += 1
            case Quarantine():
                _hold_once(arrival, Outcome.QUARANTINED, verdict, held, tally)
            case Cleaned() if (arrival.source, verdict.message) not in known:
                known[arrival.source, verdict.message] = verdict.content
                new.append((arrival, verdict))
            case Cleaned() if known[arrival.source, verdict.message] == verdict.content:
                tally.add(arrival, Outcome.DUPLICATE)
            case Cleaned():
                other = Quarantine(Why.SAME_ID_OTHER_CONTENT, OTHER_CONTENT, verdict.message, verdict.content)
                _hold_once(arrival, Outcome.CONFLICT, other, held, tally)
    return new


def _known(read: Sequence[_Read], but: Collection[int]) -> tuple[dict[_Message, bytes], set[_Content]]:
    """Return which of these messages are recorded, with their content, and what is held back already."""
    messages: dict[int, set[bytes]] = {}
    for one in read:
        if isinstance(one.verdict, Cleaned | Quarantine) and one.verdict.message is not None:
            messages.setdefault(one.arrival.source, set()).add(one.verdict.message)
    known: dict[_Message, bytes] = {}
    held: set[_Content] = set()
    for source, mine in messages.items():
        known.update({(source, message): c for message, c in ledger_reads.known_messages(source, mine).items()})
        held.update(
            (source, message, content) for message, content in engagement_reads.held_back(source, mine, but=but)
        )
    return known, held


def _hold_once(arrival: Arrival, outcome: Outcome, found: Quarantine, held: set[_Content], tally: Tally) -> None:
    if found.message is not None and found.content is not None:
        content = (arrival.source, found.message, found.content)
        if content in held:
            tally.add(arrival, Outcome.DUPLICATE)
            return
        held.add(content)
    tally.hold(arrival, outcome, found)


def _record(new: Sequence[_New], tally: Tally, now: datetime) -> set[int]:
    """Write the entries; return the persons whose standing may have changed."""
    asked = [
        Asked(event.identifiers, event.happened_at, event.trusted, Actor("source", arrival.source))
        for arrival, event in new
    ]
    persons: set[int] = set()
    # Entries say who sent them, so they are written source by source; each source's keep their order.
    entries: dict[int, list[NewEntry]] = {}
    seen: list[Seen] = []
    traits: dict[int, list[Noted]] = {}
    told: list[tuple[int, int, Recognised, Cleaned]] = []  # source, place among its entries
    traced: list[tuple[int, int, int, str]] = []  # source, place, identity, address
    for (arrival, event), recognised in zip(new, people.recognise_many(asked, by=SYSTEM, now=now), strict=True):
        if recognised is None:
            found = Quarantine(Why.BAD_IDENTITY, NOBODY, event.message, event.content)
            tally.hold(arrival, Outcome.QUARANTINED, found)
            continue
        tally.add(arrival, Outcome.RECORDED)
        persons.add(recognised.person)
        entries.setdefault(arrival.source, []).append(_entry(arrival.source, event, recognised.identity))
        if event.ip:
            traced.append((arrival.source, len(entries[arrival.source]) - 1, recognised.identity, event.ip))
        if event.kind == CONSENT_SAID:
            told.append((arrival.source, len(entries[arrival.source]) - 1, recognised, event))
        seen.append(Seen(recognised.identity, event.kind, event.happened_at, event.facts))
        if event.trusted and event.traits:
            noted = Noted(recognised.person, event.traits, event.happened_at)
            traits.setdefault(arrival.source, []).append(noted)
    numbers: dict[int, list[int]] = {}
    for source, mine in entries.items():
        by = Actor("source", source)
        numbers[source] = ledger.append(mine, by=by, now=now)
        people.note_traits_of_many(traits.get(source, []), by=by, now=now)
    for source, place, who, event in told:
        consenting.heard(
            who.person, who.identity, event.facts, happened_at=event.happened_at,
            entry=numbers[source][place], by=Actor("source", source), now=now,
        )  # fmt: skip
    touches.note(seen)
    traces.note([traces.Seen(numbers[source][place], who, ip) for source, place, who, ip in traced], now=now)
    return persons


def _entry(source: int, event: Cleaned, identity: int) -> NewEntry:
    return NewEntry(
        kind=event.kind,
        happened_at=event.happened_at,
        identity=identity,
        facts=event.facts,
        personal=event.personal,
        source=source,
        message=event.message,
        content=event.content,
    )
