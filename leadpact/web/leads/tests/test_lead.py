"""The page of a lead: what both teams did, why the score, what is next, and who may see and do what."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leadpact.engagement import actions as engagement
from leadpact.flow import answering, clock, following
from leadpact.handover import reads as handover
from leadpact.handover.types import Stage
from leadpact.pact import reads as pacts
from leadpact.pact.types import Reason
from leadpact.people import actions as people
from leadpact.people.types import Purpose
from leadpact.pipeline import reads as pipeline
from leadpact.promises import reads as promises
from leadpact.team.types import SYSTEM
from leadpact.web.tests.acting import browser_of, reads_well, words_of
from tests import cast
from tests.cast import Cast

pytestmark = pytest.mark.django_db

HANNAH = "hannah@northgate.example"


@pytest.fixture
def company() -> Cast:
    return cast.found()


def offered() -> tuple[int, int, int]:
    """Hannah asked for contact just now: the person, the offer, and whom it went to."""
    now = clock.now()
    who = cast.ask(HANNAH, now - timedelta(minutes=5))
    cast.sweep(now)
    running = handover.active_of_person(who)
    assert running is not None
    offer = handover.open_offer_of(running.id)
    assert offer is not None
    assert offer.user is not None
    return who, offer.id, offer.user


def working(company: Cast) -> tuple[int, int]:
    who, offer, user = offered()
    answering.accept(offer, by=company.by(user), now=clock.now())
    return who, user


def stage_of(person: int) -> Stage:
    pursuit = handover.pursuit_of(person)
    assert pursuit is not None
    return pursuit.stage


@pytest.mark.parametrize("who", ["ann", "mia", "hanna", "milo", "olga", "edda"])
def test_everybody_inside_sees_the_lead_of_anybody(company: Cast, who: str) -> None:
    person, _offer, _user = offered()
    page = browser_of(getattr(company, who)).get(f"/leads/{person}/")
    assert page.status_code == 200
    assert reads_well(page)
    assert "Sent the form contact" in words_of(page)


def test_for_a_partner_somebody_elses_lead_is_not_there(company: Cast) -> None:
    person, offer, _user = offered()
    pat = browser_of(company.pat)
    assert pat.get(f"/leads/{person}/").status_code == 404
    assert pat.post(f"/offers/{offer}/accept/").status_code == 404
    assert pat.post(f"/leads/{person}/log/", {"kind": "call.made"}).status_code == 404
    assert pat.get("/leads/999999/").status_code == 404


def test_a_partner_sees_the_story_only_where_the_consent_names_partners(company: Cast) -> None:
    person = cast.person("own@partnerlead.example", name="Own Lead")
    cast.act("own@partnerlead.example", "asset.downloaded", clock.now() - timedelta(days=2), asset="Checklist")
    people.set_owner(person, company.pat, by=SYSTEM, now=cast.FOUNDED)
    pat = browser_of(company.pat)
    assert "Checklist" not in words_of(pat.get(f"/leads/{person}/"))
    assert "Their story is not for partners" in words_of(pat.get(f"/leads/{person}/"))
    version = people.add_consent_text(
        Purpose.MAIL, "You and your partners may write.", names_partners=True, by=SYSTEM, now=cast.FOUNDED
    )
    people.give_consent(
        person, Purpose.MAIL, text_version=version, source="form", happened_at=clock.now(), by=SYSTEM, now=clock.now()
    )
    assert "Downloaded Checklist" in words_of(pat.get(f"/leads/{person}/"))


def test_the_story_folds_repeats_and_gives_their_points_together(company: Cast) -> None:
    day = (clock.now() - timedelta(days=3)).replace(hour=12, minute=0)
    for minute in range(3):
        cast.act(HANNAH, "page.viewed", day + timedelta(minutes=minute), path="/pricing")
    person = cast.person(HANNAH)
    words = words_of(browser_of(company.mia).get(f"/leads/{person}/"))
    assert "3 visits to pricing" in words
    # the pricing page earns 5 each and at most 10 a day
    assert "+10" in words
    assert "Why 10 points" in words


def test_what_was_voided_stays_in_the_story_and_does_not_count(company: Cast) -> None:
    entry = cast.act(HANNAH, "event.attended", clock.now() - timedelta(days=1), event="Expo")
    person = cast.person(HANNAH)
    engagement.void(entry, "not her", by=SYSTEM, now=clock.now())
    words = words_of(browser_of(company.mia).get(f"/leads/{person}/"))
    assert "Visited us at Expo" in words
    assert "Does not count" in words
    assert "Why 0 points" in words


def test_looking_at_ones_offer_opens_it_and_looking_at_anothers_does_not(company: Cast) -> None:
    person, offer, user = offered()
    browser_of(company.mia).get(f"/leads/{person}/")
    assert handover.offer(offer).opened_at is None
    page = browser_of(user).get(f"/leads/{person}/")
    assert "Answer this offer" in words_of(page)
    assert handover.offer(offer).opened_at is not None


def test_an_offer_is_accepted_by_whom_it_was_made_to_and_by_nobody_else(company: Cast) -> None:
    person, offer, user = offered()
    other = next(each for each in (company.ann, company.ben) if each != user)
    for somebody in (other, company.mia, company.olga, company.edda):
        assert browser_of(somebody).post(f"/offers/{offer}/accept/").status_code == 403
    assert browser_of(user).post(f"/offers/{offer}/accept/").status_code == 302
    assert stage_of(person) is Stage.WORKING
    again = browser_of(user).post(f"/offers/{offer}/accept/")
    assert again.status_code == 302  # pressed twice: still theirs


def test_a_head_who_comes_too_late_is_told_who_was_faster(company: Cast) -> None:
    _person, offer, user = offered()
    browser_of(user).post(f"/offers/{offer}/accept/")
    late = browser_of(company.hanna).post(f"/offers/{offer}/accept/")
    assert late.status_code == 409
    assert "That did not work" in words_of(late)


def test_a_rejection_needs_a_reason_of_the_pact_and_what_it_asks_for(company: Cast) -> None:
    person, offer, user = offered()
    client = browser_of(user)
    missing = client.post(f"/offers/{offer}/reject/", {})
    assert missing.status_code == 400
    assert "This field is required." in words_of(missing)
    reasons = handover_reasons(person)
    noted = next(reason for reason in reasons if reason.needs == "note")
    assert client.post(f"/offers/{offer}/reject/", {"reason": noted.code}).status_code == 400
    assert client.post(f"/offers/{offer}/reject/", {"reason": noted.code, "note": "a student"}).status_code == 302
    story = words_of(client.get(f"/leads/{person}/"))
    assert f"rejected the lead: {noted.label}" in story
    assert "a student" in story


def handover_reasons(person: int) -> tuple[Reason, ...]:
    pursuit = handover.pursuit_of(person)
    assert pursuit is not None
    return pacts.pact_of(pursuit.pact_version).reject_reasons


def test_later_reminds_and_the_clock_runs_on(company: Cast) -> None:
    person, offer, user = offered()
    due = promises.of_key(f"answer:offer:{offer}")
    client = browser_of(user)
    assert client.post(f"/offers/{offer}/later/", {"in": "1h"}).status_code == 302
    assert handover.offer(offer).later_until is not None
    assert promises.of_key(f"answer:offer:{offer}") == due
    assert client.post(f"/offers/{offer}/later/", {"in": "never"}).status_code == 400
    assert "Put off" in words_of(client.get(f"/leads/{person}/"))


def test_what_was_done_is_logged_by_either_team_and_counts_as_an_attempt(company: Cast) -> None:
    person, user = working(company)
    client = browser_of(user)
    assert client.post(f"/leads/{person}/log/", {"kind": "call.made", "note": "Left a message."}).status_code == 302
    words = words_of(client.get(f"/leads/{person}/"))
    assert "called" in words
    assert "Left a message." in words
    assert "1 of 3 attempts made." in words
    assert browser_of(company.mia).post(f"/leads/{person}/log/", {"kind": "note.added"}).status_code == 400
    assert browser_of(company.edda).post(f"/leads/{person}/log/", {"kind": "call.made"}).status_code == 403


def test_what_lies_ahead_cannot_be_logged(company: Cast) -> None:
    person, user = working(company)
    page = browser_of(user).post(f"/leads/{person}/log/", {"kind": "call.made", "happened_at": "2999-01-01T10:00"})
    assert page.status_code == 400
    assert 'id="log_happened_at_error"' in page.content.decode()


def test_a_deal_is_opened_with_an_amount_or_none_and_a_next_step(company: Cast) -> None:
    person, user = working(company)
    client = browser_of(user)
    said = {"title": "Gauges", "amount": "nonsense", "next_step": "Send the offer", "next_step_on": "2999-01-01"}
    bad = client.post(f"/leads/{person}/deal/", said)
    assert bad.status_code == 400
    assert 'id="deal_amount_error"' in bad.content.decode()
    assert "Send the offer" in bad.content.decode()
    assert client.post(f"/leads/{person}/deal/", {**said, "amount": "£48,000"}).status_code == 302
    page = client.get(f"/leads/{person}/")
    assert "£48,000" in words_of(page)
    assert "opened a deal over £48,000" in words_of(page)
    assert reads_well(page)
    assert stage_of(person) is Stage.DEAL


def test_a_deal_may_be_opened_before_its_amount_is_known(company: Cast) -> None:
    person, user = working(company)
    said = {"title": "Gauges", "amount": "", "next_step": "Call", "next_step_on": "2999-01-01"}
    assert browser_of(user).post(f"/leads/{person}/deal/", said).status_code == 302
    pursuit = handover.pursuit_of(person)
    assert pursuit is not None
    assert pipeline.of_pursuit(pursuit.id)[0].amount is None
    assert "not known yet" in words_of(browser_of(user).get(f"/leads/{person}/"))


def test_a_lead_is_given_back_with_a_reason_and_disqualified_for_good(company: Cast) -> None:
    person, user = working(company)
    reason = next(each for each in pacts.in_force(clock.now()).pact.recycle_reasons if each.needs == "date")
    client = browser_of(user)
    refused = client.post(f"/leads/{person}/recycle/", {"reason": reason.code})
    assert refused.status_code == 400
    assert "needs a date" in words_of(refused)
    given = client.post(f"/leads/{person}/recycle/", {"reason": reason.code, "until": "2999-01-01"})
    assert given.status_code == 302
    assert stage_of(person) is Stage.RECYCLED
    assert reads_well(client.get(f"/leads/{person}/"))


def test_nobody_else_works_on_anothers_lead(company: Cast) -> None:
    person, user = working(company)
    other = next(each for each in (company.ann, company.ben) if each != user)
    for deed in ("recycle", "disqualify", "deal", "keep"):
        assert browser_of(other).post(f"/leads/{person}/{deed}/", {}).status_code == 403
        assert browser_of(company.mia).post(f"/leads/{person}/{deed}/", {}).status_code == 403
    assert stage_of(person) is Stage.WORKING


def test_sales_may_take_a_free_lead_early_and_marketing_may_not(company: Cast) -> None:
    person = cast.person(HANNAH)
    assert "Take this lead" in words_of(browser_of(company.ann).get(f"/leads/{person}/"))
    assert "Take this lead" not in words_of(browser_of(company.mia).get(f"/leads/{person}/"))
    assert browser_of(company.mia).post(f"/leads/{person}/pull/").status_code == 403
    assert browser_of(company.ann).post(f"/leads/{person}/pull/").status_code == 302
    assert stage_of(person) is Stage.WORKING


def test_an_entry_and_a_receipt_are_one_click_away(company: Cast) -> None:
    person, offer, user = offered()
    promise = promises.of_key(f"answer:offer:{offer}")
    assert promise is not None
    page = browser_of(user).get(f"/promises/{promise.id}/")
    assert page.status_code == 200
    assert "4 working hours by pact v1" in words_of(page)
    assert reads_well(page)
    entry = browser_of(company.mia).get(f"/ledger/{promise.made_entry}/")
    assert "promise.made" in words_of(entry)
    assert browser_of(company.pat).get(f"/promises/{promise.id}/").status_code == 404
    assert browser_of(company.pat).get(f"/ledger/{promise.made_entry}/").status_code == 403
    assert browser_of(company.mia).get("/ledger/999999/").status_code == 404
    assert browser_of(company.mia).get(f"/leads/{person}/?all=1").status_code == 200


def test_names_and_words_of_strangers_are_shown_as_text(company: Cast) -> None:
    person = cast.person("evil@script.example", name="<script>alert(1)</script>")
    following.log_activity(
        person, "note.added", note="<img src=x onerror=1>", by=company.by(company.mia), now=clock.now()
    )
    cast.act("evil@script.example", "page.viewed", clock.now() - timedelta(hours=1), title="{user} <b>x</b>")
    text = browser_of(company.mia).get(f"/leads/{person}/").content.decode()
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert "{user} &lt;b&gt;x&lt;/b&gt;" in text


def test_a_long_story_costs_as_many_queries_as_a_short_one(company: Cast) -> None:
    person = cast.person(HANNAH)
    client = browser_of(company.mia)

    def queries() -> int:
        client.get(f"/leads/{person}/")
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"/leads/{person}/").status_code == 200
        return len(seen)

    def visits(start: int, end: int) -> None:
        for hour in range(start, end):
            cast.act(HANNAH, "page.viewed", clock.now() - timedelta(hours=hour), path=f"/{hour}")

    visits(1, 4)
    short = queries()
    visits(4, 64)
    assert queries() == short
