"""Comments of both teams on a person: entries of the ledger, and no table beside it.

A comment is `comment.added`; what its writer changed is `comment.changed` with the new words; one taken back is
voided, and counts again when it is restored.  The words are personal: erasure takes them.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from leadpact.base.wording import worded
from leadpact.handover import rows
from leadpact.handover.errors import NotTheirComment, UnknownComment
from leadpact.ledger import reads as ledger
from leadpact.ledger.actions import append_one
from leadpact.ledger.types import NewEntry, StoredEntry
from leadpact.team.types import Actor

ADDED: Final = "comment.added"
CHANGED: Final = "comment.changed"
KINDS: Final = frozenset({ADDED, CHANGED})
TWICE: Final = timedelta(minutes=1)  # the same words again so soon are a button pressed twice


@dataclass(frozen=True)
class CommentView:
    """One comment.

    entry       the entry it began with, which is its number
    text        the words as they stand; "" once they were erased
    changed_at  when its writer changed it last; None: never
    """

    entry: int
    by: str
    text: str
    written_at: datetime
    changed_at: datetime | None
    is_removed: bool


def add(person: int, text: str, *, mentioned: Collection[int], by: Actor, now: datetime) -> tuple[int, bool]:
    """Write a comment about a person; returns its number, and False where it was written a moment ago already."""
    identity = rows.identity_of(person)
    if identity is not None:
        recent = ledger.entries_of([identity], kinds=[ADDED], since=now - TWICE, newest_first=True, limit=20)
        for entry in recent:
            if entry.by == str(by) and (entry.personal or {}).get("text") == text:
                return entry.id, False
    facts = {"person": person, "mentioned": sorted(mentioned)}
    new = NewEntry(ADDED, now, identity=identity, facts=facts, personal={"text": text})
    return append_one(new, by=by, now=now), True


def change(comment: int, text: str, *, mentioned: Collection[int], by: Actor, now: datetime) -> StoredEntry:
    """Give a comment other words; returns the entry it began with.

    Raises `UnknownComment`, and `NotTheirComment` for that of somebody else.
    """
    found = own(comment, by=by)
    facts = {"comment": comment, "mentioned": sorted(mentioned)}
    new = NewEntry(
        CHANGED,
        now,
        identity=found.identity,
        about=found.about,
        facts=facts,
        personal={"text": text},
        caused_by=comment,
    )
    append_one(new, by=by, now=now)
    return found


def own(comment: int, *, by: Actor) -> StoredEntry:
    """Return the entry of a comment that is the actor's own.  Raises as `change` does."""
    found = ledger.entry(comment)
    if found is None or found.kind != ADDED:
        raise UnknownComment(worded("There is no comment {comment}.", comment=comment), details={"comment": comment})
    if found.by != str(by):
        raise NotTheirComment(worded("A comment is its writer's to change or take back."), details={"comment": comment})
    return found


def comments_in(entries: Iterable[StoredEntry], voided: Collection[int]) -> list[CommentView]:
    """Return the comments among a person's entries, the oldest first."""
    written = sorted((each for each in entries if each.kind in KINDS), key=lambda each: (each.recorded_at, each.id))
    newest = {each.facts.get("comment"): each for each in written if each.kind == CHANGED}
    return [_view(each, newest.get(each.id), is_removed=each.id in voided) for each in written if each.kind == ADDED]


def _view(added: StoredEntry, changed: StoredEntry | None, *, is_removed: bool) -> CommentView:
    text = ((changed or added).personal or {}).get("text")
    changed_at = changed.happened_at if changed else None
    return CommentView(added.id, added.by, str(text or ""), added.happened_at, changed_at, is_removed)


@dataclass(frozen=True)
class Piece:
    """Part of a comment; `user`: whom it names."""

    text: str
    user: int | None = None


def pieces_of(text: str, names: Mapping[int, str]) -> list[Piece]:
    """Split a comment at the @names in it: a whole name, or a first name that only one has."""
    calls = _calls(names)
    if not calls:
        return [Piece(text)]
    longest_first = sorted(calls, key=len, reverse=True)
    named = re.compile(rf"(?<![\w@])@({'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)
    found, end = [], 0
    for match in named.finditer(text):
        if match.start() > end:
            found.append(Piece(text[end : match.start()]))
        found.append(Piece(match[0], calls[match[1].casefold()]))
        end = match.end()
    return [*found, Piece(text[end:])] if end < len(text) or not found else found


def mentioned_in(text: str, names: Mapping[int, str]) -> list[int]:
    """Return whom a comment names, each once, in the order they stand."""
    return list(dict.fromkeys(piece.user for piece in pieces_of(text, names) if piece.user is not None))


def _calls(names: Mapping[int, str]) -> dict[str, int]:
    """Return what somebody may be called by; a name that two have calls neither."""
    said: dict[str, set[int]] = {}
    for number, name in names.items():
        whole = " ".join(name.casefold().split())
        for call in {whole, whole.partition(" ")[0]} - {""}:
            said.setdefault(call, set()).add(number)
    return {call: next(iter(numbers)) for call, numbers in said.items() if len(numbers) == 1}
