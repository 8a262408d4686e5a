"""Numbers and rows as JSON documents: the one shape that the command line and the API give to scripts."""

from datetime import date
from decimal import Decimal

from leadpact.base.currencies import exponent_of
from leadpact.loop.types import Cell, Number, Period, Row, Step, Unit


def period_document(period: Period) -> dict[str, str]:
    since, until = period.since, period.until
    return {"since": since.isoformat(), "until": until.isoformat(), "zone": period.zone.key}


def number_document(number: Number) -> dict[str, object]:
    return {
        "key": number.key,
        "value": plain_number(number.value, number.currency),
        "unit": number.unit.value,
        "currency": number.currency,
        "n": number.n,
        "basis": number.basis,
        "definition": number.definition,
        "added": number.added,
        "interval": None if number.interval is None else [float(end) for end in number.interval],
        "sums": [{"currency": each.currency, "value": plain_number(each.minor, each.currency)} for each in number.sums],
    }


def step_document(step: Step) -> dict[str, object]:
    return {"stage": step.stage, "reached": step.reached, "now": step.now}


def row_document(row: Row, unit: Unit) -> dict[str, object]:
    """Return a row as scripts read it: `value` in whole units of its currency, moments with their offset."""
    currency = row.get("currency") if unit is Unit.MONEY else None
    told: dict[str, object] = {name: _cell(value) for name, value in row.items()}
    if isinstance(currency, str) and isinstance(row["value"], int):
        told["value"] = plain_number(row["value"], currency)
    return told


def plain_number(value: int | Decimal | None, currency: str | None) -> int | float | None:
    """Return a JSON number: of money whole units of the currency, with its decimals only if there are any."""
    if value is None:
        return None
    whole = Decimal(value) if currency is None else Decimal(value).scaleb(-exponent_of(currency))
    return int(whole) if whole == whole.to_integral_value() else float(whole)


def _cell(value: Cell) -> str | int | None:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, date) else value
