"""Erasure: the personal part of entries goes, and the salt with it; digest, kind, times and amounts stay."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Q

from leadpact.base.mentions import Mentions
from leadpact.ledger.actions import append_one
from leadpact.ledger.containing import rows_naming
from leadpact.ledger.faults import reach
from leadpact.ledger.models import Entry
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


def spoken_of(abouts: Collection[str], kinds: Collection[str], mentions: Mentions) -> list[int]:
    """Return entries of others that name a person: about things they had a part in, or of kinds with free words."""
    rows = Entry.objects.filter(salt__isnull=False).filter(Q(about__in=abouts) | Q(kind__in=kinds))
    return [row.pk for row in rows_naming(rows, ["personal", "facts"], mentions)]


def entries_about(abouts: Collection[str]) -> list[int]:
    """Return the entries with a salt about things that concern nobody else."""
    rows = Entry.objects.filter(about__in=abouts, salt__isnull=False)
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
