"""Whatever happens, in whatever order, the lines of the lists say what making them anew would say."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from conftest import ON_POSTGRESQL
from leadpact.base.errors import LeadpactError
from leadpact.base.money import Money
from leadpact.flow import answering, assigning, following, qualifying, selling
from leadpact.flow.assigning import Given
from leadpact.handover import reads as handover
from leadpact.pipeline import reads as deals
from leadpact.promises import actions as promises
from leadpact.team.types import SYSTEM, user_actor
from leadpact.worklist import actions, reads
from tests import cast
from tests.cast import Cast, utc

pytestmark = pytest.mark.django_db

START = utc("2026-03-02 09:00")
# Two of one company, one of another, one with free mail: no company.
WHO = ("ada@acme-corp.example", "bo@acme-corp.example", "cy@other-corp.example", "di@gmail.com")


class House:
    """The company on one random day after another; each step does what its person's state allows."""

    def __init__(self, crew: Cast) -> None:
        self.crew, self.now = crew, START
        self.given: list[Given] = []
        self.persons = {email: cast.person(email, at=START) for email in WHO}

    def pursuit(self, email: str) -> int:
        found = handover.pursuit_of(self.persons[email])
        return found.id if found else 0

    def owner(self, email: str) -> int:
        found = handover.pursuit_of(self.persons[email])
        return (found.owner if found else None) or self.crew.ann

    def offer(self, email: str) -> int:
        found = handover.open_offer_of(self.pursuit(email))
        return found.id if found else 0

    def deal(self, email: str) -> int:
        return next((deal.id for deal in deals.of_pursuit(self.pursuit(email))), 0)

    def ask(self, email: str) -> None:
        cast.ask(email, self.now)

    def visit(self, email: str) -> None:
        cast.act(email, "page.viewed", self.now, path="/pricing")

    def attend(self, email: str) -> None:
        cast.act(email, "event.attended", self.now, event="fair")

    def download(self, email: str) -> None:
        cast.act(email, "asset.downloaded", self.now, asset="paper")

    def accept(self, email: str) -> None:
        answering.accept(self.offer(email), by=user_actor(self.owner(email)), now=self.now)

    def reject(self, email: str) -> None:
        answering.reject(self.offer(email), "wrong_person", by=user_actor(self.owner(email)), now=self.now)

    def pull(self, email: str) -> None:
        answering.pull(self.persons[email], by=user_actor(self.crew.ben), now=self.now)

    def call(self, email: str) -> None:
        by = user_actor(self.owner(email))
        following.log_activity(self.persons[email], "call.made", by=by, now=self.now)

    def hand_on(self, email: str) -> None:
        following.hand_on(self.pursuit(email), self.crew.cat, by=user_actor(self.crew.hanna), now=self.now)

    def give(self, email: str) -> None:
        """From the list: to a colleague, whether anybody works the lead or not."""
        self.given = assigning.give([self.persons[email]], self.crew.ben, by=user_actor(self.crew.hanna), now=self.now)

    def take_back(self, email: str) -> None:
        """Undo it, whatever happened to the lead meanwhile."""
        assigning.take_back(self.given, by=user_actor(self.crew.hanna), now=self.now)

    def remark(self, email: str) -> None:
        """And strike it out again."""
        by = user_actor(self.crew.mia)
        entries = assigning.note_on([self.persons[email]], "A careful buyer", by=by, now=self.now)
        assigning.strike_out(entries, by=by, now=self.now)

    def recycle(self, email: str) -> None:
        by = user_actor(self.owner(email))
        qualifying.recycle(self.pursuit(email), "not_now", until=date(2027, 1, 1), by=by, now=self.now)

    def disqualify(self, email: str) -> None:
        qualifying.disqualify(self.pursuit(email), "poor_fit", by=user_actor(self.owner(email)), now=self.now)

    def open_deal(self, email: str) -> None:
        by = user_actor(self.owner(email))
        qualifying.open_deal(self.pursuit(email), amount=Money(100, "GBP"), next_step="Call", by=by, now=self.now)

    def win(self, email: str) -> None:
        selling.win(self.deal(email), by=user_actor(self.owner(email)), now=self.now)

    def lose(self, email: str) -> None:
        selling.lose(self.deal(email), reason="budget", by=user_actor(self.owner(email)), now=self.now)

    def reopen(self, email: str) -> None:
        selling.reopen(self.deal(email), by=user_actor(self.owner(email)), now=self.now)

    def worker(self) -> None:
        cast.sweep(self.now)
        promises.sweep(self.now, by=SYSTEM)


STEPS: dict[str, Callable[[House, str], None]] = {
    name: getattr(House, name)
    for name in (
        "ask", "visit", "attend", "download", "accept", "reject", "pull", "call", "hand_on", "give", "take_back",
        "remark", "recycle", "disqualify", "open_deal", "win", "lose", "reopen",
    )
}  # fmt: skip
ACTS = {"ask", "visit", "attend", "download"}
WAY = ("ask", "accept", "open_deal", "win")  # a random walk alone seldom comes far
BEGUN = st.builds(
    lambda email, steps: [(name, email, 1) for name in WAY[:steps]], st.sampled_from(WHO), st.integers(0, len(WAY))
)
WALKED = st.lists(
    st.tuples(st.sampled_from(sorted(STEPS)), st.sampled_from(WHO), st.sampled_from([0, 1, 30, 24 * 9, 24 * 40])),
    min_size=1,
    max_size=15,
)
HISTORIES = st.builds(lambda begun, walked: begun + walked, BEGUN, WALKED)


def check(now: datetime) -> None:
    kept = sorted(reads.every(), key=lambda line: line.person)
    actions.rebuild(now=now)
    assert kept == sorted(reads.every(), key=lambda line: line.person)


def walk(house: House, history: list[tuple[str, str, int]], say: Callable[[str], object] = print) -> int:
    """Do the steps that the state allows; returns how many were done."""
    done = 0
    for name, email, hours in history:
        house.now += timedelta(hours=hours, minutes=1)
        house.worker()
        try:
            STEPS[name](house, email)
        except LeadpactError as refused:
            say(f"{house.now:%d %b %H:%M} {email} {name}: {refused.code}")
            continue
        done += 1
        if name in ACTS:  # an act shows once the worker has judged it; a deed at once
            house.worker()
        check(house.now)
        house.worker()
        check(house.now)
        say(f"{house.now:%d %b %H:%M} {email} {name}")
    return done


@settings(max_examples=5 if ON_POSTGRESQL else 15, deadline=None, suppress_health_check=list(HealthCheck))
@given(HISTORIES)
def test_the_lines_stay_equal_to_making_them_anew(history: list[tuple[str, str, int]]) -> None:
    with transaction.atomic():
        house = House(cast.found())
        house.worker()
        actions.refresh(house.persons.values(), now=house.now)  # as an import does
        walk(house, history, note)
        check(house.now)
        transaction.set_rollback(True)


def test_a_history_that_walks_the_whole_way_is_told_right() -> None:
    house = House(cast.found())
    actions.refresh(house.persons.values(), now=house.now)
    ada = WHO[0]
    whole_way = [(step, ada, 1) for step in ("attend", "visit", "ask", "accept", "call", "open_deal", "win", "reopen")]
    assert walk(house, whole_way) == 8
    assert walk(house, [(step, ada, 1) for step in ("give", "remark", "take_back")]) == 3
    line = reads.line(house.persons[ada])
    assert line is not None
    assert (line.stage.value, line.owner is not None, line.last_act_kind) == ("deal", True, "form.submitted")
    check(house.now)
