"""Judging live: who must be looked at again, what was decided, and resets.

A person is due from the moment of the cause on; the sweep claims due rows, reads the whole history, and writes
the verdict and the decisions in one transaction.  Killed in the middle it leaves the rows due.
"""

import json
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from leadpact.ledger import actions as ledger
from leadpact.ledger import by_hand
from leadpact.ledger.types import NewEntry
from leadpact.people import reads as people
from leadpact.people.types import PersonView
from leadpact.scoring.models import Crossing, ResetRow, Standing
from leadpact.scoring.reads import Spans, histories_of, spans
from leadpact.scoring.rules_decisions import Decided, Decision, Past, decide, latest_trigger
from leadpact.scoring.types import History, Verdict
from leadpact.team.types import SYSTEM

WEEK = timedelta(days=7)
KINDS = {Decided.QUALIFIED: "lead.qualified", Decided.COOLED: "lead.cooled"}
AS_JUDGED = (
    "score", "is_in", "is_ready", "ready_since", "is_lead", "lead_since", "direct_until", "falls_at", "falls_to",
    "below_down_at", "tipped_by",
)  # fmt: skip
KEPT = (*AS_JUDGED, "due_at", "judged_at", "pact_version", "scores", "score_week_ago", "settled_until")
_COLUMNS = ("person_id", *KEPT)
_TABLE = Standing._meta.db_table
_FEW = 50  # persons of a company who are judged as soon as one of them does something
_MOST_COLLEAGUES = 5_000  # in one sweep, counted for each who is judged: a second or two
# Whoever is due keeps the place in the line: somebody busy would otherwise be put off by each act of theirs.
_EARLIER = f"due_at = CASE WHEN {_TABLE}.due_at <= excluded.due_at THEN {_TABLE}.due_at ELSE excluded.due_at END"


@dataclass(frozen=True)
class _Judged:
    person: PersonView
    verdict: Verdict
    decisions: tuple[Decision, ...]
    version: int
    due_at: datetime | None


def mark_due(persons: Iterable[int], *, at: datetime) -> None:
    """Have these persons judged again from `at` on; harmless when they are due already.

    With an account score in a pact what one of them did counts for everybody at their company, who are due as well:
    at once where they are few, of many after a while, since each of them is judged by what all did.
    """
    due = dict.fromkeys(persons, at)
    if due and spans().counts_accounts:
        for there in people.ever_colleagues(due):
            later = at + _patience(len(there))
            due |= {person: min(due.get(person, later), later) for person in there}
    others = [name for name in KEPT if name != "due_at"]
    unjudged = [_plain(Standing(), name) for name in others]
    rows = ((person, since, *unjudged) for person, since in sorted(due.items()))
    by_hand.put(_TABLE, ("person_id", "due_at", *others), rows, _EARLIER)


def _patience(persons: int) -> timedelta:
    """Return how long colleagues wait: ten times what judging so many takes, so a tenth of a core goes to it.

    Twenty acts each at ten microseconds: 0.2 ms times the square; a hundred wait 20 seconds, a thousand half an hour.
    """
    return timedelta(milliseconds=2 * persons**2) if persons > _FEW else timedelta(0)


@transaction.atomic
def mark_all_due(*, at: datetime) -> None:
    """Have everybody judged again: another pact is in force."""
    Standing.objects.filter(judged_at__isnull=False).update(due_at=at)


@transaction.atomic
def sweep(*, now: datetime, limit: int = 500) -> list[int]:
    """Judge up to `limit` persons that are due; returns them, empty when nobody is left.

    Raises `NoPactYet` when no pact is in force.
    """
    # Rows that a drain is about to mark due are locked by it: they are skipped here and found the next time.
    due = Standing.objects.filter(due_at__lte=now).order_by("due_at", "person_id").select_for_update(skip_locked=True)
    claimed = {row.person_id: row for row in due[:limit]}
    views = people.persons(claimed)
    if spans().counts_accounts:
        claimed = _bearable(claimed, views)
    rows = _without_merged(claimed, views, now)
    _keep(rows, _judge(rows, views, now), now)
    return list(claimed)


def _bearable(claimed: Mapping[int, Standing], views: Mapping[int, PersonView]) -> dict[int, Standing]:
    """Return the first of these, no more than are judged in seconds by what they and their colleagues did."""
    sizes = people.sizes_of_companies({view.company for view in views.values() if view.company is not None})
    kept, weight = dict[int, Standing](), 0
    for person, row in claimed.items():
        weight += sizes.get(views[person].company or 0, 1)
        if kept and weight > _MOST_COLLEAGUES:
            break
        kept[person] = row
    return kept


@transaction.atomic
def settle(persons: Collection[int], *, now: datetime) -> None:
    """Take an imported history as it is: who is ready by it is so, but nothing is decided and nobody is offered."""
    views = {view.id: view for view in people.persons(persons).values()}
    mark_due(views, at=now)
    rows = {row.person_id: row for row in Standing.objects.filter(person__in=views).select_for_update()}
    for row in rows.values():
        row.settled_until = now
    _keep(rows, _judge(rows, views, now), now, handled=True)


@transaction.atomic
def reset(person: int, *, why: str, happened_at: datetime, entry: int, now: datetime) -> None:
    """Have only acts after this moment count for the next qualification.

    why  rejected, recycled or cooled; the pact says which of them reset
    """
    ResetRow.objects.create(person_id=person, why=why, happened_at=happened_at, entry=entry)
    mark_due([person], at=now)


def mark_handled(crossings: Collection[int]) -> int:
    """Say that these decisions have been acted on; returns how many were not yet, so that nobody acts twice."""
    return Crossing.objects.filter(id__in=crossings, handled=False).update(handled=True)


def _without_merged(
    claimed: Mapping[int, Standing], views: Mapping[int, PersonView], now: datetime
) -> dict[int, Standing]:
    """Whoever was merged into somebody else has no score of their own: the other is due instead."""
    merged = {person: views[person].id for person in claimed if views[person].id != person}
    if merged:
        Standing.objects.filter(person__in=merged).update(due_at=None, is_ready=False, is_in=False)
        mark_due(merged.values(), at=now)
    return {person: row for person, row in claimed.items() if person not in merged}


def _judge(rows: Mapping[int, Standing], views: Mapping[int, PersonView], now: datetime) -> Iterable[_Judged]:
    if not rows:
        return
    found = spans()
    decisions = _decisions({person: views[person] for person in rows})
    judged = histories_of({person: views[person] for person in rows}, counts_accounts=found.counts_accounts)
    for person, history in judged.items():
        resets = tuple(reset.happened_at for reset in history.resets)
        past = Past(tuple(decisions[person]), resets, rows[person].settled_until)
        yield _judge_one(views[person], history, past, found, now)


def _judge_one(view: PersonView, history: History, past: Past, found: Spans, now: datetime) -> _Judged:
    verdict = found.judge(history, now, trace=True)
    seen = [act for act in history.acts if act.happened_at <= now and not act.by_account]
    trigger = latest_trigger(found.pact_at(now), seen)
    # Nobody can call a visitor: what was ready is decided on when we learn who it is.
    decisions = decide(verdict, past, trigger, now) if view.is_known else ()
    return _Judged(view, verdict, decisions, found.version_at(now), _due_again(verdict, history, now))


def _due_again(verdict: Verdict, history: History, now: datetime) -> datetime | None:
    """Return when to judge next: what a clock ahead of ours has dated is left out until it is then."""
    moments = [act.happened_at for act in history.acts] + [fact.happened_at for fact in history.facts]
    ahead = [at for at in moments if at > now]
    return min(ahead + ([verdict.next_change_at] if verdict.next_change_at else []), default=None)


def _decisions(views: Mapping[int, PersonView]) -> dict[int, list[Decision]]:
    """What was decided of each person, also while they were two rows: a merge opens no clock."""
    owner = {row: view.id for view in views.values() for row in (view.id, *view.merged)}
    decisions: dict[int, list[Decision]] = {person: [] for person in views}
    wanted = by_hand.one_of("person_id", owner)
    sql = f"SELECT person_id, kind, happened_at, tipped_by FROM scoring_crossing WHERE {wanted}"  # noqa: S608  # places
    for row, kind, happened_at, tipped_by in by_hand.rows(sql, [*owner]):
        decisions[owner[row]].append(Decision(Decided(kind), by_hand.moment(happened_at), tipped_by))
    return decisions


def _keep(rows: Mapping[int, Standing], found: Iterable[_Judged], now: datetime, *, handled: bool = False) -> None:
    """Write verdicts and decisions; `handled`: nobody is to act on the decisions."""
    kept, decided = [], []
    for judged in found:
        row, verdict = rows[judged.person.id], judged.verdict
        for name in AS_JUDGED:
            setattr(row, name, getattr(verdict, name))
        row.due_at, row.judged_at, row.pact_version = judged.due_at, now, judged.version
        row.scores, row.score_week_ago = dict(verdict.scores), _score_at(verdict, now - WEEK)
        kept.append(row)
        decided += [(judged, decision) for decision in judged.decisions]
    by_hand.put(_TABLE, _COLUMNS, ([_plain(row, name) for name in _COLUMNS] for row in kept))
    _record(decided, now, handled=handled)


def _plain(row: Standing, name: str) -> object:
    return json.dumps(row.scores) if name == "scores" else getattr(row, name)


def _score_at(verdict: Verdict, at: datetime) -> int:
    place = bisect_right(verdict.course, at, key=lambda step: step.since)
    return verdict.course[place - 1].score if place else 0


def _record(decided: Sequence[tuple[_Judged, Decision]], now: datetime, *, handled: bool) -> None:
    told = [(judged, decision) for judged, decision in decided if decision.kind in KINDS]
    new = [_entry(judged, decision) for judged, decision in told]
    entries = _numbered(told, ledger.append(new, by=SYSTEM, now=now)) if new else {}
    Crossing.objects.bulk_create(
        Crossing(
            person_id=judged.person.id,
            kind=decision.kind.value,
            happened_at=decision.happened_at,
            recorded_at=now,
            pact_version=judged.version,
            tipped_by=decision.tipped_by,
            entry=entries.get((judged.person.id, decision)),
            handled=handled or decision.kind is Decided.WOULD_HAVE_BEEN,
        )
        for judged, decision in decided
    )


def _numbered(told: Sequence[tuple[_Judged, Decision]], entries: Sequence[int]) -> dict[tuple[int, Decision], int]:
    return {(judged.person.id, decision): entry for (judged, decision), entry in zip(told, entries, strict=True)}


def _entry(judged: _Judged, decision: Decision) -> NewEntry:
    return NewEntry(
        kind=KINDS[decision.kind],
        happened_at=decision.happened_at,
        identity=judged.person.identities[0],
        caused_by=decision.tipped_by,
        facts={"person": judged.person.id, "pact": judged.version},
    )
