"""The pages of what came in and what is held back."""

import json
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from leadpact.engagement import actions as engagement
from leadpact.engagement import held, reads
from leadpact.engagement.types import Away, HeldFilter, Json, SourceKind, SourceView, State, TurnedAway, Why
from leadpact.flow import arrival, clock
from leadpact.ledger import actions as ledger
from leadpact.ledger import reads as ledger_reads
from leadpact.ledger.inbox import Arrival, hour_of, open_inbox
from leadpact.ledger.types import StoredEntry
from leadpact.team.types import SYSTEM
from leadpact.web.tests.acting import browser_of, reads_well, words_of
from tests import cast

pytestmark = pytest.mark.django_db(transaction=connection.vendor == "postgresql")

ARRIVALS, HELD = "/settings/arrivals/", "/settings/arrivals/held/"


@pytest.fixture
def client() -> Client:
    return browser_of(cast.found().olga)


@pytest.fixture
def now() -> datetime:
    return clock.now()


def source(name: str = "shop", kind: SourceKind = SourceKind.SERVER) -> SourceView:
    found = reads.source_by_key(engagement.create_source(name, kind, by=SYSTEM, now=clock.now()))
    assert found is not None
    return found


def event(**changes: object) -> Json:
    base: Json = {"type": "track", "event": "Looked", "userId": "u1", "messageId": "m1"}
    return {name: value for name, value in {**base, **changes}.items() if value is not None}


def put(of: SourceView, *events: Json | bytes, at: datetime) -> None:
    inbox = open_inbox()
    bodies = [one if isinstance(one, bytes) else json.dumps(one).encode() for one in events]
    inbox.put([Arrival(of.id, at, body) for body in bodies])
    arrival.drain(inbox, now=at)
    inbox.close()


def entries(kind: str) -> list[StoredEntry]:
    ledger.sequence()
    return [one.entry for one in ledger_reads.after(0, 10_000) if one.entry.kind == kind]


def only() -> int:
    (number,) = held.numbers(HeldFilter(), limit=5)
    return number


def test_hours_show_what_came_in_and_the_difference_is_nothing(client: Client, now: datetime) -> None:
    shop = source()
    page = event(type="page", event=None, context={"consent": {"web_tracking": False}}, properties={"path": "/prices"})
    put(shop, event(), event(), event(messageId="m2", timestamp="no"), page, at=now)
    engagement.note_turned_away([TurnedAway(shop.id, hour_of(now), Away.TOO_FAST, 2, 40)])
    answer = client.get(ARRIVALS)
    words = words_of(answer)
    assert "nothing lost, nothing doubled" in words
    assert (
        "Received 4 Recorded 1 Came twice 1 Same id, other content 0 Held back 1 Not wanted 0 Counted only 1" in words
    )
    assert "Difference 0 Turned away 40" in words
    assert "This key sent faster than it may 40" in words
    assert "No consent to be followed 1" in words
    assert reads_well(answer)
    text = answer.content.decode()
    hour = hour_of(now).isoformat().replace(":", "%3A").replace("+", "%2B")
    assert escape(f"/settings/arrivals/visits/?source={shop.id}&hour={hour}") in text
    rows = client.get(f"{HELD}?source={shop.id}&hour={hour}&outcome=quarantined")
    assert words_of(rows).count("Bad time") == 2  # the reason above, and the one row
    visits = client.get(f"/settings/arrivals/visits/?source={shop.id}&hour={hour}")
    assert "/prices" in words_of(visits)
    assert reads_well(visits)


def test_what_was_lost_is_said_first(client: Client, now: datetime) -> None:
    shop, inbox = source(), open_inbox()
    put(shop, event(), at=now)
    inbox.put([Arrival(shop.id, now, b"{}"), Arrival(shop.id, now, b"{}")])
    assert "Waiting 2 Difference 0" in words_of(client.get(ARRIVALS))
    inbox.trim(inbox.last_id())
    assert "2 events of what came in are not accounted for." in words_of(client.get(ARRIVALS))
    inbox.close()


def test_a_period_and_a_source_narrow_the_hours_and_go_out_as_a_spreadsheet(client: Client, now: datetime) -> None:
    shop, site = source(), source("website")
    put(shop, event(), at=now)
    put(site, event(), at=now - timedelta(days=20))
    assert "website" not in words_of(client.get(f"{ARRIVALS}?days=7")).partition("Hour Received")[2]
    assert "Received 2" in words_of(client.get(f"{ARRIVALS}?days=31"))
    assert "Received 1" in words_of(client.get(f"{ARRIVALS}?days=31&source={shop.id}"))
    assert client.get(f"{ARRIVALS}?days=x&source=x").status_code == 200
    lines = b"".join(client.get(f"{ARRIVALS}arrivals.csv?days=31")).decode().splitlines()
    assert len(lines) == 3
    assert lines[1] == f"{hour_of(now).isoformat()},shop,1,1,0,0,0,0,0,0,0,0"


def test_an_event_says_what_is_wrong_at_its_line_and_what_to_do(client: Client, now: datetime) -> None:
    put(source(), event(timestamp="yesterday", properties={"ü": "<b>"}), at=now)
    page = client.get(f"{HELD}{only()}/")
    text, words = page.content.decode(), words_of(page)
    assert '<li class="is-wrong"><div><code>  &quot;timestamp&quot;: &quot;yesterday&quot;' in text
    assert "timestamp is not a time in ISO 8601: yesterday" in words
    assert "Write it as 2026-03-09T12:00:00Z" in words
    assert "&lt;b&gt;" in text
    assert page["Cache-Control"] == "no-store"
    assert reads_well(page)


def test_a_text_that_is_no_json_is_shown_with_the_place_of_the_error_and_nothing_typed_is_lost(
    client: Client, now: datetime
) -> None:
    put(source(), b'{"type": "track",\n "event": "Looked",,\n "userId": "u1"}', at=now)
    number = only()
    assert "at character 20 of this line" in words_of(client.get(f"{HELD}{number}/"))
    typed = '{"type": "track",\n "event": "Looked" "userId": "u1"}'
    page = client.post(f"{HELD}{number}/mend/", {"event": typed, "do": "release"})
    assert page.status_code == 400
    assert "Line 2: Expecting ',' delimiter" in words_of(page).replace("&#x27;", "'")
    assert escape(typed) in page.content.decode()
    assert only() == number


def test_a_check_writes_nothing_and_a_release_records(client: Client, now: datetime) -> None:
    put(source(), event(type="tract"), at=now)
    number, right = only(), json.dumps(event())
    checked = client.post(f"{HELD}{number}/mend/", {"event": right, "do": "check"})
    assert "It can be recorded: “Looked”. Nothing is written yet." in words_of(checked)
    assert entries("client.Looked") == []
    answer = client.post(f"{HELD}{number}/mend/", {"event": right, "do": "release"}, follow=True)
    assert "1 event released: 1 recorded." in words_of(answer)
    assert "It became: Recorded" in words_of(answer)
    assert len(entries("client.Looked")) == 1
    assert [entry.by[:5] for entry in entries("quarantine.released")] == ["user:"]


def test_a_name_is_mapped_for_all_that_are_held_back_for_it(client: Client, now: datetime) -> None:
    site = source("site", SourceKind.BROWSER)
    shown = [event(event="form.submitted", messageId=f"m{n}", userId=None, anonymousId=f"a{n}") for n in range(3)]
    put(site, *shown, at=now)
    number = held.numbers(HeldFilter(), limit=5)[0]
    assert "Map it and release all 3 held back for it" in words_of(client.get(f"{HELD}{number}/"))
    said = {"source": site.id, "name": "form.submitted", "kind": "form.submitted"}
    answer = client.post(f"{HELD}map/", said, follow=True)
    assert "3 events released: 3 recorded." in words_of(answer)
    assert client.post(f"{HELD}map/", {**said, "kind": "deal.won"}).status_code == 400
    assert client.post(f"{HELD}map/", {**said, "source": "987654"}).status_code == 400


def test_all_of_one_reason_are_released_and_what_is_still_wrong_stays(client: Client, now: datetime) -> None:
    shop = source("site", SourceKind.BROWSER)
    put(shop, *[event(event="form.submitted", messageId=f"m{n}", userId=f"u{n}") for n in range(2)], b"5", at=now)
    assert "Release all 2 that match" in words_of(client.get(f"{HELD}?reason=reserved_kind"))
    engagement.map_name(shop.id, "form.submitted", "form.submitted", by=SYSTEM, now=now)
    answer = client.post(f"{HELD}release/", {"all": "1", "reason": "reserved_kind"}, follow=True)
    assert "2 events released" in words_of(answer)
    assert [row.why for row in held.some(HeldFilter(), limit=5)] == [Why.NOT_AN_OBJECT]


def test_the_discarded_can_be_had_back(client: Client, now: datetime) -> None:
    put(source(), b"5", b"6", at=now)
    numbers = held.numbers(HeldFilter(), limit=5)
    assert "Discarded events need a reason." in words_of(
        client.post(f"{HELD}discard/", {"held": numbers, "note": ""}, follow=True)
    )
    answer = client.post(f"{HELD}discard/", {"held": numbers, "note": "load test"}, follow=True)
    assert "2 events discarded." in words_of(answer)
    assert f'action="{HELD}restore/?last=1"' in answer.content.decode()
    listed = client.get(f"{HELD}?state=discarded")
    assert words_of(listed).count("load test") == 2
    assert "2 events are held back again." in words_of(client.post(f"{HELD}restore/?last=1", follow=True))
    assert held.numbers(HeldFilter(state=State.DISCARDED), limit=5) == []


def test_the_list_is_narrowed_by_source_reason_day_and_words(client: Client, now: datetime) -> None:
    shop, other = source(), source("other")
    put(shop, event(timestamp="no", messageId="find-me"), at=now)
    put(other, b"5", at=now - timedelta(days=3))

    def titles(query: str) -> list[str]:
        words = words_of(client.get(f"{HELD}?{query}")).partition("Came in")[2]
        return [title for title in ("Looked", " 5 ") if title in words]

    assert titles("") == ["Looked", " 5 "]
    assert titles(f"source={shop.id}") == ["Looked"]
    assert titles("reason=not_an_object") == [" 5 "]
    assert titles(f"day={now.date().isoformat()}") == ["Looked"]
    assert titles("q=FIND-me") == ["Looked"]
    assert titles("q=nowhere") == []
    assert client.get(f"{HELD}?day=x&source=x&reason=x&state=x&hour=x").status_code == 200
    lines = b"".join(client.get(f"{HELD}held.csv")).decode()
    assert "find-me" not in lines  # bodies do not leave
    assert lines.count("\n") == 3


def test_a_back_address_elsewhere_is_not_followed(client: Client) -> None:
    answer = client.post(f"{HELD}release/", {"back": "https://evil.example/"})
    assert answer["Location"] == HELD


def test_what_is_too_long_is_shown_from_its_beginning_and_not_mended(client: Client, now: datetime) -> None:
    put(source(), event(timestamp="no", properties={"long": "x" * 70_000}), at=now)
    page = client.get(f"{HELD}{only()}/")
    assert "too long to be shown whole or mended here" in words_of(page)
    assert "<textarea" not in page.content.decode()


def test_more_rows_cost_no_more_queries(client: Client, now: datetime) -> None:
    shop = source()

    def queries(page: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page).status_code == 200
        return len(asked)

    put(shop, *[event(timestamp="no", messageId=f"a{n}") for n in range(3)], at=now)
    number = held.numbers(HeldFilter(), limit=5)[0]
    pages = (ARRIVALS, HELD, f"{HELD}?reason=bad_time", f"{HELD}{number}/", f"/settings/keys/{shop.id}/")
    few = [queries(page) for page in pages]
    for hour in range(40):
        put(shop, event(timestamp="no", messageId=f"b{hour}"), at=now - timedelta(hours=hour))
    assert [queries(page) for page in pages] == few
    assert max(few) <= 12, few


def test_a_list_is_read_on_where_its_page_ended(client: Client, now: datetime) -> None:
    put(source(), *[event(timestamp="no", messageId=f"a{n}") for n in range(53)], at=now)
    first = client.get(HELD).content.decode()
    assert first.count('name="held"') == 50
    following = first.partition("?after=")[2].partition('"')[0]
    assert client.get(f"{HELD}?after={following}").content.decode().count('name="held"') == 3


def test_a_key_has_its_own_limit_and_says_what_was_turned_away(client: Client, now: datetime) -> None:
    shop = source()
    address = f"/settings/keys/{shop.id}/"
    assert "Nothing was turned away." in words_of(client.get(address))
    client.post(f"{address}limit/", {"events_per_second": "50"})
    assert reads.sources({shop.id})[shop.id].events_per_second == 50
    assert client.post(f"{address}limit/", {"events_per_second": "-1"}).status_code == 400
    client.post(f"{address}limit/", {"events_per_second": ""})
    assert reads.sources({shop.id})[shop.id].events_per_second is None
    engagement.note_turned_away([TurnedAway(shop.id, hour_of(now), Away.BUSY, 2, 40)] * 2)
    page = client.get(address)
    assert "More came in than could be written 4 80" in words_of(page)
    assert reads_well(page)
    assert client.get("/settings/keys/987654/").status_code == 404


def test_an_hour_in_which_all_was_turned_away_stands_there_too(client: Client, now: datetime) -> None:
    shop = source()
    engagement.note_turned_away([TurnedAway(shop.id, hour_of(now), Away.UNAVAILABLE, 1, 9)])
    words = words_of(client.get(ARRIVALS))
    assert "shop 0 0 0 0 0 0 0 0 0 9" in words
    assert "Received 0 Recorded 0" in words


def test_what_was_recorded_opens_to_its_entries_and_they_are_as_many(client: Client, now: datetime) -> None:
    """Two sources, events of both sides of an hour's end in one drain, one told late, one held back and released."""
    shop, other, hour = source(), source("other"), hour_of(now) - timedelta(hours=2)
    inbox = open_inbox()
    for number in range(6):
        for of in (shop, other):
            at = hour + timedelta(minutes=50 + 4 * number)  # 50, 54, 58, 62 ...
            body = json.dumps(event(messageId=f"m{number}", event=f"Step {number}")).encode()
            inbox.put([Arrival(of.id, at, body)])
    arrival.drain(inbox, now=hour + timedelta(minutes=71))
    put(shop, event(messageId="bad", event="Mended", timestamp="no"), at=hour + timedelta(minutes=72))
    inbox.put([Arrival(shop.id, hour + timedelta(minutes=59), json.dumps(event(messageId="late")).encode())])
    arrival.drain(inbox, now=hour + timedelta(hours=30))
    inbox.close()
    text = json.dumps(event(messageId="bad", event="Mended"))
    client.post(f"{HELD}{only()}/mend/", {"event": text, "do": "release"})

    def rows_of(begin: datetime) -> tuple[int, list[str]]:
        said = {"source": str(shop.id), "hour": begin.isoformat()}
        page = client.get(f"{ARRIVALS}recorded/", said)
        assert reads_well(page)
        lines = b"".join(client.get(f"{ARRIVALS}recorded.csv", said)).decode().splitlines()[1:]
        assert len(lines) == len(page.context["rows"])
        return page.context["asked"].recorded, [row.recorded.entry.kind for row in page.context["rows"]]

    assert rows_of(hour) == (4, ["client.Step 0", "client.Step 1", "client.Step 2", "client.Looked"])
    assert rows_of(hour + timedelta(hours=1)) == (
        4, ["client.Step 3", "client.Step 4", "client.Step 5", "client.Mended"],
    )  # fmt: skip
    assert client.get(f"{ARRIVALS}recorded/", {"source": "999", "hour": hour.isoformat()}).status_code == 404


@pytest.mark.parametrize("hour", ["0001-01-01T00:00+14:00", "9999-12-31T23:00-12:00", "2026-11-22T10:00", "soon", ""])
@pytest.mark.parametrize("page", ["recorded/", "recorded.csv", "visits/"])
def test_an_hour_that_is_none_is_not_found(client: Client, page: str, hour: str) -> None:
    assert client.get(f"{ARRIVALS}{page}", {"source": str(source().id), "hour": hour}).status_code == 404


def test_what_was_recorded_is_paged(client: Client, now: datetime) -> None:
    shop = source()
    put(shop, *(event(messageId=f"m{number}") for number in range(230)), at=now)
    said, seen = {"source": str(shop.id), "hour": now.isoformat()}, []
    while True:
        with CaptureQueriesContext(connection) as queries:
            page = client.get(f"{ARRIVALS}recorded/", said)
        assert len(queries) <= 12
        seen += [row.recorded.entry.id for row in page.context["rows"]]
        if not page.context["next"]:
            break
        said["after"] = page.context["next"]
    assert len(seen) == len(set(seen)) == 230
    sheet = b"".join(client.get(f"{ARRIVALS}recorded.csv", {"source": str(shop.id), "hour": now.isoformat()}))
    assert [int(line.split(",")[3]) for line in sheet.decode().splitlines()[1:]] == seen
