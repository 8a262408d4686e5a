"""As known then: what is told of a past moment is what the live system said at that moment."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from leadpact.base.criteria import Scalar
from leadpact.engagement import actions as engagement
from leadpact.ledger.actions import append_one
from leadpact.ledger.types import NewEntry
from leadpact.pact import actions as pacts
from leadpact.pact.document import default_pact_text
from leadpact.pact.errors import PactAlreadyInForce, PactInThePast
from leadpact.people import linking
from leadpact.people import reads as known_people
from leadpact.people.actions import change_company, change_person, recognise
from leadpact.people.errors import CannotMerge, LastIdentity, NotMerged
from leadpact.people.models import Identity, Person
from leadpact.people.types import Identifier, IdentityKind
from leadpact.scoring import actions as scoring
from leadpact.scoring import known, reads
from leadpact.scoring.types import Verdict
from leadpact.team.types import SYSTEM
from tests import cast
from tests.cast import utc

START = utc("2026-03-02 10:00")
EMAILS = ("anna@north.example", "bert@north.example", "cleo@south.example")
DEVICES = ("d1", "d2")
FORMS = ("download", "contact", "newsletter")

number = st.integers(0, 5)
step = st.tuples(
    st.sampled_from(
        ["act", "act", "act", "visit", "both", "claim", "void", "restore", "merge", "unmerge", "unlink", "fact", "firm",
         "move", "reset", "pact", "wait"]
    ),
    number, number,
)  # fmt: skip


class World:
    """Runs steps on the real packages, an hour apart, and remembers what was said of everybody after each."""

    def __init__(self) -> None:
        cast.found()
        self.now = START
        self.acts: list[int] = []
        self.said: list[tuple[datetime, int, object]] = []

    def run(self, steps: list[tuple[str, int, int]]) -> None:
        for name, one, two in steps:
            self.now += timedelta(hours=1)
            action: Callable[[int, int], Any] = getattr(self, name)
            try:
                action(one, two)
            except (CannotMerge, NotMerged, LastIdentity, PactInThePast, PactAlreadyInForce):
                continue
            for person in Person.objects.order_by("pk").values_list("pk", flat=True):
                self.said.append((self.now, person, told(reads.why(person, self.now))))

    def _write(self, whom: list[Identifier], kind: str, late: int, *, trusted: bool = True, **facts: str) -> None:
        at = self.now - timedelta(days=2 * late)
        seen = recognise(whom, happened_at=at, trusted=trusted, by=SYSTEM, now=self.now)
        self.acts.append(append_one(NewEntry(kind, at, seen.identity, facts=facts), by=SYSTEM, now=self.now))

    def act(self, one: int, two: int) -> None:
        self._write([mail(one)], "form.submitted", two, form=FORMS[two % 3])

    def visit(self, one: int, two: int) -> None:
        self._write([device(one)], "page.viewed", two, path="/pricing")

    def both(self, one: int, two: int) -> None:
        self._write([mail(one), device(two)], "asset.downloaded", 0, asset="price list")

    def claim(self, one: int, two: int) -> None:
        self._write([mail(one), device(two)], "page.viewed", 0, trusted=False, path="/pricing")

    def void(self, one: int, two: int) -> None:
        if self.acts:
            engagement.void(self.acts[one % len(self.acts)], "wrong", by=SYSTEM, now=self.now)

    def restore(self, one: int, two: int) -> None:
        if self.acts:
            engagement.restore(self.acts[one % len(self.acts)], "right", by=SYSTEM, now=self.now)

    def merge(self, one: int, two: int) -> None:
        linking.merge(self._person(one), self._person(two), happened_at=self.now, by=SYSTEM, now=self.now)

    def unmerge(self, one: int, two: int) -> None:
        linking.unmerge(self._person(one), happened_at=self.now, by=SYSTEM, now=self.now)

    def unlink(self, one: int, two: int) -> None:
        held = list(Identity.objects.order_by("pk").values_list("pk", flat=True))
        if held:
            linking.unlink_identity(held[one % len(held)], happened_at=self.now, by=SYSTEM, now=self.now)

    def fact(self, one: int, two: int) -> None:
        at = self.now - timedelta(days=two)
        titles = ("Director of Purchasing", "Student", None)
        if person := self._person(one):
            change_person(person, {"title": titles[two % 3]}, happened_at=at, by=SYSTEM, now=self.now)

    def firm(self, one: int, two: int) -> None:
        view = known_people.persons([self._person(one)]).get(self._person(one))
        if view is not None and view.company is not None:
            said: dict[str, Scalar | None] = {"size": 40 * two, "name": f"North {two}"}
            change_company(view.company, said, happened_at=self.now, by=SYSTEM, now=self.now)

    def move(self, one: int, two: int) -> None:
        view = known_people.persons([self._person(two)]).get(self._person(two))
        if view is not None and (person := self._person(one)):
            at = self.now - timedelta(days=two)
            change_person(person, {"company": view.company}, happened_at=at, by=SYSTEM, now=self.now)

    def reset(self, one: int, two: int) -> None:
        if person := self._person(one):
            entry = append_one(NewEntry("lead.rejected", self.now), by=SYSTEM, now=self.now)
            at = self.now - timedelta(hours=two)
            scoring.reset(known_people.survivor(person), why="rejected", happened_at=at, entry=entry, now=self.now)

    def pact(self, one: int, two: int) -> None:
        text = default_pact_text().replace("  up: 50 ", f"  up: {26 + 5 * two} ", 1)
        version = pacts.propose(text, by=SYSTEM, now=self.now)
        since = self.now + timedelta(hours=one)
        pacts.put_in_force(version.number, since=since + timedelta(seconds=len(self.said) + 1), by=SYSTEM, now=self.now)

    def wait(self, one: int, two: int) -> None:
        self.now += timedelta(days=7 * one)

    def _person(self, place: int) -> int:
        held = list(Person.objects.order_by("pk").values_list("pk", flat=True))
        return held[place % len(held)] if held else 0


def mail(place: int) -> Identifier:
    return Identifier(IdentityKind.EMAIL, EMAILS[place % 3])


def device(place: int) -> Identifier:
    return Identifier(IdentityKind.ANONYMOUS, DEVICES[place % 2])


def told(verdict: Verdict) -> object:
    """All of a verdict but its foresight: that a pact comes in force later may be learnt later."""
    reasons = sorted((r.rule, r.points, r.event or 0, str(r.expires_at)) for r in verdict.reasons)
    return verdict.score, verdict.is_ready, verdict.ready_since, verdict.intervals, verdict.tipped_by, reasons


class KnownThen(TestCase):
    @settings(
        max_examples=10, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(st.lists(step, min_size=4, max_size=16))
    def test_what_is_told_of_a_moment_is_what_was_said_then(self, steps: list[tuple[str, int, int]]) -> None:
        world = World()
        world.run(steps)
        for moment, person, said in world.said:
            assert told(known.why(person, moment, moment)) == said, (moment, person)
        for person in Person.objects.values_list("pk", flat=True):
            assert told(known.why(person, world.now, world.now)) == told(reads.why(person, world.now))
