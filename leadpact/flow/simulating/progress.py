"""How far the sample company has lived; kept in its home."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from leadpact.flow.simulating.prospects import World

FILE: Final = "sample.json"
DAYS: Final = 730
ALIVE: Final = timedelta(minutes=2)  # a day of the sample takes a second or two, on a busy machine a few more


@dataclass(frozen=True)
class Progress:
    """`days` is how long it was to live when it was founded."""

    seed: int
    scale: float
    began: datetime
    until: datetime
    days: int = DAYS

    @property
    def world(self) -> World:
        return World(self.seed, self.scale, self.began, self.days)

    @staticmethod
    def read(home: Path) -> "Progress | None":
        """Return the progress of a sample company, None for a home that is none."""
        try:
            kept = json.loads((home / FILE).read_text())
        except FileNotFoundError:
            return None
        began, until = datetime.fromisoformat(kept["began"]), datetime.fromisoformat(kept["until"])
        return Progress(kept["seed"], kept["scale"], began, until, kept.get("days", DAYS))

    def write(self, home: Path) -> None:
        kept = {
            "seed": self.seed,
            "scale": self.scale,
            "began": self.began.isoformat(),
            "until": self.until.isoformat(),
            "days": self.days,
        }
        new = home / f"{FILE}.new"
        new.write_text(json.dumps(kept))
        new.replace(home / FILE)


def is_living(home: Path, *, now: datetime) -> bool:
    """Say whether some process lets the sample company live on at the moment."""
    try:
        written = (home / FILE).stat().st_mtime
    except FileNotFoundError:
        return False
    return now.timestamp() - written < ALIVE.total_seconds()
