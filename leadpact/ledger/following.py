"""How far a named reader has come in the ledger; whoever moves it says from where, so that two never both do."""

from datetime import datetime

from django.db import transaction

from leadpact.ledger import by_hand
from leadpact.ledger.models import Position, Reader


def place_of(reader: str) -> int:
    """Return the last position a reader has dealt with, 0 for one that has not begun."""
    found = by_hand.rows("SELECT position FROM ledger_reader WHERE name = %s", [reader])
    return int(found[0][0]) if found else 0


def move(reader: str, *, since: int, to: int) -> bool:
    """Say that a reader has dealt with all up to `to`; False where another has moved it from `since` meanwhile."""
    with transaction.atomic():
        Reader.objects.get_or_create(name=reader)
        return bool(Reader.objects.filter(name=reader, position=since).update(position=to))


def position_before(moment: datetime) -> int:
    """Return a position after which lies all that was recorded since a moment (aware); 0: that may be everything.

    Entries are recorded nearly in the order of positions, so this is found by halving.
    """
    last = Position.objects.order_by("-position").values_list("position", flat=True).first() or 0
    low, high = 0, last
    while low < high:
        middle = (low + high + 1) // 2
        if Position.objects.filter(position=middle, entry__recorded_at__lt=moment).exists():
            low = middle
        else:
            high = middle - 1
    return max(low - _SLACK, 0)


_SLACK = 1_000  # writers that were slow: their entries got a later place than their moment says
