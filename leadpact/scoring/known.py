"""A score explained as of any past moment, by what was known then: acts, facts, links, voids, resets and pacts.

What was recorded later is left out, as the live system could not know it.  Of the house itself (its own domains,
its competitors) what holds today is asked.
"""

from collections.abc import Collection, Iterable, Mapping
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
from leadpact.people.histories import fact_changes, fact_history
from leadpact.people.known import KINDS as MOVES
from leadpact.people.known import as_known, companions_as_known
from leadpact.people.types import PersonView
from leadpact.scoring import reads
from leadpact.scoring.reads import Spans
from leadpact.scoring.rules import NoPactYet
from leadpact.scoring.types import Act, History, Reset, Verdict
from leadpact.team import reads as team

_AT_ONCE = 500
_SAID = ("event.voided", "event.restored")


@dataclass(frozen=True)
class Known:
    """What a verdict was a function of, as known at a moment; `view` None: the person was not known at all."""

    view: PersonView | None
    history: History
    spans: Spans


def why(person: int, at: datetime, known_at: datetime | None = None) -> Verdict:
    """Return a person's verdict as of `at`, with every reason and its whole course.

    known_at  by what was recorded by then; None: by all that is known today

    Raises `NoPactYet` where no pact was in force, or was known to be.
    """
    if known_at is None:
        return reads.why(person, at)
    known = known_of(person, known_at)
    return known.spans.judge(known.history, at, trace=True)


def known_of(person: int, known_at: datetime) -> Known:
    """Return what was known of a person by a moment, and of the pacts."""
    spans = Spans(tuple(pacts.spans_known(known_at)))
    views = as_known([person], at=known_at)
    if person not in views:
        return Known(None, History(()), spans)
    view = views[person]
    mates = _mates(view, spans, known_at)
    owner = dict.fromkeys(view.scored_identities, view.id)
    owner |= {identity: mate for mate, held in mates.items() for identity in held}
    acts = _acts(owner, known_at)
    facts = fact_changes({view.id: view}, known_at=known_at)[view.id]
    own = reads.history_of(view, acts.get(view.id, ()), facts, _resets(view, known_at), team.settings())
    theirs = (act for mate in mates if mate != view.id for act in _by_account(acts.get(mate, ())))
    return Known(view, History((*own.acts, *theirs), own.facts, own.resets), spans)


def _mates(view: PersonView, spans: Spans, known_at: datetime) -> Mapping[int, tuple[int, ...]]:
    if not spans.counts_accounts or view.company is None:
        return {}
    return companions_as_known([view.company], at=known_at)[view.company]


def _acts(owner: Mapping[int, int], known_at: datetime) -> dict[int, list[ActRow]]:
    found: dict[int, list[ActRow]] = {}
    for some in batched(sorted(owner), _AT_ONCE):
        entries = [entry for entry in ledger.entries_of(some) if entry.recorded_at <= known_at]
        void = voided_then(entries)
        for entry in entries:
            if entry.identity is not None and is_act(entry.kind) and entry.id not in void:
                found.setdefault(owner[entry.identity], []).append(act_row(entry))
    return found


def voided_then(entries: Collection[StoredEntry]) -> set[int]:
    """Return which entries did not count, by the voids and restores among them."""
    last: dict[int, str] = {}
    for entry in sorted((each for each in entries if each.kind in _SAID), key=lambda each: each.id):
        last[int(entry.facts.get("entry", 0))] = entry.kind
    return {number for number, kind in last.items() if kind == "event.voided"}


def _by_account(rows: Iterable[ActRow]) -> Iterable[Act]:
    for row in rows:
        yield Act(row.entry, row.key, row.kind, row.happened_at, row.properties, by_account=True)


def _resets(view: PersonView, known_at: datetime) -> list[Reset]:
    rows = (view.id, *view.merged)
    sql = f"SELECT happened_at, why, entry FROM scoring_resetrow WHERE {by_hand.one_of('person_id', rows)}"  # noqa: S608  # places alone
    found = []
    for happened_at, why_reset, number in by_hand.rows(sql, rows):
        entry = ledger.entry(number)
        if entry is not None and entry.recorded_at <= known_at:
            found.append(Reset(by_hand.moment(happened_at), why_reset))
    return found


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


def compare(person: int, at: datetime) -> Compared:
    """Explain a moment by what was known then and by what is known now, and say what differs and why."""
    spans = reads.spans()
    history = reads.histories([person], counts_accounts=spans.counts_accounts)[person]
    known = known_of(person, at)
    before = known.history
    found = [
        *_acts_otherwise(before, history, at),
        *_facts_otherwise(person, at),
        *_resets_otherwise(before, history, at),
    ]
    order = sorted(found, key=lambda each: (each.happened_at, each.entry or 0))
    return Compared(at, _judged(known.spans, before, at), _judged(spans, history, at), tuple(order))


def _judged(spans: Spans, history: History, at: datetime) -> Verdict | None:
    try:
        return spans.judge(history, at, trace=True)
    except NoPactYet:
        return None


def _acts_otherwise(before: History, today: History, at: datetime) -> Iterable[Difference]:
    then = {act.event for act in before.acts if act.happened_at <= at and not act.by_account}
    now = {act.event for act in today.acts if act.happened_at <= at and not act.by_account}
    for number in sorted(then ^ now):
        entry = ledger.entry(number)
        if entry is not None:
            yield _act_otherwise(entry, at, is_new=number in now)


def _act_otherwise(entry: StoredEntry, at: datetime, *, is_new: bool) -> Difference:
    around = ledger.entries_of([entry.identity or 0], kinds=(*_SAID, *MOVES), since=entry.happened_at)
    later = sorted((each for each in around if each.recorded_at > at), key=lambda each: each.id)
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


def _facts_otherwise(person: int, at: datetime) -> Iterable[Difference]:
    for fact in fact_history(person):
        if fact.entry and fact.recorded_at > at and fact.happened_at <= at:
            yield Difference(Cause.FACT, fact.entry, fact.happened_at, fact.recorded_at, fact.name)


def _resets_otherwise(before: History, today: History, at: datetime) -> Iterable[Difference]:
    for reset in set(today.resets) - set(before.resets):
        if reset.happened_at <= at:
            yield Difference(Cause.RESET, None, reset.happened_at, None, reset.why)
