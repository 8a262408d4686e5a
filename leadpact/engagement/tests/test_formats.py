"""PostHog's and Mautic's words for the same things: every expected value here is worked by hand."""

from datetime import UTC, datetime

import pytest

from leadpact.engagement.rules import clean
from leadpact.engagement.rules_body import message_of
from leadpact.engagement.types import Cleaned, Counted, Format, Json, Quarantine, Request, SourceKind, SourceView, Why

RECEIVED = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
SHOP = SourceView(7, "shop", SourceKind.SERVER, (), {"Signed Up": "webinar.registered"})
PAGE = SourceView(8, "site", SourceKind.BROWSER, ("https://www.example.com",))


def posthog(said: Json, source: SourceView = SHOP, sent_at: object = None) -> Cleaned:
    found = clean(
        {"uuid": "m1", "distinct_id": "u1", **said}, source, RECEIVED, Request(format=Format.POSTHOG, sent_at=sent_at)
    )
    assert isinstance(found, Cleaned), found
    return found


def whom(found: Cleaned) -> list[tuple[str, str]]:
    return [(str(each.kind), each.value) for each in found.identifiers]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("$pageview", "page.viewed"),
        ("$screen", "client.screen"),
        ("$identify", "client.identify"),
        ("$set", "client.identify"),
        ("$groupidentify", "client.group"),
        ("$autocapture", "client.$autocapture"),
        ("Looked", "client.Looked"),
        ("Signed Up", "webinar.registered"),  # the key maps it
        ("form.submitted", "form.submitted"),  # a server key may say so
    ],
)
def test_an_event_of_posthogs_becomes_its_kind(name: str, kind: str) -> None:
    found = posthog({"event": name})
    assert found.kind == kind
    assert found.message == message_of("m1")


@pytest.mark.parametrize(
    ("said", "identifiers"),
    [
        ({"event": "a"}, [("user", "u1")]),
        ({"event": "a", "properties": {"$is_identified": False}}, [("anonymous", "u1")]),
        ({"event": "a", "properties": {"$device_id": "u1"}}, [("anonymous", "u1")]),
        ({"event": "a", "properties": {"$process_person_profile": False}}, [("anonymous", "u1")]),
        ({"event": "a", "properties": {"$device_id": "d"}}, [("user", "u1"), ("anonymous", "d")]),
        ({"event": "$identify", "properties": {"$anon_distinct_id": "d"}}, [("user", "u1"), ("anonymous", "d")]),
        # Older libraries say so only when the event is put together, before they know whom it names.
        (
            {"event": "$identify", "properties": {"$anon_distinct_id": "d", "$is_identified": False}},
            [("user", "u1"), ("anonymous", "d")],
        ),
        ({"event": "$identify", "$set": {"email": "a@b.example"}}, [("user", "u1"), ("email", "a@b.example")]),
        (
            {"event": "a", "properties": {"$set": {"email": "a@b.example"}}},
            [("user", "u1"), ("email", "a@b.example")],
        ),
        # The alias is the id from now on.
        (
            {"event": "$create_alias", "distinct_id": "d", "properties": {"alias": "u1", "distinct_id": "d"}},
            [("user", "u1"), ("anonymous", "d")],
        ),
        ({"event": "a", "distinct_id": None, "properties": {"distinct_id": "u2"}}, [("user", "u2")]),
    ],
)
def test_whom_an_event_of_posthogs_names(said: Json, identifiers: list[tuple[str, str]]) -> None:
    assert whom(posthog(said)) == identifiers


def test_a_page_view_of_posthogs_has_our_properties_and_keeps_its_own() -> None:
    said: Json = {
        "event": "$pageview",
        "properties": {
            "$current_url": "https://www.example.com/prices?utm_source=news&token=t",
            "$pathname": "/prices",
            "title": "Prices",
            "$referrer": "$direct",
        },
    }
    found = posthog(said)
    url = "https://www.example.com/prices"
    assert found.facts == {"url": url, "path": "/prices", "title": "Prices", "utm_source": "news"}
    assert found.personal["raw"] == {"uuid": "m1", "distinct_id": "u1", **said}
    assert found.personal["url_query"] == "utm_source=news&token=t"


def test_what_posthogs_library_notes_of_a_browser_is_nothing_about_the_person() -> None:
    found = posthog(
        {
            "event": "$identify",
            "$set": {"name": "Jo", "$os": "Linux"},
            "$set_once": {"$initial_referrer": "x", "gclid": None, "plan": "a"},
        }
    )
    assert found.traits == {"name": "Jo", "plan": "a"}
    assert posthog({"event": "$groupidentify", "properties": {"$group_set": {"name": "Acme"}}}).traits == {}


@pytest.mark.parametrize(
    ("said", "sent_at", "happened"),
    [
        ({"timestamp": "2026-03-10T11:00:00Z"}, None, "2026-03-10T11:00:00"),
        # The client's clock is an hour fast.
        ({"timestamp": "2026-03-10T12:50:00Z"}, "2026-03-10T13:00:00Z", "2026-03-10T11:50:00"),
        ({"offset": 90_000}, None, "2026-03-10T11:58:30"),
        ({"offset": 90_000}, "2026-03-10T13:00:00Z", "2026-03-10T11:58:30"),
        ({"offset": -5}, None, "2026-03-10T12:00:00"),
        ({"offset": True}, None, "2026-03-10T12:00:00"),
        ({}, "2026-03-10T13:00:00Z", "2026-03-10T12:00:00"),
    ],
)
def test_when_an_event_of_posthogs_happened(said: Json, sent_at: object, happened: str) -> None:
    found = posthog({"event": "a", **said}, sent_at=sent_at)
    assert found.happened_at == datetime.fromisoformat(happened).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "source", "why"),
    [
        ({"event": "$groupidentify"}, PAGE, Why.NOT_FOR_BROWSER_KEYS),
        ({"event": "form.submitted"}, PAGE, Why.RESERVED_KIND),
        ({"event": "lead.qualified"}, SHOP, Why.RESERVED_KIND),
        ({"event": None}, SHOP, Why.BAD_EVENT_NAME),
        ({"event": ["a"]}, SHOP, Why.BAD_EVENT_NAME),
        ({"event": "a", "distinct_id": None}, SHOP, Why.NO_IDENTITY),
        ({"event": "a", "properties": 5, "timestamp": "soon"}, SHOP, Why.BAD_TIME),
        ({"event": "a", "offset": 1e300}, SHOP, Why.BAD_TIME),  # before 1990
    ],
)
def test_an_event_of_posthogs_that_cannot_be_recorded_is_kept_with_its_reason(
    said: Json, source: SourceView, why: Why
) -> None:
    event = {"uuid": "m1", "distinct_id": "u1", **said}
    found = clean(event, source, RECEIVED, Request(format=Format.POSTHOG))
    assert isinstance(found, Quarantine)
    assert found.why is why


VIEW: Json = {
    "page_url": "https://www.example.com/prices?utm_campaign=spring",
    "page_title": "Prices",
    "page_referrer": "search.example",
    "counter": "0",
    "do_not_track": "false",
    "mautic_device_id": "d1",
    "email": "jo@acme.example",
    "firstname": "Jo",
}


def test_a_page_view_for_mautic_has_our_properties_and_its_custom_fields_are_claims() -> None:
    found = clean(VIEW, PAGE, RECEIVED, Request(format=Format.MAUTIC, device="made"))
    assert isinstance(found, Cleaned)
    assert (found.kind, found.trusted) == ("page.viewed", False)
    assert found.facts == {
        "url": "https://www.example.com/prices",
        "path": "/prices",
        "title": "Prices",
        "referrer": "search.example",
        "utm_campaign": "spring",
        "campaign": "spring",
    }
    assert whom(found) == [("email", "jo@acme.example"), ("anonymous", "d1")]
    assert found.traits == {"email": "jo@acme.example", "firstname": "Jo"}


def test_a_visitor_whose_page_names_no_device_goes_by_the_one_that_was_made() -> None:
    view: Json = {"page_url": "https://www.example.com/a", "counter": "0"}
    found = [clean(view, PAGE, RECEIVED, Request(format=Format.MAUTIC, device=one)) for one in ("made", "other")]
    assert all(isinstance(one, Cleaned) for one in found)
    assert [whom(one) for one in found if isinstance(one, Cleaned)] == [
        [("anonymous", "made")],
        [("anonymous", "other")],
    ]
    # Tried again as a picture, within ten seconds, it is the same view, whatever it was called meanwhile.
    assert len({one.message for one in found if isinstance(one, Cleaned)}) == 1


@pytest.mark.parametrize("said", ["true", "1", "TRUE"])
def test_a_visitor_who_asks_not_to_be_tracked_is_counted(said: str) -> None:
    found = clean({**VIEW, "do_not_track": said}, PAGE, RECEIVED, Request(format=Format.MAUTIC))
    assert found == Counted(Why.PRIVACY_SIGNAL, "/prices", "spring")


def test_a_form_for_mautic_is_a_form_whatever_key_it_came_by_and_its_fields_are_claims() -> None:
    said: Json = {
        "formId": "3",
        "formName": "contact",
        "return": "https://www.example.com/contact?utm_source=news",
        "fields": {"work_email": "jo@acme.example", "f_name": "Jo"},
    }
    found = clean(said, PAGE, RECEIVED, Request(format=Format.MAUTIC_FORM, device="d1"))
    assert isinstance(found, Cleaned)
    assert (found.kind, found.trusted) == ("form.submitted", False)
    assert found.facts == {"form": "contact", "utm_source": "news"}
    assert whom(found) == [("email", "jo@acme.example"), ("anonymous", "d1")]
    # Who asks something is recorded whatever their browser signals.
    asked = clean(said, PAGE, RECEIVED, Request(format=Format.MAUTIC_FORM, gpc=True))
    assert isinstance(asked, Cleaned)
    nobody = clean({"formId": "3", "fields": 5}, PAGE, RECEIVED, Request(format=Format.MAUTIC_FORM))
    assert isinstance(nobody, Quarantine)
    assert nobody.why is Why.NO_IDENTITY
