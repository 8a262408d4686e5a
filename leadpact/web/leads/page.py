"""All that the page of one lead shows, read in one place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from django.http import QueryDict

from leadpact.engagement import judging
from leadpact.engagement import reads as engagement
from leadpact.engagement.interests import Buying, Interest, buying_stage, interests
from leadpact.engagement.kinds import is_act
from leadpact.engagement.types import ActRow
from leadpact.handover.comments import CommentView, comments_in
from leadpact.handover.disputed import DisputeView
from leadpact.handover.types import OfferView, PursuitView, Stage
from leadpact.ledger import by_hand
from leadpact.ledger import reads as ledger
from leadpact.ledger.types import StoredEntry
from leadpact.pact import reads as pacts
from leadpact.pact.types import Pact, PromiseKind
from leadpact.people.joined import Joined
from leadpact.people.types import Colleague, ConsentView, FactView, PersonView, Purpose
from leadpact.pipeline.types import DealView
from leadpact.promises import reads as promises
from leadpact.promises.types import PromiseState, PromiseView
from leadpact.scoring import reads as scoring
from leadpact.scoring.known import Today
from leadpact.scoring.reads import Spans
from leadpact.scoring.types import History
from leadpact.team import policy
from leadpact.team.policy import Subject
from leadpact.team.types import CompanySettings, Member, Side
from leadpact.web.leads.beside import Beside, beside
from leadpact.web.leads.parts import Mate, Owed, Told
from leadpact.web.leads.reach import sees_everybody
from leadpact.web.leads.sentences import BOOK_KEEPING, RECEIPTS
from leadpact.web.leads.story import Names, Receipt, say, tell
from leadpact.web.leads.strip import Strip, strip_of
from leadpact.web.leads.then import Slider, Then, moment_of, slider_of, then_of
from leadpact.web.leads.whose import side_of
from leadpact.web.leads.why import Why, why_of
from leadpact.web.shell.performance import Discretion
from leadpact.web.shell.thresholds import Thresholds
from leadpact.worklist import reads as worklist
from leadpact.worklist.alike import Alike
from leadpact.worklist.rules import stage_for
from leadpact.worklist.types import Line
from leadpact.worklist.urgent import Counts

RUNNING = frozenset({PromiseState.OPEN, PromiseState.MISSED})
AT_ONCE = 10_000  # values in one statement beside others
STORY = 80  # entries a page; the rest is one click away
MATES = 8


@dataclass(frozen=True)
class LeadPage:
    """The lead, read piece by piece as the template asks; every piece is read once.

    before   the story begins after this entry; None: at the newest
    waiting  asks what waits for the member, for the sidebar; None: there is none
    """

    person: PersonView
    pursuits: tuple[PursuitView, ...]
    subject: Subject
    member: Member
    members: Mapping[int, Member]
    now: datetime
    settings: CompanySettings
    before: int | None = None
    with_book_keeping: bool = False
    asked: QueryDict = field(default_factory=QueryDict)
    waiting: by_hand.Question[Counts] | None = None

    @property
    def zone(self) -> ZoneInfo:
        return self.settings.zone

    @property
    def pursuit(self) -> PursuitView | None:
        """The one that runs, or else the last one there was."""
        return self.pursuits[0] if self.pursuits else None

    @cached_property
    def owner(self) -> Member | None:
        return self.members.get(self.subject.owner or 0)

    @cached_property
    def discretion(self) -> Discretion:
        return Discretion(self.member, self.members, self.settings.individual_performance_open)

    @cached_property
    def spans(self) -> Spans:
        return self._beside.spans

    @cached_property
    def _beside(self) -> Beside:
        return beside(self.person, self.pursuits, self.waiting)

    @property
    def counts(self) -> Counts | None:
        """What waits for the member, of the moment at which the page was read."""
        return self._beside.waiting

    @cached_property
    def thresholds(self) -> Thresholds:
        pact = self.spans.pact_at(self.now)
        return Thresholds(pact.ready.up, pact.ready.down, self.spans.version_at(self.now))

    @cached_property
    def pact(self) -> Pact:
        """The pact the hand-over was made under, else the one in force."""
        if self.pursuit is None:
            return self.spans.pact_at(self.now)
        number = self.pursuit.pact_version
        return self.pacts.get(number) or pacts.pact_of(number)

    @cached_property
    def pacts(self) -> Mapping[int, Pact]:
        """The versions that are, were or will be in force, by number."""
        return {version: pact for _since, version, pact in self.spans.rows}

    @cached_property
    def reason_labels(self) -> Mapping[str, str]:
        pact = self.pact
        said = (*pact.reject_reasons, *pact.recycle_reasons, *pact.disqualify_reasons)
        return {reason.code: reason.label for reason in said}

    @property
    def stage_dates(self) -> Mapping[str, datetime]:
        return self._beside.stage_dates

    @cached_property
    def strip(self) -> Strip:
        stage = stage_for(is_known=self.person.is_known, standing=self.why.standing, pursuit=self.pursuit)
        due = next((owed.promise.due_at for owed in self.owed if owed.promise.kind == PromiseKind.ANSWER), None)
        return strip_of(stage, self.person, self.stage_dates, self.why.verdict, due_at=due if self.offer else None)

    @property
    def offer(self) -> OfferView | None:
        is_offered = self.pursuit is not None and self.pursuit.stage is Stage.OFFERED
        return self._beside.offer if is_offered else None

    @property
    def promises(self) -> list[PromiseView]:
        """Every promise about the person's hand-overs, whatever became of it."""
        return self._beside.promises

    @cached_property
    def owed(self) -> list[Owed]:
        """Promises whose clock runs, the next one due first; not another's that is past due."""
        about = self.pursuit.about if self.pursuit else ""
        running = [
            each
            for each in self.promises
            if each.about == about and each.closed_at is None and each.state in RUNNING
            and not self.discretion.hides(each, self.now)
        ]  # fmt: skip
        running.sort(key=lambda each: (each.due_at, each.id))
        return [Owed(each, promises.clock(each, self.now)) for each in running]

    @cached_property
    def is_discreet(self) -> bool:
        """Say whether a clock runs that is not shown."""
        return any(
            each.closed_at is None and each.state in RUNNING and self.discretion.hides(each, self.now)
            for each in self.promises
            if self.pursuit is not None and each.about == self.pursuit.about
        )

    @property
    def may_answer(self) -> bool:
        if self.offer is None:
            return False
        them = self.members.get(self.offer.user or 0)
        team_id = self.offer.team if self.offer.team is not None else them.team if them else None
        asked = Subject("lead", owner=self.offer.user, team=team_id, side=side_of(team_id, self.members))
        return policy.may(self.member, "lead.answer", asked)

    @property
    def may_work(self) -> bool:
        return policy.may(self.member, "lead.answer", self.subject)

    @property
    def may_note(self) -> bool:
        return policy.may(self.member, "lead.note", self.subject)

    @property
    def may_edit(self) -> bool:
        return policy.may(self.member, "lead.edit", self.subject)

    @property
    def may_assign(self) -> bool:
        is_running = self.pursuit is not None and self.pursuit.is_active
        return is_running and policy.may(self.member, "lead.assign", self.subject)

    @cached_property
    def takers(self) -> list[Member]:
        """Who may be handed the lead: colleagues who sell, but the one who has it."""
        sides = (Side.SALES, Side.PARTNER)
        return [each for each in self.members.values() if each.is_active and each.side in sides and each != self.owner]

    @property
    def may_see_story(self) -> bool:
        return policy.may(self.member, "timeline.see", self.subject)

    @property
    def may_pull(self) -> bool:
        """Sales may take any lead early that nobody has."""
        is_free = self.pursuit is None or not self.pursuit.is_active
        return is_free and policy.may(self.member, "lead.answer", Subject("lead"))

    @cached_property
    def entries(self) -> list[StoredEntry]:
        """What hangs on the person, and what is about their hand-overs and deals, newest first, each once."""
        abouts = [*(pursuit.about for pursuit in self.pursuits), *(deal.about for deal in self.deals)]
        found = ledger.entries_around(self.person.identities, abouts, newest_first=True)
        return [entry for entry in found if not self.discretion.hides_entry(entry)]

    @property
    def voided(self) -> set[int]:
        return self._behind[0]

    @property
    def line(self) -> Line | None:
        """The person's line of the list of leads."""
        return self._behind[1].get(self.person.id)

    @cached_property
    def _behind(self) -> tuple[set[int], Mapping[int, Line]]:
        """What needs the entries and the colleagues: which entries do not count, and the lines of all there."""
        entries = [entry.id for entry in self.entries]
        void = engagement.voided_question(entries[:AT_ONCE])
        lines = worklist.lines_question([self.person.id, *(each.id for each in self._others)])
        found = by_hand.at_once(void, lines)
        return found.to(void) | engagement.voided(entries[AT_ONCE:]), found.to(lines)

    @cached_property
    def _others(self) -> list[Colleague]:
        if self.person.company is None or not sees_everybody(self.member):
            return []
        return [each for each in self._beside.colleagues if each.id != self.person.id]

    @cached_property
    def acts(self) -> list[ActRow]:
        """What the prospect did and still counts, by those of their identities that nobody merely claimed."""
        sure, void = set(self.person.scored_identities), self.voided
        wanted = (each for each in self.entries if each.identity in sure and is_act(each.kind) and each.id not in void)
        return [engagement.act_row(each) for each in wanted][::-1]

    @property
    def facts(self) -> list[FactView]:
        return self._beside.facts

    @cached_property
    def _history(self) -> History:
        theirs = scoring.acts_of_mates(self.person) if self.spans.counts_accounts else ()
        return scoring.history_of(self.person, self.acts, self.facts, self._beside.resets, self.settings, theirs)

    @cached_property
    def why(self) -> Why:
        return why_of(self.person.id, self.spans, self._history, self.now, self.thresholds, self.zone)

    @property
    def slider(self) -> Slider:
        return slider_of(self._since, self.now, self.then_at, self.zone)

    @cached_property
    def then_at(self) -> datetime | None:
        """The moment of the past that is asked about."""
        return moment_of(self.asked, self._since, self.now, self.zone)

    @cached_property
    def then(self) -> Then | None:
        if self.then_at is None:
            return None
        names = {each.id: str(say(each, Names({}, {}, {}))) for each in self.entries if is_act(each.kind)}
        hanging: dict[int, list[StoredEntry]] = {identity: [] for identity in self.person.identities}
        for each in self.entries:
            if each.identity in hanging:
                hanging[each.identity].append(each)
        today = Today(self.person, self._history, self.spans, self.facts, self.settings, hanging)
        return then_of(today, self.then_at, names, self.now, self.zone)

    @property
    def _since(self) -> datetime | None:
        return self.entries[-1].happened_at if self.entries else None

    @cached_property
    def verdicts(self) -> Mapping[int, str]:
        """Why entries do not count, by entry."""
        return judging.verdicts_among(self.entries, self.voided)

    @cached_property
    def story(self) -> Told:
        entries = [each for each in self.entries if self.with_book_keeping or each.kind not in BOOK_KEEPING]
        begun = next((place + 1 for place, each in enumerate(entries) if each.id == self.before), 0)
        shown = entries[begun : begun + STORY]
        chapters = tell(
            shown,
            names=self._names,
            points=self.why.points_by_event,
            voided=self.voided,
            verdicts=self.verdicts,
            now=self.now,
            zone=self.zone,
            with_book_keeping=self.with_book_keeping,
            receipts=self._receipts,
        )
        more = shown[-1].id if len(entries) > begun + STORY else None
        return Told(chapters, len(entries), entries[-1].happened_at if entries else None, more)

    @property
    def _names(self) -> Names:
        users = {number: member.name for number, member in self.members.items()}
        return Names(users, self._beside.teams, self.reason_labels)

    @cached_property
    def _receipts(self) -> Mapping[int, tuple[Receipt, ...]]:
        """The promises that each entry made, or tells the end of."""
        by_key = {each.key: Receipt(each.id, RECEIPTS.get(each.kind, each.kind)) for each in self.promises}
        found: dict[int, list[Receipt]] = {}
        for entry in self.entries:
            receipt = by_key.get(str(entry.facts.get("key", ""))) if entry.kind.startswith("promise.") else None
            if receipt is not None:
                found.setdefault(entry.id, []).append(receipt)
                if entry.kind == "promise.made" and entry.caused_by is not None:
                    found.setdefault(entry.caused_by, []).append(receipt)
        return {entry: tuple(dict.fromkeys(receipts)) for entry, receipts in found.items()}

    @cached_property
    def comments(self) -> list[CommentView]:
        return comments_in(self.entries, self.voided)

    @cached_property
    def nameable(self) -> Mapping[int, str]:
        """Who may be named in a comment: whoever works here and may see the lead."""
        found = {}
        for number, member in self.members.items():
            if member.is_active and policy.may(member, "lead.see", self.subject):
                found[number] = member.name
        return found

    @cached_property
    def interests(self) -> list[Interest]:
        return interests(self.acts, self.why.points_by_event, now=self.now)[:5]

    @cached_property
    def buying(self) -> Buying | None:
        return buying_stage(self.acts, now=self.now, zone=self.zone)

    @cached_property
    def mates(self) -> list[Mate]:
        """Others at the company, the nearest to ready first; a partner's own leads there stand in their list."""
        found = [Mate(each, self._behind[1].get(each.id)) for each in self._others]
        return sorted(found, key=lambda mate: mate.line.score if mate.line else 0, reverse=True)[:MATES]

    @property
    def disputes(self) -> list[DisputeView]:
        """What marketing contested of their hand-overs, the oldest first."""
        return self._beside.disputes

    @property
    def joined(self) -> list[Joined]:
        """Records that were made one with this one, for those who may take them apart."""
        return self._beside.joined if self.may_edit and sees_everybody(self.member) else []

    @property
    def alike(self) -> list[Alike]:
        """Who may be the same person, for those who see everybody and may put it right."""
        return self._beside.alike if self.may_edit and sees_everybody(self.member) and self.person.is_known else []

    @property
    def decided(self) -> str:
        """What tells whether more was decided of hand-overs since something was counted."""
        return self._beside.decided

    @property
    def consents(self) -> Mapping[Purpose, ConsentView]:
        return self._beside.consents

    @cached_property
    def deals(self) -> list[DealView]:
        """Those of the company that the member may see."""
        return [deal for deal in self._beside.deals if sees_everybody(self.member) or deal.owner == self.member.id]
