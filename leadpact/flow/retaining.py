"""Retention: what is kept about people goes after the days our settings say; how much went is an entry.

In batches, so that nobody waits for it; what one leaves, the next one takes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from leadpact.base.errors import BadState
from leadpact.base.wording import worded
from leadpact.engagement import erasing as held
from leadpact.engagement import traces
from leadpact.engagement.kinds import ACTS, CLIENT, CLIENT_STATEMENTS, is_act
from leadpact.flow import erasing
from leadpact.ledger import by_hand
from leadpact.ledger import erasing as ledgers
from leadpact.ledger import reads as ledger
from leadpact.ledger.actions import append_one
from leadpact.ledger.types import NewEntry
from leadpact.people import erasing as people
from leadpact.people.erasing import Reason
from leadpact.team import erasing as told
from leadpact.team import retention
from leadpact.team.retention import Rule
from leadpact.team.types import SYSTEM, Actor

AT_ONCE: Final = 20_000
PERSONS_AT_ONCE: Final = 500
COUNTED: Final = 100_000
_PAST_NOTHING: Final = 20  # batches
RAW_READER: Final = "retain raw"
_IS_ACT: Final = (
    f"{by_hand.one_of('e.kind', sorted(ACTS))} OR substr(e.kind, 1, {len(CLIENT)}) = '{CLIENT}'"
    f" AND NOT {by_hand.one_of('e.kind', sorted(CLIENT_STATEMENTS))}"
)
# What a visitor did since that still counts.
_DID: Final = (
    "SELECT 1 FROM people_identity i JOIN ledger_entry e ON e.identity = i.id AND e.happened_at >= %s"  # noqa: S608  # constants
    f" WHERE i.person_id = n.id AND ({_IS_ACT}) AND NOT EXISTS (SELECT 1 FROM engagement_void v WHERE v.entry = e.id)"
)
_ACTS: Final = Q(entry__kind__in=ACTS) | Q(entry__kind__startswith=CLIENT)

_FORGET: Final[dict[Rule, Callable[[datetime], int]]] = {
    Rule.IP: lambda before: traces.forget(before, limit=AT_ONCE),
    Rule.MAIL_BODIES: lambda before: told.forget_mail_bodies(before, limit=AT_ONCE),
    Rule.QUARANTINE: lambda before: held.forget_bodies(before, limit=AT_ONCE),
}
_DUE: Final[dict[Rule, Callable[[datetime], int]]] = {
    Rule.IP: lambda before: traces.due(before, at_most=COUNTED),
    Rule.MAIL_BODIES: lambda before: told.due_mail_bodies(before, at_most=COUNTED),
    Rule.QUARANTINE: lambda before: held.due_bodies(before, at_most=COUNTED),
    Rule.RAW: lambda before: ledgers.due_personal(RAW_READER, _ACTS, before=before, at_most=COUNTED),
}


class WouldTake(BadState):
    """The next run would take more than before."""

    code = "would_take"
    what_to_do = worded("Look at what would go, and say that you are sure.")


@dataclass(frozen=True)
class Kept:
    """One rule as the settings show it: its days (0: for ever) and how much would go now."""

    rule: Rule
    days: int
    usual: int
    due: int

    @property
    def is_more(self) -> bool:
        """Say whether it was not counted to the end."""
        return self.due >= (PERSONS_AT_ONCE if self.rule is Rule.ANONYMOUS else COUNTED)


@dataclass(frozen=True)
class Run:
    """What the worker took by one rule."""

    entry: int
    rule: Rule
    count: int
    happened_at: datetime


def overview(*, now: datetime) -> list[Kept]:
    """Return every rule with what it would take now."""
    return [Kept(rule, days, retention.USUAL[rule], due(rule, days, now)) for rule, days in retention.days().items()]


def due(rule: Rule, days: int, now: datetime) -> int:
    """Return how much a rule would take now if it kept things for so many days; 0 days: for ever."""
    return _due(rule, now - timedelta(days=days)) if days else 0


def runs(*, limit: int) -> list[Run]:
    """Return what was taken last, the newest first."""
    said = ledger.entries_about("settings", kinds=["retention.applied"], newest_first=True, limit=limit)
    return [Run(each.id, Rule(each.facts["rule"]), int(each.facts["count"]), each.happened_at) for each in said]


def change(wanted: Mapping[Rule, int], *, is_sure: bool, by: Actor, now: datetime) -> int | None:
    """Keep things for so many days from now on; returns the entry that says so, None where nothing changes.

    is_sure  what a shorter time takes with the next run is known and meant

    Raises `BadRetention`, and `WouldTake` for what cannot be taken back.
    """
    before = retention.days()
    shorter = {rule: days for rule, days in wanted.items() if days and not 0 < before[rule] <= days}
    taken = {} if is_sure else {rule: due(rule, days, now) for rule, days in shorter.items()}
    lost = {str(rule): count for rule, count in taken.items() if count > due(rule, before[rule], now)}
    if lost:
        raise WouldTake(worded("This deletes what cannot be brought back."), details={"lost": lost})
    return retention.set_days(wanted, by=by, now=now)


def step(now: datetime) -> bool:
    """Take one batch of what is due by each rule but that of visitors; the worker's step.

    Returns whether there was anything.
    """
    kept = {rule: days for rule, days in retention.days().items() if days and rule is not Rule.ANONYMOUS}
    return any([_take(rule, now - timedelta(days=days), now) for rule, days in kept.items()])  # noqa: C419  # each


def visitors(now: datetime) -> bool:
    """Erase some visitors that were silent for long enough; the worker's step, dearer as files are written anew."""
    days = retention.days()[Rule.ANONYMOUS]
    return days > 0 and _take(Rule.ANONYMOUS, now - timedelta(days=days), now) > 0


def run(*, now: datetime) -> dict[Rule, int]:
    """Take all that is due; returns how much by rule."""
    total = dict.fromkeys(Rule, 0)
    for rule, days in retention.days().items():
        while days and (taken := _take(rule, now - timedelta(days=days), now)):
            total[rule] += taken
    return total


def _take(rule: Rule, before: datetime, now: datetime) -> int:
    if rule is Rule.ANONYMOUS:
        persons = _silent(before, limit=PERSONS_AT_ONCE)
        if persons:  # a transaction of its own: the entry comes after it
            erasing.begin(persons, Reason.RETENTION, never_write=False, by=SYSTEM, now=now)
        return _said(rule, len(persons), before, now)
    if rule is Rule.RAW:
        return _take_raw(before, now)
    with transaction.atomic():
        return _said(rule, _FORGET[rule](before), before, now)


def _take_raw(before: datetime, now: datetime) -> int:
    """Go on until some entries were taken, past those that hold nothing."""
    for _ in range(_PAST_NOTHING):
        with transaction.atomic():
            found = ledgers.forget_personal(RAW_READER, is_act, before=before, limit=AT_ONCE)
            if found is None:
                return 0
            if found.entries:
                return _said(Rule.RAW, found.entries, before, now, positions=[found.first, found.last])
    return 0


def _said(rule: Rule, taken: int, before: datetime, now: datetime, **more: list[int]) -> int:
    if taken:
        facts = {"rule": str(rule), "count": taken, "before": before.isoformat(), **more}
        append_one(NewEntry("retention.applied", now, about="settings", facts=facts), by=SYSTEM, now=now)
    return taken


def _due(rule: Rule, before: datetime) -> int:
    return len(_silent(before, limit=PERSONS_AT_ONCE)) if rule is Rule.ANONYMOUS else _DUE[rule](before)


def _silent(before: datetime, *, limit: int) -> list[int]:
    """Return visitors nobody knows who have done nothing since a moment: one question, however many came since."""
    sql, values = people.nobodies(since_before=before).query.sql_with_params()
    asked = f"WITH n(id) AS ({sql}) SELECT n.id FROM n WHERE NOT EXISTS ({_DID}) ORDER BY n.id LIMIT {int(limit)}"  # noqa: S608  # constants
    return [number for (number,) in by_hand.rows(asked, [*values, before, *sorted(ACTS), *sorted(CLIENT_STATEMENTS)])]
