"""The two marks on every score bar, from the pact in force, and how points are written."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from leadpact.pact import reads
from leadpact.pact.types import POINT, PactInForce

MINUS = "\u2212"  # a real minus, as wide as the plus


@dataclass(frozen=True)
class Thresholds:
    """In milli-points.  `scale` is the score at the right end of a bar."""

    up: int
    down: int
    pact_version: int

    @property
    def scale(self) -> int:
        return max(2 * self.up, POINT)


def thresholds_of(request: HttpRequest, now: datetime) -> Thresholds:
    """The marks of this moment, read once per request."""
    kept: Thresholds | None = getattr(request, "_leadpact_thresholds", None)
    if kept is None:
        kept = _marks(pact_of(request, now))
        keep_thresholds(request, kept)
    return kept


def pact_of(request: HttpRequest, now: datetime) -> PactInForce:
    """The pact in force, read once per request; the marks are then known too.  Raises `NoPact`."""
    kept: PactInForce | None = getattr(request, "_leadpact_pact", None)
    if kept is None:
        kept = reads.in_force(now)
        setattr(request, "_leadpact_pact", kept)  # noqa: B010  # as below
    return kept


def keep_thresholds(request: HttpRequest, known: Thresholds) -> None:
    """Spare the request another look: a page that read the pact anyway knows the marks."""
    setattr(request, "_leadpact_thresholds", known)  # noqa: B010  # HttpRequest has no place of its own for it


def thresholds_at(now: datetime) -> Thresholds:
    return _marks(reads.in_force(now))


def _marks(held: PactInForce) -> Thresholds:
    return Thresholds(held.pact.ready.up, held.pact.ready.down, held.version)


def say_points(milli: int) -> str:
    """Return 78000 as "78", 12500 as "12.5", -3000 with a real minus."""
    whole, rest = divmod(abs(milli), POINT)
    text = f"{whole}.{rest:03}".rstrip("0").rstrip(".")
    return MINUS + text if milli < 0 else text


def say_change(milli: int) -> str:
    """Return the points with their sign."""
    return say_points(milli) if milli < 0 else f"+{say_points(milli)}"
