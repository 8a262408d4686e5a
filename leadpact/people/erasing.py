"""Erasure of persons: the row stays as a number that others point to, and nothing in it says who it was."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from leadpact.base.mentions import Mentions
from leadpact.base.text import BadEmail
from leadpact.base.wording import worded
from leadpact.people.consents import suppress
from leadpact.people.errors import NoSuchErasure, NoSuchPerson
from leadpact.people.models import Consent, Erasure, Fact, Identity, Person
from leadpact.people.survivors import survivors, with_kin
from leadpact.people.types import IdentityKind, Strength
from leadpact.team.types import Actor


class Reason(StrEnum):
    """Why somebody was erased."""

    ASKED = "asked"  # by themselves: GDPR, Article 17
    MISTAKE = "mistake"  # should never have been kept
    CONTRACT = "contract"  # the purpose is gone
    RETENTION = "retention"  # nothing happened for longer than our settings keep it


class Step(StrEnum):
    """What is done next of an erasure, in this order."""

    ASKED = "asked"  # the tables
    SEGMENTS = "segments"
    REPLAY = "replay"
    OVERWRITING = "overwriting"
    CHECKING = "checking"
    DONE = "done"


@dataclass(frozen=True)
class Receipt:
    """What an erasure came to, in counts alone.

    stores      rows that went or were emptied, by table
    stays       what is left as numbers, by what it is
    left        rows that still named the person when the tables were looked through again, by table: none
    uploads     files on their way through an import that were removed
    waiting     segments that may speak of the person, looked_at of which were; rewritten: those that did, with `bytes`
    checked     entries whose place in the chain of digests was looked at afterwards; whole: of the whole ledger
    faults      how many of these were not as they should be
    """

    stores: Mapping[str, int] = field(default_factory=dict)
    stays: Mapping[str, int] = field(default_factory=dict)
    left: Mapping[str, int] = field(default_factory=dict)
    uploads: int = 0
    waiting: int = 0
    looked_at: int = 0
    rewritten: int = 0
    bytes: int = 0
    checked: int = 0
    faults: int = 0
    is_whole: bool = False

    @property
    def holds(self) -> bool:
        """Say whether nothing is left, and the ledger is as it was."""
        return not self.left and not self.faults


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
    step: Step
    place: int
    receipt: Receipt
    done_at: datetime | None

    @property
    def share(self) -> int:
        """How much of it is done, 0 to 100; the segments take nearly all the time there is."""
        if self.step is not Step.SEGMENTS:
            return {Step.ASKED: 0, Step.REPLAY: 85, Step.OVERWRITING: 95, Step.CHECKING: 98, Step.DONE: 100}[self.step]
        return 5 + 80 * self.receipt.looked_at // max(self.receipt.waiting, 1)


def known_of(persons: Collection[int]) -> Known:
    """Return what is known of some persons, of every row merged with theirs."""
    people, _held = with_kin(persons)
    rows = sorted(people)
    identities = list(Identity.objects.filter(person__in=rows).order_by("id"))
    told = Fact.objects.filter(person__in=rows, name__in=["name", "email", "phone"]).values_list("name", "value")
    former: dict[str, set[str]] = {"name": set(), "email": set(), "phone": set()}
    for name, value in [*told, *((name, getattr(row, name)) for row in people.values() for name in former)]:
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
    """Write down that some persons are to be erased; harmless where that is asked for already.

    Raises `NoSuchPerson`.
    """
    asked = sorted(set(survivors(persons).values()))
    if not asked:
        raise NoSuchPerson(worded("Nobody was named who is known."))
    for row in Erasure.objects.filter(done_at=None):
        if row.persons == asked:
            return view_of(row)
    row = Erasure.objects.create(persons=asked, reason=reason, never_write=never_write, asked_by=str(by), asked_at=now)
    return view_of(row)


def note_erased(erasure: int, entry: int, entries: int, receipt: Receipt, *, now: datetime) -> None:
    """Write down that the tables hold nothing of them any more."""
    Erasure.objects.filter(pk=erasure).update(
        entry=entry, entries=entries, erased_at=now, step=Step.SEGMENTS, place=0, receipt=asdict(receipt)
    )


def note_step(erasure: ErasureView, step: Step, *, place: int = 0, receipt: Receipt | None = None) -> None:
    """Write down how far it has come; nothing where another worker has done the same meanwhile."""
    rows = Erasure.objects.filter(pk=erasure.id, step=erasure.step, place=erasure.place)
    rows.update(step=step, place=place, receipt=asdict(receipt or erasure.receipt))


def note_done(erasure: ErasureView, receipt: Receipt, *, now: datetime) -> None:
    Erasure.objects.filter(pk=erasure.id, done_at=None).update(done_at=now, step=Step.DONE, receipt=asdict(receipt))


def unfinished() -> list[ErasureView]:
    """Return the erasures that something is left to do of, the oldest first."""
    return [view_of(row) for row in Erasure.objects.filter(done_at=None).order_by("id")]


def is_any_open() -> bool:
    return Erasure.objects.filter(done_at=None).exists()


def erasures(*, before: int | None = None, limit: int = 50, but: Collection[Reason] = ()) -> list[ErasureView]:
    """Return erasures, the newest first; `but`: not those for these reasons."""
    rows = Erasure.objects.order_by("-id").exclude(reason__in=but)
    return [view_of(row) for row in (rows if before is None else rows.filter(pk__lt=before))[:limit]]


def erasure(number: int) -> ErasureView:
    """Raises `NoSuchErasure`."""
    row = Erasure.objects.filter(pk=number).first()
    if row is None:
        raise NoSuchErasure(worded("There is no erasure {number}.", number=number))
    return view_of(row)


def is_waiting(number: int) -> bool:
    """Say whether the tables are still to be emptied; holds the row, within a transaction, against another worker."""
    return Erasure.objects.select_for_update().filter(pk=number, erased_at=None).exists()


def erasure_of(person: int) -> ErasureView | None:
    """Return the erasure of a person that is under way."""
    for row in Erasure.objects.filter(done_at=None).order_by("-id"):
        if person in row.persons:
            return view_of(row)
    return None


def nobodies(*, since_before: datetime) -> QuerySet[Person, int]:
    """Return who asks for visitors nobody knows (no name, no address, no id but an anonymous one) first met before."""
    known = Identity.objects.filter(person=OuterRef("pk")).exclude(kind=IdentityKind.ANONYMOUS)
    merged = Person.objects.filter(merged_into=OuterRef("pk"))
    rows = Person.objects.filter(
        ~Exists(known), ~Exists(merged), created_at__lt=since_before, name="", email="", phone="",
        erased_at=None, merged_into=None,
    )  # fmt: skip
    return rows.values_list("pk", flat=True)


def view_of(row: Erasure) -> ErasureView:
    return ErasureView(
        id=row.pk, persons=tuple(row.persons), reason=Reason(row.reason), never_write=row.never_write,
        asked_by=row.asked_by, asked_at=row.asked_at, entries=row.entries, entry=row.entry,
        erased_at=row.erased_at, step=Step(row.step), place=row.place, receipt=Receipt(**row.receipt),
        done_at=row.done_at,
    )  # fmt: skip
