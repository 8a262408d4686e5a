"""Promises through their verbs: made once, kept once, missed once, and what is never taken back."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from leadpact.base.working_time import NoWorkingTime, parse_calendar
from leadpact.ledger import reads as ledger
from leadpact.promises import actions, reads
from leadpact.promises.errors import PromiseSettled, ReasonMissing, UnknownPromise
from leadpact.promises.types import PromiseState, PromiseView
from leadpact.team.types import SYSTEM

pytestmark = pytest.mark.django_db

OFFICE = parse_calendar(
    {
        "name": "office",
        "zone": "Europe/Berlin",
        "week": {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
    }
)
CAUSE = 77  # the entry that took an offer away; only its number matters here


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin"))


FRIDAY = berlin("2026-03-06 15:00")  # 4h are due on Monday at 11:00
DUE = berlin("2026-03-09 11:00")
TICK = timedelta(microseconds=1)


def make(key: str = "answer:offer:1", *, count: int | None = None, amount: str = "4h") -> PromiseView:
    return actions.make(
        key,
        "answer",
        owed_by_side="sales",
        owed_by_user=None,
        owed_by_team=None,
        owed_to_side="marketing",
        about="pursuit:1",
        pact_version=1,
        amount=amount,
        calendar_name="office",
        calendar=OFFICE,
        count=count,
        starts_at=FRIDAY,
        by=SYSTEM,
        now=FRIDAY,
    )


def kinds() -> list[str]:
    return [entry.kind for entry in ledger.entries_about("pursuit:1")]


def test_making_a_promise_twice_makes_it_once() -> None:
    first, second = make(), make()
    assert first == second
    assert first.due_at == DUE
    assert kinds() == ["promise.made"]


def test_a_promise_without_working_time_is_an_error() -> None:
    shut = parse_calendar({"zone": "UTC", "week": {}})
    with pytest.raises(NoWorkingTime):
        actions.make(
            "answer:offer:2", "answer", owed_by_side="sales", owed_by_user=None, owed_by_team=None,
            owed_to_side="marketing", about="pursuit:2", pact_version=1, amount="4h", calendar_name="shut",
            calendar=shut, count=None, starts_at=FRIDAY, by=SYSTEM, now=FRIDAY,
        )  # fmt: skip
    assert reads.of_key("answer:offer:2") is None


@pytest.mark.parametrize(
    ("done", "state", "minutes", "entries"),
    [
        ("2026-03-06 15:30", PromiseState.KEPT, 30, ["promise.made", "promise.kept"]),
        ("2026-03-07 20:00", PromiseState.KEPT, 120, ["promise.made", "promise.kept"]),  # Saturday
        ("2026-03-09 11:00", PromiseState.KEPT, 240, ["promise.made", "promise.kept"]),  # exactly when due
        ("2026-03-09 12:00", PromiseState.MISSED, 300, ["promise.made", "promise.missed"]),  # an hour late
    ],
)
def test_what_becomes_of_a_promise_done_at_a_moment(
    done: str, state: PromiseState, minutes: int, entries: list[str]
) -> None:
    made = make()
    kept = actions.keep(made.key, at=berlin(done), by=SYSTEM, now=berlin(done), caused_by=CAUSE)
    again = actions.keep(made.id, at=berlin("2026-03-11 10:00"), by=SYSTEM, now=berlin("2026-03-11 10:00"))
    assert (kept.state, kept.worked_seconds, kept.closed_at) == (state, minutes * 60, berlin(done))
    assert again == kept
    assert kinds() == entries


def test_a_sweep_finds_a_missed_promise_once_and_not_at_the_due_moment() -> None:
    make()
    assert actions.sweep(DUE) == []
    missed = actions.sweep(DUE + TICK)
    assert [(each.key, each.state, each.closed_at) for each in missed] == [
        ("answer:offer:1", PromiseState.MISSED, None)
    ]
    assert actions.sweep(DUE + timedelta(days=3)) == []
    entry = ledger.entries_about("pursuit:1", kinds=["promise.missed"])[0]
    assert (entry.happened_at, entry.recorded_at) == (DUE, DUE + TICK)


def test_a_missed_promise_that_is_done_later_stays_missed_with_the_time_it_took() -> None:
    made = make()
    actions.sweep(DUE + timedelta(hours=1))
    assert reads.open_of("pursuit:1")[0].state is PromiseState.MISSED  # still to be done
    late = berlin("2026-03-10 10:00")
    done = actions.keep(made.id, at=late, by=SYSTEM, now=late, caused_by=CAUSE)
    assert (done.state, done.worked_seconds, done.closed_entry) == (PromiseState.MISSED, 11 * 3600, CAUSE)
    assert reads.open_of("pursuit:1") == []
    assert kinds() == ["promise.made", "promise.missed"]


def test_attempts_keep_their_promise_at_the_promised_count() -> None:
    made = make("attempts:offer:1", count=3, amount="10d")
    for done, day in ((1, "2026-03-07"), (2, "2026-03-09"), (2, "2026-03-09"), (1, "2026-03-09")):
        seen = actions.progress(made.id, done=done, at=berlin(f"{day} 10:00"), by=SYSTEM, now=FRIDAY)
    assert (seen.state, seen.progress) == (PromiseState.OPEN, 2)
    third = berlin("2026-03-10 10:00")
    kept = actions.progress(made.id, done=3, at=third, by=SYSTEM, now=third)
    assert (kept.state, kept.progress, kept.closed_at) == (PromiseState.KEPT, 3, third)


@pytest.mark.parametrize("missed_first", [False, True])
def test_a_withdrawn_promise_leaves_the_figures_and_still_shows_that_it_was_missed(missed_first: bool) -> None:
    made = make()
    if missed_first:
        actions.sweep(DUE + TICK)
    gone = actions.withdraw(made.id, reason="cooled", by=SYSTEM, now=DUE + timedelta(days=1), caused_by=CAUSE)
    assert (gone.state, gone.was_missed, gone.closed_entry) == (PromiseState.WITHDRAWN, missed_first, CAUSE)
    assert reads.open_of("pursuit:1") == []
    assert actions.sweep(DUE + timedelta(days=9)) == []


def test_a_kept_promise_cannot_be_withdrawn_or_waived() -> None:
    made = make()
    kept = actions.keep(made.id, at=FRIDAY, by=SYSTEM, now=FRIDAY)
    assert actions.withdraw(made.id, reason="cooled", by=SYSTEM, now=DUE, caused_by=CAUSE) == kept
    with pytest.raises(PromiseSettled):
        actions.waive(made.id, reason="ill", by=SYSTEM, now=DUE)
    assert kinds() == ["promise.made", "promise.kept"]


def test_a_waiver_needs_a_reason_and_is_written_once() -> None:
    made = make()
    actions.sweep(DUE + TICK)
    with pytest.raises(ReasonMissing):
        actions.waive(made.id, reason="  ", by=SYSTEM, now=DUE + TICK)
    waived = actions.waive(made.id, reason="the whole team was ill", by=SYSTEM, now=DUE + timedelta(hours=1))
    assert actions.waive(made.id, reason="again", by=SYSTEM, now=DUE + timedelta(hours=2)) == waived
    assert (waived.state, waived.reason, waived.was_missed) == (
        PromiseState.WAIVED,
        "the whole team was ill",
        True,
    )
    assert kinds() == ["promise.made", "promise.missed", "promise.waived"]


def test_a_receipt_of_a_closed_promise_ends_when_it_was_kept() -> None:
    made = make()
    assert reads.receipt(made.id).used == timedelta(hours=4)  # how the due moment was found
    assert reads.receipt(made.id, now=berlin("2026-03-07 12:00")).used == timedelta(hours=2)
    actions.keep(made.id, at=berlin("2026-03-09 09:30"), by=SYSTEM, now=DUE)
    receipt = reads.receipt(made.id, now=DUE)
    assert [(str(line.day), line.used) for line in receipt.lines] == [
        ("2026-03-06", timedelta(hours=2)),
        ("2026-03-09", timedelta(minutes=30)),
    ]
    assert receipt.used == timedelta(minutes=150)


def test_promises_due_in_a_period_are_found_by_their_due_moment() -> None:
    make()
    assert [each.due_at for each in reads.due_between(DUE, DUE + TICK)] == [DUE]
    assert reads.due_between(FRIDAY, DUE) == []


def test_an_unknown_promise_is_an_error() -> None:
    with pytest.raises(UnknownPromise):
        actions.keep("answer:offer:404", at=DUE, by=SYSTEM, now=DUE)
