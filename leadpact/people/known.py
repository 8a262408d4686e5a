"""Who was who as it was known at a past moment: what was recorded since is taken back, newest first.

Every change of an identity is an entry: person.created, identity.linked, identity.unlinked, person.merged,
person.unmerged.  So the present and the entries since tell what was before.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from typing import Any, Final

from django.db.models import QuerySet

from leadpact.ledger import by_hand
from leadpact.ledger import reads as ledger
from leadpact.ledger.types import StoredEntry
from leadpact.people.models import Fact, Identity, Person
from leadpact.people.types import IdentityKind, PersonView, Strength

CREATED, LINKED, UNLINKED = "person.created", "identity.linked", "identity.unlinked"
MERGED, UNMERGED = "person.merged", "person.unmerged"
KINDS: Final = (CREATED, LINKED, UNLINKED, MERGED, UNMERGED)
_ROUNDS: Final = 25
_AT_ONCE: Final = 500


@dataclass
class _Who:
    """Rows and identities as they stood."""

    row: dict[int, int] = field(default_factory=dict)
    strength: dict[int, Strength] = field(default_factory=dict)
    kind: dict[int, str] = field(default_factory=dict)
    into: dict[int, int | None] = field(default_factory=dict)
    created: dict[int, datetime] = field(default_factory=dict)
    columns: dict[int, Fact] = field(default_factory=dict)
    entries: dict[int, StoredEntry] = field(default_factory=dict)

    def top(self, row: int) -> int:
        while (target := self.into.get(row)) is not None:
            row = target
        return row

    def under(self, top: int) -> list[int]:
        found, level = list[int](), [top]
        while level:
            level = sorted(row for row, into in self.into.items() if into in set(level))
            found += level
        return found


def as_known(persons: Collection[int], *, at: datetime) -> dict[int, PersonView]:
    """Return persons by the id that was asked for, as they were known then; who was not known at all is left out.

    Of a view only what scores depend on is filled: id, merged rows, identities, address and company.
    """
    who = _around(persons)
    for entry in sorted(who.entries.values(), key=lambda each: each.id, reverse=True):
        if entry.recorded_at > at:
            _take_back(entry, who)
    tops = {asked: who.top(asked) for asked in persons if asked in who.into}
    rows = {top: [top, *who.under(top)] for top in set(tops.values())}
    said = _columns(who.columns.values(), at)
    views = {top: _view(some, who, said) for top, some in rows.items()}
    return {asked: views[top] for asked, top in tops.items()}


def companions_as_known(companies: Collection[int], *, at: datetime) -> dict[int, dict[int, tuple[int, ...]]]:
    """Return by company its persons as they were known then, each with the identities that might earn points."""
    found: dict[int, dict[int, tuple[int, ...]]] = {number: {} for number in companies}
    wanted = Fact.objects.filter(name="company", value__in=list(companies), recorded_at__lte=at, person__isnull=False)
    rows = sorted(row for row in set(wanted.values_list("person", flat=True)) if row is not None)
    for view in as_known(rows, at=at).values():
        if view.company in found:
            found[view.company][view.id] = view.scored_identities
    return found


def _around(persons: Collection[int]) -> _Who:
    """Read these persons, and everybody who ever had something of theirs."""
    who, asked, seen = _Who(), set(persons), set[int]()
    for _round in range(_ROUNDS):
        new = asked - seen
        if not new:
            break
        seen |= new
        asked |= _read(sorted(new), who)
    return who


def _read(rows: Collection[int], who: _Who) -> set[int]:
    """Read some rows with what is about them, in two questions; returns the rows named there."""
    named = set[int]()
    for some in batched(rows, _AT_ONCE):
        people, columns = by_hand.question_of(_kin(some), list), by_hand.question_of(_facts(some), list)
        owned = by_hand.question_of(Identity.objects.filter(person__in=some), list)
        about = ledger.said_question("about", [f"person:{row}" for row in some], KINDS)
        first = by_hand.at_once(people, columns, owned, about)
        for person in first.to(people):
            who.into[person.pk], who.created[person.pk] = person.merged_into_id, person.created_at
            named |= {person.pk} | ({person.merged_into_id} if person.merged_into_id is not None else set())
        who.columns |= {fact.pk: fact for fact in first.to(columns)}
        mine = {row.pk for row in first.to(owned)}
        mine |= {number for entry in first.to(about) for number in _identities(entry)}
        said = ledger.said_question("identity", sorted(mine), KINDS)
        others = by_hand.question_of(Identity.objects.filter(pk__in=mine), list)
        then = by_hand.at_once(said, others)
        entries = [*first.to(about), *then.to(said)]
        who.entries |= {entry.id: entry for entry in entries}
        named |= {row for entry in entries for row in _rows(entry)}
        for row in then.to(others):
            who.row[row.pk], who.strength[row.pk] = row.person_id, Strength(row.strength)
            who.kind[row.pk] = row.kind
            named.add(row.person_id)
    return named


def _kin(rows: Collection[int]) -> QuerySet[Person]:
    return Person.objects.filter(pk__in=rows) | Person.objects.filter(merged_into__in=rows)


def _facts(rows: Collection[int]) -> QuerySet[Fact]:
    return Fact.objects.filter(person__in=rows, name__in=("email", "company"))


def _identities(entry: StoredEntry) -> Iterable[int]:
    if entry.identity is not None:
        yield entry.identity
    yield from entry.facts.get("identities", ())


def _rows(entry: StoredEntry) -> Iterable[int]:
    for name in ("from", "to", "survivor", "loser"):
        if isinstance(entry.facts.get(name), int):
            yield entry.facts[name]


def _take_back(entry: StoredEntry, who: _Who) -> None:
    said = entry.facts
    if entry.kind == CREATED:
        who.into.pop(int(entry.about.partition(":")[2]), None)
        if entry.identity is not None:
            who.row.pop(entry.identity, None)
    elif "loser" in said and entry.kind in (LINKED, MERGED):
        _put(said["identities"], said["loser"], who)
        who.into[said["loser"]] = None
    elif entry.kind == UNMERGED:
        _put(said["identities"], said["survivor"], who)
        who.into[said["loser"]] = said["survivor"]
    elif entry.kind in (LINKED, UNLINKED):
        _take_back_link(entry, who)


def _take_back_link(entry: StoredEntry, who: _Who) -> None:
    said, identity = entry.facts, int(entry.facts["identity"])
    if said["from"] is None:
        who.row.pop(identity, None)
        return
    _put([identity], said["from"], who)
    who.strength[identity] = _strength_before(entry, identity, who)
    who.into[said["from"]] = None
    if entry.kind == UNLINKED and said["to"] in who.into:
        who.into[said["to"]] = said["from"]


def _put(identities: Iterable[int], row: int, who: _Who) -> None:
    for identity in identities:
        if identity in who.row:
            who.row[identity] = row


def _strength_before(entry: StoredEntry, identity: int, who: _Who) -> Strength:
    before = [each for each in who.entries.values() if each.id < entry.id and _speaks_of(each, identity)]
    for each in sorted(before, key=lambda one: one.id, reverse=True):
        if each.kind == CREATED:
            is_claim = not each.facts.get("is_known") and who.kind[identity] != IdentityKind.ANONYMOUS
            return Strength.CLAIMED if is_claim else Strength.SURE
        return Strength(each.facts["strength"]) if each.kind == LINKED else Strength.SURE
    return Strength.SURE


def _speaks_of(entry: StoredEntry, identity: int) -> bool:
    if entry.kind == CREATED:
        return entry.identity == identity
    return entry.kind in (LINKED, UNLINKED) and entry.facts.get("identity") == identity


type _Said = Mapping[tuple[int, str], Any]


def _columns(facts: Iterable[Fact], at: datetime) -> _Said:
    """Return the address and company of each row: of what was recorded by then, what is true latest."""
    found: dict[tuple[int, str], Any] = {}
    newest: dict[tuple[int, str], datetime] = {}
    for fact in sorted((each for each in facts if each.recorded_at <= at), key=lambda each: each.pk):
        place = (fact.person_id or 0, fact.name)
        if fact.happened_at >= newest.get(place, fact.happened_at):
            found[place], newest[place] = fact.value, fact.happened_at
    return found


def _view(rows: list[int], who: _Who, said: _Said) -> PersonView:
    top, *merged = rows
    mine = sorted(identity for identity, row in who.row.items() if row == top)
    company = next((value for row in rows if (value := said.get((row, "company"))) is not None), None)
    email = next((str(value) for row in rows if (value := said.get((row, "email")))), "")
    sure = (who.kind[one] != IdentityKind.ANONYMOUS and who.strength[one] is Strength.SURE for one in mine)
    return PersonView(
        id=top, name="", email=email, phone="", title="", company=company, company_name="", owner=None, facts={},
        identities=tuple(mine), scored_identities=tuple(i for i in mine if who.strength[i] is not Strength.CLAIMED),
        is_known=any(sure) or bool(email), created_at=who.created[top], merged=tuple(merged),
    )  # fmt: skip
