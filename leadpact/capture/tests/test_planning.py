"""Campaigns are renamed and costs corrected without losing what was, and first touches follow identities."""

from datetime import date, datetime, timedelta

import pytest

from leadpact.base.money import Money
from leadpact.capture import actions, planning, reads, touches
from leadpact.capture.errors import BadCampaign, BadCost, CampaignTaken
from leadpact.capture.models import Touch
from leadpact.capture.types import CampaignFields, Seen
from leadpact.ledger import reads as ledger
from leadpact.team.types import SYSTEM
from tests.cast import utc

pytestmark = pytest.mark.django_db

NOW = utc("2026-03-03 10:00")


def test_an_earlier_name_goes_on_counting_for_the_campaign() -> None:
    spring = planning.plan(CampaignFields("Spring", "webinar"), by=SYSTEM, now=NOW)
    renamed = planning.change_campaign(spring.id, CampaignFields("Summer", "webinar"), by=SYSTEM, now=NOW)
    assert (renamed.id, renamed.name) == (spring.id, "Summer")
    assert actions.create_campaign("SPRING", by=SYSTEM, now=NOW) == renamed
    assert reads.campaign_by_name("summer") == reads.campaign_by_name("Spring") == renamed
    with pytest.raises(CampaignTaken):
        planning.plan(CampaignFields("spring"), by=SYSTEM, now=NOW)
    changed = [entry.facts for entry in ledger.entries_about(spring.about) if entry.kind == "campaign.changed"]
    assert changed == [{"campaign": spring.id, "name": {"old": "Spring", "new": "Summer"}}]


def test_a_campaign_does_not_end_before_it_begins() -> None:
    with pytest.raises(BadCampaign):
        planning.plan(CampaignFields("x", "", "", date(2026, 3, 2), date(2026, 3, 1)), by=SYSTEM, now=NOW)


def test_a_corrected_cost_is_a_new_entry_that_says_what_it_was() -> None:
    fair = planning.plan(CampaignFields("Fair"), by=SYSTEM, now=NOW)
    actions.record_cost(fair.id, date(2026, 3, 1), Money(100_00, "GBP"), by=SYSTEM, now=NOW)
    (cost,), _next = reads.costs_of(fair.id)
    for _twice in range(2):  # the same again changes nothing
        planning.change_cost(cost.id, date(2026, 3, 2), Money(120_00, "GBP"), by=SYSTEM, now=NOW)
    said = [each.facts for each in ledger.entries_about(fair.about) if each.kind == "campaign.cost_recorded"]
    assert [each["amount_minor"] for each in said] == [100_00, 120_00]
    assert said[1]["was"] == {"campaign": fair.id, "on": "2026-03-01", "amount_minor": 100_00, "currency": "GBP"}
    assert reads.costs_of_one(fair.id, since=date(2026, 3, 2), until=date(2026, 3, 3)) == (Money(120_00, "GBP"),)
    with pytest.raises(BadCost):
        planning.change_cost(cost.id, date(2026, 3, 2), Money(-1, "GBP"), by=SYSTEM, now=NOW)


def test_costs_come_page_by_page_the_newest_first() -> None:
    fair = planning.plan(CampaignFields("Fair"), by=SYSTEM, now=NOW)
    for day in (1, 3, 2, 3):
        actions.record_cost(fair.id, date(2026, 3, day), Money(day, "GBP"), by=SYSTEM, now=NOW)
    first, following = reads.costs_of(fair.id, limit=3)
    rest, end = reads.costs_of(fair.id, after=following, limit=3)
    assert [each.on.day for each in (*first, *rest)] == [3, 3, 2, 1]
    assert end is None


def _seen(identity: int, days: int, kind: str = "page.viewed", **properties: str) -> Seen:
    return Seen(identity, kind, NOW + timedelta(days=days), properties)


def _kept() -> dict[int, tuple[datetime, str, str]]:
    rows = Touch.objects.values_list("identity", "happened_at", "campaign_key", "channel")
    return {identity: (at, key, channel) for identity, at, key, channel in rows}


def test_the_earliest_telling_act_of_an_identity_is_kept_in_any_order() -> None:
    fair = _seen(1, 2, utm_campaign="Fair", utm_medium="cpc")
    acts = [
        _seen(1, 0, path="/"),  # tells nothing
        _seen(1, 3, campaign="Later"),
        fair,
        _seen(2, 1, referrer="https://www.google.com/"),
        _seen(3, 1, kind="webinar.attended"),
    ]
    for batch in (acts, acts[::-1], [fair], acts):
        touches.note(batch)
        assert _kept() == {
            1: (NOW + timedelta(days=2), "fair", "paid search"),
            2: (NOW + timedelta(days=1), "", "organic search"),
            3: (NOW + timedelta(days=1), "", "webinar"),
        }
    assert touches.note([_seen(1, 1, campaign="Earlier")]) == 1
    assert _kept()[1] == (NOW + timedelta(days=1), "earlier", "other")
