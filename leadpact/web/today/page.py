"""Everything the page Today shows to one member, asked for in a fixed number of questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Final

from leadpact.handover import disputed
from leadpact.handover.disputed import OpenDisputes
from leadpact.handover.types import Stage
from leadpact.loop import reads as loop
from leadpact.loop import today as loops
from leadpact.loop.rules import say_period
from leadpact.loop.today import Became, NextStep, PutRight, Summary
from leadpact.loop.types import Period
from leadpact.pact import reads as pacts
from leadpact.pact.errors import NoPact
from leadpact.pact.reviews import review_day
from leadpact.pact.types import Pact, PactInForce
from leadpact.team import policy
from leadpact.team import reads as team
from leadpact.team.types import CompanySettings, Member, NoticeView, Side
from leadpact.web.disputes.said import Said, lead_of, said_of
from leadpact.web.leads.forms import ReasonForm
from leadpact.web.leads.reach import line_for
from leadpact.web.today.acts import say_act
from leadpact.web.today.became import OutcomeDay, days_of
from leadpact.web.today.goals import Promised, promised_of, say_mine
from leadpact.web.today.sections import Concern, Sections, sections_of
from leadpact.worklist import urgent
from leadpact.worklist.urgent import NOTHING, Asking, Part, Some, Waits

LATELY: Final = timedelta(days=30)
UNREAD: Final = 100  # counted up to here
SHOWN_DISPUTES: Final = 5
NEW: Final = 3  # notices shown
NOT_OLD: Final = timedelta(days=14)
TOLD_ABOVE: Final = frozenset({"offer", "queue", "missed", "keep", "review"})  # they stand on this page by themselves


@dataclass(frozen=True)
class Offered:
    """An offer with the form to reject it, for those who may answer it."""

    waits: Waits
    reject_form: ReasonForm
    may_answer: bool


@dataclass(frozen=True)
class Today:
    """The page of one member; each property that asks the database asks once."""

    member: Member
    now: datetime
    ours: CompanySettings
    in_force: PactInForce | None  # None: nobody has put one in force yet

    @property
    def pact(self) -> Pact | None:
        return self.in_force.pact if self.in_force else None

    @cached_property
    def shows(self) -> Sections:
        return sections_of(self.member)

    @cached_property
    def parts(self) -> Mapping[Part, Some]:
        asked = [part for part in self.shows.parts if self.pact or part is not Part.NEARLY]
        asking = Asking(self.member.id, self.shows.queues, self.pact.ready.up if self.pact else 0, self.now)
        found = urgent.waiting(asked, asking)
        return {part: replace(some, lines=tuple(map(self._shown, some.lines))) for part, some in found.items()}

    def _shown(self, waits: Waits) -> Waits:
        is_open = self.ours.individual_performance_open
        line = line_for(waits.line, self.member, is_open=is_open, now=self.now)
        return replace(waits, line=replace(line, last_act=say_act(line)))

    def part(self, part: Part) -> Some:
        return self.parts.get(part, NOTHING)

    @cached_property
    def offers(self) -> list[Offered]:
        return [self._offered(waits) for waits in self.part(Part.OFFERS).lines]

    @cached_property
    def queue(self) -> list[Offered]:
        return [self._offered(waits) for waits in self.part(Part.QUEUE).lines]

    def _offered(self, waits: Waits) -> Offered:
        form = ReasonForm(self.pact.reject_reasons if self.pact else (), auto_id=f"reject_{waits.offer}_%s")
        return Offered(waits, form, policy.may(self.member, "lead.answer", self._subject(waits)))

    def _subject(self, waits: Waits) -> policy.Subject:
        # Whoever is offered a lead sells: the head of sales answers for both sides who do.
        return policy.Subject("lead", owner=waits.line.owner, team=waits.line.team, side=Side.SALES)

    @cached_property
    def period(self) -> Period:
        return loop.period_of("month", now=self.now, ours=self.ours)

    @property
    def period_says(self) -> str:
        return say_period(self.period)

    @cached_property
    def summary(self) -> Summary | None:
        if not self.shows.numbers:
            return None
        visible = policy.visible_owners(self.member)
        return loops.summary(self.period, me=self.member.id, now=self.now, visible_owners=visible, ours=self.ours)

    @cached_property
    def promised(self) -> tuple[Promised, ...]:
        return promised_of(self.pact, self.summary) if self.summary and self.pact else ()

    @cached_property
    def mine(self) -> str:
        return say_mine(self.summary.mine) if self.summary else ""

    @cached_property
    def became(self) -> tuple[OutcomeDay, ...]:
        if not self.shows.became:
            return ()
        rows = loops.became(since=self.now - LATELY, visible_owners=policy.visible_owners(self.member))
        return days_of(rows, self.pact, now=self.now, zone=self.ours.zone, may_see=self._may_see_performance)

    def _may_see_performance(self, row: Became) -> bool:
        is_open = self.ours.individual_performance_open
        subject = policy.Subject("performance", row.owner, row.owner_team, row.owner_side, performance_is_open=is_open)
        return row.owner is None or policy.may(self.member, "performance.see_individual", subject)

    @cached_property
    def answered_lately(self) -> int:
        """How many of the leads shown something became of since yesterday morning."""
        local = self.now.astimezone(self.ours.zone)
        since = (local - timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        outcomes = [outcome for day in self.became for outcome in day.outcomes if outcome.row.stage != Stage.OFFERED]
        return sum(outcome.row.happened_at >= since for outcome in outcomes)

    @cached_property
    def _steps(self) -> tuple[tuple[NextStep, ...], int]:
        if self.shows.deals_of == ():
            return (), 0
        tomorrow = self.now.astimezone(self.ours.zone).date() + timedelta(days=1)
        return loops.next_steps(before=tomorrow, visible_owners=self.shows.deals_of)

    @property
    def steps(self) -> Sequence[NextStep]:
        return self._steps[0]

    @property
    def steps_in_all(self) -> int:
        return self._steps[1]

    @cached_property
    def put_right(self) -> tuple[PutRight, ...]:
        return loops.to_put_right(since=self.now - LATELY) if self.shows.put_right else ()

    @cached_property
    def disputes(self) -> OpenDisputes:
        """Those that wait for an answer and concern whoever looks."""
        match self.shows.disputes:
            case Concern.NONE:
                return OpenDisputes()
            case Concern.ALL:
                return disputed.open_disputes(limit=SHOWN_DISPUTES)
            case Concern.GIVEN:
                return disputed.open_disputes(decided_by=self.member.id, limit=SHOWN_DISPUTES)
            case Concern.RAISED:
                return disputed.open_disputes(raised_by=self.member.id, limit=SHOWN_DISPUTES)

    @property
    def said_disputes(self) -> list[tuple[Said, str]]:
        """Each with whom it is about."""
        return [(each, lead_of(each.dispute)) for each in said_of(self.disputes.oldest)]

    @property
    def review_on(self) -> date | None:
        """The day on which both heads look at the pact again."""
        return review_day(self.in_force) if self.in_force else None

    @property
    def is_review_past(self) -> bool:
        """The day has come, and no version has come in force since."""
        return self.review_on is not None and self.review_on <= self.now.astimezone(self.ours.zone).date()

    @cached_property
    def unread(self) -> list[NoticeView]:
        return team.unread(self.member.id, limit=UNREAD)

    @property
    def new(self) -> list[NoticeView]:
        since = self.now - NOT_OLD
        return [each for each in self.unread if each.kind not in TOLD_ABOVE and each.created_at >= since][:NEW]

    @property
    def is_clear(self) -> bool:
        """Nothing waits for whoever looks."""
        waits = [part for part in self.parts if part is not Part.NEARLY]
        return not (waits or self.disputes.total or self.steps or self.put_right or self.new)


def today_of(member: Member, *, now: datetime, ours: CompanySettings) -> Today:
    try:
        return Today(member, now, ours, pacts.in_force(now))
    except NoPact:
        return Today(member, now, ours, None)
