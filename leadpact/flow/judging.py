"""Hits that machines made stop to count, and whoever they belong to is judged again."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import batched
from typing import Final

from leadpact.engagement import judging
from leadpact.engagement import reads as engagement
from leadpact.engagement.judging import Change, JudgingView, Seen
from leadpact.flow import lists
from leadpact.ledger import reads as ledger
from leadpact.people import reads as people
from leadpact.scoring import actions as scoring
from leadpact.scoring import reads as scores
from leadpact.scoring.types import Act, History
from leadpact.team.types import Actor

PERSONS: Final = 300  # of whom a preview asks whether they would be ready
_AT_ONCE: Final = 5_000


@dataclass(frozen=True)
class Preview:
    """What judging the past by another version would change.

    is_whole  everything was looked at; else only the newest entries
    persons   whose hits would change; `asked` of them were judged anew
    gained    who would become ready, and `lost` who would not be any more
    """

    seen: int
    is_whole: bool
    changes: tuple[Change, ...]
    persons: int
    asked: int
    gained: tuple[int, ...]
    lost: tuple[int, ...]

    @property
    def voided(self) -> int:
        return sum(change.is_void for change in self.changes)

    @property
    def restored(self) -> int:
        return len(self.changes) - self.voided


def step(now: datetime) -> bool:
    """Judge new hits and the next part of the past; True where there was anything to look at."""
    found = [_follow(judging.judge_new(now=now), now), _follow(judging.go_on(now=now), now)]
    return any(found)


def judge_past(version: int, *, since: datetime | None, by: Actor, now: datetime) -> JudgingView:
    """Judge the whole past by a version at once, as a command does.  Raises `UnknownRules`, `AlreadyJudging`."""
    begun = judging.begin(version, since=since, by=by, now=now)
    while _follow(judging.go_on(now=now), now):
        pass
    return next(each for each in judging.judgings() if each.id == begun.id)


def preview(version: int, *, since: datetime | None = None, limit: int | None = None, now: datetime) -> Preview:
    """Return what judging the past by a version would change; nothing is written.  Raises `UnknownRules`."""
    seen, is_whole = judging.preview(version, since=since, limit=limit)
    whose = _whose(seen.changes)
    some = sorted({whose[change.identity] for change in seen.changes if change.identity in whose})
    asked = some[:PERSONS]
    gained, lost = _turned(asked, seen.changes, now)
    return Preview(seen.entries, is_whole, seen.changes, len(some), len(asked), gained, lost)


def _follow(seen: Seen | None, now: datetime) -> bool:
    if seen is None:
        return False
    if seen.changes:
        persons = sorted(set(_whose(seen.changes).values()))
        scoring.mark_due(persons, at=now)
        lists.refresh(persons, now=now)
    return True


def _whose(changes: Iterable[Change]) -> Mapping[int, int]:
    found: dict[int, int] = {}
    for some in batched(sorted({change.identity for change in changes}), _AT_ONCE):
        found |= people.persons_of_identities(some)
    return found


def _turned(
    persons: Collection[int], changes: Iterable[Change], now: datetime
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    spans = scores.spans()
    gone = {change.entry for change in changes if change.is_void}
    back: dict[int, list[Change]] = {}
    for change in changes:
        if not change.is_void:
            back.setdefault(change.identity, []).append(change)
    gained, lost = list[int](), list[int]()
    views = people.persons(persons)
    for person, history in scores.histories_of(views, counts_accounts=spans.counts_accounts).items():
        again = [change for identity in views[person].scored_identities for change in back.get(identity, ())]
        before, after = spans.judge(history, now), spans.judge(_changed(history, gone, again), now)
        if before.is_ready is not after.is_ready:
            (gained if after.is_ready else lost).append(person)
    return tuple(gained), tuple(lost)


def _changed(history: History, gone: Collection[int], back: Iterable[Change]) -> History:
    stored = [entry for change in back if (entry := ledger.entry(change.entry)) is not None]
    rows = [engagement.act_row(entry) for entry in stored]
    more = [Act(row.entry, row.key, row.kind, row.happened_at, row.properties) for row in rows]
    return replace(history, acts=(*(act for act in history.acts if act.event not in gone), *more))
