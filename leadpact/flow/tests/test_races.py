"""Two at once: exactly one wins, on both databases, and nothing is done twice."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from leadpact.base.errors import LeadpactError
from leadpact.flow import answering, offering
from leadpact.flow.offering import Handled, Swept
from leadpact.handover import reads as handed
from leadpact.handover.types import Answer, Stage
from leadpact.ledger import reads as ledger
from leadpact.promises import actions as promises
from leadpact.promises import reads as promised
from leadpact.promises.types import PromiseState
from leadpact.scoring import actions as scoring
from leadpact.team import actions as team
from leadpact.team.types import SYSTEM
from tests import cast as stage
from tests.cast import ask, sweep, utc

pytestmark = pytest.mark.django_db(transaction=True)

ASKED = utc("2026-03-02 10:00")


@pytest.fixture(autouse=True)
def _file(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """On SQLite race on a file, as the product does; a shared database in memory locks by other rules."""
    if connection.vendor != "sqlite":
        yield
        return
    import sqlite3  # here, as the settings put another driver in place of the standard library's

    memory = connection.settings_dict["NAME"]
    kept = sqlite3.connect(memory, uri=True)  # the database lives as long as somebody holds it
    kept.execute("VACUUM INTO ?", [str(tmp_path / "race.sqlite3")])
    connection.settings_dict["NAME"] = str(tmp_path / "race.sqlite3")
    connection.close()
    yield
    connection.close()
    connection.settings_dict["NAME"] = memory
    connection.connect()
    kept.close()


def at_once(*works: Callable[[], object]) -> list[str]:
    """Do everything in threads that begin together; return "done" or the error's code for each, in order."""
    together = threading.Barrier(len(works))
    ends = [""] * len(works)

    def run(number: int, work: Callable[[], object]) -> None:
        try:
            together.wait(20)
            work()
            ends[number] = "done"
        except LeadpactError as error:
            ends[number] = error.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return ends


def queued() -> tuple[stage.Cast, int, int]:
    """Return the cast, a pursuit in the queue of sales, and its offer."""
    cast = stage.found()
    for rep in (cast.ann, cast.ben, cast.cat):
        team.add_absence(rep, ASKED, ASKED + timedelta(hours=1), by=SYSTEM, now=stage.FOUNDED)
    person = ask("jo@acme.example", ASKED)
    sweep(ASKED)
    pursuit = handed.pursuit_of(person)
    assert pursuit is not None
    return cast, pursuit.id, handed.queue()[0].id


def test_of_three_who_accept_at_once_one_gets_the_lead() -> None:
    cast, pursuit, offer = queued()
    now = utc("2026-03-02 12:00")
    reps = (cast.ann, cast.ben, cast.cat)
    ends = at_once(*(lambda rep=rep: answering.accept(offer, by=cast.by(rep), now=now) for rep in reps))
    assert sorted(ends) == ["done", "offer_answered", "offer_answered"]
    taken = handed.pursuit(pursuit)
    assert (taken.stage, taken.owner) == (Stage.WORKING, reps[ends.index("done")])
    kinds = [entry.kind for entry in ledger.entries_about(taken.about)]
    assert kinds.count("lead.accepted") == kinds.count("promise.kept") - 1 == 1  # and marketing's offer
    assert sorted(each.kind for each in promised.open_of(taken.about)) == ["attempts", "feedback"]


def test_of_an_acceptance_and_a_rejection_at_once_one_counts() -> None:
    cast, pursuit, offer = queued()
    now = utc("2026-03-02 12:00")
    ends = at_once(
        lambda: answering.accept(offer, by=cast.by(cast.ann), now=now),
        lambda: answering.reject(offer, "no_need", by=cast.by(cast.ben), now=now),
    )
    assert sorted(ends) == ["done", "offer_answered"]
    answer = handed.offer(offer).answer
    assert answer is (Answer.ACCEPTED if ends[0] == "done" else Answer.REJECTED)
    kinds = {entry.kind for entry in ledger.entries_about(handed.pursuit(pursuit).about)}
    assert len(kinds & {"lead.accepted", "lead.rejected"}) == 1


def test_an_acceptance_and_a_cooling_at_once_leave_either_a_working_lead_or_a_withdrawn_offer() -> None:
    cast = stage.found()
    stage.act("jo@acme.example", "event.attended", utc("2026-02-02 10:00"))
    stage.act("jo@acme.example", "webinar.attended", utc("2026-02-02 10:00"))
    sweep(utc("2026-02-02 10:01"))
    waiting = handed.open_offers_to(cast.ann)[0]
    cold = utc("2026-03-04 08:00")
    scoring.sweep(now=cold)
    ends = at_once(
        lambda: answering.accept(waiting.id, by=cast.by(cast.ann), now=cold),
        lambda: offering.sweep(now=cold),
    )
    pursuit = handed.pursuit(waiting.pursuit)
    assert ends[1] == "done"
    assert (ends[0], pursuit.stage) in {("done", Stage.WORKING), ("offer_answered", Stage.COOLED)}


def test_two_workers_that_sweep_at_once_offer_each_lead_once_and_one_company_once() -> None:
    stage.found()
    for number in range(4):
        ask(f"jo@firm{number}.example", ASKED)
        ask(f"li@firm{number}.example", ASKED)
    scoring.sweep(now=ASKED)
    swept: list[Swept] = []
    ends = at_once(*[lambda: swept.append(offering.sweep(now=ASKED))] * 2)
    assert ends == ["done", "done"]
    handled = sum((Counter(each.handled) for each in swept), Counter[Handled]())
    assert (handled[Handled.OFFERED], handled[Handled.JOINED], handled[Handled.KNOWN]) == (4, 4, 0)
    pursuits = {handed.pursuit_of(stage.ask(f"jo@firm{number}.example", ASKED)) for number in range(4)}
    found = [each for each in pursuits if each is not None]
    assert sorted(each.number for each in found) == [1, 2, 3, 4]
    assert all(len(each.persons) == 2 for each in found)
    assert all(len(handed.offers_of(each.id)) == 1 for each in found)


def test_a_promise_kept_while_the_sweep_runs_is_either_kept_or_missed_and_said_once() -> None:
    _, pursuit, offer = queued()
    key = handed.offer(offer).promise_key
    due = promised.promise(key).due_at
    late = due + timedelta(seconds=1)
    at_once(
        lambda: promises.sweep(late),
        lambda: promises.keep(key, at=late, by=SYSTEM, now=late),
        lambda: promises.sweep(late),
    )
    assert promised.promise(key).state is PromiseState.MISSED
    kinds = [entry.kind for entry in ledger.entries_about(handed.pursuit(pursuit).about)]
    assert kinds.count("promise.missed") == 1
