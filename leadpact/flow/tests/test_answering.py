"""The answer and what follows, on the shared cast: who may, what is promised, what a lead becomes."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core import mail

from leadpact.base.errors import LeadpactError
from leadpact.base.money import Money
from leadpact.flow import answering, following, qualifying, selling
from leadpact.flow.offering import Handled
from leadpact.handover import links, outcomes
from leadpact.handover import reads as handed
from leadpact.handover.errors import (
    BadMoment,
    NotYours,
    OfferAnswered,
    ReasonNeeds,
    UnknownOffer,
    UnknownReason,
    WrongStage,
)
from leadpact.handover.types import OfferView, PursuitView, RecordedPursuit, Stage
from leadpact.ledger import reads as ledger
from leadpact.pact import actions as pacts
from leadpact.pact.document import default_pact_text
from leadpact.pact.types import LeadType
from leadpact.people import reads as known
from leadpact.pipeline.types import DealState
from leadpact.promises import actions as promises
from leadpact.promises import reads as promised
from leadpact.promises.types import PromiseState
from leadpact.scoring import reads as scored
from leadpact.team import sending
from leadpact.team.types import SYSTEM
from tests import cast as stage
from tests.cast import Cast, ask, sweep, utc

pytestmark = pytest.mark.django_db

ASKED = utc("2026-03-02 10:00")  # a Monday
ANSWERED = utc("2026-03-02 11:00")


@pytest.fixture
def cast() -> Cast:
    return stage.found()


def offered(email: str = "jo@acme.example") -> tuple[int, PursuitView, OfferView]:
    """Return a person who asked, their pursuit and the offer, which goes to Ann first."""
    person = ask(email, ASKED)
    sweep(ASKED)
    pursuit = handed.pursuit_of(person)
    assert pursuit is not None
    offer = handed.open_offer_of(pursuit.id)
    assert offer is not None
    return person, pursuit, offer


def worked(cast: Cast) -> tuple[int, PursuitView]:
    person, _, offer = offered()
    return person, answering.accept(offer.id, by=cast.by(cast.ann), now=ANSWERED)


def states(pursuit: PursuitView) -> dict[str, PromiseState]:
    return {each.kind: each.state for each in promised.all_of(pursuit.about)}


def test_accepting_keeps_the_answer_and_promises_attempts_and_feedback(cast: Cast) -> None:
    _, pursuit = worked(cast)
    assert (pursuit.stage, pursuit.owner, pursuit.team) == (Stage.WORKING, cast.ann, cast.sales)
    assert states(pursuit) == {
        "offer": PromiseState.KEPT,
        "answer": PromiseState.KEPT,
        "attempts": PromiseState.OPEN,
        "feedback": PromiseState.OPEN,
    }
    due = {each.kind: (each.due_at, each.count, each.owed_by_user) for each in promised.open_of(pursuit.about)}
    assert due == {
        "attempts": (utc("2026-03-13 00:00"), 3, cast.ann),  # the 12th is the tenth day after the 2nd
        "feedback": (utc("2026-03-17 00:00"), None, cast.ann),
    }


def test_accepting_twice_is_harmless(cast: Cast) -> None:
    _, pursuit, offer = offered()
    first = answering.accept(offer.id, by=cast.by(cast.ann), now=ANSWERED)
    again = answering.accept(offer.id, by=cast.by(cast.ann), now=ANSWERED + timedelta(hours=5))
    assert again == first
    kinds = [entry.kind for entry in ledger.entries_about(pursuit.about)]
    assert kinds.count("lead.accepted") == 1


@pytest.mark.parametrize(
    ("who", "may"),
    [("ann", True), ("hanna", True), ("ben", False), ("pat", False), ("milo", False), ("mia", False),
     ("olga", False), ("edda", False)],
)  # fmt: skip
def test_only_whom_it_was_offered_to_and_their_head_may_answer(cast: Cast, who: str, may: bool) -> None:
    _, _, offer = offered()
    user = getattr(cast, who)
    if may:
        assert answering.accept(offer.id, by=cast.by(user), now=ANSWERED).owner == user
        return
    verbs: list[Callable[[], object]] = [
        lambda: answering.accept(offer.id, by=cast.by(user), now=ANSWERED),
        lambda: answering.reject(offer.id, "no_need", by=cast.by(user), now=ANSWERED),
        lambda: answering.later(offer.id, ANSWERED + timedelta(hours=1), by=cast.by(user), now=ANSWERED),
    ]
    for verb in verbs:
        with pytest.raises(NotYours):
            verb()
    assert handed.offer(offer.id).is_open


def test_the_system_cannot_answer_for_sales(cast: Cast) -> None:
    _, _, offer = offered()
    with pytest.raises(NotYours):
        answering.accept(offer.id, by=SYSTEM, now=ANSWERED)


@pytest.mark.parametrize(
    ("reason", "note", "until", "error"),
    [
        ("because", "", None, UnknownReason),
        ("no_budget", "", date(2026, 6, 1), UnknownReason),  # a reason to recycle, not to reject
        ("not_now", "", None, ReasonNeeds),
        ("not_now", "", date(2026, 3, 2), ReasonNeeds),
        ("other", "  ", None, ReasonNeeds),
    ],
)
def test_a_rejection_needs_a_reason_of_the_pact_and_what_the_reason_needs(
    cast: Cast, reason: str, note: str, until: date | None, error: type[LeadpactError]
) -> None:
    _, pursuit, offer = offered()
    with pytest.raises(error):
        answering.reject(offer.id, reason, note=note, until=until, by=cast.by(cast.ann), now=ANSWERED)
    assert handed.offer(offer.id).is_open
    assert states(pursuit)["answer"] is PromiseState.OPEN


def test_a_rejection_is_an_answer_and_resets_the_points(cast: Cast) -> None:
    person, pursuit, offer = offered()
    gone = answering.reject(offer.id, "not_now", until=date(2026, 6, 1), by=cast.by(cast.ann), now=ANSWERED)
    answering.reject(offer.id, "not_now", until=date(2026, 6, 1), by=cast.by(cast.ann), now=ANSWERED)
    assert (gone.stage, gone.owner, gone.recycle_until) == (Stage.RECYCLED, None, date(2026, 6, 1))
    assert states(pursuit) == {"offer": PromiseState.KEPT, "answer": PromiseState.KEPT}
    assert sweep(ANSWERED + timedelta(minutes=1)).handled == {}
    standing = scored.standing(person)
    assert standing is not None
    assert not standing.is_ready
    with pytest.raises(OfferAnswered):
        answering.accept(offer.id, by=cast.by(cast.ann), now=ANSWERED)


def test_an_unknown_offer_is_an_error(cast: Cast) -> None:
    with pytest.raises(UnknownOffer):
        answering.accept(404, by=cast.by(cast.ann), now=ANSWERED)


def test_later_must_lie_ahead(cast: Cast) -> None:
    _, _, offer = offered()
    with pytest.raises(BadMoment):
        answering.later(offer.id, ANSWERED, by=cast.by(cast.ann), now=ANSWERED)


def test_a_late_answer_stays_missed(cast: Cast) -> None:
    _, pursuit, offer = offered()
    promises.sweep(utc("2026-03-02 14:30"))
    answering.accept(offer.id, by=cast.by(cast.ann), now=utc("2026-03-02 15:00"))
    answer = promised.promise(offer.promise_key)
    assert (answer.state, answer.worked_seconds, answer.is_done) == (PromiseState.MISSED, 5 * 3600, True)
    assert states(pursuit)["attempts"] is PromiseState.OPEN


def test_three_attempts_keep_their_promise_and_a_remark_is_none(cast: Cast) -> None:
    person, pursuit = worked(cast)
    days = ["2026-03-03 10:00", "2026-03-04 10:00", "2026-03-05 10:00"]
    following.log_activity(person, "note.added", note="A careful buyer", by=cast.by(cast.ann), now=utc(days[0]))
    for kind, day in zip(["call.made", "sales_mail.sent", "call.made"], days, strict=True):
        assert states(pursuit)["attempts"] is PromiseState.OPEN
        for _ in range(2):  # pressed twice
            following.log_activity(person, kind, happened_at=utc(day), by=cast.by(cast.ann), now=utc(day))
    attempts = promised.promise(f"attempts:offer:{handed.offers_of(pursuit.id)[0].id}")
    assert (attempts.state, attempts.progress, attempts.closed_at) == (PromiseState.KEPT, 3, utc(days[2]))
    assert handed.first_human_touch(pursuit.id) == utc(days[0])
    assert len(handed.activities_of(person)) == 4


def test_an_activity_that_lies_ahead_is_refused(cast: Cast) -> None:
    person, _ = worked(cast)
    with pytest.raises(BadMoment):
        following.log_activity(
            person, "call.made", happened_at=utc("2026-03-09 10:00"), by=cast.by(cast.ann), now=ANSWERED
        )


def test_a_deal_is_opened_once_with_a_next_step_and_closes_what_was_promised(cast: Cast) -> None:
    person, pursuit = worked(cast)
    now = utc("2026-03-04 10:00")
    with pytest.raises(qualifying.NextStepMissing):
        qualifying.open_deal(pursuit.id, amount=None, next_step=" ", by=cast.by(cast.ann), now=now)
    deal = qualifying.open_deal(pursuit.id, amount=None, next_step="Demo", by=cast.by(cast.ann), now=now)
    again = qualifying.open_deal(pursuit.id, amount=None, next_step="Demo", by=cast.by(cast.ann), now=now)
    assert again == deal
    assert (deal.amount, deal.owner, deal.inbound, deal.persons) == (None, cast.ann, True, ((person, ""),))
    assert deal.title == "acme.example"
    assert handed.pursuit(pursuit.id).stage is Stage.DEAL
    assert handed.stage_dates(pursuit.id)["deal"] == now
    assert states(pursuit) == dict.fromkeys(("offer", "answer", "attempts", "feedback"), PromiseState.KEPT)
    assert known.company(pursuit.company or 0).facts["open_deal"] is True


def test_a_won_deal_makes_a_customer_and_reopening_it_a_deal_again(cast: Cast) -> None:
    _, pursuit = worked(cast)
    by = cast.by(cast.ann)
    deal = qualifying.open_deal(pursuit.id, amount=None, next_step="Demo", by=by, now=utc("2026-03-04 10:00"))
    won = selling.win(deal.id, amount=Money(500_000, "GBP"), by=by, now=utc("2026-03-20 10:00"))
    assert (won.state, handed.pursuit(pursuit.id).stage) == (DealState.WON, Stage.CUSTOMER)
    facts = known.company(pursuit.company or 0).facts
    assert (facts["customer"], facts["open_deal"]) == (True, False)
    ask("li@acme.example", utc("2026-03-21 10:00"))
    assert sweep(utc("2026-03-21 10:01")).handled == {}  # a customer: the owner is told instead

    selling.reopen(deal.id, by=by, now=utc("2026-03-23 10:00"))
    again = handed.pursuit(pursuit.id)
    assert (again.stage, again.ended_at) == (Stage.DEAL, None)
    lost = selling.lose(deal.id, reason="budget", by=by, now=utc("2026-03-24 10:00"))
    assert (lost.state, handed.pursuit(pursuit.id).stage) == (DealState.LOST, Stage.LOST)
    assert handed.stage_dates(pursuit.id)["customer"] == utc("2026-03-20 10:00")


def test_an_offer_must_be_accepted_before_it_can_become_something(cast: Cast) -> None:
    _, pursuit, _ = offered()
    by = cast.by(cast.ann)
    verbs: list[Callable[[], object]] = [
        lambda: qualifying.recycle(pursuit.id, "unreachable", by=by, now=ANSWERED),
        lambda: qualifying.disqualify(pursuit.id, "poor_fit", by=by, now=ANSWERED),
        lambda: qualifying.open_deal(pursuit.id, amount=None, next_step="Demo", by=by, now=ANSWERED),
        lambda: following.keep(pursuit.id, by=by, now=ANSWERED),
    ]
    for verb in verbs:
        with pytest.raises(WrongStage):
            verb()


def test_recycling_is_feedback_withdraws_the_attempts_and_is_harmless_twice(cast: Cast) -> None:
    person, pursuit = worked(cast)
    by, now = cast.by(cast.ann), utc("2026-03-05 10:00")
    following.log_activity(person, "call.made", by=by, now=utc("2026-03-04 10:00"))
    for _ in range(2):
        gone = qualifying.recycle(pursuit.id, "no_budget", until=date(2027, 1, 10), by=by, now=now)
    assert (gone.stage, gone.reason, gone.recycle_until) == (Stage.RECYCLED, "no_budget", date(2027, 1, 10))
    assert states(pursuit)["feedback"] is PromiseState.KEPT
    attempts = next(each for each in promised.all_of(pursuit.about) if each.kind == "attempts")
    assert (attempts.state, attempts.reason) == (PromiseState.WITHDRAWN, "recycled after 1 of 3")
    kinds = [entry.kind for entry in ledger.entries_about(pursuit.about)]
    assert kinds.count("lead.recycled") == 1


def test_a_lead_goes_to_a_colleague_with_its_clocks_and_its_deal(cast: Cast) -> None:
    _, pursuit, offer = offered()
    following.hand_on(pursuit.id, cast.ben, by=cast.by(cast.hanna), now=ANSWERED)
    answer = promised.promise(offer.promise_key)
    assert (answer.owed_by_user, answer.due_at) == (cast.ben, utc("2026-03-02 14:00"))
    with pytest.raises(NotYours):
        answering.accept(offer.id, by=cast.by(cast.ann), now=ANSWERED)
    answering.accept(offer.id, by=cast.by(cast.ben), now=ANSWERED)
    deal = qualifying.open_deal(
        pursuit.id, amount=None, next_step="Demo", by=cast.by(cast.ben), now=utc("2026-03-04 10:00")
    )
    following.hand_on(pursuit.id, cast.cat, by=cast.by(cast.hanna), now=utc("2026-03-05 10:00"))
    assert selling.move(deal.id, "Demo", by=cast.by(cast.cat), now=utc("2026-03-06 10:00")).owner == cast.cat


def test_sales_may_pull_a_lead_early_and_nobody_else_gets_it_then(cast: Cast) -> None:
    person = stage.person("jo@acme.example")
    pulled = answering.pull(person, by=cast.by(cast.ben), now=ANSWERED)
    assert answering.pull(person, by=cast.by(cast.ben), now=ANSWERED) == pulled
    assert (pulled.stage, pulled.owner, pulled.type, pulled.is_inbound) == (
        Stage.WORKING, cast.ben, LeadType.SALES, False,
    )  # fmt: skip
    assert set(states(pulled)) == {"attempts", "feedback"}
    with pytest.raises(NotYours):
        answering.pull(person, by=cast.by(cast.cat), now=ANSWERED)
    with pytest.raises(NotYours):
        answering.pull(stage.person("al@widget.example"), by=cast.by(cast.mia), now=ANSWERED)
    ask("jo@acme.example", utc("2026-03-02 12:00"))
    assert sweep(utc("2026-03-02 12:01")).handled == {Handled.KNOWN: 1}


def test_pulling_a_lead_that_is_offered_to_oneself_accepts_it(cast: Cast) -> None:
    person, pursuit, offer = offered()
    with pytest.raises(NotYours):
        answering.pull(person, by=cast.by(cast.cat), now=ANSWERED)
    taken = answering.pull(person, by=cast.by(cast.ann), now=ANSWERED)
    assert (taken.id, taken.stage) == (pursuit.id, Stage.WORKING)
    assert not handed.offer(offer.id).is_open


def test_an_offer_keeps_the_promises_of_the_version_it_was_made_under(cast: Cast) -> None:
    _, pursuit, offer = offered()
    stricter = default_pact_text().replace("{promise: answer, within: 4h}", "{promise: answer, within: 1h}")
    version = pacts.propose(stricter, by=SYSTEM, now=ASKED)
    pacts.put_in_force(version.number, since=ANSWERED, by=SYSTEM, now=ASKED)
    assert promised.promise(offer.promise_key).due_at == utc("2026-03-02 14:00")
    answering.accept(offer.id, by=cast.by(cast.ann), now=utc("2026-03-02 13:59"))
    assert states(pursuit)["answer"] is PromiseState.KEPT
    ask("al@widget.example", utc("2026-03-02 15:00"))
    sweep(utc("2026-03-02 15:00"))
    other = handed.queue() + handed.open_offers_to(cast.ben)
    assert promised.promise(other[0].promise_key).due_at == utc("2026-03-02 16:00")


def test_what_a_former_system_recorded_is_taken_over_once_without_offer_or_promise(cast: Cast) -> None:
    person = stage.person("jo@acme.example")
    recorded = RecordedPursuit(
        external="crm:L-1",
        company=known.person(person).company,
        persons=(person,),
        type=LeadType.INBOUND,
        pact_version=1,
        stage=Stage.LOST,
        owner=cast.ann,
        began_at=utc("2025-05-01 00:00"),
        ended_at=utc("2025-06-01 00:00"),
        stages=(("ready", utc("2025-05-01 00:00")), ("lost", utc("2025-06-01 00:00"))),
    )
    first, is_new = outcomes.record(recorded, by=SYSTEM, now=ASKED)
    again, changed = outcomes.record(recorded, by=SYSTEM, now=ASKED)
    assert (is_new, changed, again) == (True, False, first)
    assert first.is_history
    assert handed.stage_dates(first.id) == {"ready": utc("2025-05-01 00:00"), "lost": utc("2025-06-01 00:00")}
    assert (handed.offers_of(first.id), promised.all_of(first.about)) == ([], [])
    kinds = [entry.kind for entry in ledger.entries_about(first.about)]
    assert kinds == ["lead.stage_recorded", "lead.stage_recorded"]


@pytest.mark.django_db(transaction=True)
def test_the_mail_about_an_offer_leaves_once_and_its_links_name_the_offer(cast: Cast) -> None:
    _, _, offer = offered()
    sweep(ANSWERED)
    for _ in range(3):
        sending.send_due_mail(ANSWERED)
    assert [message.to for message in mail.outbox] == [["ann@ours.example"]]
    body = str(mail.outbox[0].body)
    assert "Mon 02 Mar 2026 14:00 (GMT)" in body
    tokens = re.findall(r"/o/([^/\s]+)/", body)
    answers = [links.read(token, now=ANSWERED) for token in tokens]
    assert [(each.offer, each.user, each.action.value) for each in answers] == [
        (offer.id, cast.ann, "accept"),
        (offer.id, cast.ann, "reject"),
        (offer.id, cast.ann, "later"),
    ]
