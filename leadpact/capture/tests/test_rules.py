"""How somebody came to us, case by case."""

from datetime import UTC, datetime, timedelta

import pytest

from leadpact.capture.rules import channel_of, first_touch
from leadpact.capture.types import Touch
from leadpact.engagement.types import ActRow

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
OWN = frozenset({"ours.com"})


def act(kind: str = "page.viewed", *, hours: int = 0, key: str = "1", **properties: str) -> ActRow:
    return ActRow(1, key, kind, MONDAY + timedelta(hours=hours), properties)


@pytest.mark.parametrize(
    ("kind", "properties", "channel"),
    [
        ("page.viewed", {}, "direct"),
        ("page.viewed", {"utm_medium": "cpc", "utm_source": "google"}, "paid search"),
        ("page.viewed", {"utm_medium": "CPC", "utm_source": "Bing"}, "paid search"),  # case does not matter
        ("page.viewed", {"utm_medium": "cpc", "utm_source": "linkedin"}, "paid social"),
        ("page.viewed", {"utm_medium": "paid", "utm_source": "facebook.com"}, "paid social"),
        ("page.viewed", {"utm_medium": "paid-social", "utm_source": "xy"}, "paid social"),
        ("page.viewed", {"utm_medium": "display", "utm_source": "google"}, "display"),
        ("page.viewed", {"utm_medium": "email", "utm_source": "march"}, "email"),
        ("page.viewed", {"utm_source": "newsletter"}, "email"),
        ("page.viewed", {"utm_medium": "organic", "utm_source": "google"}, "organic search"),
        ("page.viewed", {"utm_medium": "organic", "utm_source": "instagram"}, "social"),
        ("page.viewed", {"utm_medium": "social"}, "social"),
        ("page.viewed", {"utm_source": "linkedin"}, "social"),
        ("page.viewed", {"utm_source": "google"}, "organic search"),
        ("page.viewed", {"utm_medium": "partner", "utm_source": "resell"}, "referral"),
        ("page.viewed", {"utm_medium": "podcast"}, "other"),  # a word of their own: not guessed at
        # UTM words win over the page before
        ("page.viewed", {"utm_medium": "email", "referrer": "https://www.google.com/"}, "email"),
        ("page.viewed", {"referrer": "https://www.google.co.uk/"}, "organic search"),
        ("page.viewed", {"referrer": "https://duckduckgo.com/?q=x"}, "organic search"),
        ("page.viewed", {"referrer": "https://mail.google.com/mail/"}, "email"),  # before google is a search engine
        ("page.viewed", {"referrer": "https://t.co/abc"}, "social"),
        ("page.viewed", {"referrer": "https://www.linkedin.com/feed/"}, "social"),
        ("page.viewed", {"referrer": "https://blog.example.org/review"}, "referral"),
        ("page.viewed", {"referrer": "https://www.ours.com/pricing"}, "direct"),  # our own page
        # the page itself tells which domain is ours
        ("page.viewed", {"referrer": "https://docs.acme.com/a", "url": "https://www.acme.com/b"}, "direct"),
        ("page.viewed", {"referrer": "http://["}, "direct"),
        ("page.viewed", {"referrer": "http://10.0.0.1/x"}, "direct"),  # an address tells nothing
        ("mail.clicked", {}, "email"),
        ("event.attended", {}, "event"),
        ("webinar.registered", {}, "webinar"),
        ("webinar.registered", {"utm_medium": "social"}, "social"),  # how they came to register
        ("ad.clicked", {}, "display"),
        ("ad.clicked", {"utm_medium": "cpc"}, "paid search"),
        ("social.responded", {}, "social"),
        ("form.submitted", {}, "direct"),
    ],
)
def test_the_channel_of_an_act(kind: str, properties: dict[str, str], channel: str) -> None:
    assert channel_of(ActRow(1, "1", kind, MONDAY, properties), OWN).value == channel


def test_the_first_act_that_tells_wins_over_an_earlier_one_that_does_not() -> None:
    acts = [act(hours=3, utm_source="linkedin"), act(hours=0), act(hours=2, referrer="https://bing.com/")]
    assert first_touch(acts, {}, OWN) == Touch(None, "", "organic search", MONDAY + timedelta(hours=2))


def test_where_no_act_tells_the_first_of_all_is_direct() -> None:
    assert first_touch([act(hours=2), act(hours=1)], {}, OWN) == Touch(None, "", "direct", MONDAY + timedelta(hours=1))
    assert first_touch([], {}, OWN) == Touch(None, "", "", None)


def test_a_campaign_is_found_by_its_folded_name_and_its_own_channel_wins() -> None:
    known = {"spring fair": (4, "Fairs")}
    touched = first_touch([act(utm_campaign="Spring FAIR", utm_medium="email")], known, OWN)
    assert touched == Touch(4, "Spring FAIR", "Fairs", MONDAY)
    assert first_touch([act(utm_campaign="Autumn", utm_medium="email")], known, OWN).campaign is None
    assert first_touch([act(utm_campaign="Autumn")], known, OWN) == Touch(None, "Autumn", "other", MONDAY)


def test_our_own_word_for_the_campaign_wins_over_the_links() -> None:
    assert first_touch([act(campaign="A", utm_campaign="B")], {"a": (1, "")}, OWN).campaign == 1


def test_of_two_acts_at_one_instant_the_one_recorded_first_counts() -> None:
    acts = [act(key="2", utm_source="linkedin"), act(key="1", utm_source="newsletter")]
    assert first_touch(acts, {}, OWN).channel == "email"
