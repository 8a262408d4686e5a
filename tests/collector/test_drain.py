"""The drain: what becomes of each arrival, and that the counts add up to what was received."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from leadpact.engagement import actions as engagement
from leadpact.engagement import reads as engagement_reads
from leadpact.engagement.models import ArrivalCount, Quarantined, VisitCount
from leadpact.engagement.types import Json, Outcome, SourceKind, SourceView
from leadpact.flow import arrival
from leadpact.ledger import actions as ledger
from leadpact.ledger import reads as ledger_reads
from leadpact.ledger.inbox import Arrival, Inbox, open_inbox
from leadpact.ledger.types import StoredEntry
from leadpact.scoring.models import Standing
from leadpact.team.types import SYSTEM

NOW = datetime(2026, 3, 10, 12, 40, tzinfo=UTC)
HOUR = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db(transaction=connection.vendor == "postgresql")


@pytest.fixture
def inbox(tmp_path: Path, settings: Settings) -> Iterator[Inbox]:
    settings.INBOX_FILE = tmp_path / "inbox.sqlite3"
    opened = open_inbox()
    yield opened
    opened.close()


@pytest.fixture
def shop() -> SourceView:
    return source("shop", SourceKind.SERVER)


def source(name: str, kind: SourceKind) -> SourceView:
    found = engagement_reads.source_by_key(engagement.create_source(name, kind, by=SYSTEM, now=NOW))
    assert found is not None
    return found


def event(**changes: object) -> Json:
    base: Json = {
        "type": "track",
        "event": "Looked",
        "userId": "u1",
        "messageId": "m1",
        "timestamp": "2026-03-10T12:00:00Z",
    }
    return {name: value for name, value in {**base, **changes}.items() if value is not None}


def put(inbox: Inbox, source: SourceView, *events: Json | bytes, at: datetime = NOW) -> None:
    bodies = [one if isinstance(one, bytes) else json.dumps(one).encode() for one in events]
    inbox.put([Arrival(source.id, at, body) for body in bodies])


def recorded() -> list[StoredEntry]:
    """What clients sent and was recorded, in the order readers follow."""
    ledger.sequence()
    return [one.entry for one in ledger_reads.after(0, 10_000) if one.entry.kind.startswith("client.")]


def test_whoever_is_due_keeps_the_place_in_the_line(inbox: Inbox, shop: SourceView) -> None:
    put(inbox, shop, event())
    arrival.drain(inbox, now=NOW)
    put(inbox, shop, event(messageId="m2"), at=NOW + timedelta(seconds=3))
    arrival.drain(inbox, now=NOW + timedelta(seconds=3))
    assert [row.due_at for row in Standing.objects.all()] == [NOW]
    Standing.objects.update(due_at=NOW + timedelta(days=30))  # as a score that falls then
    put(inbox, shop, event(messageId="m3"), at=NOW + timedelta(seconds=4))
    arrival.drain(inbox, now=NOW + timedelta(seconds=4))
    assert [row.due_at for row in Standing.objects.all()] == [NOW + timedelta(seconds=4)]


def test_an_event_becomes_an_entry_that_hangs_on_a_person_who_is_due(inbox: Inbox, shop: SourceView) -> None:
    put(inbox, shop, event(properties={"colour": "red"}))
    assert arrival.drain(inbox, now=NOW).outcomes == {Outcome.RECORDED: 1}
    (entry,) = recorded()
    assert (entry.kind, entry.by, entry.happened_at) == ("client.Looked", f"source:{shop.id}", HOUR)
    assert entry.recorded_at == NOW
    assert entry.personal is not None
    assert entry.personal["raw"] == event(properties={"colour": "red"})
    assert [row.due_at for row in Standing.objects.all()] == [NOW]
    (act,) = engagement_reads.acts_of([entry.identity or 0])
    assert (act.kind, act.properties) == ("client.Looked", {"colour": "red"})


def test_a_second_arrival_is_a_duplicate_in_the_same_drain_and_in_a_later_one(inbox: Inbox, shop: SourceView) -> None:
    put(inbox, shop, event(), event(sentAt="2026-03-10T12:39:00Z", timestamp="2026-03-10T12:00:00Z"))
    assert arrival.drain(inbox, now=NOW).outcomes == {Outcome.RECORDED: 1, Outcome.DUPLICATE: 1}
    put(inbox, shop, event())
    assert arrival.drain(inbox, now=NOW + timedelta(days=400)).outcomes == {Outcome.DUPLICATE: 1}
    assert len(recorded()) == 1


def test_the_same_message_id_of_two_sources_is_two_events(inbox: Inbox, shop: SourceView) -> None:
    put(inbox, shop, event())
    put(inbox, source("other", SourceKind.SERVER), event())
    assert arrival.drain(inbox, now=NOW).outcomes == {Outcome.RECORDED: 2}


def test_one_message_id_with_other_content_is_a_conflict_and_kept(inbox: Inbox, shop: SourceView) -> None:
    other = event(properties={"n": 2})
    put(inbox, shop, event(), other, other)
    assert arrival.drain(inbox, now=NOW).outcomes == {
        Outcome.RECORDED: 1,
        Outcome.CONFLICT: 1,
        Outcome.DUPLICATE: 1,  # the other content sent again is nothing new
    }
    put(inbox, shop, other)
    assert arrival.drain(inbox, now=NOW).outcomes == {Outcome.DUPLICATE: 1}
    (kept,) = Quarantined.objects.all()
    assert (kept.outcome, kept.reason) == ("conflict", "same_id_other_content")
    assert json.loads(kept.body) == other


def test_what_cannot_be_recorded_is_kept_whole_with_its_reason(inbox: Inbox, shop: SourceView) -> None:
    bad: list[Json | bytes] = [b"5", b'{"a": "\xff"}', event(event="deal.won"), event(userId="null", messageId="m2")]
    put(inbox, shop, *bad)
    assert arrival.drain(inbox, now=NOW).outcomes == {Outcome.QUARANTINED: 4}
    kept = list(Quarantined.objects.order_by("id").values_list("reason", "body"))
    assert kept == [
        ("not_an_object", "5"),
        ("bad_json", '{"a": "\\xff"}'),
        ("reserved_kind", json.dumps(event(event="deal.won"))),
        ("bad_identity", json.dumps(event(userId="null", messageId="m2"))),
    ]
    assert recorded() == []
    put(inbox, shop, event(event="deal.won"))
    assert arrival.drain(inbox, now=NOW).outcomes == {Outcome.DUPLICATE: 1}


def test_an_event_quarantined_once_is_recorded_when_its_name_was_mapped(inbox: Inbox) -> None:
    site = source("site", SourceKind.BROWSER)
    put(inbox, site, event(event="form.submitted"))
    assert arrival.drain(inbox, now=NOW).outcomes == {Outcome.QUARANTINED: 1}
    engagement.map_names(site.id, {"form.submitted": "form.submitted"}, by=SYSTEM, now=NOW)
    put(inbox, site, event(event="form.submitted"))
    assert arrival.drain(inbox, now=NOW).outcomes == {Outcome.RECORDED: 1}


def test_who_does_not_agree_leaves_path_campaign_and_hour_and_nothing_else(inbox: Inbox) -> None:
    context = {"consent": {"web_tracking": False}, "campaign": {"name": "spring"}}
    page = event(type="page", event=None, context=context, properties={"path": "/a"})
    put(inbox, source("site", SourceKind.BROWSER), page, {**page, "messageId": "m2"})
    assert arrival.drain(inbox, now=NOW).outcomes == {Outcome.COUNTED: 2}
    assert list(VisitCount.objects.values_list("hour", "path", "campaign", "count")) == [(HOUR, "/a", "spring", 2)]
    assert not Standing.objects.exists()
    assert not Quarantined.objects.exists()


def test_counts_of_a_source_and_hour_grow_from_drain_to_drain(inbox: Inbox, shop: SourceView) -> None:
    for number in range(3):
        put(inbox, shop, event(messageId=f"m{number}"), event(messageId=f"m{number}"))
        arrival.drain(inbox, now=NOW)
    put(inbox, shop, event(messageId="later"), at=NOW + timedelta(minutes=20))
    arrival.drain(inbox, now=NOW)
    rows = ArrivalCount.objects.order_by("hour", "outcome").values_list("source", "hour", "outcome", "count")
    assert list(rows) == [
        (shop.id, HOUR, "duplicate", 3),
        (shop.id, HOUR, "recorded", 3),
        (shop.id, HOUR + timedelta(hours=1), "recorded", 1),
    ]


def test_received_is_the_sum_of_all_outcomes_and_what_still_waits(inbox: Inbox, shop: SourceView) -> None:
    refused = {"consent": {"web_tracking": False}}
    put(
        inbox, shop,
        event(), event(), event(properties={"n": 2}), b"null",
        event(messageId="d", integrations={"Leadpact": False}), event(messageId="c", context=refused),
    )  # fmt: skip
    arrival.drain(inbox, now=NOW)
    put(inbox, shop, event(messageId="waits"))
    assert arrival.totals() == {
        "received": 7,
        "recorded": 1,
        "duplicate": 1,
        "conflict": 1,
        "quarantined": 1,
        "dropped": 1,
        "counted": 1,
    }


def test_a_drain_takes_no_more_than_its_limit_and_the_next_goes_on(inbox: Inbox, shop: SourceView) -> None:
    put(inbox, shop, *(event(messageId=f"m{number}") for number in range(5)))
    assert [arrival.drain(inbox, now=NOW, limit=2).taken for _ in range(4)] == [2, 2, 1, 0]
    assert len(recorded()) == 5


def test_events_keep_the_order_they_arrived_in(inbox: Inbox, shop: SourceView) -> None:
    put(inbox, shop, *(event(messageId=f"m{number}", event=f"E{number}") for number in range(50)))
    while arrival.drain(inbox, now=NOW, limit=7).taken:
        pass
    assert [entry.kind for entry in recorded()] == [f"client.E{number}" for number in range(50)]


def test_an_anonymous_visit_belongs_to_the_person_once_they_say_who_they_are(inbox: Inbox, shop: SourceView) -> None:
    visit = event(type="page", event=None, userId=None, anonymousId="a1", messageId="v")
    put(inbox, shop, visit, event(type="identify", event=None, anonymousId="a1", traits={"email": "jo@acme.example"}))
    arrival.drain(inbox, now=NOW)
    assert Standing.objects.count() == 1


def test_an_event_of_a_source_that_is_gone_is_kept(inbox: Inbox) -> None:
    inbox.put([Arrival(4711, NOW, b'{"type": "track"}')])
    assert arrival.drain(inbox, now=NOW).outcomes == {Outcome.QUARANTINED: 1}
    assert [row.reason for row in Quarantined.objects.all()] == ["unknown_source"]


def test_what_our_own_pages_take_in_goes_the_same_way(inbox: Inbox) -> None:
    submitted: Json = {
        "type": "track",
        "event": "form.submitted",
        "messageId": "form-1",
        "anonymousId": "a1",
        "traits": {"email": "jo@acme.example"},
        "properties": {"form": "contact"},
    }
    arrival.accept([submitted], channel="form", now=NOW)
    arrival.accept([submitted], channel="form", now=NOW)  # the visitor pressed twice
    assert arrival.drain(inbox, now=NOW).outcomes == {Outcome.RECORDED: 1, Outcome.DUPLICATE: 1}
    ledger.sequence()
    (entry,) = [one.entry for one in ledger_reads.after(0, 100) if one.entry.kind == "form.submitted"]
    assert entry.facts == {"form": "contact"}


@pytest.mark.parametrize(
    "awkward",
    [
        event(properties={"nul": "a\0b"}),
        event(event="Déjà vu ☕ \u202eright to left"),
        event(userId="ü" * 300),
        event(properties={"big": 10**200, "small": 1e-300, "float": 19.9, "n": -0.0}),
        event(context={"page": {"url": "https://[broken"}}, type="page", event=None),
        event(properties={"url": "https://x.example/\0?utm_campaign=\0"}, type="page", event=None),
        event(properties={"path": "p" * 5000, "title": "t" * 5000}, type="page", event=None),
        event(properties=[1], context="none", traits=5, integrations=[]),
    ],
)
def test_awkward_content_is_recorded_or_kept_never_lost(inbox: Inbox, shop: SourceView, awkward: Json) -> None:
    put(inbox, shop, awkward)
    outcomes = arrival.drain(inbox, now=NOW).outcomes
    assert sum(outcomes.values()) == 1
    assert set(outcomes) <= {Outcome.RECORDED, Outcome.QUARANTINED}
