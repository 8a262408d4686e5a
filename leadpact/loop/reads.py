"""What came of it: the five numbers, further reports, the funnel, and the rows behind each."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from leadpact.base.money import Money, total_by_currency
from leadpact.handover.types import Stage
from leadpact.loop import rules, running
from leadpact.loop.catalogue import FIVE, REPORTS, Report
from leadpact.loop.errors import UnknownReport
from leadpact.loop.running import Param
from leadpact.loop.types import Answer, Number, Period, Step, Unit
from leadpact.team import reads as team

__all__ = ["FIVE", "REPORTS", "five", "funnel", "number", "period_of", "rows"]

_WAY: Final = (
    Stage.ANONYMOUS, Stage.CONTACT, Stage.LEAD, Stage.READY, Stage.OFFERED, Stage.WORKING, Stage.DEAL, Stage.CUSTOMER,
)  # fmt: skip
_EXITS: Final = (Stage.RECYCLED, Stage.DISQUALIFIED, Stage.LOST, Stage.COOLED)


def period_of(text: str = rules.USUAL, *, now: datetime) -> Period:
    """Return a period by its name, in the company's zone and fiscal year; raises `BadPeriod`."""
    ours = team.settings()
    return rules.parse_period(text, zone=ours.zone, fiscal_start=ours.fiscal_year_start_month, now=now)


def five(period: Period, *, now: datetime, visible_owners: tuple[int, ...] | None = None) -> list[Number]:
    """Return the five numbers, in their order.

    visible_owners  only what these users own; None: everybody's
    """
    return [number(key, period, now=now, visible_owners=visible_owners) for key in FIVE]


def number(key: str, period: Period, *, now: datetime, visible_owners: tuple[int, ...] | None = None) -> Number:
    """Return one number, added up over its very rows; raises `UnknownReport`."""
    report, asked = _report(key), running.query(key)
    found = running.totals(asked, _params(period, now, visible_owners), by=report.by, sums=("value",))
    parts = [(str(name or ""), int(str(n)), int(str(value))) for name, n, value in found]
    n, said = sum(part[1] for part in parts), rules.say_period(period)
    if report.unit is Unit.MONEY:
        sums = total_by_currency(Money(value, currency) for currency, _, value in parts)
        basis = f"{said}; {rules.say_sums(sums)}." if len(sums) > 1 else f"{said}."
        amount, currency = _one(sums)
        return Number(key, amount, report.unit, currency, n, basis, asked.counts, sums)
    added = sum(part[2] for part in parts)
    if report.unit is Unit.SHARE:
        shares = ", ".join(f"{name} {value} of {count}" for name, count, value in parts)
        basis = f"{said}; {added} of {n}{f': {shares}' if shares else ''}."
        return Number(key, rules.share(added, n), report.unit, None, n, basis, asked.counts)
    return Number(key, added, report.unit, None, n, f"{said}.", asked.counts)


def rows(
    name: str,
    period: Period,
    *,
    now: datetime,
    visible_owners: tuple[int, ...] | None = None,
    where: Mapping[str, str] | None = None,
) -> Answer:
    """Return the rows behind a number; `where` narrows text columns, as `stage` of the funnel.

    Raises `UnknownReport`.
    """
    report, asked = _report(name), running.query(name)
    found = running.rows(asked, _params(period, now, visible_owners), where=where)
    columns = tuple(column.name for column in asked.columns)
    return Answer(name, asked.question, asked.counts, report.unit, columns, tuple(found))


def funnel(period: Period, *, now: datetime, visible_owners: tuple[int, ...] | None = None) -> list[Step]:
    """Return how many became leads in the period and ever reached each stage, and how many stand there.

    First the way from anonymous to customer, then stages of a former system, then the exits.
    """
    found = running.totals(running.query("funnel"), _params(period, now, visible_owners), by="stage", sums=("is_now",))
    counts = {str(stage): (int(str(reached)), int(str(here))) for stage, reached, here in found}
    known = [stage.value for stage in (*_WAY, *_EXITS)]
    former = sorted(set(counts) - set(known), key=lambda stage: (-counts[stage][0], stage))
    order = [*known[: len(_WAY)], *former, *known[len(_WAY) :]]
    return [Step(stage, *counts.get(stage, (0, 0)), is_former=stage in former) for stage in order]


def _report(name: str) -> Report:
    if name not in REPORTS:
        known = ", ".join(REPORTS)
        raise UnknownReport(f"There is no report {name!r}.", details={"report": name, "reports": known})
    return REPORTS[name]


def _one(sums: tuple[Money, ...]) -> tuple[int | None, str | None]:
    """Return the only sum, in minor units, and its currency; none where there are several currencies."""
    if len(sums) > 1:
        return None, None
    only = sums[0] if sums else Money(0, team.settings().currency)
    return only.minor, only.currency


def _params(period: Period, now: datetime, visible_owners: tuple[int, ...] | None) -> dict[str, Param]:
    listed = None if visible_owners is None else f",{','.join(map(str, visible_owners))},"
    return {
        "since": period.since,
        "until": period.until,
        "since_day": period.first_day,
        "until_day": period.day_after,
        "asof": now,
        "visible_owners": listed,
    }
