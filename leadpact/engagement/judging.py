"""Bot verdicts on the ledger: new hits as they come in, and the past once more by another version of the rules.

The hit itself stays as it is.  A verdict is an `event.voided` that names the rule and the version; taking one back
is an `event.restored`.  What somebody voided or restored by hand is never touched.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import batched
from typing import Any, Final

from django.db import transaction

from leadpact.base.wording import worded
from leadpact.engagement import bots, traces
from leadpact.engagement.bots import BotRules, Hit, Rule
from leadpact.engagement.errors import AlreadyJudging, UnknownRules
from leadpact.engagement.kinds import is_act, kind_of
from leadpact.engagement.models import Judging, Void
from leadpact.engagement.reads import voided
from leadpact.ledger import actions as ledger
from leadpact.ledger import following
from leadpact.ledger import reads as ledger_reads
from leadpact.ledger.types import NewEntry, StoredEntry
from leadpact.team.types import SYSTEM, Actor

READER: Final = "bots"
AT_ONCE: Final = 1_000
CLEARED: Final = f"{bots.REASON}cleared"
_AROUND: Final = (bots.CLICKED, bots.VIEWED, *sorted(bots.SENDINGS))  # what decides on others
_SAID: Final = ("event.voided", "event.restored")
_BY_AGENT, _BY_IP = {Rule.SCANNER, Rule.MAIL_PRIVACY}, {Rule.DATACENTRE, Rule.MAIL_PRIVACY}
_IDENTITIES: Final = 500


@dataclass(frozen=True)
class Change:
    """A hit that stops to count (`rule` says why), or counts again (`rule` is what it was judged by)."""

    entry: int
    identity: int
    about: str
    kind: str
    happened_at: datetime
    rule: Rule
    is_void: bool


@dataclass(frozen=True)
class Seen:
    """What came of looking at some entries."""

    entries: int
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class JudgingView:
    """One look at the past; `share` of it that is done, 0 to 100."""

    id: int
    rules: int
    since: datetime | None
    started_at: datetime
    started_by: str
    finished_at: datetime | None
    seen: int
    voided: int
    restored: int
    share: int


def rules_of(version: int) -> BotRules:
    """Raises `UnknownRules`."""
    if version not in bots.VERSIONS:
        known = ", ".join(map(str, bots.VERSIONS))
        raise UnknownRules(
            worded("There is no version {version} of the bot rules; there are {known}.", version=version, known=known)
        )
    return bots.VERSIONS[version]


def in_force() -> BotRules:
    """Return the rules that new hits are judged by: those of the last look at the past."""
    newest = Judging.objects.order_by("-id").values_list("rules", flat=True).first()
    return bots.VERSIONS.get(newest or bots.FIRST, bots.VERSIONS[bots.FIRST])


def judge_new(*, now: datetime, limit: int = AT_ONCE) -> Seen | None:
    """Judge what came in since the last time; None where nothing did, or another worker was faster.

    Looks at what lies around each hit too, so that what shows only with the last click is found with it.
    """
    place = following.place_of(READER)
    found = ledger_reads.after(place, limit)
    if not found:
        return None
    with transaction.atomic():
        if not following.move(READER, since=place, to=found[-1].position):
            return None
        rules = in_force()
        changes = changes_of([each.entry for each in found], rules, restoring=False)
        _write(changes, rules, by=SYSTEM, now=now)
    return Seen(len(found), tuple(changes))


def begin(version: int, *, since: datetime | None = None, by: Actor, now: datetime) -> JudgingView:
    """Have the past judged by a version, which holds for new hits from now on; the worker does it step by step.

    Raises `UnknownRules`, `AlreadyJudging`.
    """
    rules_of(version)
    first = following.position_before(since) if since else 0
    with transaction.atomic():
        if Judging.objects.select_for_update().filter(finished_at=None).exists():
            raise AlreadyJudging(worded("The past is being judged already."))
        row = Judging.objects.create(
            rules=version, since=since, started_at=now, started_by=str(by), first=first, place=first,
            last=ledger_reads.last_position(),
        )  # fmt: skip
    return _view(row)


def go_on(*, now: datetime, limit: int = AT_ONCE) -> Seen | None:
    """Do the next part of a look at the past; None where none is under way.  Killed in the middle it goes on there."""
    if not Judging.objects.filter(finished_at=None).exists():
        return None
    with transaction.atomic():
        row = Judging.objects.select_for_update().filter(finished_at=None).order_by("id").first()
        if row is None:
            return None
        rules = rules_of(row.rules)
        found = [each for each in ledger_reads.after(row.place, limit) if each.position <= row.last]
        wanted = [each.entry for each in found if row.since is None or each.entry.happened_at >= row.since]
        changes = changes_of(wanted, rules, restoring=True, since=row.since)
        _write(changes, rules, by=_actor(row.started_by), now=now)
        row.place = found[-1].position if found else row.last
        row.seen += len(found)
        row.voided += sum(change.is_void for change in changes)
        row.restored += sum(not change.is_void for change in changes)
        row.finished_at = now if row.place >= row.last else None
        row.save()
    return Seen(len(found), tuple(changes))


def preview(version: int, *, since: datetime | None = None, limit: int | None = None) -> tuple[Seen, bool]:
    """Return what a look at the past would change, and whether all of it was looked at; nothing is written.

    limit  so many of the newest entries at most; None: all

    Raises `UnknownRules`.
    """
    rules, last = rules_of(version), ledger_reads.last_position()
    place = following.position_before(since) if since else 0
    first = place if limit is None else max(place, last - limit)
    seen, changes, place = 0, dict[int, Change](), first
    while found := ledger_reads.after(place, AT_ONCE):
        place, seen = found[-1].position, seen + len(found)
        wanted = [each.entry for each in found if since is None or each.entry.happened_at >= since]
        for change in changes_of(wanted, rules, restoring=True, since=since):
            changes[change.entry] = change
    whole = first == (following.position_before(since) if since else 0)
    return Seen(seen, tuple(changes.values())), whole


def judgings() -> list[JudgingView]:
    """Return the looks at the past, the newest first."""
    return [_view(row) for row in Judging.objects.order_by("-id")[:50]]


def changed_by(judging: JudgingView, *, limit: int) -> list[StoredEntry]:
    """Return the verdicts that a look at the past wrote, the oldest first: each names its entry, rule and version."""
    until = (judging.finished_at or datetime.max.replace(tzinfo=UTC)) + timedelta(
        microseconds=1 if judging.finished_at else 0
    )
    found = ledger_reads.entries_of_kinds(_SAID, since=judging.started_at, until=until, limit=limit)
    return [each for each in found if each.facts.get("rules") == judging.rules and each.by == judging.started_by]


def running() -> JudgingView | None:
    row = Judging.objects.filter(finished_at=None).order_by("id").first()
    return _view(row) if row else None


def verdicts(entries: Collection[StoredEntry]) -> dict[int, str]:
    """Return why each of the entries was voided last: "bot:<rule>" for a machine's, else what was said by hand."""
    identities = {entry.identity for entry in entries if entry.identity is not None}
    wanted = {entry.id for entry in entries}
    return {
        number: str(said.facts.get("reason", ""))
        for number, said in _last_said(identities).items()
        if number in wanted and said.kind == "event.voided"
    }


def verdicts_among(entries: Iterable[StoredEntry], wanted: Collection[int]) -> dict[int, str]:
    """Do as `verdicts` where all that hangs on the same identities was read already, and so is among the entries."""
    said = _newest(each for each in entries if each.kind in _SAID)
    return {
        number: str(last.facts.get("reason", ""))
        for number, last in said.items()
        if number in wanted and last.kind == "event.voided"
    }


def changes_of(
    entries: Iterable[StoredEntry], rules: BotRules, *, restoring: bool, since: datetime | None = None
) -> list[Change]:
    """Return what the rules change about these entries and those that lie around them.

    restoring  also what a bot rule voided and these rules do not; only of the entries themselves
    since      what happened before stays as it is
    """
    acts = [entry for entry in entries if entry.identity is not None and _is_judged(entry.kind)]
    if not acts:
        return []
    around = _around(acts, rules)
    held = {entry.id: entry for entry in (*around, *acts) if since is None or entry.happened_at >= since}
    ips = traces.ips_of({entry.id for entry in (*around, *acts)})
    hits = {entry.id: hit_of(entry, ips.get(entry.id, "")) for entry in (*around, *acts)}
    judged = bots.judge(hits.values(), rules)
    asked = set(judged).union(entry.id for entry in acts) if restoring else set(judged)
    void = voided([number for number in asked if number in held])
    may_change = [held[n] for n in sorted(asked) if n in held and (n in judged) is not (n in void)]
    if not may_change:
        return []
    said = _last_said({entry.identity for entry in may_change if entry.identity is not None})
    found = (_change(entry, judged.get(entry.id), hits[entry.id], said.get(entry.id)) for entry in may_change)
    return [change for change in found if change is not None]


def hit_of(entry: StoredEntry, ip: str = "") -> Hit:
    """Return an entry as the rules read it; the visitor's agent and address as the collector saw them, or were told."""
    facts, personal = entry.facts, entry.personal or {}
    raw = personal.get("raw")
    context: Any = raw.get("context") if isinstance(raw, Mapping) else None
    context = context if isinstance(context, Mapping) else {}
    links = facts.get("links")
    return Hit(
        entry.id, entry.identity or 0, entry.kind, entry.happened_at,
        agent=str(personal.get("user_agent") or context.get("userAgent") or ""),
        ip=ip,
        message=str(facts.get("message") or ""), link=str(facts.get("link") or ""),
        links=links if isinstance(links, int) else 0,
    )  # fmt: skip


def _is_judged(kind: str) -> bool:
    """Only what is seen by following somebody: what is asked or told of one's own accord has other guards."""
    return is_act(kind) and kind_of(kind).is_followed


def _around(acts: Sequence[StoredEntry], rules: BotRules) -> list[StoredEntry]:
    wanted = sorted({act.identity for act in acts if act.identity is not None and act.kind in _AROUND})
    if not wanted:
        return []
    moments = [act.happened_at for act in acts]
    since, until = min(moments) - rules.looks_around, max(moments) + rules.looks_around
    found: list[StoredEntry] = []
    for some in batched(wanted, _IDENTITIES):
        found += ledger_reads.entries_of(some, kinds=_AROUND, since=since, until=until)
    # A mail is followed long after it left, and how many links it has stands where it left.
    clicking = sorted({act.identity for act in acts if act.identity is not None and act.kind == bots.CLICKED})
    for some in batched(clicking, _IDENTITIES):
        found += ledger_reads.entries_of(some, kinds=bots.SENDINGS, until=since)
    return found


def _last_said(identities: Collection[int]) -> dict[int, StoredEntry]:
    """Return by entry the last word on whether it counts."""
    found: dict[int, StoredEntry] = {}
    for some in batched(sorted(identities), _IDENTITIES):
        found |= _newest(ledger_reads.entries_of(some, kinds=_SAID))
    return found


def _newest(said: Iterable[StoredEntry]) -> dict[int, StoredEntry]:
    return {int(each.facts.get("entry", 0)): each for each in sorted(said, key=lambda each: each.id)}


def _change(entry: StoredEntry, rule: Rule | None, hit: Hit, said: StoredEntry | None) -> Change | None:
    """Leave alone what somebody decided by hand, and what can not be judged any more."""
    reason = "" if said is None else str(said.facts.get("reason", ""))
    by_rule = reason.startswith(bots.REASON)
    if rule is None:
        former = reason.removeprefix(bots.REASON)
        if not by_rule or former not in set(Rule) or _is_forgotten(Rule(former), hit):
            return None
        rule, is_void = Rule(former), False
    else:
        if said is not None and said.kind == "event.restored" and not by_rule:
            return None
        is_void = True
    return Change(entry.id, hit.identity, entry.about, entry.kind, entry.happened_at, rule, is_void)


def _is_forgotten(rule: Rule, hit: Hit) -> bool:
    """Addresses are kept for days, agents until somebody is erased: what was judged by them stays judged."""
    by_agent, by_ip = rule in _BY_AGENT, rule in _BY_IP
    return (by_agent or by_ip) and not (by_agent and hit.agent) and not (by_ip and hit.ip)


def _write(changes: Sequence[Change], rules: BotRules, *, by: Actor, now: datetime) -> None:
    if not changes:
        return
    ledger.append([_entry(change, rules, now) for change in changes], by=by, now=now)
    gone = [change.entry for change in changes if change.is_void]
    Void.objects.bulk_create([Void(entry=entry, since=now) for entry in gone], ignore_conflicts=True)
    for some in batched([change.entry for change in changes if not change.is_void], _IDENTITIES):
        Void.objects.filter(entry__in=some).delete()


def _entry(change: Change, rules: BotRules, now: datetime) -> NewEntry:
    reason = f"{bots.REASON}{change.rule}" if change.is_void else CLEARED
    facts = {"entry": change.entry, "reason": reason, "rules": rules.version}
    kind = "event.voided" if change.is_void else "event.restored"
    return NewEntry(kind, now, change.identity, change.about, facts, caused_by=change.entry)


def _actor(text: str) -> Actor:
    kind, _colon, number = text.partition(":")
    return Actor(kind, int(number) if number else None)


def _view(row: Judging) -> JudgingView:
    whole = row.last - row.first
    done = 100 if row.finished_at or not whole else 100 * (row.place - row.first) // whole
    return JudgingView(
        row.pk, row.rules, row.since, row.started_at, row.started_by, row.finished_at, row.seen, row.voided,
        row.restored, done,
    )  # fmt: skip


def by_rule(changes: Iterable[Change]) -> list[tuple[Rule, int, int]]:
    """Return for each rule how many hits it would void and how many it would let count again, the most first."""
    gone, back = Counter[Rule](), Counter[Rule]()
    for change in changes:
        (gone if change.is_void else back)[change.rule] += 1
    rows = [(rule, gone[rule], back[rule]) for rule in Rule if gone[rule] or back[rule]]
    return sorted(rows, key=lambda row: -(row[1] + row[2]))
