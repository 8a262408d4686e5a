"""What can be asked of scoring: where a person stands, why, and from which history."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from leadpact.base.text import mail_domain, registrable_domain
from leadpact.engagement import reads as engagement
from leadpact.engagement.types import ActRow
from leadpact.ledger import by_hand
from leadpact.pact import reads as pacts
from leadpact.pact.types import Pact
from leadpact.people import reads as people
from leadpact.people.histories import fact_changes
from leadpact.people.types import FactView, PersonView
from leadpact.scoring.models import Crossing
from leadpact.scoring.rules import judge_versions
from leadpact.scoring.rules_decisions import Decided
from leadpact.scoring.types import Act, CrossingView, FactChange, History, Reset, StandingView, Verdict
from leadpact.team import reads as team
from leadpact.team.types import CompanySettings

_STANDING = (
    "person_id, judged_at, pact_version, score, scores, is_in, is_ready, ready_since, is_lead, lead_since,"
    " direct_until, falls_at, falls_to, below_down_at, tipped_by, score_week_ago"
)
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Spans:
    """Pact versions in the order they came in force, each from its moment on."""

    rows: tuple[tuple[datetime, int, Pact], ...]

    def version_at(self, moment: datetime) -> int:
        return self._at(moment)[1]

    def pact_at(self, moment: datetime) -> Pact:
        return self._at(moment)[2]

    def judge(self, history: History, at: datetime, *, trace: bool = False) -> Verdict:
        """Return the verdict as of `at`; raises `NoPactYet` when no pact was in force then."""
        return judge_versions([(since, pact) for since, _, pact in self.rows], history, at, trace=trace)

    @property
    def counts_accounts(self) -> bool:
        """Say whether any version has an account score, for which the acts of others count."""
        return any(score.account for _, _, pact in self.rows for score in pact.engagement)

    def _at(self, moment: datetime) -> tuple[datetime, int, Pact]:
        begun = [row for row in self.rows if row[0] <= moment]
        return begun[-1] if begun else self.rows[0]


def spans() -> Spans:
    """Return every version that is, was or will be in force."""
    return Spans(tuple(pacts.spans()))


def standing(person: int) -> StandingView | None:
    """Return the last verdict on a person; None: never judged."""
    return standings([person]).get(person)


def standings(persons: Collection[int]) -> dict[int, StandingView]:
    """Return the last verdicts by person; those never judged are left out."""
    judged = f"{by_hand.one_of('person_id', persons)} AND judged_at IS NOT NULL"
    rows = by_hand.rows(f"SELECT {_STANDING} FROM scoring_standing WHERE {judged}", [*persons])  # noqa: S608  # constants
    return {row[0]: _standing(*row) for row in rows}


def is_anybody_due(now: datetime) -> bool:
    """Say whether a sweep would find anybody; asked first, it spares an idle installation the writing lock."""
    return bool(by_hand.rows("SELECT 1 FROM scoring_standing WHERE due_at <= %s LIMIT 1", [now]))


def why(person: int, at: datetime) -> Verdict:
    """Return a person's verdict as of `at`, with every reason and its whole course."""
    return why_of(people.person(person), at, team.settings())


def why_of(view: PersonView, at: datetime, own: CompanySettings) -> Verdict:
    """Do as `why` for a person who was read already."""
    asked = pacts.spans_question(), people.facts_question(view), resets_question(view)
    answers = by_hand.at_once(*asked)
    found, facts, resets = Spans(tuple(answers.to(asked[0]))), answers.to(asked[1]), answers.to(asked[2])
    acts, theirs = _acts_with_mates(view) if found.counts_accounts else (engagement.acts_of(view.scored_identities), [])
    return found.judge(history_of(view, acts, facts, resets, own, theirs), at, trace=True)


def acts_of_mates(view: PersonView) -> list[Act]:
    """Return what the others at a person's company did, as an account score counts it."""
    return _acts_with_mates(view)[1]


def _acts_with_mates(view: PersonView) -> tuple[list[ActRow], list[Act]]:
    """Return the person's own acts, and those of the others at the company."""
    mates = people.companions([] if view.company is None else [view.company])
    owner = {identity: mate for found in mates.values() for mate, held in found.items() for identity in held}
    acts = _acts_by_person(owner | dict.fromkeys(view.scored_identities, view.id))
    return acts.get(view.id, []), list(_of_mates(view, mates, _shared(mates, acts)))


def unhandled_crossings(limit: int) -> list[CrossingView]:
    """Return decisions that nobody has acted on yet, oldest first."""
    if not by_hand.rows("SELECT 1 FROM scoring_crossing WHERE handled = FALSE LIMIT 1"):  # nearly always
        return []
    return [_crossing(row) for row in Crossing.objects.filter(handled=False).order_by("recorded_at", "id")[:limit]]


def missed_crossings(*, since: datetime, until: datetime) -> list[CrossingView]:
    """Return who would have been ready, had we known in time; [since, until) by when it was true."""
    rows = Crossing.objects.filter(kind=Decided.WOULD_HAVE_BEEN, happened_at__gte=since, happened_at__lt=until)
    return [_crossing(row) for row in rows.order_by("happened_at", "id")]


def crossings_of(person: int) -> list[CrossingView]:
    return [_crossing(row) for row in Crossing.objects.filter(person=person).order_by("happened_at", "id")]


def histories(persons: Collection[int], *, counts_accounts: bool = False) -> dict[int, History]:
    """Return all that the scores of these persons are a function of, beside the pact.

    counts_accounts  also read what others at the same company did
    """
    return histories_of(people.persons(persons), counts_accounts=counts_accounts)


def histories_of(views: Mapping[int, PersonView], *, counts_accounts: bool = False) -> dict[int, History]:
    """Do as `histories` for persons that were read already."""
    mates = people.companions({v.company for v in views.values() if v.company is not None}) if counts_accounts else {}
    owner = {identity: view.id for view in views.values() for identity in view.scored_identities}
    owner |= {identity: mate for found in mates.values() for mate, held in found.items() for identity in held}
    acts = _acts_by_person(owner)
    shared = _shared(mates, acts)
    facts = fact_changes(views)
    resets = _resets({row: view.id for view in views.values() for row in (view.id, *view.merged)})
    settings = team.settings()
    return {
        asked: History(
            acts=(*_as_acts(acts.get(view.id, ())), *_of_mates(view, mates, shared)),
            facts=(*_kinship(view, settings), *map(_as_change, facts[view.id])),
            resets=tuple(resets.get(view.id, ())),
        )
        for asked, view in views.items()
    }


def history_of(
    view: PersonView,
    acts: Iterable[ActRow],
    facts: Iterable[FactView],
    resets: Iterable[Reset],
    own: CompanySettings,
    theirs: Iterable[Act] = (),
) -> History:
    """Return the history of one person of whom everything was read already.

    acts    of the identities that may earn points, without what does not count
    theirs  of colleagues, where an account score counts them
    """
    said = (*_kinship(view, own), *map(_as_change, facts))
    return History(acts=(*_as_acts(acts), *theirs), facts=said, resets=tuple(resets))


def resets_question(view: PersonView) -> by_hand.Question[list[Reset]]:
    """Return what asks when the score of a person began anew, to be asked with other things."""
    rows = (view.id, *view.merged)
    sql = f"SELECT happened_at, why FROM scoring_resetrow WHERE {by_hand.one_of('person_id', rows)}"  # noqa: S608  # places alone
    return by_hand.Question(
        sql, rows, 2, lambda found: [Reset(by_hand.moment(at), why_reset) for at, why_reset in found], order=(0,)
    )


def _acts_by_person(owner: Mapping[int, int]) -> dict[int, list[ActRow]]:
    found: dict[int, list[ActRow]] = {}
    for act in engagement.acts_of(list(owner)):
        if act.identity is not None:
            found.setdefault(owner[act.identity], []).append(act)
    return found


type _Mates = Mapping[int, Mapping[int, tuple[int, ...]]]  # by company and person the identities that may earn


def _shared(mates: _Mates, acts: Mapping[int, list[ActRow]]) -> dict[int, tuple[Act, ...]]:
    """Return the acts of persons as they count for their colleagues, one object for all of them."""
    return {mate: tuple(_as_acts(acts.get(mate, ()), by_account=True)) for found in mates.values() for mate in found}


def _of_mates(view: PersonView, mates: _Mates, shared: Mapping[int, tuple[Act, ...]]) -> Iterable[Act]:
    for mate in mates.get(view.company or 0, ()):
        if mate != view.id:
            yield from shared[mate]


def _as_acts(rows: Iterable[ActRow], *, by_account: bool = False) -> Iterable[Act]:
    for row in rows:
        yield Act(row.entry, row.key, row.kind, row.happened_at, row.properties, by_account=by_account)


def _kinship(view: PersonView, settings: CompanySettings) -> Iterable[FactChange]:
    """Whether the person is one of us or of a competitor follows from the address alone."""
    if not view.email:
        return
    yield FactChange("person.email", view.email, BEGINNING)
    domain = mail_domain(view.email)
    known = {domain, registrable_domain(domain)}
    if known & set(settings.own_domains):
        yield FactChange("person.own_domain", True, BEGINNING)
    if known & set(settings.competitor_domains):
        yield FactChange("person.competitor", True, BEGINNING)


def _as_change(fact: FactView) -> FactChange:
    return FactChange(fact.name, fact.value, fact.happened_at, fact.key)


def _resets(owner: Mapping[int, int]) -> dict[int, list[Reset]]:
    found: dict[int, list[Reset]] = {}
    wanted = by_hand.one_of("person_id", owner)
    sql = f"SELECT person_id, happened_at, why FROM scoring_resetrow WHERE {wanted}"  # noqa: S608  # places alone
    for row, happened_at, why_reset in by_hand.rows(sql, [*owner]):
        found.setdefault(owner[row], []).append(Reset(by_hand.moment(happened_at), why_reset))
    return found


def _standing(
    person: int, judged_at: datetime, pact_version: int, score: int, scores: str, is_in: int, is_ready: int,
    ready_since: datetime | None, is_lead: int, lead_since: datetime | None, direct_until: datetime | None,
    falls_at: datetime | None, falls_to: int | None, below_down_at: datetime | None, tipped_by: int | None,
    score_week_ago: int,
) -> StandingView:  # fmt: skip
    return StandingView(
        person=person,
        judged_at=by_hand.moment(judged_at),
        pact_version=pact_version,
        score=score,
        scores=by_hand.document(scores),
        is_in=bool(is_in),
        is_ready=bool(is_ready),
        ready_since=by_hand.moment_if_any(ready_since),
        is_lead=bool(is_lead),
        lead_since=by_hand.moment_if_any(lead_since),
        direct_until=by_hand.moment_if_any(direct_until),
        falls_at=by_hand.moment_if_any(falls_at),
        falls_to=falls_to,
        below_down_at=by_hand.moment_if_any(below_down_at),
        tipped_by=tipped_by,
        score_week_ago=score_week_ago,
    )


def _crossing(row: Crossing) -> CrossingView:
    return CrossingView(
        row.id, row.person_id, row.kind, row.happened_at, row.recorded_at, row.pact_version, row.tipped_by, row.entry
    )
