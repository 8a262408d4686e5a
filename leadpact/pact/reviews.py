"""When both heads look at a pact again, and how long the answer to a dispute may take, also where it says nothing.

A document written before these words existed stays valid, says the same, and keeps its digest.
"""

import calendar
from datetime import date
from typing import Final

from leadpact.pact.types import Pact, PactInForce, PromiseKind, PromiseTerm, Side

USUAL_REVIEW: Final = "every 3 months"
USUAL_DISPUTE: Final = PromiseTerm(PromiseKind.DISPUTE, Side.SALES, "2wd")
_EVERY: Final = "every "


def review_day(held: PactInForce) -> date:
    """Return the day on which the pact is to be looked at again.

    "every 3 months" is the same day of the month, three months after the day it came in force in its zone; the
    month's last day where it has no such day.  A pact that holds from before anybody agreed to it is counted from
    the day they did.  It stays that day, however long past, until a version comes in
    force: that is what a review ends with, be it the same version.

    Raises `ValueError` for a day the calendar does not have.
    """
    said = held.pact.review
    if not said.startswith(_EVERY):
        return date.fromisoformat(said)
    began = held.since if held.recorded_at is None else max(held.since, held.recorded_at)
    return _months_after(began.astimezone(held.pact.zone).date(), months_of(said))


def months_of(said: str) -> int:
    """Return how many months "every month" and "every 3 months" are; 0 for a day."""
    number = said.removeprefix(_EVERY).split()[0] if said.startswith(_EVERY) else "0"
    return int(number) if number.isdecimal() else 1


def dispute_term(pact: Pact) -> PromiseTerm:
    """Return how long the head of sales has to answer a dispute: what the pact says, else two working days."""
    return next((term for term in pact.promises if term.kind is PromiseKind.DISPUTE), USUAL_DISPUTE)


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
