"""Linking and merging by hand, and taking it back.  Identities move, events never do."""

from datetime import datetime

from django.db import transaction

from leadpact.base.wording import worded
from leadpact.ledger.actions import append_one
from leadpact.ledger.types import NewEntry
from leadpact.people.errors import (
    CannotMerge,
    IdentityTaken,
    LastIdentity,
    NoIdentifier,
    NoSuchIdentity,
    NoSuchPerson,
    NotMerged,
)
from leadpact.people.models import Identity, Merge, Person
from leadpact.people.recognising import load, lock_identities, write
from leadpact.people.rules import Key, key_of
from leadpact.people.rules_register import Cause, Register, Someone
from leadpact.people.survivors import survivor
from leadpact.people.types import Identifier
from leadpact.team.types import Actor


def link_identity(person: int, identifier: Identifier, *, happened_at: datetime, by: Actor, now: datetime) -> None:
    """Say that an identity is this person's.  Raises `NoIdentifier`, and `IdentityTaken` for a known person's."""
    with transaction.atomic():
        register, someone, key = _open(person, identifier)
        if not register.link(key, someone, Cause(happened_at, by)):
            raise IdentityTaken(worded("Another person has this identity."), details={"person": person})
        if not register.is_untouched:
            write(register, by=by, now=now)


def link_by_mail(person: int, device: Identifier, *, happened_at: datetime, by: Actor, now: datetime) -> bool:
    """Link a device weakly to the person whose mail was read on it; a form may undo it.

    Not for a click that a machine made.  False where the device is another known person's: nothing changes.
    """
    with transaction.atomic():
        register, someone, key = _open(person, device)
        linked = register.link_by_mail(key, someone, Cause(happened_at, by))
        if not register.is_untouched:
            write(register, by=by, now=now)
    return linked


def unlink_identity(identity: int, *, happened_at: datetime, by: Actor, now: datetime) -> int:
    """Take an identity, with all that hangs on it, away from its person; returns the person it is now.

    It goes back to the visitor it was before, or becomes a person of its own.
    Raises `NoSuchIdentity`, and `LastIdentity` where nothing would be left.
    """
    with transaction.atomic():
        lock_identities()
        row = Identity.objects.select_for_update().filter(pk=identity).first()
        if row is None:
            raise NoSuchIdentity(
                worded("There is no identity {identity}.", identity=identity), details={"identity": identity}
            )
        former = row.person_id
        if not Identity.objects.filter(person=former).exclude(pk=identity).exists():
            raise LastIdentity(worded("It is all that identifies this person."), details={"person": former})
        home = _home(identity, former) or Person.objects.create(created_at=happened_at).pk
        Identity.objects.filter(pk=identity).update(person=home, strength="sure")
        Person.objects.filter(pk=home).update(merged_into=None, merged_at=None)
        facts = {"identity": identity, "kind": row.kind, "from": former, "to": home, "why": "by hand"}
        entry = NewEntry("identity.unlinked", happened_at, identity, f"person:{former}", facts)
        append_one(entry, by=by, now=now)
    return home


def merge(kept: int, other: int, *, happened_at: datetime, by: Actor, now: datetime) -> None:
    """Make one person of two: `kept` survives, the other's identities move to it, its facts stay on its row.

    Raises `CannotMerge` for one person with themselves or with one who is merged already.
    """
    with transaction.atomic():
        lock_identities()
        rows = {row.pk: row for row in Person.objects.select_for_update().filter(pk__in=[kept, other])}
        if kept == other or len(rows) < 2 or any(row.merged_into_id is not None for row in rows.values()):
            raise CannotMerge(worded("These two cannot become one."), details={"kept": kept, "other": other})
        moved = list(Identity.objects.filter(person=other).order_by("id").values_list("id", flat=True))
        Identity.objects.filter(pk__in=moved).update(person=kept)
        rows[other].merged_into_id, rows[other].merged_at = kept, happened_at
        rows[other].save(update_fields=["merged_into", "merged_at"])
        facts = {"survivor": kept, "loser": other, "identities": moved, "why": "by hand"}
        first = moved[0] if moved else None
        entry = append_one(NewEntry("person.merged", happened_at, first, f"person:{kept}", facts), by=by, now=now)
        Merge.objects.create(
            survivor_id=kept, loser_id=other, identities=moved, happened_at=happened_at, recorded_at=now, entry=entry
        )


def unmerge(loser: int, *, happened_at: datetime, by: Actor, now: datetime) -> None:
    """Take a merge back: the identities that came with the person go back; what was entered since stays.

    Raises `NotMerged`.
    """
    with transaction.atomic():
        lock_identities()
        merged = (
            Merge.objects.select_for_update()
            .filter(loser=loser, undone_at=None, loser__merged_into__isnull=False)
            .order_by("-id")
            .first()
        )
        if merged is None:
            raise NotMerged(
                worded("Person {person} is not merged into another.", person=loser), details={"person": loser}
            )
        holder = survivor(loser)
        back = Identity.objects.filter(pk__in=merged.identities, person=holder).order_by("id")
        moved = list(back.values_list("id", flat=True))
        Identity.objects.filter(pk__in=moved).update(person=loser)
        Person.objects.filter(pk=loser).update(merged_into=None, merged_at=None)
        merged.undone_at = now
        merged.save(update_fields=["undone_at"])
        facts = {"survivor": holder, "loser": loser, "identities": moved, "undoes": merged.entry}
        first = moved[0] if moved else None
        entry = NewEntry("person.unmerged", happened_at, first, f"person:{holder}", facts, caused_by=merged.entry)
        append_one(entry, by=by, now=now)


def _open(person: int, identifier: Identifier) -> tuple[Register, Someone, Key]:
    lock_identities()
    whom = survivor(person)
    key = key_of(identifier)
    if key is None or key.is_shared_mailbox:
        raise NoIdentifier(worded("This value identifies nobody in particular."))
    register = load([key], [whom])
    for rows in register.lives.values():
        for row in rows:
            if row.person.id == whom:
                return register, row.person, key
    raise NoSuchPerson(worded("There is no person {person}.", person=person), details={"person": person})


def _home(identity: int, person: int) -> int | None:
    """The visitor an identity was before it was linked, as long as that row is free."""
    for merged in Merge.objects.filter(undone_at=None).filter(loser__merged_into=person).order_by("-id"):
        if identity in merged.identities and not Identity.objects.filter(person=merged.loser_id).exists():
            return merged.loser_id
    return None
