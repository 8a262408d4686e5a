"""The worker's loop: every step gets its turn, whatever another step does."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection

from leadpact.flow.worker import STEPS, Did, Step, Worker, run_once

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


class Counting:
    """A step that counts its runs, says `busy` times that it did something, and may fail."""

    def __init__(self, *, busy: int = 0, failing: bool = False) -> None:
        self.runs, self.busy, self.failing = 0, busy, failing
        self.ran = threading.Event()

    def __call__(self, now: datetime) -> bool:
        self.runs += 1
        self.ran.set()
        if self.failing:
            raise ValueError("this step is broken")
        return self.runs <= self.busy


def wait_for(condition: Callable[[], bool], seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.005)


def test_the_steps_are_those_of_the_journey_in_its_order() -> None:
    assert [step.name for step in STEPS][:8] == [
        "drain",
        "sequence",
        "judge",
        "send back",
        "offer",
        "promises",
        "review",
        "mail",
    ]
    assert {"sending", "seal", "forget"} <= {step.name for step in STEPS[7:]}


def test_a_step_that_fails_is_logged_and_holds_up_no_other(caplog: pytest.LogCaptureFixture) -> None:
    broken, sound = Counting(failing=True), Counting(busy=5)
    worker = Worker(lambda: NOON, (Step("broken", broken), Step("sound", sound)))
    worker.start()
    wait_for(lambda: sound.runs > 5)
    worker.stop()
    assert broken.runs >= 5
    assert "step broken failed" in caplog.text


class Away:
    """A database that does not answer until `back` is set."""

    back = False

    def close(self) -> None:
        pass

    def ensure_connection(self) -> None:
        if not self.back:
            raise OperationalError("connection refused")


def test_while_the_database_is_away_no_step_runs_and_the_log_says_so_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    database, after, first = Away(), Counting(), Counting()
    monkeypatch.setattr("leadpact.flow.worker.connection", database)

    def first_step(now: datetime) -> bool:
        if not database.back:
            raise OperationalError("server closed the connection unexpectedly")
        return first(now)

    worker = Worker(lambda: NOON, (Step("first", first_step), Step("after", after)))
    worker.start()
    wait_for(lambda: "cannot be reached" in caplog.text)
    for _ in range(5):
        worker.wake()
        time.sleep(0.02)
    assert (after.runs, caplog.text.count("cannot be reached")) == (0, 1)
    database.back = True
    worker.wake()
    wait_for(lambda: first.runs > 0 and after.runs > 0)
    assert "the database is back" in caplog.text
    worker.stop()


def test_a_step_that_did_all_it_may_runs_again_some_times_before_the_next() -> None:
    """`much` always has more, `little` is through at its second run."""
    ran: list[str] = []

    def much(now: datetime) -> Did:
        ran.append("much")
        return Did.ALL_IT_MAY

    def little(now: datetime) -> Did:
        ran.append("little")
        return Did.ALL_IT_MAY if ran.count("little") == 1 else Did.NOTHING

    def some(now: datetime) -> bool:
        ran.append("some")
        return True

    steps = (Step("much", much, times=4), Step("little", little, times=4), Step("some", some, times=4))
    assert run_once(now=NOON, steps=steps)
    assert ran == ["much"] * 4 + ["little"] * 2 + ["some"]
    assert run_once(now=NOON, steps=(Step("much", much, times=2),))
    assert not run_once(now=NOON, steps=(Step("little", little, times=2),))


def test_an_idle_worker_is_woken_at_once() -> None:
    step = Counting()
    worker = Worker(lambda: NOON, (Step("step", step),))
    worker.start()
    wait_for(lambda: step.runs >= 1)
    time.sleep(0.05)  # it idles now, for a second
    runs, began = step.runs, time.monotonic()
    worker.wake()
    wait_for(lambda: step.runs > runs)
    assert time.monotonic() - began < 0.9
    worker.stop()


def test_a_step_with_an_interval_waits_it_out() -> None:
    moments = [NOON]
    seldom, busy = Counting(), Counting(busy=1_000_000)
    steps = (Step("seldom", seldom, every=timedelta(minutes=1)), Step("busy", busy))
    worker = Worker(lambda: moments[0], steps)
    worker.start()
    wait_for(lambda: busy.runs > 50)
    assert seldom.runs == 1
    moments[0] = NOON + timedelta(minutes=1)
    runs = busy.runs
    wait_for(lambda: busy.runs > runs + 10)
    assert seldom.runs == 2
    worker.stop()


def test_a_stopped_worker_runs_no_step_any_more() -> None:
    step = Counting(busy=1_000_000)
    worker = Worker(lambda: NOON, (Step("step", step),))
    worker.start()
    wait_for(lambda: step.runs > 3)
    worker.stop()
    runs = step.runs
    time.sleep(0.05)
    assert step.runs == runs


def test_once_runs_every_step_and_says_whether_any_did_something() -> None:
    first, second = Counting(), Counting(busy=1)
    steps = (Step("first", first), Step("second", second))
    assert [run_once(now=NOON, steps=steps) for _ in range(2)] == [True, False]
    assert (first.runs, second.runs) == (2, 2)


def test_once_lets_a_failure_through() -> None:
    with pytest.raises(ValueError, match="broken"):
        run_once(now=NOON, steps=(Step("broken", Counting(failing=True)),))


@pytest.mark.sqlite_only  # PostgreSQL counts by itself
@pytest.mark.django_db
def test_the_database_is_told_how_much_its_tables_hold() -> None:
    Session.objects.bulk_create(
        Session(session_key=f"{number:032}", session_data="", expire_date=NOON) for number in range(500)
    )
    (count,) = (step for step in STEPS if step.name == "count")
    assert not count.run(NOON)
    with connection.cursor() as cursor:
        cursor.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = 'django_session'")
        assert {row[0].split()[0] for row in cursor.fetchall()} == {"500"}


def test_what_takes_long_runs_beside_the_others_and_only_where_there_is_anything() -> None:
    begun, may_end, sound = threading.Event(), threading.Event(), Counting(busy=3)

    def slow(now: datetime) -> bool:
        begun.set()
        return may_end.wait(30)

    worker = Worker(lambda: NOON, (Step("slow", slow, waits=lambda now: not begun.is_set()), Step("sound", sound)))
    worker.start()
    assert begun.wait(30)
    runs = sound.runs
    wait_for(lambda: sound.runs > runs + 1)
    may_end.set()
    worker.stop()
