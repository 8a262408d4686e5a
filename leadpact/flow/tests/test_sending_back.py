"""Leads that go back to marketing in half a minute: undone before, carried out after, judged by when it was said."""

from datetime import datetime, timedelta

import pytest

from leadpact.flow import answering, following, qualifying, sending_back, worker
from leadpact.handover import reads as handed
from leadpact.handover.errors import ReasonNeeds
from leadpact.handover.types import PursuitView, Stage
from leadpact.ledger import reads as ledger
from leadpact.promises import reads as promised
from leadpact.promises.types import PromiseState, PromiseView
from tests import cast as stage
from tests.cast import Cast, ask, sweep, utc

pytestmark = pytest.mark.django_db

ASKED = utc("2026-03-02 10:00")  # a Monday
SAID = utc("2026-03-02 11:00")
SECOND = timedelta(seconds=1)


@pytest.fixture
def cast() -> Cast:
    return stage.found()


def worked(cast: Cast, email: str) -> PursuitView:
    person = ask(email, ASKED)
    sweep(ASKED)
    pursuit = handed.pursuit_of(person)
    assert pursuit is not None
    assert pursuit.owner is not None
    answering.accept(handed.offers_of(pursuit.id)[0].id, by=cast.by(pursuit.owner), now=ASKED)
    return handed.pursuit(pursuit.id)


def stages(*leads: PursuitView) -> list[Stage]:
    return [handed.pursuit(lead.id).stage for lead in leads]


def feedback(lead: PursuitView) -> PromiseView:
    return next(each for each in promised.all_of(lead.about) if each.kind == "feedback")


def send_back(cast: Cast, *leads: PursuitView, now: datetime) -> None:
    sending_back.hold([lead.id for lead in leads], "unreachable", by=cast.by(cast.hanna), now=now)


def run_the_worker(now: datetime) -> None:
    """As after a restart: whatever was held, this one finds it; in its own order, promises after what goes back."""
    worker.run_once(now=now, steps=tuple(each for each in worker.STEPS if each.name in {"send back", "promises"}))


def test_leads_are_back_with_marketing_after_half_a_minute_and_not_before(cast: Cast) -> None:
    ada, bo = worked(cast, "ada@acme.example"), worked(cast, "bo@beta.example")
    send_back(cast, ada, bo, now=SAID)
    run_the_worker(SAID + 29 * SECOND)
    assert stages(ada, bo) == [Stage.WORKING] * 2
    run_the_worker(SAID + 30 * SECOND)
    assert stages(ada, bo) == [Stage.RECYCLED] * 2
    entries = ledger.entries_about(ada.about, kinds=["lead.recycled"])
    assert [(each.by, each.facts["reason"]) for each in entries] == [(f"user:{cast.hanna}", "unreachable")]
    run_the_worker(SAID + 60 * SECOND)
    assert len(ledger.entries_about(ada.about, kinds=["lead.recycled"])) == 1


def test_what_is_undone_in_time_leaves_nothing_behind(cast: Cast) -> None:
    ada, bo = worked(cast, "ada@acme.example"), worked(cast, "bo@beta.example")
    written = ledger.stats().entries
    send_back(cast, ada, bo, now=SAID)
    assert sending_back.undo([ada.id, bo.id], by=cast.by(cast.mia)) == 0  # she did not say so
    assert sending_back.undo([ada.id], by=cast.by(cast.hanna)) == 1
    assert ledger.stats().entries == written
    run_the_worker(SAID + 30 * SECOND)
    assert stages(ada, bo) == [Stage.WORKING, Stage.RECYCLED]
    assert sending_back.undo([bo.id], by=cast.by(cast.hanna)) == 0


@pytest.mark.parametrize(
    ("before", "state"), [(10, PromiseState.KEPT), (0, PromiseState.KEPT), (-1, PromiseState.MISSED)]
)
def test_a_promise_is_judged_by_the_moment_it_was_said_however_late_the_worker_is(
    cast: Cast, before: int, state: PromiseState
) -> None:
    lead = worked(cast, "ada@acme.example")
    said_at = feedback(lead).due_at - before * SECOND
    send_back(cast, lead, now=said_at)
    run_the_worker(said_at + timedelta(hours=3))
    assert (stages(lead), feedback(lead).state) == ([Stage.RECYCLED], state)
    assert feedback(lead).closed_at == said_at


def test_a_hold_ends_where_a_promise_falls_due(cast: Cast) -> None:
    lead = worked(cast, "ada@acme.example")
    due_at = feedback(lead).due_at
    send_back(cast, lead, now=due_at - 10 * SECOND)
    run_the_worker(due_at - SECOND)
    assert stages(lead) == [Stage.WORKING]
    run_the_worker(due_at)
    assert (stages(lead), feedback(lead).state) == ([Stage.RECYCLED], PromiseState.KEPT)


def test_whatever_else_is_decided_meanwhile_stands(cast: Cast) -> None:
    given, kept, sold = (worked(cast, f"{name}@{name}-corp.example") for name in ("ada", "bo", "cy"))
    send_back(cast, given, kept, sold, now=SAID)
    other = next(each for each in (cast.ann, cast.ben) if each != given.owner)
    following.hand_on(given.id, other, by=cast.by(cast.hanna), now=SAID + SECOND)
    following.keep(kept.id, by=cast.by(cast.hanna), now=SAID + SECOND)
    qualifying.open_deal(sold.id, amount=None, next_step="Call", by=cast.by(cast.hanna), now=SAID + SECOND)
    run_the_worker(SAID + 30 * SECOND)
    assert stages(given, kept, sold) == [Stage.WORKING, Stage.WORKING, Stage.DEAL]


def test_a_reason_that_needs_a_day_holds_none_of_them(cast: Cast) -> None:
    lead = worked(cast, "ada@acme.example")
    with pytest.raises(ReasonNeeds):
        sending_back.hold([lead.id], "not_now", by=cast.by(cast.hanna), now=SAID)
    run_the_worker(SAID + 30 * SECOND)
    assert stages(lead) == [Stage.WORKING]


def test_the_day_to_come_back_on_is_judged_by_the_moment_it_was_said_too(cast: Cast) -> None:
    lead = worked(cast, "ada@acme.example")
    said_at = utc("2026-03-02 23:59:50")
    tomorrow = (said_at + timedelta(days=1)).date()
    sending_back.hold([lead.id], "not_now", until=tomorrow, by=cast.by(cast.hanna), now=said_at)
    run_the_worker(said_at + 30 * SECOND)
    assert (stages(lead), handed.pursuit(lead.id).recycle_until) == ([Stage.RECYCLED], tomorrow)
