"""What each campaign cost and brought, and the rows behind each figure.

Two bases that never share a figure: cost by the day it is dated; everything else a cohort by first known touch.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from leadpact.base import cursor
from leadpact.base.money import Money, total_by_currency
from leadpact.base.query_file import QueryFile, read_query
from leadpact.base.wording import worded
from leadpact.capture import reads as capture
from leadpact.capture.types import CampaignView
from leadpact.loop import running
from leadpact.loop.running import Count, Param
from leadpact.loop.types import Cell, Period, Row

FOLDER: Final = Path(__file__).parent / "campaign_sql"
FEWEST_DEALS: Final = 5  # fewer say nothing of how long a deal takes
USUAL_DAYS: Final = 180
_ALL: Final = 10**12

type Placed = Callable[[Row], tuple[int | str | datetime, ...]]


@dataclass(frozen=True)
class Ripening:
    """After how many days a hand-over is old enough to have closed: within so many, four of five won deals were.

    `deals` is on how many it was counted; `is_measured` False: too few, so the usual time stands in.
    """

    days: int
    deals: int

    @property
    def is_measured(self) -> bool:
        return self.deals >= FEWEST_DEALS


@dataclass(frozen=True)
class CampaignLine:
    """One campaign; `campaign` None: what no campaign brought.  Leads are persons, the rest pursuits.

    ripe  how many of the pursuits are old enough to have closed
    """

    campaign: CampaignView | None
    costs: tuple[Money, ...] = ()
    leads: int = 0
    ready: int = 0
    accepted: int = 0
    deals: int = 0
    won: int = 0
    decided: int = 0
    ripe: int = 0
    pursuits: int = 0
    won_deals: int = 0
    value: tuple[Money, ...] = ()

    @property
    def ripeness(self) -> int | None:
        """Whole per cent, None where there is no hand-over."""
        return self.ripe * 100 // self.pursuits if self.pursuits else None


@dataclass(frozen=True)
class Overview:
    """All campaigns of a period and what they come to together."""

    lines: tuple[CampaignLine, ...]
    together: CampaignLine
    ripening: Ripening


@dataclass(frozen=True)
class Rows:
    """Some rows behind a figure, and where the next ones begin; None: these were the last."""

    rows: tuple[Row, ...]
    next: str | None = None
    definition: str = field(default="", compare=False)


def overview(period: Period, *, now: datetime) -> Overview:
    """Return every campaign that cost or brought something in the period, and those that run, the dearest first."""
    since_until: dict[str, Param] = {"since": period.since, "until": period.until}
    ripening = ripening_at(now)
    leads = _by_campaign("campaign_leads", since_until)
    pursuits = _by_campaign("campaign_pursuits", {**since_until, "old": now - timedelta(days=ripening.days)})
    value = _by_campaign("campaign_value", since_until)
    costs = {each.campaign.id: each for each in capture.costs(since=period.first_day, until=period.day_after)}
    views: dict[int | None, CampaignView | None] = {number: each.campaign for number, each in costs.items()}
    lines = [
        _line(view, costs[number].costs if number in costs else (), leads.get(number, ()), pursuits.get(number, ()),
              value.get(number, ()))
        for number, view in {**views, None: None}.items()
    ]  # fmt: skip
    shown = [line for line in lines if line.campaign or line.leads or line.pursuits]
    ordered = sorted(shown, key=lambda line: (line.campaign is None, -_minor(line.costs), -line.leads))
    return Overview(tuple(ordered), _together(lines), ripening)


def line_of(
    campaign: CampaignView,
    period: Period,
    *,
    now: datetime,
    ripening: Ripening | None = None,
    costs: tuple[Money, ...] | None = None,
) -> CampaignLine:
    """Return one campaign's figures; `ripening`, and `costs` in the period, where they are known already."""
    where = {"campaign": str(campaign.id)}
    since_until: dict[str, Param] = {"since": period.since, "until": period.until}
    old = now - timedelta(days=(ripening or ripening_at(now)).days)
    return _line(
        campaign,
        capture.costs_of_one(campaign.id, since=period.first_day, until=period.day_after) if costs is None else costs,
        [{"value": count_leads(campaign.id, period)}],
        running.rows(_query("campaign_pursuits"), {**since_until, "old": old}, where=where),
        running.rows(_query("campaign_value"), since_until, where=where),
    )


def count_leads(campaign: int, period: Period) -> int:
    """Return how many leads a campaign brought."""
    params: dict[str, Param] = {
        "campaign": campaign, "since": period.since, "until": period.until, "before": None, "person": None,
        "limit": _ALL,
    }  # fmt: skip
    (found,) = running.sums([Count(_query("campaign_persons"), params)])
    return sum(each.n for each in found)


def ripening_at(now: datetime) -> Ripening:
    """Return the days within which four of five won deals had been won since the first touch."""
    days: list[int] = []
    for row in running.rows(_query("days_to_won"), {"asof": now}):
        first, closed = row["first_touch_at"], row["closed_at"]
        assert isinstance(first, datetime)
        assert isinstance(closed, datetime)
        days.append(max(0, -(-(closed - first) // timedelta(days=1))))
    return ripening_of(days)


def ripening_of(days: Sequence[int]) -> Ripening:
    """Return within how many days four of five were won, of deals that took so many days each."""
    if len(days) < FEWEST_DEALS:
        return Ripening(USUAL_DAYS, len(days))
    return Ripening(sorted(days)[-(-len(days) * 4 // 5) - 1], len(days))


def leads(campaign: int | None, period: Period, *, after: str | None = None, limit: int = 50) -> Rows:
    """Return the leads of a campaign, those who came last first; raises `BadCursor`."""
    params: dict[str, Param] = {"since": period.since, "until": period.until, "limit": limit + 1}
    if campaign is None:
        (last,) = cursor.decode(after, int) if after else (None,)
        return _page("campaign_nobodys", {**params, "after": last}, limit, lambda row: (_number(row["person"]),))
    before, person = cursor.decode(after, str, int) if after else (None, None)
    place: dict[str, Param] = {"before": _moment(before), "person": person}
    return _page("campaign_persons", {**params, "campaign": campaign, **place}, limit, _place_of_lead)


def handovers(
    campaign: int | None,
    period: Period,
    *,
    reached: str | None = None,
    old: datetime | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Rows:
    """Return the pursuits of a campaign, or those that ever reached a stage, the newest first; raises `BadCursor`.

    old  only those that first came before it
    """
    (last,) = cursor.decode(after, int) if after else (None,)
    params: dict[str, Param] = {
        "campaign": campaign, "since": period.since, "until": period.until, "reached": reached, "old": old,
        "after": last, "limit": limit + 1,
    }  # fmt: skip
    return _page("campaign_handovers", params, limit, lambda row: (_number(row["pursuit"]),))


def deals(campaign: int | None, period: Period, *, after: str | None = None, limit: int = 50) -> Rows:
    """Return the deals won with the leads of a campaign, the newest first; raises `BadCursor`."""
    (last,) = cursor.decode(after, int) if after else (None,)
    params: dict[str, Param] = {
        "campaign": campaign, "since": period.since, "until": period.until, "after": last, "limit": limit + 1,
    }  # fmt: skip
    return _page("campaign_deals", params, limit, lambda row: (_number(row["deal"]),))


def definition(name: str) -> str:
    """Return how a figure is counted, as its query file says."""
    return _query(name).counts


def names() -> list[str]:
    """Return the names of all query files."""
    return sorted(path.stem for path in FOLDER.glob("*.sql"))


@lru_cache(maxsize=16)
def _query(name: str) -> QueryFile:
    return read_query(FOLDER / f"{name}.sql")


def _by_campaign(name: str, params: Mapping[str, Param]) -> dict[int | None, tuple[Row, ...]]:
    found: dict[int | None, tuple[Row, ...]] = {}
    for row in running.rows(_query(name), params):
        number = row["campaign"]
        assert number is None or isinstance(number, int)
        found[number] = (*found.get(number, ()), row)
    return found


def _line(
    view: CampaignView | None,
    costs: tuple[Money, ...],
    leads: Iterable[Row],
    pursuits: Iterable[Row],
    value: Iterable[Row],
) -> CampaignLine:
    cohort: Row = next(iter(pursuits), {})
    sums = [(Money(_number(row["value"]), str(row["currency"])), _number(row["deals"])) for row in value]
    count = {name: _number(cohort.get(name)) for name in ("ready", "accepted", "deals", "won", "decided", "ripe")}
    return CampaignLine(
        campaign=view,
        costs=costs,
        leads=sum(_number(row["value"]) for row in leads),
        ready=count["ready"],
        accepted=count["accepted"],
        deals=count["deals"],
        won=count["won"],
        decided=count["decided"],
        ripe=count["ripe"],
        pursuits=_number(cohort.get("value")),
        won_deals=sum(n for _money, n in sums),
        value=tuple(money for money, _n in sums),
    )


def _together(lines: Iterable[CampaignLine]) -> CampaignLine:
    known = list(lines)
    return CampaignLine(
        campaign=None,
        costs=total_by_currency(money for line in known for money in line.costs),
        leads=sum(line.leads for line in known),
        ready=sum(line.ready for line in known),
        accepted=sum(line.accepted for line in known),
        deals=sum(line.deals for line in known),
        won=sum(line.won for line in known),
        decided=sum(line.decided for line in known),
        ripe=sum(line.ripe for line in known),
        pursuits=sum(line.pursuits for line in known),
        won_deals=sum(line.won_deals for line in known),
        value=total_by_currency(money for line in known for money in line.value),
    )


def _page(name: str, params: Mapping[str, Param], limit: int, place: Placed) -> Rows:
    asked = _query(name)
    found = running.rows(asked, params)
    shown = found[:limit]
    following = cursor.encode(*place(shown[-1])) if len(found) > limit else None
    return Rows(tuple(shown), following, asked.counts)


def _place_of_lead(row: Row) -> tuple[datetime, int]:
    at = row["first_touch_at"]
    assert isinstance(at, datetime)
    return at, _number(row["person"])


def _moment(text: int | str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.fromisoformat(str(text))
    except ValueError as error:
        raise cursor.BadCursor(worded("The list has no such place.")) from error


def _number(cell: Cell) -> int:
    return cell if isinstance(cell, int) else 0


def _minor(costs: Iterable[Money]) -> int:
    return max((money.minor for money in costs), default=0)


def every(asked: Callable[[str | None], Rows]) -> Iterator[Row]:
    """Yield all rows page by page, as an export writes them."""
    after: str | None = None
    while True:
        page = asked(after)
        yield from page.rows
        if page.next is None:
            return
        after = page.next
