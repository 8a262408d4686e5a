"""All that the page of one deal shows, read in one place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from leadpact.handover import reads as handover
from leadpact.handover.types import PursuitView
from leadpact.ledger import by_hand
from leadpact.ledger.types import StoredEntry
from leadpact.people import reads as people
from leadpact.people.types import PersonView
from leadpact.pipeline import reads as pipeline
from leadpact.pipeline.types import DealState, DealView, StageChange
from leadpact.team import policy
from leadpact.team import reads as team
from leadpact.team.policy import Subject
from leadpact.team.types import CompanySettings, Member, Side
from leadpact.web.deals.told import ToldStory, entries_of, reasons_of, story_of
from leadpact.web.leads.reach import sees_everybody
from leadpact.web.leads.sentences import BOOK_KEEPING
from leadpact.web.leads.strip import StripStep
from leadpact.web.shell.performance import Discretion

HIDDEN = BOOK_KEEPING - {"deal.changed"}  # of a deal, changes of the next step are no mere book-keeping
SIDES = {DealState.OPEN: "sales", DealState.WON: "kept", DealState.LOST: ""}


@dataclass(frozen=True)
class Partaker:
    """Somebody who takes part in a deal, with their role there."""

    person: PersonView
    role: str


@dataclass(frozen=True)
class DealStrip:
    """The stages of the settings and the end, with the dates they were reached first."""

    side: str
    steps: tuple[StripStep, ...]


def subject_of(deal: DealView, members: Mapping[int, Member] | None = None) -> Subject:
    """Whose a deal is; `members`: everybody who works here, where they were read already."""
    if members is None:
        return team.subject_of("deal", owner=deal.owner, team_id=None)
    owner = members.get(deal.owner or 0)
    return Subject("deal", owner=deal.owner, team=owner.team if owner else None, side=owner.side if owner else None)


@dataclass(frozen=True)
class DealRecord:
    """The deal, read piece by piece as the template asks; every piece is read once."""

    deal: DealView
    subject: Subject
    member: Member
    members: Mapping[int, Member]
    settings: CompanySettings
    now: datetime
    until: datetime | None = None  # the story before this moment

    @property
    def may_edit(self) -> bool:
        return policy.may(self.member, "deal.edit", self.subject)

    @property
    def may_see_entries(self) -> bool:
        return policy.may(self.member, "ledger.see")

    @cached_property
    def owner(self) -> Member | None:
        return self.members.get(self.deal.owner or 0)

    @cached_property
    def takers(self) -> list[Member]:
        """Whom the deal may be given to, the present owner among them."""
        sells = (Side.SALES, Side.PARTNER)
        return [
            each
            for each in self.members.values()
            if (each.is_active and each.side in sells) or each.id == self.deal.owner
        ]

    @cached_property
    def company_name(self) -> str:
        return people.company(self.deal.company).name if self.deal.company is not None else ""

    @cached_property
    def pursuit(self) -> PursuitView | None:
        return handover.pursuit(self.deal.pursuit) if self.deal.pursuit is not None else None

    @cached_property
    def partakers(self) -> list[Partaker]:
        views = people.persons([person for person, _role in self.deal.persons])
        return [Partaker(views[person], role) for person, role in self.deal.persons if person in views]

    @cached_property
    def colleagues(self) -> Mapping[int, str]:
        """Names of others at the company who might take part."""
        if self.deal.company is None or not sees_everybody(self.member):
            return {}
        there = {person for person, _role in self.deal.persons}
        others = [each for each in people.colleagues(self.deal.company) if each.id not in there]
        return {each.id: each.name or each.email for each in others}

    @cached_property
    def history(self) -> list[StageChange]:
        return pipeline.stage_history(self.deal.id)

    @cached_property
    def amounts(self) -> list[StageChange]:
        """When the amount was another one than before, the newest first, the present one left out."""
        changes = [
            change
            for before, change in zip([None, *self.history[:-1]], self.history, strict=True)
            if before is None or before.amount != change.amount
        ]
        return list(reversed(changes[:-1]))

    @cached_property
    def strip(self) -> DealStrip:
        reached: dict[str, datetime] = {}
        for change in self.history:
            reached.setdefault(change.stage, change.happened_at)
        stages = list(self.settings.deal_stages)
        if self.deal.stage not in stages:  # a former system's stage, or one that the settings name no more
            stages = [*(stage for stage in reached if stage not in stages), *stages]
        at = stages.index(self.deal.stage)
        ended = not self.deal.is_open
        steps = [
            StripStep(stage, reached.get(stage), stage in reached and (place < at or ended), place == at and not ended)
            for place, stage in enumerate(stages)
            if not ended or stage in reached
        ]
        end = StripStep(self._end(), self.deal.closed_at, is_done=False, is_current=ended)
        return DealStrip(SIDES[self.deal.state], (*steps, end))

    def _end(self) -> str | Promise:
        return _("Lost") if self.deal.state is DealState.LOST else _("Won")

    @cached_property
    def story(self) -> ToldStory:
        """What the persons of the deal did, what both teams did, and what became of the deal; one line of time."""
        version = self.pursuit.pact_version if self.pursuit else None
        persons = [each.person for each in self.partakers] if self._may_see_story else []
        return story_of(
            self._entries(persons), persons, members=self.members, reasons=reasons_of(version, self.now), now=self.now,
            zone=self.settings.zone,
        )  # fmt: skip

    @cached_property
    def _may_see_story(self) -> bool:
        """What came before the deal is the story of its persons: a partner sees it with the consent of all."""
        if sees_everybody(self.member) or not self.deal.persons:
            return True
        asked = [people.consents_question((each.person.id, *each.person.merged)) for each in self.partakers]
        if len(asked) < len(self.deal.persons):
            return False
        found = by_hand.at_once(*asked)
        return all(any(said.given and said.names_partners for said in found.to(each).values()) for each in asked)

    def _entries(self, persons: list[PersonView]) -> list[StoredEntry]:
        abouts = [self.deal.about]
        if self.pursuit is not None and self._may_see_story:
            abouts.append(self.pursuit.about)
        found = entries_of(persons, abouts, until=self.until, but=HIDDEN)
        discretion = Discretion(self.member, self.members, self.settings.individual_performance_open)
        return [entry for entry in found if not discretion.hides_entry(entry)]


def name_of(person: PersonView) -> str:
    return person.name or person.email or _("Somebody without a name")
