"""What a former system's leads came to, asked of what was imported."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from leadpact.base.money import Money, total
from leadpact.base.query_file import QueryFile, read_query
from leadpact.loop import running
from leadpact.loop.types import Cell

FOLDER: Final = Path(__file__).parent / "former_sql"


@dataclass(frozen=True)
class FormerStage:
    """How many leads ever reached a stage."""

    stage: str
    leads: int


@dataclass(frozen=True)
class FormerChannel:
    """What a channel brought and cost in one currency; None: nothing at all."""

    channel: str
    leads: int
    value: Money | None
    cost: Money | None


def funnel(*, visible_owners: tuple[int, ...] | None = None) -> list[FormerStage]:
    """Return how many leads reached each stage, the most first; also all, those never ready, and those of them lost."""
    rows = running.rows(_query("former_funnel"), {"visible_owners": _owners(visible_owners)})
    return [FormerStage(str(row["stage"]), _number(row["leads"])) for row in rows]


def channels(*, visible_owners: tuple[int, ...] | None = None) -> list[FormerChannel]:
    """Return what each channel brought and cost, the one with the most leads first; one row for each currency."""
    rows = running.rows(_query("former_channels"), {"visible_owners": _owners(visible_owners)})
    return [
        FormerChannel(
            str(row["channel"]),
            _number(row["leads"]),
            _money(row["value_minor"], row["currency"]),
            _money(row["cost_minor"], row["currency"]),
        )
        for row in rows
    ]


def totals(*, visible_owners: tuple[int, ...] | None = None) -> tuple[Money | None, Money | None]:
    """Return the value and the cost of all channels; raises `MixedCurrencies` where there are several."""
    found = channels(visible_owners=visible_owners)
    return _sum([each.value for each in found]), _sum([each.cost for each in found])


@lru_cache(maxsize=8)
def _query(name: str) -> QueryFile:
    return read_query(FOLDER / f"{name}.sql")


def _sum(amounts: list[Money | None]) -> Money | None:
    known = [amount for amount in amounts if amount is not None]
    return total(known, known[0].currency) if known else None


def _owners(visible: tuple[int, ...] | None) -> str | None:
    return None if visible is None else f",{','.join(map(str, visible))},"


def _number(cell: Cell) -> int:
    assert isinstance(cell, int)
    return cell


def _money(minor: Cell, currency: Cell) -> Money | None:
    return Money(_number(minor), str(currency)) if currency is not None else None
