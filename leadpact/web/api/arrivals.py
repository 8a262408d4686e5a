"""What came in, hour by hour, and events that are held back."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Field, Query, Router, Schema

from leadpact.base import cursor
from leadpact.base.errors import BadInput
from leadpact.base.wording import verbatim, worded
from leadpact.engagement import actions as engagement
from leadpact.engagement import held, holding, reads
from leadpact.engagement.recorded import Recorded
from leadpact.engagement.types import Held, HeldFilter, Outcome, State, Why
from leadpact.flow import parity, releasing
from leadpact.flow.releasing import AT_ONCE, Released
from leadpact.ledger.inbox import hour_of, open_inbox
from leadpact.web.api.access import Bearer
from leadpact.web.api.paging import Limit
from leadpact.web.arrivals import bodies
from leadpact.web.arrivals.recorded_views import FIRST, LAST, hour_asked, owners_of
from leadpact.web.shell.access import actor_of, now_of

router = Router()

LONGEST = timedelta(days=31)
Row = Annotated[int, Field(ge=1, lt=2**63)]
Numbers = Annotated[list[Row], Field(min_length=1, max_length=AT_ONCE)]


class BadPeriod(BadInput):
    code = "bad_period"
    what_to_do = worded("Give since and until with their offsets, at most 31 days apart.")


class NotMended(BadInput):
    code = "not_mended"
    what_to_do = worded("Mend what the message says, and send it again.")


class Hour(Schema):
    """`difference` is 0 where nothing was lost or doubled; null while it is still moving.  `reasons`: of those that
    were dropped, counted only or held back."""

    source: int
    hour: datetime
    received: int
    recorded: int
    duplicate: int
    conflict: int
    quarantined: int
    dropped: int
    counted: int
    waiting: int
    difference: int | None
    turned_away: int
    reasons: dict[str, int]


class HourPage(Schema):
    items: list[Hour]


class RecordedEvent(Schema):
    """An event that came in, and the entry it became; `person`: null where it was erased."""

    entry: int
    kind: str
    person: int | None
    received_at: datetime
    happened_at: datetime
    recorded_at: datetime


class RecordedPage(Schema):
    items: list[RecordedEvent]
    next: str | None
    recorded: int


class HeldEvent(Schema):
    """`state`: held, released or discarded; `became`: the outcome it counts as since; `event`: as text, since it may
    be no JSON; `request`: what the collector saw beside it."""

    id: int
    source: int
    received_at: datetime
    outcome: str
    reason: str
    detail: str
    name: str
    state: str
    became: str
    note: str
    released_at: datetime | None
    discarded_at: datetime | None
    event: str | None = None
    request: dict[str, Any] | None = None


class HeldPage(Schema):
    items: list[HeldEvent]
    next: str | None
    reasons: dict[str, int]


class Wanted(Schema):
    """Which held-back events; `after`: the `next` of the page before."""

    state: State = State.HELD
    source: Row | None = None
    reason: Why | None = None
    name: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    q: Annotated[str, Field(max_length=100)] = ""


class WantedPage(Wanted):
    after: str = ""
    limit: Limit = 50


class HourWanted(Schema):
    """`hour`: any moment in it; `after`: the `next` of the page before."""

    source: Row
    hour: datetime
    after: str = ""
    limit: Limit = 50


class Period(Schema):
    since: datetime
    until: datetime
    source: Row | None = None


class ToMend(Schema):
    """The event as it should have come."""

    event: dict[str, Any]


class ToRelease(Schema):
    held: Numbers


class ToDiscard(Schema):
    held: Numbers
    note: Annotated[str, Field(min_length=1, max_length=200)]


class ToMap(Schema):
    """`name`: what the client calls it; `kind`: the prospect's act it stands for."""

    source: Row
    name: Annotated[str, Field(min_length=1, max_length=200)]
    kind: str


class Done(Schema):
    """`outcomes`: what those became that are not held back any more; `still`: reasons of those that stay;
    `left`: there are more than one call takes."""

    outcomes: dict[str, int]
    still: dict[str, str]
    left: bool


class Moved(Schema):
    held: list[int]


class ToLimit(Schema):
    """Events a second in the long run; null: as the installation says, 0: no limit."""

    events_per_second: Annotated[int, Field(ge=0, le=1_000_000)] | None


@router.get("/arrivals", auth=Bearer("arrival.see"), response=HourPage, summary="What came in, by source and hour")
def arrivals(request: HttpRequest, wanted: Query[Period]) -> HourPage:
    if wanted.since.tzinfo is None or wanted.until.tzinfo is None or wanted.until - wanted.since > LONGEST:
        raise BadPeriod(worded("This is no period of at most 31 days."))
    away: dict[tuple[int, datetime], int] = {}
    for one in reads.turned_away(since=wanted.since, source=wanted.source):
        away[one.source, one.hour] = away.get((one.source, one.hour), 0) + one.count
    found = parity.hours(open_inbox(), since=wanted.since, until=wanted.until, source=wanted.source)
    return HourPage(items=[_hour(each, away.get((each.source, each.hour), 0)) for each in found])


@router.get(
    "/arrivals/recorded", auth=Bearer("arrival.see"), response=RecordedPage, summary="What an hour's arrivals became"
)
def recorded_arrivals(request: HttpRequest, wanted: Query[HourWanted]) -> RecordedPage:
    """In the order of recording; `recorded`: how many they are together."""
    if wanted.hour.tzinfo is None or not FIRST <= wanted.hour.year <= LAST:
        raise BadPeriod(worded("This is no hour."))
    asked = hour_asked(wanted.source, hour_of(wanted.hour))
    found, following = asked.page(wanted.after, limit=wanted.limit)
    owners = owners_of(found)
    return RecordedPage(
        items=[_recorded(row, owners.get(row.entry.identity or 0)) for row in found],
        next=following or None,
        recorded=asked.recorded,
    )


def _recorded(row: Recorded, person: int | None) -> RecordedEvent:
    entry = row.entry
    return RecordedEvent(
        entry=entry.id,
        kind=entry.kind,
        person=person,
        received_at=row.received_at,
        happened_at=entry.happened_at,
        recorded_at=entry.recorded_at,
    )


@router.get("/held", auth=Bearer("arrival.see"), response=HeldPage, summary="Held-back events, the newest first")
def held_events(request: HttpRequest, wanted: Query[WantedPage]) -> HeldPage:
    """`reasons`: how many are held back now, of the source that was asked for."""
    after = int(cursor.decode(wanted.after, int)[0]) if wanted.after else None
    found = held.some(_filter(wanted), after=after, limit=wanted.limit + 1)
    shown = found[: wanted.limit]
    reasons: dict[str, int] = {}
    for one in held.reasons(source=wanted.source):
        reasons[one.why.value] = reasons.get(one.why.value, 0) + one.count
    following = cursor.encode(shown[-1].id) if len(found) > wanted.limit else None
    return HeldPage(items=[_event(each) for each in shown], next=following, reasons=reasons)


@router.get("/held/{row:held_id}", auth=Bearer("arrival.see"), response=HeldEvent, summary="One held-back event")
def held_event(request: HttpRequest, held_id: int) -> HeldEvent:
    return _whole(_found(held_id))


@router.post("/held/{row:held_id}/mend", auth=Bearer("arrival.mend"), response=Done, summary="Mend and release one")
def mend_held(request: HttpRequest, held_id: int, said: ToMend) -> Done:
    """Refused with what is wrong while it cannot be recorded; the original is kept."""
    event = _found(held_id)
    text = bodies.written(said.event)
    body = bodies.joined(text, bodies.parts_of(event.body).request)
    fault = bodies.fault_in(text, releasing.check(event, body))
    if fault is not None:
        raise NotMended(verbatim(fault.message), details={"line": fault.line})
    return _done(releasing.mend(held_id, body, by=actor_of(request), now=now_of(request)))


@router.post("/held/release", auth=Bearer("arrival.mend"), response=Done, summary="Release held-back events")
def release_held(request: HttpRequest, said: ToRelease) -> Done:
    """They go the way of an arrival again.  Harmless for those that are not held back any more."""
    return _done(releasing.release(said.held, by=actor_of(request), now=now_of(request)))


@router.post("/held/discard", auth=Bearer("arrival.mend"), response=Moved, summary="Discard held-back events")
def discard_held(request: HttpRequest, said: ToDiscard) -> Moved:
    """They count as dropped from then on; `held` of the answer: those that were still held back."""
    return Moved(held=holding.discard(said.held, said.note, by=actor_of(request), now=now_of(request)))


@router.post("/held/restore", auth=Bearer("arrival.mend"), response=Moved, summary="Hold discarded events back again")
def restore_held(request: HttpRequest, said: ToRelease) -> Moved:
    return Moved(held=holding.restore(said.held, by=actor_of(request), now=now_of(request)))


@router.post("/held/map", auth=Bearer("arrival.mend"), response=Done, summary="Say what a client's event name means")
def map_held(request: HttpRequest, said: ToMap) -> Done:
    """From then on, and for all that is held back for that name: they are released."""
    return _done(
        releasing.map_and_release(said.source, said.name, said.kind, by=actor_of(request), now=now_of(request))
    )


@router.post("/keys/{row:key_id}/limit", auth=Bearer("key.manage"), response=ToLimit, summary="How fast a key may send")
def limit_key(request: HttpRequest, key_id: int, said: ToLimit) -> ToLimit:
    if reads.write_key(key_id) is None:
        raise Http404
    engagement.set_limit(key_id, said.events_per_second, by=actor_of(request), now=now_of(request))
    return said


def _filter(wanted: Wanted) -> HeldFilter:
    for moment in (wanted.since, wanted.until):
        if moment is not None and moment.tzinfo is None:
            raise BadPeriod(worded("A moment has no offset."))
    return HeldFilter(
        state=wanted.state, source=wanted.source, why=wanted.reason, name=wanted.name, since=wanted.since,
        until=wanted.until, words=wanted.q.strip().replace("\0", ""),
    )  # fmt: skip


def _found(number: int) -> Held:
    event = held.one(number)
    if event is None:
        raise Http404
    return event


def _hour(row: parity.Hour, away: int) -> Hour:
    reasons: dict[str, int] = {}
    for (_outcome, why), n in row.endings.items():
        if why is not None:
            reasons[why.value] = reasons.get(why.value, 0) + n
    return Hour(
        source=row.source, hour=row.hour, received=row.received,
        **{outcome.value: row.of(outcome) for outcome in Outcome}, waiting=row.waiting,
        difference=None if row.is_moving else row.difference, turned_away=away, reasons=reasons,
    )  # fmt: skip


def _event(event: Held) -> HeldEvent:
    return HeldEvent(
        id=event.id, source=event.source, received_at=event.received_at, outcome=event.outcome.value,
        reason=event.why.value, detail=event.detail, name=event.name, state=event.state.value,
        became=event.became.value if event.became else "", note=event.note, released_at=event.released_at,
        discarded_at=event.discarded_at,
    )  # fmt: skip


def _whole(event: Held) -> HeldEvent:
    parts = bodies.parts_of(event.newest_body)
    whole = _event(event)
    whole.event, whole.request = parts.event, dict(parts.request)
    return whole


def _done(done: Released) -> Done:
    return Done(
        outcomes={outcome.value: n for outcome, n in sorted(done.outcomes.items())},
        still={str(number): why.value for number, (why, _) in done.still.items()},
        left=done.left,
    )
