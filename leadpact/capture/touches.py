"""How each identity first came to us, kept as acts are recorded.

A person's first known touch is the earliest of their identities', so it follows every link and merge by itself.
An act that is voided later keeps its touch.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import batched
from typing import Final

from django.db import connection

from leadpact.base.text import fold
from leadpact.capture import rules
from leadpact.capture.types import Channel, Seen
from leadpact.engagement.types import ActRow
from leadpact.ledger import by_hand
from leadpact.team.reads import settings

_AT_ONCE: Final = 2_000
_KEEP: Final = """
INSERT INTO capture_touch (identity, happened_at, campaign_key, channel) VALUES (%s, %s, %s, %s)
ON CONFLICT (identity) DO UPDATE
SET happened_at = excluded.happened_at, campaign_key = excluded.campaign_key, channel = excluded.channel
WHERE excluded.happened_at < capture_touch.happened_at
"""

_LATEST: Final = datetime.max.replace(tzinfo=UTC)

type _Touch = tuple[datetime, str, str]  # when, folded campaign, channel


@dataclass(frozen=True)
class Came:
    """When and by what somebody first came; `campaign_key` is "" where no campaign was named."""

    happened_at: datetime
    campaign_key: str


def first_of_each(identities: Collection[int]) -> dict[int, Came]:
    """Return the first touch of these identities; those without one are left out."""
    found = dict[int, Came]()
    for some in batched(sorted(identities), _AT_ONCE):
        sql = (
            "SELECT identity, happened_at, campaign_key FROM capture_touch"  # noqa: S608  # places alone
            f" WHERE {by_hand.one_of('identity', some)}"
        )
        for identity, at, key in by_hand.rows(sql, [*some]):
            found[identity] = Came(by_hand.moment(at), key)
    return found


def note(seen: Iterable[Seen]) -> int:
    """Keep the first touches among these acts; returns how many are new or earlier than what was known.

    Harmless the second time and in any order.  Call it in the transaction that records the acts.
    """
    telling = [act for act in seen if _may_tell(act)]
    if not telling:
        return 0
    own, first = frozenset(settings().own_domains), dict[int, _Touch]()
    for act in telling:
        touch = _touch_of(act, own)
        if touch is not None and (act.identity not in first or touch[0] < first[act.identity][0]):
            first[act.identity] = touch
    fresh = _fresh(first)
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        rows = [(identity, adapt(at), key, channel) for identity, (at, key, channel) in sorted(fresh.items())]
        if rows:
            cursor.executemany(_KEEP, rows)
    return len(fresh)


def _may_tell(act: Seen) -> bool:
    """Spares most acts the whole rule: a page within our own site names nothing of this."""
    said = act.properties
    return act.kind in rules.TELLING_KINDS or any(name in said for name in rules.TELLING_PROPERTIES)


def _touch_of(act: Seen, own_domains: frozenset[str]) -> _Touch | None:
    row = ActRow(0, "", act.kind, act.happened_at, act.properties)
    name, channel = rules.campaign_name(row), rules.channel_of(row, own_domains)
    if not name and channel is Channel.DIRECT:
        return None
    said = Channel.OTHER if channel is Channel.DIRECT else channel
    return act.happened_at, fold(name), said.value


def _fresh(first: dict[int, _Touch]) -> dict[int, _Touch]:
    known: dict[int, datetime] = {}
    for some in batched(sorted(first), _AT_ONCE):
        sql = f"SELECT identity, happened_at FROM capture_touch WHERE {by_hand.one_of('identity', some)}"  # noqa: S608  # places alone
        known.update({identity: by_hand.moment(at) for identity, at in by_hand.rows(sql, [*some])})
    return {identity: touch for identity, touch in first.items() if touch[0] < known.get(identity, _LATEST)}
