"""All that the page of one company shows, read in one place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from leadpact.base.money import Money
from leadpact.handover import reads as handover
from leadpact.handover.types import PursuitView
from leadpact.people import reads as people
from leadpact.people.types import CompanyView, DomainView, PersonView
from leadpact.pipeline import reads as pipeline
from leadpact.pipeline.types import DealState, DealView
from leadpact.team import policy
from leadpact.team.policy import Subject
from leadpact.team.types import CompanySettings, Member
from leadpact.web.companies.engagement import Engagement, engagement_of
from leadpact.web.companies.reach import subject_of
from leadpact.web.deals.told import ToldStory, entries_of, story_of
from leadpact.web.leads.reach import line_for, sees_everybody
from leadpact.web.leads.sentences import BOOK_KEEPING
from leadpact.web.leads.strip import SIDES, STAGE_NAMES
from leadpact.web.shell.performance import Discretion
from leadpact.worklist import at_companies
from leadpact.worklist import reads as worklist
from leadpact.worklist.types import AtCompany, LeadFilter, Line

PERSONS = 25  # shown; all of them are one click away
DEALS = 25  # the same
COUNTED = 400  # persons whose acts make the chart, those with most points
STORY = 40


@dataclass(frozen=True)
class There:
    """Somebody at the company as the table shows them."""

    line: Line
    stage: str
    side: str
    owner: Member | None


@dataclass(frozen=True)
class HandOver:
    """One pursuit with its persons and who has it."""

    pursuit: PursuitView
    persons: tuple[PersonView, ...]
    stage: str
    side: str
    owner: Member | None


@dataclass(frozen=True)
class CompanyRecord:
    """The company, read piece by piece as the template asks; every piece is read once."""

    company: CompanyView
    member: Member
    members: Mapping[int, Member]
    settings: CompanySettings
    now: datetime
    reasons: Mapping[str, str]  # labels of the pact's reasons by their codes

    @cached_property
    def subject(self) -> Subject:
        return subject_of(self.company, self.members)

    @property
    def may_edit(self) -> bool:
        return policy.may(self.member, "company.edit", self.subject)

    @property
    def may_open_deal(self) -> bool:
        return policy.may(self.member, "deal.edit")

    @property
    def sees_all(self) -> bool:
        return sees_everybody(self.member)

    @property
    def may_see_entries(self) -> bool:
        return policy.may(self.member, "ledger.see")

    @cached_property
    def owner(self) -> Member | None:
        return self.members.get(self.company.owner or 0)

    @cached_property
    def domains(self) -> list[DomainView]:
        shared = self.company.shared_domains
        return [DomainView(name, name in shared) for name in self.company.domains]

    @cached_property
    def there(self) -> AtCompany:
        """What all persons there come to; counted of those read, unless there are more."""
        if len(self._lines) < COUNTED:
            return at_companies.counted(self._lines)
        found = at_companies.at_companies([self.company.id], visible_owners=policy.visible_owners(self.member))
        return found.get(self.company.id, AtCompany(0, 0, 0, None))

    @cached_property
    def _lines(self) -> tuple[Line, ...]:
        wanted = LeadFilter(company=self.company.id)
        return worklist.lines(wanted, limit=COUNTED, visible_owners=policy.visible_owners(self.member)).lines

    @cached_property
    def persons(self) -> list[There]:
        return [
            There(
                line_for(line, self.member), str(STAGE_NAMES[line.stage]), SIDES.get(line.stage, ""),
                self.members.get(line.owner or 0),
            )
            for line in self._lines[:PERSONS]
        ]  # fmt: skip

    @property
    def has_more_persons(self) -> bool:
        return len(self._lines) > PERSONS

    @cached_property
    def _views(self) -> Mapping[int, PersonView]:
        """Those at the company, and those of its hand-overs who may be elsewhere by now."""
        asked = {line.person for line in self._lines}
        asked.update(person for pursuit in self._pursuits for person in pursuit.persons)
        return people.persons(asked)

    @cached_property
    def _pursuits(self) -> list[PursuitView]:
        found = handover.pursuits_of_company(self.company.id)
        return [each for each in found if self.sees_all or each.owner == self.member.id]

    @cached_property
    def pursuits(self) -> list[HandOver]:
        views = self._views
        return [
            HandOver(
                each, tuple(views[person] for person in each.persons if person in views),
                str(STAGE_NAMES[each.stage]), SIDES.get(each.stage, ""), self.members.get(each.owner or 0),
            )
            for each in self._pursuits
        ]  # fmt: skip

    @cached_property
    def deals(self) -> list[DealView]:
        found = pipeline.of_company(self.company.id)
        return [deal for deal in found if self.sees_all or deal.owner == self.member.id]

    @property
    def newest_deals(self) -> list[DealView]:
        return self.deals[:DEALS]

    @property
    def has_more_deals(self) -> bool:
        return len(self.deals) > DEALS

    @cached_property
    def open_deals(self) -> list[DealView]:
        return [deal for deal in self.deals if deal.is_open]

    @cached_property
    def open_amounts(self) -> list[Money]:
        return _sums(self.open_deals)

    @cached_property
    def won_amounts(self) -> list[Money]:
        return _sums([deal for deal in self.deals if deal.state is DealState.WON])

    @cached_property
    def engagement(self) -> Engagement | None:
        """None for a partner: what somebody did is a story that they may not see without that person's consent."""
        if not self.sees_all:
            return None
        views = self._views
        identities = [
            identity for line in self._lines if line.person in views for identity in views[line.person].identities
        ]
        return engagement_of(identities, now=self.now, zone=self.settings.zone)

    @cached_property
    def story(self) -> ToldStory | None:
        if not self.sees_all:
            return None
        persons = [self._views[line.person] for line in self._lines[:100] if line.person in self._views]
        discretion = Discretion(self.member, self.members, self.settings.individual_performance_open)
        entries = entries_of(persons, (), but=BOOK_KEEPING, limit=STORY)
        told = [entry for entry in entries if not discretion.hides_entry(entry)]
        return story_of(
            told,
            persons,
            members=self.members,
            reasons=self.reasons,
            now=self.now,
            zone=self.settings.zone,
            limit=STORY,
        )


def _sums(deals: list[DealView]) -> list[Money]:
    """One sum for each currency; never over several."""
    found: dict[str, int] = {}
    for deal in deals:
        if deal.amount is not None:
            found[deal.amount.currency] = found.get(deal.amount.currency, 0) + deal.amount.minor
    return [Money(minor, currency) for currency, minor in sorted(found.items())]
