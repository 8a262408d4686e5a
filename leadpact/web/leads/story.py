"""The story of a lead: what the prospect and both teams did, by day, newest first, with repeats folded."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as format_date
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leadpact.base.money import Money, format_money
from leadpact.engagement.kinds import CLIENT, kind_of
from leadpact.ledger.types import StoredEntry
from leadpact.web.disputes.said import CONTESTS, RULINGS
from leadpact.web.leads.sentences import BOOK_KEEPING, PROMISES, PURPOSES, ROUTES, SENTENCES, WORDS
from leadpact.web.shell.machines import say_verdict
from leadpact.web.shell.moments import say_day
from leadpact.web.shell.wording import translated

CAME_BY = frozenset({"form.submitted", "asset.downloaded", "webinar.registered"})
WRITTEN = frozenset({"form.submitted", "enquiry.received", "mail.replied"})  # they wrote something themselves
DECISIONS = frozenset({"lead.qualified", "lead.offered", "lead.cooled"})
BY_DAY = timedelta(days=31)  # older than this a story goes by months


@dataclass(frozen=True)
class Names:
    """What numbers in entries are called: users, teams, and the labels of the pact's reasons."""

    users: Mapping[int, str]
    teams: Mapping[int, str]
    reasons: Mapping[str, str]


@dataclass(frozen=True)
class Part:
    """One entry of a line that several were folded into."""

    entry: int
    happened_at: datetime
    says: str
    points: int | None


@dataclass(frozen=True)
class Receipt:
    """A promise by number; `says`: whose it is, in words."""

    promise: int
    says: str | Promise


@dataclass(frozen=True)
class Line:
    """One line of the story; `times` more than one entry that says the same, the newest first.

    points    milli-points that count today; None: earns none
    parts     all entries of the line, in the order they happened
    section   the part of the site a visit was to; visits to one section on one day are one line
    receipts  promises that this made, or tells the end of
    why_void  why it does not count, where a machine is the reason
    then      of a decision the moment it was taken at, to ask what was known then
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
    parts: tuple[Part, ...] = ()
    section: str = ""
    receipts: tuple[Receipt, ...] = ()
    why_void: str = ""
    then: str = ""


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
    verdicts: Mapping[int, str] = MappingProxyType({}),
    now: datetime,
    zone: ZoneInfo,
    with_book_keeping: bool = False,
    receipts: Mapping[int, tuple[Receipt, ...]] = MappingProxyType({}),
) -> list[Chapter]:
    """Return the chapters, newest first.

    verdicts  why entries do not count, by entry, as the void says it
    receipts  the promises that an entry made or speaks of, by entry
    """
    wanted = [entry for entry in entries if with_book_keeping or entry.kind not in BOOK_KEEPING]
    wanted.sort(key=lambda entry: (entry.happened_at, entry.id), reverse=True)
    today = now.astimezone(zone).date()
    chapters = []
    for (title, is_by_day), some in groupby(wanted, key=lambda entry: _chapter_of(entry, today, zone)):
        lines = [_judged(_line(entry, names, points, voided, receipts), verdicts) for entry in some]
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
    groups: dict[tuple[object, ...], list[Line]] = {}
    for line in lines:
        same = ("section", line.section) if line.section else (line.side, str(line.says), line.quote or line.detail)
        groups.setdefault((*same, line.is_void, line.why_void), []).append(line)
    return [some[0] if len(some) == 1 else _together(some) for some in groups.values()]


def _together(some: Sequence[Line]) -> Line:
    """Return several lines as one; the newest comes first."""
    newest = some[0]
    earned = [line.points for line in some if line.points is not None]
    parts = sorted((part for line in some for part in line.parts), key=lambda part: (part.happened_at, part.entry))
    together = replace(newest, points=sum(earned) if earned else None, parts=tuple(parts))
    if newest.section:
        return replace(together, says=_visits(newest.section, len(some)))
    return replace(together, times=tuple(time for line in some for time in line.times))


def _visits(section: str, number: int) -> SafeString:
    said = ngettext("{number} visit to {section}", "{number} visits to {section}", number)
    return format_html("<b>{}</b>", said.format(number=number, section=section))


def _judged(line: Line, verdicts: Mapping[int, str]) -> Line:
    why = verdicts.get(line.entry, "")
    return replace(line, why_void=say_verdict(why)) if why else line


def _line(
    entry: StoredEntry,
    names: Names,
    points: Mapping[int, int],
    voided: Collection[int],
    receipts: Mapping[int, tuple[Receipt, ...]],
) -> Line:
    said, earned = _properties(entry), points.get(entry.id)
    page = page_of({**said, **entry.facts}) if entry.kind == "page.viewed" else ""
    return Line(
        entry=entry.id,
        happened_at=entry.happened_at,
        side=side_of(entry, names),
        says=say(entry, names),
        quote=quote_of(entry),
        detail=_detail(entry, names),
        points=earned,
        is_void=entry.id in voided,
        times=((entry.id, entry.happened_at),),
        parts=(Part(entry.id, entry.happened_at, page, earned),),
        section=_section({**said, **entry.facts}) if entry.kind == "page.viewed" else "",
        receipts=receipts.get(entry.id, ()),
        then=entry.recorded_at.isoformat() if entry.kind in DECISIONS else "",
    )


def page_of(said: Mapping[str, Any]) -> str:
    """Return what a page is called: its title, or else its address in words."""
    return str(said.get("title") or "") or _address(str(said.get("path") or said.get("url") or ""))


def _address(path: str) -> str:
    bare = path.partition("?")[0].strip("/")
    return bare or _("the home page") if path else ""


def _section(said: Mapping[str, Any]) -> str:
    """Return the first folder of the page's path, as it is written there."""
    path = str(said.get("path") or "")
    return _address(path).partition("/")[0].replace("-", " ") if path else ""


def quote_of(entry: StoredEntry) -> str:
    """Return what somebody said in their own words, "" where they said nothing."""
    personal: Mapping[str, Any] = entry.personal or {}
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
        return translated(kind_of(kind).label)
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
        "page": page_of(said),
        "user": _user(entry, names),
        "to": names.users.get(_number(said.get("to")), ""),
        "owner": names.users.get(_number(said.get("new")), ""),
        "team": names.teams.get(_number(said.get("team")), ""),
        "reason": names.reasons.get(str(said.get("reason", "")), str(said.get("reason") or "")),
        "amount": format_money(Money(money, said["currency"])) if isinstance(money, int) else "",
        "promise": str(PROMISES.get(str(said.get("promise") or said.get("kind", "")), "")),
        "contested": str(CONTESTS.get(str(said.get("reason", "")), "")) if entry.kind == "dispute.raised" else "",
        "dispute_answer": str(RULINGS.get(str(said.get("answer", "")), "")),
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


def _detail(entry: StoredEntry, names: Names) -> str:
    """What else there is to know, in a line of its own."""
    if entry.kind == "lead.offered":
        rule = str(entry.facts.get("rule") or "")
        return _("Chosen by: %(rule)s.") % {"rule": ROUTES.get(rule, rule)} if rule else ""
    campaign = str(entry.facts.get("utm_campaign") or entry.facts.get("campaign") or "")
    if campaign and entry.kind in CAME_BY and not campaign.isdigit():
        return _("Came by the campaign %(campaign)s.") % {"campaign": campaign}
    return ""
