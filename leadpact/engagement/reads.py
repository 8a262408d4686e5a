"""What can be asked of sources, counts, held-back arrivals and acts."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from itertools import batched
from typing import Final

from django.db.models import Sum

from leadpact.engagement.kinds import ACTS, CLIENT, CLIENT_STATEMENTS, is_act, standard_names
from leadpact.engagement.models import ArrivalCount, PublicKey, Sighting, Source, VisitCount
from leadpact.engagement.models import TurnedAway as Away
from leadpact.engagement.types import (
    ActRow,
    Arrivals,
    KeyView,
    Outcome,
    SourceKind,
    SourceView,
    TurnedAway,
    Why,
)
from leadpact.engagement.types import Away as Reason
from leadpact.engagement.types import Sighting as Seen
from leadpact.ledger import by_hand
from leadpact.ledger import reads as ledger
from leadpact.ledger.types import StoredEntry

type Place = tuple[int, datetime]  # source, hour
type Ending = tuple[Outcome, Why | None]

_AT_ONCE: Final = 5_000  # values in one IN (...)


def key_digest(plain: str) -> bytes:
    return blake2b(plain.encode(), digest_size=32).digest()


def source_by_key(plain: str) -> SourceView | None:
    """Return the source with this key; None when there is none or it is revoked."""
    return _view(Source.objects.filter(key_digest=key_digest(plain), revoked_at=None).first())


def source_of_page(origin: str) -> SourceView | None:
    """Return the browser key that pages of this origin use: the one that names it, else one that is good for any.

    Of several the oldest, so that a key added later moves nobody's events.
    """
    rows = list(Source.objects.filter(kind=SourceKind.BROWSER, revoked_at=None).order_by("id"))
    named = [row for row in rows if origin in row.origins]
    return _view(next(iter([*named, *(row for row in rows if not row.origins)]), None))


def source_named(name: str) -> SourceView | None:
    return _view(Source.objects.filter(name=name, revoked_at=None).first())


def sources(numbers: Collection[int]) -> dict[int, SourceView]:
    """Return sources by number, revoked ones too: what they sent before counts."""
    return {row.id: view for row in Source.objects.filter(id__in=numbers) if (view := _view(row))}


def browser_origins() -> frozenset[str] | None:
    """Return the origins pages with a browser key may live at; None when some key is good for any."""
    rows = Source.objects.filter(kind=SourceKind.BROWSER, revoked_at=None).values_list("origins", flat=True)
    lists = list(rows)
    if any(not origins for origins in lists):
        return None
    return frozenset(origin for origins in lists for origin in origins)


def counts() -> dict[Outcome, int]:
    """Return how many arrivals ended how, since the beginning."""
    rows = dict(ArrivalCount.objects.values_list("outcome").annotate(Sum("count")))
    return {outcome: int(rows.get(outcome.value, 0)) for outcome in Outcome}


def outcomes_by_hour(*, since: datetime, until: datetime | None = None) -> dict[Place, dict[Ending, int]]:
    """Return what became of arrivals, by source and hour, in the hours of [since, until)."""
    wanted = ArrivalCount.objects.filter(hour__gte=since).exclude(count=0)
    if until is not None:
        wanted = wanted.filter(hour__lt=until)
    found: dict[Place, dict[Ending, int]] = {}
    for source, hour, outcome, reason, n in wanted.values_list("source", "hour", "outcome", "reason", "count"):
        ending = Outcome(outcome), Why(reason) if reason else None
        found.setdefault((source, _utc(hour)), {})[ending] = n
    return found


def visits_counted(source: int, hour: datetime, *, limit: int = 500) -> list[tuple[str, str, int]]:
    """Return (path, campaign, how many) of visits that were only counted in an hour, the most first."""
    rows = VisitCount.objects.filter(source=source, hour=hour).order_by("-count", "path", "campaign")
    return list(rows.values_list("path", "campaign", "count")[:limit])


def turned_away(*, since: datetime, source: int | None = None) -> list[TurnedAway]:
    """Return what was turned away since the hour of a moment, by source and hour, the newest first."""
    wanted = Away.objects.filter(hour__gte=since.replace(minute=0, second=0, microsecond=0))
    if source is not None:
        wanted = wanted.filter(source=source)
    return [
        TurnedAway(row.source, _utc(row.hour), Reason(row.reason), row.requests, row.count)
        for row in wanted.order_by("-hour", "source", "reason")
    ]


def held_back(source: int, messages: Collection[bytes], *, but: Collection[int] = ()) -> set[tuple[bytes, bytes]]:
    """Return (message, content) of those arrivals of a source that are held back already, some left out."""
    found: set[tuple[bytes, bytes]] = set()
    for some in batched(messages, _AT_ONCE):
        wanted = f"source = %s AND {by_hand.one_of('message', some)}"
        sql = f"SELECT id, message, content FROM engagement_quarantined WHERE {wanted}"  # noqa: S608  # places alone
        rows = by_hand.rows(sql, [source, *some])
        found.update((bytes(message), bytes(content or b"")) for row, message, content in rows if row not in but)
    return found


def voided(entries: Collection[int]) -> set[int]:
    """Return those of the entries that do not count now."""
    found: set[int] = set()
    for some in batched(entries, _AT_ONCE):
        wanted = by_hand.one_of("entry", some)
        sql = f"SELECT entry FROM engagement_void WHERE {wanted}"  # noqa: S608  # places alone
        found.update(entry for (entry,) in by_hand.rows(sql, some))
    return found


def voided_question(entries: Collection[int]) -> by_hand.Question[set[int]]:
    """Return what `voided` asks of no more than some thousand entries, to be asked with other things."""
    sql = f"SELECT entry FROM engagement_void WHERE {by_hand.one_of('entry', entries)}"  # noqa: S608  # places alone
    return by_hand.Question(sql, [*entries], 1, lambda found: {entry for (entry,) in found})


def acts_of(identities: Collection[int], *, until: datetime | None = None) -> list[ActRow]:
    """Return what the prospect behind these identities did and still counts, oldest first."""
    acts = [entry for entry in ledger.entries_of(identities, until=until) if is_act(entry.kind)]
    void = voided([entry.id for entry in acts])
    return [act_row(entry) for entry in acts if entry.id not in void]


def last_acts(identities: Collection[int]) -> dict[int, ActRow]:
    """Return the newest act of each identity that still counts; those without any are left out."""
    found: dict[int, ActRow] = {}
    void: set[int] = set()
    asked = set(identities)
    while asked:  # again only for those whose newest act is void
        newest = ledger.latest_of(asked, kinds=ACTS, prefix=CLIENT, but=CLIENT_STATEMENTS, without=void)
        gone = voided([entry.id for entry in newest.values()])
        found.update({identity: act_row(entry) for identity, entry in newest.items() if entry.id not in gone})
        asked = {identity for identity, entry in newest.items() if entry.id in gone}
        void |= gone
    return found


def act_row(entry: StoredEntry) -> ActRow:
    """Return the entry as scoring reads it; the standard properties win over what the client called the same."""
    raw = (entry.personal or {}).get("raw")
    said = raw.get("properties") if isinstance(raw, Mapping) else None
    standard = standard_names(entry.kind)  # what the facts leave out of these was nothing to go by
    properties = (
        {name: value for name, value in said.items() if _is_value(value) and name not in standard}
        if isinstance(said, Mapping)
        else {}
    )
    # Ids are given in the order of recording; the act's own place at one instant.
    found = {**properties, **entry.facts}
    return ActRow(entry.id, f"{entry.id:020d}", entry.kind, _utc(entry.happened_at), found, entry.identity)


def _is_value(value: object) -> bool:
    return isinstance(value, str | int | bool)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _view(row: Source | None) -> SourceView | None:
    if row is None:
        return None
    return SourceView(
        row.id, row.name, SourceKind(row.kind), tuple(row.origins), dict(row.mapping), row.users_of,
        row.events_per_second,
    )  # fmt: skip


def source_names() -> dict[int, str]:
    """Return the names of all sources, revoked ones and our own too."""
    return dict(Source.objects.order_by("name").values_list("id", "name"))


def write_keys() -> list[KeyView]:
    """Return the keys that were given out, revoked ones too, the newest first; not our own source, which has none."""
    return [_key_view(row) for row in Source.objects.exclude(prefix="").order_by("-id")]


def write_key(source: int) -> KeyView | None:
    """Return one key that was given out; None when there is no such key."""
    row = Source.objects.exclude(prefix="").filter(id=source).first()
    return _key_view(row) if row else None


def public_key(source: int) -> str:
    """Return a browser key as it stands in pages; "" for any other key."""
    return str(PublicKey.objects.filter(source=source).values_list("plain", flat=True).first() or "")


def sightings(*sources: int) -> list[Seen]:
    """Return where browser keys were used, by key, the last used first."""
    rows = Sighting.objects.filter(source__in=sources).order_by("-source", "-happened_at", "-id")
    return [Seen(row.source, row.origin, row.is_refused, row.happened_at) for row in rows]


def arrivals_of(source: int, *, since: datetime) -> list[Arrivals]:
    """Return what became of a source's events since the hour of `since`, the most first."""
    hour = since.replace(minute=0, second=0, microsecond=0)
    wanted = ArrivalCount.objects.filter(source=source, hour__gte=hour).values("outcome", "reason")
    rows = wanted.annotate(number=Sum("count")).order_by("-number", "outcome", "reason")
    return [
        Arrivals(Outcome(row["outcome"]), Why(row["reason"]) if row["reason"] else None, int(row["number"]))
        for row in rows
    ]


def _key_view(row: Source) -> KeyView:
    return KeyView(
        id=row.id,
        name=row.name,
        kind=SourceKind(row.kind),
        prefix=row.prefix,
        origins=tuple(row.origins),
        created_at=row.created_at,
        is_revoked=row.revoked_at is not None,
        mapping=dict(row.mapping),
        events_per_second=row.events_per_second,
    )
