"""Rows that say what a campaign cost on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from leadpact.base.money import Money
from leadpact.base.text import truncate
from leadpact.capture import actions as capture
from leadpact.capture.types import NewCost
from leadpact.flow.importing.lines import Line, digest_of
from leadpact.flow.importing.types import Outcome
from leadpact.flow.importing.values import day_in
from leadpact.flow.importing.work import Recipe, Work, Written, check_past

_TWICE: Final = "An earlier row is the same but for the amount; give both a number, or a column that tells them apart."


@dataclass(frozen=True, slots=True)
class Cost:
    """A cost as a row tells of it.  `external`: its number, or all of the row but the amount."""

    row: int
    campaign: str
    channel: str
    on: date
    amount: Money
    external: str


def _read(line: Line, work: Work) -> Cost:
    moment, amount = line.moment("happened_at"), line.money("cost")
    check_past(line, moment, "happened_at", work.now)
    if moment is None and not line.errors:
        line.refuse("happened_at", "missing_time", "The row does not say when it was.")
    if amount is None and not line.errors:
        line.refuse("cost", "missing_cost", "The row does not say how much it was.")
    if amount is not None and amount.minor < 0:
        line.refuse("cost", "bad_cost", "A cost is never below nothing.")
    if not (line.text("campaign") or line.text("channel")):
        line.refuse("campaign", "cost_of_nothing", "The row names neither campaign nor channel.")
    number = line.text("record_id")
    key = digest_of(number) if len(number) > 60 else number or f"row:{line.digest('cost', 'currency')}"
    line.check()
    assert moment is not None
    assert amount is not None
    return Cost(
        line.number,
        line.text("campaign"),
        truncate(line.text("channel"), 80),
        day_in(moment, work.form.zone),
        amount,
        f"{truncate(work.form.source, 40)}:cost:{key}",
    )


def _write(costs: Sequence[Cost], work: Work) -> list[Written]:
    answers: dict[int, Written] = {}
    fresh: dict[str, Cost] = {}
    for each in costs:
        first = work.costs.setdefault(each.external, (each.amount.minor, each.amount.currency))
        if first != (each.amount.minor, each.amount.currency):
            answers[each.row] = work.refused(each.row, "conflicting_row", _TWICE)
        elif each.external in fresh:
            answers[each.row] = Written(Outcome.UNCHANGED)
        else:
            fresh[each.external] = each
    new = [
        NewCost(work.campaign(each.campaign, each.channel), each.on, each.amount, each.external)
        for each in fresh.values()
    ]
    done = capture.record_costs(new, by=work.by, now=work.now) if new else []
    for each, what in zip(fresh.values(), done, strict=True):
        answers[each.row] = Written(Outcome(what.value))
    return [answers[each.row] for each in costs]


RECIPE: Final = Recipe(_read, _write, ("happened_at",))
