"""Held-back events are mended, released and discarded, and what came in still adds up."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from leadpact.engagement import actions as engagement
from leadpact.engagement import held, holding, reads
from leadpact.engagement.errors import NoNote
from leadpact.engagement.models import Quarantined, VisitCount
from leadpact.engagement.types import (
    Cleaned,
    HeldFilter,
    Json,
    Outcome,
    Quarantine,
    SourceKind,
    SourceView,
    State,
    Why,
)
from leadpact.flow import arrival, parity, releasing
from leadpact.ledger import reads as ledger_reads
from leadpact.ledger.inbox import Arrival, Inbox, open_inbox
from leadpact.ledger.models import Entry
from leadpact.scoring.models import Standing
from leadpact.team.types import SYSTEM, user_actor

NOW = datetime(2026, 3, 10, 12, 40, tzinfo=UTC)
HOUR = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=3)
OLGA = user_actor(7)

pytestmark = pytest.mark.django_db(transaction=connection.vendor == "postgresql")


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    opened = open_inbox()
    yield opened
    opened.close()


def source(name: str = "shop", kind: SourceKind = SourceKind.SERVER) -> SourceView:
    found = reads.source_by_key(engagement.create_source(name, kind, by=SYSTEM, now=NOW))
    assert found is not None
    return found


def event(**changes: object) -> Json:
    base: Json = {"type": "track", "event": "Looked", "userId": "u1", "messageId": "m1"}
    return {name: value for name, value in {**base, **changes}.items() if value is not None}


def put(inbox: Inbox, of: SourceView, *events: Json | bytes, at: datetime = NOW) -> None:
    bodies = [one if isinstance(one, bytes) else json.dumps(one).encode() for one in events]
    inbox.put([Arrival(of.id, at, body) for body in bodies])
    arrival.drain(inbox, now=at)


def stands(inbox: Inbox) -> dict[str, int]:
    """Return what became of all that came in, and the difference, which is 0."""
    sums = parity.together(parity.hours(inbox, since=HOUR - timedelta(days=400), until=LATER + timedelta(days=1)))
    return {str(outcome or "difference"): n for outcome, n in sums.items() if n or outcome is None}


def waiting() -> list[int]:
    return held.numbers(HeldFilter(), limit=100)


def written(kind: str) -> list[tuple[str, str, Json]]:
    return [(row.by, row.about, row.facts) for row in Entry.objects.filter(kind=kind).order_by("id")]


def test_a_mended_event_is_recorded_as_if_it_had_come_right(inbox: Inbox) -> None:
    shop = source()
    put(inbox, shop, event(timestamp="yesterday"))
    (number,) = waiting()
    assert stands(inbox) == {"quarantined": 1, "difference": 0}
    right = json.dumps(event(timestamp="2026-03-09T12:00:00Z"))
    done = releasing.mend(number, right, by=OLGA, now=LATER)
    assert (done.outcomes, done.still) == ({Outcome.RECORDED: 1}, {})
    assert stands(inbox) == {"recorded": 1, "difference": 0}
    (entry,) = Entry.objects.filter(kind="client.Looked")
    assert entry.happened_at == datetime(2026, 3, 9, 12, tzinfo=UTC)
    assert entry.recorded_at == LATER
    assert (entry.by, entry.source) == (f"source:{shop.id}", shop.id)
    assert Standing.objects.get().due_at == LATER  # whoever did it is judged again
    kept = held.one(number)
    assert kept is not None
    assert (kept.state, kept.released_at, kept.became) == (State.RELEASED, LATER, Outcome.RECORDED)
    assert (json.loads(kept.body), kept.mended) == (event(timestamp="yesterday"), right)
    facts = {"held": [number], "outcomes": {"recorded": 1}, "mended": [number]}
    assert written("quarantine.released") == [("user:7", f"source:{shop.id}", facts)]


def test_a_release_without_mending_what_is_wrong_changes_nothing(inbox: Inbox) -> None:
    put(inbox, source(), event(timestamp="yesterday"))
    (number,) = waiting()
    done = releasing.release([number], by=OLGA, now=LATER)
    assert (done.released, [why for why, _ in done.still.values()]) == (0, [Why.BAD_TIME])
    assert waiting() == [number]
    assert stands(inbox) == {"quarantined": 1, "difference": 0}
    assert written("quarantine.released") == []


def test_what_is_mended_into_something_else_that_is_wrong_says_what_is_wrong_now(inbox: Inbox) -> None:
    put(inbox, source(), event(timestamp="yesterday"))
    (number,) = waiting()
    releasing.mend(number, json.dumps(event(type="tract")), by=OLGA, now=LATER)
    kept = held.one(number)
    assert kept is not None
    assert (kept.why, kept.state) == (Why.UNKNOWN_TYPE, State.HELD)
    assert [(one.why, one.count) for one in held.reasons()] == [(Why.UNKNOWN_TYPE, 1)]
    assert stands(inbox) == {"quarantined": 1, "difference": 0}


def test_a_released_event_that_is_recorded_already_is_a_duplicate(inbox: Inbox) -> None:
    shop = source()
    put(inbox, shop, event(), event(messageId="m2", timestamp="yesterday"))
    (number,) = waiting()
    releasing.mend(number, json.dumps(event()), by=OLGA, now=LATER)
    assert stands(inbox) == {"recorded": 1, "duplicate": 1, "difference": 0}
    assert Entry.objects.filter(kind="client.Looked").count() == 1


def test_a_retry_of_an_event_that_was_mended_meanwhile_is_a_duplicate(inbox: Inbox) -> None:
    shop, wrong = source(), event(timestamp="yesterday")
    put(inbox, shop, wrong)
    releasing.mend(waiting()[0], json.dumps(event()), by=OLGA, now=LATER)
    put(inbox, shop, wrong, at=LATER)
    assert stands(inbox) == {"recorded": 1, "duplicate": 1, "difference": 0}


def test_the_second_of_two_contents_stays_until_it_has_an_id_of_its_own(inbox: Inbox) -> None:
    shop = source()
    put(inbox, shop, event(), event(properties={"n": 2}))
    (number,) = waiting()
    assert stands(inbox) == {"recorded": 1, "conflict": 1, "difference": 0}
    assert releasing.release([number], by=OLGA, now=LATER).released == 0
    assert stands(inbox) == {"recorded": 1, "conflict": 1, "difference": 0}
    releasing.mend(number, json.dumps(event(messageId="m1-b", properties={"n": 2})), by=OLGA, now=LATER)
    assert stands(inbox) == {"recorded": 2, "difference": 0}


def test_a_name_mapped_lets_go_all_that_is_held_back_for_it_and_nothing_else(inbox: Inbox) -> None:
    site = source("site", SourceKind.BROWSER)
    shown = [event(event="form.submitted", messageId=f"m{n}", userId=None, anonymousId=f"a{n}") for n in range(3)]
    put(inbox, site, *shown, event(event="deal.won", messageId="x"), event(messageId="y", timestamp="no"))
    assert held.count(HeldFilter(source=site.id, why=Why.RESERVED_KIND, name="form.submitted"), at_most=100) == 3
    done = releasing.map_and_release(site.id, "form.submitted", "form.submitted", by=OLGA, now=LATER)
    assert (done.outcomes, done.left) == ({Outcome.RECORDED: 3}, False)
    assert Entry.objects.filter(kind="form.submitted").count() == 3
    assert stands(inbox) == {"recorded": 3, "quarantined": 2, "difference": 0}
    assert dict(reads.sources({site.id})[site.id].mapping) == {"form.submitted": "form.submitted"}
    engagement.map_name(site.id, "Signed Up", "webinar.registered", by=OLGA, now=LATER)
    assert len(reads.sources({site.id})[site.id].mapping) == 2  # the first stays


def test_who_did_not_agree_to_be_followed_leaves_a_count_and_no_body(inbox: Inbox) -> None:
    page = event(type="page", event=None, timestamp="no", properties={"path": "/a"})
    put(inbox, source(), page)
    (number,) = waiting()
    refused = {**page, "timestamp": None, "context": {"consent": {"web_tracking": False}}}
    releasing.mend(number, json.dumps(refused), by=OLGA, now=LATER)
    assert stands(inbox) == {"counted": 1, "difference": 0}
    assert list(VisitCount.objects.values_list("hour", "path", "count")) == [(HOUR, "/a", 1)]
    row = Quarantined.objects.get()
    assert (row.body, row.mended, row.detail, row.name) == ("", "", "", "")


def test_the_discarded_count_as_not_wanted_until_that_is_undone(inbox: Inbox) -> None:
    shop = source()
    put(inbox, shop, b"5", event(timestamp="no"))
    first, second = waiting()
    assert holding.discard([first, second, 987], "test traffic", by=OLGA, now=LATER) == [first, second]
    assert holding.discard([first], "again", by=OLGA, now=LATER) == []
    assert stands(inbox) == {"dropped": 2, "difference": 0}
    assert releasing.release([first, second], by=OLGA, now=LATER).released == 0
    assert held.reasons() == []
    assert [row.note for row in held.some(HeldFilter(state=State.DISCARDED), limit=9)] == ["test traffic"] * 2
    assert holding.restore([second], by=OLGA, now=LATER) == [second]
    assert holding.restore([second], by=OLGA, now=LATER) == []
    assert stands(inbox) == {"quarantined": 1, "dropped": 1, "difference": 0}
    assert [facts for _, _, facts in written("quarantine.discarded")] == [
        {"held": [first, second], "outcome": "dropped"}
    ]
    assert [facts for _, _, facts in written("quarantine.restored")] == [{"held": [second]}]
    with pytest.raises(NoNote):
        holding.discard([second], " ", by=OLGA, now=LATER)


def test_nothing_of_what_a_body_says_stands_in_what_the_ledger_keeps_of_a_release(inbox: Inbox) -> None:
    put(inbox, source(), event(userId="jo@acme.example", timestamp="no"))
    releasing.release(waiting(), by=OLGA, now=LATER)
    holding.discard(waiting(), "why not", by=OLGA, now=LATER)
    facts = json.dumps([facts for _, _, facts in written("quarantine.discarded")])
    assert "acme" not in facts
    assert "Looked" not in facts


def test_a_check_says_what_would_become_of_an_event_and_writes_nothing(inbox: Inbox) -> None:
    put(inbox, source(), event(timestamp="no"))
    found = held.one(waiting()[0])
    assert found is not None
    before = ledger_reads.stats().entries
    assert isinstance(releasing.check(found, found.body), Quarantine)
    assert isinstance(releasing.check(found, json.dumps(event())), Cleaned)
    assert ledger_reads.stats().entries == before
    assert len(waiting()) == 1


def test_what_an_inbox_lost_shows_as_a_difference(inbox: Inbox) -> None:
    shop = source()
    put(inbox, shop, event())
    inbox.put([Arrival(shop.id, NOW, json.dumps(event(messageId=f"m{n}")).encode()) for n in range(3)])
    (hour,) = parity.hours(inbox, since=HOUR, until=LATER)
    assert (hour.received, hour.waiting, hour.difference) == (4, 3, 0)
    inbox.trim(inbox.last_id())  # as if somebody had deleted what waited
    (hour,) = parity.hours(inbox, since=HOUR, until=LATER)
    assert (hour.received, hour.waiting, hour.difference) == (4, 0, 3)


def empty_inbox() -> Inbox:
    open_inbox().close()
    file = Path(settings.INBOX_FILE)
    for each in file.parent.glob(f"{file.name}*"):
        each.unlink()
    return open_inbox()


GOOD = st.builds(lambda n: event(messageId=f"m{n}"), st.integers(0, 5))
OTHER = st.builds(lambda n: event(messageId=f"m{n}", properties={"n": 1}), st.integers(0, 5))
UNTIMELY = st.builds(lambda n: event(messageId=f"m{n}", timestamp="no"), st.integers(0, 5))
UNSEEN = st.just(event(type="page", event=None, context={"consent": {"web_tracking": False}}))
OFF = st.just(event(integrations={"Leadpact": False}))
BROKEN = st.just(b"5")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("come"), st.lists(st.one_of(GOOD, OTHER, UNTIMELY, UNSEEN, OFF, BROKEN), max_size=4)),
        st.tuples(st.sampled_from(["release", "mend", "discard", "restore"]), st.integers(0, 9)),
    ),
    min_size=3,
    max_size=12,
)


@pytest.mark.sqlite_only  # there an inbox can be begun anew; what is counted is counted alike
class Whatever(TestCase):
    """hypothesis wants a test case that puts the database back after each example."""

    @tries(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(STEPS)
    def test_whatever_comes_is_released_mended_discarded_or_taken_back_it_adds_up(
        self, steps: list[tuple[str, int | list[Json | bytes]]]
    ) -> None:
        inbox, sent = empty_inbox(), 0
        of = [source(f"s{n}", SourceKind.SERVER) for n in (1, 2)]
        for number, (what, said) in enumerate(steps):
            if isinstance(said, list):
                at = NOW + timedelta(minutes=25 * (number % 3))
                put(inbox, of[number % 2], *said, at=at)
                sent += len(said)
            else:
                self.act(what, said)
            sums = stands(inbox)
            assert sums.pop("difference") == 0
            assert sum(sums.values()) == sent
            by_rows = sum(one.count for one in held.reasons())
            assert by_rows == len(waiting())
        clients = Entry.objects.filter(kind="client.Looked").count()
        assert clients == sums.get("recorded", 0)

    def act(self, what: str, place: int) -> None:
        discarded = held.numbers(HeldFilter(state=State.DISCARDED), limit=100)
        numbers = discarded if what == "restore" else waiting()
        chosen = numbers[place : place + 2]
        match what:
            case "release":
                releasing.release(chosen, by=OLGA, now=LATER)
            case "mend":
                for one in chosen:
                    releasing.mend(one, json.dumps(event(messageId=f"m{place}")), by=OLGA, now=LATER)
            case "discard" if chosen:
                holding.discard(chosen, "no", by=OLGA, now=LATER)
            case "restore":
                holding.restore(chosen, by=OLGA, now=LATER)
