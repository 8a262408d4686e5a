"""Erasure: the personal part of entries goes, and the salt with it; digest, kind, times and amounts stay."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import batched, takewhile
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Q

from leadpact.base.mentions import Mentions
from leadpact.ledger import following
from leadpact.ledger.actions import append_one
from leadpact.ledger.containing import about_any, rows_naming
from leadpact.ledger.faults import reach
from leadpact.ledger.models import Entry, Position
from leadpact.ledger.rules import canonical, plain
from leadpact.ledger.types import Acting, NewEntry

_AT_ONCE: Final = 2_000

type Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Erased:
    """What was done: the entry that says so, and how many entries lost their personal part."""

    entry: int
    entries: int


def erase(
    identities: Collection[int],
    *,
    also: Collection[int] = (),
    amend: Callable[[Facts], Facts] = dict,
    facts: Facts | None = None,
    by: str | Acting,
    now: datetime,
) -> Erased:
    """Take the personal part and the salt from every entry of these identities, and from the entries `also`.

    amend  gives the facts of an entry without those that may tell whose it was
    facts  what else the entry `person.erased` says; it names the identities by number, which `verify` asks for
    """
    with transaction.atomic():
        rows = Entry.objects.filter(salt__isnull=False)
        chosen = set(rows.filter(identity__in=identities).values_list("id", flat=True))
        others = set(rows.filter(id__in=also).values_list("id", flat=True)) - chosen
        for some in batched(sorted(chosen | others), _AT_ONCE):
            _take(some, amend)
        reach("erase:in-ledger")
        said = {"identities": sorted(identities), "entries": len(chosen | others), "also": sorted(others)}
        entry = append_one(NewEntry("person.erased", now, facts={**(facts or {}), **said}), by=by, now=now)
    return Erased(entry, len(chosen | others))


@dataclass(frozen=True)
class Forgotten:
    """How many entries lost their personal part, and the positions that were looked at, both included."""

    entries: int
    first: int
    last: int


def forget_personal(reader: str, is_wanted: Callable[[str], bool], *, before: datetime, limit: int) -> Forgotten | None:
    """Take the personal part, not the salt, of the next entries recorded before a moment; None where none are left.

    An erasure can so still take the rest.  Whoever calls this says in an entry which positions were looked at, in the
    same transaction: `verify` asks for it.

    reader     remembers how far that has come
    is_wanted  says of a kind whether its entries are meant
    """
    place = following.place_of(reader)
    with transaction.atomic():
        rows = Position.objects.filter(position__gt=place).order_by("position")
        found = rows.values_list("position", "entry_id", "entry__kind", "entry__recorded_at")[:limit]
        old = list(takewhile(lambda row: row[3] < before, found))
        if not old or not following.move(reader, since=place, to=old[-1][0]):
            return None
        entries = 0
        for some in batched([entry for _position, entry, kind, _ in old if is_wanted(kind)], _AT_ONCE):
            rows_with = Entry.objects.filter(id__in=some, salt__isnull=False, personal__isnull=False)
            entries += rows_with.update(personal=None)
    return Forgotten(entries, old[0][0], old[-1][0])


def due_personal(reader: str, kinds: Q, *, before: datetime, at_most: int) -> int:
    """Return how many of the next `at_most` positions hold entries that `forget_personal` would take."""
    place = following.place_of(reader)
    rows = Position.objects.filter(position__gt=place, position__lte=place + at_most, entry__recorded_at__lt=before)
    return rows.filter(kinds, entry__salt__isnull=False, entry__personal__isnull=False).count()


def spoken_of(abouts: Collection[str], kinds: Collection[str], mentions: Mentions) -> list[int]:
    """Return entries of others that name a person: about things they had a part in, or of kinds with free words."""
    rows = Entry.objects.filter(salt__isnull=False).filter(about_any(abouts) | Q(kind__in=kinds))
    return [row.pk for row in rows_naming(rows, ["personal", "facts"], mentions)]


def entries_about(abouts: Collection[str]) -> list[int]:
    """Return the entries with a salt about things that concern nobody else."""
    rows = Entry.objects.filter(about_any(abouts), salt__isnull=False)
    return list(rows.order_by("id").values_list("id", flat=True))


def erased_by(entry: int) -> tuple[list[int], list[int]]:
    """Return the identities a `person.erased` entry names, and the single entries besides."""
    facts = Entry.objects.values_list("facts", flat=True).get(pk=entry, kind="person.erased")
    return list(facts["identities"]), list(facts["also"])


def _take(numbers: Collection[int], amend: Callable[[Facts], Facts]) -> None:
    held = Entry.objects.filter(id__in=numbers).values_list("id", "facts")
    changed = [(canonical(plain(new)), number) for number, facts in held if (new := dict(amend(facts))) != facts]
    kept = set(numbers) - {number for _facts, number in changed}
    Entry.objects.filter(id__in=kept).update(salt=None, personal=None)
    if changed:
        # Facts may change in the one update that takes the salt: see guard.
        with connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE ledger_entry SET salt = NULL, personal = NULL, facts = %s WHERE id = %s", changed
            )
