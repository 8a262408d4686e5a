"""Holding back what cannot be recorded, letting it go, and not wanting it."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec
from django.db import transaction

from leadpact.base.wording import worded
from leadpact.engagement.actions import CountKey, count
from leadpact.engagement.errors import NoNote
from leadpact.engagement.held import view_of
from leadpact.engagement.models import Quarantined
from leadpact.engagement.types import Held, HeldBack, Outcome, Why
from leadpact.ledger import actions as ledger
from leadpact.ledger.types import NewEntry
from leadpact.team.types import Actor

MAX_NAME: Final = 200
MAX_NOTE: Final = 200
_decode_named = msgspec.json.Decoder(type=dict[str, msgspec.Raw]).decode


def hold_back(arrivals: Iterable[HeldBack]) -> None:
    """Keep arrivals that could not be recorded, whole, with the reason."""
    Quarantined.objects.bulk_create(
        [
            Quarantined(
                source=arrival.source,
                received_at=arrival.received_at,
                outcome=arrival.outcome,
                reason=arrival.why,
                detail=arrival.detail.replace("\0", "\ufffd"),
                name=_name_in(arrival.body),
                # What is not UTF-8 is kept readable; the digest is of what came.
                body=arrival.body.decode(errors="backslashreplace").replace("\0", "\ufffd"),
                channel=arrival.channel,
                message=arrival.message,
                content=arrival.content,
            )
            for arrival in arrivals
        ]
    )


def taken(numbers: Collection[int]) -> list[Held]:
    """Return those of the events that are still held back, the oldest first, and let nobody else take them.

    To be called in the transaction that lets them go.
    """
    rows = Quarantined.objects.select_for_update().filter(id__in=list(numbers), closed_at=None).order_by("id")
    return [view_of(row) for row in rows]


def let_go(became: Mapping[int, Outcome], mended: Mapping[int, str], *, now: datetime) -> None:
    """Write down of events that are not held back any more what they count as; their bodies stay.

    Of those that are only counted nothing is kept: whom they are of did not agree to it.
    """
    by_outcome: dict[Outcome, list[int]] = {}
    for number, outcome in became.items():
        by_outcome.setdefault(outcome, []).append(number)
    for outcome, numbers in by_outcome.items():
        rows = Quarantined.objects.filter(id__in=numbers)
        rows.update(released_at=now, closed_at=now, became=outcome)
        if outcome is Outcome.COUNTED:
            rows.update(body="", mended="", detail="", name="")
    _keep_mended({number: text for number, text in mended.items() if became.get(number) is not Outcome.COUNTED})


def keep(still: Mapping[int, tuple[Outcome, Why, str]], mended: Mapping[int, str]) -> None:
    """Write down of events that stay held back why they are now."""
    for number, (outcome, why, detail) in still.items():
        Quarantined.objects.filter(id=number).update(outcome=outcome, reason=why, detail=detail)
    _keep_mended(mended)


def discard(numbers: Collection[int], note: str, *, by: Actor, now: datetime) -> list[int]:
    """Let held-back events count as not wanted; returns those that were still held back.  Raises `NoNote`."""
    if not note.strip() or len(note) > MAX_NOTE:
        raise NoNote(worded("Discarded events need a reason."))
    with transaction.atomic():
        rows = taken(numbers)
        ids = [row.id for row in rows]
        Quarantined.objects.filter(id__in=ids).update(
            discarded_at=now, closed_at=now, became=Outcome.DROPPED, note=note.strip()
        )
        _move(rows, is_back=False)
        write_of(rows, "quarantine.discarded", {"outcome": Outcome.DROPPED.value}, by=by, now=now)
    return ids


def restore(numbers: Collection[int], *, by: Actor, now: datetime) -> list[int]:
    """Hold discarded events back again; returns those that were discarded."""
    with transaction.atomic():
        found = Quarantined.objects.select_for_update().filter(id__in=list(numbers), discarded_at__isnull=False)
        rows = [view_of(row) for row in found.order_by("id")]
        ids = [row.id for row in rows]
        Quarantined.objects.filter(id__in=ids).update(discarded_at=None, closed_at=None, became="", note="")
        _move(rows, is_back=True)
        write_of(rows, "quarantine.restored", {}, by=by, now=now)
    return ids


def write_of(rows: Sequence[Held], kind: str, facts: Mapping[str, object], *, by: Actor, now: datetime) -> None:
    """Write an entry for each source: which events, by number, never what is in them."""
    of_source: dict[int, list[int]] = {}
    for row in rows:
        of_source.setdefault(row.source, []).append(row.id)
    ledger.append(
        [
            NewEntry(kind=kind, happened_at=now, about=f"source:{source}", facts={"held": numbers, **facts})
            for source, numbers in of_source.items()
        ],
        by=by,
        now=now,
    )


def hour_of(row: Held) -> datetime:
    return row.received_at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _place(row: Held, outcome: Outcome, why: Why | None) -> CountKey:
    return row.source, hour_of(row), outcome, why


def _move(rows: Sequence[Held], *, is_back: bool) -> None:
    counts: Counter[CountKey] = Counter()
    sign = -1 if is_back else 1
    for row in rows:
        counts[_place(row, row.outcome, row.why)] -= sign
        counts[_place(row, Outcome.DROPPED, Why.DISCARDED)] += sign
    count(counts, {})


def _keep_mended(mended: Mapping[int, str]) -> None:
    for number, text in mended.items():
        Quarantined.objects.filter(id=number).update(mended=text)


def _name_in(body: bytes) -> str:
    """Return what the client calls the event; "" where that cannot be told."""
    try:
        name = msgspec.json.decode(_decode_named(body).get("event", msgspec.Raw(b"null")))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    return name.strip()[:MAX_NAME].replace("\0", "\ufffd") if isinstance(name, str) else ""
