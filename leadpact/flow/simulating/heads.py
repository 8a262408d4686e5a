"""What the heads of the sample company do: they look at the pact again, and settle what marketing contests."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from leadpact.base.errors import LeadpactError
from leadpact.flow import agreeing, disputing
from leadpact.flow.simulating.prospects import ZONE
from leadpact.handover import disputed
from leadpact.handover import reads as handover
from leadpact.handover.disputed import Contest, DisputeView, Ruling
from leadpact.pact import reads as pacts
from leadpact.pact.reviews import review_day
from leadpact.team.types import Actor, user_actor

HEAD_OF_SALES, HEAD_OF_MARKETING, MARKETER = "Ines Duarte", "Priya Raman", "Jonas Lind"
# What each review changed, and why; later ones change nothing.
REVIEWS: Final = (
    ("review: every 3 months", "review: every 6 months",
     "First review. Both sides keep it; from now on we look at it every half year."),
    ("{promise: feedback, within: 14d}", "{promise: feedback, within: 21d}",
     "Leads wait for an audit date. Sales gets three weeks to say what became of a lead."),
    ("kind: video.watched\n        points: 3", "kind: video.watched\n        points: 4",
     "Who watched the SAP QM video bought more often: four points instead of three."),
)  # fmt: skip
NOTHING_TO_CHANGE: Final = "Looked at again. Both sides keep it as it is."
CONTESTED: Final = 0.14  # of what sales turns down
CLAIMS: Final = (
    (Contest.AS_AGREED, "They asked for a call themselves, that is what we agreed on."),
    (Contest.NOT_TRIED, "Nobody called, I cannot see a single try."),
    (Contest.OTHER_REASON, "They have 400 instruments on two sites, that is not too small."),
    (Contest.NEWS, "The audit was moved forward, they wrote to us again this morning."),
)
RULINGS: Final = (
    (Ruling.UPHELD, "I called them myself: a student who writes a thesis."),
    (Ruling.UPHELD, "They buy with the group's contract until next year."),
    (Ruling.UPHELD, "We talked to her in spring already, nothing has changed."),
    (Ruling.TAKEN_BACK, "You are right, we should have called first."),
    (Ruling.TAKEN_BACK, "Agreed, the second site makes it worth our time."),
)
ANSWERED_AFTER: Final = timedelta(hours=22)


@dataclass
class Heads:
    """Both heads, and marketing where it contests.

    leaves_since  from then on they answer nothing: what is open is left for whoever looks at the sample
    turned_down   what sales turned down since anybody looked; the reps put it there
    """

    people: dict[str, int]
    seed: int
    leaves_since: datetime
    turned_down: list[int] = field(default_factory=list)

    def work(self, now: datetime) -> None:
        local = now.astimezone(ZONE)
        if local.weekday() > 4 or not time(8) <= local.time() <= time(18):
            return
        self._review(now, local.date())
        if now < self.leaves_since:
            for each in disputed.open_disputes(limit=20).oldest:
                if now - each.raised_at > ANSWERED_AFTER:
                    self._rule(each, now)
        while self.turned_down:
            pursuit = self.turned_down.pop()
            if self._luck(f"contest:{pursuit}").random() < CONTESTED:
                self.contest(pursuit, now)

    def contest(self, pursuit: int, now: datetime) -> DisputeView | None:
        """Let marketing contest what became of a hand-over; None where that is not possible."""
        reason, words = self._luck(f"claim:{pursuit}").choice(CLAIMS)
        planner = disputing.planned_by(handover.pursuit(pursuit).first_touch.campaign)
        by = user_actor(planner) if planner is not None else self._by(HEAD_OF_MARKETING)
        with suppress(LeadpactError):
            return disputing.contest(pursuit, reason, words, by=by, now=now)
        return None

    def _rule(self, dispute: DisputeView, now: datetime) -> None:
        ruling, words = self._luck(f"rule:{dispute.id}").choice(RULINGS)
        with suppress(LeadpactError):  # somebody who looks at the sample was faster
            disputing.answer(dispute.id, ruling, words, by=self._by(HEAD_OF_SALES), now=now)

    def _review(self, now: datetime, day: date) -> None:
        held = pacts.in_force(now)
        if day < review_day(held):
            return
        turn = len(pacts.versions()) - 1
        text, note = reviewed(pacts.text_of(held.version), turn, day)
        version = agreeing.propose(text, note=note, by=self._by(HEAD_OF_MARKETING), now=now)
        agreeing.put_in_force(version.number, since=now, by=self._by(HEAD_OF_SALES), now=now)

    def _by(self, name: str) -> Actor:
        return user_actor(self.people[name])

    def _luck(self, about: str) -> Random:
        return Random(f"{self.seed}:heads:{about}")  # noqa: S311  # a sample company, not a secret


def reviewed(text: str, turn: int, day: date) -> tuple[str, str]:
    """Return the pact's text after its `turn`-th review, and what is said of it."""
    before, after, note = REVIEWS[turn] if turn < len(REVIEWS) else ("", "", NOTHING_TO_CHANGE)
    changed = text.replace(before, after) if before else text
    if changed == text:
        note = NOTHING_TO_CHANGE
    return f"{changed.rstrip()}\n\n# Reviewed on {day:%d %B %Y}.\n", note
