"""One story of several persons: what each of them did, what both teams did, and what became of deals."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from leadpact.ledger import reads as ledger
from leadpact.ledger.types import StoredEntry
from leadpact.pact import reads as pacts
from leadpact.pact.errors import NoPact
from leadpact.pact.types import Pact
from leadpact.people.types import PersonView
from leadpact.team import reads as team
from leadpact.team.types import Member
from leadpact.web.leads.story import Line, Names, tell

LONGEST = 200  # entries a page; the rest is one click away


@dataclass(frozen=True)
class Told:
    """A line, and whose act it was: names with addresses of their pages."""

    line: Line
    who: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class ToldChapter:
    title: str
    lines: tuple[Told, ...]
    is_by_day: bool


@dataclass(frozen=True)
class ToldStory:
    chapters: tuple[ToldChapter, ...]
    acts: int
    older_than: datetime | None  # there is more before this moment


def entries_of(
    persons: Collection[PersonView],
    abouts: Iterable[str],
    *,
    until: datetime | None = None,
    but: Collection[str] = (),
    limit: int = LONGEST,
) -> list[StoredEntry]:
    """Return what hangs on these persons and is about these things, newest first, each once, one more than shown."""
    identities = [identity for person in persons for identity in person.identities]
    more = limit + 1
    found = ledger.entries_around(identities, [*abouts], until=until, newest_first=True, limit=more)
    return [entry for entry in found if entry.kind not in but][:more]


def story_of(
    entries: list[StoredEntry],
    persons: Iterable[PersonView],
    *,
    members: Mapping[int, Member],
    reasons: Mapping[str, str],
    now: datetime,
    zone: ZoneInfo,
    limit: int = LONGEST,
) -> ToldStory:
    """Tell the entries, newest first, each with the person who did it or whom it reached."""
    shown, persons = entries[:limit], list(persons)
    is_queued = any(each.kind == "lead.offered" and not each.facts.get("user") for each in shown)
    names = Names(
        users={number: member.name for number, member in members.items()},
        teams={each.id: each.name for each in team.teams()} if is_queued else {},
        reasons=reasons,
    )
    chapters = tell(shown, names=names, points={}, voided=(), now=now, zone=zone, with_book_keeping=True)
    whose = {identity: (person.id, person.name or person.email) for person in persons for identity in person.identities}
    several = len(persons) > 1  # of one alone nobody needs to say who it was
    by = {entry.id: whose[entry.identity] for entry in shown if entry.identity in whose} if several else {}
    told = tuple(
        ToldChapter(
            chapter.title, tuple(Told(line, _who(line, by)) for line in chapter.lines), chapter.is_by_day
        )
        for chapter in chapters
    )  # fmt: skip
    more = shown[-1].happened_at if len(entries) > limit else None
    return ToldStory(told, sum(len(each.line.times) for chapter in told for each in chapter.lines), more)


def reasons_of(version: int | None, now: datetime) -> dict[str, str]:
    """Return the labels of a pact's reasons by their codes; of the one in force where no version is asked for."""
    try:
        return labels_of(pacts.in_force(now).pact if version is None else pacts.pact_of(version))
    except NoPact:
        return {}


def labels_of(pact: Pact) -> dict[str, str]:
    """Return the labels of a pact's reasons by their codes."""
    said = (*pact.reject_reasons, *pact.recycle_reasons, *pact.disqualify_reasons)
    return {reason.code: reason.label for reason in said}


def _who(line: Line, by: Mapping[int, tuple[int, str]]) -> tuple[tuple[int, str], ...]:
    """Everybody behind the entries folded into a line, the newest first."""
    found = (by.get(entry) for entry, _happened_at in line.times)
    return tuple(dict.fromkeys(each for each in found if each is not None and each[1]))
