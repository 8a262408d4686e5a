"""Campaigns, costs and forms through their verbs."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from leadpact.base.money import Money
from leadpact.capture import actions, reads
from leadpact.capture.errors import BadCampaign, BadCost, BadForm, FormExists, UnknownCampaign, UnknownForm
from leadpact.capture.form_rules import USUAL_FORMS
from leadpact.capture.types import FieldType, FormField, NewCost, NewForm, Recorded
from leadpact.engagement.types import ActRow
from leadpact.ledger import reads as ledger
from leadpact.team.types import SYSTEM

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = date(2026, 3, 1)


def campaign(name: str = "Spring Fair", channel: str = "") -> int:
    return actions.create_campaign(name, channel=channel, by=SYSTEM, now=NOW).id


def test_a_campaign_is_one_however_its_name_is_cased_and_learns_its_channel_later() -> None:
    first = campaign("Spring Fair")
    assert campaign("  SPRING fair ", channel="Fairs") == first
    assert campaign("Spring Fair", channel="Other") == first
    found = reads.campaign_by_name("spring FAIR")
    assert found is not None
    assert (found.name, found.channel) == ("Spring Fair", "Fairs")
    assert [e.kind for e in ledger.entries_about(found.about)] == ["campaign.created", "campaign.changed"]
    assert campaign("Straße") == campaign("STRASSE")  # folding is not lowering
    with pytest.raises(BadCampaign):
        campaign(" ")
    with pytest.raises(BadCampaign):
        campaign("x" * 201)


def test_a_cost_with_a_number_is_recorded_once_and_corrected_with_an_entry() -> None:
    fair = campaign()
    cost = NewCost(fair, DAY, Money(16_648, "AED"), "lead:1")
    assert actions.record_costs([cost, cost], by=SYSTEM, now=NOW) == [Recorded.CREATED, Recorded.UNCHANGED]
    assert actions.record_costs([cost], by=SYSTEM, now=NOW) == [Recorded.UNCHANGED]
    more = replace(cost, amount=Money(20_000, "AED"))
    assert actions.record_costs([more], by=SYSTEM, now=NOW) == [Recorded.UPDATED]
    assert reads.costs()[0].costs == (Money(20_000, "AED"),)
    told = ledger.entries_about(f"campaign:{fair}", kinds=["campaign.cost_recorded"])
    assert [entry.facts["amount_minor"] for entry in told] == [16_648, 20_000]
    assert told[1].facts["was"]["amount_minor"] == 16_648


def test_costs_without_a_number_add_up_by_currency_within_days() -> None:
    fair, mails = campaign("Fair"), campaign("Mails")
    for on, amount in ((DAY, Money(100, "GBP")), (DAY, Money(100, "GBP")), (date(2026, 3, 2), Money(50, "EUR"))):
        assert actions.record_cost(fair, on, amount, by=SYSTEM, now=NOW) is Recorded.CREATED
    assert [(each.campaign.id, each.costs) for each in reads.costs()] == [
        (fair, (Money(50, "EUR"), Money(200, "GBP"))),
        (mails, ()),
    ]
    assert reads.costs(since=DAY, until=date(2026, 3, 2))[0].costs == (Money(200, "GBP"),)


def test_within_one_file_the_last_word_on_a_cost_stands() -> None:
    fair = campaign()
    first, second = NewCost(fair, DAY, Money(1, "GBP"), "a"), NewCost(fair, DAY, Money(2, "GBP"), "a")
    plain = NewCost(fair, DAY, Money(10, "GBP"))
    done = actions.record_costs([first, plain, second], by=SYSTEM, now=NOW)
    assert done == [Recorded.CREATED, Recorded.CREATED, Recorded.UPDATED]
    assert reads.costs()[0].costs == (Money(12, "GBP"),)


def test_a_wrong_cost_is_refused_and_none_of_its_file_is_written() -> None:
    fair = campaign()
    good = NewCost(fair, DAY, Money(1, "GBP"))
    for wrong, error in (
        (replace(good, campaign=fair + 1), UnknownCampaign),
        (replace(good, amount=Money(-1, "GBP")), BadCost),
        (replace(good, external=""), BadCost),
    ):
        with pytest.raises(error):
            actions.record_costs([good, wrong], by=SYSTEM, now=NOW)
    assert reads.costs()[0].costs == ()


def test_a_campaign_that_only_a_link_names_is_made_when_it_led_to_a_pursuit() -> None:
    acts = [ActRow(1, "1", "page.viewed", NOW, {"utm_campaign": "Spring", "utm_medium": "email"})]
    assert reads.first_touch(acts).campaign is None
    assert reads.campaigns() == []
    touch = actions.note_first_touch(acts, by=SYSTEM, now=NOW)
    assert touch.campaign == reads.campaigns()[0].id
    assert (touch.channel, touch.happened_at) == ("email", NOW)
    assert actions.note_first_touch(acts, by=SYSTEM, now=NOW) == touch


def test_the_usual_forms_are_made_once_and_a_change_of_theirs_stays() -> None:
    actions.ensure_default_forms(by=SYSTEM, now=NOW)
    actions.change_form("demo", replace(USUAL_FORMS[1], title="Watch it"), by=SYSTEM, now=NOW)
    actions.ensure_default_forms(by=SYSTEM, now=NOW)
    assert [(form.slug, form.key, form.title) for form in reads.forms()] == [
        ("contact", "contact", "Talk to us"),
        ("demo", "demo", "Watch it"),
    ]
    contact = reads.form("contact")
    assert [(f.name, f.type, f.is_required) for f in contact.fields][1] == ("email", FieldType.EMAIL, True)
    assert contact.purposes == ("mail",)
    assert actions.close_form("contact", by=SYSTEM, now=NOW).is_open is False
    with pytest.raises(UnknownForm):
        reads.form("nowhere")


CONTACT = USUAL_FORMS[0]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (replace(CONTACT, slug="Con tact"), "slug"),
        (replace(CONTACT, key="Kontakt!"), "key"),
        (replace(CONTACT, title=" "), "title"),
        (replace(CONTACT, fields=CONTACT.fields[:1]), "fields"),  # nobody would be known by it
        (replace(CONTACT, fields=CONTACT.fields * 2), "fields"),
        (replace(CONTACT, fields=(*CONTACT.fields, FormField("size", "Size", FieldType.CHOICE))), "fields"),
        (replace(CONTACT, purposes=("world domination",)), "purposes"),
    ],
)
def test_a_form_that_would_not_work_is_refused(wrong: NewForm, field: str) -> None:
    with pytest.raises(BadForm) as caught:
        actions.create_form(wrong, by=SYSTEM, now=NOW)
    assert caught.value.details["field"] == field


def test_two_forms_never_share_an_address() -> None:
    actions.create_form(CONTACT, by=SYSTEM, now=NOW)
    with pytest.raises(FormExists):
        actions.create_form(CONTACT, by=SYSTEM, now=NOW)
