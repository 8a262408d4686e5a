"""A routing decision as JSON: stored with the offer, so that it can be explained and taken again."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from leadpact.handover.types import Candidate, Route, RouteSnapshot


def freeze(snapshot: RouteSnapshot, route: Route) -> dict[str, Any]:
    """Return the snapshot and what was decided on it."""
    return {
        "rule": route.rule.value,
        "passed_over": [
            {"user": each.user, "rule": each.rule.value, "why": each.why.value} for each in route.passed_over
        ],
        "snapshot": {
            **asdict(snapshot),
            "at": snapshot.at.isoformat(),
            "candidates": [
                {
                    **asdict(each),
                    "last_offer_at": each.last_offer_at.isoformat() if each.last_offer_at else None,
                }
                for each in snapshot.candidates
            ],
        },
    }


def thaw(frozen: Mapping[str, Any]) -> RouteSnapshot:
    """Return the snapshot that a stored decision was taken on."""
    stored = dict(frozen["snapshot"])
    stored["at"] = datetime.fromisoformat(stored["at"])
    stored["candidates"] = tuple(_candidate(each) for each in stored["candidates"])
    return RouteSnapshot(**stored)


def _candidate(stored: Mapping[str, Any]) -> Candidate:
    last = stored["last_offer_at"]
    return Candidate(**{**stored, "last_offer_at": datetime.fromisoformat(last) if last else None})
