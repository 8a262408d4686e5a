"""The clock: the one place that asks what time it is; everything else is told."""

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(tz=UTC)
