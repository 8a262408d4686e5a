"""Hand-overs as a former system recorded them, many at a time: no offer, no promise, no notice.

Written once, and changed only where that system says something else now.  Each stage date is an entry.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import batched
from typing import Final

from django.db import transaction

from leadpact.handover import rows
from leadpact.handover.models import Pursuit, PursuitPerson, StageDate
from leadpact.handover.types import RecordedPursuit, Stage
from leadpact.ledger.actions import append
from leadpact.ledger.types import Json, NewEntry
from leadpact.pact.types import LeadType
from leadpact.team.types import Actor

RECORDED_BY: Final = "former system"
_ENDED: Final = frozenset({Stage.CUSTOMER, Stage.LOST, Stage.RECYCLED, Stage.DISQUALIFIED, Stage.COOLED})
_AT_ONCE: Final = 2_000


class Recorded(StrEnum):
    """What recording a hand-over led to."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass
class _Work:
    """What one batch knows and has yet to write."""

    pursuits: dict[str, Pursuit]
    members: set[tuple[int, int]]
    dates: dict[tuple[int, str], StageDate]
    changed: dict[int, Pursuit] = field(default_factory=dict)
    joined: list[PursuitPerson] = field(default_factory=list)
    entries: list[tuple[StageDate, NewEntry]] = field(default_factory=list)


def record_former(
    told: Sequence[RecordedPursuit], *, identities: Mapping[int, int], by: Actor, now: datetime
) -> list[tuple[int, Recorded]]:
    """Record hand-overs of a former system and return, in order, the number of each and what was done.

    identities  on which entries about a person hang

    What the former system does not say (no owner, no end, no reason) stays as it is, and one that became a
    customer here stays one.
    """
    with transaction.atomic():
        rows.hold()
        work = _load(told)
        fresh = _create([each for each in told if each.external not in work.pursuits], work)
        done = [_take(each, each.external in fresh, work, identities) for each in told]
        first: set[str] = set()
        answers = []
        for each, is_changed in zip(told, done, strict=True):
            is_new = each.external in fresh and each.external not in first
            first.add(each.external)
            what = Recorded.CREATED if is_new else Recorded.UPDATED if is_changed else Recorded.UNCHANGED
            answers.append((work.pursuits[each.external].pk, what))
        _write(work, by=by, now=now)
    return answers


@dataclass(frozen=True)
class KnownPursuit:
    """A hand-over that a former system's number stands for."""

    id: int
    began_at: datetime
    company: int | None
    is_inbound: bool


def known(externals: Sequence[str]) -> dict[str, KnownPursuit]:
    """Return the hand-overs that a former system's numbers stand for; those unknown are left out."""
    found: dict[str, KnownPursuit] = {}
    for some in batched(set(externals), _AT_ONCE):
        for row in Pursuit.objects.filter(external__in=some):
            is_inbound = row.type not in {LeadType.PARTNER, LeadType.SALES}
            found[row.external or ""] = KnownPursuit(row.pk, row.began_at, row.company_id, is_inbound)
    return found


def became_customers(
    won: Mapping[int, datetime], *, identities: Mapping[int, int], by: Actor, now: datetime
) -> set[int]:
    """Note of recorded hand-overs that their deal was won, and when; return those for which that was new."""
    with transaction.atomic():
        rows.hold()
        found = {row.pk: row for row in Pursuit.objects.filter(pk__in=won, is_history=True)}
        work = _Work({}, set(), _dates(found))
        members = dict(PursuitPerson.objects.filter(pursuit__in=found).order_by("-pk").values_list("pursuit", "person"))
        for number, row in found.items():
            values = {"stage": Stage.CUSTOMER.value, "ended_at": won[number]}
            is_changed = _put(row, values)
            identity = identities.get(members.get(number, 0))
            is_dated = _date(row, Stage.CUSTOMER.value, won[number], identity, work)
            if is_changed or is_dated:
                work.changed[number] = row
        _write(work, by=by, now=now)
    return set(work.changed)


def _load(told: Sequence[RecordedPursuit]) -> _Work:
    pursuits: dict[str, Pursuit] = {}
    for some in batched([each.external for each in told], _AT_ONCE):
        pursuits.update({row.external or "": row for row in Pursuit.objects.filter(external__in=some)})
    numbers = [row.pk for row in pursuits.values()]
    members = set(PursuitPerson.objects.filter(pursuit__in=numbers).values_list("pursuit", "person"))
    return _Work(pursuits, members, _dates(numbers))


def _dates(numbers: Mapping[int, Pursuit] | Sequence[int]) -> dict[tuple[int, str], StageDate]:
    return {(row.pursuit_id, row.stage): row for row in StageDate.objects.filter(pursuit__in=list(numbers))}


def _create(told: Sequence[RecordedPursuit], work: _Work) -> set[str]:
    once = {each.external: each for each in reversed(told)}
    number = rows.next_number()
    new = []
    for place, external in enumerate(dict.fromkeys(each.external for each in told)):
        row = Pursuit(number=number + place, external=external, is_history=True)
        row.pact_version = once[external].pact_version
        for name, value in _values(once[external]).items():
            setattr(row, name, value)
        new.append(row)
    Pursuit.objects.bulk_create(new)
    work.pursuits.update({row.external or "": row for row in new})
    return set(once)


def _values(each: RecordedPursuit) -> dict[str, Json]:
    return {
        "company_id": each.company,
        "type": each.type.value,
        "stage": each.stage.value,
        "owner_id": each.owner,
        "began_at": each.began_at,
        "ended_at": each.ended_at,
        "reason": each.reason[:60],
        "first_touch_at": each.first_touch.happened_at,
        "first_touch_campaign": each.first_touch.campaign,
        "first_touch_channel": each.first_touch.channel[:80],
    }


def _take(each: RecordedPursuit, is_new: bool, work: _Work, identities: Mapping[int, int]) -> bool:  # noqa: FBT001  # private
    row = work.pursuits[each.external]
    values = {name: value for name, value in _values(each).items() if value not in (None, "")}
    if not each.is_dated:
        values = {name: value for name, value in values.items() if name not in ("began_at", "first_touch_at")}
    if row.stage == Stage.CUSTOMER or (row.stage in _ENDED and each.stage not in _ENDED):
        values.pop("stage")  # what was won or ended since is not undone by an older list
    is_changed = False if is_new else _put(row, values)
    if is_changed:
        work.changed[row.pk] = row
    joined = [_join(row, person, each.began_at, work) for person in each.persons]
    identity = next((identities[person] for person in each.persons if person in identities), None)
    dated = [_date(row, stage, at, identity, work) for stage, at in each.stages]
    return is_changed or any(joined) or any(dated)


def _put(row: Pursuit, values: Mapping[str, Json]) -> bool:
    changes = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in changes.items():
        setattr(row, name, value)
    return bool(changes)


def _join(row: Pursuit, person: int, at: datetime, work: _Work) -> bool:
    if (row.pk, person) in work.members:
        return False
    work.members.add((row.pk, person))
    work.joined.append(PursuitPerson(pursuit=row, person_id=person, joined_at=at))
    return True


def _date(row: Pursuit, stage: str, at: datetime, identity: int | None, work: _Work) -> bool:
    stage = stage[:40]
    date = work.dates.get((row.pk, stage))
    if date is not None and date.happened_at == at:
        return False
    if date is None:
        date = StageDate(pursuit=row, stage=stage)
        work.dates[row.pk, stage] = date
    date.happened_at = at
    facts = {"pursuit": row.pk, "number": row.number, "stage": stage, "as_recorded_by": RECORDED_BY}
    entry = NewEntry("lead.stage_recorded", at, identity, f"pursuit:{row.pk}", facts)
    work.entries.append((date, entry))
    return True


def _write(work: _Work, *, by: Actor, now: datetime) -> None:
    columns = ["company", "type", "stage", "owner", "began_at", "ended_at", "reason"]
    columns += ["first_touch_at", "first_touch_campaign", "first_touch_channel"]
    Pursuit.objects.bulk_update(work.changed.values(), columns, batch_size=500)
    PursuitPerson.objects.bulk_create(work.joined)
    entries = append([entry for _date, entry in work.entries], by=by, now=now) if work.entries else []
    for (date, _entry), number in zip(work.entries, entries, strict=True):
        date.entry = number
    dates = list({id(date): date for date, _entry in work.entries}.values())
    there = [date for date in dates if date.pk is not None]
    StageDate.objects.bulk_create([date for date in dates if date.pk is None])
    StageDate.objects.bulk_update(there, ["happened_at", "entry"], batch_size=500)
