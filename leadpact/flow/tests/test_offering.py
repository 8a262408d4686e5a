"""From an act to an offer, on the shared cast: who gets it, what is promised, who is told."""

from datetime import timedelta

import pytest

from leadpact.flow import answering, following, offering, qualifying, selling
from leadpact.flow.offering import Handled
from leadpact.handover import reads as handed
from leadpact.handover.types import Answer, Stage
from leadpact.ledger import reads as ledger
from leadpact.pact.types import LeadType
from leadpact.people import actions as people
from leadpact.people import reads as known
from leadpact.people.types import Identifier, IdentityKind
from leadpact.promises import reads as promised
from leadpact.promises.types import PromiseState
from leadpact.scoring import actions as scoring
from leadpact.scoring import reads as scored
from leadpact.team import actions as team
from leadpact.team import reads as teams
from leadpact.team.types import SYSTEM
from tests import cast as stage
from tests.cast import Cast, ask, sweep, utc

pytestmark = pytest.mark.django_db

ASKED = utc("2026-03-02 10:00")  # a Monday
OFFERED = utc("2026-03-02 10:01")


@pytest.fixture
def cast() -> Cast:
    return stage.found()


def told(user: int) -> list[str]:
    return [notice.kind for notice in teams.notices(user)]


def test_a_contact_form_is_offered_with_both_promises_and_a_mail(cast: Cast) -> None:
    person = ask("jo@acme.example", ASKED)
    swept = sweep(OFFERED)
    assert swept.handled == {Handled.OFFERED: 1}

    pursuit = handed.pursuit_of(person)
    assert pursuit is not None
    assert (pursuit.stage, pursuit.type, pursuit.owner) == (Stage.OFFERED, LeadType.INBOUND, cast.ann)
    assert handed.stage_dates(pursuit.id) == {"ready": ASKED, "offered": OFFERED}

    offer, answer = promised.all_of(pursuit.about)
    assert (offer.kind, offer.state, offer.made_at, offer.closed_at, offer.worked_seconds) == (
        "offer", PromiseState.KEPT, ASKED, OFFERED, 60,
    )  # fmt: skip
    assert (answer.kind, answer.state, answer.made_at, answer.owed_by_user) == (
        "answer", PromiseState.OPEN, OFFERED, cast.ann,
    )  # fmt: skip
    assert answer.due_at == utc("2026-03-02 14:01")
    assert told(cast.ann) == ["offer"]
    assert told(cast.hanna) == []


def test_a_second_sweep_offers_nothing_and_tells_nobody(cast: Cast) -> None:
    person = ask("jo@acme.example", ASKED)
    sweep(OFFERED)
    again = sweep(OFFERED + timedelta(minutes=5))
    assert again.handled == {}
    assert told(cast.ann) == ["offer"]
    kinds = [entry.kind for entry in ledger.entries_of(known.identities_of(person))]
    assert kinds.count("lead.offered") == 1


def test_a_decision_that_another_worker_has_taken_up_is_left_alone(cast: Cast) -> None:
    ask("jo@acme.example", ASKED)
    scoring.sweep(now=OFFERED)
    crossing = scored.unhandled_crossings(10)[0]
    assert offering.handle(crossing, now=OFFERED) is Handled.OFFERED
    assert offering.handle(crossing, now=OFFERED) is Handled.NOTHING
    assert told(cast.ann) == ["offer"]


def test_a_colleague_joins_the_lead_of_the_company_without_a_second_offer(cast: Cast) -> None:
    first = ask("jo@acme.example", ASKED)
    sweep(OFFERED)
    second = ask("li@acme.example", utc("2026-03-02 11:00"))
    assert sweep(utc("2026-03-02 11:01")).handled == {Handled.JOINED: 1}

    pursuit = handed.pursuit_of(second)
    assert pursuit is not None
    assert pursuit.persons == (first, second)
    assert len(handed.offers_of(pursuit.id)) == 1
    assert [each.kind for each in promised.open_of(pursuit.about)] == ["answer"]
    assert told(cast.ann) == ["joined", "offer"]


def test_the_same_person_asking_again_is_no_second_offer(cast: Cast) -> None:
    person = ask("jo@acme.example", ASKED)
    sweep(OFFERED)
    ask("jo@acme.example", utc("2026-03-02 12:00"))
    assert sweep(utc("2026-03-02 12:01")).handled == {Handled.KNOWN: 1}
    assert len(handed.pursuits_of(person)) == 1
    assert told(cast.ann) == ["again", "offer"]


def test_leads_go_round_fairly_by_what_was_answered(cast: Cast) -> None:
    owners = []
    for number, hour in enumerate(range(9, 15)):
        at = utc(f"2026-03-02 {hour:02d}:30")
        person = ask(f"jo@firm{number}.example", at)
        sweep(at)
        pursuit = handed.pursuit_of(person)
        assert pursuit is not None
        assert pursuit.owner is not None
        owners.append(pursuit.owner)
        waiting = handed.open_offer_of(pursuit.id)
        assert waiting is not None
        answering.accept(waiting.id, by=cast.by(pursuit.owner), now=at)
    assert owners == [cast.ann, cast.ben, cast.cat, cast.ann, cast.ben, cast.cat]


def test_the_owner_of_the_company_comes_first_and_absence_passes_to_the_next(cast: Cast) -> None:
    person = stage.person("jo@acme.example")
    company = known.person(person).company
    assert company is not None
    people.set_company_owner(company, cast.cat, by=SYSTEM, now=stage.FOUNDED)
    ask("jo@acme.example", ASKED)
    sweep(OFFERED)
    pursuit = handed.pursuit_of(person)
    assert pursuit is not None
    assert pursuit.owner == cast.cat
    assert handed.offers_of(pursuit.id)[0].rule == "owner of the company"

    other = stage.person("al@widget.example")
    firm = known.person(other).company
    assert firm is not None
    people.set_company_owner(firm, cast.cat, by=SYSTEM, now=stage.FOUNDED)
    team.add_absence(cast.cat, utc("2026-03-02 12:00"), utc("2026-03-09 00:00"), by=SYSTEM, now=ASKED)
    ask("al@widget.example", utc("2026-03-02 12:30"))
    sweep(utc("2026-03-02 12:31"))
    second = handed.pursuit_of(other)
    assert second is not None
    assert second.owner == cast.ann
    offer = handed.offers_of(second.id)[0]
    assert offer.route["passed_over"][0] == {"user": cast.cat, "rule": "owner of the company", "why": "absent"}


def test_nobody_available_means_the_queue_a_running_clock_and_both_heads_told(cast: Cast) -> None:
    for rep in (cast.ann, cast.ben, cast.cat):
        team.add_absence(rep, utc("2026-03-02 00:00"), utc("2026-03-03 00:00"), by=SYSTEM, now=stage.FOUNDED)
    person = ask("jo@acme.example", ASKED)
    assert sweep(OFFERED).handled == {Handled.QUEUED: 1}
    pursuit = handed.pursuit_of(person)
    assert pursuit is not None
    assert (pursuit.owner, pursuit.team) == (None, cast.sales)
    assert [offer.user for offer in handed.queue(cast.sales)] == [None]
    answer = promised.open_of(pursuit.about)[0]
    assert (answer.owed_by_user, answer.owed_by_team, answer.due_at) == (
        None, cast.sales, utc("2026-03-02 14:01"),
    )  # fmt: skip
    assert (told(cast.hanna), told(cast.milo), told(cast.ann)) == (["queue"], ["queue"], [])

    offer = handed.queue(cast.sales)[0]
    taken = answering.accept(offer.id, by=cast.by(cast.ben), now=utc("2026-03-02 13:00"))
    assert (taken.owner, taken.stage) == (cast.ben, Stage.WORKING)


def test_an_answer_outside_working_time_used_no_minutes(cast: Cast) -> None:
    saturday = utc("2026-03-07 12:00")
    person = ask("jo@acme.example", saturday)
    sweep(saturday)
    pursuit = handed.pursuit_of(person)
    assert pursuit is not None
    offer = handed.open_offer_of(pursuit.id)
    assert offer is not None
    answer = promised.promise(offer.promise_key)
    assert answer.due_at == utc("2026-03-09 13:00")  # Monday 09:00 and 4 h
    answering.accept(offer.id, by=cast.by(cast.ann), now=utc("2026-03-08 18:00"))
    kept = promised.promise(offer.promise_key)
    assert (kept.state, kept.worked_seconds) == (PromiseState.KEPT, 0)


POINTS = utc("2026-02-02 10:00")  # 30 + 20 = 50 points, until 4 March 00:00


def by_points(email: str) -> int:
    """Let somebody become ready by points alone: they count until midnight of 4 March, 30 days later."""
    stage.act(email, "event.attended", POINTS, event="fair")
    stage.act(email, "webinar.attended", POINTS, webinar="audits")
    found = known.person_by(Identifier(IdentityKind.EMAIL, email))
    assert found is not None
    sweep(POINTS + timedelta(minutes=1))
    return found


COLD = utc("2026-03-04 08:00")  # both acts ended at midnight


def test_an_untouched_offer_is_withdrawn_when_the_points_fall(cast: Cast) -> None:
    person = by_points("jo@acme.example")
    assert sweep(COLD).handled == {Handled.WITHDRAWN: 1}
    pursuit = handed.pursuit_of(person)
    assert pursuit is not None
    assert (pursuit.stage, pursuit.owner, pursuit.type) == (Stage.COOLED, None, LeadType.EVENT)
    offer = handed.offers_of(pursuit.id)[0]
    assert offer.answer is Answer.WITHDRAWN
    assert promised.promise(offer.promise_key).state is PromiseState.WITHDRAWN
    assert told(cast.ann) == ["withdrawn", "offer"]
    kinds = [entry.kind for entry in ledger.entries_of(known.identities_of(person))]
    assert kinds.count("lead.cooled") == kinds.count("offer.withdrawn") == 1


@pytest.mark.parametrize("touch", ["open", "call", "later"])
def test_a_touched_offer_stays_when_the_points_fall(cast: Cast, touch: str) -> None:
    person = by_points("jo@acme.example")
    pursuit = handed.pursuit_of(person)
    assert pursuit is not None
    offer = handed.offers_of(pursuit.id)[0]
    at = utc("2026-02-03 10:00")
    if touch == "open":
        answering.open_offer(offer.id, by=cast.by(cast.ann), now=at)
    elif touch == "call":
        following.log_activity(person, "call.made", happened_at=at, by=cast.by(cast.ann), now=at)
    else:
        answering.later(offer.id, at + timedelta(hours=2), by=cast.by(cast.ann), now=at)
    assert sweep(COLD).handled == {Handled.NOTHING: 1}
    assert handed.pursuit(pursuit.id).stage is Stage.OFFERED


def test_somebody_elses_look_at_an_offer_does_not_count_as_opening_it(cast: Cast) -> None:
    person = by_points("jo@acme.example")
    pursuit = handed.pursuit_of(person)
    assert pursuit is not None
    offer = handed.offers_of(pursuit.id)[0]
    for curious in (cast.mia, cast.ben, cast.edda):
        seen = answering.open_offer(offer.id, by=cast.by(curious), now=utc("2026-02-03 10:00"))
        assert seen.opened_at is None
    assert sweep(COLD).handled == {Handled.WITHDRAWN: 1}


def test_a_working_lead_is_never_taken_back_but_its_owner_is_asked_once(cast: Cast) -> None:
    person = by_points("jo@acme.example")
    pursuit = handed.pursuit_of(person)
    assert pursuit is not None
    offer = handed.offers_of(pursuit.id)[0]
    answering.accept(offer.id, by=cast.by(cast.ann), now=utc("2026-02-03 10:00"))
    assert sweep(COLD).handled == {Handled.ASKED: 1}
    asked = handed.pursuit(pursuit.id)
    assert (asked.stage, asked.owner, asked.asked_to_keep_at) == (Stage.WORKING, cast.ann, COLD)
    assert told(cast.ann)[0] == "keep"
    kept = following.keep(pursuit.id, by=cast.by(cast.ann), now=utc("2026-03-04 09:00"))
    assert (kept.stage, kept.asked_to_keep_at) == (Stage.WORKING, None)


def test_an_offer_stays_while_a_colleague_of_the_cooled_person_is_ready(cast: Cast) -> None:
    person = by_points("jo@acme.example")
    ask("li@acme.example", utc("2026-03-03 10:00"))
    sweep(utc("2026-03-03 10:01"))
    assert sweep(COLD).handled == {Handled.NOTHING: 1}
    pursuit = handed.pursuit_of(person)
    assert pursuit is not None
    assert pursuit.stage is Stage.OFFERED


def test_after_a_rejection_only_new_acts_count(cast: Cast) -> None:
    person = by_points("jo@acme.example")
    pursuit = handed.pursuit_of(person)
    assert pursuit is not None
    offer = handed.offers_of(pursuit.id)[0]
    gone = answering.reject(offer.id, "too_small", by=cast.by(cast.ann), now=utc("2026-02-03 10:00"))
    assert (gone.stage, gone.owner, gone.reason) == (Stage.RECYCLED, None, "too_small")
    sweep(utc("2026-02-03 10:01"))
    stage.act("jo@acme.example", "webinar.attended", utc("2026-02-04 10:00"))
    assert sweep(utc("2026-02-04 10:01")).handled == {}  # 20 points, not 70
    stage.act("jo@acme.example", "event.attended", utc("2026-02-05 10:00"))
    assert sweep(utc("2026-02-05 10:01")).handled == {Handled.OFFERED: 1}
    assert len(handed.pursuits_of(person)) == 2  # a rejection is not a recycle: another hand-over


def test_ready_again_soon_after_a_recycle_the_same_pursuit_goes_on(cast: Cast) -> None:
    person = ask("jo@acme.example", ASKED)
    sweep(OFFERED)
    first = handed.pursuit_of(person)
    assert first is not None
    offer = handed.offers_of(first.id)[0]
    answering.accept(offer.id, by=cast.by(cast.ann), now=utc("2026-03-02 11:00"))
    qualifying.recycle(first.id, "unreachable", by=cast.by(cast.ann), now=utc("2026-03-06 11:00"))
    sweep(utc("2026-03-06 11:01"))
    ask("jo@acme.example", utc("2026-04-01 10:00"))
    assert sweep(utc("2026-04-01 10:01")).handled == {Handled.OFFERED: 1}
    again = handed.pursuit_of(person)
    assert again is not None
    assert (again.id, again.stage, again.owner) == (first.id, Stage.OFFERED, cast.ann)  # the former owner
    assert [each.rule for each in handed.offers_of(first.id)] == ["fair choice", "former owner"]


def test_a_late_recycle_begins_another_pursuit(cast: Cast) -> None:
    person = ask("jo@acme.example", ASKED)
    sweep(OFFERED)
    first = handed.pursuit_of(person)
    assert first is not None
    offer = handed.offers_of(first.id)[0]
    answering.accept(offer.id, by=cast.by(cast.ann), now=utc("2026-03-02 11:00"))
    qualifying.recycle(first.id, "unreachable", by=cast.by(cast.ann), now=utc("2026-03-06 11:00"))
    sweep(utc("2026-03-06 11:01"))
    ask("jo@acme.example", utc("2026-06-04 11:00"))  # exactly 90 days later
    sweep(utc("2026-06-04 11:01"))
    again = handed.pursuit_of(person)
    assert again is not None
    assert again.id != first.id


def test_an_open_deal_means_a_notice_to_its_owner_instead_of_a_lead(cast: Cast) -> None:
    person = ask("jo@acme.example", ASKED)
    sweep(OFFERED)
    pursuit = handed.pursuit_of(person)
    assert pursuit is not None
    offer = handed.offers_of(pursuit.id)[0]
    answering.accept(offer.id, by=cast.by(cast.ann), now=utc("2026-03-02 11:00"))
    deal = qualifying.open_deal(
        pursuit.id, amount=None, next_step="Demo", by=cast.by(cast.ann), now=utc("2026-03-03 11:00")
    )
    ask("li@acme.example", utc("2026-03-04 10:00"))
    assert sweep(utc("2026-03-04 10:01")).handled == {}
    assert told(cast.ann)[0] == "excluded"
    sweep(utc("2026-03-04 10:02"))
    assert told(cast.ann).count("excluded") == 1

    selling.lose(deal.id, reason="pricing", by=cast.by(cast.ann), now=utc("2026-03-05 10:00"))
    assert sweep(utc("2026-03-05 10:01")).handled == {Handled.OFFERED: 1}  # Li still asks


def test_a_disqualified_person_comes_back_only_by_asking(cast: Cast) -> None:
    person = by_points("jo@acme.example")
    pursuit = handed.pursuit_of(person)
    assert pursuit is not None
    offer = handed.offers_of(pursuit.id)[0]
    answering.accept(offer.id, by=cast.by(cast.ann), now=utc("2026-02-03 10:00"))
    qualifying.disqualify(pursuit.id, "poor_fit", by=cast.by(cast.ann), now=utc("2026-02-03 12:00"))
    sweep(COLD)
    stage.act("jo@acme.example", "event.attended", utc("2026-03-05 10:00"))
    stage.act("jo@acme.example", "webinar.attended", utc("2026-03-05 10:00"))
    assert sweep(utc("2026-03-05 10:01")).handled == {Handled.DISQUALIFIED: 1}
    ask("jo@acme.example", utc("2026-03-06 10:00"))
    assert sweep(utc("2026-03-06 10:01")).handled == {Handled.OFFERED: 1}


def test_an_offer_put_off_comes_back_once(cast: Cast) -> None:
    person = ask("jo@acme.example", ASKED)
    sweep(OFFERED)
    pursuit = handed.pursuit_of(person)
    assert pursuit is not None
    offer = handed.offers_of(pursuit.id)[0]
    until = utc("2026-03-02 12:00")
    answering.later(offer.id, until, by=cast.by(cast.ann), now=utc("2026-03-02 10:30"))
    sweep(until - timedelta(seconds=1))
    assert told(cast.ann) == ["offer"]
    sweep(until)
    sweep(until + timedelta(minutes=1))
    assert told(cast.ann) == ["later", "offer"]
    assert promised.promise(offer.promise_key).due_at == utc("2026-03-02 14:01")  # the clock ran on


def test_a_lead_that_cannot_be_offered_holds_up_no_other_and_is_tried_again(cast: Cast) -> None:
    firm = known.person(stage.person("jo@acme.example")).company
    assert firm is not None
    team.set_calendar("Shut", {"zone": "UTC", "week": {}}, by=SYSTEM, now=stage.FOUNDED)
    resellers = team.create_team("Resellers", "partner", calendar="Shut", by=SYSTEM, now=stage.FOUNDED)
    ria = team.create_user("ria@ours.example", None, roles=["partner"], team=resellers, by=SYSTEM, now=stage.FOUNDED)
    people.set_company_owner(firm, ria, by=SYSTEM, now=stage.FOUNDED)
    stuck = ask("jo@acme.example", ASKED)
    ask("al@widget.example", ASKED)
    assert sweep(OFFERED).handled == {Handled.OFFERED: 1, Handled.FAILED: 1}
    assert handed.pursuit_of(stuck) is None  # nothing half-written
    team.set_calendar("Shut", {"zone": "UTC", "week": {"mon": ["09:00-17:00"]}}, by=SYSTEM, now=OFFERED)
    assert sweep(OFFERED + timedelta(minutes=1)).handled == {Handled.OFFERED: 1}
    found = handed.pursuit_of(stuck)
    assert found is not None
    assert (found.owner, promised.open_of(found.about)[0].owed_by_side) == (ria, "partner")
