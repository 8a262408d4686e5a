"""How far the sample company has come, for the line on top of every page while its months fill in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from pathlib import Path
from typing import Final

from django.conf import settings

from leadpact.flow.simulating.progress import Progress, is_living

MONTH: Final = timedelta(days=30.44)
NEARLY: Final = timedelta(days=2)  # so far behind, the company is at the present for whoever looks


@dataclass(frozen=True)
class Sample:
    """`at` is where the company has come to; `is_living`: some process lets it live on."""

    at: datetime
    months_to_come: int
    percent: int
    is_living: bool


def sample_at(now: datetime) -> Sample | None:
    """Return the sample company of this home where it is behind `now`; None for any other home."""
    home = Path(settings.HOME)
    progress = Progress.read(home)
    if progress is None or now - progress.until < NEARLY:
        return None
    percent = 100 * (progress.until - progress.began) // (now - progress.began)
    return Sample(progress.until, ceil((now - progress.until) / MONTH), percent, is_living(home, now=now))
