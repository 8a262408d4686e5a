"""All that the page of one lead shows, read in one place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from leadpact.engagement import reads as engagement
from leadpact.handover import reads as handover
from leadpact.handover.types import OfferView, PursuitView, Stage
from leadpact.ledger import reads as ledger
from leadpact.ledger.types import StoredEntry
from leadpact.pact import reads as pacts
from leadpact.pact.types import Pact
from leadpact.people import reads as people
from leadpact.people.types import CompanyView, ConsentView, PersonView, Purpose
from leadpact.pipeline import reads as pipeline
from leadpact.pipeline.types import DealView
from leadpact.promises import reads as promises
from leadpact.promises.types import Clock, PromiseView
from leadpact.scoring import reads as scoring
from leadpact.scoring.types import StandingView
from leadpact.team import policy
from leadpact.team import reads as team
from leadpact.team.policy import Subject
from leadpact.team.types import Member
from leadpact.web.leads.reach import sees_everybody
from leadpact.web.leads.story import Chapter, Names, tell
from leadpact.web.leads.strip import Strip, strip_of
from leadpact.web.leads.why import Why, why_of
from leadpact.web.shell.thresholds import Thresholds
from leadpact.worklist.rules import stage_for

STORY = 200  # entries a page; the rest is one click away


@dataclass(frozen=True)
class Owed:
    """A promise with its clock as it stands."""

    promise: PromiseView
    clock: Clock

    @property
    def used_seconds(self) -> int:
        return int(self.clock.used.total_seconds())

    @property
    def whole_seconds(self) -> int:
        return max(int((self.clock.used + self.clock.left).total_seconds()), 1)


@dataclass(frozen=True)
class Mate:
    """Somebody else at the same company."""

    person: PersonView
    standing: StandingView | None


@dataclass(frozen=True)
class Story:
    chapters: list[Chapter]
    acts: int
    older_than: datetime | None  # there is more before this moment


def subject_of(person: PersonView, pursuit: PursuitView | None) -> Subject:
    """Whose the lead is: the pursuit's while one runs, else whoever owns the person."""
    running = pursuit is not None and pursuit.is_active
    owner = pursuit.owner if running and pursuit else person.owner
    team_id = pursuit.team if running and pursuit else None
    return team.subject_of("lead", owner=owner, team_id=team_id, consent=people.consent_names_partners(person.id))


def subject_of_pursuit(pursuit: PursuitView) -> Subject:
    return team.subject_of("lead", owner=pursuit.owner, team_id=pursuit.team)


@dataclass(frozen=True)
class LeadPage:
    """The lead, read piece by piece as the template asks; every piece is read once."""

    person: PersonView
    pursuit: PursuitView | None
    subject: Subject
    member: Member
    now: datetime
    thresholds: Thresholds
    zone: ZoneInfo
    until: datetime | None = None
    with_book_keeping: bool = False

    @cached_property
    def members(self) -> Mapping[int, Member]:
        return {member.id: member for member in team.users()}

    @cached_property
    def owner(self) -> Member | None:
        return self.members.get(self.subject.owner or 0)

    @cached_property
    def pact(self) -> Pact:
        """The pact the hand-over was made under, else the one in force."""
        return pacts.pact_of(self.pursuit.pact_version) if self.pursuit else pacts.in_force(self.now).pact

    @cached_property
    def reason_labels(self) -> Mapping[str, str]:
        pact = self.pact
        said = (*pact.reject_reasons, *pact.recycle_reasons, *pact.disqualify_reasons)
        return {reason.code: reason.label for reason in said}

    @cached_property
    def stage_dates(self) -> Mapping[str, datetime]:
        return handover.stage_dates(self.pursuit.id) if self.pursuit else {}

    @cached_property
    def strip(self) -> Strip:
        standing = scoring.standing(self.person.id)
        stage = stage_for(is_known=self.person.is_known, standing=standing, pursuit=self.pursuit)
        return strip_of(stage, self.person, self.stage_dates, self.why.verdict)

    @cached_property
    def offer(self) -> OfferView | None:
        is_offered = self.pursuit is not None and self.pursuit.stage is Stage.OFFERED
        return handover.open_offer_of(self.pursuit.id) if self.pursuit and is_offered else None

    @cached_property
    def owed(self) -> list[Owed]:
        """Promises whose clock runs, the next one due first."""
        found = promises.open_of(self.pursuit.about) if self.pursuit else []
        return [Owed(promise, promises.clock(promise, self.now)) for promise in found]

    @property
    def may_answer(self) -> bool:
        if self.offer is None:
            return False
        asked = team.subject_of("lead", owner=self.offer.user, team_id=self.offer.team)
        return policy.may(self.member, "lead.answer", asked)

    @property
    def may_work(self) -> bool:
        return policy.may(self.member, "lead.answer", self.subject)

    @property
    def may_note(self) -> bool:
        return policy.may(self.member, "lead.note", self.subject)

    @property
    def may_see_story(self) -> bool:
        return policy.may(self.member, "timeline.see", self.subject)

    @property
    def may_pull(self) -> bool:
        """Sales may take any lead early that nobody has."""
        is_free = self.pursuit is None or not self.pursuit.is_active
        return is_free and policy.may(self.member, "lead.answer", Subject("lead"))

    @cached_property
    def why(self) -> Why:
        return why_of(self.person.id, self.now, self.thresholds, self.zone)

    @cached_property
    def story(self) -> Story:
        entries = self._entries()
        shown = entries[:STORY]
        names = Names(
            users={number: member.name for number, member in self.members.items()},
            teams={each.id: each.name for each in team.teams()},
            reasons=self.reason_labels,
        )
        chapters = tell(
            shown,
            names=names,
            points=self.why.points_by_event,
            voided=engagement.voided([entry.id for entry in shown]),
            now=self.now,
            zone=self.zone,
            with_book_keeping=self.with_book_keeping,
        )
        more = shown[-1].happened_at if len(entries) > STORY else None
        return Story(chapters, sum(len(line.times) for chapter in chapters for line in chapter.lines), more)

    def _entries(self) -> list[StoredEntry]:
        """What hangs on the person, and what is about their hand-overs and deals, newest first, each once."""
        until, limit = self.until, STORY + 1
        found = ledger.entries_of(self.person.identities, until=until, newest_first=True, limit=limit)
        for about in (*(each.about for each in self._pursuits), *(deal.about for deal in self.deals)):
            found += ledger.entries_about(about, until=until, newest_first=True, limit=limit)
        once = {entry.id: entry for entry in found}.values()
        return sorted(once, key=lambda entry: (entry.happened_at, entry.id), reverse=True)

    @cached_property
    def _pursuits(self) -> list[PursuitView]:
        return handover.pursuits_of(self.person.id)

    @cached_property
    def company(self) -> CompanyView | None:
        return people.company(self.person.company) if self.person.company else None

    @cached_property
    def mates(self) -> list[Mate]:
        """Others at the company; a partner's own leads there stand in their list."""
        if self.person.company is None or not sees_everybody(self.member):
            return []
        others = [each for each in people.persons_of_company(self.person.company) if each != self.person.id][:8]
        views, standings = people.persons(others), scoring.standings(others)
        return [Mate(views[each], standings.get(each)) for each in others]

    @cached_property
    def mail_consent(self) -> ConsentView | None:
        return people.consents_of(self.person.id).get(Purpose.MAIL)

    @cached_property
    def deals(self) -> list[DealView]:
        """Those of the company that the member may see."""
        found: list[DealView] = []
        if self.person.company:
            found = pipeline.of_company(self.person.company)
        elif self.pursuit:
            found = pipeline.of_pursuit(self.pursuit.id)
        return [deal for deal in found if sees_everybody(self.member) or deal.owner == self.member.id]
