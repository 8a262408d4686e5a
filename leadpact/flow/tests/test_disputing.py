"""Marketing contests what became of a hand-over; sales answers within a promise.

The pact gives two working days.  The lead is rejected on Monday 9 March 2026 at 11:00 and contested at 15:00: the
answer is due at the end of the hours of Wednesday, 17:30.
"""

from datetime import datetime

import pytest

from leadpact.capture import actions as capture
from leadpact.flow import answering, disputing, promising, qualifying, reviewing
from leadpact.handover import disputed, outcomes
from leadpact.handover import reads as handed
from leadpact.handover.disputed import Contest, DisputeView, Outcome, Ruling
from leadpact.handover.errors import AlreadyContested, NothingToContest, NotYours, WordsMissing
from leadpact.handover.types import PursuitView, Stage
from leadpact.ledger import reads as ledger
from leadpact.loop import reads as loop
from leadpact.loop.types import Ask
from leadpact.pact.types import LeadType
from leadpact.promises import reads as promised
from leadpact.promises.types import PromiseState
from leadpact.team import reads as team
from tests import cast
from tests.cast import Cast, utc

pytestmark = pytest.mark.django_db

HANNAH = "hannah@northgate.example"
OFFERED, REJECTED, RAISED = utc("2026-03-09 10:00"), utc("2026-03-09 11:00"), utc("2026-03-09 15:00")
DUE = utc("2026-03-11 17:30")


@pytest.fixture
def company() -> Cast:
    return cast.found()


def offered(email: str = HANNAH, at: datetime = OFFERED) -> PursuitView:
    person = cast.ask(email, at)
    cast.sweep(at)
    lead = handed.active_of_person(person)
    assert lead is not None
    return lead


def rejected(company: Cast, reason: str = "too_small") -> PursuitView:
    lead = offered()
    by = company.by(lead.owner or 0)
    return answering.reject(handed.offers_of(lead.id)[0].id, reason, by=by, now=REJECTED)


def disqualified(company: Cast) -> tuple[PursuitView, int]:
    lead = offered()
    owner = lead.owner or 0
    answering.accept(handed.offers_of(lead.id)[0].id, by=company.by(owner), now=REJECTED)
    return qualifying.disqualify(lead.id, "poor_fit", by=company.by(owner), now=REJECTED), owner


def contested(company: Cast, lead: PursuitView) -> DisputeView:
    words = "40 people by the register."
    return disputing.contest(lead.id, Contest.AS_AGREED, words, by=company.by(company.milo), now=RAISED)


def told(user: int, kind: str = "dispute") -> list[str]:
    return [notice.text for notice in team.unread(user, limit=20) if notice.kind == kind]


def test_a_rejection_is_contested_with_a_reason_and_words(company: Cast) -> None:
    lead = rejected(company)
    found = contested(company, lead)
    rejector = handed.offers_of(lead.id)[0].user
    assert (found.outcome, found.outcome_reason, found.decided_by) == (Outcome.REJECTED, "too_small", rejector)
    assert (found.decided_at, found.raised_at, found.raised_by) == (REJECTED, RAISED, company.milo)
    assert (found.reason, found.words, found.is_open) == (Contest.AS_AGREED, "40 people by the register.", True)
    assert (found.number, found.company, found.due_at) == (lead.number, "northgate.example", DUE)
    entry = ledger.entry(found.entry)
    assert entry is not None
    assert (entry.kind, entry.facts["contested"], entry.caused_by) == (
        "dispute.raised", found.contested, found.contested,
    )  # fmt: skip
    assert entry.personal == {"note": "40 people by the register."}


def test_the_answer_is_a_promise_of_sales_in_working_time(company: Cast) -> None:
    found = contested(company, rejected(company))
    promise = promised.promise(found.promise_key)
    assert (promise.kind, promise.owed_by_side, promise.owed_by_user, promise.owed_by_team, promise.owed_to_side) == (
        "dispute", "sales", None, company.sales, "marketing",
    )  # fmt: skip
    assert (promise.amount, promise.made_at, promise.due_at, promise.state) == ("2wd", RAISED, DUE, PromiseState.OPEN)


def test_who_rejected_it_and_the_head_of_sales_are_told_and_then_who_asked(company: Cast) -> None:
    lead = rejected(company)
    found = contested(company, lead)
    says = (
        f"Marketing contests what became of {HANNAH} of northgate.example."
        " An answer is due by Wed 11 Mar 2026 17:30 (GMT)."
    )
    assert told(company.hanna) == told(found.decided_by or 0) == [says]
    assert told(company.milo) == []
    disputing.answer(found.id, Ruling.UPHELD, "Six instruments.", by=company.by(company.hanna), now=RAISED)
    assert told(company.milo)[0].endswith("the outcome stands.")


def test_upheld_the_rejection_stands_and_the_promise_is_kept(company: Cast) -> None:
    lead = rejected(company)
    found = contested(company, lead)
    at = utc("2026-03-10 10:00")
    ruled, is_offered = disputing.answer(
        found.id, Ruling.UPHELD, "Six instruments.", by=company.by(company.hanna), now=at
    )
    assert (ruled.ruling, ruled.answer_words, ruled.answered_by, ruled.answered_at) == (
        Ruling.UPHELD, "Six instruments.", company.hanna, at,
    )  # fmt: skip
    assert not is_offered
    assert handed.pursuit(lead.id).stage is Stage.RECYCLED
    promise = promised.promise(found.promise_key)
    # Monday 15:00 to 17:30 is 2.5 h, Tuesday 9:00 to 10:00 is 1 h.
    assert (promise.state, promise.worked_seconds) == (PromiseState.KEPT, 12_600)


def test_taken_back_a_rejected_lead_is_offered_again_and_nothing_is_rewritten(company: Cast) -> None:
    lead = rejected(company)
    found = contested(company, lead)
    before = ledger.entry(found.contested)
    at = utc("2026-03-10 10:00")
    _ruled, is_offered = disputing.answer(
        found.id, Ruling.TAKEN_BACK, "You are right.", by=company.by(company.hanna), now=at
    )
    again = handed.pursuit(lead.id)
    assert is_offered
    assert (again.stage, again.reason, again.ended_at) == (Stage.OFFERED, "", None)
    first, second = handed.offers_of(lead.id)
    assert (first.answer, first.reason, second.answer, second.offered_at) == ("rejected", "too_small", "", at)
    assert promised.promise(second.promise_key).due_at == utc("2026-03-10 14:00")
    assert ledger.entry(found.contested) == before
    offer = ledger.entry(second.entry)
    assert offer is not None
    assert offer.caused_by == disputed.dispute(found.id).answered_entry


def test_taken_back_a_disqualified_lead_is_offered_again(company: Cast) -> None:
    lead, owner = disqualified(company)
    found = contested(company, lead)
    assert (found.outcome, found.outcome_reason, found.decided_by) == (Outcome.DISQUALIFIED, "poor_fit", owner)
    _ruled, is_offered = disputing.answer(found.id, Ruling.TAKEN_BACK, "Our mistake.", by=company.by(owner), now=RAISED)
    assert is_offered
    again = handed.pursuit(lead.id)
    assert (again.stage, again.owner) == (Stage.OFFERED, owner)  # the former owner comes before the fair choice


def test_a_lead_that_somebody_has_by_now_is_not_offered_a_second_time(company: Cast) -> None:
    lead = rejected(company)
    found = contested(company, lead)
    pulled = answering.pull(lead.persons[0], by=company.by(company.cat), now=RAISED)
    assert pulled.id != lead.id
    _ruled, is_offered = disputing.answer(found.id, Ruling.TAKEN_BACK, "Yes.", by=company.by(company.hanna), now=RAISED)
    assert not is_offered
    assert handed.pursuit(lead.id).stage is Stage.RECYCLED
    assert handed.pursuit(pulled.id).stage is Stage.WORKING


def test_an_outcome_is_contested_once_and_a_second_press_is_harmless(company: Cast) -> None:
    lead = rejected(company)
    found = contested(company, lead)
    assert contested(company, lead) == found
    with pytest.raises(AlreadyContested):
        disputing.contest(lead.id, Contest.OTHER, "Again.", by=company.by(company.milo), now=RAISED)
    by = company.by(company.hanna)
    disputing.answer(found.id, Ruling.UPHELD, "No.", by=by, now=RAISED)
    assert disputing.answer(found.id, Ruling.UPHELD, "No.", by=by, now=RAISED)[0].answer_words == "No."
    with pytest.raises(AlreadyContested):
        disputing.answer(found.id, Ruling.TAKEN_BACK, "Yes after all.", by=by, now=RAISED)
    with pytest.raises(AlreadyContested):
        disputing.contest(lead.id, Contest.NEWS, "They grew.", by=company.by(company.milo), now=RAISED)


def test_only_a_rejection_or_disqualification_that_stands_is_contested(company: Cast) -> None:
    lead = offered()
    with pytest.raises(NothingToContest):
        contested(company, lead)  # it waits for its answer
    owner = company.by(lead.owner or 0)
    answering.accept(handed.offers_of(lead.id)[0].id, by=owner, now=REJECTED)
    qualifying.recycle(lead.id, "no_decision_maker", by=owner, now=REJECTED)
    with pytest.raises(NothingToContest):
        contested(company, lead)  # given back for later: real, but not now


def test_both_sides_give_words(company: Cast) -> None:
    lead = rejected(company)
    with pytest.raises(WordsMissing):
        disputing.contest(lead.id, Contest.OTHER, "  ", by=company.by(company.milo), now=RAISED)
    found = contested(company, lead)
    with pytest.raises(WordsMissing):
        disputing.answer(found.id, Ruling.UPHELD, "", by=company.by(company.hanna), now=RAISED)


def test_a_marketer_contests_what_their_own_campaign_brought(company: Cast) -> None:
    own = capture.create_campaign("Spring fair", by=company.by(company.mia), now=OFFERED)
    cast.act("hannah@northgate.example", "page.viewed", utc("2026-03-09 09:30"), path="/", utm_campaign="Spring fair")
    lead = rejected(company)
    assert lead.first_touch.campaign == own.id
    for user in (company.ann, company.hanna, company.olga, company.edda):
        with pytest.raises(NotYours):
            disputing.contest(lead.id, Contest.AS_AGREED, "It was.", by=company.by(user), now=RAISED)
    found = disputing.contest(lead.id, Contest.AS_AGREED, "It was.", by=company.by(company.mia), now=RAISED)
    assert found.raised_by == company.mia


def test_a_marketer_does_not_contest_what_others_brought(company: Cast) -> None:
    lead = rejected(company)  # came by no campaign
    with pytest.raises(NotYours):
        disputing.contest(lead.id, Contest.AS_AGREED, "It was.", by=company.by(company.mia), now=RAISED)


def test_who_rejected_it_or_the_head_answers_and_nobody_else(company: Cast) -> None:
    lead = rejected(company)
    found = contested(company, lead)
    others = {company.ann, company.ben, company.cat, company.milo, company.olga, company.edda} - {found.decided_by}
    for user in sorted(others):
        with pytest.raises(NotYours):
            disputing.answer(found.id, Ruling.UPHELD, "No.", by=company.by(user), now=RAISED)
    ruled, _ = disputing.answer(found.id, Ruling.UPHELD, "No.", by=company.by(found.decided_by or 0), now=RAISED)
    assert ruled.answered_by == found.decided_by


def test_an_answer_too_late_is_missed_and_counts_as_every_promise_does(company: Cast) -> None:
    found = contested(company, rejected(company))
    late = utc("2026-03-11 17:31")
    promising.sweep(now=late)
    assert told(company.hanna, "missed") != []
    disputing.answer(found.id, Ruling.UPHELD, "Sorry, late.", by=company.by(company.hanna), now=utc("2026-03-12 10:00"))
    promise = promised.promise(found.promise_key)
    assert (promise.state, promise.was_missed, promise.closed_at) == (
        PromiseState.MISSED, True, utc("2026-03-12 10:00"),
    )  # fmt: skip
    period = loop.period_of("2026-03", now=utc("2026-03-31 12:00"), ours=team.settings())
    (sums,) = loop.look(
        [Ask("promises", period, by=("side", "kind"))], now=utc("2026-03-31 12:00"), visible_owners=None
    )
    counted = {(each.parts[0], each.parts[1]): (each.value, each.n) for each in sums}
    assert counted["sales", "dispute"] == (0, 1)


def test_the_promise_stays_with_the_head_whoever_gets_the_lead(company: Cast) -> None:
    lead, owner = disqualified(company)
    found = contested(company, lead)
    disputing.answer(found.id, Ruling.TAKEN_BACK, "Our mistake.", by=company.by(owner), now=RAISED)
    outcomes.hand_on(lead.id, company.ben, by=company.by(company.hanna), now=RAISED)
    assert promised.promise(found.promise_key).owed_by_user is None


def test_what_waits_is_told_by_age_and_by_whom_it_concerns(company: Cast) -> None:
    first = contested(company, rejected(company))
    other = offered("otto@other.example", utc("2026-03-09 12:00"))
    answering.reject(handed.offers_of(other.id)[0].id, "no_need", by=company.by(other.owner or 0), now=RAISED)
    second = disputing.contest(
        other.id, Contest.NOT_TRIED, "Nobody called.", by=company.by(company.milo), now=utc("2026-03-10 09:00")
    )
    waiting = disputed.open_disputes(limit=1)
    assert ([each.id for each in waiting.oldest], waiting.total) == ([first.id], 2)
    assert [each.id for each in disputed.open_disputes(decided_by=second.decided_by).oldest] == [second.id]
    assert [each.id for each in disputed.disputes()] == [second.id, first.id]
    assert [each.id for each in disputed.disputes(before=second.id)] == [first.id]
    disputing.answer(first.id, Ruling.UPHELD, "No.", by=company.by(company.hanna), now=utc("2026-03-10 09:00"))
    assert [each.id for each in disputed.disputes(is_open=True)] == [second.id]
    assert [each.id for each in disputed.disputes(is_open=False)] == [first.id]


def test_both_heads_are_told_once_on_the_day_of_the_review(company: Cast) -> None:
    # The Default pact, in force since 5 January 2026, is looked at again three months later.
    assert not reviewing.remind(now=utc("2026-04-04 22:30"))  # 23:30 in London, the day before
    assert reviewing.remind(now=utc("2026-04-04 23:30"))  # summer time has begun: it is the 5th there
    assert not reviewing.remind(now=utc("2026-04-06 09:00"))
    for head in (company.hanna, company.milo):
        assert told(head, "review") == ["Version 1 of the pact is to be looked at again since 2026-04-05."]
    assert told(company.edda, "review") == []


def test_a_lead_type_is_as_before_when_it_is_offered_again(company: Cast) -> None:
    lead = rejected(company)
    found = contested(company, lead)
    disputing.answer(found.id, Ruling.TAKEN_BACK, "Yes.", by=company.by(company.hanna), now=RAISED)
    again = handed.pursuit(lead.id)
    assert (again.type, again.number, again.began_at) == (LeadType.INBOUND, lead.number, lead.began_at)
