"""The story of a lead: what the prospect and both teams did, by day, newest first, with repeats folded."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as format_date
from django.utils.html import format_html
from django.utils.safestring import SafeString

from leadpact.base.money import Money, format_money
from leadpact.engagement.kinds import CLIENT, kind_of
from leadpact.ledger.types import StoredEntry
from leadpact.web.leads.sentences import BOOK_KEEPING, PROMISES, PURPOSES, SENTENCES, WORDS
from leadpact.web.shell.moments import say_day

WRITTEN = frozenset({"form.submitted", "enquiry.received", "mail.replied"})  # they wrote something themselves
BY_DAY = timedelta(days=31)  # older than this a story goes by months


@dataclass(frozen=True)
class Names:
    """What numbers in entries are called: users, teams, and the labels of the pact's reasons."""

    users: Mapping[int, str]
    teams: Mapping[int, str]
    reasons: Mapping[str, str]


@dataclass(frozen=True)
class Line:
    """One line of the story; `times` more than one entry folded into it, the newest first.

    points   milli-points that count today; None: earns none
    """

    entry: int
    happened_at: datetime
    side: str
    says: SafeString
    quote: str
    detail: str
    points: int | None
    is_void: bool
    times: tuple[tuple[int, datetime], ...]
    is_by_day: bool = True


@dataclass(frozen=True)
class Chapter:
    """A day, or a month for what is long ago."""

    title: str
    lines: tuple[Line, ...]
    is_by_day: bool


def tell(
    entries: Iterable[StoredEntry],
    *,
    names: Names,
    points: Mapping[int, int],
    voided: Collection[int],
    now: datetime,
    zone: ZoneInfo,
    with_book_keeping: bool = False,
) -> list[Chapter]:
    """Return the chapters, newest first."""
    wanted = [entry for entry in entries if with_book_keeping or entry.kind not in BOOK_KEEPING]
    wanted.sort(key=lambda entry: (entry.happened_at, entry.id), reverse=True)
    today = now.astimezone(zone).date()
    chapters = []
    for (title, is_by_day), some in groupby(wanted, key=lambda entry: _chapter_of(entry, today, zone)):
        lines = [_line(entry, names, points, voided) for entry in some]
        chapters.append(Chapter(title, tuple(_folded(lines)), is_by_day))
    return chapters


def _chapter_of(entry: StoredEntry, today: date, zone: ZoneInfo) -> tuple[str, bool]:
    day = entry.happened_at.astimezone(zone).date()
    if today - day <= BY_DAY:
        said = say_day(day, today)
        return (f"{said[0].upper()}{said[1:]}", True) if abs((today - day).days) > 1 else (_near(day, said), True)
    return format_date(day, "F" if day.year == today.year else "F Y"), False


def _near(day: date, said: str) -> str:
    return f"{said[0].upper()}{said[1:]}, {format_date(day, 'D j M')}"


def _folded(lines: list[Line]) -> Iterable[Line]:
    """Put lines of one chapter that say the same into one, where the newest of them stands."""
    kept: dict[tuple[str, str, str], Line] = {}
    for line in lines:
        key = (line.side, str(line.says), line.quote or line.detail)
        known = kept.get(key)
        if known is None or known.is_void != line.is_void:
            kept[key if known is None else (*key[:2], str(line.entry))] = line
            continue
        total = None if known.points is line.points is None else (known.points or 0) + (line.points or 0)
        kept[key] = Line(
            known.entry, known.happened_at, known.side, known.says, known.quote, known.detail,
            total, known.is_void, (*known.times, *line.times),
        )  # fmt: skip
    return kept.values()


def _line(entry: StoredEntry, names: Names, points: Mapping[int, int], voided: Collection[int]) -> Line:
    personal: Mapping[str, Any] = entry.personal or {}
    return Line(
        entry=entry.id,
        happened_at=entry.happened_at,
        side=side_of(entry, names),
        says=say(entry, names),
        quote=_quote(entry, personal),
        detail=_detail(entry),
        points=points.get(entry.id),
        is_void=entry.id in voided,
        times=((entry.id, entry.happened_at),),
    )


def _quote(entry: StoredEntry, personal: Mapping[str, Any]) -> str:
    """What somebody said in their own words."""
    if entry.kind in WRITTEN:
        return str(personal.get("note") or _properties(entry).get("message") or "")
    return str(personal.get("note") or (personal.get("reason") if entry.kind == "deal.reopened" else "") or "")


def side_of(entry: StoredEntry, names: Names) -> str:
    try:
        return kind_of(entry.kind).side
    except KeyError:
        return "both"


def say(entry: StoredEntry, names: Names) -> SafeString:
    """Return the sentence of an entry, its slots in bold."""
    slots = {name: format_html("<b>{}</b>", text) for name, text in _slots(entry, names).items() if text}
    for sentence in SENTENCES.get(entry.kind, ()):
        try:
            return format_html(str(sentence), **slots)
        except KeyError:
            continue  # the entry says less than this sentence; the next one asks for less
    return format_html("<b>{}</b>" if entry.kind.startswith(CLIENT) else "{}", _label(entry.kind))


def _label(kind: str) -> str:
    try:
        return kind_of(kind).label
    except KeyError:
        return kind.replace(".", " ").replace("_", " ").capitalize()


def _slots(entry: StoredEntry, names: Names) -> dict[str, str]:
    said = {**_properties(entry), **entry.facts}
    money = said.get("amount_minor")
    return {
        **{name: str(word) for name, word in WORDS.items()},
        "who_takes_part": str(WORDS["who_takes_part"]) if said.get("field") == "persons" else "",
        "next_step": str((entry.personal or {}).get("next_step") or ""),
        **{name: str(value) for name, value in said.items() if isinstance(value, str | int) and value != ""},
        "page": str(said.get("title") or said.get("path") or said.get("url") or ""),
        "user": _user(entry, names),
        "to": names.users.get(_number(said.get("to")), ""),
        "owner": names.users.get(_number(said.get("new")), ""),
        "team": names.teams.get(_number(said.get("team")), ""),
        "reason": names.reasons.get(str(said.get("reason", "")), str(said.get("reason") or "")),
        "amount": format_money(Money(money, said["currency"])) if isinstance(money, int) else "",
        "promise": str(PROMISES.get(str(said.get("promise") or said.get("kind", "")), "")),
        "purpose": str(PURPOSES.get(str(said.get("purpose", "")), "")),
    }


def _user(entry: StoredEntry, names: Names) -> str:
    """Whom the entry names, and for what somebody did themselves, who did it."""
    if entry.kind == "lead.offered":
        return names.users.get(_number(entry.facts.get("user")), "")
    kind, _colon, number = entry.by.partition(":")
    return names.users.get(_number(number if kind == "user" else entry.facts.get("user")), "")


def _number(value: object) -> int:
    return int(value) if isinstance(value, int) or (isinstance(value, str) and value.isdigit()) else 0


def _properties(entry: StoredEntry) -> Mapping[str, Any]:
    raw = (entry.personal or {}).get("raw")
    found = raw.get("properties") if isinstance(raw, dict) else None
    return found if isinstance(found, dict) else {}


def _detail(entry: StoredEntry) -> str:
    if entry.kind == "lead.offered":
        return str(entry.facts.get("rule") or "")
    return ""
