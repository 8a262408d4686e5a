"""How much went on with a company, month by month: what the prospects did, and what both teams did."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leadpact.engagement import reads as engagement
from leadpact.engagement.kinds import is_act
from leadpact.ledger import reads as ledger

MONTHS = 12
OURS = frozenset({"call.made", "sales_mail.sent", "meeting.held", "mail.sent"})  # what reaches them


@dataclass(frozen=True)
class Month:
    """One month; heights in percent of the highest bar of all months."""

    first_day: date
    label: str
    name: str
    theirs: int
    ours: int
    their_height: int
    our_height: int


@dataclass(frozen=True)
class Engagement:
    """Twelve months, the oldest first; `finding` is the chart's title."""

    months: tuple[Month, ...]
    finding: str

    @property
    def is_empty(self) -> bool:
        return not any(month.theirs or month.ours for month in self.months)


def engagement_of(identities: Collection[int], *, now: datetime, zone: ZoneInfo) -> Engagement:
    """Count, in the company's zone, what hangs on these identities in this month and the eleven before."""
    firsts = _first_days(now.astimezone(zone).date())
    since = datetime.combine(firsts[0], time(), zone)
    found = ledger.moments_of(identities, since=since) if identities else []
    void = engagement.voided([number for number, kind, _at in found if is_act(kind)])
    theirs, ours = dict.fromkeys(firsts, 0), dict.fromkeys(firsts, 0)
    for number, kind, happened_at in found:
        month = happened_at.astimezone(zone).date().replace(day=1)
        if month not in theirs or number in void:
            continue
        if is_act(kind):
            theirs[month] += 1
        elif kind in OURS:
            ours[month] += 1
    most = max([*theirs.values(), *ours.values(), 1])
    months = tuple(_month(first, theirs[first], ours[first], most) for first in firsts)
    return Engagement(months, _finding(months))


def _first_days(today: date) -> list[date]:
    months = [today.year * 12 + today.month - 1 - back for back in range(MONTHS - 1, -1, -1)]
    return [date(month // 12, month % 12 + 1, 1) for month in months]


def _month(first: date, theirs: int, ours: int, most: int) -> Month:
    return Month(
        first, format_date(first, "M"), format_date(first, "F Y"), theirs, ours, _height(theirs, most),
        _height(ours, most),
    )  # fmt: skip


def _height(count: int, most: int) -> int:
    return max(round(100 * count / most), 2) if count else 0


def _finding(months: Collection[Month]) -> str:
    busiest = max(months, key=lambda month: (month.theirs, month.first_day))
    if not busiest.theirs:
        return _("They did nothing in twelve months")
    said = ngettext(
        "They did most in %(month)s: %(n)s act", "They did most in %(month)s: %(n)s acts", busiest.theirs
    )  # fmt: skip
    return said % {"month": busiest.name, "n": busiest.theirs}
