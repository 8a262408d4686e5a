"""Proof that nothing was rewritten: every digest, the chain, the positions and the segments, anew.

What it cannot see: the newest entries cut off together with their positions before they were sealed, as nothing
after them tells.  A chain value kept elsewhere closes that gap.
"""

import json
from bisect import bisect_right
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import batched
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from leadpact.ledger import by_hand
from leadpact.ledger.models import Entry, Position, Unsequenced
from leadpact.ledger.rules import FIRST_CHAIN, canonical, digest, link, microseconds
from leadpact.ledger.segments.catalogue import catalogue
from leadpact.ledger.segments.checking import faults_of
from leadpact.ledger.types import Checked, Fault, Verification

_AT_ONCE: Final = 500
_LAST: Final = 2**63
_LINKED: Final = ("position", "chain", "entry_id", "entry__identity", "entry__personal", "entry__digest")
_PLAIN: Final = ("id", "kind", "identity", "about", "by", "caused_by", "source", "message", "content", "salt", "digest")


def verify(folder: Path | None = None) -> Verification:
    """Recompute all there is; `folder` holds the segments, by default the installation's."""
    walk = _Walk(_erased())
    listed = [*_unlisted(), *_unlisted_messages()]
    faults = [*walk.in_order(), *walk.not_in_order(), *listed, *faults_of(folder or Path(settings.SEGMENTS))]
    return Verification(
        ok=not faults,
        entries=Entry.objects.count(),
        positions=walk.positions,
        segments=len(catalogue()),
        unsequenced=Unsequenced.objects.count(),
        faults=tuple(faults),
    )


def verify_erased(identities: Collection[int], also: Collection[int]) -> Checked:
    """Look at every entry an erasure touched: no personal part, named by it, and in the chain with its digest."""
    erased, faults, entries = _Erased(frozenset(identities), frozenset(also)), 0, 0
    rows = Position.objects.filter(Q(entry__identity__in=identities) | Q(entry__in=also), entry__salt=None)
    for some in batched(rows.order_by("position").values_list(*_LINKED).iterator(), _AT_ONCE):
        before = dict(
            Position.objects.filter(position__in=[row[0] - 1 for row in some]).values_list("position", "chain")
        )
        for position, chain, entry, identity, personal, stored in some:
            entries += 1
            is_named = identity in erased.identities or entry in erased.entries
            linked = link(_bytes(before.get(position - 1, FIRST_CHAIN)), _bytes(stored))
            faults += not (is_named and personal is None and linked == _bytes(chain))
    return Checked(entries, faults)


class _Walk:
    """One pass over the entries, in the order of their positions and then those that have none."""

    def __init__(self, erased: "_Erased") -> None:
        self._erased = erased
        self.positions = 0

    def in_order(self) -> Iterator[Fault]:
        before, links = 0, {FIRST_CHAIN}
        rows = _readable(Position.objects.order_by("position"), "entry__", "position", "entry_id", "chain")
        for row in rows.iterator(chunk_size=2_000):
            self.positions += 1
            where = f"position {row['position']} (entry {row['entry_id']})"
            yield from self._entry(row, where, row["position"])
            if row["position"] != before + 1:
                yield Fault("position_gap", where, f"Position {before + 1} should stand here.")
                links = set()
            expected = {link(one, _bytes(row["digest"])) for one in links}
            stored = _bytes(row["chain"])
            if links and stored not in expected:
                yield Fault("chain_broken", where, "The chain does not follow from the entry before and this digest.")
            # Go on from both, so that one damaged link is reported once and not at its neighbour too.
            before, links = row["position"], {stored, *(expected if stored not in expected else ())}

    def not_in_order(self) -> Iterator[Fault]:
        rows = _readable(Entry.objects.filter(sequenced__isnull=True).order_by("id"), "")
        for row in rows.iterator(chunk_size=2_000):
            yield from self._entry(row, f"entry {row['id']}", 0)

    def _entry(self, row: dict[str, Any], where: str, position: int) -> Iterator[Fault]:
        if row["id"] is None:
            yield Fault("entry_missing", where, "The position names an entry that is not there.")
        elif row["salt"] is not None:
            is_forgotten = row["personal_text"] is None and self._erased.was_kept_long_enough(position)
            if not is_forgotten and _digest_of(row) != _bytes(row["digest"]):
                yield Fault("entry_changed", where, "The entry is not what its digest was taken over.")
        elif row["personal_text"] is not None:
            yield Fault("entry_half_erased", where, "The salt is gone, but the personal part is there.")
        elif row["identity"] not in self._erased.identities and row["id"] not in self._erased.entries:
            yield Fault("entry_unexplained", where, "The salt is gone, and no person.erased entry names it.")


def _readable(rows: QuerySet[Any], prefix: str, *more: str) -> QuerySet[Any, dict[str, Any]]:
    """Read JSON and times as text: a damaged value is to be reported, not to stop the walk."""
    texts: dict[str, Any] = {name: Cast(f"{prefix}{name}", TextField()) for name in ("facts", "personal")}
    moments: dict[str, Any] = {name: F(f"{prefix}{name}") for name in ("happened_at", "recorded_at")}
    if connection.vendor == "sqlite":
        moments = {name: Cast(moment, TextField()) for name, moment in moments.items()}
    named = {f"{name}_text": expression for name, expression in (texts | moments).items()}
    plain = {name: F(f"{prefix}{name}") for name in _PLAIN} if prefix else {}
    return rows.values(*more, *(() if prefix else _PLAIN), **named, **plain)


def _digest_of(row: dict[str, Any]) -> bytes:
    message, content = (None if row[name] is None else _bytes(row[name]).hex() for name in ("message", "content"))
    try:
        times = [_microseconds(row["happened_at_text"]), _microseconds(row["recorded_at_text"])]
        facts, personal = (
            canonical(json.loads(row["facts_text"])),
            canonical(json.loads(row["personal_text"] or "null")),
        )
    except (TypeError, ValueError):
        return b""
    head = [
        row["kind"], *times, row["identity"], row["about"], row["by"], row["caused_by"], row["source"],
        message, content,
    ]  # fmt: skip
    return digest(_bytes(row["salt"]), head, facts, personal)


def _microseconds(stored: str | datetime) -> int:
    return microseconds(stored if isinstance(stored, datetime) else datetime.fromisoformat(stored).replace(tzinfo=UTC))


def _bytes(stored: object) -> bytes:
    return bytes(stored) if isinstance(stored, bytes | memoryview) else b""


@dataclass(frozen=True)
class _Erased:
    """What is said to have gone.

    identities  by person.erased entries; entries: of others that spoke of the person
    spans       first and last positions whose personal part was kept long enough, by retention.applied entries
    """

    identities: frozenset[int]
    entries: frozenset[int]
    spans: tuple[tuple[int, int], ...] = ()

    def was_kept_long_enough(self, position: int) -> bool:
        at = bisect_right(self.spans, (position, _LAST)) - 1
        return at >= 0 and self.spans[at][0] <= position <= self.spans[at][1]


def _erased() -> _Erased:
    identities, entries = set[int](), set[int]()
    for facts in Entry.objects.filter(kind="person.erased").values_list("facts", flat=True).iterator():
        identities.update(facts.get("identities", ()))
        entries.update(facts.get("also", ()))
    applied = Entry.objects.filter(kind="retention.applied", facts__has_key="positions")
    spans = sorted((first, last) for first, last in applied.values_list("facts__positions__0", "facts__positions__1"))
    return _Erased(frozenset(identities), frozenset(entries), tuple(spans))


def _unlisted() -> Iterator[Fault]:
    placed = Position.objects.filter(entry=OuterRef("id"))
    waiting = Unsequenced.objects.filter(entry=OuterRef("id"))
    for number in Entry.objects.filter(~Exists(placed), ~Exists(waiting)).values_list("id", flat=True):
        yield Fault("entry_unlisted", f"entry {number}", "The entry has no position and does not wait for one.")


def _unlisted_messages() -> Iterator[Fault]:
    """On PostgreSQL a table of its own keeps messages from being recorded twice: see partitions."""
    if connection.vendor != "postgresql":
        return
    missing = by_hand.rows(
        "SELECT e.id FROM ledger_entry e LEFT JOIN ledger_message m ON m.source = e.source AND m.message = e.message"
        " WHERE e.source IS NOT NULL AND e.message IS NOT NULL AND m.source IS NULL ORDER BY e.id"
    )
    for (number,) in missing:
        yield Fault("message_unlisted", f"entry {number}", "Its message, come again, would be recorded again.")
