"""Recognition on the database: load what a batch may touch, let the register decide, write what it decided.

The usual batch names only known identities: three reads and nothing to write.  A batch that changes
anything is decided again under one lock, so that two writers never both make the same person.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import batched
from typing import Final

from django.db import connection, transaction

from leadpact.ledger import by_hand
from leadpact.ledger.actions import append
from leadpact.ledger.types import NewEntry
from leadpact.people import companies
from leadpact.people.models import Identity, Merge, Person
from leadpact.people.rules import Key, keys_of
from leadpact.people.rules_register import Cause, Joined, Linked, Register, Row, Someone, stand_in_for
from leadpact.people.types import Asked, IdentityKind, Recognised, Strength
from leadpact.team.types import Actor

IDENTITY_LOCK: Final = 0x1DE_2717  # PostgreSQL advisory lock: one writer of identities at a time
_AT_ONCE: Final = 5_000
_FIELDS: Final = "id, kind, source, value, life, person_id, strength"


def recognise_all(asked: Sequence[Asked], *, by: Actor, now: datetime) -> list[Recognised | None]:
    """Say whom each event hangs on, making and linking as needed; None where nothing in it identifies anybody."""
    wanted = [keys_of(each.identifiers) for each in asked]
    with transaction.atomic():
        register, rows = _decide(asked, wanted)
        if not register.is_untouched:
            if lock_identities():
                register, rows = _decide(asked, wanted)
            write(register, by=by, now=now)
    fresh = {someone for someone, _cause in register.new_persons}
    answers: list[Recognised | None] = []
    for row in rows:
        answers.append(None if row is None else _recognised(row, fresh))
        if row is not None:
            fresh.discard(row.person)
    return answers


def lock_identities() -> bool:
    """Keep other writers of identities out until the transaction ends; True if what was read before may be stale.

    SQLite needs none: its transactions begin with the one writing lock.
    """
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IDENTITY_LOCK])
    return True


def load(keys: Collection[Key], persons: Collection[int] = ()) -> Register:
    """Read the identities with these keys, all lives of them, and all others of the persons they belong to."""
    holders = {*persons, *_holders(keys)}
    people: dict[int, Someone] = {}
    rows = []
    for some in batched(sorted(holders), _AT_ONCE):
        mine = f"SELECT {_FIELDS} FROM people_identity WHERE {by_hand.one_of('person_id', some)} ORDER BY id"  # noqa: S608  # constants
        for number, kind, source, value, life, person, strength in by_hand.rows(mine, some):
            someone = people.setdefault(person, Someone(order=person, id=person))
            key = Key(IdentityKind(kind), source, value)
            row = Row(key, life, someone, Strength(strength), number)
            someone.rows.append(row)
            rows.append(row)
    return Register(rows)


def _holders(keys: Collection[Key]) -> Iterator[int]:
    """Yield whose the identities with these keys are."""
    by_kind: dict[tuple[str, str], list[str]] = {}
    for key in keys:
        by_kind.setdefault((key.kind, key.source), []).append(key.value)
    for (kind, source), values in by_kind.items():
        for some in batched(values, _AT_ONCE):
            wanted = f"kind = %s AND source = %s AND {by_hand.one_of('value', some)}"
            found = by_hand.rows(f"SELECT person_id FROM people_identity WHERE {wanted}", [str(kind), source, *some])  # noqa: S608  # constants
            yield from (holder for (holder,) in found)


def write(register: Register, *, by: Actor, now: datetime) -> list[int]:
    """Write what the register decided; returns the persons whose identities changed."""
    _write_persons(register, now)
    _write_rows(register, now)
    changes = [*_creations(register), *_links(register.linked), *_joins(register.joined)]
    entries = _append(changes, by=by, now=now)
    of_joins = entries[len(entries) - len(register.joined) :]
    merges = [_merge_row(joined, entry, now) for joined, entry in zip(register.joined, of_joins, strict=True)]
    Merge.objects.bulk_create(merges)
    _redirect(register, now)
    companies.attach_by_address(_newly_sure(register), by=by, now=now)
    return sorted({_id(row.person) for row in (*register.new_rows, *register.changed)})


def _decide(asked: Sequence[Asked], wanted: Sequence[Sequence[Key]]) -> tuple[Register, list[Row | None]]:
    asked_for = {key for keys in wanted for key in keys}
    for each, keys in zip(asked, wanted, strict=True):
        if keys and not each.trusted and not any(key.is_anonymous for key in keys):
            asked_for.add(stand_in_for(keys[0]))
    register = load(asked_for)
    placed = [
        register.place(keys, trusted=each.trusted, cause=Cause(each.happened_at, each.by))
        for each, keys in zip(asked, wanted, strict=True)
    ]
    return register, placed


def _write_persons(register: Register, now: datetime) -> None:
    rows = [Person(created_at=cause.happened_at) for _someone, cause in register.new_persons]
    Person.objects.bulk_create(rows)
    for (someone, _cause), row in zip(register.new_persons, rows, strict=True):
        someone.id = row.pk


def _write_rows(register: Register, now: datetime) -> None:
    new = sorted(register.new_rows, key=lambda row: (row.key, row.life))  # one order: no two writers wait in a ring
    rows = [
        Identity(
            kind=row.key.kind,
            source=row.key.source,
            value=row.key.value,
            life=row.life,
            person_id=_id(row.person),
            strength=row.strength,
            created_at=now,
        )
        for row in new
    ]
    Identity.objects.bulk_create(rows)
    for row, written in zip(new, rows, strict=True):
        row.id = written.pk
    fresh = set(new)
    moved = [
        Identity(id=row.id, person_id=_id(row.person), strength=row.strength)
        for row in register.changed
        if row not in fresh
    ]
    if moved:
        Identity.objects.bulk_update(moved, ["person", "strength"], batch_size=1_000)


type _Change = tuple[Cause, NewEntry]


def _creations(register: Register) -> Iterable[_Change]:
    first: dict[Someone, Row] = {}
    for row in register.new_rows:
        first.setdefault(row.person, row)
    for someone, cause in register.new_persons:
        its = first.get(someone) or next(iter(someone.rows), None)
        facts = {"is_known": someone.is_known}
        about = f"person:{_id(someone)}"
        yield cause, NewEntry("person.created", cause.happened_at, its.id if its else None, about, facts)


def _links(linked: Iterable[Linked]) -> Iterable[_Change]:
    for one in linked:
        facts = {
            "identity": one.row.id,
            "kind": str(one.row.key.kind),
            "strength": str(one.row.strength),
            "to": _id(one.to),
            "from": None if one.former is None else _id(one.former),
            "why": one.why,
        }
        about = f"person:{_id(one.to)}"
        yield one.cause, NewEntry("identity.linked", one.cause.happened_at, one.row.id, about, facts)


def _joins(joined: Iterable[Joined]) -> Iterable[_Change]:
    for one in joined:
        kind = "person.merged" if one.of_known else "identity.linked"
        facts = {
            "survivor": _id(one.survivor),
            "loser": _id(one.loser),
            "identities": [row.id for row in one.rows],
            "why": "same event",
        }
        about, identity = f"person:{_id(one.survivor)}", one.rows[0].id
        yield one.cause, NewEntry(kind, one.cause.happened_at, identity, about, facts)


def _append(changes: Sequence[_Change], *, by: Actor, now: datetime) -> list[int]:
    """Append the entries in their order, each in the name of who caused it."""
    ids: list[int] = []
    start = 0
    for end in range(1, len(changes) + 1):
        if end == len(changes) or changes[end][0].by != changes[start][0].by:
            entries = [entry for _cause, entry in changes[start:end]]
            ids += append(entries, by=changes[start][0].by or by, now=now)
            start = end
    return ids


def _merge_row(joined: Joined, entry: int, now: datetime) -> Merge:
    return Merge(
        survivor_id=_id(joined.survivor),
        loser_id=_id(joined.loser),
        identities=[row.id for row in joined.rows],
        happened_at=joined.cause.happened_at,
        recorded_at=now,
        entry=entry,
    )


def _redirect(register: Register, now: datetime) -> None:
    """Whoever lost all identities leads to who has them now: a link to an old page still arrives."""
    targets = {one.loser: (one.survivor, one.cause) for one in register.joined}
    for linked in register.linked:
        if linked.former is not None and not linked.former.rows and linked.former is not linked.to:
            targets.setdefault(linked.former, (linked.to, linked.cause))
    for loser, (survivor, cause) in targets.items():
        Person.objects.filter(pk=_id(loser), merged_into=None).update(
            merged_into=_id(survivor), merged_at=cause.happened_at
        )


def _newly_sure(register: Register) -> list[companies.Address]:
    return [
        companies.Address(_id(row.person), row.id or 0, row.key.value, row.cause.happened_at)
        for row in dict.fromkeys([*register.new_rows, *register.changed])
        if row.key.kind is IdentityKind.EMAIL and row.strength is Strength.SURE and row.cause
    ]


def _recognised(row: Row, fresh: set[Someone]) -> Recognised:
    return Recognised(row.id or 0, _id(row.person), row.person in fresh, row.person.is_known)


def _id(someone: Someone) -> int:
    if someone.id is None:
        raise ValueError("a person is numbered before they are written about")
    return someone.id
