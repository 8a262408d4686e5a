"""What the pages of the pact show: numbered chapters, the history, and what a version changes."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from leadpact.pact import reads
from leadpact.pact.sentences import Change, changes, sentences
from leadpact.pact.types import Clause, Pact, PactVersion, SectionSide
from leadpact.team import reads as team

# What a clause is about: its numbers, with the unit where the language is English.
_PARAM: Final = re.compile(
    r"([+\u2212-]?\d[\d.,]*\d|[+\u2212-]?\d)"
    r"((?: calendar| working)? (?:points?|days?|hours?|minutes?|attempts?|leads?|times?|months?)\b)?"
)
DOTS: Final[Mapping[SectionSide, str]] = {
    "marketing": "marketing", "sales": "sales", "partner": "sales", "both": "both",
}  # fmt: skip


@dataclass(frozen=True)
class Sentence:
    """One clause with its number; `is_changed`: another version says it otherwise."""

    number: str
    anchor: str
    text: SafeString
    notes: tuple[str, ...]
    was: str | None = None
    is_changed: bool = False


@dataclass(frozen=True)
class Chapter:
    number: int
    anchor: str
    title: str
    dot: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class Edition:
    """A version in the history.

    since, until  when it holds; `until` None while no later one is known; `since` None: it never did
    changes       what it says otherwise than the version before it
    """

    version: PactVersion
    proposer: str
    since: datetime | None
    until: datetime | None
    is_in_force: bool
    changes: tuple[Change, ...]


def chapters_of(pact: Pact, changed: Iterable[Change] = ()) -> list[Chapter]:
    """Return the pact as numbered chapters; `changed` are the clauses another version says otherwise."""
    marks = {change.anchor: change for change in changed}
    return [
        Chapter(
            place, section.anchor, section.title, DOTS[section.side],
            tuple(_sentence(f"{place}.{n}", clause, marks) for n, clause in enumerate(section.clauses, 1)),
        )
        for place, section in enumerate(sentences(pact), 1)
    ]  # fmt: skip


def _sentence(number: str, clause: Clause, marks: Mapping[str, Change]) -> Sentence:
    mark = marks.get(clause.anchor)
    text = with_params(clause.text)
    return Sentence(number, clause.anchor, text, clause.notes, mark.was if mark else None, mark is not None)


def with_params(text: str) -> SafeString:
    """Return a sentence with what can be agreed otherwise, its numbers, set apart."""
    parts, last = list[tuple[SafeString | str]](), 0
    for found in _PARAM.finditer(text):
        parts.append((text[last : found.start()],))
        parts.append((format_html('<span class="fixed-param">{}</span>', found[0]),))
        last = found.end()
    return format_html_join("", "{}", [*parts, (text[last:],)])


def editions(now: datetime, *, limit: int | None = None) -> list[Edition]:
    """Return the versions, the newest first; with what each changed for the first `limit` of them."""
    spans, names = reads.spans(), {each.id: each.name for each in team.users()}
    ends = {since: end for (since, _n, _p), (end, _m, _q) in pairwise(spans)}
    held, chosen = reads.in_force(now).version, reads.versions()[:limit]
    pacts = {number: reads.pact_of(number) for number in _with_those_before(chosen)}
    found = []
    for version in chosen:
        since = version.in_force_since[-1] if version.in_force_since else None
        before = pacts.get(version.number - 1)
        changed = changes(before, pacts[version.number]) if before else ()
        found.append(
            Edition(
                version, proposer_of(version, names), since, ends.get(since) if since else None,
                version.number == held, changed,
            )
        )  # fmt: skip
    return found


def _with_those_before(versions: Iterable[PactVersion]) -> set[int]:
    return {number for each in versions for number in (each.number - 1, each.number) if number > 0}


def proposer_of(version: PactVersion, names: Mapping[int, str]) -> str:
    kind, _colon, number = version.proposed_by.partition(":")
    return names.get(int(number), "") if kind == "user" and number.isdigit() else _("the installation")
