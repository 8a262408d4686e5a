"""What somebody is interested in and how far they are, by the content they saw; every expected value worked by hand."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from leadpact.engagement.interests import (
    ASKING,
    ASKING_FORMS,
    BESIDE,
    SECTIONS,
    TITLE_WORDS,
    BuyingStage,
    buying_stage,
    content_of,
    interests,
)
from leadpact.engagement.types import ActRow

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
PAGE = Path(__file__).parents[3] / "docs" / "reference" / "buying-stage.md"
LEARNING, COMPARING, DECIDING = BuyingStage


def act(entry: int, kind: str, days_ago: float, **said: str) -> ActRow:
    return ActRow(entry, f"{entry:020d}", kind, NOW - timedelta(days=days_ago), said)


def seen(entry: int, path: str, days_ago: float) -> ActRow:
    return act(entry, "page.viewed", days_ago, path=path)


@pytest.mark.parametrize(
    ("kind", "said", "topic", "stage"),
    [
        ("page.viewed", {"path": "/pricing"}, "Pricing", DECIDING),
        ("page.viewed", {"path": "/en/pricing/volume?x=1"}, "Pricing", DECIDING),  # the language is no section
        ("page.viewed", {"url": "https://ours.example/features/sap-qm/"}, "SAP QM", COMPARING),
        ("page.viewed", {"path": "/features"}, "Features", COMPARING),  # the shelf itself
        ("page.viewed", {"path": "/blog/iso-17025-checklist.html"}, "ISO 17025 checklist", LEARNING),
        ("page.viewed", {"path": "/blog/pricing-explained"}, "Pricing explained", LEARNING),  # the first folder says
        ("page.viewed", {"path": "/careers"}, "", None),
        ("page.viewed", {"path": "/"}, "", None),
        ("page.viewed", {"path": "/gauges"}, "Gauges", None),  # a topic, but it does not say how far
        ("page.viewed", {"path": "/gauges", "topic": "Pressure"}, "Pressure", None),  # the client knows better
        ("mail.clicked", {"link": "https://ours.example/customers/acme"}, "Acme", COMPARING),
        ("mail.opened", {"message": "Prices"}, "", None),
        ("asset.downloaded", {"asset": "Buyer’s guide to calibration"}, "Buyer’s guide to calibration", COMPARING),
        ("asset.downloaded", {"asset": "measurement_uncertainty.pdf"}, "Measurement uncertainty", LEARNING),
        ("webinar.attended", {"webinar": "ROI of paperless audits"}, "ROI of paperless audits", DECIDING),
        ("event.attended", {"event": "Expo"}, "", LEARNING),
        ("form.submitted", {"form": "price-list"}, "Pricing", DECIDING),
        ("form.submitted", {"form": "contact"}, "", DECIDING),
        ("form.submitted", {"form": "newsletter"}, "", None),
        ("meeting.booked", {}, "", DECIDING),
    ],
)
def test_content_says_its_topic_and_how_far_somebody_is(
    kind: str, said: dict[str, str], topic: str, stage: BuyingStage | None
) -> None:
    found = content_of(act(1, kind, 1, **said))
    assert (found.topic, found.stage) == (topic, stage)


def test_who_only_reads_is_learning() -> None:
    found = buying_stage([seen(1, "/blog/a", 3), seen(2, "/pricing", 2)], now=NOW, zone=LONDON)
    assert found is not None
    assert found.stage is LEARNING  # one look at the prices is one of the two that comparing takes
    assert [each.entry for each in found.because] == [2, 1]


def test_two_looks_at_products_or_prices_are_comparing() -> None:
    acts = [seen(1, "/features/a", 9), seen(2, "/pricing", 2), seen(3, "/blog/a", 1)]
    found = buying_stage(acts, now=NOW, zone=LONDON)
    assert found is not None
    assert found.stage is COMPARING
    assert [each.entry for each in found.because] == [2, 1]  # the blog says nothing of it


def test_three_days_at_the_prices_are_deciding_and_the_newest_three_say_so() -> None:
    acts = [seen(n, "/pricing", 10 - n) for n in range(1, 5)] + [seen(9, "/features/a", 1)]
    found = buying_stage(acts, now=NOW, zone=LONDON)
    assert found is not None
    assert found.stage is DECIDING
    assert [each.entry for each in found.because] == [4, 3, 2]


def test_asking_once_is_deciding_and_stands_first() -> None:
    acts = [act(1, "form.submitted", 20, form="demo"), seen(2, "/pricing", 1)]
    found = buying_stage(acts, now=NOW, zone=LONDON)
    assert found is not None
    assert found.stage is DECIDING
    assert [each.entry for each in found.because] == [1, 2]


def test_the_same_page_counts_once_a_day() -> None:
    same = [seen(n, "/pricing", 1 + n / 1000) for n in range(20)]
    assert (found := buying_stage(same, now=NOW, zone=LONDON)) is not None
    assert found.stage is LEARNING
    # 23:30 and 00:30 in London are two days, also in summer time
    late = datetime(2026, 3, 30, 22, 30, tzinfo=UTC)
    nights = [
        ActRow(1, "1", "page.viewed", late, {"path": "/pricing"}),
        ActRow(2, "2", "page.viewed", late + timedelta(hours=1), {"path": "/pricing"}),
    ]
    assert (found := buying_stage(nights, now=NOW, zone=LONDON)) is not None
    assert found.stage is COMPARING


def test_what_was_seen_90_days_ago_and_what_lies_ahead_does_not_count() -> None:
    old = act(1, "meeting.booked", 90)
    assert buying_stage([old, act(2, "meeting.booked", -1)], now=NOW, zone=LONDON) is None
    kept = act(1, "meeting.booked", 89.9)
    assert (found := buying_stage([kept], now=NOW, zone=LONDON)) is not None
    assert found.stage is DECIDING


def test_nothing_that_says_how_far_is_no_stage() -> None:
    assert buying_stage([seen(1, "/careers", 1), seen(2, "/", 1)], now=NOW, zone=LONDON) is None
    assert buying_stage([], now=NOW, zone=LONDON) is None


def test_interests_stand_by_points_then_by_how_often() -> None:
    acts = [
        seen(1, "/pricing", 5), seen(2, "/pricing/volume", 4), seen(3, "/features/sap-qm", 3),
        seen(4, "/blog/audits", 2), seen(5, "/blog/audits", 1), seen(6, "/careers", 1), seen(7, "/old", 91),
    ]  # fmt: skip
    found = interests(acts, {3: 8_000, 6: -12_000}, now=NOW)
    assert [(each.topic, each.acts, each.points) for each in found] == [
        ("SAP QM", 1, 8_000),
        ("Audits", 2, 0),  # as often as the prices, and newer
        ("Pricing", 2, 0),
    ]
    assert [each.entry for each in found] == [3, 5, 2]


def test_the_reference_names_every_word() -> None:
    text = PAGE.read_text()
    named = set(re.findall(r"`([^`]+)`", text))
    words = {*BESIDE, *ASKING, *ASKING_FORMS}.union(*SECTIONS.values(), *TITLE_WORDS.values())
    assert words - named == set()
