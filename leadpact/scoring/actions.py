"""Judging live: who must be looked at again, what was decided, and resets.

A person is due from the moment of the cause on; the sweep claims due rows, reads the whole history, and writes
the verdict and the decisions in one transaction.  Killed in the middle it leaves the rows due.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from leadpact.ledger import actions as ledger
from leadpact.ledger.types import NewEntry
from leadpact.people import reads as people
from leadpact.people.survivors import rows_of, survivors
from leadpact.scoring.models import Crossing, ResetRow, Standing
from leadpact.scoring.reads import Spans, histories, spans
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


@dataclass(frozen=True)
class _Judged:
    person: int
    verdict: Verdict
    decisions: tuple[Decision, ...]
    version: int


def mark_due(persons: Iterable[int], *, at: datetime) -> None:
    """Have these persons judged again from `at` on; harmless when they are due already."""
    rows = [Standing(person_id=person, due_at=at) for person in sorted(set(persons))]
    Standing.objects.bulk_create(rows, update_conflicts=True, unique_fields=["person"], update_fields=["due_at"])


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
    rows = _without_merged(claimed, now)
    _keep(rows, _judge(rows, now), now)
    return list(claimed)


@transaction.atomic
def settle(persons: Collection[int], *, now: datetime) -> None:
    """Take an imported history as it is: who is ready by it is so, but nothing is decided and nobody is offered."""
    mark_due(persons, at=now)
    rows = {row.person_id: row for row in Standing.objects.filter(person__in=persons).select_for_update()}
    for row in rows.values():
        row.settled_until = now
    _keep(rows, _judge(rows, now), now, handled=True)


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


def _without_merged(claimed: Mapping[int, Standing], now: datetime) -> dict[int, Standing]:
    """Whoever was merged into somebody else has no score of their own: the other is due instead."""
    tops = survivors(claimed)
    merged = {person: tops[person] for person in claimed if tops[person] != person}
    if merged:
        Standing.objects.filter(person__in=merged).update(due_at=None, is_ready=False, is_in=False)
        mark_due(merged.values(), at=now)
    return {person: row for person, row in claimed.items() if person not in merged}


def _judge(rows: Mapping[int, Standing], now: datetime) -> Iterable[_Judged]:
    if not rows:
        return
    found = spans()
    past = _past(rows)
    for person, history in histories(rows.keys(), counts_accounts=found.counts_accounts).items():
        yield _judge_one(person, history, past[person], found, now)


def _judge_one(person: int, history: History, past: Past, found: Spans, now: datetime) -> _Judged:
    verdict = found.judge(history, now, trace=True)
    seen = [act for act in history.acts if act.happened_at <= now and not act.by_account]
    trigger = latest_trigger(found.pact_at(now), seen)
    return _Judged(person, verdict, decide(verdict, past, trigger, now), found.version_at(now))


def _past(rows: Mapping[int, Standing]) -> dict[int, Past]:
    """What was decided of each person, also while they were two rows: a merge opens no clock."""
    owner = {row: top for top, merged in rows_of(rows).items() for row in (top, *merged)}
    decisions: dict[int, list[Decision]] = {person: [] for person in rows}
    for row in Crossing.objects.filter(person__in=owner):
        decisions[owner[row.person_id]].append(Decision(Decided(row.kind), row.happened_at, row.tipped_by))
    resets: dict[int, list[datetime]] = {person: [] for person in rows}
    for reset_row in ResetRow.objects.filter(person__in=owner):
        resets[owner[reset_row.person_id]].append(reset_row.happened_at)
    return {p: Past(tuple(decisions[p]), tuple(resets[p]), row.settled_until) for p, row in rows.items()}


def _keep(rows: Mapping[int, Standing], found: Iterable[_Judged], now: datetime, *, handled: bool = False) -> None:
    """Write verdicts and decisions; `handled`: nobody is to act on the decisions."""
    kept, decided = [], []
    for judged in found:
        row, verdict = rows[judged.person], judged.verdict
        for name in AS_JUDGED:
            setattr(row, name, getattr(verdict, name))
        row.due_at, row.judged_at, row.pact_version = verdict.next_change_at, now, judged.version
        row.scores, row.score_week_ago = dict(verdict.scores), _score_at(verdict, now - WEEK)
        kept.append(row)
        decided += [(judged, decision) for decision in judged.decisions]
    # The rows are there, so this updates them: one plain statement, where bulk_update writes a CASE per field.
    Standing.objects.bulk_create(kept, update_conflicts=True, unique_fields=["person"], update_fields=KEPT)
    _record(decided, now, handled=handled)


def _score_at(verdict: Verdict, at: datetime) -> int:
    place = bisect_right(verdict.course, at, key=lambda step: step.since)
    return verdict.course[place - 1].score if place else 0


def _record(decided: Sequence[tuple[_Judged, Decision]], now: datetime, *, handled: bool) -> None:
    told = [(judged, decision) for judged, decision in decided if decision.kind in KINDS]
    views = people.persons({judged.person for judged, _ in told})
    new = [_entry(judged, decision, views[judged.person].identities[0]) for judged, decision in told]
    entries = dict(zip(told, ledger.append(new, by=SYSTEM, now=now), strict=True)) if new else {}
    Crossing.objects.bulk_create(
        Crossing(
            person_id=judged.person,
            kind=decision.kind.value,
            happened_at=decision.happened_at,
            recorded_at=now,
            pact_version=judged.version,
            tipped_by=decision.tipped_by,
            entry=entries.get((judged, decision)),
            handled=handled or decision.kind is Decided.WOULD_HAVE_BEEN,
        )
        for judged, decision in decided
    )


def _entry(judged: _Judged, decision: Decision, identity: int) -> NewEntry:
    return NewEntry(
        kind=KINDS[decision.kind],
        happened_at=decision.happened_at,
        identity=identity,
        caused_by=decision.tipped_by,
        facts={"person": judged.person, "pact": judged.version},
    )
