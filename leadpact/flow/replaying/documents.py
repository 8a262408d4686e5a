"""A replay as scripts outside read it: one document for the command and the API."""

from dataclasses import asdict
from typing import Any

from leadpact.flow.replaying.types import Compared, MonthRow, Outcomes, Rehearsal


def document_of(told: Rehearsal, engine: str) -> dict[str, Any]:
    """Return a replay as one JSON-ready document."""
    return {
        "events": told.events,
        "persons": told.persons,
        "seconds": round(told.seconds, 6),
        "engine": engine,
        "mode": told.mode.value,
        "intervals": told.intervals,
        "skipped_share": round(told.skipped / told.persons, 6) if told.persons else 0.0,
        "months": [_month(row) for row in told.months],
        "missed": _outcomes(told.missed),
        "against": None if told.against is None else _compared(told.against),
    }


def _month(row: MonthRow) -> dict[str, Any]:
    return {"month": row.month, "returns": row.returns, **_outcomes(row.outcomes)}


def _outcomes(found: Outcomes) -> dict[str, int]:
    return {"handovers": found.handovers, **asdict(found)}


def _compared(found: Compared) -> dict[str, Any]:
    return {
        "name": found.name,
        "handovers": found.handovers,
        "both": _outcomes(found.both),
        "gained": _outcomes(found.gained),
        "lost": _outcomes(found.lost),
    }
