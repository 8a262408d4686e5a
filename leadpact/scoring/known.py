"""A score explained as of any past moment, by what was known then: acts, facts, links, voids, resets and pacts.

What was recorded later is left out, as the live system could not know it.  Of the house itself (its own domains,
its competitors) what holds today is asked.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import batched

from leadpact.engagement.kinds import is_act
from leadpact.engagement.reads import act_row
from leadpact.engagement.types import ActRow
from leadpact.ledger import by_hand
from leadpact.ledger import reads as ledger
from leadpact.ledger.types import StoredEntry
from leadpact.pact import reads as pacts
from leadpact.people import reads as people
from leadpact.people.histories import fact_history, facts_question
from leadpact.people.known import KINDS as MOVES
from leadpact.people.known import as_known, companions_as_known
from leadpact.people.types import FactView, PersonView
from leadpact.scoring import reads
from leadpact.scoring.reads import Spans
from leadpact.scoring.rules import NoPactYet
from leadpact.scoring.types import Act, History, Reset, Verdict
from leadpact.team import reads as team
from leadpact.team.types import CompanySettings

_AT_ONCE = 500
_SAID = ("event.voided", "event.restored")


@dataclass(frozen=True)
class Known:
    """What a verdict was a function of, as known at a moment; `view` None: the person was not known at all."""

    view: PersonView | None
    history: History
    spans: Spans


@dataclass(frozen=True)
class Today:
    """What is known of a person now, read already.

    entries  all that hangs on identities, by identity
    """

    view: PersonView
    history: History
    spans: Spans
    facts: Sequence[FactView]
    settings: CompanySettings
    entries: Mapping[int, Sequence[StoredEntry]]


def today_of(person: int) -> Today:
    """Read what is known of a person now."""
    spans, view = reads.spans(), people.person(person)
    history = reads.histories_of({view.id: view}, counts_accounts=spans.counts_accounts)[view.id]
    return Today(view, history, spans, fact_history(view.id), team.settings(), {})


def why(person: int, at: datetime, known_at: datetime | None = None) -> Verdict:
    """Return a person's verdict as of `at`, with every reason and its whole course.

    known_at  by what was recorded by then; None: by all that is known today

    Raises `NoPactYet` where no pact was in force, or was known to be.
    """
    if known_at is None:
        return reads.why(person, at)
    known = known_of(person, known_at)
    return known.spans.judge(known.history, at, trace=True)


def known_of(person: int, known_at: datetime, today: Today | None = None) -> Known:
    """Return what was known of a person by a moment, and of the pacts.

    today  what was read of the person as known now
    """
    family = [person] if today is None else [person, *{today.view.id, *today.view.merged} - {person}]
    views = as_known(family, at=known_at)
    if person not in views:
        return Known(None, History(()), Spans(tuple(pacts.spans_known(known_at))))
    view = views[person]
    spans, facts, resets = _of_then(view, known_at)
    mates = _mates(view, spans, known_at)
    owner = dict.fromkeys(view.scored_identities, view.id)
    owner |= {identity: mate for mate, held in mates.items() for identity in held}
    acts = _acts(owner, known_at, {} if today is None else today.entries)
    theirs = (act for mate in mates if mate != view.id for act in _by_account(acts.get(mate, ())))
    own = team.settings() if today is None else today.settings
    return Known(view, reads.history_of(view, acts.get(view.id, ()), facts, resets, own, theirs), spans)


def _of_then(view: PersonView, at: datetime) -> tuple[Spans, list[FactView], list[Reset]]:
    spans, facts, resets = pacts.spans_known_question(at), facts_question(view, known_at=at), _resets_question(view, at)
    found = by_hand.at_once(spans, facts, resets)
    return Spans(tuple(found.to(spans))), found.to(facts), found.to(resets)


def _mates(view: PersonView, spans: Spans, known_at: datetime) -> Mapping[int, tuple[int, ...]]:
    if not spans.counts_accounts or view.company is None:
        return {}
    return companions_as_known([view.company], at=known_at)[view.company]


def _acts(
    owner: Mapping[int, int], known_at: datetime, read: Mapping[int, Sequence[StoredEntry]]
) -> dict[int, list[ActRow]]:
    """Return by person the acts that counted; `read`: entries by identity, of those that were read already."""
    found: dict[int, list[ActRow]] = {}
    parts = [[entry for identity in sorted(owner) for entry in read.get(identity, ())]]
    unread = sorted(identity for identity in owner if identity not in read)
    for entries in (*parts, *(ledger.entries_of(some) for some in batched(unread, _AT_ONCE))):
        entries = sorted((each for each in entries if each.recorded_at <= known_at), key=_by_time)
        void = voided_then(entries)
        for entry in entries:
            if entry.identity is not None and is_act(entry.kind) and entry.id not in void:
                found.setdefault(owner[entry.identity], []).append(act_row(entry))
    return found


def _by_time(entry: StoredEntry) -> tuple[datetime, int]:
    return entry.happened_at, entry.id


def voided_then(entries: Collection[StoredEntry]) -> set[int]:
    """Return which entries did not count, by the voids and restores among them."""
    last: dict[int, str] = {}
    for entry in sorted((each for each in entries if each.kind in _SAID), key=lambda each: each.id):
        last[int(entry.facts.get("entry", 0))] = entry.kind
    return {number for number, kind in last.items() if kind == "event.voided"}


def _by_account(rows: Iterable[ActRow]) -> Iterable[Act]:
    for row in rows:
        yield Act(row.entry, row.key, row.kind, row.happened_at, row.properties, by_account=True)


def _resets_question(view: PersonView, known_at: datetime) -> by_hand.Question[list[Reset]]:
    rows = (view.id, *view.merged)
    sql = (
        "SELECT r.happened_at, r.why FROM scoring_resetrow r"  # noqa: S608  # places alone
        f" JOIN ledger_entry e ON e.id = r.entry WHERE {by_hand.one_of('r.person_id', rows)} AND e.recorded_at <= %s"
    )
    return by_hand.Question(
        sql, [*rows, known_at], 2, lambda found: [Reset(by_hand.moment(at), why_reset) for at, why_reset in found],
        order=(0,),
    )  # fmt: skip


class Cause(StrEnum):
    """Why something is told of a moment today that was not known then, or the other way round."""

    LATE = "late"  # it arrived later
    VOIDED = "voided"  # it counted then and does not any more
    RESTORED = "restored"
    JOINED = "joined"  # it was not known to be theirs
    LEFT = "left"  # it turned out to be somebody else's
    FACT = "fact"  # something about the person was learnt later
    RESET = "reset"  # a cooling, rejection or recycle of that time was recorded later


@dataclass(frozen=True)
class Difference:
    """One thing known otherwise; `entry` is the act or the fact's entry, `since` when it came to be known so.

    said  of a void or restore its reason; of a fact its name
    """

    cause: Cause
    entry: int | None
    happened_at: datetime
    since: datetime | None
    said: str = ""


@dataclass(frozen=True)
class Compared:
    """A moment as known then and as known now; `then` None: no pact, or nobody, was known."""

    at: datetime
    then: Verdict | None
    now: Verdict | None
    differences: tuple[Difference, ...]


def compare(person: int, at: datetime, today: Today | None = None) -> Compared:
    """Explain a moment by what was known then and by what is known now, and say what differs and why."""
    today = today or today_of(person)
    known = known_of(person, at, today)
    before, history = known.history, today.history
    found = [
        *_acts_otherwise(before, history, at, today.entries),
        *_facts_otherwise(today.facts, at),
        *_resets_otherwise(before, history, at),
    ]
    order = sorted(found, key=lambda each: (each.happened_at, each.entry or 0))
    return Compared(at, _judged(known.spans, before, at), _judged(today.spans, history, at), tuple(order))


def _judged(spans: Spans, history: History, at: datetime) -> Verdict | None:
    try:
        return spans.judge(history, at, trace=True)
    except NoPactYet:
        return None


def _acts_otherwise(
    before: History, today: History, at: datetime, read: Mapping[int, Sequence[StoredEntry]]
) -> Iterable[Difference]:
    then = {act.event for act in before.acts if act.happened_at <= at and not act.by_account}
    now = {act.event for act in today.acts if act.happened_at <= at and not act.by_account}
    known = {entry.id: entry for entries in read.values() for entry in entries}
    unread = sorted((then ^ now) - known.keys())
    known |= ledger.entries(unread) if unread else {}
    entries = {number: known[number] for number in sorted(then ^ now) if number in known}
    around = [entry for some in read.values() for entry in some if entry.kind in (*_SAID, *MOVES)]
    whose = sorted({each.identity for each in entries.values() if each.identity is not None} - read.keys())
    around += ledger.entries_of(whose, kinds=(*_SAID, *MOVES)) if whose else []
    for number, entry in entries.items():
        yield _act_otherwise(entry, around, at, is_new=number in now)


def _act_otherwise(entry: StoredEntry, around: Iterable[StoredEntry], at: datetime, *, is_new: bool) -> Difference:
    """Say why an act counts otherwise; `around`: what was said and moved of all such identities."""
    mine = (each for each in around if each.identity == entry.identity and each.happened_at >= entry.happened_at)
    later = sorted((each for each in mine if each.recorded_at > at), key=lambda each: each.id)
    said = [each for each in later if each.kind in _SAID and each.facts.get("entry") == entry.id]
    if is_new and entry.recorded_at > at:
        return Difference(Cause.LATE, entry.id, entry.happened_at, entry.recorded_at)
    if said:
        cause = Cause.RESTORED if is_new else Cause.VOIDED
        return Difference(
            cause, entry.id, entry.happened_at, said[-1].recorded_at, str(said[-1].facts.get("reason", ""))
        )
    moved = [each for each in later if each.kind in MOVES]
    since = moved[-1].recorded_at if moved else None
    return Difference(Cause.JOINED if is_new else Cause.LEFT, entry.id, entry.happened_at, since)


def _facts_otherwise(facts: Iterable[FactView], at: datetime) -> Iterable[Difference]:
    for fact in facts:
        if fact.entry and fact.recorded_at > at and fact.happened_at <= at:
            yield Difference(Cause.FACT, fact.entry, fact.happened_at, fact.recorded_at, fact.name)


def _resets_otherwise(before: History, today: History, at: datetime) -> Iterable[Difference]:
    for reset in set(today.resets) - set(before.resets):
        if reset.happened_at <= at:
            yield Difference(Cause.RESET, None, reset.happened_at, None, reset.why)
