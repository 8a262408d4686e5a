"""What becomes of an event: every expected value here is worked by hand."""

from datetime import UTC, datetime, timedelta

import pytest

from leadpact.engagement.rules import clean
from leadpact.engagement.types import (
    Cleaned,
    Counted,
    Dropped,
    Json,
    Quarantine,
    Request,
    SourceKind,
    SourceView,
    Verdict,
    Why,
)
from leadpact.people.types import Identifier, IdentityKind

RECEIVED = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
SHOP = SourceView(7, "shop", SourceKind.SERVER)
PAGE = SourceView(8, "site", SourceKind.BROWSER, ("https://www.example.com",))


def event(**changes: object) -> Json:
    base: Json = {"type": "track", "event": "Looked", "anonymousId": "a1", "messageId": "m1"}
    return {name: value for name, value in {**base, **changes}.items() if value is not None}


def cleaned(verdict: Verdict) -> Cleaned:
    assert isinstance(verdict, Cleaned), verdict
    return verdict


def why(verdict: Verdict) -> Why:
    assert isinstance(verdict, Quarantine), verdict
    return verdict.why


@pytest.mark.parametrize(
    ("source", "said", "kind"),
    [
        (PAGE, event(type="page", event=None), "page.viewed"),
        (PAGE, event(type="identify", event=None), "client.identify"),
        (SHOP, event(type="screen", event=None), "client.screen"),
        (SHOP, event(type="group", event=None), "client.group"),
        (SHOP, event(type="alias", event=None, previousId="old"), "client.alias"),
        (SHOP, event(), "client.Looked"),  # the client's own spelling
        (PAGE, event(event="Order Completed"), "client.Order Completed"),
        (SHOP, event(event="form.submitted"), "form.submitted"),  # a server key may send the prospect's acts
        (SHOP, event(event="Form.Submitted"), "client.Form.Submitted"),  # another spelling is another name
    ],
)
def test_each_call_becomes_its_kind(source: SourceView, said: Json, kind: str) -> None:
    assert cleaned(clean(said, source, RECEIVED)).kind == kind


def test_a_mapped_name_becomes_the_kind_it_is_mapped_to() -> None:
    source = SourceView(8, "site", SourceKind.BROWSER, (), {"Signed Up": "webinar.registered"})
    assert cleaned(clean(event(event="Signed Up"), source, RECEIVED)).kind == "webinar.registered"


@pytest.mark.parametrize(
    ("source", "said", "reason"),
    [
        (SHOP, event(type=None), Why.UNKNOWN_TYPE),
        (SHOP, event(type="purchase"), Why.UNKNOWN_TYPE),
        (SHOP, event(type=["track"]), Why.UNKNOWN_TYPE),
        (SHOP, event(event=None), Why.BAD_EVENT_NAME),
        (SHOP, event(event="  "), Why.BAD_EVENT_NAME),
        (SHOP, event(event=5), Why.BAD_EVENT_NAME),
        (SHOP, event(event="x" * 74), Why.BAD_EVENT_NAME),  # 73 + "client." is 80
        (SHOP, event(event="a\nb"), Why.BAD_EVENT_NAME),
        (SHOP, event(event="lead.qualified"), Why.RESERVED_KIND),  # the loop is ours, whatever the key
        (SHOP, event(event="deal.won"), Why.RESERVED_KIND),
        (SHOP, event(event="call.made"), Why.RESERVED_KIND),  # sales' acts too
        (SHOP, event(event="mail.unsubscribed"), Why.RESERVED_KIND),
        (SHOP, event(event="identify"), Why.RESERVED_KIND),  # would pass for an identify call
        (PAGE, event(event="form.submitted"), Why.RESERVED_KIND),  # anybody can read this key
        (PAGE, event(event="page.viewed"), Why.RESERVED_KIND),
        (PAGE, event(type="group", event=None), Why.NOT_FOR_BROWSER_KEYS),
        (PAGE, event(type="alias", event=None), Why.NOT_FOR_BROWSER_KEYS),
        (SHOP, event(anonymousId=None), Why.NO_IDENTITY),
        (SHOP, event(anonymousId=" ", userId=""), Why.NO_IDENTITY),
        (SHOP, event(userId={"id": 1}), Why.BAD_IDENTITY),
        (SHOP, event(userId=True), Why.BAD_IDENTITY),
        (SHOP, event(userId="u" * 321), Why.BAD_IDENTITY),
        (SHOP, event(messageId="m" * 101), Why.BAD_MESSAGE_ID),
        (SHOP, event(messageId=["m"]), Why.BAD_MESSAGE_ID),
        (SHOP, event(timestamp="yesterday"), Why.BAD_TIME),
        (SHOP, event(timestamp="2026-03-10T10:00:00"), Why.BAD_TIME),  # whose ten o'clock?
        (SHOP, event(timestamp=1773136800), Why.BAD_TIME),
        (SHOP, event(timestamp="0001-01-01T00:00:00+14:00"), Why.BAD_TIME),  # before the first day there is
        (SHOP, event(timestamp="1989-12-31T23:59:59Z"), Why.BAD_TIME),
        (SHOP, event(timestamp="2026-03-10T10:00:00Z", sentAt="soon"), Why.BAD_TIME),
        (SHOP, event(timestamp="9999-12-31T23:59:59Z", sentAt="0001-01-01T00:00:00Z"), Why.BAD_TIME),
    ],
)
def test_an_event_that_cannot_be_recorded_is_quarantined_with_its_reason(
    source: SourceView, said: Json, reason: Why
) -> None:
    assert why(clean(said, source, RECEIVED)) is reason


def test_the_longest_name_that_fits_is_recorded() -> None:
    assert cleaned(clean(event(event="x" * 73), SHOP, RECEIVED)).kind == "client." + "x" * 73


@pytest.mark.parametrize(
    ("source", "times", "happened", "doubtful"),
    [
        (SHOP, {}, "2026-03-10T12:00", False),  # no time of its own: when it was received
        (SHOP, {"timestamp": "2026-03-10T11:00:00Z"}, "2026-03-10T11:00", False),
        (SHOP, {"timestamp": "2026-03-10T11:00:00+02:00"}, "2026-03-10T09:00", False),
        # The clock is three hours fast (sent at 15:00, received at 12:00), the event was 10 minutes before.
        (
            SHOP,
            {"timestamp": "2026-03-10T14:50:00Z", "sentAt": "2026-03-10T15:00:00Z"},
            "2026-03-10T11:50",
            False,
        ),
        # originalTimestamp is the client's own time and wins over timestamp.
        (
            SHOP,
            {"originalTimestamp": "2026-03-10T10:00:00Z", "timestamp": "2026-03-10T11:00:00Z"},
            "2026-03-10T10:00",
            False,
        ),
        (SHOP, {"timestamp": "2026-03-10T12:00:01Z"}, "2026-03-10T12:00", False),  # the future is clamped
        (
            SHOP,
            {"timestamp": "2026-03-10T12:05:00Z", "sentAt": "2026-03-10T12:00:00Z"},
            "2026-03-10T12:00",
            False,
        ),
        (SHOP, {"timestamp": "2025-03-10T12:00:00Z"}, "2025-03-10T12:00", False),  # a server may be late
        (PAGE, {"timestamp": "2026-03-03T12:00:00Z"}, "2026-03-03T12:00", False),  # seven days to the microsecond
        (PAGE, {"timestamp": "2026-03-03T11:59:59Z"}, "2026-03-10T12:00", True),  # a second older
    ],
)
def test_an_event_is_dated_by_its_own_clock_and_ours(
    source: SourceView, times: Json, happened: str, doubtful: bool
) -> None:
    found = cleaned(clean(event(**times), source, RECEIVED))
    assert found.happened_at == datetime.fromisoformat(happened).replace(tzinfo=UTC)
    assert found.clock_doubtful is doubtful
    assert found.facts.get("clock_doubtful", False) is doubtful


def test_the_time_a_batch_was_sent_counts_for_its_events() -> None:
    request = Request(sent_at="2026-03-10T15:00:00Z")
    found = cleaned(clean(event(timestamp="2026-03-10T14:50:00Z"), SHOP, RECEIVED, request))
    assert found.happened_at == RECEIVED - timedelta(minutes=10)


def test_a_page_keeps_the_query_of_its_address_apart() -> None:
    said = event(
        type="page",
        event=None,
        properties={
            "url": "https://user:pw@www.example.com/pricing?email=jo%40example.com&utm_source=ads#top",
            "referrer": "https://search.example/?q=secret",
        },
    )
    found = cleaned(clean(said, PAGE, RECEIVED, Request(ip="192.0.2.1", agent="Browser")))
    assert found.facts == {
        "path": "/pricing",
        "url": "https://www.example.com/pricing",
        "referrer": "https://search.example/",
        "utm_source": "ads",
    }
    assert found.personal["url_query"] == "email=jo%40example.com&utm_source=ads#top"
    assert found.personal["referrer_query"] == "q=secret"
    assert (found.ip, found.personal["user_agent"]) == ("192.0.2.1", "Browser")
    assert "ip" not in found.personal  # it goes after days, and the digest must hold
    assert found.personal["raw"] == said


def test_a_page_call_with_a_context_alone_has_path_title_and_campaign() -> None:
    context = {
        "page": {"path": "/a", "title": "A", "url": "https://x.example/a", "referrer": ""},
        "campaign": {"name": "spring", "source": "news", "medium": "mail"},
    }
    found = cleaned(clean(event(type="page", event=None, context=context), PAGE, RECEIVED))
    assert found.facts == {
        "path": "/a",
        "title": "A",
        "url": "https://x.example/a",
        "campaign": "spring",
        "utm_source": "news",
        "utm_medium": "mail",
        "utm_campaign": "spring",
    }


def test_the_context_of_a_batch_fills_what_the_event_leaves_out() -> None:
    request = Request(context={"campaign": {"name": "spring"}, "locale": "de"})
    found = cleaned(clean(event(context={"locale": "fr"}), SHOP, RECEIVED, request))
    assert found.facts["campaign"] == "spring"
    assert found.personal["raw"] == event(context={"campaign": {"name": "spring"}, "locale": "fr"})


def test_standard_properties_are_plain_and_the_rest_stays_in_the_event() -> None:
    said = event(
        event="video.watched",
        properties={"asset": "tour", "seconds": 61.8, "chapter": 3, "campaign": {"not": "plain"}},
    )
    assert cleaned(clean(said, SHOP, RECEIVED)).facts == {"asset": "tour", "seconds": 61}


def test_identifiers_are_user_of_the_source_mail_and_anonymous_id() -> None:
    said = event(type="identify", event=None, userId=42, traits={"email": "Jo@Example.com", "name": "Jo"})
    found = cleaned(clean(said, SHOP, RECEIVED))
    assert found.identifiers == (
        Identifier(IdentityKind.USER, "42", "shop"),
        Identifier(IdentityKind.EMAIL, "Jo@Example.com"),
        Identifier(IdentityKind.ANONYMOUS, "a1"),
    )
    assert found.traits == {"email": "Jo@Example.com", "name": "Jo"}
    assert found.trusted


def test_what_a_browser_key_says_of_who_it_is_is_not_trusted() -> None:
    said = event(type="identify", event=None, userId="ceo")
    assert not cleaned(clean(said, PAGE, RECEIVED)).trusted


def test_the_mail_address_of_a_group_is_the_companys_and_names_no_person() -> None:
    said = event(type="group", event=None, groupId="g", traits={"email": "info@acme.example"})
    found = cleaned(clean(said, SHOP, RECEIVED))
    assert found.identifiers == (Identifier(IdentityKind.ANONYMOUS, "a1"),)
    assert found.traits == {}


def test_an_alias_names_the_earlier_id_too() -> None:
    said = event(type="alias", event=None, anonymousId=None, userId="u", previousId="before")
    assert cleaned(clean(said, SHOP, RECEIVED)).identifiers == (
        Identifier(IdentityKind.USER, "u", "shop"),
        Identifier(IdentityKind.ANONYMOUS, "before"),
    )


def test_two_tries_of_one_event_are_equal_and_another_content_is_not() -> None:
    first = cleaned(clean(event(sentAt="2026-03-10T11:00:00Z", properties={"a": 1, "b": 2}), SHOP, RECEIVED))
    again = cleaned(
        clean(event(properties={"b": 2, "a": 1}, sentAt="2026-03-10T11:00:05Z", _metadata={"try": 2}), SHOP, RECEIVED)
    )
    other = cleaned(clean(event(properties={"a": 1, "b": 3}), SHOP, RECEIVED))
    assert (first.message, first.content) == (again.message, again.content)
    assert first.message == other.message
    assert first.content != other.content


def test_without_a_message_id_the_content_is_the_id() -> None:
    timed = event(messageId=None, timestamp="2026-03-10T11:00:00Z")
    later = RECEIVED + timedelta(hours=5)
    assert cleaned(clean(timed, SHOP, RECEIVED)).message == cleaned(clean(timed, SHOP, later)).message
    untimed = event(messageId=None)
    soon = RECEIVED + timedelta(seconds=9)
    assert cleaned(clean(untimed, SHOP, RECEIVED)).message == cleaned(clean(untimed, SHOP, soon)).message
    # The same thing done again five hours later is another event.
    assert cleaned(clean(untimed, SHOP, RECEIVED)).message != cleaned(clean(untimed, SHOP, later)).message


REFUSED: Json = {"consent": {"web_tracking": False}, "campaign": {"name": "spring"}}


@pytest.mark.parametrize(
    ("source", "said", "request_seen", "becomes"),
    [
        (
            PAGE,
            event(type="page", event=None, context=REFUSED, properties={"path": "/a"}),
            Request(),
            Counted(Why.NO_CONSENT, "/a", "spring"),
        ),
        (
            PAGE,
            event(type="page", event=None, properties={"url": "https://x.example/b?c=d"}),
            Request(gpc=True),
            Counted(Why.PRIVACY_SIGNAL, "/b", ""),
        ),
        (SHOP, event(context=REFUSED), Request(), Counted(Why.NO_CONSENT, "", "spring")),
        # No consent and no id: nothing is stored at the visitor's, so there is none.
        (PAGE, event(anonymousId=None, context=REFUSED), Request(), Counted(Why.NO_CONSENT, "", "spring")),
        (SHOP, event(integrations={"Leadpact": False}), Request(), Dropped(Why.SWITCHED_OFF)),
    ],
)
def test_who_does_not_agree_is_only_counted(
    source: SourceView, said: Json, request_seen: Request, becomes: Verdict
) -> None:
    assert clean(said, source, RECEIVED, request_seen) == becomes


def test_a_request_of_ones_own_accord_is_recorded_without_consent_to_be_followed() -> None:
    assert cleaned(clean(event(event="form.submitted", context=REFUSED), SHOP, RECEIVED)).kind == "form.submitted"


def test_a_reserved_kind_is_quarantined_without_consent_too() -> None:
    assert why(clean(event(event="deal.won", context=REFUSED), SHOP, RECEIVED)) is Why.RESERVED_KIND
