"""Erasure of persons: the row stays as a number that others point to, and nothing in it says who it was."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import Exists, OuterRef

from leadpact.base.mentions import Mentions
from leadpact.base.text import BadEmail
from leadpact.people.consents import suppress
from leadpact.people.models import Consent, Erasure, Fact, Identity, Person
from leadpact.people.survivors import rows_of, survivors
from leadpact.people.types import IdentityKind, Strength
from leadpact.team.types import Actor


class Reason(StrEnum):
    """Why somebody was erased."""

    ASKED = "asked"  # by themselves: GDPR, Article 17
    MISTAKE = "mistake"  # should never have been kept
    CONTRACT = "contract"  # the purpose is gone
    RETENTION = "retention"  # nothing happened for longer than our settings keep it


@dataclass(frozen=True)
class Known:
    """What must be looked for elsewhere before it is gone from here.

    rows  every row that was merged into these persons, and theirs
    """

    rows: tuple[int, ...]
    identities: tuple[int, ...]
    emails: tuple[str, ...]
    ids: tuple[str, ...]
    mentions: Mentions


@dataclass(frozen=True)
class ErasureView:
    id: int
    persons: tuple[int, ...]
    reason: Reason
    never_write: bool
    asked_by: str
    asked_at: datetime
    entries: int
    entry: int | None
    erased_at: datetime | None
    done_at: datetime | None


def known_of(persons: Collection[int]) -> Known:
    """Return what is known of some persons, of every row merged with theirs."""
    tops = sorted(set(survivors(persons).values()))
    rows = sorted({*tops, *(row for merged in rows_of(tops).values() for row in merged)})
    people = list(Person.objects.filter(pk__in=rows))
    identities = list(Identity.objects.filter(person__in=rows).order_by("id"))
    told = Fact.objects.filter(person__in=rows, name__in=["name", "email", "phone"]).values_list("name", "value")
    former: dict[str, set[str]] = {"name": set(), "email": set(), "phone": set()}
    for name, value in [*told, *((name, getattr(row, name)) for row in people for name in former)]:
        former[name] |= {value} if isinstance(value, str) and value else set()
    emails = former["email"] | {each.value for each in identities if each.kind == IdentityKind.EMAIL}
    ids = tuple(sorted({each.value for each in identities if each.kind != IdentityKind.EMAIL}))
    mentions = Mentions.of(emails, former["name"], former["phone"], ids)
    numbers = tuple(each.pk for each in identities)
    return Known(tuple(rows), numbers, tuple(sorted(emails)), ids, mentions)


def erase(known: Known, *, never_write: bool, by: Actor, now: datetime) -> None:
    """Empty the persons' rows and identities and drop what was known of them and since when.

    never_write  their addresses stay barred, as fingerprints
    """
    with transaction.atomic():
        for email in known.emails if never_write else ():
            try:
                suppress(email, "erased", by=by, now=now)
            except BadEmail:
                continue  # nobody could be written to by it
        Fact.objects.filter(person__in=known.rows).delete()
        Consent.objects.filter(person__in=known.rows).delete()
        Person.objects.filter(pk__in=known.rows).update(
            name="", email="", phone="", title="", company=None, owner=None, facts={}, erased_at=now
        )
        rows = [
            # Claimed: what hangs on it earns nothing any more, live or replayed.
            Identity(pk=number, value=f"erased:{secrets.token_hex(12)}", source="", strength=Strength.CLAIMED)
            for number in known.identities
        ]
        Identity.objects.bulk_update(rows, ["value", "source", "strength"], batch_size=1_000)


def ask(persons: Sequence[int], reason: Reason, *, never_write: bool, by: Actor, now: datetime) -> ErasureView:
    """Write down that some persons are to be erased; harmless where that is asked for already."""
    asked = sorted(set(survivors(persons).values()))
    for row in Erasure.objects.filter(done_at=None):
        if row.persons == asked:
            return view_of(row)
    row = Erasure.objects.create(persons=asked, reason=reason, never_write=never_write, asked_by=str(by), asked_at=now)
    return view_of(row)


def note_erased(erasure: int, entry: int, entries: int, *, now: datetime) -> None:
    Erasure.objects.filter(pk=erasure).update(entry=entry, entries=entries, erased_at=now)


def note_done(erasure: int, *, now: datetime) -> None:
    Erasure.objects.filter(pk=erasure, done_at=None).update(done_at=now)


def unfinished() -> list[ErasureView]:
    """Return the erasures that something is left to do of, the oldest first."""
    return [view_of(row) for row in Erasure.objects.filter(done_at=None).order_by("id")]


def erasures(*, before: int | None = None, limit: int = 50) -> list[ErasureView]:
    """Return erasures, the newest first."""
    rows = Erasure.objects.order_by("-id")
    return [view_of(row) for row in (rows if before is None else rows.filter(pk__lt=before))[:limit]]


def erasure(number: int) -> ErasureView:
    return view_of(Erasure.objects.get(pk=number))


def nobodies(*, since_before: datetime, after: int, limit: int) -> list[int]:
    """Return visitors nobody knows (no name, no address, no id but an anonymous one) first met before a moment."""
    known = Identity.objects.filter(person=OuterRef("pk")).exclude(kind=IdentityKind.ANONYMOUS)
    merged = Person.objects.filter(merged_into=OuterRef("pk"))
    rows = Person.objects.filter(
        ~Exists(known), ~Exists(merged), pk__gt=after, created_at__lt=since_before, name="", email="", phone="",
        erased_at=None, merged_into=None,
    )  # fmt: skip
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


def view_of(row: Erasure) -> ErasureView:
    return ErasureView(
        id=row.pk, persons=tuple(row.persons), reason=Reason(row.reason), never_write=row.never_write,
        asked_by=row.asked_by, asked_at=row.asked_at, entries=row.entries, entry=row.entry,
        erased_at=row.erased_at, done_at=row.done_at,
    )  # fmt: skip
